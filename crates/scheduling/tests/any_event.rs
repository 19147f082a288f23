//! Whatever is sent as an event is refused with a place, or can be used: expanded, written, scheduled, shown.
#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use scheduling::{
    CalendarAddress, Event, Zone,
    date::parse_utc,
    icalendar::{read, write_event},
    itip,
};
use serde_json::{Map, Value, json};

fn rich() -> Value {
    json!({
        "@type": "Event", "uid": "u1", "start": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin", "duration": "PT1H",
        "title": "Weekly", "description": "<p>All</p>", "descriptionContentType": "text/html", "sequence": 2,
        "created": "2026-01-01T00:00:00Z", "updated": "2026-01-02T00:00:00Z", "status": "confirmed", "priority": 1,
        "locations": {"l1": {"@type": "Location", "name": "Room 1", "coordinates": "geo:52.5,13.4"}}, "mainLocationId": "l1",
        "virtualLocations": {"v1": {"@type": "VirtualLocation", "uri": "https://example.com/m", "features": {"video": true}}},
        "links": {"k1": {"@type": "Link", "href": "data:text/plain,hi", "rel": "enclosure", "size": 2}},
        "keywords": {"a": true}, "categories": {"b": true}, "color": "red", "privacy": "private", "freeBusyStatus": "free",
        "relatedTo": {"u0": {"@type": "Relation", "relation": {"first": true}}},
        "recurrenceRule": {"@type": "RecurrenceRule", "frequency": "monthly", "interval": 2, "byDay": [{"@type": "NDay", "day": "mo", "nthOfPeriod": 1}], "until": "2027-01-01T00:00:00"},
        "recurrenceOverrides": {
            "2026-05-04T10:00:00": {"title": "Once", "participants/bob/participationStatus": "declined", "start": "2026-05-05T10:00:00"},
            "2026-07-06T10:00:00": {"excluded": true}, "2026-08-01T10:00:00": {"duration": "PT2H", "locations": null}},
        "organizerCalendarAddress": "mailto:alice@example.com",
        "participants": {
            "alice": {"@type": "Participant", "calendarAddress": "mailto:alice@example.com", "roles": {"owner": true}},
            "bob": {"@type": "Participant", "calendarAddress": "mailto:bob@example.com", "name": "Bob", "kind": "individual", "roles": {"required": true}, "participationStatus": "accepted", "expectReply": true, "delegatedTo": "mailto:carol@example.com"}},
        "alerts": {"1": {"@type": "Alert", "action": "display", "trigger": {"@type": "OffsetTrigger", "offset": "-PT5M", "relativeTo": "start"}},
            "2": {"trigger": {"@type": "AbsoluteTrigger", "when": "2026-03-01T00:00:00Z"}}},
        "timeZones": {"/x": {"standard": [{"start": "1970-01-01T00:00:00", "offsetFrom": "+01:00", "offsetTo": "+01:00"}]}},
        "iCalendar": {"name": "vevent", "properties": [["x-odd", {}, "unknown", "1"]], "convertedProperties": {"title": {"parameters": {"x-p": "1"}}}},
    })
}

/// Something that is not what it should be, or that is.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!([[], {"a": null}])),
        Just(json!({"": {"": ""}})),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "mailto:",
            "2026-03-02T10:00:00",
            "9999-12-31T23:59:59",
            "0001-01-01T00:00:00",
            "P4000000D",
            "-PT1S",
            "PT0S",
            "/x",
            "Pacific/Apia",
            "daily",
            "secondly",
            "su",
            "cancelled",
            "Task",
            "text/html",
            "a\r\nEND:VEVENT",
            "geo:",
            "geo:1",
            "data:",
            "declined",
        ])
        .prop_map(Value::from),
    ]
}

/// The value at the place of that number replaced, or its key.
fn replace(value: &mut Value, number: &mut usize, with: &Value, key: &str) -> bool {
    if *number == 0 {
        *value = with.clone();
        return true;
    }
    *number -= 1;
    match value {
        Value::Array(list) => list.iter_mut().any(|inner| replace(inner, number, with, key)),
        Value::Object(map) => {
            if *number == 0 && !map.is_empty() {
                let first = map.keys().next().cloned().unwrap();
                let moved = map.remove(&first).unwrap();
                map.insert(key.to_owned(), moved);
                return true;
            }
            map.values_mut().any(|inner| replace(inner, number, with, key))
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_accepted_can_be_used(changes in prop::collection::vec((1usize..150, odd(), "[a-z/~]{0,3}"), 1..4)) {
        let mut value = rich();
        for (number, with, key) in changes {
            replace(&mut value, &mut { number }, &with, &key);
        }
        let map: Map<String, Value> = value.as_object().unwrap().clone();
        let Ok(event) = Event::new(map) else { return Ok(()) };
        // Once accepted, it is accepted again as it is.
        prop_assert_eq!(Event::new(event.as_map().clone()).unwrap(), event.clone());
        let (from, to) = (parse_utc("2026-01-01T00:00:00Z").unwrap(), parse_utc("2027-01-01T00:00:00Z").unwrap());
        if let Ok(found) = event.occurrences(from, to, &Zone::UTC, 50) {
            for occurrence in found.list.iter().filter_map(|it| it.recurrence_id).take(3) {
                let one = event.occurrence(occurrence).unwrap();
                prop_assert_eq!(one.recurrence_id(), Some(occurrence));
            }
        }
        let _ = event.span(&Zone::UTC);
        let written = write_event(&event);
        let events = read(written.as_bytes()).unwrap().events;
        prop_assert!(!events.is_empty(), "{}", written);
        prop_assert_eq!(events[0].uid().trim(), event.uid().trim(), "{}", written);
        // No value ends a line and begins another.
        prop_assert!(!written.lines().any(|line| line == "END:VEVENT2"));
        prop_assert_eq!(written.matches("\nBEGIN:VCALENDAR").count(), 0);
        let me = [CalendarAddress::new("alice@example.com")];
        for message in itip::plan(None, Some(&event), &me, from).messages {
            let arrived = read(message.write(from).as_bytes()).unwrap().message();
            prop_assert!(arrived.is_some());
        }
        let _ = event.redacted();
    }
}
