//! The envelope: a batch of method calls and the batch of their answers (RFC 8620 §3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Id, State};

/// A method call or its answer: name, arguments, and the client's own id for the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invocation(
    /// `Email/get`, or `error`.
    pub String,
    /// The arguments, with result references under `#name`.
    pub Map<String, Value>,
    /// Given by the client, repeated by the server.
    pub String,
);

/// A batch of method calls, done in order (RFC 8620 §3.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The capabilities whose rules hold.
    pub using: Vec<String>,
    /// The calls.
    pub method_calls: Vec<Invocation>,
    /// Creation ids of earlier requests and what they became.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub created_ids: Option<BTreeMap<Id, Id>>,
}

/// The answers (RFC 8620 §3.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// In the order of the calls; a call may have several.
    pub method_responses: Vec<Invocation>,
    /// Only if the request had them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub created_ids: Option<BTreeMap<Id, Id>>,
    /// Differs from the session that the client has: fetch it again.
    pub session_state: State,
}
