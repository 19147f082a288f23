//! How an event repeats: JSCalendar's `recurrenceRule` (RFC 8984 §4.3.3, which is RFC 5545's RRULE) as fields to edit,
//! and the change it needs when its event moves to another day. Pure.
//!
//! Nothing of a rule is lost: what has no field here is kept beside. What it is in words is [`words`](super::words)'.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};
use serde_json::{Map, Value, json};

/// How often, before `interval`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calendar) enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    #[default]
    Weekly,
    Monthly,
    Yearly,
}

impl Frequency {
    /// All, the most usual first.
    pub(in crate::calendar) const ALL: [Self; 7] =
        [Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly, Self::Hourly, Self::Minutely, Self::Secondly];

    fn as_str(self) -> &'static str {
        match self {
            Self::Secondly => "secondly",
            Self::Minutely => "minutely",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Yearly => "yearly",
        }
    }
}

/// When it is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calendar) enum Ends {
    /// Goes on.
    #[default]
    Never,
    /// After so many times.
    After(u64),
    /// The last begins at this local time or before.
    On(NaiveDateTime),
}

/// A day of the week, perhaps only the `nth` of the month or year (from the end, if negative).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calendar) struct NthDay {
    pub(in crate::calendar) day: Weekday,
    pub(in crate::calendar) nth: Option<i64>,
}

/// The numbers that a rule may name, each a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calendar) enum Part {
    MonthDay,
    YearDay,
    WeekNo,
    Hour,
    Minute,
    Second,
    SetPosition,
}

impl Part {
    /// All, the most usual first.
    pub(in crate::calendar) const ALL: [Self; 7] =
        [Self::MonthDay, Self::YearDay, Self::WeekNo, Self::Hour, Self::Minute, Self::Second, Self::SetPosition];

    fn as_str(self) -> &'static str {
        match self {
            Self::MonthDay => "byMonthDay",
            Self::YearDay => "byYearDay",
            Self::WeekNo => "byWeekNo",
            Self::Hour => "byHour",
            Self::Minute => "byMinute",
            Self::Second => "bySecond",
            Self::SetPosition => "bySetPosition",
        }
    }

    /// Whether a number can stand in this list (RFC 5545 §3.3.10).
    pub(in crate::calendar) fn allows(self, number: i64) -> bool {
        let (most, from_end) = match self {
            Self::MonthDay => (31, true),
            Self::YearDay | Self::SetPosition => (366, true),
            Self::WeekNo => (53, true),
            Self::Hour => (23, false),
            Self::Minute => (59, false),
            Self::Second => (60, false),
        };
        if from_end { number != 0 && number.abs() <= most } else { (0..=most).contains(&number) }
    }
}

/// A rule as fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::calendar) struct Repeat {
    pub(in crate::calendar) frequency: Frequency,
    /// Each `interval`th day, week…; 1 at least.
    pub(in crate::calendar) interval: u64,
    pub(in crate::calendar) days: Vec<NthDay>,
    /// Months as the rule names them: "1" to "12", "5L" in calendars with leap months.
    pub(in crate::calendar) months: Vec<String>,
    pub(in crate::calendar) month_days: Vec<i64>,
    pub(in crate::calendar) year_days: Vec<i64>,
    pub(in crate::calendar) weeks: Vec<i64>,
    pub(in crate::calendar) hours: Vec<i64>,
    pub(in crate::calendar) minutes: Vec<i64>,
    pub(in crate::calendar) seconds: Vec<i64>,
    /// Of all that the rest gives in a period, only these.
    pub(in crate::calendar) positions: Vec<i64>,
    /// The day that weeks begin with; matters for an interval of weeks and for week numbers.
    pub(in crate::calendar) week_start: Option<Weekday>,
    pub(in crate::calendar) ends: Ends,
    /// What has no field: `rscale`, `skip`, what a later version adds.
    pub(in crate::calendar) rest: Map<String, Value>,
}

const DAYS: [(&str, Weekday); 7] = [
    ("mo", Weekday::Mon),
    ("tu", Weekday::Tue),
    ("we", Weekday::Wed),
    ("th", Weekday::Thu),
    ("fr", Weekday::Fri),
    ("sa", Weekday::Sat),
    ("su", Weekday::Sun),
];

/// Monday to Sunday.
pub(in crate::calendar) const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn weekday(name: &str) -> Option<Weekday> {
    DAYS.iter().find(|(known, _)| *known == name).map(|(_, day)| *day)
}

fn name(day: Weekday) -> &'static str {
    DAYS.iter().find(|(_, known)| *known == day).map_or("mo", |(name, _)| name)
}

/// A local time as the wire has it.
pub(in crate::calendar) fn parse_local(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok()
}

/// To the wire.
pub(in crate::calendar) fn format_local(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

impl Repeat {
    /// Every so often, and nothing more.
    pub(in crate::calendar) fn every(interval: u64, frequency: Frequency) -> Self {
        Self { frequency, interval, ..Self::default() }
    }

    /// Each week on these days.
    pub(in crate::calendar) fn on_days(interval: u64, days: impl IntoIterator<Item = Weekday>) -> Self {
        let days = days.into_iter().map(|day| NthDay { day, nth: None }).collect();
        Self { days, ..Self::every(interval, Frequency::Weekly) }
    }

    /// Reads a rule. `None` if it has no frequency that we know.
    pub(in crate::calendar) fn from_json(rule: &Value) -> Option<Self> {
        let mut rest = rule.as_object()?.clone();
        let frequency = rest.remove("frequency")?;
        let frequency = Frequency::ALL.into_iter().find(|known| Some(known.as_str()) == frequency.as_str())?;
        let numbers = |rest: &mut Map<String, Value>, part: Part| -> Vec<i64> {
            let all = rest.remove(part.as_str());
            all.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_i64).collect()
        };
        let until = rest.remove("until");
        let count = rest.remove("count");
        let ends = match (until.as_ref().and_then(Value::as_str).and_then(parse_local), count) {
            (Some(until), _) => Ends::On(until),
            (None, Some(count)) => count.as_u64().map_or(Ends::Never, Ends::After),
            (None, None) => Ends::Never,
        };
        let nth_day = |it: &Value| {
            Some(NthDay { day: weekday(it.get("day")?.as_str()?)?, nth: it.get("nthOfPeriod").and_then(Value::as_i64) })
        };
        let days = rest.remove("byDay");
        let months = rest.remove("byMonth");
        let list = |value: &Option<Value>| value.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
        rest.remove("@type");
        Some(Self {
            frequency,
            interval: rest.remove("interval").and_then(|it| it.as_u64()).unwrap_or(1).max(1),
            days: list(&days).iter().filter_map(nth_day).collect(),
            months: list(&months)
                .iter()
                .filter_map(|it| it.as_str().map(str::to_owned).or_else(|| it.as_u64().map(|it| it.to_string())))
                .collect(),
            month_days: numbers(&mut rest, Part::MonthDay),
            year_days: numbers(&mut rest, Part::YearDay),
            weeks: numbers(&mut rest, Part::WeekNo),
            hours: numbers(&mut rest, Part::Hour),
            minutes: numbers(&mut rest, Part::Minute),
            seconds: numbers(&mut rest, Part::Second),
            positions: numbers(&mut rest, Part::SetPosition),
            week_start: rest.remove("firstDayOfWeek").as_ref().and_then(Value::as_str).and_then(weekday),
            ends,
            rest,
        })
    }

    /// The rule, without what is so by default.
    pub(in crate::calendar) fn to_json(&self) -> Value {
        let mut rule = self.rest.clone();
        rule.insert("@type".to_owned(), json!("RecurrenceRule"));
        rule.insert("frequency".to_owned(), json!(self.frequency.as_str()));
        if self.interval > 1 {
            rule.insert("interval".to_owned(), json!(self.interval));
        }
        if !self.days.is_empty() {
            let day = |it: &NthDay| match it.nth {
                Some(nth) => json!({ "@type": "NDay", "day": name(it.day), "nthOfPeriod": nth }),
                None => json!({ "@type": "NDay", "day": name(it.day) }),
            };
            rule.insert("byDay".to_owned(), self.days.iter().map(day).collect());
        }
        if !self.months.is_empty() {
            rule.insert("byMonth".to_owned(), json!(self.months));
        }
        for part in Part::ALL {
            let numbers = self.numbers(part);
            if !numbers.is_empty() {
                rule.insert(part.as_str().to_owned(), json!(numbers));
            }
        }
        if let Some(day) = self.week_start {
            rule.insert("firstDayOfWeek".to_owned(), json!(name(day)));
        }
        match self.ends {
            Ends::Never => {}
            Ends::After(count) => {
                rule.insert("count".to_owned(), json!(count));
            }
            Ends::On(until) => {
                rule.insert("until".to_owned(), json!(format_local(until)));
            }
        }
        Value::Object(rule)
    }

    /// The numbers of a part.
    pub(in crate::calendar) fn numbers(&self, part: Part) -> &Vec<i64> {
        match part {
            Part::MonthDay => &self.month_days,
            Part::YearDay => &self.year_days,
            Part::WeekNo => &self.weeks,
            Part::Hour => &self.hours,
            Part::Minute => &self.minutes,
            Part::Second => &self.seconds,
            Part::SetPosition => &self.positions,
        }
    }

    /// The same, to be changed.
    pub(in crate::calendar) fn numbers_mut(&mut self, part: Part) -> &mut Vec<i64> {
        match part {
            Part::MonthDay => &mut self.month_days,
            Part::YearDay => &mut self.year_days,
            Part::WeekNo => &mut self.weeks,
            Part::Hour => &mut self.hours,
            Part::Minute => &mut self.minutes,
            Part::Second => &mut self.seconds,
            Part::SetPosition => &mut self.positions,
        }
    }

    /// The rule for an event that moved from one day to another: what it names because of the first day, it names
    /// because of the second.
    #[must_use]
    pub(in crate::calendar) fn moved(&self, from: NaiveDate, to: NaiveDate) -> Self {
        let mut rule = self.clone();
        if from == to {
            return rule;
        }
        for day in &mut rule.days {
            if day.day != from.weekday() {
                continue;
            }
            match day.nth {
                None => day.day = to.weekday(),
                Some(nth) if nth > 0 && self.frequency == Frequency::Monthly => {
                    *day = NthDay { day: to.weekday(), nth: Some(nth_of_month(to)) };
                }
                Some(_) => day.day = to.weekday(),
            }
        }
        let mut seen = Vec::new();
        rule.days.retain(|day| {
            let is_new = !seen.contains(day);
            seen.push(*day);
            is_new
        });
        for day in &mut rule.month_days {
            if *day == i64::from(from.day()) {
                *day = i64::from(to.day());
            }
        }
        for month in &mut rule.months {
            if *month == from.month().to_string() {
                *month = to.month().to_string();
            }
        }
        rule
    }

    /// The same rule over before this local time: the part of a series that stays as it was.
    #[must_use]
    pub(in crate::calendar) fn before(&self, time: NaiveDateTime) -> Self {
        Self { ends: Ends::On(time - chrono::TimeDelta::seconds(1)), ..self.clone() }
    }

    /// What is offered for an event on this day, before all that can be said.
    pub(in crate::calendar) fn usual(date: NaiveDate) -> Vec<Self> {
        let day = date.weekday();
        let is_working = !matches!(day, Weekday::Sat | Weekday::Sun);
        let mut usual = vec![Self::every(1, Frequency::Daily)];
        if is_working {
            usual.push(Self::on_days(1, WEEK.into_iter().take(5)));
        }
        usual.push(Self::on_days(1, [day]));
        usual.push(Self::on_days(2, [day]));
        usual.push(Self { month_days: vec![i64::from(date.day())], ..Self::every(1, Frequency::Monthly) });
        let nth = |nth| Self { days: vec![NthDay { day, nth: Some(nth) }], ..Self::every(1, Frequency::Monthly) };
        if nth_of_month(date) < 5 {
            usual.push(nth(nth_of_month(date)));
        }
        if is_last_of_month(date) {
            usual.push(nth(-1));
        }
        usual.push(Self {
            months: vec![date.month().to_string()],
            month_days: vec![i64::from(date.day())],
            ..Self::every(1, Frequency::Yearly)
        });
        usual
    }
}

/// Which Monday, Tuesday… of its month a day is.
pub(in crate::calendar) fn nth_of_month(date: NaiveDate) -> i64 {
    i64::from(date.day0() / 7) + 1
}

fn is_last_of_month(date: NaiveDate) -> bool {
    date.checked_add_days(chrono::Days::new(7)).is_none_or(|next| next.month() != date.month())
}

/// "1, 15, -1" as numbers, those that the part allows; the first piece that is none comes back as an error.
pub(in crate::calendar) fn parse_numbers(text: &str, part: Part) -> Result<Vec<i64>, String> {
    text.split([',', ';', ' '])
        .filter(|piece| !piece.trim().is_empty())
        .map(|piece| {
            let number = piece.trim().replace('\u{2212}', "-").parse::<i64>().ok();
            number.filter(|number| part.allows(*number)).ok_or_else(|| piece.trim().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_comes_back_as_it_was() {
        for rule in [
            json!({ "@type": "RecurrenceRule", "frequency": "weekly", "interval": 2,
                "byDay": [{ "@type": "NDay", "day": "mo" }, { "@type": "NDay", "day": "we" }],
                "firstDayOfWeek": "su", "until": "2027-03-03T23:59:59" }),
            json!({ "@type": "RecurrenceRule", "frequency": "monthly", "count": 5,
                "byDay": [{ "@type": "NDay", "day": "fr", "nthOfPeriod": -1 }] }),
            json!({ "@type": "RecurrenceRule", "frequency": "yearly", "byMonth": ["1", "5L"], "byWeekNo": [20, -1],
                "byYearDay": [100], "byMonthDay": [-1], "byHour": [9], "byMinute": [0, 30], "bySecond": [5],
                "bySetPosition": [1], "rscale": "hebrew", "skip": "forward", "example.com:more": 1 }),
        ] {
            assert_eq!(Repeat::from_json(&rule).unwrap().to_json(), rule);
        }
        assert_eq!(Repeat::from_json(&json!({ "frequency": "sometimes" })), None);
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_rule_goes_with_its_event_to_another_day() {
        // Wednesday to Thursday.
        let (from, to) = (date("2026-11-25"), date("2026-11-26"));
        let weekly = Repeat::on_days(1, [Weekday::Mon, Weekday::Wed]);
        assert_eq!(weekly.moved(from, to), Repeat::on_days(1, [Weekday::Mon, Weekday::Thu]));
        let monthly = Repeat { month_days: vec![25], ..Repeat::every(1, Frequency::Monthly) };
        assert_eq!(monthly.moved(from, to).month_days, [26]);
        let fourth =
            Repeat { days: vec![NthDay { day: Weekday::Wed, nth: Some(4) }], ..Repeat::every(1, Frequency::Monthly) };
        assert_eq!(fourth.moved(from, date("2026-11-12")).days, [NthDay { day: Weekday::Thu, nth: Some(2) }]);
        // Onto a day that it has already: once.
        assert_eq!(weekly.moved(from, date("2026-11-23")), Repeat::on_days(1, [Weekday::Mon]));
    }

    #[test]
    fn a_series_that_is_cut_ends_before_the_rest_begins() {
        let cut = Repeat { ends: Ends::After(9), ..Repeat::every(1, Frequency::Daily) };
        let cut = cut.before(parse_local("2026-11-25T10:00:00").unwrap()).to_json();
        assert_eq!((&cut["until"], cut.get("count")), (&json!("2026-11-25T09:59:59"), None));
    }

    #[test]
    fn the_usual_ones_fit_the_day() {
        // The last Wednesday of the month, the fourth.
        let usual = Repeat::usual(date("2026-11-25"));
        let nth: Vec<_> = usual.iter().filter_map(|rule| rule.days.first()?.nth).collect();
        assert_eq!((usual.len(), nth), (8, vec![4, -1]));
        // A Sunday, the fifth.
        let usual = Repeat::usual(date("2026-11-29"));
        assert!(usual.iter().all(|rule| rule.days.len() < 2), "no weekdays are offered for a Sunday");
        assert_eq!(usual.iter().filter_map(|rule| rule.days.first()?.nth).collect::<Vec<_>>(), [-1]);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(parse_numbers("1, 15; −1", Part::MonthDay), Ok(vec![1, 15, -1]));
        assert_eq!(parse_numbers("32", Part::MonthDay), Err("32".to_owned()));
        assert_eq!(parse_numbers("0 9 23", Part::Hour), Ok(vec![0, 9, 23]));
        assert_eq!(parse_numbers("-1", Part::Hour), Err("-1".to_owned()));
        assert_eq!(parse_numbers("", Part::Hour), Ok(vec![]));
    }
}
