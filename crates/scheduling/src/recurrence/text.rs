//! A rule as iCalendar writes it (RFC 5545 §3.3.10): `FREQ=WEEKLY;BYDAY=MO,TH`.
//!
//! The local times are in the event's zone on both sides: what a `UNTIL` in UTC means there is for who knows the zone.

use chrono::NaiveDateTime;

use super::{
    Frequency, NthDay, Rule, Skip,
    json::{day_name, weekday},
};

/// The text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no part of a recurrence rule")]
pub struct ParseRuleError(pub String);

const FREQUENCIES: [(&str, Frequency); 7] = [
    ("YEARLY", Frequency::Yearly),
    ("MONTHLY", Frequency::Monthly),
    ("WEEKLY", Frequency::Weekly),
    ("DAILY", Frequency::Daily),
    ("HOURLY", Frequency::Hourly),
    ("MINUTELY", Frequency::Minutely),
    ("SECONDLY", Frequency::Secondly),
];

impl std::str::FromStr for Rule {
    type Err = ParseRuleError;

    /// Reads a rule. A `UNTIL` in UTC is taken as it stands.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rule = Self::every(Frequency::Daily);
        let mut frequency = None;
        for part in text.trim().trim_end_matches(';').split(';') {
            let error = || ParseRuleError(part.chars().take(80).collect());
            let (name, value) = part.split_once('=').ok_or_else(error)?;
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => {
                    let known = FREQUENCIES.iter().find(|(name, _)| value.eq_ignore_ascii_case(name));
                    frequency = Some(known.ok_or_else(error)?.1);
                }
                "INTERVAL" => rule.interval = value.parse().ok().filter(|it| *it > 0).ok_or_else(error)?,
                "COUNT" => rule.count = Some(value.parse().ok().filter(|it| *it > 0).ok_or_else(error)?),
                "UNTIL" => rule.until = Some(until(value).ok_or_else(error)?),
                "WKST" => rule.first_day = weekday(value).ok_or_else(error)?,
                "BYDAY" => rule.by_day = list(value, nth_day).ok_or_else(error)?,
                "BYMONTHDAY" => rule.by_month_day = list(value, |it| signed(it, 31)).ok_or_else(error)?,
                "BYYEARDAY" => rule.by_year_day = list(value, |it| signed(it, 366)).ok_or_else(error)?,
                "BYWEEKNO" => rule.by_week_no = list(value, |it| signed(it, 53)).ok_or_else(error)?,
                "BYSETPOS" => rule.by_set_position = list(value, |it| signed(it, i32::MAX)).ok_or_else(error)?,
                "BYMONTH" => {
                    rule.by_month = list(value, |it| unsigned(it, 12).filter(|month| *month > 0)).ok_or_else(error)?;
                }
                "BYHOUR" => rule.by_hour = list(value, |it| unsigned(it, 23)).ok_or_else(error)?,
                "BYMINUTE" => rule.by_minute = list(value, |it| unsigned(it, 59)).ok_or_else(error)?,
                "BYSECOND" => rule.by_second = list(value, |it| unsigned(it, 60)).ok_or_else(error)?,
                "SKIP" => {
                    rule.skip = match value.to_ascii_uppercase().as_str() {
                        "OMIT" => Skip::Omit,
                        "BACKWARD" => Skip::Backward,
                        "FORWARD" => Skip::Forward,
                        _ => return Err(error()),
                    };
                }
                "RSCALE" if value.eq_ignore_ascii_case("GREGORIAN") => {}
                name if name.starts_with("X-") => {}
                _ => return Err(error()),
            }
        }
        rule.frequency = frequency.ok_or_else(|| ParseRuleError("a rule without FREQ".into()))?;
        rule.sort();
        Ok(rule)
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.skip != Skip::Omit {
            f.write_str("RSCALE=GREGORIAN;")?;
        }
        let name = FREQUENCIES.iter().find(|(_, frequency)| *frequency == self.frequency).map_or("DAILY", |it| it.0);
        write!(f, "FREQ={name}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        let days = self.by_day.iter().map(|day| {
            let nth = day.nth.map(|nth| nth.to_string()).unwrap_or_default();
            nth + &day_name(day.day).to_ascii_uppercase()
        });
        let lists = [
            ("BYMONTH", join(&self.by_month)),
            ("BYWEEKNO", join(&self.by_week_no)),
            ("BYYEARDAY", join(&self.by_year_day)),
            ("BYMONTHDAY", join(&self.by_month_day)),
            ("BYDAY", days.collect::<Vec<_>>().join(",")),
            ("BYHOUR", join(&self.by_hour)),
            ("BYMINUTE", join(&self.by_minute)),
            ("BYSECOND", join(&self.by_second)),
            ("BYSETPOS", join(&self.by_set_position)),
        ];
        for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            write!(f, ";{name}={list}")?;
        }
        if self.first_day != 0 {
            write!(f, ";WKST={}", day_name(self.first_day).to_ascii_uppercase())?;
        }
        match self.skip {
            Skip::Omit => {}
            Skip::Backward => f.write_str(";SKIP=BACKWARD")?,
            Skip::Forward => f.write_str(";SKIP=FORWARD")?,
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={}", until.format("%Y%m%dT%H%M%S"))?;
        }
        Ok(())
    }
}

fn join<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').map(|item| read(item.trim())).collect()
}

fn signed(item: &str, most: i32) -> Option<i32> {
    let number: i64 = item.parse().ok()?;
    i32::try_from(number).ok().filter(|number| *number != 0 && number.unsigned_abs() <= most.unsigned_abs())
}

fn unsigned(item: &str, most: u32) -> Option<u32> {
    item.parse().ok().filter(|number| *number <= most)
}

fn nth_day(item: &str) -> Option<NthDay> {
    let (nth, day) = item.split_at_checked(item.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() { None } else { Some(signed(nth, 53)?) };
    Some(NthDay { day: weekday(day)?, nth })
}

fn until(value: &str) -> Option<NaiveDateTime> {
    let value = value.strip_suffix('Z').unwrap_or(value);
    NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").ok().or_else(|| {
        let date = chrono::NaiveDate::parse_from_str(value, "%Y%m%d").ok()?;
        date.and_hms_opt(23, 59, 59)
    })
}
