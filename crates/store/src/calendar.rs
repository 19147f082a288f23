//! What the store must know of calendars and events to find them: the gateway reads JSCalendar and says it.

use std::collections::BTreeSet;

use jmap::{AccountId, BlobId, CalendarEventId, CalendarId, Comparator, Filter, Id, State, UtcDate};
use serde_json::{Map, Value};

/// What an event is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventIndex {
    /// Unique in the account, but for single occurrences of one series that have their own recurrence ids.
    pub uid: String,
    /// Of a single occurrence whose series the account has not.
    pub recurrence_id: Option<String>,
    /// When the first occurrence begins; `None`: it has no time.
    pub start: Option<UtcDate>,
    /// When the last occurrence ends; `None`: never.
    pub end: Option<UtcDate>,
    /// Both are times of the clock, wherever one is, written as if they were UTC.
    pub is_floating: bool,
    /// It has more than one occurrence.
    pub is_series: bool,
    /// What people see of it with whom a calendar is shared.
    pub discretion: Discretion,
    /// Where it is; in one at least.
    pub calendar_ids: BTreeSet<CalendarId>,
    /// When it was made.
    pub created: Option<UtcDate>,
    /// When it was last changed.
    pub updated: Option<UtcDate>,
    /// Blobs that it needs.
    pub blob_ids: BTreeSet<BlobId>,
    /// What is searched.
    pub text: EventText,
}

/// What people with whom a calendar is shared see of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discretion {
    /// All of it.
    #[default]
    None,
    /// Not all of it, so they cannot search it.
    Words,
    /// Nothing.
    Whole,
}

impl Discretion {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Words => 1,
            Self::Whole => 2,
        }
    }
}

/// The text of an event and of all its occurrences, to be searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventText {
    /// Its titles.
    pub title: String,
    /// Its descriptions.
    pub description: String,
    /// Names and descriptions of its places.
    pub location: String,
    /// Names and addresses of those who own it.
    pub owner: String,
    /// Names and addresses of those who attend.
    pub attendee: String,
    /// Everything else.
    pub other: String,
}

/// A point in time: what an event in a time zone is compared with, and what a floating one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub instant: UtcDate,
    /// What the clock of who asks shows then, as if it were UTC.
    pub clock: UtcDate,
}

/// A condition of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventCondition {
    /// In one of these calendars.
    pub calendar_ids: Option<Vec<CalendarId>>,
    /// It, or its last occurrence, ends after.
    pub ends_after: Option<Moment>,
    /// It, or its first occurrence, starts before.
    pub starts_before: Option<Moment>,
    /// Words in any text.
    pub text: Option<String>,
    /// Words in a title.
    pub title: Option<String>,
    /// Words in a description.
    pub description: Option<String>,
    /// Words in a place.
    pub location: Option<String>,
    /// Words of an owner.
    pub owner: Option<String>,
    /// Words of somebody who attends.
    pub attendee: Option<String>,
    /// Exactly this.
    pub uid: Option<String>,
}

/// Which events, in which order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventQuery {
    /// As people see them with whom these calendars are shared; as the owner does, if `None`.
    pub within: Option<Vec<CalendarId>>,
    /// Which; all, if `None`.
    pub filter: Option<Filter<EventCondition>>,
    /// By `start`, `uid`, `recurrenceId`, `created`, `updated`; then by age.
    pub sort: Vec<Comparator>,
}

/// An event that a query found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventHit {
    /// Which.
    pub id: CalendarEventId,
    /// It has more than one occurrence, or may have.
    pub is_series: bool,
    /// Its times are times of the clock, as if they were UTC.
    pub is_floating: bool,
    /// Its uid.
    pub uid: String,
    /// Of a single occurrence.
    pub recurrence_id: Option<String>,
    /// When the first occurrence begins.
    pub start: Option<UtcDate>,
    /// When the last ends; `None`: never.
    pub end: Option<UtcDate>,
    /// When it was made.
    pub created: Option<UtcDate>,
    /// When it was last changed.
    pub updated: Option<UtcDate>,
}

/// All that a query found, and as of which state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventList {
    /// Of all events of the account.
    pub state: State,
    /// In order.
    pub events: Vec<EventHit>,
}

/// With whom a calendar is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// With whom.
    pub account: AccountId,
    /// As it was put; empty, since nothing is shared any more.
    pub rights: Map<String, Value>,
}

/// A calendar that somebody else shares.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedCalendar {
    /// Whose.
    pub owner: AccountId,
    /// Which.
    pub id: CalendarId,
    /// What the asker may do.
    pub rights: Map<String, Value>,
    /// The last change of the rights, on the owner's scale of changes.
    pub since: u64,
    /// What the asker keeps for themselves.
    pub personal: Map<String, Value>,
}

/// An alert that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueAlert {
    /// Where the event is.
    pub account: AccountId,
    /// Which.
    pub event: Id,
    /// For whom.
    pub person: AccountId,
    /// When.
    pub at: UtcDate,
}
