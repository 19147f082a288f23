//! A message, whatever carries it.

use serde_json::Value;

use crate::{
    event::{CalendarAddress, Event},
    icalendar::Method,
};

/// A scheduling message about the event of one UID.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What it wants.
    pub method: Method,
    /// Whose word it is: the organizer's, or a participant's.
    pub from: CalendarAddress,
    /// To whom it goes. Empty in one that was read.
    pub to: Vec<CalendarAddress>,
    /// The series, or single occurrences (those with a `recurrenceId`), or both.
    pub events: Vec<Event>,
    /// What the sender says with it.
    pub comment: Option<String>,
}

impl Message {
    /// The message that events with a method are. Whose word it is follows from the method: of an answer, a question
    /// or a proposal the one participant's that is in it (RFC 5546 §3.2.3), of all others the organizer's.
    #[must_use]
    pub fn of(method: Method, events: Vec<Event>) -> Option<Self> {
        let first = events.first()?;
        let organizer = first.organizer();
        let other =
            || first.participants().find_map(|it| it.calendar_address().filter(|it| Some(it) != organizer.as_ref()));
        let from = match method {
            Method::Reply | Method::Refresh | Method::Counter => other().or_else(|| {
                // One who invites himself answers himself.
                first.participants().find_map(|it| it.calendar_address())
            }),
            Method::Publish | Method::Request | Method::Add | Method::Cancel | Method::DeclineCounter => {
                organizer.clone().or_else(other)
            }
        };
        let comment = events.iter().find_map(comment);
        Some(Self { method, from: from?, to: Vec::new(), events, comment })
    }

    /// The event that it is about.
    #[must_use]
    pub fn uid(&self) -> &str {
        self.events.first().map(Event::uid).unwrap_or_default()
    }

    /// The series in it, if it is about the whole of it.
    #[must_use]
    pub fn series(&self) -> Option<&Event> {
        self.events.iter().find(|event| event.recurrence_id().is_none())
    }
}

/// The COMMENT of a component, which has no place in JSCalendar and is kept as it was.
fn comment(event: &Event) -> Option<String> {
    let properties = event.get("iCalendar")?.get("properties")?.as_array()?;
    let comment = properties.iter().find(|line| line.get(0).and_then(Value::as_str) == Some("comment"))?;
    comment.get(3)?.as_str().map(str::to_owned)
}
