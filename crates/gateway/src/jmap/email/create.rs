//! Emails from properties: the `create` of Email/set (RFC 8621 §4.6), up to the point where the store takes them.

use std::collections::HashMap;

use bytes::Bytes;
use jmap::error::SetErrorKind;
use jmap::{AccountId, BlobId, SetError};
use serde_json::{Map, Value};

use crate::jmap::context::Context;
use crate::jmap::failure::Refusal;
use crate::message::compose;
use crate::message::parse::ParsedEmail;

/// Not part of the message, and looked at when it goes into the store.
const METADATA: [&str; 3] = ["mailboxIds", "keywords", "receivedAt"];

/// What a client may set beside those and `header:…`.
const SETTABLE: [&str; 16] = [
    "messageId",
    "inReplyTo",
    "references",
    "sender",
    "from",
    "to",
    "cc",
    "bcc",
    "replyTo",
    "subject",
    "sentAt",
    "bodyStructure",
    "bodyValues",
    "textBody",
    "htmlBody",
    "attachments",
];

/// A message that was made and waits for its place.
#[derive(Debug)]
pub struct Made {
    /// Its octets; not yet in the store.
    pub raw: Bytes,
    /// What was read of it.
    pub parsed: ParsedEmail,
}

/// Makes the message of one Email object.
pub async fn make(context: &Context<'_>, account: &AccountId, email: &Map<String, Value>) -> Result<Made, Refusal> {
    let unsettable: Vec<&str> = email
        .keys()
        .map(String::as_str)
        .filter(|name| !METADATA.contains(name) && !SETTABLE.contains(name) && !name.starts_with("header:"))
        .collect();
    if !unsettable.is_empty() {
        return Err(SetError::invalid_properties(unsettable, "These cannot be set.").into());
    }
    let mut blobs: HashMap<BlobId, Bytes> = HashMap::new();
    let mut size = 0;
    for id in compose::blob_ids(email) {
        if let Some((bytes, _)) = super::blob(context, account, &id).await? {
            size += bytes.len() as u64;
            blobs.insert(id, bytes);
        }
    }
    let max = context.state.config.limits.upload_bytes;
    let too_large = || SetError::from(SetErrorKind::TooLarge).with("maxSize", max);
    if size > max {
        return Err(too_large().into());
    }
    let domain = context.principal.address.rsplit('@').next().unwrap_or("localhost");
    let raw = Bytes::from(compose::compose(email, &blobs, domain, context.now())?);
    if raw.len() as u64 > max {
        return Err(too_large().into());
    }
    super::check_quota(context, account, raw.len() as u64).await?;
    let parsed = crate::message::read(&raw).await;
    Ok(Made { raw, parsed })
}
