//! What a change of an event means to those who take part.

use serde_json::{Map, Value};

use crate::event::{CalendarAddress, Event};

/// What belongs to one person's copy of an event, or is about the copy itself: nobody else is told.
pub(super) const OWN: &[&str] = &[
    "alerts",
    "useDefaultAlerts",
    "keywords",
    "color",
    "freeBusyStatus",
    "id",
    "baseEventId",
    "calendarIds",
    "isDraft",
    "isOrigin",
    "utcStart",
    "utcEnd",
    "blobId",
];
const BOOKKEEPING: &[&str] = &[
    "created",
    "updated",
    "sequence",
    "prodId",
    "method",
    "version",
    "iCalendar",
    "requestStatus",
    "recurrenceOverrides",
];
const TIME: &[&str] =
    &["start", "duration", "due", "estimatedDuration", "timeZone", "showWithoutTime", "recurrenceRule", "recurrenceId"];
/// What a participant says of himself, which the others hear from nobody.
const ANSWER: &[&str] = &[
    "participationStatus",
    "participationComment",
    "scheduleUpdated",
    "scheduleSequence",
    "scheduleStatus",
    "scheduleForceSend",
    "progress",
    "progressUpdated",
    "percentComplete",
    "requestStatus",
];

/// What differs between two states of an event, its occurrences aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Differences {
    pub(super) time: bool,
    pub(super) place: bool,
    /// Whether it takes place.
    pub(super) status: bool,
    pub(super) details: bool,
}

impl Differences {
    pub(super) fn any(self) -> bool {
        self.time || self.place || self.status || self.details
    }

    /// Whether an answer to the one is none to the other.
    pub(super) fn needs_answer(self) -> bool {
        self.time || self.place || self.status
    }

    pub(super) fn between(before: &Event, after: &Event) -> Self {
        let differs = |names: &[&str]| names.iter().any(|name| before.get(name) != after.get(name));
        let names = before.as_map().keys().chain(after.as_map().keys());
        let details = names.map(String::as_str).any(|name| {
            let elsewhere = [OWN, BOOKKEEPING, TIME].iter().any(|list| list.contains(&name));
            !elsewhere
                && !matches!(name, "participants" | "locations" | "mainLocationId" | "status")
                && before.get(name) != after.get(name)
        });
        Self {
            time: differs(TIME),
            place: places(before) != places(after),
            status: before.is_cancelled() != after.is_cancelled(),
            details: details || locations_differ(before, after) || without_answers(before) != without_answers(after),
        }
    }
}

/// Where it takes place, whatever else is known of the places.
fn places(event: &Event) -> Vec<&str> {
    let locations = event.get("locations").and_then(Value::as_object).into_iter().flatten();
    let mut names: Vec<&str> = locations.filter_map(|(_, location)| location.get("name")?.as_str()).collect();
    names.sort_unstable();
    names
}

fn locations_differ(before: &Event, after: &Event) -> bool {
    before.get("locations") != after.get("locations") || before.get("status") != after.get("status")
}

/// Who takes part, without what they have answered.
fn without_answers(event: &Event) -> Map<String, Value> {
    let participants = event.participants().map(|participant| {
        let mut map = participant.as_map().clone();
        map.retain(|name, value| !ANSWER.contains(&name.as_str()) && !value.is_null());
        (participant.id.to_owned(), Value::Object(map))
    });
    participants.collect()
}

/// The event as others are told of it: without what is one person's own. Where attendees are hidden, `recipient` sees
/// only the owners and himself.
pub(super) fn for_others(event: &Event, recipient: Option<&CalendarAddress>) -> Event {
    let mut map = event.as_map().clone();
    map.retain(|name, _| name == "freeBusyStatus" || !OWN.contains(&name.as_str()));
    let hidden = event.get("hideAttendees").and_then(Value::as_bool) == Some(true);
    if let (true, Some(recipient)) = (hidden, recipient) {
        let seen = |event: &Event| -> Map<String, Value> {
            event
                .participants()
                .filter(|it| it.has_role("owner") || it.calendar_address().as_ref() == Some(recipient))
                .map(|it| (it.id.to_owned(), Value::Object(it.as_map().clone())))
                .collect()
        };
        let seen = seen(event);
        // What an occurrence says of those who are not seen is not seen either.
        if let Some(overrides) = map.get_mut("recurrenceOverrides").and_then(Value::as_object_mut) {
            for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
                patch.retain(|pointer, _| match pointer.strip_prefix("participants") {
                    Some(rest) => rest
                        .strip_prefix('/')
                        .and_then(|rest| rest.split('/').next())
                        .is_some_and(|id| seen.contains_key(id)),
                    None => true,
                });
            }
        }
        map.insert("participants".into(), seen.into());
    }
    // The alerts of an occurrence are one's own too.
    if let Some(overrides) = map.get_mut("recurrenceOverrides").and_then(Value::as_object_mut) {
        for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
            patch.retain(|pointer, _| !is_own(pointer));
        }
    }
    Event::stored(map)
}

/// Whether a pointer leads to what is one person's own.
pub(super) fn is_own(pointer: &str) -> bool {
    pointer.split('/').next().is_some_and(|name| OWN.contains(&name))
}
