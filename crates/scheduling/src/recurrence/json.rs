//! A rule from JSON and back (RFC 8984 §4.3.3).

use serde_json::{Map, Value, json};

use super::{Frequency, NthDay, Rule, RuleError, Skip};
use crate::{
    date::{format_local, parse_local},
    invalid::{Invalid, Problem},
};

const FREQUENCIES: [(&str, Frequency); 7] = [
    ("yearly", Frequency::Yearly),
    ("monthly", Frequency::Monthly),
    ("weekly", Frequency::Weekly),
    ("daily", Frequency::Daily),
    ("hourly", Frequency::Hourly),
    ("minutely", Frequency::Minutely),
    ("secondly", Frequency::Secondly),
];
pub(super) const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
/// More than the longest list that says anything: every second of an hour, every day of a leap year and back.
const LONGEST_LIST: usize = 800;
const MOST: u32 = i32::MAX as u32;

impl Rule {
    /// Reads a RecurrenceRule object. Properties that are not known are not looked at.
    ///
    /// # Errors
    /// The first thing that is wrong, or that it is in another calendar.
    pub fn from_json(value: &Value) -> Result<Self, RuleError> {
        let object = value.as_object().ok_or(Invalid::new("", Problem::Expected("an object")))?;
        let frequency = text(object, "frequency")?.ok_or(Invalid::new("frequency", Problem::Missing))?;
        let frequency = FREQUENCIES
            .iter()
            .find(|(name, _)| frequency.eq_ignore_ascii_case(name))
            .ok_or(Invalid::new("frequency", Problem::Expected("a frequency such as weekly")))?
            .1;
        let mut rule = Self::every(frequency);
        rule.interval = number(object, "interval", 1, MOST)?.unwrap_or(1);
        rule.skip = match text(object, "skip")? {
            None | Some("omit") => Skip::Omit,
            Some("backward") => Skip::Backward,
            Some("forward") => Skip::Forward,
            Some(_) => return Err(Invalid::new("skip", Problem::Expected("omit, backward or forward")).into()),
        };
        if let Some(day) = text(object, "firstDayOfWeek")? {
            rule.first_day =
                weekday(day).ok_or(Invalid::new("firstDayOfWeek", Problem::Expected("a day such as mo")))?;
        }
        rule.by_month_day = signed(object, "byMonthDay", 31)?;
        rule.by_year_day = signed(object, "byYearDay", 366)?;
        rule.by_week_no = signed(object, "byWeekNo", 53)?;
        rule.by_set_position = signed(object, "bySetPosition", i64::from(i32::MAX))?;
        rule.by_hour = unsigned(object, "byHour", 23)?;
        rule.by_minute = unsigned(object, "byMinute", 59)?;
        rule.by_second = unsigned(object, "bySecond", 60)?;
        rule.by_day = days(object, &rule)?;
        rule.count = number(object, "count", 1, u32::MAX)?;
        if let Some(until) = text(object, "until")? {
            let read = parse_local(until.strip_suffix('Z').unwrap_or(until));
            rule.until = Some(read.ok_or(Invalid::new("until", Problem::Expected("a local date-time")))?);
        }
        if rule.count.is_some() && rule.until.is_some() {
            return Err(Invalid::new("until", Problem::Conflict("count")).into());
        }
        if let Some(scale) = text(object, "rscale")?.filter(|scale| !scale.eq_ignore_ascii_case("gregorian")) {
            return Err(RuleError::Scale(scale.chars().take(64).collect()));
        }
        rule.by_month = months(object)?;
        rule.sort();
        Ok(rule)
    }

    /// The rule as JSON, without what is the default.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("@type".into(), "RecurrenceRule".into());
        let name = FREQUENCIES.iter().find(|(_, frequency)| *frequency == self.frequency).map_or("daily", |it| it.0);
        object.insert("frequency".into(), name.into());
        if self.interval != 1 {
            object.insert("interval".into(), self.interval.into());
        }
        match self.skip {
            Skip::Omit => {}
            Skip::Backward => _ = object.insert("skip".into(), "backward".into()),
            Skip::Forward => _ = object.insert("skip".into(), "forward".into()),
        }
        if self.first_day != 0 {
            object.insert("firstDayOfWeek".into(), day_name(self.first_day).into());
        }
        if !self.by_day.is_empty() {
            let days = self.by_day.iter().map(|day| match day.nth {
                None => json!({"@type": "NDay", "day": day_name(day.day)}),
                Some(nth) => json!({"@type": "NDay", "day": day_name(day.day), "nthOfPeriod": nth}),
            });
            object.insert("byDay".into(), days.collect());
        }
        if !self.by_month.is_empty() {
            object.insert("byMonth".into(), self.by_month.iter().map(ToString::to_string).collect());
        }
        let signed = [
            ("byMonthDay", &self.by_month_day),
            ("byYearDay", &self.by_year_day),
            ("byWeekNo", &self.by_week_no),
            ("bySetPosition", &self.by_set_position),
        ];
        for (name, list) in signed {
            if !list.is_empty() {
                object.insert(name.into(), json!(list));
            }
        }
        for (name, list) in [("byHour", &self.by_hour), ("byMinute", &self.by_minute), ("bySecond", &self.by_second)] {
            if !list.is_empty() {
                object.insert(name.into(), json!(list));
            }
        }
        if let Some(count) = self.count {
            object.insert("count".into(), count.into());
        }
        if let Some(until) = self.until {
            object.insert("until".into(), format_local(until).into());
        }
        Value::Object(object)
    }
}

pub(super) fn weekday(name: &str) -> Option<u8> {
    let at = DAYS.iter().position(|day| day.eq_ignore_ascii_case(name))?;
    u8::try_from(at).ok()
}

pub(super) fn day_name(day: u8) -> &'static str {
    DAYS.get(usize::from(day)).copied().unwrap_or("mo")
}

fn given<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Invalid> {
    let expected = || Invalid::new(name, Problem::Expected("a string"));
    given(object, name).map(|value| value.as_str().ok_or_else(expected)).transpose()
}

fn number(object: &Map<String, Value>, name: &str, least: u32, most: u32) -> Result<Option<u32>, Invalid> {
    let Some(value) = given(object, name) else { return Ok(None) };
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    match number {
        Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => Err(Invalid::new(name, Problem::Range(least.into(), most.into()))),
    }
}

fn list<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a [Value], Invalid> {
    let Some(value) = given(object, name) else { return Ok(&[]) };
    let list = value.as_array().ok_or_else(|| Invalid::new(name, Problem::Expected("a list")))?;
    if list.len() > LONGEST_LIST {
        return Err(Invalid::new(name, Problem::TooMany(LONGEST_LIST)));
    }
    Ok(list)
}

/// Numbers from −most to most, without 0.
fn signed(object: &Map<String, Value>, name: &str, most: i64) -> Result<Vec<i32>, Invalid> {
    let read = |(at, value): (usize, &Value)| {
        let number = value.as_i64().filter(|number| *number != 0 && number.abs() <= most);
        let number = number.and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| Invalid::new(format!("{name}/{at}"), Problem::Range(-most, most)))
    };
    list(object, name)?.iter().enumerate().map(read).collect()
}

/// Numbers from 0 to most.
fn unsigned(object: &Map<String, Value>, name: &str, most: u32) -> Result<Vec<u32>, Invalid> {
    let read = |(at, value): (usize, &Value)| {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number <= most);
        number.ok_or_else(|| Invalid::new(format!("{name}/{at}"), Problem::Range(0, most.into())))
    };
    list(object, name)?.iter().enumerate().map(read).collect()
}

/// Months are strings, since other calendars have leap months (`5L`). The Gregorian has none.
fn months(object: &Map<String, Value>) -> Result<Vec<u32>, Invalid> {
    let read = |(at, value): (usize, &Value)| {
        let number = match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        let expected = Problem::Expected("a month from \"1\" to \"12\"");
        number.filter(|month| (1..=12).contains(month)).ok_or_else(|| Invalid::new(format!("byMonth/{at}"), expected))
    };
    list(object, "byMonth")?.iter().enumerate().map(read).collect()
}

fn days(object: &Map<String, Value>, rule: &Rule) -> Result<Vec<NthDay>, Invalid> {
    let read = |(at, value): (usize, &Value)| {
        let pointer = format!("byDay/{at}");
        let day = value.as_object().ok_or_else(|| Invalid::new(&*pointer, Problem::Expected("an object")))?;
        let name = text(day, "day").map_err(|invalid| invalid.within(&pointer))?;
        let name = name.ok_or_else(|| Invalid::new(format!("{pointer}/day"), Problem::Missing))?;
        let expected = || Invalid::new(format!("{pointer}/day"), Problem::Expected("a day such as mo"));
        let weekday = weekday(name).ok_or_else(expected)?;
        let nth = match given(day, "nthOfPeriod") {
            None => None,
            Some(value) => {
                let nth = value.as_i64().filter(|nth| *nth != 0 && nth.abs() <= 53);
                let nth = nth.and_then(|nth| i32::try_from(nth).ok());
                let invalid = |problem| Invalid::new(format!("{pointer}/nthOfPeriod"), problem);
                let nth = nth.ok_or_else(|| invalid(Problem::Range(-53, 53)))?;
                if rule.frequency < Frequency::Monthly {
                    return Err(invalid(Problem::Expected("left out unless the frequency is monthly or yearly")));
                }
                if !rule.by_week_no.is_empty() {
                    return Err(invalid(Problem::Conflict("byWeekNo")));
                }
                Some(nth)
            }
        };
        Ok(NthDay { day: weekday, nth })
    };
    list(object, "byDay")?.iter().enumerate().map(read).collect()
}
