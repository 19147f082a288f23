//! Property lines: what is looked at again and again.

use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendarComponent, ICalendarEntry, ICalendarParameter, ICalendarParameterName, ICalendarProperty,
        ICalendarValue, ICalendarValueType,
    },
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

/// A date or time as it stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) local: NaiveDateTime,
    pub(super) has_time: bool,
    pub(super) is_utc: bool,
}

pub(super) fn stamp(value: &PartialDateTime) -> Option<Stamp> {
    let date = NaiveDate::from_ymd_opt(value.year?.into(), value.month?.into(), value.day?.into())?;
    let Some(hour) = value.hour else {
        return Some(Stamp { local: date.and_hms_opt(0, 0, 0)?, has_time: false, is_utc: false });
    };
    let (minute, second) = (value.minute.unwrap_or(0), value.second.unwrap_or(0).min(59));
    // Some write midnight as the end of the day.
    let (date, hour) = if hour == 24 { (date.succ_opt()?, 0) } else { (date, hour) };
    let mut local = date.and_hms_opt(hour.into(), minute.into(), second.into())?;
    let mut is_utc = false;
    if let Some(zone_hour) = value.tz_hour {
        let seconds = i64::from(zone_hour) * 3600 + i64::from(value.tz_minute.unwrap_or(0)) * 60;
        let offset = chrono::TimeDelta::seconds(if value.tz_minus { -seconds } else { seconds });
        local = local.checked_sub_signed(offset)?;
        is_utc = true;
    }
    Some(Stamp { local, has_time: true, is_utc })
}

/// The first value of a line as a date or time.
pub(super) fn first_stamp(entry: &ICalendarEntry) -> Option<Stamp> {
    entry.values.first().and_then(ICalendarValue::as_partial_date_time).and_then(stamp)
}

/// The first value of a line as text.
pub(super) fn text(entry: &ICalendarEntry) -> Option<&str> {
    entry.values.first().and_then(ICalendarValue::as_text)
}

pub(super) fn property<'a>(component: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a ICalendarEntry> {
    component.entries.iter().find(|entry| entry.name == *name)
}

/// The text of a property that calcard does not know by name.
pub(super) fn other<'a>(component: &'a ICalendarComponent, name: &str) -> Option<&'a str> {
    let is = |entry: &&ICalendarEntry| match &entry.name {
        ICalendarProperty::Other(other) => other.eq_ignore_ascii_case(name),
        _ => false,
    };
    component.entries.iter().find(is).and_then(text)
}

/// The name of the zone in which a line's times are.
pub(super) fn tzid(entry: &ICalendarEntry) -> Option<&str> {
    entry.parameters(&ICalendarParameterName::Tzid).find_map(|value| value.as_text()).filter(|name| !name.is_empty())
}

/// A value for a day.
pub(super) fn date_value(local: NaiveDateTime) -> ICalendarValue {
    ICalendarValue::PartialDateTime(Box::new(PartialDateTime {
        hour: None,
        minute: None,
        second: None,
        ..parts(local)
    }))
}

/// A value for a local time.
pub(super) fn local_value(local: NaiveDateTime) -> ICalendarValue {
    ICalendarValue::PartialDateTime(Box::new(parts(local)))
}

/// A value for an instant.
pub(super) fn utc_value(instant: DateTime<Utc>) -> ICalendarValue {
    ICalendarValue::PartialDateTime(Box::new(utc_parts(instant)))
}

pub(super) fn utc_parts(instant: DateTime<Utc>) -> PartialDateTime {
    PartialDateTime { tz_hour: Some(0), tz_minute: Some(0), ..parts(instant.naive_utc()) }
}

pub(super) fn parts(local: NaiveDateTime) -> PartialDateTime {
    let small = |number: u32| u8::try_from(number).ok();
    PartialDateTime {
        year: u16::try_from(local.year()).ok(),
        month: small(local.month()),
        day: small(local.day()),
        hour: small(local.hour()),
        minute: small(local.minute()),
        second: small(local.second()),
        ..PartialDateTime::default()
    }
}

pub(super) fn date_parameter() -> ICalendarParameter {
    ICalendarParameter::value(ICalendarValueType::Date)
}
