//! From what a client says of an event to the event: references, instants in the place of local times, what the server
//! adds, and the bounds.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jmap::{CalendarId, SetError};
use scheduling::Event;
use scheduling::date::{Duration, format_local, format_utc, parse_local, parse_utc};
use scheduling::zone::Zone;
use serde_json::{Map, Value, json};

use super::invalid;
use crate::calendar::access::Access;
use crate::jmap::calendar_event::{MAX_EVENT, MAX_PARTICIPANTS};
use crate::jmap::context::Context;

type Object = Map<String, Value>;

/// A new event: with what every event has.
pub(super) fn new(mut object: Object, now: DateTime<Utc>) -> Result<Event, SetError> {
    object.entry("@type").or_insert(json!("Event"));
    object.entry("uid").or_insert_with(|| json!(uuid()));
    object.entry("created").or_insert_with(|| json!(format_utc(now)));
    Event::new(object).map_err(|faults| invalid(&faults))
}

/// A random UUID (RFC 9562 §5.4).
pub(in crate::jmap) fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // No randomness, no unique id; the time is the next best.
        bytes = (Utc::now().timestamp_nanos_opt().unwrap_or_default() as u128).to_be_bytes();
    }
    let mut number = u128::from_be_bytes(bytes);
    number = number & !(0xf << 76) | 4 << 76;
    number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// Calendars may be ones of the same request.
pub(super) fn resolve_calendars(context: &Context<'_>, object: &mut Object) {
    if let Some(Value::Object(calendars)) = object.get_mut("calendarIds") {
        *calendars = std::mem::take(calendars)
            .into_iter()
            .map(|(id, value)| (context.resolve(&id).map_or(id, |known| known.to_string()), value))
            .collect();
    }
}

/// The same in a patch, where a calendar may stand in a pointer.
pub(super) fn resolve_calendar_pointers(context: &Context<'_>, patch: &mut Object) {
    resolve_calendars(context, patch);
    *patch = std::mem::take(patch)
        .into_iter()
        .map(|(pointer, value)| match pointer.strip_prefix("calendarIds/").and_then(|id| context.resolve(id)) {
            Some(id) => (format!("calendarIds/{id}"), value),
            None => (pointer, value),
        })
        .collect();
}

/// The zone for an event that says an instant and no zone: of its calendars, if they have one and the same.
fn zone_of_calendars(access: &Access, calendars: &BTreeSet<CalendarId>) -> String {
    let zones: BTreeSet<Option<&str>> = calendars
        .iter()
        .map(|id| access.calendars.get(id).and_then(|seen| seen.body.get("timeZone")?.as_str()))
        .collect();
    match (zones.len(), zones.first()) {
        (1, Some(Some(zone))) => (*zone).to_owned(),
        _ => "Etc/UTC".to_owned(),
    }
}

fn utc(object: &Object, name: &str) -> Result<Option<DateTime<Utc>>, SetError> {
    match object.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(parse_utc)
            .map(Some)
            .ok_or_else(|| SetError::invalid_properties([name], "A UTC date is wanted.")),
    }
}

/// `utcStart` and `utcEnd` of a new event become `start` and `duration`.
pub(super) fn from_utc(object: &mut Object, access: &Access, calendars: &BTreeSet<CalendarId>) -> Result<(), SetError> {
    let nothing = Event::stored(Object::new());
    patch_from_utc(object, &nothing, access, calendars)
}

/// `utcStart` and `utcEnd` of a patch become `start` and `duration`, in the zone that the event then has.
pub(super) fn patch_from_utc(
    patch: &mut Object,
    shown: &Event,
    access: &Access,
    calendars: &BTreeSet<CalendarId>,
) -> Result<(), SetError> {
    let (start, end) = (utc(patch, "utcStart")?, utc(patch, "utcEnd")?);
    for (utc, local, is_given) in [("utcStart", "start", start.is_some()), ("utcEnd", "duration", end.is_some())] {
        if is_given && patch.contains_key(local) {
            return Err(SetError::invalid_properties([utc, local], "One or the other is wanted."));
        }
        patch.remove(utc);
    }
    if start.is_none() && end.is_none() {
        return Ok(());
    }
    let given = patch.get("timeZone").or_else(|| shown.get("timeZone")).and_then(Value::as_str).map(str::to_owned);
    let name = given.unwrap_or_else(|| {
        let name = zone_of_calendars(access, calendars);
        patch.insert("timeZone".to_owned(), json!(name));
        name
    });
    let zone = Zone::named(&name)
        .or_else(|| shown.zone().ok().filter(|_| shown.time_zone() == Some(name.as_str())))
        .ok_or_else(|| SetError::invalid_properties(["timeZone"], "This time zone is not known."))?;
    if let Some(start) = start {
        patch.insert("start".to_owned(), json!(format_local(zone.to_local(start))));
    }
    if let Some(end) = end {
        let start = patch.get("start").and_then(Value::as_str).and_then(parse_local).or_else(|| shown.start());
        let Some(start) = start else {
            return Err(SetError::invalid_properties(["utcEnd"], "An event that ends starts."));
        };
        let seconds = (end - zone.to_utc(start)).num_seconds();
        if seconds < 0 {
            return Err(SetError::invalid_properties(["utcEnd"], "The end is not before the start."));
        }
        patch.insert("duration".to_owned(), json!(Duration { days: 0, seconds }.to_string()));
    }
    Ok(())
}

/// The bounds that the session tells.
pub(super) fn check(event: &Event) -> Result<(), SetError> {
    if event.participants().count() > MAX_PARTICIPANTS {
        return Err(SetError::invalid_properties(["participants"], format!("At most {MAX_PARTICIPANTS} take part.")));
    }
    if size(event.as_map()) > MAX_EVENT {
        return Err(jmap::error::SetErrorKind::TooLarge.into());
    }
    Ok(())
}

/// Octets, about, without writing them.
fn size(object: &Object) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::String(text) => text.len() + 2,
            Value::Array(items) => items.iter().map(of).sum::<usize>() + items.len() + 2,
            Value::Object(object) => size(object),
            Value::Null | Value::Bool(_) | Value::Number(_) => 5,
        }
    }
    object.iter().map(|(name, value)| name.len() + 4 + of(value)).sum::<usize>() + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_that_it_is_random() {
        let made = uuid();
        assert_eq!(made.len(), 36, "{made}");
        assert_eq!((made.as_bytes()[14], made.as_bytes()[8]), (b'4', b'-'), "{made}");
        assert!(matches!(made.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{made}");
        assert_ne!(made, uuid());
    }
}
