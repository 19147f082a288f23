//! Email/parse (RFC 8621 §4.9): messages that are blobs, in no mailbox; an attached message, for example.

use std::collections::BTreeSet;

use jmap::error::MethodErrorKind;
use jmap::{AccountId, BlobId, UtcDate, capability};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::EmailRow;

use super::properties::{DEFAULT_PARSED, Property, Selection, Wanted};
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::limits::MAX_OBJECTS_IN_GET;
use crate::message::Import;
use crate::message::mime::Mime;

/// What only an email in a mailbox has.
const METADATA: [&str; 5] = ["id", "threadId", "mailboxIds", "keywords", "receivedAt"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    account_id: AccountId,
    blob_ids: Vec<BlobId>,
}

/// `Email/parse`.
pub async fn parse(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let mut target = Map::new();
    for name in ["accountId", "blobIds"] {
        target.extend(call.remove(name).map(|value| (name.to_owned(), value)));
    }
    let Target { account_id, blob_ids } = arguments::read(target)?;
    context.check_account(&account_id)?;
    let wanted: Wanted = arguments::read(call)?;
    let selection = Selection::new(wanted, &DEFAULT_PARSED, context.using.contains(capability::OWLET_MAIL))?;
    if blob_ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut parsed = Map::new();
    let mut not_parsable = Vec::new();
    let mut not_found = Vec::new();
    for blob_id in blob_ids.into_iter().collect::<BTreeSet<_>>() {
        let Some((raw, _)) = super::blob(context, &account_id, &blob_id).await? else {
            not_found.push(blob_id);
            continue;
        };
        if Mime::parse(&raw).root().is_none_or(|root| root.fields.is_empty()) {
            not_parsable.push(blob_id);
            continue;
        }
        let read = crate::message::read(&raw).await;
        let nowhere =
            Import { mailbox_ids: BTreeSet::new(), keywords: BTreeSet::new(), received_at: UtcDate::from_millis(0) };
        let email = read.into_new_email(blob_id.clone(), nowhere);
        let row = EmailRow {
            id: "".into(),
            thread_id: "".into(),
            blob_id: email.blob_id,
            size: email.size,
            received_at: email.received_at,
            mailbox_ids: email.mailbox_ids,
            keywords: email.keywords,
            envelope: email.envelope,
            has_attachment: email.has_attachment,
            preview: email.preview,
        };
        let mut object = selection.from_row(&row);
        for property in &selection.properties {
            match property {
                Property::Column(name) if METADATA.contains(&name.as_str()) => {
                    object.insert(name.clone(), Value::Null);
                }
                Property::ThreadSummary => {
                    object.insert("threadSummary".to_owned(), Value::Null);
                }
                Property::Column(_) | Property::Body(_) | Property::Header(..) => {}
            }
        }
        if selection.needs_message() {
            selection.add_from_message(&mut object, &raw, &blob_id);
        }
        parsed.insert(blob_id.to_string(), Value::Object(object));
    }
    arguments::answer(&json!({
        "accountId": account_id,
        "parsed": (!parsed.is_empty()).then_some(parsed),
        "notParsable": (!not_parsable.is_empty()).then_some(not_parsable),
        "notFound": (!not_found.is_empty()).then_some(not_found),
    }))
}
