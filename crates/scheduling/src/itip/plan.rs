//! What to send when somebody changes an event in his own calendar.

use chrono::{DateTime, Utc};

use super::{Message, attendee, organizer};
use crate::event::{CalendarAddress, Event};

/// What follows from a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The event to be kept, with its sequence, its time of change and the answers put right. None if it was destroyed.
    pub event: Option<Event>,
    /// What to send.
    pub messages: Vec<Message>,
}

/// What to send when I make (`before` is None), change or destroy (`after` is None) an event.
///
/// An organizer invites, tells of changes, and cancels; one who takes part answers. An event that nobody organizes, that
/// is a draft, or in which I have no part, sends nothing.
#[must_use]
pub fn plan(before: Option<&Event>, after: Option<&Event>, me: &[CalendarAddress], now: DateTime<Utc>) -> Plan {
    let is_draft = |event: &&Event| event.get("isDraft").and_then(serde_json::Value::as_bool) == Some(true);
    // What was a draft until now was told to nobody.
    let before = before.filter(|event| !is_draft(event));
    let silent = || Plan { event: after.cloned(), messages: Vec::new() };
    let Some(subject) = after.or(before) else { return silent() };
    if is_draft(&subject) {
        return silent();
    }
    let organized = |event: Option<&Event>| event.is_some_and(|event| event.is_organized_by(me));
    if organized(after) || (after.is_none() && organized(before)) {
        organizer::plan(before, after, me, now)
    } else if subject.organizer().is_some() {
        attendee::plan(before, after, me, now)
    } else if organized(before) {
        // Without an organizer there is no meeting any more.
        let mut plan = organizer::plan(before, None, me, now);
        plan.event = after.cloned();
        plan
    } else {
        silent()
    }
}
