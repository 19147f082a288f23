//! Events as a file, with the zones that they are in.

use std::collections::BTreeMap;

use calcard::icalendar::{ICalendar, ICalendarEntry, ICalendarProperty};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{header::Header, occurrences, times::Form, zones};
use crate::{
    date::{format_utc, parse_local},
    event::Event,
    itip::Message,
    zone::Zone,
};

/// How far a zone's rules are looked at, to find those that go on. Two years show the summer times of both halves.
const RULES: TimeDelta = TimeDelta::days(5 * 366);

/// Writes events as one file.
#[must_use]
pub fn write<'a>(events: impl IntoIterator<Item = &'a Event>, header: &Header) -> String {
    write_lines(events, header, &[])
}

/// Writes one event as a file, as CalDAV keeps it.
#[must_use]
pub fn write_event(event: &Event) -> String {
    write([event], &Header::default())
}

impl Message {
    /// The message as the iCalendar part of a mail. DTSTAMP is when it is sent (RFC 5546 §2.1.5).
    #[must_use]
    pub fn write(&self, now: DateTime<Utc>) -> String {
        let mut events = self.events.clone();
        for event in &mut events {
            event.set("updated", format_utc(now));
        }
        let comment = self.comment.as_deref().map(str::trim).filter(|comment| !comment.is_empty());
        let lines: Vec<ICalendarEntry> = comment
            .map(|comment| ICalendarEntry::new(ICalendarProperty::Comment).with_value(comment.to_owned()))
            .into_iter()
            .collect();
        write_lines(&events, &Header { method: Some(self.method), ..Header::default() }, &lines)
    }
}

/// Writes events, each component with some more lines.
fn write_lines<'a>(events: impl IntoIterator<Item = &'a Event>, header: &Header, lines: &[ICalendarEntry]) -> String {
    let mut calendar = ICalendar::default();
    calendar.components.push(header.component());
    let mut used = Used::default();
    let mut numbers = Vec::new();
    for event in events {
        used.add(event);
        for mut tree in occurrences::components(event) {
            tree.component.entries.extend_from_slice(lines);
            numbers.push(tree.add_to(&mut calendar));
        }
    }
    used.write(&mut calendar);
    if let Some(root) = calendar.components.first_mut() {
        root.component_ids.extend(numbers);
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = calendar.write_to(&mut text);
    text
}

/// The zones of what is written, and since when each is needed.
#[derive(Default)]
struct Used {
    known: BTreeMap<String, DateTime<Utc>>,
    custom: BTreeMap<String, Value>,
}

impl Used {
    fn add(&mut self, event: &Event) {
        let local = event.start().or_else(|| event.due());
        let since = local.map_or(DateTime::UNIX_EPOCH, |local| local.and_utc());
        let of_series =
            ["timeZone", "endTimeZone", "recurrenceIdTimeZone"].into_iter().filter_map(|name| event.get(name));
        for name in of_series.filter_map(Value::as_str) {
            self.zone(event, name, since);
        }
        for (id, patch) in event.overrides() {
            let moved = patch.get("start").and_then(Value::as_str).and_then(parse_local).unwrap_or(id);
            for name in ["timeZone", "endTimeZone"].into_iter().filter_map(|name| patch.get(name)?.as_str()) {
                self.zone(event, name, moved.and_utc());
            }
            // Occurrences may lie before the series.
            if let Some(name) = event.time_zone()
                && moved.and_utc() < since
            {
                self.zone(event, name, moved.and_utc());
            }
        }
    }

    fn zone(&mut self, event: &Event, name: &str, since: DateTime<Utc>) {
        if let Form::Zoned(zone, id) = Form::named(event, name) {
            match zone {
                Zone::Iana(_) => {
                    let known = self.known.entry(id).or_insert(since);
                    *known = since.min(*known);
                }
                Zone::Custom(_) => {
                    if let Some(definition) = event.get("timeZones").and_then(|zones| zones.get(name)) {
                        self.custom.insert(id, definition.clone());
                    }
                }
                Zone::Floating => {}
            }
        }
    }

    fn write(self, calendar: &mut ICalendar) {
        for (id, since) in self.known {
            // Not before there was time by the clock, and not after the table's end.
            let earliest = DateTime::from_timestamp(-2_208_988_800, 0).unwrap_or(DateTime::UNIX_EPOCH);
            let latest = DateTime::from_timestamp(3_900_000_000, 0).unwrap_or(DateTime::UNIX_EPOCH);
            let from = (since - TimeDelta::days(366)).clamp(earliest, latest);
            calendar.add_timezone(&id, from.timestamp(), (from + RULES).timestamp());
        }
        for (id, definition) in self.custom {
            zones::add_custom(calendar, &id, &definition);
        }
    }
}
