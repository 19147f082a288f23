//! CalendarEvent: a JSCalendar 2.0 Event with what JMAP adds to it (draft-ietf-jmap-calendars §5).
//!
//! The event itself travels as a JSON map (`owlet-scheduling` reads it); here are the names of JMAP's own properties,
//! who keeps which for themselves, and what can be asked of a query.

use serde::{Deserialize, Serialize};

use crate::CalendarId;

/// What JMAP adds to an Event and keeps out of `recurrenceOverrides`.
pub const METADATA: [&str; 5] = ["id", "baseEventId", "calendarIds", "isDraft", "isOrigin"];

/// Computed when asked for, never kept.
pub const COMPUTED: [&str; 2] = ["utcStart", "utcEnd"];

/// What each person who sees a shared event keeps for themselves.
pub const PER_USER: [&str; 5] = ["keywords", "color", "freeBusyStatus", "useDefaultAlerts", "alerts"];

/// A condition of `CalendarEvent/query` (draft-ietf-jmap-calendars §5.11.1). Times are local to the query's `timeZone`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilterCondition {
    /// In this calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_calendar: Option<CalendarId>,
    /// In one of these; of earlier drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_calendars: Option<Vec<CalendarId>>,
    /// Ends after: `2026-11-01T00:00:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Starts before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// In any text of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// In its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In a place's name or description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// In the name or address of who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// In the name or address of who attends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendee: Option<String>,
    /// Exactly this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// The names of the conditions.
pub const CONDITIONS: [&str; 11] = [
    "inCalendar",
    "inCalendars",
    "after",
    "before",
    "text",
    "title",
    "description",
    "location",
    "owner",
    "attendee",
    "uid",
];

/// What a query can be sorted by.
pub const SORTS: [&str; 5] = ["start", "uid", "recurrenceId", "created", "updated"];
