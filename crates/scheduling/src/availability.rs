//! When people are busy, and when they could meet.

use chrono::{DateTime, Utc};

/// How busy, the more later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusyStatus {
    /// Perhaps.
    Tentative,
    /// Yes.
    Confirmed,
    /// Not there at all.
    Unavailable,
}

/// A time at which somebody is busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Busy {
    /// From when.
    pub start: DateTime<Utc>,
    /// To when.
    pub end: DateTime<Utc>,
    /// How.
    pub status: BusyStatus,
    /// By which of the events that were asked, by its place among them.
    pub event: Option<usize>,
}
