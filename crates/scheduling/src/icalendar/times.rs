//! When a component is: DTSTART, DTEND, DUE and DURATION, both ways.

use calcard::{
    common::IanaParse,
    icalendar::{
        ICalendarDuration, ICalendarEntry, ICalendarParameter, ICalendarPeriod, ICalendarProperty, ICalendarValue,
    },
};
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{
    component::{ALL_DAY, define, line},
    entry::{Stamp, date_parameter, date_value, first_stamp, local_value, stamp, utc_value},
    zones::{Named, Zones},
};
use crate::{
    date::{Duration, format_local},
    event::{Event, Kind},
    zone::Zone,
};

/// What the occurrences of a component need to know of its time.
#[derive(Debug)]
pub(super) struct Times {
    pub(super) zone: Named,
    /// Its first occurrence.
    pub(super) start: Option<NaiveDateTime>,
    pub(super) all_day: bool,
}

/// Reads the times into an event's properties.
pub(super) fn read(
    own: &[ICalendarEntry],
    is_task: bool,
    zones: &Zones,
    map: &mut Map<String, Value>,
    lost: &mut Vec<String>,
) -> Result<Times, String> {
    let mut zoned = |name: &ICalendarProperty| -> Option<(Stamp, Named)> {
        let entry = line(own, name)?;
        let stamp = first_stamp(entry)?;
        let zone = zones.of_entry(entry, stamp.is_utc).unwrap_or_else(|unknown| {
            lost.push(format!("the time zone {unknown:?}, which is not known"));
            Named::floating()
        });
        Some((stamp, zone))
    };
    let start = zoned(&ICalendarProperty::Dtstart);
    let end = zoned(if is_task { &ICalendarProperty::Due } else { &ICalendarProperty::Dtend });
    let duration = line(own, &ICalendarProperty::Duration).and_then(|entry| match entry.values.first()? {
        ICalendarValue::Duration(duration) => duration.to_string().parse::<Duration>().ok(),
        other => other.as_text()?.parse().ok(),
    });
    let duration = duration.filter(|duration| !duration.is_negative());
    if start.is_none() && !is_task {
        return Err("it has no start".into());
    }
    let Some((first, zone)) = start.as_ref().or(end.as_ref()).cloned() else {
        if let Some(duration) = duration {
            map.insert("estimatedDuration".into(), duration.to_string().into());
        }
        return Ok(Times { zone: Named::floating(), start: None, all_day: false });
    };
    let all_day = !first.has_time;
    if let Some(name) = &zone.name {
        map.insert("timeZone".into(), name.clone().into());
        if let Some(definition) = &zone.definition {
            define(map, name, definition);
        }
    }
    if start.is_some() {
        map.insert("start".into(), format_local(first.local).into());
    }
    if is_task {
        let due = match (&end, duration) {
            (Some((due, due_zone)), _) if start.is_some() => Some(moved(*due, due_zone, &zone)),
            (Some((due, _)), _) => Some(due.local),
            (None, Some(duration)) => {
                duration.add_days(first.local).map(|due| due + TimeDelta::seconds(duration.seconds))
            }
            (None, None) => None,
        };
        if let Some(due) = due.filter(|due| start.is_none() || *due >= first.local) {
            map.insert("due".into(), format_local(due).into());
        }
    } else {
        let length = length(first, &zone, end.as_ref(), duration);
        if !length.is_zero() {
            map.insert("duration".into(), length.to_string().into());
        }
        if let Some((stamp, end_zone)) = end
            && let Some(name) = &end_zone.name
            && zone.name.is_some()
            && zone.name != end_zone.name
            && !stamp.is_utc
        {
            map.insert("endTimeZone".into(), name.clone().into());
            if let Some(definition) = &end_zone.definition {
                define(map, name, definition);
            }
        }
    }
    Ok(Times { zone, start: Some(first.local), all_day })
}

/// A time by the clock of another zone.
fn moved(stamp: Stamp, from: &Named, to: &Named) -> NaiveDateTime {
    if from.name.is_none() || from.name == to.name || !stamp.has_time {
        return stamp.local;
    }
    to.zone.to_local(from.zone.to_utc(stamp.local))
}

/// How long an event is: nominal days where it has only days, else what passes between the two (RFC 5545 §3.8.2.2).
fn length(start: Stamp, zone: &Named, end: Option<&(Stamp, Named)>, duration: Option<Duration>) -> Duration {
    match (end, duration) {
        (Some((end, _)), _) if !start.has_time || !end.has_time => {
            let days = (end.local.date() - start.local.date()).num_days();
            // A day that ends on the day it begins is that day.
            Duration::days(days.max(i64::from(!start.has_time)))
        }
        (Some((end, end_zone)), _) => {
            let end =
                if end_zone.name.is_none() { zone.zone.to_utc(end.local) } else { end_zone.zone.to_utc(end.local) };
            Duration::seconds((end - zone.zone.to_utc(start.local)).num_seconds().max(0))
        }
        (None, Some(duration)) => duration,
        (None, None) => Duration::days(i64::from(!start.has_time)),
    }
}

/// The start of a period, and how long it is.
pub(super) fn period(period: &ICalendarPeriod) -> (Option<Stamp>, Option<Duration>) {
    match period {
        ICalendarPeriod::Range { start, end } => {
            let (start, end) = (stamp(start), stamp(end));
            let length =
                start.zip(end).map(|(start, end)| Duration::seconds((end.local - start.local).num_seconds().max(0)));
            (start, length)
        }
        ICalendarPeriod::Duration { start, duration } => (stamp(start), duration.to_string().parse().ok()),
    }
}

/// In which form the times of an event are written.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Date,
    Floating,
    Utc(Zone),
    /// In a zone, under its TZID.
    Zoned(Zone, String),
}

impl Form {
    /// The form of a series: days only when nothing in it has a time of its own.
    pub(super) fn of(event: &Event) -> Self {
        let midnight = |local: NaiveDateTime| local.time() == NaiveTime::MIN;
        let whole = event.duration().seconds == 0;
        let is_date = event.show_without_time()
            && event.time_zone().is_none()
            && event.start().is_none_or(midnight)
            && event.due().is_none_or(midnight)
            && event.recurrence_id().is_none_or(midnight)
            && whole
            && event.overrides().all(|(id, _)| midnight(id))
            && (event.kind() == Kind::Task || !event.duration().is_zero());
        match (is_date, event.time_zone()) {
            (true, _) => Self::Date,
            (false, None) => Self::Floating,
            (false, Some(name)) => Self::named(event, name),
        }
    }

    pub(super) fn named(event: &Event, name: &str) -> Self {
        match event.zone_named(name) {
            Ok(zone @ Zone::Iana(chrono_tz::Tz::UTC | chrono_tz::Tz::Etc__UTC)) => Self::Utc(zone),
            Ok(zone) => {
                let definition = event.get("timeZones").and_then(|zones| zones.get(name));
                let own = definition.and_then(|zone| zone.get("tzId")).and_then(Value::as_str);
                Self::Zoned(zone, own.unwrap_or(name).to_owned())
            }
            // What cannot be told is written as it stands.
            Err(_) => Self::Floating,
        }
    }

    /// A line with a local time of the event's zone.
    pub(super) fn entry(&self, name: ICalendarProperty, locals: &[NaiveDateTime]) -> ICalendarEntry {
        let values = locals.iter().map(|local| self.value(*local)).collect();
        let entry = ICalendarEntry::new(name).with_values(values);
        match self {
            Self::Date => entry.with_param(date_parameter()),
            Self::Floating | Self::Utc(_) => entry,
            Self::Zoned(_, id) => entry.with_param(ICalendarParameter::tzid(id.clone())),
        }
    }

    pub(super) fn value(&self, local: NaiveDateTime) -> ICalendarValue {
        match self {
            Self::Date => date_value(local),
            Self::Floating | Self::Zoned(..) => local_value(local),
            Self::Utc(_) => utc_value(local.and_utc()),
        }
    }

    /// The instant of a local time, in those that have one.
    pub(super) fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Self::Date | Self::Floating => None,
            Self::Utc(zone) | Self::Zoned(zone, _) => Some(zone.to_utc(local)),
        }
    }
}

/// The lines that say when an event is.
pub(super) fn write(event: &Event, form: &Form) -> Vec<ICalendarEntry> {
    let mut entries = Vec::new();
    if let Some(start) = event.start() {
        entries.push(form.entry(ICalendarProperty::Dtstart, &[start]));
    }
    match event.kind() {
        Kind::Task => {
            if let Some(due) = event.due() {
                entries.push(form.entry(ICalendarProperty::Due, &[due]));
            }
        }
        Kind::Event => entries.extend(event.start().and_then(|start| end(event, start, form))),
    }
    let said = matches!(form, Form::Date);
    if event.show_without_time() && !said {
        entries.push(ICalendarEntry::new(ICalendarProperty::ShowWithoutTime).with_value(ICalendarValue::Boolean(true)));
        entries.push(ICalendarEntry::new(ICalendarProperty::Other(ALL_DAY.into())).with_value("TRUE".to_owned()));
    }
    entries
}

fn end(event: &Event, start: NaiveDateTime, form: &Form) -> Option<ICalendarEntry> {
    let duration = event.duration();
    if duration.is_zero() {
        return None;
    }
    if let Form::Date = form {
        return Some(form.entry(ICalendarProperty::Dtend, &[duration.add_days(start)?]));
    }
    // A day is as long as the day it falls on, which an end would not say: what it says is read as hours.
    if duration.days != 0 {
        return duration_line(duration);
    }
    let end_form = event.end_time_zone().map_or_else(|| form.clone(), |name| Form::named(event, name));
    let ends = duration.add_days(start)?;
    let local = match (form.instant(ends), &end_form) {
        (Some(instant), Form::Utc(zone) | Form::Zoned(zone, _)) => {
            zone.to_local(instant.checked_add_signed(TimeDelta::seconds(duration.seconds))?)
        }
        _ => ends.checked_add_signed(TimeDelta::seconds(duration.seconds))?,
    };
    // An hour that comes twice cannot be named by its second time.
    let named = end_form.instant(local).zip(form.instant(ends));
    if named.is_some_and(|(end, begin)| (end - begin).num_seconds() != duration.seconds) {
        return duration_line(duration);
    }
    Some(end_form.entry(ICalendarProperty::Dtend, &[local]))
}

fn duration_line(duration: Duration) -> Option<ICalendarEntry> {
    let value = ICalendarDuration::parse(duration.to_string().as_bytes())?;
    Some(ICalendarEntry::new(ICalendarProperty::Duration).with_value(ICalendarValue::Duration(value)))
}
