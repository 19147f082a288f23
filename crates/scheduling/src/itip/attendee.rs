//! What one who takes part answers: REPLY, and REQUEST to whom he delegates (RFC 5546 §3.2.3, §3.2.2.3).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use super::{Message, Method, Plan, compare::for_others};
use crate::{
    date::format_utc,
    event::{CalendarAddress, Event},
    zone::Zone,
};

/// What an answer tells of the event, so that the one who reads the mail knows what it is about.
const TOLD: &[&str] = &[
    "@type",
    "version",
    "uid",
    "sequence",
    "updated",
    "start",
    "duration",
    "due",
    "timeZone",
    "endTimeZone",
    "timeZones",
    "showWithoutTime",
    "title",
    "organizerCalendarAddress",
    "recurrenceId",
    "recurrenceIdTimeZone",
];

/// What somebody has said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    status: String,
    comment: Option<String>,
}

fn said(event: &Event, me: &[CalendarAddress]) -> Option<Said> {
    let participant = event.participant_of(me)?;
    Some(Said { status: participant.status().to_owned(), comment: participant.comment().map(str::to_owned) })
}

pub(super) fn plan(before: Option<&Event>, after: Option<&Event>, me: &[CalendarAddress], now: DateTime<Utc>) -> Plan {
    let mut plan = Plan { event: after.cloned(), messages: Vec::new() };
    let Some(subject) = after.or(before) else { return plan };
    let Some(organizer) = subject.organizer() else { return plan };
    let mut answers = Vec::new();
    match after {
        None => {
            // Taking an event out of one's calendar is a no, unless that was said or it does not take place.
            let open =
                |event: &&Event| !event.is_cancelled() && said(event, me).is_some_and(|said| said.status != "declined");
            answers.extend(before.filter(open).and_then(|event| declined(event, me)));
        }
        Some(after) => {
            let base = said(after, me);
            let was = before.and_then(|before| said(before, me));
            let new =
                base.clone().filter(|now| was.as_ref() != Some(now) && (was.is_some() || now.status != "needs-action"));
            if new.is_some() {
                answers.push(after.clone());
            }
            answers.extend(occurrences(before, after, me, new.is_some()));
        }
    }
    if answers.is_empty() {
        return plan;
    }
    if let Some(event) = &mut plan.event {
        note(event, me, now);
    }
    let comment = answers.iter().find_map(|answer| said(answer, me)?.comment);
    let from = answers.iter().find_map(|answer| answer.participant_of(me)?.calendar_address());
    let Some(from) = from else { return plan };
    plan.messages.extend(answers.iter().filter_map(|answer| delegation(answer, me)));
    let events = answers.iter().map(|answer| answer_of(answer, me, now)).collect();
    plan.messages.insert(0, Message { method: Method::Reply, from, to: vec![organizer], events, comment });
    plan
}

/// The occurrences of which something else is said than before.
fn occurrences(before: Option<&Event>, after: &Event, me: &[CalendarAddress], whole: bool) -> Vec<Event> {
    let overrides = [before, Some(after)].into_iter().flatten().flat_map(Event::overrides);
    let mut ids: Vec<NaiveDateTime> = overrides.map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let patch = |event: Option<&Event>, id| event.and_then(|event| event.override_of(id)).cloned();
    ids.retain(|id| patch(before, *id) != patch(Some(after), *id));
    if ids.is_empty() {
        return Vec::new();
    }
    let expand = |event: Option<&Event>| event.and_then(|event| Some((event.clone(), event.series(&Zone::UTC).ok()?)));
    let (before, after_series) = (expand(before), expand(Some(after)));
    let at = |event: &Option<(Event, crate::event::Series)>, id| {
        event.as_ref().and_then(|(event, series)| event.occurrence_in(series, id))
    };
    let base = said(after, me);
    ids.into_iter()
        .filter_map(|id| {
            let (was, is) = (at(&before, id), at(&after_series, id));
            match (was, is) {
                (Some(was), None) => {
                    said(&was, me).filter(|it| it.status != "declined").and_then(|_| declined(&was, me))
                }
                (was, Some(is)) => {
                    let now = said(&is, me)?;
                    let then = was.and_then(|was| said(&was, me));
                    // What the answer to the series says already need not be said again.
                    let new = then.as_ref() != Some(&now) && !(whole && base.as_ref() == Some(&now));
                    (new && (then.is_some() || now.status != "needs-action")).then_some(is)
                }
                (None, None) => None,
            }
        })
        .collect()
}

fn declined(event: &Event, me: &[CalendarAddress]) -> Option<Event> {
    let id = event.participant_of(me)?.id.to_owned();
    let mut event = event.clone();
    let participant = event.map_mut().get_mut("participants")?.get_mut(&id)?.as_object_mut()?;
    participant.insert("participationStatus".into(), "declined".into());
    Some(event)
}

/// To what, and when, I have answered.
fn note(event: &mut Event, me: &[CalendarAddress], now: DateTime<Utc>) {
    let sequence = event.sequence();
    let Some(id) = event.participant_of(me).map(|it| it.id.to_owned()) else { return };
    let participants = event.map_mut().get_mut("participants").and_then(Value::as_object_mut);
    if let Some(participant) = participants.and_then(|it| it.get_mut(&id)).and_then(Value::as_object_mut) {
        participant.insert("scheduleSequence".into(), sequence.into());
        participant.insert("scheduleUpdated".into(), format_utc(now).into());
    }
}

/// An event as it is in an answer: I alone am in it, and to whom I delegate.
pub(super) fn answer_of(event: &Event, me: &[CalendarAddress], now: DateTime<Utc>) -> Event {
    let mut map = event.as_map().clone();
    map.retain(|name, _| TOLD.contains(&name.as_str()));
    let mine = event.participant_of(me);
    let delegate = mine.filter(|it| it.status() == "delegated").and_then(|it| it.delegated_to());
    let told: Map<String, Value> = event
        .participants()
        .filter(|it| {
            Some(it.id) == mine.map(|mine| mine.id) || (delegate.is_some() && it.calendar_address() == delegate)
        })
        .map(|it| {
            let mut participant = it.as_map().clone();
            participant.retain(|name, _| !name.starts_with("schedule") && name != "participationComment");
            if let Some(Value::Object(roles)) = participant.get_mut("roles") {
                roles.remove("owner");
            }
            (it.id.to_owned(), Value::Object(participant))
        })
        .collect();
    map.insert("participants".into(), told.into());
    map.insert("updated".into(), format_utc(now).into());
    Event::stored(map)
}

/// The invitation of whom I delegate to.
fn delegation(event: &Event, me: &[CalendarAddress]) -> Option<Message> {
    let mine = event.participant_of(me).filter(|it| it.status() == "delegated")?;
    let (from, to) = (mine.calendar_address()?, mine.delegated_to()?);
    let mut invitation = for_others(event, Some(&to));
    if event.participant_of(std::slice::from_ref(&to)).is_none() {
        let participants = invitation.map_mut().get_mut("participants")?.as_object_mut()?;
        let delegate = json!({
            "@type": "Participant",
            "calendarAddress": to.as_str(),
            "participationStatus": "needs-action",
            "expectReply": true,
            "delegatedFrom": from.as_str(),
            "roles": {"required": true},
        });
        participants.insert(format!("delegate-of-{}", mine.id), delegate);
    }
    Some(Message { method: Method::Request, from, to: vec![to], events: vec![invitation], comment: None })
}
