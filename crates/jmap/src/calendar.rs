//! Calendar: a named collection of events (draft-ietf-jmap-calendars §4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::kinds;
use crate::{CalendarId, PrincipalId};

/// A calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// Its id.
    pub id: CalendarId,
    /// For people.
    pub name: String,
    /// More for people.
    #[serde(default)]
    pub description: Option<String>,
    /// A CSS colour name or `#rrggbb`.
    #[serde(default)]
    pub color: Option<String>,
    /// Lower first.
    #[serde(default)]
    pub sort_order: u32,
    /// In the list of calendars.
    #[serde(default)]
    pub is_subscribed: bool,
    /// Its events are shown at the moment.
    #[serde(default = "yes")]
    pub is_visible: bool,
    /// New events go here.
    #[serde(default)]
    pub is_default: bool,
    /// Whether its events make one busy.
    #[serde(default)]
    pub include_in_availability: IncludeInAvailability,
    /// Alerts for events at a time that use the default: JSCalendar's, by id.
    #[serde(default)]
    pub default_alerts_with_time: Option<Map<String, Value>>,
    /// Alerts for events of whole days that use the default.
    #[serde(default)]
    pub default_alerts_without_time: Option<Map<String, Value>>,
    /// Of events without one.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// With whom it is shared.
    #[serde(default)]
    pub share_with: Option<BTreeMap<PrincipalId, CalendarRights>>,
    /// What this person may do.
    #[serde(default)]
    pub my_rights: CalendarRights,
}

fn yes() -> bool {
    true
}

kinds!(
    /// Which events of a calendar make one busy.
    IncludeInAvailability {
        /// All.
        All = "all",
        /// Those that one takes part in, surely or perhaps.
        Attending = "attending",
        /// None.
        None = "none",
    }
);

#[expect(clippy::derivable_impls, reason = "the macro that makes the enum derives nothing else")]
impl Default for IncludeInAvailability {
    fn default() -> Self {
        Self::All
    }
}

/// What a person may do with a calendar. Nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CalendarRights {
    /// See when somebody is busy.
    pub may_read_free_busy: bool,
    /// See the events.
    pub may_read_items: bool,
    /// Change any event.
    pub may_write_all: bool,
    /// Change events that one owns or nobody does.
    pub may_write_own: bool,
    /// Change what each keeps for themselves: alerts, keywords, colour, whether it makes one busy.
    pub may_update_private: bool,
    /// Answer as oneself.
    #[serde(rename = "mayRSVP")]
    pub may_rsvp: bool,
    /// Say with whom it is shared.
    pub may_share: bool,
    /// Destroy it.
    pub may_delete: bool,
}

impl CalendarRights {
    /// Everything: the owner's.
    pub const ALL: Self = Self {
        may_read_free_busy: true,
        may_read_items: true,
        may_write_all: true,
        may_write_own: true,
        may_update_private: true,
        may_rsvp: true,
        may_share: true,
        may_delete: true,
    };

    /// Each right with its name in JMAP.
    pub fn named(self) -> [(&'static str, bool); 8] {
        [
            ("mayReadFreeBusy", self.may_read_free_busy),
            ("mayReadItems", self.may_read_items),
            ("mayWriteAll", self.may_write_all),
            ("mayWriteOwn", self.may_write_own),
            ("mayUpdatePrivate", self.may_update_private),
            ("mayRSVP", self.may_rsvp),
            ("mayShare", self.may_share),
            ("mayDelete", self.may_delete),
        ]
    }

    /// Has every right that `other` has.
    pub fn includes(self, other: Self) -> bool {
        self.named().iter().zip(other.named()).all(|((_, has), (_, asked))| *has || !asked)
    }
}
