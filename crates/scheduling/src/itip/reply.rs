//! What the message of one who takes part changes in the organizer's calendar (RFC 5546 §3.2.3, §3.2.6, §3.2.7).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use super::{Change, Message, Method, Outcome, Reason, compare::for_others};
use crate::{
    date::{format_utc, parse_utc},
    event::{CalendarAddress, Event, Participant},
    patch,
};

/// The event that I organize.
fn mine<'a>(stored: Option<&'a Event>, me: &[CalendarAddress]) -> Result<&'a Event, Reason> {
    let stored = stored.ok_or(Reason::UnknownEvent)?;
    if stored.is_organized_by(me) { Ok(stored) } else { Err(Reason::NotOrganizer) }
}

/// Whoever says something for somebody has to be him, or to be named by him.
fn check_sender(answer: &Participant<'_>, message: &Message, sender: Option<&CalendarAddress>) -> Result<(), Reason> {
    let Some(sender) = sender else { return Ok(()) };
    let named = [answer.as_map().get("sentBy"), message.events.first().and_then(|event| event.get("sentBy"))];
    let named = named.into_iter().flatten().filter_map(Value::as_str).map(CalendarAddress::new);
    let allowed = answer.calendar_address().as_ref() == Some(sender) || named.into_iter().any(|it| it == *sender);
    if allowed { Ok(()) } else { Err(Reason::NotFromParticipant) }
}

pub(super) fn receive(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
) -> Result<Outcome, Reason> {
    let stored = mine(stored, me)?;
    let (mut event, mut changes) = (stored.clone(), Vec::new());
    for answer in &message.events {
        let said = answer.participant_of(std::slice::from_ref(&message.from)).ok_or(Reason::UnknownParticipant)?;
        check_sender(&said, message, sender)?;
        // Some programs leave the sequence out; then it is taken for an answer to what is true now.
        if answer.get("sequence").is_some() && answer.sequence() < event.sequence() {
            return Err(Reason::Older);
        }
        let id = answer.recurrence_id().filter(|_| event.recurrence_id().is_none());
        let whole = id.map_or_else(|| Some(event.clone()), |id| event.occurrence(id));
        let whole = whole.ok_or(Reason::UnknownOccurrence)?;
        let (patch, mut new) = answered(&whole, answer, &said, message, id)?;
        event = match id {
            Some(id) => event.with_occurrence_patched(id, &patch).map_err(|_| Reason::Invalid)?,
            None => event.patched(&patch).map_err(|_| Reason::Invalid)?,
        };
        if id.is_none() {
            forget_older(&mut event, &said);
        }
        changes.append(&mut new);
    }
    Ok(Outcome::Update { event, changes })
}

/// The patch that an answer is, of the event or the occurrence that it is an answer to.
fn answered(
    whole: &Event,
    answer: &Event,
    said: &Participant<'_>,
    message: &Message,
    recurrence_id: Option<NaiveDateTime>,
) -> Result<(Map<String, Value>, Vec<Change>), Reason> {
    let address = said.calendar_address().ok_or(Reason::UnknownParticipant)?;
    let (mut patch, mut changes) = (Map::new(), Vec::new());
    let known = whole.participant_of(std::slice::from_ref(&address));
    let updated = answer.updated();
    let comment = said.comment().map(str::to_owned).or_else(|| message.comment.clone());
    let id = match known {
        Some(known) => {
            // The answer that was sent later counts, in whatever order they come.
            if let (Some(last), Some(now)) = (known.schedule_updated(), updated)
                && now <= last
                && answer.sequence() <= known.schedule_sequence().max(whole.sequence())
            {
                return Err(if now == last { Reason::Known } else { Reason::Older });
            }
            known.id.to_owned()
        }
        None => {
            let delegated_from =
                said.delegated_from().filter(|from| whole.participant_of(std::slice::from_ref(from)).is_some());
            let open = whole.get("mayInviteSelf").and_then(Value::as_bool) == Some(true);
            if delegated_from.is_none() && !open {
                return Err(Reason::UnknownParticipant);
            }
            let id = free_id(whole, said.id);
            let mut joined = said.as_map().clone();
            joined.retain(|name, _| {
                matches!(name.as_str(), "@type" | "name" | "kind" | "calendarAddress" | "delegatedFrom" | "email")
            });
            joined.insert("roles".into(), json!({"required": true}));
            joined.insert("expectReply".into(), true.into());
            changes.push(Change::Joined { participant: id.clone(), delegated_from });
            answer_into(&mut joined, "", answer, said, comment.as_ref());
            patch.insert(format!("participants/{}", patch::escape(&id)), Value::Object(joined));
            changes.push(Change::Answered {
                participant: id,
                recurrence_id,
                status: said.status().to_owned(),
                comment,
            });
            return Ok((patch, changes));
        }
    };
    let pointer = format!("participants/{}/", patch::escape(&id));
    answer_into(&mut patch, &pointer, answer, said, comment.as_ref());
    if let Some(delegate) = said.delegated_to() {
        patch.insert(format!("{pointer}delegatedTo"), delegate.as_str().into());
        // Whom he delegates to may be in the answer, and is invited with it.
        let invited = answer.participant_of(std::slice::from_ref(&delegate));
        if whole.participant_of(std::slice::from_ref(&delegate)).is_none() {
            let new = free_id(whole, invited.map_or("delegate", |it| it.id));
            let mut joined = invited.map(|it| it.as_map().clone()).unwrap_or_default();
            joined.insert("@type".into(), "Participant".into());
            joined.insert("calendarAddress".into(), delegate.as_str().into());
            joined.insert("delegatedFrom".into(), address.as_str().into());
            joined.insert("participationStatus".into(), "needs-action".into());
            joined.entry("roles").or_insert_with(|| json!({"required": true}));
            joined.entry("expectReply").or_insert_with(|| true.into());
            patch.insert(format!("participants/{}", patch::escape(&new)), Value::Object(joined));
            changes.push(Change::Joined { participant: new, delegated_from: Some(address) });
        }
    }
    changes.push(Change::Answered { participant: id, recurrence_id, status: said.status().to_owned(), comment });
    Ok((patch, changes))
}

/// What was said, under names that begin with `pointer`.
fn answer_into(
    map: &mut Map<String, Value>,
    pointer: &str,
    answer: &Event,
    said: &Participant<'_>,
    comment: Option<&String>,
) {
    map.insert(format!("{pointer}participationStatus"), said.status().into());
    map.insert(
        format!("{pointer}participationComment"),
        comment.map_or(Value::Null, |comment| comment.as_str().into()),
    );
    map.insert(format!("{pointer}scheduleSequence"), answer.sequence().into());
    if let Some(updated) = answer.updated() {
        map.insert(format!("{pointer}scheduleUpdated"), format_utc(updated).into());
    }
    for name in ["percentComplete", "progress"] {
        if let Some(value) = said.as_map().get(name) {
            map.insert(format!("{pointer}{name}"), value.clone());
        }
    }
    map.retain(|name, value| !pointer.is_empty() || !value.is_null() || !name.ends_with("participationComment"));
}

fn free_id(event: &Event, wanted: &str) -> String {
    let taken = |id: &str| event.participants().any(|participant| participant.id == id);
    if !taken(wanted) {
        return wanted.to_owned();
    }
    (2..).map(|number| format!("{wanted}-{number}")).find(|id| !taken(id)).unwrap_or_default()
}

/// An answer to the whole takes the place of those to single occurrences that were given before it.
fn forget_older(event: &mut Event, said: &Participant<'_>) {
    let Some(id) = said.calendar_address().and_then(|it| event.participant_of(&[it]).map(|it| it.id.to_owned())) else {
        return;
    };
    let pointer = format!("participants/{}/", patch::escape(&id));
    let now = event.participants().find(|it| it.id == id).and_then(|it| it.schedule_updated());
    let Some(overrides) = event.map_mut().get_mut("recurrenceOverrides").and_then(Value::as_object_mut) else { return };
    for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
        let then = patch.get(&format!("{pointer}scheduleUpdated")).and_then(Value::as_str).and_then(parse_utc);
        if then < now {
            patch.retain(|name, _| {
                let field = name.strip_prefix(&pointer);
                !field.is_some_and(|it| it.starts_with("participation") || it.starts_with("schedule"))
            });
        }
    }
}

pub(super) fn counter(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
) -> Result<Outcome, Reason> {
    let stored = mine(stored, me)?;
    let proposed = message.events.first().ok_or(Reason::Empty)?;
    let said = proposed.participant_of(std::slice::from_ref(&message.from)).ok_or(Reason::UnknownParticipant)?;
    check_sender(&said, message, sender)?;
    if proposed.get("sequence").is_some() && proposed.sequence() < stored.sequence() {
        return Err(Reason::Older);
    }
    let recurrence_id = proposed.recurrence_id().filter(|_| stored.recurrence_id().is_none());
    let whole = recurrence_id.map_or_else(|| Some(stored.clone()), |id| stored.occurrence(id));
    let whole = whole.ok_or(Reason::UnknownOccurrence)?;
    whole.participant_of(std::slice::from_ref(&message.from)).ok_or(Reason::UnknownParticipant)?;
    Ok(Outcome::Counter {
        by: message.from.clone(),
        recurrence_id,
        proposed: proposed.clone(),
        comment: message.comment.clone(),
    })
}

pub(super) fn refresh(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
    now: DateTime<Utc>,
) -> Result<Outcome, Reason> {
    let stored = mine(stored, me)?;
    let asks = std::slice::from_ref(&message.from);
    let in_occurrence =
        || stored.overrides().find_map(|(id, _)| stored.occurrence(id).filter(|it| it.participant_of(asks).is_some()));
    let mut current = if stored.participant_of(asks).is_some() {
        stored.clone()
    } else {
        in_occurrence().ok_or(Reason::UnknownParticipant)?
    };
    if sender.is_some_and(|sender| *sender != message.from) {
        return Err(Reason::NotFromParticipant);
    }
    if current.updated().is_none() {
        current.set("updated", format_utc(now));
    }
    let from = stored.organizer().ok_or(Reason::NotOrganizer)?;
    let events = vec![for_others(&current, Some(&message.from))];
    let method = if stored.is_cancelled() { Method::Cancel } else { Method::Request };
    Ok(Outcome::Answer(Message { method, from, to: vec![message.from.clone()], events, comment: None }))
}
