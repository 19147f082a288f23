//! Quota: a limit and how much of it is used (RFC 9425).

use serde::{Deserialize, Serialize};

use crate::QuotaId;

/// A limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// Its id.
    pub id: QuotaId,
    /// `count` or `octets`.
    pub resource_type: String,
    /// So much is used.
    pub used: u64,
    /// Not more than this.
    pub hard_limit: u64,
    /// `account`, `domain` or `global`.
    pub scope: String,
    /// For people.
    pub name: String,
    /// The types that count, for example `Email`.
    pub types: Vec<String>,
    /// From here on people are warned.
    #[serde(default)]
    pub warn_limit: Option<u64>,
    /// From here on nothing new is taken.
    #[serde(default)]
    pub soft_limit: Option<u64>,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
}
