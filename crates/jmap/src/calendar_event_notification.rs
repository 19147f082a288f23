//! CalendarEventNotification: what somebody else did to an event (draft-ietf-jmap-calendars §7).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::kinds;
use crate::{CalendarEventId, CalendarEventNotificationId, PrincipalId, UtcDate};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarEventNotification {
    /// Its id.
    pub id: CalendarEventNotificationId,
    /// When.
    pub created: UtcDate,
    /// Who.
    pub changed_by: Person,
    /// What they said to it.
    #[serde(default)]
    pub comment: Option<String>,
    /// What they did.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Of what; of a series, the series.
    pub calendar_event_id: CalendarEventId,
    /// It is a draft; not said of what was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_draft: Option<bool>,
    /// As it was before, or is since it was created.
    #[serde(default)]
    pub event: Map<String, Value>,
    /// From what it was to what it is, if it was updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_patch: Option<Map<String, Value>>,
}

/// Who made a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Person {
    /// For people.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// If they are of the organisation.
    pub principal_id: Option<PrincipalId>,
    /// As they take part in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_address: Option<String>,
}

kinds!(
    /// What became of the event.
    Kind {
        /// It is new.
        Created = "created",
        /// It changed.
        Updated = "updated",
        /// It is gone.
        Destroyed = "destroyed",
    }
);

/// A condition of `CalendarEventNotification/query`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilterCondition {
    /// On or after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<UtcDate>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<UtcDate>,
    /// Of this kind.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// About one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_event_ids: Option<Vec<CalendarEventId>>,
}
