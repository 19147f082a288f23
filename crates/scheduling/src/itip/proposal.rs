//! Messages that somebody asks for: another time, none of it, the state of things, and an invitation passed on.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};

use super::{Message, Method, attendee::answer_of, compare::for_others};
use crate::{
    date::format_utc,
    event::{CalendarAddress, Event},
    invalid::{Invalid, Problem},
    patch,
};

fn of(event: &Event, id: Option<NaiveDateTime>) -> Option<Event> {
    id.map_or_else(|| Some(event.clone()), |id| event.occurrence(id))
}

/// Proposes another time (or whatever else the patch says) to the organizer, for one occurrence or all (COUNTER, RFC
/// 5546 §3.2.7).
///
/// # Errors
/// There is no such occurrence, no organizer, I do not take part, or the patch makes no event.
pub fn counter(
    event: &Event,
    id: Option<NaiveDateTime>,
    changes: &Map<String, Value>,
    me: &[CalendarAddress],
    comment: Option<String>,
    now: DateTime<Utc>,
) -> Result<Message, Vec<Invalid>> {
    let missing = |what: &str| vec![Invalid::new(what, Problem::Missing)];
    let current = of(event, id).ok_or_else(|| vec![Invalid::new("recurrenceId", Problem::NoPath)])?;
    let organizer = event.organizer().ok_or_else(|| missing("organizerCalendarAddress"))?;
    let mine = current.participant_of(me).ok_or_else(|| missing("participants"))?;
    let from = mine.calendar_address().ok_or_else(|| missing("participants"))?;
    let mut proposed = for_others(&current, None).into_map();
    patch::apply(&mut proposed, changes)?;
    let mut proposed = Event::new(proposed)?;
    // Whose proposal it is: he alone is in it, and says neither yes nor no.
    let mut participant = mine.as_map().clone();
    participant.insert("participationStatus".into(), "tentative".into());
    proposed.set("participants", Map::from_iter([(mine.id.to_owned(), Value::Object(participant))]));
    proposed.set("updated", format_utc(now));
    Ok(Message { method: Method::Counter, from, to: vec![organizer], events: vec![proposed], comment })
}

/// Tells one who has proposed something that it is not taken (DECLINECOUNTER, RFC 5546 §3.2.8).
#[must_use]
pub fn decline_counter(
    event: &Event,
    id: Option<NaiveDateTime>,
    to: &CalendarAddress,
    comment: Option<String>,
) -> Option<Message> {
    let current = for_others(&of(event, id)?, Some(to));
    let from = event.organizer()?;
    Some(Message { method: Method::DeclineCounter, from, to: vec![to.clone()], events: vec![current], comment })
}

/// Asks the organizer for what is true now (REFRESH, RFC 5546 §3.2.6).
#[must_use]
pub fn refresh(event: &Event, me: &[CalendarAddress], now: DateTime<Utc>) -> Option<Message> {
    let from = event.participant_of(me)?.calendar_address()?;
    let to = vec![event.organizer()?];
    Some(Message { method: Method::Refresh, from, to, events: vec![answer_of(event, me, now)], comment: None })
}

/// Passes an invitation on, as it is (RFC 5546 §3.2.2.5). Who answers it asks to be let in.
#[must_use]
pub fn forward(
    event: &Event,
    id: Option<NaiveDateTime>,
    to: &[CalendarAddress],
    me: &[CalendarAddress],
    comment: Option<String>,
) -> Option<Message> {
    let from = event.participant_of(me).and_then(|it| it.calendar_address()).or_else(|| me.first().cloned())?;
    let passed_on = for_others(&of(event, id)?, None);
    Some(Message { method: Method::Request, from, to: to.to_vec(), events: vec![passed_on], comment })
}
