//! Email (RFC 8621 §4): what its methods share. Each method has its own file.

pub mod copy;
pub mod create;
pub mod get;
pub mod import;
pub mod parse;
pub mod properties;
pub mod query;
pub mod set;
pub mod thread_summary;

use std::collections::BTreeSet;

use bytes::Bytes;
use jmap::error::SetErrorKind;
use jmap::{AccountId, BlobId, Id, MailboxId, SetError, UtcDate};
use serde_json::{Map, Value};
use store::{DataType, Writer};

use super::context::Context;
use super::failure::{Failure, Refusal};
use super::limits::MAX_KEYWORDS;
use crate::message::part;

/// A blob that the account may read, be it stored or a part of a message, with its media type.
pub async fn blob(
    context: &Context<'_>,
    account: &AccountId,
    id: &BlobId,
) -> Result<Option<(Bytes, Option<String>)>, store::Error> {
    let Some((stored, numbers)) = part::locate(id) else { return Ok(None) };
    let Some(bytes) = context.store().blob(account, &stored).await? else { return Ok(None) };
    if numbers.is_empty() {
        let info = context.store().blob_info(account, &stored).await?;
        return Ok(Some((bytes, info.and_then(|info| info.media_type))));
    }
    Ok(part::content(&bytes, &numbers))
}

/// Reads `keywords`; `{}` if there are none. Lower case, as they are compared (RFC 8621 §4.1.1).
fn keywords(value: Option<&Value>) -> Result<BTreeSet<String>, SetError> {
    let wrong = |reason: &str| Err(SetError::invalid_properties(["keywords"], reason));
    let object = match value {
        None | Some(Value::Null) => return Ok(BTreeSet::new()),
        Some(Value::Object(object)) => object,
        Some(_) => return wrong("Keywords are an object whose values are true."),
    };
    if object.len() > MAX_KEYWORDS {
        return Err(SetErrorKind::TooManyKeywords.into());
    }
    if object.values().any(|value| *value != Value::Bool(true)) {
        return wrong("Keywords are an object whose values are true.");
    }
    let is_valid = |keyword: &str| {
        (1..=255).contains(&keyword.len())
            && keyword.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && !b"(){]%*\"\\".contains(&byte))
    };
    if !object.keys().all(|keyword| is_valid(keyword)) {
        return wrong("A keyword has 1 to 255 printable ASCII characters, none of ( ) { ] % * \" \\.");
    }
    Ok(object.keys().map(|keyword| keyword.to_ascii_lowercase()).collect())
}

/// Reads `mailboxIds`, creation ids resolved; at least one, and all there.
async fn mailbox_ids(
    context: &Context<'_>,
    writer: &mut Writer,
    value: Option<&Value>,
) -> Result<BTreeSet<MailboxId>, Refusal> {
    let wrong = |reason: &str| Refusal::from(SetError::invalid_properties(["mailboxIds"], reason));
    let Some(Value::Object(object)) = value else { return Err(wrong("An email is in at least one mailbox.")) };
    if object.values().any(|value| *value != Value::Bool(true)) {
        return Err(wrong("mailboxIds is an object whose values are true."));
    }
    if object.is_empty() {
        return Err(wrong("An email is in at least one mailbox."));
    }
    let ids: Option<Vec<Id>> = object.keys().map(|id| context.resolve(id)).collect();
    let ids = ids.ok_or_else(|| wrong("There is no such mailbox."))?;
    let found = writer.records(DataType::Mailbox, Some(&ids)).await?;
    let unique: BTreeSet<MailboxId> = ids.into_iter().map(MailboxId::from).collect();
    if found.len() != unique.len() {
        return Err(wrong("There is no such mailbox."));
    }
    Ok(unique)
}

/// Reads `receivedAt`; now, if it is absent.
fn received_at(context: &Context<'_>, value: Option<&Value>) -> Result<UtcDate, SetError> {
    match value {
        None | Some(Value::Null) => Ok(UtcDate::from_millis(context.now())),
        Some(value) => serde_json::from_value(value.clone())
            .map_err(|_| SetError::invalid_properties(["receivedAt"], "A UTCDate is wanted.")),
    }
}

/// What the server says of an email that was just made.
fn created_properties(row: &store::EmailRow) -> Map<String, Value> {
    let text = |value: &str| Value::from(value);
    Map::from_iter([
        ("id".to_owned(), text(row.id.as_str())),
        ("blobId".to_owned(), text(row.blob_id.as_str())),
        ("threadId".to_owned(), text(row.thread_id.as_str())),
        ("size".to_owned(), row.size.into()),
    ])
}

/// Refuses what would pass the account's quota.
async fn check_quota(context: &Context<'_>, account: &AccountId, more: u64) -> Result<(), Refusal> {
    let limit = context.state.config.limits.account_bytes;
    if limit > 0 {
        let usage = context.store().usage(account).await.map_err(Failure::from)?;
        if usage.octets.saturating_add(more) > limit {
            return Err(SetErrorKind::OverQuota.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keywords_are_checked_and_lowered() {
        let valid = |value: Value| keywords(Some(&value)).is_ok();
        assert_eq!(keywords(Some(&json!({ "$Seen": true }))).unwrap(), BTreeSet::from(["$seen".to_owned()]));
        for wrong in [
            json!([]),
            json!({ "a": false }),
            json!({ "": true }),
            json!({ "a b": true }),
            json!({ "é": true }),
            json!({ "a*": true }),
        ] {
            assert!(!valid(wrong.clone()), "{wrong}");
        }
    }
}
