//! Time zones: from the name on an event to the instants that its local times mean.
//!
//! IANA zones are those of `chrono-tz`; Windows names and the odd ones that calendar programs have written over the
//! years are understood ([`names`]); a zone that nobody knows by name is computed from its own definition
//! ([`Definition`]). Local times that do not exist, or exist twice, are read as RFC 5545 §3.3.5 says. Which zone a
//! floating time is seen in is for the caller to say.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc, offset::LocalResult};
use chrono_tz::{GapInfo, Tz};

mod definition;
mod future;
mod names;

pub use definition::{Definition, DefinitionError};

/// A time zone.
#[derive(Debug, Clone, PartialEq)]
pub enum Zone {
    /// None: the same time of the clock wherever one is. As an instant it is read as UTC.
    Floating,
    /// One of the IANA database.
    Iana(Tz),
    /// One that came with its definition.
    Custom(Arc<Definition>),
}

/// A zone that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// The name is not known and nothing defines it.
    #[error("the time zone {0:?} is not known")]
    Unknown(String),
    /// The definition of a custom zone cannot be used.
    #[error("the time zone's definition cannot be used: {0}")]
    Definition(#[from] DefinitionError),
}

/// The version of the IANA database that is built in, such as `2025b`.
#[must_use]
pub fn database_version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self::Iana(Tz::UTC);

    /// The zone of that name: IANA's, Windows', or one of those that programs have made up. None if nobody knows it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        names::resolve(name)
    }

    /// Its name: IANA's, or the id of a custom zone. None for floating.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Floating => None,
            Self::Iana(tz) => Some(tz.name()),
            Self::Custom(definition) => Some(definition.id()),
        }
    }

    /// The instant that a local time means. A time that the clock skips is read with the offset before the gap, so
    /// that it comes as much later; one that the clock shows twice is the first (RFC 5545 §3.3.5).
    #[must_use]
    pub fn to_utc(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let offset = match self {
            Self::Floating => 0,
            Self::Iana(tz) => iana_offset(*tz, local),
            Self::Custom(definition) => definition.offset_of_local(local.and_utc().timestamp()),
        };
        moved(local, -offset).and_utc()
    }

    /// What the clock shows at an instant.
    #[must_use]
    pub fn to_local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        moved(instant.naive_utc(), self.offset_at(instant))
    }

    /// Seconds east of Greenwich at an instant.
    #[must_use]
    pub fn offset_at(&self, instant: DateTime<Utc>) -> i32 {
        match self {
            Self::Floating => 0,
            Self::Iana(tz) => {
                let known = future::fold(instant.naive_utc());
                tz.offset_from_utc_datetime(&known).fix().local_minus_utc()
            }
            Self::Custom(definition) => definition.offset_at(instant.timestamp()),
        }
    }

    /// Whether the clock skips that local time.
    #[must_use]
    pub fn skips(&self, local: NaiveDateTime) -> bool {
        self.to_local(self.to_utc(local)) != local
    }
}

fn iana_offset(tz: Tz, local: NaiveDateTime) -> i32 {
    let local = future::fold(local);
    match tz.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix().local_minus_utc(),
        LocalResult::None => {
            GapInfo::new(&local, &tz).and_then(|gap| gap.begin).map_or(0, |(_, before)| before.fix().local_minus_utc())
        }
    }
}

/// A time moved by seconds; at the end of time it stays.
fn moved(time: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    time.checked_add_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::{format_local, format_utc, parse_local, parse_utc};

    fn check(zone: &str, local: &str, utc: &str) {
        let zone = Zone::named(zone).unwrap();
        assert_eq!(format_utc(zone.to_utc(parse_local(local).unwrap())), utc, "{local}");
    }

    #[test]
    fn a_skipped_time_is_read_with_the_offset_before_the_gap() {
        check("Europe/Berlin", "2026-03-29T01:30:00", "2026-03-29T00:30:00Z");
        check("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z");
        check("Europe/Berlin", "2026-03-29T03:30:00", "2026-03-29T01:30:00Z");
        // A whole day that Samoa never had.
        check("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z");
    }

    #[test]
    fn of_a_time_that_comes_twice_the_first_is_meant() {
        check("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z");
        check("America/New_York", "2026-11-01T02:30:00", "2026-11-01T07:30:00Z");
    }

    #[test]
    fn summer_time_goes_on_after_the_end_of_the_table() {
        check("Europe/Berlin", "2099-07-01T12:00:00", "2099-07-01T10:00:00Z");
        check("Europe/Berlin", "2500-07-01T12:00:00", "2500-07-01T10:00:00Z");
        check("Europe/Berlin", "9999-01-01T12:00:00", "9999-01-01T11:00:00Z");
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let local = berlin.to_local(parse_utc("2101-07-01T10:00:00Z").unwrap());
        assert_eq!(format_local(local), "2101-07-01T12:00:00");
    }

    #[test]
    fn floating_time_is_read_as_it_stands() {
        let noon = parse_local("2026-03-01T12:00:00").unwrap();
        assert_eq!(Zone::Floating.to_utc(noon), noon.and_utc());
        assert!(!Zone::Floating.skips(noon));
        assert!(Zone::named("Europe/Berlin").unwrap().skips(parse_local("2026-03-29T02:30:00").unwrap()));
    }

    #[test]
    fn the_version_of_the_database_is_known() {
        assert!(database_version().starts_with("20"));
    }
}
