//! ShareNotification: what somebody shares with a person changed (RFC 9670 §5).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calendar_event_notification::Person;
use crate::{AccountId, Id, ShareNotificationId, UtcDate};

/// One change of rights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareNotification {
    /// Its id.
    pub id: ShareNotificationId,
    /// When.
    pub created: UtcDate,
    /// Who changed them.
    pub changed_by: Person,
    /// `Calendar`.
    pub object_type: String,
    /// Where it is.
    pub object_account_id: AccountId,
    /// Which.
    pub object_id: Id,
    /// What it was called then.
    pub name: String,
    /// What one could do before.
    #[serde(default)]
    pub old_rights: Option<Value>,
    /// What one can do since.
    #[serde(default)]
    pub new_rights: Option<Value>,
}

/// A condition of `ShareNotification/query`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilterCondition {
    /// On or after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<UtcDate>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<UtcDate>,
    /// Of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// In this account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_account_id: Option<AccountId>,
}
