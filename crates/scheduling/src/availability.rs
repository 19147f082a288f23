//! When people are busy, and when they could meet.
//!
//! [`busy`] reads it from events, [`merge`] makes one line of it, [`suggest`] ranks the times at which several people
//! could meet, by their own hours in their own zones. Whose calendars may be asked is the gateway's.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    event::{CalendarAddress, Event, Kind},
    zone::Zone,
};

mod hours;
mod merge;
mod suggest;

pub use hours::WorkingHours;
pub use merge::{free, merge};
pub use suggest::{Conflict, Person, Request, Suggestion, suggest};

/// Occurrences of one event that are looked at in one range.
const MOST_OCCURRENCES: usize = 20_000;

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

impl BusyStatus {
    /// As JMAP names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tentative => "tentative",
            Self::Confirmed => "confirmed",
            Self::Unavailable => "unavailable",
        }
    }
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
    /// By which of the events that were asked, by its place among them; None if by several.
    pub event: Option<usize>,
}

/// When somebody is busy in `[from, to)` by these events, by start; an event for each of its occurrences. Events whose
/// occurrences cannot be told are passed over.
#[must_use]
pub fn busy<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    who: &[CalendarAddress],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    floating: &Zone,
) -> Vec<Busy> {
    let mut periods = Vec::new();
    for (number, event) in events.into_iter().enumerate() {
        let base = status(event, who);
        let differ = event.overrides().next().is_some();
        if event.kind() == Kind::Task || (base.is_none() && !differ) {
            continue;
        }
        let Ok(series) = event.series(floating) else { continue };
        for occurrence in series.between(from, to, MOST_OCCURRENCES).list {
            let status = match occurrence.recurrence_id.filter(|_| occurrence.overridden) {
                Some(id) => event.occurrence_in(&series, id).and_then(|occurrence| status(&occurrence, who)),
                None => base,
            };
            let (start, end) = (occurrence.start.max(from), occurrence.end.min(to));
            if let Some(status) = status.filter(|_| start < end) {
                periods.push(Busy { start, end, status, event: Some(number) });
            }
        }
    }
    periods.sort_by_key(|busy| (busy.start, busy.end));
    periods
}

/// How busy an event makes somebody; None if not at all.
fn status(event: &Event, who: &[CalendarAddress]) -> Option<BusyStatus> {
    let is_draft = event.get("isDraft").and_then(Value::as_bool) == Some(true);
    if is_draft || event.is_cancelled() || event.free_busy_status() == "free" {
        return None;
    }
    let answered = match event.participant_of(who).map(|participant| participant.status()) {
        Some("declined" | "delegated") => return None,
        Some("tentative" | "needs-action") => BusyStatus::Tentative,
        Some(_) | None => BusyStatus::Confirmed,
    };
    // An organizer does not answer himself.
    let answered = if event.is_organized_by(who) { BusyStatus::Confirmed } else { answered };
    Some(match (event.free_busy_status(), event.status()) {
        ("unavailable", _) => BusyStatus::Unavailable,
        ("tentative", _) | (_, "tentative") => BusyStatus::Tentative,
        _ => answered,
    })
}

#[cfg(test)]
mod tests;
