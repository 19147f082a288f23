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
    !is_canceled(body) && statuses(body).values().any(|status| status.delivered == "queued")
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

/// By recipient: the SMTP reply, and what is known of the delivery (`DeliveryStatus::delivered`).
pub type Results = BTreeMap<String, (String, &'static str)>;

/// Writes what became of recipients.
pub fn set_statuses(body: &mut Map<String, Value>, results: &Results) {
    let mut statuses = statuses(body);
    for (recipient, (smtp_reply, delivered)) in results {
        let status = DeliveryStatus {
            smtp_reply: smtp_reply.clone(),
            delivered: (*delivered).to_owned(),
            displayed: "unknown".to_owned(),
        };
        statuses.insert(recipient.clone(), status);
    }
    body.insert("deliveryStatus".to_owned(), json!(statuses));
}

/// The recipients for whom there is still something to do.
pub fn queued(body: &Map<String, Value>) -> Vec<String> {
    let queued = statuses(body).into_iter().filter(|(_, status)| status.delivered == "queued");
    queued.map(|(recipient, _)| recipient).collect()
}

/// Was it taken back?
pub fn is_canceled(body: &Map<String, Value>) -> bool {
    body.get("undoStatus").and_then(Value::as_str) == Some("canceled")
}

/// How often a relay has been tried.
pub fn attempts(body: &Map<String, Value>) -> u64 {
    body.get(ATTEMPTS).and_then(Value::as_u64).unwrap_or(0)
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
