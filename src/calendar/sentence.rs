//! An event as one types it in a line: "Lunch with Bob tomorrow 12:30 at the Crow". English, as are all our words yet.
//! Pure.
//!
//! What is understood is taken out of the line, the rest is the title. Who "Bob" is, is for the form to find out.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use super::form::repeat::{Frequency, Repeat, WEEK};

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sentence {
    /// What is left; may be empty.
    pub(super) title: String,
    /// On the wall's clock here.
    pub(super) start: NaiveDateTime,
    /// Not included; of whole days the midnight after the last.
    pub(super) end: NaiveDateTime,
    /// Whole days.
    pub(super) all_day: bool,
    /// "the Crow".
    pub(super) place: Option<String>,
    /// After "with": names or addresses.
    pub(super) people: Vec<String>,
    /// "every Monday".
    pub(super) repeat: Option<Repeat>,
}

/// The time that an event has if the line says none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) start: NaiveDateTime,
    pub(super) end: NaiveDateTime,
    pub(super) all_day: bool,
}

/// Reads a line that is typed `now`.
pub(super) fn read(line: &str, now: NaiveDateTime, slot: Slot) -> Sentence {
    let mut reading = Reading::new(line, now.date());
    reading.take_when();
    let people = reading.take_people();
    let place = reading.take_place();
    let title = reading.rest();
    let Reading { date, time, until, lasts, all_day, repeat, .. } = reading;

    let says_time = time.is_some();
    let all_day = all_day || (slot.all_day && !says_time) || (is_days(lasts) && !says_time);
    let date = date.or_else(|| first_of(repeat.as_ref(), slot.start.date())).unwrap_or(slot.start.date());
    if all_day {
        let midnight = date.and_time(NaiveTime::MIN);
        let usual = if slot.all_day { slot.end - slot.start } else { TimeDelta::days(1) };
        let length = lasts.map_or(usual, |lasts| TimeDelta::days(lasts.num_days().max(1)));
        return Sentence { title, start: midnight, end: midnight + length, all_day, place, people, repeat };
    }
    let start = date.and_time(time.unwrap_or(slot.start.time()));
    let usual = if slot.all_day || says_time && slot.end - slot.start > TimeDelta::hours(4) {
        TimeDelta::hours(1)
    } else {
        slot.end - slot.start
    };
    let end = match (until, lasts) {
        (Some(until), _) if date.and_time(until) > start => date.and_time(until),
        // Past midnight.
        (Some(until), _) => date.and_time(until) + TimeDelta::days(1),
        (None, Some(lasts)) => start + lasts,
        (None, None) => start + usual,
    };
    Sentence { title, start, end, all_day, place, people, repeat }
}

fn is_days(lasts: Option<TimeDelta>) -> bool {
    lasts.is_some_and(|lasts| lasts >= TimeDelta::days(1) && lasts.num_seconds() % 86_400 == 0)
}

/// The first day from this one on that a rule of weekdays is about.
fn first_of(repeat: Option<&Repeat>, from: NaiveDate) -> Option<NaiveDate> {
    let days = &repeat?.days;
    from.iter_days().take(7).find(|date| days.iter().any(|day| day.day == date.weekday()))
}

struct Word<'a> {
    text: &'a str,
    /// Lower case, without the marks behind it.
    plain: String,
    is_used: bool,
}

struct Reading<'a> {
    words: Vec<Word<'a>>,
    today: NaiveDate,
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    until: Option<NaiveTime>,
    lasts: Option<TimeDelta>,
    all_day: bool,
    repeat: Option<Repeat>,
}

impl<'a> Reading<'a> {
    fn new(line: &'a str, today: NaiveDate) -> Self {
        let word = |text: &'a str| {
            let plain = text.trim_end_matches([',', ';', '.', '!', '?']).to_lowercase();
            Word { text, plain, is_used: false }
        };
        Self {
            words: line.split_whitespace().map(word).collect(),
            today,
            date: None,
            time: None,
            until: None,
            lasts: None,
            all_day: false,
            repeat: None,
        }
    }

    fn plain(&self, at: usize) -> &str {
        self.words.get(at).filter(|word| !word.is_used).map_or("", |word| &word.plain)
    }

    fn take(&mut self, from: usize, to: usize) {
        for word in self.words.iter_mut().take(to).skip(from) {
            word.is_used = true;
        }
    }

    fn take_when(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            let before = at;
            let skips = matches!(self.plain(at), "on" | "at" | "from" | "@" | "this" | "starting");
            let says_time = matches!(self.plain(at), "at" | "from" | "@");
            let begin = if skips { at + 1 } else { at };
            let taken = self
                .repeat_at(begin)
                .or_else(|| self.date_at(begin))
                .or_else(|| self.time_at(begin, says_time))
                .or_else(|| if skips { None } else { self.length_at(at).or_else(|| self.all_day_at(at)) });
            match taken {
                Some(end) if end > begin => {
                    self.take(before, end);
                    at = end;
                }
                _ => at = before + 1,
            }
        }
    }

    fn all_day_at(&mut self, at: usize) -> Option<usize> {
        let length = match (self.plain(at), self.plain(at + 1)) {
            ("all", "day") => 2,
            ("all-day", _) => 1,
            _ => return None,
        };
        self.all_day = true;
        Some(at + length)
    }

    /// "every Monday", "every 2 weeks", "weekly", "every weekday".
    fn repeat_at(&mut self, at: usize) -> Option<usize> {
        if self.repeat.is_some() {
            return None;
        }
        let (rule, end) = match self.plain(at) {
            "daily" => (Repeat::every(1, Frequency::Daily), at + 1),
            "weekly" => (Repeat::every(1, Frequency::Weekly), at + 1),
            "fortnightly" => (Repeat::every(2, Frequency::Weekly), at + 1),
            "monthly" => (Repeat::every(1, Frequency::Monthly), at + 1),
            "yearly" | "annually" => (Repeat::every(1, Frequency::Yearly), at + 1),
            "every" | "each" => {
                let (interval, at) = match self.plain(at + 1) {
                    "other" | "second" => (2, at + 2),
                    number => number
                        .parse::<u64>()
                        .ok()
                        .filter(|it| (1..1000).contains(it))
                        .map_or((1, at + 1), |it| (it, at + 2)),
                };
                match self.plain(at) {
                    "weekday" | "weekdays" => (Repeat::on_days(interval, WEEK.into_iter().take(5)), at + 1),
                    "weekend" => (Repeat::on_days(interval, WEEK.into_iter().skip(5)), at + 1),
                    unit => match frequency(unit) {
                        Some(frequency) => (Repeat::every(interval, frequency), at + 1),
                        None => {
                            let (days, end) = self.weekdays_at(at)?;
                            (Repeat::on_days(interval, days), end)
                        }
                    },
                }
            }
            _ => return None,
        };
        self.repeat = Some(rule);
        Some(end)
    }

    /// "Monday, Wednesday and Friday".
    fn weekdays_at(&self, at: usize) -> Option<(Vec<Weekday>, usize)> {
        let mut days = vec![weekday(self.plain(at))?];
        let mut end = at + 1;
        loop {
            let next = if matches!(self.plain(end), "and" | "&") { end + 1 } else { end };
            let Some(day) = weekday(self.plain(next)) else { return Some((days, end)) };
            days.push(day);
            end = next + 1;
        }
    }

    fn date_at(&mut self, at: usize) -> Option<usize> {
        if self.date.is_some() {
            return None;
        }
        let (date, end) = self.find_date(at)?;
        self.date = Some(date);
        Some(end)
    }

    fn find_date(&mut self, at: usize) -> Option<(NaiveDate, usize)> {
        let today = self.today;
        let later = |days: u64| today.checked_add_days(Days::new(days));
        let (one, two, three) = (self.plain(at), self.plain(at + 1), self.plain(at + 2));
        match (one, two, three) {
            ("today", ..) => return Some((today, at + 1)),
            ("tonight", ..) => {
                self.time = self.time.or(NaiveTime::from_hms_opt(19, 0, 0));
                return Some((today, at + 1));
            }
            ("tomorrow" | "tmrw" | "tmw", ..) => return Some((later(1)?, at + 1)),
            ("day", "after", "tomorrow") => return Some((later(2)?, at + 3)),
            ("in", number, unit) => {
                let number = if matches!(number, "a" | "an" | "one") { 1 } else { number.parse::<u32>().ok()? };
                let date = match unit {
                    "day" | "days" => later(u64::from(number)),
                    "week" | "weeks" => later(7 * u64::from(number)),
                    "month" | "months" => today.checked_add_months(Months::new(number)),
                    "year" | "years" => today.checked_add_months(Months::new(number.checked_mul(12)?)),
                    _ => None,
                };
                return Some((date?, at + 3));
            }
            ("next", unit, _) => {
                let monday = later(u64::from(7 - today.weekday().num_days_from_monday()))?;
                let date = match unit {
                    "week" => monday,
                    "month" => today.with_day(1)?.checked_add_months(Months::new(1))?,
                    day => monday.checked_add_days(Days::new(u64::from(weekday(day)?.num_days_from_monday())))?,
                };
                return Some((date, at + 2));
            }
            _ => {}
        }
        if let Some(day) = weekday(one) {
            let away = (7 + day.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
            return Some((later(u64::from(if away == 0 { 7 } else { away }))?, at + 1));
        }
        if let Ok(date) = one.parse::<NaiveDate>() {
            return Some((date, at + 1));
        }
        // "25 November", "25th of November 2027", "November 25".
        let (day, month, end) = match (number_of_day(one), two, three) {
            (Some(day), "of", name) => (day, month(name)?, at + 3),
            (Some(day), name, _) => (day, month(name)?, at + 2),
            (None, number, _) => (number_of_day(number)?, month(one)?, at + 2),
        };
        let year = self.plain(end).parse::<i32>().ok().filter(|year| (1900..10_000).contains(year));
        let date = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day)?,
            // The next that comes; 29 February may take some years.
            None => (today.year()..today.year() + 9)
                .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                .find(|date| *date >= today)?,
        };
        Some((date, if year.is_some() { end + 1 } else { end }))
    }

    /// "12:30", "3pm", "at 3", "10-11:30", "2 to 4 pm", "noon".
    fn time_at(&mut self, at: usize, is_said: bool) -> Option<usize> {
        if self.time.is_some() && self.until.is_some() {
            return None;
        }
        let one = self.plain(at).to_owned();
        if let Some((from, to)) = one.split_once(['-', '\u{2013}'])
            && let (Some(from), Some(mut to)) = (Clock::parse(from), Clock::parse(to))
        {
            let end = self.half_at(at + 1, &mut to);
            return self.set_range(from, to).then_some(end);
        }
        let mut clock = Clock::parse(&one)?;
        let mut end = self.half_at(at + 1, &mut clock);
        if matches!(self.plain(end), "-" | "\u{2013}" | "to" | "until" | "till")
            && let Some(mut to) = Clock::parse(self.plain(end + 1))
        {
            let after = self.half_at(end + 2, &mut to);
            if (is_said || clock.is_sure || to.is_sure) && self.set_range(clock, to) {
                return Some(after);
            }
        }
        if !(clock.is_sure || is_said) || self.time.is_some() {
            return None;
        }
        // "11 o'clock"
        if self.plain(end) == "o'clock" || self.plain(end) == "o’clock" {
            end += 1;
        }
        self.time = Some(clock.time()?);
        Some(end)
    }

    /// "pm" as a word of its own.
    fn half_at(&self, at: usize, clock: &mut Clock) -> usize {
        match half(self.plain(at)) {
            Some(half) if clock.half.is_none() => {
                clock.half = Some(half);
                clock.is_sure = true;
                at + 1
            }
            _ => at,
        }
    }

    fn set_range(&mut self, mut from: Clock, to: Clock) -> bool {
        // "2-4pm": the afternoon is that of both, unless it would go backwards: "11-1pm".
        if from.half.is_none() && to.half.is_some() {
            let same = Clock { half: to.half, ..from };
            if same.time().zip(to.time()).is_some_and(|(from, to)| from < to) {
                from = same;
            } else {
                from.half = Some(Half::Morning);
            }
        }
        let (Some(from), Some(to)) = (from.time(), to.time()) else { return false };
        (self.time, self.until) = (Some(from), Some(to));
        true
    }

    /// "for 2 hours", "90 min", "for 1h30".
    fn length_at(&mut self, at: usize) -> Option<usize> {
        if self.lasts.is_some() {
            return None;
        }
        let is_said = self.plain(at) == "for";
        let begin = if is_said { at + 1 } else { at };
        let (one, two) = (self.plain(begin), self.plain(begin + 1));
        let (lasts, end) = match joined_length(one) {
            Some(lasts) => (lasts, begin + 1),
            None => {
                let number = match one {
                    "a" | "an" | "one" if is_said => 1.0,
                    "half" if two == "an" && is_said => 0.5,
                    number => number.parse::<f64>().ok()?,
                };
                let at = if one == "half" { begin + 2 } else { begin + 1 };
                (length(number, self.plain(at))?, at + 1)
            }
        };
        // Without "for", days and weeks are what the event is about: "3 days in Rome" is.
        (lasts > TimeDelta::zero()).then(|| self.lasts = Some(lasts))?;
        Some(end)
    }

    fn take_people(&mut self) -> Vec<String> {
        let mut people = Vec::new();
        let Some(with) = (0..self.words.len()).find(|at| matches!(self.plain(*at), "with" | "w/")) else {
            return people;
        };
        let mut name: Vec<&str> = Vec::new();
        let mut finish = |name: &mut Vec<&str>| {
            if !name.is_empty() {
                people.push(name.join(" "));
                name.clear();
            }
        };
        for word in self.words.iter().skip(with + 1) {
            let is_name = word.text.contains('@') || word.text.chars().next().is_some_and(char::is_uppercase);
            if word.is_used || !(is_name || matches!(word.plain.as_str(), "and" | "&" | "+")) {
                break;
            }
            if is_name {
                name.push(word.text.trim_end_matches([',', ';', '.']));
            }
            if !is_name || word.text.ends_with([',', ';']) {
                finish(&mut name);
            }
        }
        finish(&mut name);
        people
    }

    fn take_place(&mut self) -> Option<String> {
        let begins = |at: &usize| match self.plain(*at) {
            "at" | "@" => !self.plain(at + 1).is_empty(),
            "in" => {
                let next = self.words.get(at + 1).filter(|word| !word.is_used);
                next.is_some_and(|next| next.plain == "the" || next.text.chars().next().is_some_and(char::is_uppercase))
            }
            _ => false,
        };
        let from = (0..self.words.len()).rev().find(begins)?;
        let ends = |at: &usize| matches!(self.plain(*at), "" | "with" | "about" | "for" | "at" | "in" | "on");
        let to = (from + 1..self.words.len()).find(ends).unwrap_or(self.words.len());
        let place = self.words.get(from + 1..to)?.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        let place = place.trim_end_matches([',', ';', '.']).to_owned();
        self.take(from, to);
        (!place.is_empty()).then_some(place)
    }

    fn rest(&self) -> String {
        let words: Vec<&str> = self.words.iter().filter(|word| !word.is_used).map(|word| word.text).collect();
        let title = words.join(" ");
        title.trim_matches([',', ';', ' ', '-', '\u{2013}']).to_owned()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

fn half(word: &str) -> Option<Half> {
    match word {
        "am" | "a.m" | "a.m." => Some(Half::Morning),
        "pm" | "p.m" | "p.m." => Some(Half::Afternoon),
        _ => None,
    }
}

/// A time as it is written, before one knows which half of the day is meant.
#[derive(Clone, Copy, Debug)]
struct Clock {
    hour: u32,
    minute: u32,
    half: Option<Half>,
    /// It can be nothing but a time.
    is_sure: bool,
    /// Written with two digits, as in 24 hours: "03:30".
    is_padded: bool,
}

impl Clock {
    fn parse(word: &str) -> Option<Self> {
        let sure = |hour| Self { hour, minute: 0, half: None, is_sure: true, is_padded: true };
        match word {
            "noon" | "midday" => return Some(sure(12)),
            "midnight" => return Some(sure(0)),
            _ => {}
        }
        let (digits, half) = match ["am", "pm", "a.m", "p.m"].into_iter().find_map(|end| word.strip_suffix(end)) {
            Some(digits) if word.contains('p') => (digits, Some(Half::Afternoon)),
            Some(digits) => (digits, Some(Half::Morning)),
            None => (word, None),
        };
        let (hour, minute, has_minutes) = match digits.split_once([':', 'h']) {
            Some((hour, "")) => (hour, "0", digits.contains(':')),
            Some((hour, minute)) => (hour, minute, true),
            None => (digits, "0", false),
        };
        let is_number = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|it| it.is_ascii_digit());
        if !is_number(hour) || !is_number(minute) || (digits.ends_with('h') && half.is_none()) {
            return None;
        }
        Some(Self {
            hour: hour.parse().ok()?,
            minute: minute.parse().ok()?,
            half,
            is_sure: half.is_some() || has_minutes,
            is_padded: hour.starts_with('0'),
        })
    }

    fn time(self) -> Option<NaiveTime> {
        let hour = match self.half {
            Some(_) if self.hour == 0 || self.hour > 12 => return None,
            Some(Half::Morning) => self.hour % 12,
            Some(Half::Afternoon) => self.hour % 12 + 12,
            // Nobody meets at three in the morning.
            None if (1..7).contains(&self.hour) && !self.is_padded => self.hour + 12,
            None => self.hour,
        };
        NaiveTime::from_hms_opt(hour, self.minute, 0)
    }
}

/// "2h", "45min", "1h30".
fn joined_length(word: &str) -> Option<TimeDelta> {
    let at = word.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, unit) = word.split_at(at);
    let number = number.parse::<f64>().ok()?;
    if let Some(minutes) =
        unit.strip_prefix('h').and_then(|rest| rest.trim_end_matches(['m', 'i', 'n']).parse::<i64>().ok())
    {
        return length(number, "h").map(|hours| hours + TimeDelta::minutes(minutes));
    }
    matches!(unit, "h" | "hr" | "hrs" | "min" | "mins" | "m").then(|| length(number, unit))?
}

fn length(number: f64, unit: &str) -> Option<TimeDelta> {
    let minutes = match unit {
        "m" | "min" | "mins" | "minute" | "minutes" => 1.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 60.0,
        "day" | "days" => 1_440.0,
        "week" | "weeks" => 10_080.0,
        _ => return None,
    };
    let minutes = number * minutes;
    (0.0..1e6).contains(&minutes).then(|| TimeDelta::minutes(minutes.round() as i64))
}

fn frequency(unit: &str) -> Option<Frequency> {
    match unit {
        "day" | "days" => Some(Frequency::Daily),
        "week" | "weeks" => Some(Frequency::Weekly),
        "month" | "months" => Some(Frequency::Monthly),
        "year" | "years" => Some(Frequency::Yearly),
        "hour" | "hours" => Some(Frequency::Hourly),
        _ => None,
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix('s').filter(|it| it.ends_with("day")).unwrap_or(word);
    match word {
        "monday" | "mon" => Some(Weekday::Mon),
        "tuesday" | "tue" | "tues" => Some(Weekday::Tue),
        "wednesday" | "wed" => Some(Weekday::Wed),
        "thursday" | "thu" | "thur" | "thurs" => Some(Weekday::Thu),
        "friday" | "fri" => Some(Weekday::Fri),
        "saturday" | "sat" => Some(Weekday::Sat),
        "sunday" | "sun" => Some(Weekday::Sun),
        _ => None,
    }
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS.iter().position(|name| {
        *name == word || (word.len() >= 3 && name.starts_with(word) && (word.len() == 3 || word == "sept"))
    })?;
    u32::try_from(at + 1).ok()
}

/// "25", "25th".
fn number_of_day(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].into_iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    digits.trim_end_matches('.').parse().ok().filter(|day| (1..=31).contains(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Typed on Tuesday 24 November 2026 at 10:12, into a slot of Thursday 9:00 to 9:30.
    fn read_here(line: &str) -> Sentence {
        let slot = Slot { start: time("2026-11-26T09:00:00"), end: time("2026-11-26T09:30:00"), all_day: false };
        read(line, time("2026-11-24T10:12:00"), slot)
    }

    fn time(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(line: &str, title: &str, start: &str, end: &str) {
        let read = read_here(line);
        assert_eq!((read.title.as_str(), read.start, read.end), (title, time(start), time(end)), "{line}");
    }

    #[test]
    fn a_line_says_what_when_where_and_with_whom() {
        let read = read_here("Lunch with Bob tomorrow 12:30 at the Crow");
        assert_eq!(read.title, "Lunch with Bob");
        assert_eq!(read.start, time("2026-11-25T12:30:00"));
        assert_eq!(read.end, time("2026-11-25T13:00:00"));
        assert_eq!(read.place.as_deref(), Some("the Crow"));
        assert_eq!(read.people, ["Bob"]);
        assert!(!read.all_day && read.repeat.is_none());
    }

    #[test]
    fn without_a_time_the_slot_is_meant() {
        check("Write to the architect", "Write to the architect", "2026-11-26T09:00:00", "2026-11-26T09:30:00");
        check("", "", "2026-11-26T09:00:00", "2026-11-26T09:30:00");
        check("Dentist friday", "Dentist", "2026-11-27T09:00:00", "2026-11-27T09:30:00");
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        check("Call 3pm", "Call", "2026-11-26T15:00:00", "2026-11-26T15:30:00");
        check("Call at 3", "Call", "2026-11-26T15:00:00", "2026-11-26T15:30:00");
        check("Call 03:30", "Call", "2026-11-26T03:30:00", "2026-11-26T04:00:00");
        check("Workshop 10-11:30", "Workshop", "2026-11-26T10:00:00", "2026-11-26T11:30:00");
        check("Workshop from 2 to 4pm today", "Workshop", "2026-11-24T14:00:00", "2026-11-24T16:00:00");
        check("Workshop 11-1pm", "Workshop", "2026-11-26T11:00:00", "2026-11-26T13:00:00");
        check("Party 10 pm – 2 am", "Party", "2026-11-26T22:00:00", "2026-11-27T02:00:00");
        check("Lunch noon for 2 hours", "Lunch", "2026-11-26T12:00:00", "2026-11-26T14:00:00");
        check("Review 14:00 1h30", "Review", "2026-11-26T14:00:00", "2026-11-26T15:30:00");
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for (line, day) in [
            ("x today", "2026-11-24"),
            ("x day after tomorrow", "2026-11-26"),
            ("x on monday", "2026-11-30"),
            ("x tuesday", "2026-12-01"),
            ("x next friday", "2026-12-04"),
            ("x in 2 weeks", "2026-12-08"),
            ("x 3 December", "2026-12-03"),
            ("x 25th of March", "2027-03-25"),
            ("x Dec 3 2027", "2027-12-03"),
            ("x 2028-02-29", "2028-02-29"),
        ] {
            let read = read_here(line);
            assert_eq!((read.title.as_str(), read.start.date()), ("x", day.parse().unwrap()), "{line}");
        }
    }

    #[test]
    fn whole_days_are_those_of_which_no_time_is_said() {
        let read = read_here("Book fair all day saturday");
        assert_eq!((read.title.as_str(), read.all_day), ("Book fair", true));
        assert_eq!((read.start, read.end), (time("2026-11-28T00:00:00"), time("2026-11-29T00:00:00")));
        let read = read_here("Away tomorrow for 3 days");
        assert_eq!((read.all_day, read.end), (true, time("2026-11-28T00:00:00")));
    }

    #[test]
    fn what_repeats_begins_on_its_first_day() {
        let read = read_here("Stand-up every Monday and Wed 9:15");
        assert_eq!(read.title, "Stand-up");
        assert_eq!(read.repeat, Some(Repeat::on_days(1, [Weekday::Mon, Weekday::Wed])));
        assert_eq!(read.start, time("2026-11-30T09:15:00"));
        assert_eq!(read_here("Bins every 2 weeks").repeat, Some(Repeat::every(2, Frequency::Weekly)));
        assert_eq!(read_here("Run every weekday 7am").repeat.unwrap().days.len(), 5);
    }

    #[test]
    fn numbers_and_words_that_are_no_time_stay_in_the_title() {
        for line in ["Chapter 7", "Every now and then", "March of the owls", "2 people for lunch", "Room 101", "May I"]
        {
            assert_eq!(read_here(line).title, line);
        }
    }

    #[test]
    fn several_people_and_a_room() {
        let read = read_here("Maps with Bob Okafor, Emi and hugo@owlery.example in the Map Room friday 14:00");
        assert_eq!(read.people, ["Bob Okafor", "Emi", "hugo@owlery.example"].map(|it| it.to_owned()));
        assert_eq!(read.place.as_deref(), Some("the Map Room"));
    }

    #[test]
    fn nothing_breaks_it() {
        for line in [
            "12:99",
            "at",
            "every",
            "with",
            "in 99999999999 years",
            "in 999999999 days",
            "31 February",
            "– –",
            "é:é",
            "0pm",
            "13pm",
            "every 0 days",
        ] {
            read_here(line);
        }
    }
}
