//! What a server offers to whom: capabilities, accounts, addresses to talk to (RFC 8620 §2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{AccountId, State, capability};

/// The session resource. Its URLs are absolute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// By URI.
    pub capabilities: BTreeMap<String, Value>,
    /// Those that this person may use.
    pub accounts: BTreeMap<AccountId, Account>,
    /// By capability URI: the one to start with.
    pub primary_accounts: BTreeMap<String, AccountId>,
    /// Whom the server takes us for.
    pub username: String,
    /// For requests.
    pub api_url: String,
    /// With `{accountId}`, `{blobId}`, `{type}`, `{name}`.
    pub download_url: String,
    /// With `{accountId}`.
    pub upload_url: String,
    /// With `{types}`, `{closeafter}`, `{ping}`.
    pub event_source_url: String,
    /// Changes when anything above does.
    pub state: State,
}

/// One account of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// For people.
    pub name: String,
    /// The person's own, not one shared with them.
    pub is_personal: bool,
    /// May only be read.
    pub is_read_only: bool,
    /// By URI: what it has, with limits.
    pub account_capabilities: BTreeMap<String, Map<String, Value>>,
}

/// The limits of the core capability (RFC 8620 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoreCapability {
    /// Octets of one upload.
    pub max_size_upload: u64,
    /// Uploads at the same time.
    pub max_concurrent_upload: u64,
    /// Octets of one request.
    pub max_size_request: u64,
    /// Requests at the same time.
    pub max_concurrent_requests: u64,
    /// Method calls in one request.
    pub max_calls_in_request: u64,
    /// Ids in one `/get`.
    pub max_objects_in_get: u64,
    /// Records in one `/set`.
    pub max_objects_in_set: u64,
    /// Collations that a sort may name.
    pub collation_algorithms: Vec<String>,
}

impl Session {
    /// The limits, if the server states them as it must.
    pub fn core(&self) -> Option<CoreCapability> {
        serde_json::from_value(self.capabilities.get(capability::CORE)?.clone()).ok()
    }

    /// What a browser needs to subscribe to pushes, if the server signs them (RFC 9749): its public key, in URL-safe
    /// base64.
    pub fn application_server_key(&self) -> Option<&str> {
        self.capabilities.get(capability::WEBPUSH_VAPID)?.get("applicationServerKey")?.as_str()
    }

    /// The account to start with for a capability.
    pub fn primary_account(&self, capability: &str) -> Option<&AccountId> {
        self.primary_accounts.get(capability)
    }
}
