//! What an arriving message changes in a calendar.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use super::{Message, Method, reply, request};
use crate::{
    date::format_local,
    event::{CalendarAddress, Event},
};

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// New events: the series, or single occurrences of one that I am not invited to as a whole.
    Create(Vec<Event>),
    /// The stored event is this one now.
    Update {
        /// The event to be kept.
        event: Event,
        /// What is new in it, for who is told.
        changes: Vec<Change>,
    },
    /// Somebody proposes something else; nothing is changed until the organizer says so.
    Counter {
        /// Who.
        by: CalendarAddress,
        /// Of which occurrence; None: of the event.
        recurrence_id: Option<NaiveDateTime>,
        /// As it would be.
        proposed: Event,
        /// Why.
        comment: Option<String>,
    },
    /// The organizer does not take what I proposed.
    CounterDeclined {
        /// Of which occurrence; None: of the event.
        recurrence_id: Option<NaiveDateTime>,
        /// Why.
        comment: Option<String>,
    },
    /// Somebody asks for what is true now: this is to be sent.
    Answer(Message),
    /// The message says too little to be understood here: this question is to be sent to the organizer.
    Ask(Message),
    /// Nothing is done.
    Ignored(Reason),
}

/// What is new in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its time, of the whole or of an occurrence.
    Time(Option<NaiveDateTime>),
    /// Its place.
    Place(Option<NaiveDateTime>),
    /// Something else.
    Details(Option<NaiveDateTime>),
    /// It does not take place.
    Cancelled(Option<NaiveDateTime>),
    /// There is one more occurrence.
    Added(NaiveDateTime),
    /// Somebody has answered.
    Answered {
        /// The id of the participant.
        participant: String,
        /// To which occurrence; None: to all.
        recurrence_id: Option<NaiveDateTime>,
        /// What.
        status: String,
        /// What he said with it.
        comment: Option<String>,
    },
    /// Somebody takes part who was not invited: a delegate, or one who invited himself.
    Joined {
        /// The id of the participant.
        participant: String,
        /// Who has delegated to him, if anybody has.
        delegated_from: Option<CalendarAddress>,
    },
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// There is no event of that UID, and the message makes none.
    #[error("the event is not in this calendar")]
    UnknownEvent,
    /// There is no such occurrence of it.
    #[error("the event has no such occurrence")]
    UnknownOccurrence,
    /// What is stored is newer.
    #[error("a later version of the event is known already")]
    Older,
    /// It has arrived before.
    #[error("the message was received before")]
    Known,
    /// The word of somebody else than the event's organizer.
    #[error("the message is not from the event's organizer")]
    NotFromOrganizer,
    /// It was sent by somebody else than it says.
    #[error("the message was not sent by the one whose answer it is")]
    NotFromParticipant,
    /// It is for the organizer, who I am not.
    #[error("the event is organized by somebody else")]
    NotOrganizer,
    /// It is about an event that I organize myself.
    #[error("the event is organized here")]
    OwnEvent,
    /// Its sender takes no part, and may not join.
    #[error("the sender takes no part in the event")]
    UnknownParticipant,
    /// Nothing in it can be kept.
    #[error("the message makes no event that can be kept")]
    Invalid,
    /// There is nothing in it.
    #[error("the message is empty")]
    Empty,
}

/// What a message changes.
///
/// `stored` is the event of its UID: the series if that is there, else the single occurrence that the message is about.
/// `sender` is by whose account the message came, where that is known for certain; None if it is not, and then what the
/// message says of itself has to do. `me` are the addresses of whose calendar it is.
#[must_use]
pub fn receive(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
    now: DateTime<Utc>,
) -> Outcome {
    if message.events.is_empty() {
        return Outcome::Ignored(Reason::Empty);
    }
    let message = &align(stored, message);
    let result = match message.method {
        Method::Publish | Method::Request => request::receive(stored, message, sender, me),
        Method::Add => request::add(stored, message, sender, me, now),
        Method::Cancel => request::cancel(stored, message, sender, me),
        Method::DeclineCounter => request::counter_declined(stored, message, sender, me),
        Method::Reply => reply::receive(stored, message, sender, me),
        Method::Counter => reply::counter(stored, message, sender, me),
        Method::Refresh => reply::refresh(stored, message, sender, me, now),
    };
    result.unwrap_or_else(Outcome::Ignored)
}

/// The message with its recurrence ids as the stored series has them: by the clock of its zone. Some programs write them
/// in UTC, some as days.
fn align(stored: Option<&Event>, message: &Message) -> Message {
    let mut message = message.clone();
    let Some(stored) = stored else { return message };
    let name = if stored.recurrence_id().is_some() {
        stored.get("recurrenceIdTimeZone").and_then(Value::as_str)
    } else {
        stored.time_zone()
    };
    let zone = name.and_then(|name| stored.zone_named(name).ok());
    for event in &mut message.events {
        let Some(id) = event.recurrence_id() else { continue };
        let said = event.get("recurrenceIdTimeZone").and_then(Value::as_str);
        let moved = match (said.filter(|said| Some(*said) != name).and_then(|said| event.zone_named(said).ok()), &zone)
        {
            (Some(said), Some(zone)) => zone.to_local(said.to_utc(id)),
            _ => id,
        };
        let of_day = stored.start().map(|start| moved.date().and_time(start.time()));
        let moved = match of_day {
            Some(of_day)
                if said.is_none()
                    && of_day != moved
                    && !stored.has_occurrence(moved)
                    && stored.has_occurrence(of_day) =>
            {
                of_day
            }
            _ => moved,
        };
        if moved != id || said != name {
            event.set("recurrenceId", format_local(moved));
            match name {
                Some(name) => event.set("recurrenceIdTimeZone", name),
                None => _ = event.remove("recurrenceIdTimeZone"),
            }
        }
    }
    message
}
