//! The record of an EmailSubmission: its JMAP properties, and what only delivery needs to know.

use std::collections::BTreeMap;

use jmap::email_submission::{DeliveryStatus, Envelope};
use jmap::{BlobId, Id};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The blob of the message to send, kept even if the email is destroyed. Not a property of JMAP.
pub const MESSAGE: &str = "x:message";
/// How often a relay has been tried. Not a property of JMAP.
pub const ATTEMPTS: &str = "x:attempts";

/// Is there still something to send?
pub fn is_under_way(body: &Map<String, Value>) -> bool {
    let is_canceled = body.get("undoStatus").and_then(Value::as_str) == Some("canceled");
    !is_canceled && statuses(body).values().any(|status| status.delivered == "queued")
}

/// By recipient: what became of it.
pub fn statuses(body: &Map<String, Value>) -> BTreeMap<String, DeliveryStatus> {
    read(body, "deliveryStatus").unwrap_or_default()
}

/// The envelope.
pub fn envelope(body: &Map<String, Value>) -> Option<Envelope> {
    read(body, "envelope")
}

/// The message to send.
pub fn message(body: &Map<String, Value>) -> Option<BlobId> {
    body.get(MESSAGE).and_then(Value::as_str).map(BlobId::from)
}

/// Writes what became of a recipient.
pub fn set_status(body: &mut Map<String, Value>, recipient: &str, smtp_reply: &str, delivered: &str) {
    let mut statuses = statuses(body);
    let status = DeliveryStatus {
        smtp_reply: smtp_reply.to_owned(),
        delivered: delivered.to_owned(),
        displayed: "unknown".to_owned(),
    };
    statuses.insert(recipient.to_owned(), status);
    body.insert("deliveryStatus".to_owned(), json!(statuses));
}

/// Adds a delivery report.
pub fn add_report(body: &mut Map<String, Value>, report: &BlobId) {
    if let Value::Array(reports) = body.entry("dsnBlobIds").or_insert_with(|| json!([])) {
        reports.push(json!(report));
    }
}

/// The key by which a delivery is known to have been done, so that it is not done twice after a crash.
pub fn delivery_key(account: &str, submission: &Id, recipient: &str) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(format!("submission\n{account}\n{submission}\n{}", recipient.to_lowercase())).into()
}

fn read<T: for<'de> Deserialize<'de>>(body: &Map<String, Value>, name: &str) -> Option<T> {
    body.get(name).and_then(|value| T::deserialize(value).ok())
}
