//! Email/import (RFC 8621 §4.8): messages from blobs.

use std::collections::BTreeMap;

use jmap::error::{MethodErrorKind, SetErrorKind, SetErrors};
use jmap::{AccountId, BlobId, Id, SetError, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{DataType, Writer};

use super::{created_properties, keywords, mailbox_ids, received_at};
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::limits::MAX_OBJECTS_IN_SET;
use crate::message::Import;
use crate::message::mime::Mime;
use crate::message::parse::ParsedEmail;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    #[serde(default)]
    if_in_state: Option<State>,
    emails: Map<String, Value>,
}

/// `Email/import`.
pub async fn import(context: &mut Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.emails.len() > MAX_OBJECTS_IN_SET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    // Reading and storing blobs needs no writer.
    let mut ready = Vec::new();
    for (creation_id, email) in asked.emails {
        match prepare(context, &asked.account_id, &email).await {
            Err(Refusal::Call(failure)) => return Err(failure),
            prepared => ready.push((creation_id, email, prepared)),
        }
    }
    let mut writer = context.store().begin(&asked.account_id).await?;
    let old_state = writer.state(DataType::Email);
    if asked.if_in_state.is_some_and(|expected| expected != old_state) {
        return Err(MethodErrorKind::StateMismatch.into());
    }
    let mut created = BTreeMap::new();
    let mut not_created = SetErrors::new();
    for (creation_id, email, prepared) in ready {
        let result = match prepared {
            Ok((blob_id, parsed)) => insert(context, &mut writer, &email, blob_id, parsed).await,
            Err(refusal) => Err(refusal),
        };
        match result {
            Ok((id, properties)) => {
                context.created.insert(Id::from(creation_id.as_str()), id);
                created.insert(creation_id, properties);
            }
            Err(Refusal::Record(error)) => {
                not_created.insert(Id::from(creation_id), error);
            }
            Err(Refusal::Call(failure)) => return Err(failure),
        }
    }
    let new_state = if created.is_empty() {
        old_state.clone()
    } else {
        writer.commit().await?.remove(&DataType::Email).unwrap_or_else(|| old_state.clone())
    };
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "oldState": old_state,
        "newState": new_state,
        "created": (!created.is_empty()).then_some(created),
        "notCreated": (!not_created.is_empty()).then_some(not_created),
    }))
}

async fn prepare(context: &Context<'_>, account: &AccountId, email: &Value) -> Result<(BlobId, ParsedEmail), Refusal> {
    let wrong = |property: &str, reason: &str| Refusal::from(SetError::invalid_properties([property], reason));
    let object = email.as_object().ok_or(SetErrorKind::InvalidProperties)?;
    const KNOWN: [&str; 4] = ["blobId", "mailboxIds", "keywords", "receivedAt"];
    if let Some(unknown) = object.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(wrong(unknown, "An import has no such property."));
    }
    let blob_id =
        object.get("blobId").and_then(Value::as_str).ok_or_else(|| wrong("blobId", "A blob id is wanted."))?;
    let Some((raw, _)) = super::blob(context, account, &BlobId::from(blob_id)).await? else {
        let error = SetError::invalid_properties(["blobId"], "There is no such blob.");
        return Err(error.with("notFound", json!([blob_id])).into());
    };
    super::check_quota(context, account, raw.len() as u64).await?;
    if Mime::parse(&raw).root().is_none_or(|root| root.fields.is_empty()) {
        return Err(SetError::new(SetErrorKind::InvalidEmail, "This is no message: it has no header.").into());
    }
    let parsed = crate::message::read(&raw).await;
    Ok((context.store().stage_blob(raw).await?, parsed))
}

async fn insert(
    context: &Context<'_>,
    writer: &mut Writer,
    email: &Value,
    blob_id: BlobId,
    parsed: ParsedEmail,
) -> Result<(Id, Map<String, Value>), Refusal> {
    let received_at = match (email.get("receivedAt"), parsed.received_at) {
        (None | Some(Value::Null), Some(date)) => jmap::UtcDate(date.0.to_utc()),
        (value, _) => received_at(context, value)?,
    };
    let import = Import {
        mailbox_ids: mailbox_ids(context, writer, email.get("mailboxIds")).await?,
        keywords: keywords(email.get("keywords"))?,
        received_at,
    };
    let inserted = writer.insert_email(parsed.into_new_email(blob_id, import)).await?;
    let row = writer.email(&inserted.email_id).await?.ok_or(SetErrorKind::NotFound)?;
    Ok((inserted.email_id.into(), created_properties(&row)))
}
