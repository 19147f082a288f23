//! How an event repeats, in a sentence: everything that RFC 5545 can say. Pure; the reader's names of days, months and
//! lists come through [`Say`].

use chrono::{NaiveDate, Weekday};

use super::repeat::{Ends, Frequency, NthDay, Repeat, WEEK};
use crate::locale::Arguments;

/// The reader's language.
pub(in crate::calendar) trait Say {
    /// The text of a key.
    fn text(&self, key: &str, arguments: Arguments<'_>) -> String;
    /// The text of a key for a count.
    fn count(&self, key: &str, count: u64) -> String;
    /// "Monday".
    fn weekday(&self, day: Weekday) -> String;
    /// "November"; 1 to 12.
    fn month(&self, month: u32) -> String;
    /// "25 November".
    fn day_of_month(&self, month: u32, day: u32) -> String;
    /// "25 November 2026".
    fn date(&self, date: NaiveDate) -> String;
    /// "9:30".
    fn time(&self, hour: u32, minute: u32) -> String;
    /// "a, b and c".
    fn list(&self, items: &[String]) -> String;
}

/// "Every 2 weeks on Monday and Wednesday, until 3 March 2027".
pub(in crate::calendar) fn sentence(rule: &Repeat, say: &dyn Say) -> String {
    let mut parts = vec![say.count(every(rule.frequency), rule.interval)];
    parts.extend(days(rule, say));
    parts.extend(months(rule, say));
    let numbered = [("event.onYearDays", &rule.year_days), ("event.inWeeks", &rule.weeks)];
    for (key, numbers) in numbered {
        if !numbers.is_empty() {
            parts.push(say.text(key, &[("numbers", &say.list(&written(numbers)))]));
        }
    }
    parts.extend(times(rule, say));
    if let Some(scale) = rule.rest.get("rscale").and_then(|it| it.as_str()) {
        if !scale.eq_ignore_ascii_case("gregorian") {
            parts.push(say.text("event.byCalendar", &[("name", scale)]));
        }
    }
    let mut sentence = parts.join(" ");
    if !rule.positions.is_empty() && !takes_positions(rule) {
        let which: Vec<String> = rule.positions.iter().map(|nth| ordinal(*nth, say)).collect();
        sentence = say.text("event.onlyThese", &[("what", &sentence), ("which", &say.list(&which))]);
    }
    match rule.ends {
        Ends::Never => sentence,
        Ends::After(count) => {
            say.text("event.repeatTimes", &[("what", &sentence), ("times", &say.count("event.times", count))])
        }
        Ends::On(until) => say.text("event.repeatUntil", &[("what", &sentence), ("date", &say.date(until.date()))]),
    }
}

fn every(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Secondly => "event.everySecond",
        Frequency::Minutely => "event.everyMinute",
        Frequency::Hourly => "event.everyHour",
        Frequency::Daily => "event.everyDay",
        Frequency::Weekly => "event.everyWeek",
        Frequency::Monthly => "event.everyMonth",
        Frequency::Yearly => "event.everyYear",
    }
}

/// Positions that are said with the days: "the last weekday of the month".
fn takes_positions(rule: &Repeat) -> bool {
    matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly)
        && !rule.days.is_empty()
        && rule.days.iter().all(|day| day.nth.is_none())
        && rule.month_days.is_empty()
        && rule.year_days.is_empty()
        && rule.weeks.is_empty()
        && rule.hours.len() < 2
        && rule.minutes.len() < 2
        && rule.seconds.len() < 2
}

fn days(rule: &Repeat, say: &dyn Say) -> Option<String> {
    let on_the = |what: &[String]| say.text("event.onThe", &[("days", &say.list(what))]);
    let by_number = (!rule.month_days.is_empty() && yearly_dates(rule).is_none()).then(|| {
        let day = |day: &i64| match day {
            -1 => say.text("event.lastDay", &[]),
            day if *day < 0 => say.text("event.dayFromEnd", &[("which", &ordinal(*day, say))]),
            day => say.text("event.dayNumber", &[("number", &day.to_string())]),
        };
        say.text("event.onDays", &[("days", &say.list(&rule.month_days.iter().map(day).collect::<Vec<_>>()))])
    });
    if rule.days.is_empty() {
        return by_number;
    }
    let plain: Vec<Weekday> = rule.days.iter().filter(|day| day.nth.is_none()).map(|day| day.day).collect();
    let set = |days: &[Weekday]| match days {
        days if WEEK.iter().all(|day| days.contains(day)) => say.text("event.setDay", &[]),
        days if days.len() == 5 && WEEK.iter().take(5).all(|day| days.contains(day)) => {
            say.text("event.setWeekday", &[])
        }
        days if days.len() == 2 && WEEK.iter().skip(5).all(|day| days.contains(day)) => {
            say.text("event.setWeekend", &[])
        }
        days => say.list(&days.iter().map(|day| say.weekday(*day)).collect::<Vec<_>>()),
    };
    let said = if takes_positions(rule) && !rule.positions.is_empty() {
        let nth = |nth: &i64| nth_words(*nth, &set(&plain), say);
        on_the(&rule.positions.iter().map(nth).collect::<Vec<_>>())
    } else if plain.len() == rule.days.len() {
        match plain.as_slice() {
            days if WEEK.iter().all(|day| days.contains(day)) => say.text("event.onEveryDay", &[]),
            days if days.len() == 5 && WEEK.iter().take(5).all(|day| days.contains(day)) => {
                say.text("event.onWeekdays", &[])
            }
            days => say.text("event.onDays", &[("days", &set(days))]),
        }
    } else {
        let one = |day: &NthDay| match day.nth {
            Some(nth) => nth_words(nth, &say.weekday(day.day), say),
            None => say.text("event.eachDay", &[("day", &say.weekday(day.day))]),
        };
        on_the(&rule.days.iter().map(one).collect::<Vec<_>>())
    };
    // Both: the thirteenth if it is a Friday.
    Some(match by_number {
        Some(by_number) => say.text("event.daysAndNumbers", &[("numbers", &by_number), ("days", &said)]),
        None => said,
    })
}

fn nth_words(nth: i64, what: &str, say: &dyn Say) -> String {
    say.text("event.nth", &[("nth", &ordinal(nth, say)), ("what", what)])
}

/// "on 25 November": a month and one or some of its days, of every year.
fn yearly_dates(rule: &Repeat) -> Option<Vec<(u32, u32)>> {
    let months: Option<Vec<u32>> = rule.months.iter().map(|month| month.parse().ok()).collect();
    let days: Option<Vec<u32>> = rule.month_days.iter().map(|day| u32::try_from(*day).ok()).collect();
    let (months, days) = (months?, days?);
    let is_plain = rule.frequency == Frequency::Yearly && rule.days.is_empty() && months.len() == 1 && !days.is_empty();
    let month = *months.first()?;
    is_plain.then(|| days.into_iter().map(|day| (month, day)).collect())
}

fn months(rule: &Repeat, say: &dyn Say) -> Option<String> {
    if let Some(dates) = yearly_dates(rule) {
        let dates: Vec<String> = dates.into_iter().map(|(month, day)| say.day_of_month(month, day)).collect();
        return Some(say.text("event.onDays", &[("days", &say.list(&dates))]));
    }
    let month = |month: &String| month.parse().map_or_else(|_| month.clone(), |month| say.month(month));
    let all: Vec<String> = rule.months.iter().map(month).collect();
    (!all.is_empty()).then(|| say.text("event.inMonths", &[("months", &say.list(&all))]))
}

fn times(rule: &Repeat, say: &dyn Say) -> Option<String> {
    let small = |numbers: &Vec<i64>| -> Vec<u32> { numbers.iter().filter_map(|it| u32::try_from(*it).ok()).collect() };
    let (hours, minutes) = (small(&rule.hours), small(&rule.minutes));
    let mut said = Vec::new();
    if !hours.is_empty() && hours.len() * minutes.len().max(1) <= 8 {
        let minutes = if minutes.is_empty() { vec![0] } else { minutes };
        let times: Vec<String> =
            hours.iter().flat_map(|hour| minutes.iter().map(|minute| say.time(*hour, *minute))).collect();
        said.push(say.text("event.atTimes", &[("times", &say.list(&times))]));
    } else {
        if !hours.is_empty() {
            said.push(say.text("event.inHours", &[("numbers", &say.list(&written(&rule.hours)))]));
        }
        if !minutes.is_empty() {
            said.push(say.text("event.atMinutes", &[("numbers", &say.list(&written(&rule.minutes)))]));
        }
    }
    if !rule.seconds.is_empty() {
        said.push(say.text("event.atSeconds", &[("numbers", &say.list(&written(&rule.seconds)))]));
    }
    (!said.is_empty()).then(|| said.join(" "))
}

fn written(numbers: &[i64]) -> Vec<String> {
    numbers.iter().map(|number| number.to_string().replace('-', "\u{2212}")).collect()
}

/// "first", "last", "second to last"; beyond these the number.
pub(in crate::calendar) fn ordinal(nth: i64, say: &dyn Say) -> String {
    let key = match nth {
        1 => "event.ordinal1",
        2 => "event.ordinal2",
        3 => "event.ordinal3",
        4 => "event.ordinal4",
        5 => "event.ordinal5",
        -1 => "event.ordinalLast",
        -2 => "event.ordinalLast2",
        -3 => "event.ordinalLast3",
        nth if nth < 0 => return say.text("event.ordinalFromEnd", &[("number", &nth.unsigned_abs().to_string())]),
        nth => return say.text("event.ordinalOther", &[("number", &nth.to_string())]),
    };
    say.text(key, &[])
}

#[cfg(test)]
pub(in crate::calendar) mod tests {
    use super::*;
    use crate::locale::Words;
    use serde_json::{Value, json};

    /// English without a browser.
    pub(in crate::calendar) struct English(Words);

    impl English {
        pub(in crate::calendar) fn new() -> Self {
            Self(Words::english())
        }
    }

    impl Say for English {
        fn text(&self, key: &str, arguments: Arguments<'_>) -> String {
            self.0.text(key, None, arguments)
        }
        fn count(&self, key: &str, count: u64) -> String {
            let form = if count == 1 { "one" } else { "other" };
            self.0.text(key, Some(form), &[("count", &count.to_string())])
        }
        fn weekday(&self, day: Weekday) -> String {
            NaiveDate::from_isoywd_opt(2026, 2, day).unwrap().format("%A").to_string()
        }
        fn month(&self, month: u32) -> String {
            NaiveDate::from_ymd_opt(2026, month, 1).unwrap().format("%B").to_string()
        }
        fn day_of_month(&self, month: u32, day: u32) -> String {
            NaiveDate::from_ymd_opt(2024, month, day).unwrap().format("%-d %B").to_string()
        }
        fn date(&self, date: NaiveDate) -> String {
            date.format("%-d %B %Y").to_string()
        }
        fn time(&self, hour: u32, minute: u32) -> String {
            format!("{hour}:{minute:02}")
        }
        fn list(&self, items: &[String]) -> String {
            match items {
                [] => String::new(),
                [one] => one.clone(),
                [first @ .., last] => format!("{} and {last}", first.join(", ")),
            }
        }
    }

    #[track_caller]
    fn check(rule: Value, expect: &str) {
        assert_eq!(sentence(&Repeat::from_json(&rule).unwrap(), &English::new()), expect);
    }

    fn days(days: &[(&str, i64)]) -> Value {
        let day = |(day, nth): &(&str, i64)| match nth {
            0 => json!({ "day": day }),
            nth => json!({ "day": day, "nthOfPeriod": nth }),
        };
        days.iter().map(day).collect()
    }

    #[test]
    fn what_people_use_is_said_as_people_say_it() {
        check(json!({ "frequency": "daily" }), "Every day");
        check(json!({ "frequency": "daily", "interval": 3, "count": 5 }), "Every 3 days, 5 times");
        check(
            json!({ "frequency": "weekly", "interval": 2, "byDay": days(&[("mo", 0), ("we", 0)]),
                "until": "2027-03-03T23:59:59" }),
            "Every 2 weeks on Monday and Wednesday, until 3 March 2027",
        );
        let working = days(&[("mo", 0), ("tu", 0), ("we", 0), ("th", 0), ("fr", 0)]);
        check(json!({ "frequency": "weekly", "byDay": working }), "Every week on weekdays");
        check(json!({ "frequency": "monthly", "byMonthDay": [1, 15] }), "Every month on day 1 and day 15");
        check(json!({ "frequency": "monthly", "byMonthDay": [-1] }), "Every month on the last day");
        check(json!({ "frequency": "monthly", "byDay": days(&[("th", 3)]) }), "Every month on the third Thursday");
        check(json!({ "frequency": "yearly", "byMonth": ["11"], "byMonthDay": [25] }), "Every year on 25 November");
    }

    #[test]
    fn the_rest_of_rfc_5545_is_said_too() {
        let working = days(&[("mo", 0), ("tu", 0), ("we", 0), ("th", 0), ("fr", 0)]);
        check(
            json!({ "frequency": "monthly", "byDay": working, "bySetPosition": [-1] }),
            "Every month on the last weekday",
        );
        check(
            json!({ "frequency": "monthly", "byDay": days(&[("fr", 0)]), "byMonthDay": [13] }),
            "Every month on day 13 if it is on Friday",
        );
        check(
            json!({ "frequency": "yearly", "byDay": days(&[("su", -1)]), "byMonth": ["3", "10"] }),
            "Every year on the last Sunday in March and October",
        );
        check(json!({ "frequency": "yearly", "byWeekNo": [20, -1] }), "Every year in weeks 20 and −1");
        check(json!({ "frequency": "yearly", "byYearDay": [100] }), "Every year on day 100 of the year");
        check(json!({ "frequency": "daily", "byHour": [9, 17], "byMinute": [30] }), "Every day at 9:30 and 17:30");
        check(
            json!({ "frequency": "hourly", "interval": 2, "byMinute": [0, 20], "count": 1 }),
            "Every 2 hours at minutes 0 and 20, once",
        );
        check(
            json!({ "frequency": "yearly", "byMonthDay": [1, 2, 3], "bySetPosition": [2] }),
            "Every year on day 1, day 2 and day 3, only the second of these",
        );
        check(
            json!({ "frequency": "monthly", "byMonthDay": [-2], "rscale": "hebrew" }),
            "Every month on the second to last day by the calendar hebrew",
        );
    }
}
