//! The arguments and answers of the standard methods, for any type (RFC 8620 §5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::SetErrors;
use crate::{AccountId, Comparator, Filter, Id, State};

/// The answer of `Foo/get`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetResponse<T = Map<String, Value>> {
    /// As asked.
    pub account_id: AccountId,
    /// Of all records of the type in the account.
    pub state: State,
    /// In no certain order.
    pub list: Vec<T>,
    /// Asked for, not there.
    #[serde(default)]
    pub not_found: Vec<Id>,
}

/// The answer of `Foo/changes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangesResponse {
    /// As asked.
    pub account_id: AccountId,
    /// Since when.
    pub old_state: State,
    /// Until when.
    pub new_state: State,
    /// There is more after `new_state`.
    pub has_more_changes: bool,
    /// New.
    pub created: Vec<Id>,
    /// Changed.
    pub updated: Vec<Id>,
    /// Gone.
    pub destroyed: Vec<Id>,
    /// Of a Mailbox: the only properties that changed in `updated` (RFC 8621 §2.2).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub updated_properties: Option<Vec<String>>,
}

/// The arguments of `Foo/query`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryRequest<C> {
    /// Where.
    pub account_id: AccountId,
    /// Which; all, if absent.
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    pub filter: Option<Filter<C>>,
    /// In which order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sort: Option<Vec<Comparator>>,
    /// From this index; from the end if negative.
    #[serde(default)]
    pub position: i64,
    /// From this id instead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub anchor: Option<Id>,
    /// Relative to the anchor.
    #[serde(default)]
    pub anchor_offset: i64,
    /// At most so many.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<u64>,
    /// Say how many there are in all.
    #[serde(default)]
    pub calculate_total: bool,
    /// Of Email: one mail a thread (RFC 8621 §4.4.3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collapse_threads: bool,
}

fn none<T>() -> Option<T> {
    None
}

/// The answer of `Foo/query`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryResponse {
    /// As asked.
    pub account_id: AccountId,
    /// Of this query's result.
    pub query_state: State,
    /// `Foo/queryChanges` may be asked.
    pub can_calculate_changes: bool,
    /// Index of the first id.
    pub position: u64,
    /// The part asked for.
    pub ids: Vec<Id>,
    /// If asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<u64>,
    /// If the server set a smaller limit than was asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<u64>,
}

/// One id that came into a query's result, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedItem {
    /// Which.
    pub id: Id,
    /// Where it stands in the new result.
    pub index: u64,
}

/// The answer of `Foo/queryChanges`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryChangesResponse {
    /// As asked.
    pub account_id: AccountId,
    /// Since when.
    pub old_query_state: State,
    /// Until when.
    pub new_query_state: State,
    /// If asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<u64>,
    /// To take out first; may name ids that were not in the result.
    pub removed: Vec<Id>,
    /// To put in then, lowest index first.
    pub added: Vec<AddedItem>,
}

/// The answer of `Foo/set`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetResponse {
    /// As asked.
    pub account_id: AccountId,
    /// Before.
    pub old_state: Option<State>,
    /// After.
    pub new_state: State,
    /// By creation id: what the server set.
    #[serde(default)]
    pub created: Option<BTreeMap<Id, Map<String, Value>>>,
    /// By id: what changed besides what was asked.
    #[serde(default)]
    pub updated: Option<BTreeMap<Id, Option<Map<String, Value>>>>,
    /// Gone.
    #[serde(default)]
    pub destroyed: Option<Vec<Id>>,
    /// By creation id.
    #[serde(default)]
    pub not_created: Option<SetErrors>,
    /// By id.
    #[serde(default)]
    pub not_updated: Option<SetErrors>,
    /// By id.
    #[serde(default)]
    pub not_destroyed: Option<SetErrors>,
}
