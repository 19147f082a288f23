//! Busy times as iCalendar tells them (VFREEBUSY, RFC 5545 §3.6.4).

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFreeBusyType, ICalendarParameter,
    ICalendarParameterName, ICalendarParameterValue, ICalendarPeriod, ICalendarProperty, ICalendarValue,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    entry::{first_stamp, property, stamp, text, utc_parts, utc_value},
    header::{Header, Method},
    zones::Zones,
};
use crate::{
    availability::{Busy, BusyStatus},
    date::Duration,
    event::CalendarAddress,
};

/// Periods that are read of one.
const MOST: usize = 50_000;

/// Busy times, or a question after them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FreeBusy {
    /// What the question is the same as.
    pub uid: Option<String>,
    /// Who asks.
    pub organizer: Option<CalendarAddress>,
    /// Whose times they are.
    pub attendees: Vec<CalendarAddress>,
    /// From when they are told.
    pub from: Option<DateTime<Utc>>,
    /// To when.
    pub to: Option<DateTime<Utc>>,
    /// The times.
    pub busy: Vec<Busy>,
}

impl FreeBusy {
    pub(super) fn read(component: &ICalendarComponent, zones: &Zones) -> Self {
        let instant = |name: &ICalendarProperty| {
            let entry = property(component, name)?;
            let stamp = first_stamp(entry)?;
            Some(zones.of_entry(entry, stamp.is_utc).ok()?.zone.to_utc(stamp.local))
        };
        let address =
            |entry: &ICalendarEntry| entry.values.first().and_then(ICalendarValue::as_text).map(CalendarAddress::new);
        let lines = |name: ICalendarProperty| component.entries.iter().filter(move |entry| entry.name == name);
        Self {
            uid: property(component, &ICalendarProperty::Uid).and_then(text).map(str::to_owned),
            organizer: lines(ICalendarProperty::Organizer).find_map(address),
            attendees: lines(ICalendarProperty::Attendee).filter_map(address).collect(),
            from: instant(&ICalendarProperty::Dtstart),
            to: instant(&ICalendarProperty::Dtend),
            busy: lines(ICalendarProperty::Freebusy).flat_map(periods).take(MOST).collect(),
        }
    }
}

fn periods(entry: &ICalendarEntry) -> Vec<Busy> {
    let kind = entry.parameters(&ICalendarParameterName::Fbtype).next();
    let status = match kind {
        Some(ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::Free)) => return Vec::new(),
        Some(ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::BusyTentative)) => BusyStatus::Tentative,
        Some(ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::BusyUnavailable)) => BusyStatus::Unavailable,
        _ => BusyStatus::Confirmed,
    };
    let period = |value: &ICalendarValue| {
        let ICalendarValue::Period(period) = value else { return None };
        let (start, end) = match period {
            ICalendarPeriod::Range { start, end } => (stamp(start)?.local.and_utc(), stamp(end)?.local.and_utc()),
            ICalendarPeriod::Duration { start, duration } => {
                let start = stamp(start)?.local.and_utc();
                let length: Duration = duration.to_string().parse().ok()?;
                (start, start.checked_add_signed(TimeDelta::try_seconds(length.nominal_seconds())?)?)
            }
        };
        (end > start).then_some(Busy { start, end, status, event: None })
    };
    entry.values.iter().filter_map(period).collect()
}

/// Writes busy times, as an answer or to be published.
#[must_use]
pub fn write_freebusy(freebusy: &FreeBusy, method: Option<Method>, now: DateTime<Utc>) -> String {
    let mut calendar = ICalendar::default();
    calendar.components.push(Header { method, ..Header::default() }.component());
    let mut component = ICalendarComponent::new(ICalendarComponentType::VFreebusy);
    if let Some(uid) = &freebusy.uid {
        component.add_uid(uid);
    }
    component.add_dtstamp(utc_parts(now));
    for (name, instant) in [(ICalendarProperty::Dtstart, freebusy.from), (ICalendarProperty::Dtend, freebusy.to)] {
        if let Some(instant) = instant {
            component.add_property(name, utc_value(instant));
        }
    }
    if let Some(organizer) = &freebusy.organizer {
        component.add_property(ICalendarProperty::Organizer, organizer.as_str().to_owned());
    }
    for attendee in &freebusy.attendees {
        component.add_property(ICalendarProperty::Attendee, attendee.as_str().to_owned());
    }
    for busy in &freebusy.busy {
        let period = ICalendarPeriod::Range { start: utc_parts(busy.start), end: utc_parts(busy.end) };
        let kind = match busy.status {
            BusyStatus::Tentative => ICalendarFreeBusyType::BusyTentative,
            BusyStatus::Confirmed => ICalendarFreeBusyType::Busy,
            BusyStatus::Unavailable => ICalendarFreeBusyType::BusyUnavailable,
        };
        component.entries.push(
            ICalendarEntry::new(ICalendarProperty::Freebusy)
                .with_param(ICalendarParameter::fbtype(kind))
                .with_value(ICalendarValue::Period(period)),
        );
    }
    let number = calendar.push_component(component);
    if let Some(root) = calendar.components.first_mut() {
        root.component_ids.push(number);
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = calendar.write_to(&mut text);
    text
}
