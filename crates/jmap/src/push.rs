//! Push: which states changed (RFC 8620 §7.1), and the frames of the WebSocket (RFC 8887 §4.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{AccountId, CalendarEventId, Id, Invocation, State};

/// By account and type name: the new state.
pub type Changed = BTreeMap<AccountId, BTreeMap<String, State>>;

/// The states that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "@type")]
pub struct StateChange {
    /// Where and what.
    pub changed: Changed,
    /// Lets a client that was away know whether it missed something.
    #[serde(rename = "pushState", skip_serializing_if = "Option::is_none", default)]
    pub push_state: Option<String>,
}

/// An alert of a calendar event is due (draft-ietf-jmap-calendars §6.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
pub struct CalendarAlert {
    /// Where the event is.
    pub account_id: AccountId,
    /// Which; of a series, the series.
    pub calendar_event_id: CalendarEventId,
    /// Its uid.
    pub uid: String,
    /// Which occurrence.
    pub recurrence_id: Option<String>,
    /// Which of its alerts.
    pub alert_id: String,
}

/// A frame from the client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "@type", rename_all_fields = "camelCase")]
pub enum ClientFrame {
    /// A batch of method calls.
    Request {
        /// Repeated in the answer.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<String>,
        /// As over HTTP.
        using: Vec<String>,
        /// As over HTTP.
        method_calls: Vec<Invocation>,
        /// As over HTTP.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        created_ids: Option<BTreeMap<Id, Id>>,
    },
    /// Start pushing.
    WebSocketPushEnable {
        /// All, if null.
        #[serde(default)]
        data_types: Option<Vec<String>>,
        /// The last that the client saw.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        push_state: Option<String>,
    },
    /// Stop pushing.
    WebSocketPushDisable,
}

/// A frame from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "@type", rename_all_fields = "camelCase")]
pub enum ServerFrame {
    /// The answers of a batch.
    Response {
        /// The request's.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        request_id: Option<String>,
        /// As over HTTP.
        method_responses: Vec<Invocation>,
        /// As over HTTP.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        created_ids: Option<BTreeMap<Id, Id>>,
        /// As over HTTP.
        session_state: State,
    },
    /// The whole request failed; the members of [`crate::RequestError`].
    RequestError {
        /// The request's.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        request_id: Option<String>,
        /// Problem details.
        #[serde(flatten)]
        problem: Map<String, Value>,
    },
    /// States changed.
    StateChange {
        /// Where and what.
        changed: Changed,
        /// For the next connection.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        push_state: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_change_names_its_type() {
        let change = StateChange { changed: Changed::new(), push_state: None };
        assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"@type":"StateChange","changed":{}}"#);
    }

    #[test]
    fn a_websocket_request_is_read() {
        let frame: ClientFrame = serde_json::from_str(
            r#"{"@type":"Request","id":"R1","using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{},"0"]]}"#,
        )
        .unwrap();
        assert!(matches!(frame, ClientFrame::Request { id: Some(id), .. } if id == "R1"));
    }
}
