//! Into the inbox of somebody here.

use std::collections::BTreeSet;

use bytes::Bytes;
use jmap::{AccountId, BlobId, EmailId, MailboxId, UtcDate};
use serde_json::{Value, json};
use store::{DataType, Store, Writer};

use crate::message::{self, Import};

/// A message for one recipient.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// For whom.
    pub recipient: String,
    /// Who gets reports; empty for a message that must have none.
    pub return_path: String,
    /// The message.
    pub raw: Bytes,
    /// A key under which this delivery is done once only.
    pub once: Option<[u8; 32]>,
    /// When it comes in, in milliseconds since 1970.
    pub now: i64,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The email.
    pub email_id: EmailId,
    /// Its message.
    pub blob_id: BlobId,
}

/// Delivers a message into an account. `None` if that was done before, under the same key.
pub async fn deliver_local(
    store: &Store,
    account: &AccountId,
    incoming: &Incoming,
) -> Result<Option<Delivered>, store::Error> {
    let raw = with_trace(incoming);
    let parsed = message::read(&raw).await;
    let blob_id = store.stage_blob(raw).await?;
    let mut writer = store.begin(account).await?;
    if let Some(key) = &incoming.once
        && writer.import_seen(key).await?
    {
        return Ok(None);
    }
    let inbox = inbox(&mut writer).await?;
    let import = Import {
        mailbox_ids: BTreeSet::from([inbox]),
        keywords: BTreeSet::new(),
        received_at: UtcDate::from_millis(incoming.now),
    };
    let inserted = writer.insert_email(parsed.into_new_email(blob_id.clone(), import)).await?;
    writer.delivered();
    writer.commit().await?;
    metrics::counter!("owlet_deliveries_total").increment(1);
    Ok(Some(Delivered { email_id: inserted.email_id, blob_id }))
}

/// The inbox; a new one if there is none.
async fn inbox(writer: &mut Writer) -> Result<MailboxId, store::Error> {
    let mailboxes = writer.records(DataType::Mailbox, None).await?;
    let found = mailboxes.into_iter().find(|mailbox| mailbox.body.get("role").and_then(Value::as_str) == Some("inbox"));
    if let Some(inbox) = found {
        return Ok(inbox.id.into());
    }
    let id = writer.new_id(DataType::Mailbox);
    let body = json!({ "name": "Inbox", "parentId": null, "role": "inbox", "sortOrder": 0, "isSubscribed": true });
    writer.put_record(DataType::Mailbox, &id, body.as_object().cloned().unwrap_or_default(), true).await?;
    Ok(id.into())
}

/// The message with what the last server in its way adds (RFC 5321 §4.4).
fn with_trace(incoming: &Incoming) -> Bytes {
    let date = chrono::DateTime::from_timestamp_millis(incoming.now).unwrap_or_default().to_rfc2822();
    let mut raw = format!(
        "Return-Path: <{}>\r\nDelivered-To: {}\r\nReceived: by owletd; {date}\r\n",
        incoming.return_path, incoming.recipient
    )
    .into_bytes();
    raw.extend_from_slice(&incoming.raw);
    raw.into()
}
