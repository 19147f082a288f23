//! CalendarEvent (draft-ietf-jmap-calendars §5): events and series, and by synthetic ids the single occurrences of a
//! series. Reading is in [`get`], finding in [`query`], changing in [`set`], and who sees and may do what in [`view`].
//!
//! An event is kept as JSCalendar 2.0 with `calendarIds` and `isDraft` among its properties; `owlet-scheduling` knows
//! what it means.

pub mod copy;
pub mod get;
pub mod import;
pub mod parse;
pub mod proposal;
pub mod query;
pub mod set;
pub mod view;

use chrono::NaiveDateTime;
use jmap::{AccountId, Id, MethodError};
use scheduling::Event;
use scheduling::event::CalendarAddress;
use scheduling::zone::Zone;
use serde_json::{Map, Value};
use store::DataType;

use super::context::Context;
use super::failure::Failure;

/// Participants of one event.
pub const MAX_PARTICIPANTS: usize = 1000;
/// Octets of one event, as JSON.
pub const MAX_EVENT: usize = 2_000_000;
/// Days that one query may expand series over.
pub const MAX_EXPANDED_DAYS: i64 = 1100;
/// Occurrences that one query may find.
pub const MAX_OCCURRENCES: usize = 50_000;
/// Before it no event takes place.
pub const MIN_DATE_TIME: &str = "0001-01-01T00:00:00Z";
/// After it no event takes place.
pub const MAX_DATE_TIME: &str = "9999-12-31T23:59:59Z";

/// An event or series, or one occurrence of a series.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventRef {
    /// The id of what is kept.
    pub base: Id,
    /// Which occurrence of it.
    pub recurrence_id: Option<NaiveDateTime>,
}

const COMPACT: &str = "%Y%m%dT%H%M%S";

impl EventRef {
    /// What an id says.
    pub fn parse(id: &Id) -> Option<Self> {
        let Some((base, occurrence)) = id.as_str().split_once('-') else {
            return Some(Self { base: id.clone(), recurrence_id: None });
        };
        let recurrence_id = NaiveDateTime::parse_from_str(occurrence, COMPACT).ok()?;
        // One occurrence has one id.
        let is_ours = recurrence_id.format(COMPACT).to_string() == occurrence;
        is_ours.then(|| Self { base: Id::from(base), recurrence_id: Some(recurrence_id) })
    }

    /// The synthetic id of an occurrence.
    pub fn synthetic(base: &Id, recurrence_id: NaiveDateTime) -> Id {
        Id::from(format!("{base}-{}", recurrence_id.format(COMPACT)))
    }
}

/// The addresses as which the owner of an account takes part in events.
pub async fn addresses(context: &Context<'_>, account: &AccountId) -> Result<Vec<CalendarAddress>, Failure> {
    Ok(crate::calendar::identities(context.store(), account).await?.0)
}

/// The account is where answers to the event are sent to, so what it says of the event holds.
pub fn is_origin(event: &Event, owner: &[CalendarAddress]) -> bool {
    event.organizer().is_none_or(|organizer| owner.contains(&organizer))
}

/// The zone that an argument names; UTC, if none does.
pub fn zone(name: Option<String>) -> Result<Zone, Failure> {
    match name {
        None => Ok(Zone::UTC),
        Some(name) => Zone::named(&name)
            .ok_or_else(|| MethodError::invalid_arguments(format!("timeZone: {name} is not known")).into()),
    }
}

/// `CalendarEvent/changes`.
pub async fn changes(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    super::calendar::changes_of(context, call, DataType::CalendarEvent).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synthetic_id_says_series_and_occurrence() {
        let at = NaiveDateTime::parse_from_str("2026-11-24T10:00:00", "%Y-%m-%dT%H:%M:%S").unwrap();
        let id = EventRef::synthetic(&Id::from("k7"), at);
        assert_eq!(id.as_str(), "k7-20261124T100000");
        assert_eq!(EventRef::parse(&id), Some(EventRef { base: Id::from("k7"), recurrence_id: Some(at) }));
        assert_eq!(EventRef::parse(&Id::from("k7")).unwrap().recurrence_id, None);
        for wrong in ["k7-", "k7-2026", "k7-20261324T100000", "k7-20261124T1000001", "k7-20261124T10000"] {
            assert_eq!(EventRef::parse(&Id::from(wrong)), None, "{wrong}");
        }
    }
}
