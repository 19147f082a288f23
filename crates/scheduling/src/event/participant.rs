//! Who takes part in an event (RFC 8984 §4.4.6), read from its JSON.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::CalendarAddress;
use crate::date::parse_utc;

/// A participant of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Participant<'a> {
    /// Its key in the event's `participants`.
    pub id: &'a str,
    map: &'a Map<String, Value>,
}

impl<'a> Participant<'a> {
    pub(super) fn new(id: &'a str, map: &'a Map<String, Value>) -> Self {
        Self { id, map }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.map.get(name).and_then(Value::as_str)
    }

    /// Everything in it.
    #[must_use]
    pub fn as_map(&self) -> &'a Map<String, Value> {
        self.map
    }

    /// By what address it is scheduled.
    #[must_use]
    pub fn calendar_address(&self) -> Option<CalendarAddress> {
        self.text("calendarAddress").map(CalendarAddress::new)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.text("name")
    }

    /// `individual`, `group`, `location`, `resource`, or something of somebody's.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        self.text("kind").unwrap_or("individual")
    }

    /// `owner`, `chair`, `required`, `optional`, `informational` …
    pub fn roles(&self) -> impl Iterator<Item = &'a str> {
        let roles = self.map.get("roles").and_then(Value::as_object).into_iter().flatten();
        roles.filter(|(_, held)| held.as_bool() == Some(true)).map(|(role, _)| role.as_str())
    }

    /// Whether it has a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|held| held == role)
    }

    /// `needs-action`, `accepted`, `declined`, `tentative` or `delegated`.
    #[must_use]
    pub fn status(&self) -> &'a str {
        self.text("participationStatus").unwrap_or("needs-action")
    }

    /// What it said with its answer.
    #[must_use]
    pub fn comment(&self) -> Option<&'a str> {
        self.text("participationComment")
    }

    /// Whether the organizer wants an answer.
    #[must_use]
    pub fn expect_reply(&self) -> bool {
        self.map.get("expectReply").and_then(Value::as_bool).unwrap_or(false)
    }

    /// Who sends the messages to it: `server`, `client` or `none`.
    #[must_use]
    pub fn schedule_agent(&self) -> &'a str {
        self.text("scheduleAgent").unwrap_or("server")
    }

    /// The sequence its answer was to.
    #[must_use]
    pub fn schedule_sequence(&self) -> u64 {
        self.map.get("scheduleSequence").and_then(Value::as_u64).unwrap_or(0)
    }

    /// When it answered.
    #[must_use]
    pub fn schedule_updated(&self) -> Option<DateTime<Utc>> {
        parse_utc(self.text("scheduleUpdated")?)
    }

    /// To whom it has delegated.
    #[must_use]
    pub fn delegated_to(&self) -> Option<CalendarAddress> {
        self.text("delegatedTo").map(CalendarAddress::new)
    }

    /// Who has delegated to it.
    #[must_use]
    pub fn delegated_from(&self) -> Option<CalendarAddress> {
        self.text("delegatedFrom").map(CalendarAddress::new)
    }
}
