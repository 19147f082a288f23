//! What an event is found by: its time as instants, the text of all its occurrences, the calendars and blobs it names.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jmap::{BlobId, CalendarId, UtcDate};
use scheduling::Event;
use scheduling::zone::Zone;
use serde_json::{Map, Value};
use store::{Discretion, EventIndex, EventText};

/// Octets of text of one kind that are searched.
const MAX_TEXT: usize = 200_000;

/// What an event is found by. A series that cannot be expanded is at no time: it is found by its words.
pub fn of(event: &Event) -> EventIndex {
    let map = event.as_map();
    let span = event.span(&Zone::Floating).ok();
    let at = |instant: DateTime<Utc>| UtcDate::from_millis(instant.timestamp_millis());
    EventIndex {
        uid: event.uid().to_owned(),
        recurrence_id: map.get("recurrenceId").and_then(Value::as_str).map(str::to_owned),
        start: span.as_ref().and_then(|span| span.start).map(at),
        end: span.as_ref().and_then(|span| span.end).map(at),
        is_floating: event.time_zone().is_none(),
        is_series: event.is_recurring(),
        discretion: match event.privacy() {
            "secret" => Discretion::Whole,
            "private" => Discretion::Words,
            // Who takes part would be found out by searching.
            _ if event.get("hideAttendees") == Some(&Value::Bool(true)) => Discretion::Words,
            _ => Discretion::None,
        },
        calendar_ids: calendar_ids(map),
        created: event.created().map(at),
        updated: event.updated().map(at),
        blob_ids: blob_ids(map),
        text: text(event),
    }
}

/// The calendars that an event says it is in.
pub fn calendar_ids(event: &Map<String, Value>) -> BTreeSet<CalendarId> {
    let ids = event.get("calendarIds").and_then(Value::as_object);
    ids.into_iter().flat_map(Map::keys).map(|id| CalendarId::from(id.as_str())).collect()
}

/// The blobs that it, or an occurrence of it, has attached.
fn blob_ids(event: &Map<String, Value>) -> BTreeSet<BlobId> {
    let mut found = BTreeSet::new();
    let mut collect = |links: &Value| {
        for link in links.as_object().into_iter().flat_map(Map::values) {
            found.extend(link.get("blobId").and_then(Value::as_str).map(BlobId::from));
        }
    };
    event.get("links").map(&mut collect);
    for patch in overrides(event) {
        for (pointer, value) in patch {
            match pointer.split('/').collect::<Vec<_>>().as_slice() {
                ["links"] => collect(value),
                ["links", id] => collect(&Value::Object(Map::from_iter([((*id).to_owned(), value.clone())]))),
                _ => {}
            }
        }
    }
    found
}

fn overrides(event: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let overrides = event.get("recurrenceOverrides").and_then(Value::as_object);
    overrides.into_iter().flat_map(Map::values).filter_map(Value::as_object)
}

/// The text of an event and of what its occurrences have otherwise.
pub fn text(event: &Event) -> EventText {
    let map = event.as_map();
    let mut text = EventText::default();
    for (name, value) in map {
        add(&mut text, name, value);
    }
    for patch in overrides(map) {
        for (pointer, value) in patch {
            let property = pointer.split('/').next().unwrap_or(pointer);
            match pointer.split_once('/') {
                // A part of a place or person: whatever text it is.
                Some((_, _)) if property == "locations" => push_strings(&mut text.location, value),
                Some((_, _)) if property == "participants" && value.is_object() => {
                    add_participant(&mut text, value);
                }
                Some(_) => {}
                None => add(&mut text, property, value),
            }
        }
    }
    text
}

fn add(text: &mut EventText, name: &str, value: &Value) {
    let objects = || value.as_object().into_iter().flat_map(Map::values);
    let part = |object: &Value, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    match name {
        "title" => push(&mut text.title, value.as_str().unwrap_or_default()),
        "description" => push(&mut text.description, value.as_str().unwrap_or_default()),
        "locations" | "virtualLocations" => {
            for place in objects() {
                for property in ["name", "description"] {
                    push(&mut text.location, &part(place, property).unwrap_or_default());
                }
            }
        }
        "participants" => objects().for_each(|participant| add_participant(text, participant)),
        "links" => objects().for_each(|link| push(&mut text.other, &part(link, "title").unwrap_or_default())),
        "keywords" | "categories" => {
            value.as_object().into_iter().flat_map(Map::keys).for_each(|word| push(&mut text.other, word));
        }
        "comments" | "localizations" => push_strings(&mut text.other, value),
        _ => {}
    }
}

fn add_participant(text: &mut EventText, participant: &Value) {
    let words = ["name", "email", "calendarAddress"]
        .into_iter()
        .filter_map(|name| participant.get(name)?.as_str())
        .map(|word| word.trim_start_matches("mailto:"));
    let has_role = |role: &str| participant.get("roles").and_then(|roles| roles.get(role)) == Some(&Value::Bool(true));
    let (is_owner, is_attendee) = (has_role("owner"), has_role("attendee") || !has_role("owner"));
    for word in words {
        if is_owner {
            push(&mut text.owner, word);
        }
        if is_attendee {
            push(&mut text.attendee, word);
        }
    }
}

fn push_strings(text: &mut String, value: &Value) {
    match value {
        Value::String(word) => push(text, word),
        Value::Array(items) => items.iter().for_each(|item| push_strings(text, item)),
        Value::Object(object) => object.values().for_each(|value| push_strings(text, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn push(text: &mut String, more: &str) {
    if !more.is_empty() && text.len() < MAX_TEXT {
        if !text.is_empty() {
            text.push('\n');
        }
        let room = MAX_TEXT - text.len();
        text.push_str(more.get(..more.floor_char_boundary(room)).unwrap_or(more));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_found_by_its_own_words_and_those_of_its_occurrences() {
        let event = json!({
            "@type": "Event", "uid": "u", "title": "Stocktaking", "start": "2026-11-24T10:00:00",
            "locations": { "1": { "@type": "Location", "name": "Cellar" } },
            "participants": {
                "a": { "name": "Alice", "calendarAddress": "mailto:alice@owlery.example", "roles": { "owner": true } },
                "b": { "name": "Bob", "roles": { "attendee": true } },
            },
            "links": { "l": { "blobId": "b1" } },
            "calendarIds": { "c1": true },
            "recurrenceOverrides": {
                "2026-12-01T10:00:00": { "title": "Counting", "locations/1/name": "Attic", "links/m": { "blobId": "b2" } },
            },
        });
        let index = of(&Event::stored(event.as_object().unwrap().clone()));
        assert_eq!(index.text.title, "Stocktaking\nCounting");
        assert_eq!(index.text.location, "Cellar\nAttic");
        assert_eq!(index.text.owner, "Alice\nalice@owlery.example");
        assert_eq!(index.text.attendee, "Bob");
        assert_eq!(index.blob_ids, ["b1", "b2"].map(BlobId::from).into());
        assert_eq!(index.calendar_ids, [CalendarId::from("c1")].into());
    }
}
