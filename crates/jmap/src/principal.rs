//! Principal: a person, room or thing of the organisation (RFC 9670 §2), what calendars add to it, and when it is
//! busy (draft-ietf-jmap-calendars §2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::kinds;
use crate::{AccountId, PrincipalId, UtcDate};

/// Somebody or something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// Its id.
    pub id: PrincipalId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: PrincipalKind,
    /// For people.
    pub name: String,
    /// More for people.
    #[serde(default)]
    pub description: Option<String>,
    /// Its address.
    #[serde(default)]
    pub email: Option<String>,
    /// An IANA name.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// By capability, what it says of the principal.
    #[serde(default)]
    pub capabilities: BTreeMap<String, Map<String, Value>>,
    /// Its accounts that this person sees something of.
    #[serde(default)]
    pub accounts: Option<BTreeMap<AccountId, Value>>,
}

kinds!(
    /// What a principal is.
    PrincipalKind {
        /// A person.
        Individual = "individual",
        /// Several.
        Group = "group",
        /// A thing: a projector.
        Resource = "resource",
        /// A room.
        Location = "location",
    }
);

/// What a principal is to calendars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarsCapability {
    /// The account with its calendars, if this person sees any of them.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// `Principal/getAvailability` answers.
    #[serde(default)]
    pub may_get_availability: bool,
    /// Calendars can be shared with it.
    #[serde(default)]
    pub may_share_with: bool,
    /// How it is invited.
    #[serde(default)]
    pub calendar_address: Option<String>,
}

/// A condition of `Principal/query`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilterCondition {
    /// One of these is its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_ids: Option<Vec<AccountId>>,
    /// Contained in its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Contained in its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Contained in its name, address or description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of this kind.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<PrincipalKind>,
    /// Exactly this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// An address as which it is invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_address: Option<String>,
}

/// The names of the conditions.
pub const CONDITIONS: [&str; 7] = ["accountIds", "email", "name", "text", "type", "timeZone", "calendarAddress"];

/// A time in which a principal is busy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BusyPeriod {
    /// From.
    pub utc_start: UtcDate,
    /// Until, and not longer.
    pub utc_end: UtcDate,
    /// How surely.
    #[serde(default)]
    pub busy_status: BusyStatus,
    /// Why, if this person may see it and asked for it.
    #[serde(default)]
    pub event: Option<Map<String, Value>>,
    /// Where the event is.
    #[serde(default)]
    pub account_id: Option<AccountId>,
}

kinds!(
    /// How surely somebody is busy.
    BusyStatus {
        /// Takes part in an event that is certain.
        Confirmed = "confirmed",
        /// Perhaps.
        Tentative = "tentative",
        /// For any other reason.
        Unavailable = "unavailable",
    }
);

#[expect(clippy::derivable_impls, reason = "the macro that makes the enum derives nothing else")]
impl Default for BusyStatus {
    fn default() -> Self {
        Self::Unavailable
    }
}
