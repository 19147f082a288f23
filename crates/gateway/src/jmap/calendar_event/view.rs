//! What a person sees of an event, and what they may change of it. In a shared calendar each keeps some properties for
//! themselves; what is private shows its time only, what is secret nothing.

use std::collections::BTreeSet;

use jmap::calendar::CalendarRights;
use jmap::calendar_event::PER_USER;
use scheduling::Event;
use scheduling::event::CalendarAddress;
use serde_json::{Map, Value};

use crate::calendar::access::Access;
use crate::calendar::index::calendar_ids;

type Object = Map<String, Value>;

/// What one may change of a participant that one is.
const ANSWER: [&str; 6] = [
    "participationStatus",
    "participationComment",
    "expectReply",
    "scheduleSequence",
    "scheduleUpdated",
    "scheduleStatus",
];

fn is_per_user(pointer: &str) -> bool {
    PER_USER.contains(&pointer.split('/').next().unwrap_or(pointer))
}

/// Takes an event apart: what all see, and what each keeps for themselves.
pub fn split(mut event: Object) -> (Object, Object) {
    let mut personal = Object::new();
    for name in PER_USER {
        personal.extend(event.remove(name).map(|value| (name.to_owned(), value)));
    }
    if let Some(Value::Object(overrides)) = event.get_mut("recurrenceOverrides") {
        let mut own = Object::new();
        for (id, patch) in overrides.iter_mut() {
            let Value::Object(patch) = patch else { continue };
            let (mine, all): (Object, Object) =
                std::mem::take(patch).into_iter().partition(|(pointer, _)| is_per_user(pointer));
            *patch = all;
            if !mine.is_empty() {
                own.insert(id.clone(), Value::Object(mine));
            }
        }
        // An occurrence that somebody changed for themselves only is none that is changed for all.
        overrides.retain(|id, patch| !own.contains_key(id) || patch.as_object().is_some_and(|patch| !patch.is_empty()));
        if overrides.is_empty() {
            event.remove("recurrenceOverrides");
        }
        if !own.is_empty() {
            personal.insert("recurrenceOverrides".to_owned(), Value::Object(own));
        }
    }
    (event, personal)
}

/// Puts both parts together again. `updated` is the later of both.
pub fn join(mut all: Object, personal: Object) -> Object {
    for (name, value) in personal {
        match (name.as_str(), value) {
            ("recurrenceOverrides", Value::Object(own)) => {
                let overrides = all.entry("recurrenceOverrides").or_insert_with(|| Value::Object(Object::new()));
                let Value::Object(overrides) = overrides else { continue };
                for (id, patch) in own {
                    let target = overrides.entry(id).or_insert_with(|| Value::Object(Object::new()));
                    if let (Value::Object(target), Value::Object(patch)) = (target, patch) {
                        // Who is not at an occurrence needs no alert for it.
                        if target.get("excluded") != Some(&Value::Bool(true)) {
                            target.extend(patch);
                        }
                    }
                }
            }
            ("updated", value) => {
                let later = |known: &Value| known.as_str() < value.as_str();
                if all.get("updated").is_none_or(later) {
                    all.insert(name, value);
                }
            }
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
    all
}

/// Changes what is kept as a person changed what they see: what they do not see (participants, calendars, what others
/// keep for themselves) stays.
pub fn transfer(kept: &mut Object, before: &Object, after: &Object) {
    // Participants, and occurrences with what differs in each.
    transfer_within(kept, before, after, 2);
}

fn transfer_within(kept: &mut Object, before: &Object, after: &Object, depth: u8) {
    let nothing = Object::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        let old_map = old.and_then(Value::as_object);
        let new_map = new.map_or(Some(&nothing), Value::as_object);
        if let (Some(old), Some(new), Some(Value::Object(inner)), true) =
            (old_map, new_map, kept.get_mut(name), depth > 0)
        {
            transfer_within(inner, old, new, depth - 1);
            if inner.is_empty() {
                kept.remove(name);
            }
        } else if let Some(new) = new {
            kept.insert(name.clone(), new.clone());
        } else {
            kept.remove(name);
        }
    }
}

/// The event as a person sees it; `None`, if they do not. `personal` is what they keep for themselves; `me` as whom
/// they take part.
pub fn seen(access: &Access, body: Object, personal: Object, me: &[CalendarAddress]) -> Option<Event> {
    if access.is_owner() {
        return Some(Event::stored(body));
    }
    if !calendar_ids(&body).iter().any(|calendar| access.rights(calendar).may_read_items) {
        return None;
    }
    let privacy = body.get("privacy").and_then(Value::as_str).unwrap_or("public").to_owned();
    let mut shown = match privacy.as_str() {
        "secret" => return None,
        "private" => {
            let metadata: Object =
                body.iter().filter(|(name, _)| matches!(name.as_str(), "calendarIds" | "isDraft")).map(own).collect();
            let mut shown = Event::stored(body).redacted().into_map();
            shown.extend(metadata);
            shown
        }
        _ => join(split(body).0, personal),
    };
    if let Some(Value::Object(calendars)) = shown.get_mut("calendarIds") {
        calendars.retain(|id, _| access.rights(&id.as_str().into()).may_read_items);
    }
    let event = Event::stored(shown);
    let hides = event.get("hideAttendees") == Some(&Value::Bool(true));
    let owns = || event.participants().any(|participant| participant.has_role("owner") && is_me(&participant, me));
    if hides && !owns() { Some(reduced(event, me)) } else { Some(event) }
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn is_me(participant: &scheduling::event::Participant<'_>, me: &[CalendarAddress]) -> bool {
    participant.calendar_address().is_some_and(|address| me.contains(&address))
}

/// Only those who own the event, and oneself.
pub fn reduced(event: Event, me: &[CalendarAddress]) -> Event {
    let stay: Vec<String> = event
        .participants()
        .filter(|participant| participant.has_role("owner") || is_me(participant, me))
        .map(|participant| participant.id.to_owned())
        .collect();
    let mut map = event.into_map();
    if let Some(Value::Object(participants)) = map.get_mut("participants") {
        participants.retain(|id, _| stay.contains(id));
    }
    if let Some(Value::Object(overrides)) = map.get_mut("recurrenceOverrides") {
        for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
            patch.retain(|pointer, value| match pointer.split('/').collect::<Vec<_>>().as_slice() {
                ["participants"] => {
                    if let Value::Object(participants) = value {
                        participants.retain(|id, _| stay.contains(id));
                    }
                    true
                }
                ["participants", id, ..] => stay.iter().any(|known| known == id),
                _ => true,
            });
        }
    }
    Event::stored(map)
}

/// What a person may do with an event, over all calendars it is in.
pub fn rights(access: &Access, event: &Object) -> CalendarRights {
    let calendars = calendar_ids(event);
    let mut rights = CalendarRights::ALL;
    for calendar in &calendars {
        let of = access.rights(calendar);
        rights.may_read_items &= of.may_read_items;
        rights.may_write_all &= of.may_write_all;
        rights.may_write_own &= of.may_write_own;
        rights.may_update_private &= of.may_update_private;
        rights.may_rsvp &= of.may_rsvp;
    }
    rights
}

/// The person owns the event, or nobody does.
pub fn owns(event: &Event, me: &[CalendarAddress]) -> bool {
    let mut owners = event.participants().filter(|participant| participant.has_role("owner")).peekable();
    owners.peek().is_none() || owners.any(|owner| is_me(&owner, me))
}

/// May the person change an event of others from one to the other? The parts that all see, only.
pub fn may_change(rights: CalendarRights, before: &Event, after: &Event, me: &[CalendarAddress]) -> bool {
    if rights.may_write_all || rights.may_write_own && owns(before, me) {
        return true;
    }
    rights.may_rsvp && without_answers(before, after, before, me) == without_answers(before, after, after, me)
}

/// The event without the answers of those participants that the person is, and without participants that they may add.
fn without_answers(before: &Event, after: &Event, event: &Event, me: &[CalendarAddress]) -> Object {
    let ids = |event: &Event| -> Vec<String> {
        event.participants().filter(|participant| is_me(participant, me)).map(|found| found.id.to_owned()).collect()
    };
    let mine_before = ids(before);
    let may = |name: &str| before.get(name) == Some(&Value::Bool(true));
    let only_attends = |id: &str| {
        let roles = after.get("participants").and_then(|all| all.get(id)?.get("roles")?.as_object());
        roles.is_some_and(|roles| roles.len() == 1 && roles.contains_key("attendee"))
    };
    let is_new = |id: &str| !before.participants().any(|participant| participant.id == id);
    let mine_after = ids(after);
    let may_be_added = |id: &str| {
        let by_right = may("mayInviteOthers") && !mine_before.is_empty()
            || may("mayInviteSelf") && mine_after.iter().any(|mine| mine == id);
        is_new(id) && by_right && only_attends(id)
    };
    let mut map = event.as_map().clone();
    for name in ["updated", "sequence"] {
        map.remove(name);
    }
    if let Some(Value::Object(participants)) = map.get_mut("participants") {
        participants.retain(|id, _| !may_be_added(id));
        for (_, participant) in participants.iter_mut().filter(|(id, _)| mine_before.contains(id)) {
            if let Value::Object(participant) = participant {
                ANSWER.iter().for_each(|name| drop(participant.remove(*name)));
            }
        }
    }
    if let Some(Value::Object(overrides)) = map.get_mut("recurrenceOverrides") {
        for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
            patch.retain(|pointer, _| match pointer.split('/').collect::<Vec<_>>().as_slice() {
                ["participants", id, property] => {
                    !(mine_before.iter().any(|mine| mine == id) && ANSWER.contains(property))
                }
                _ => true,
            });
        }
        overrides.retain(|_, patch| patch.as_object().is_none_or(|patch| !patch.is_empty()));
    }
    if map.get("recurrenceOverrides").and_then(Value::as_object).is_some_and(Map::is_empty) {
        map.remove("recurrenceOverrides");
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Object {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_is_taken_apart_is_put_together_again() {
        let event = object(json!({
            "title": "T", "color": "red", "alerts": { "a": {} },
            "recurrenceOverrides": {
                "2026-11-24T10:00:00": { "title": "U", "alerts/a/acknowledged": "x" },
                "2026-11-25T10:00:00": { "color": "blue" },
                "2026-11-26T10:00:00": {},
            },
        }));
        let (all, personal) = split(event.clone());
        assert_eq!(
            all,
            object(json!({
                "title": "T",
                "recurrenceOverrides": { "2026-11-24T10:00:00": { "title": "U" }, "2026-11-26T10:00:00": {} },
            }))
        );
        assert_eq!(join(all, personal), event);
        assert_eq!(split(object(json!({ "title": "T" }))), (object(json!({ "title": "T" })), Object::new()));
    }

    #[test]
    fn an_occurrence_that_is_no_more_is_nobodys() {
        let all = object(json!({ "recurrenceOverrides": { "2026-11-24T10:00:00": { "excluded": true } } }));
        let personal = object(json!({ "recurrenceOverrides": { "2026-11-24T10:00:00": { "color": "red" } } }));
        assert_eq!(join(all.clone(), personal), all);
    }

    #[test]
    fn what_one_does_not_see_stays() {
        let mut kept = object(json!({
            "title": "T", "color": "red", "calendarIds": { "c1": true, "c2": true },
            "participants": { "a": { "name": "A", "roles": { "owner": true } }, "hidden": {} },
            "recurrenceOverrides": { "1": { "title": "U", "participants/hidden": null, "color": "red" } },
        }));
        let before = object(json!({
            "title": "T", "calendarIds": { "c1": true }, "participants": { "a": { "name": "A", "roles": { "owner": true } } },
            "recurrenceOverrides": { "1": { "title": "U" } },
        }));
        let after = object(json!({
            "title": "V", "calendarIds": { "c3": true },
            "participants": { "a": { "name": "B", "roles": { "owner": true } }, "new": {} },
            "recurrenceOverrides": { "2": { "participants/a": null } },
        }));
        transfer(&mut kept, &before, &after);
        assert_eq!(
            kept,
            object(json!({
                "title": "V", "color": "red", "calendarIds": { "c2": true, "c3": true },
                "participants": { "a": { "name": "B", "roles": { "owner": true } }, "new": {}, "hidden": {} },
                "recurrenceOverrides": {
                    "1": { "participants/hidden": null, "color": "red" }, "2": { "participants/a": null },
                },
            }))
        );
    }

    fn check(rights: CalendarRights, patch: Value, expect: bool) {
        let event = Event::new(object(json!({
            "@type": "Event", "uid": "u", "title": "T", "start": "2026-11-24T10:00:00",
            "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "daily" },
            "participants": {
                "a": { "@type": "Participant", "calendarAddress": "mailto:a@x.example", "roles": { "owner": true } },
                "b": { "@type": "Participant", "calendarAddress": "mailto:b@x.example", "roles": { "attendee": true } },
            },
        })))
        .unwrap();
        let after = event.patched(&object(patch.clone())).unwrap();
        let me = [CalendarAddress::new("mailto:b@x.example")];
        assert_eq!(may_change(rights, &event, &after, &me), expect, "{patch}");
    }

    #[test]
    fn who_may_answer_may_answer_as_oneself_only() {
        let rsvp = CalendarRights { may_rsvp: true, ..CalendarRights::default() };
        let own = CalendarRights { may_write_own: true, ..CalendarRights::default() };
        check(rsvp, json!({ "participants/b/participationStatus": "accepted" }), true);
        check(
            rsvp,
            json!({ "recurrenceOverrides/2026-11-25T10:00:00/participants~1b~1participationStatus": "declined" }),
            true,
        );
        check(rsvp, json!({ "participants/a/participationStatus": "accepted" }), false);
        check(rsvp, json!({ "participants/b/participationStatus": "accepted", "title": "U" }), false);
        check(rsvp, json!({ "participants/b/roles/owner": true }), false);
        let third =
            json!({ "@type": "Participant", "calendarAddress": "mailto:c@x.example", "roles": { "attendee": true } });
        check(rsvp, json!({ "participants/c": third }), false);
        check(own, json!({ "title": "U" }), false);
        check(CalendarRights::ALL, json!({ "title": "U" }), true);
    }
}
