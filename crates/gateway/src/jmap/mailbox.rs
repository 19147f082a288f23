//! Mailbox/get (RFC 8621 §2.1). Querying and changing are in [`query`] and [`set`]; the counters are the store's.

pub mod query;
pub mod set;

use std::collections::HashMap;

use jmap::mailbox::Rights;
use jmap::{Id, MailboxId};
use serde_json::{Map, Value, json};
use store::{Counts, DataType, Record};

use super::context::Context;
use super::failure::Failure;
use super::get::Get;

/// Every property of a Mailbox.
pub const PROPERTIES: [&str; 11] = [
    "id",
    "name",
    "parentId",
    "role",
    "sortOrder",
    "totalEmails",
    "unreadEmails",
    "totalThreads",
    "unreadThreads",
    "myRights",
    "isSubscribed",
];

/// `Mailbox/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let store = context.store();
    let state = store.state(&asked.account_id, DataType::Mailbox).await?;
    let records = store.records(&asked.account_id, DataType::Mailbox, asked.ids.as_deref()).await?;
    let ids: Vec<MailboxId> = records.iter().map(|record| record.id.clone().into()).collect();
    let counts = store.mailbox_counts(&asked.account_id, asked.ids.as_ref().map(|_| ids.as_slice())).await?;
    let found: HashMap<Id, Map<String, Value>> = records
        .into_iter()
        .map(|record| {
            let counts = counts.get(&MailboxId::from(record.id.clone())).copied().unwrap_or_default();
            (record.id.clone(), object(record, counts))
        })
        .collect();
    asked.answer(state, found)
}

/// A mailbox as JMAP shows it.
fn object(record: Record, counts: Counts) -> Map<String, Value> {
    let mut object = record.body;
    let rights = rights(&object);
    for (name, default) in
        [("parentId", Value::Null), ("role", Value::Null), ("sortOrder", json!(0)), ("isSubscribed", json!(true))]
    {
        object.entry(name).or_insert(default);
    }
    object.insert("totalEmails".into(), counts.total_emails.into());
    object.insert("unreadEmails".into(), counts.unread_emails.into());
    object.insert("totalThreads".into(), counts.total_threads.into());
    object.insert("unreadThreads".into(), counts.unread_threads.into());
    object.insert("myRights".into(), json!(rights));
    object
}

/// Everything; only the inbox stays, since mail must come in somewhere.
fn rights(mailbox: &Map<String, Value>) -> Rights {
    let is_inbox = mailbox.get("role").and_then(Value::as_str) == Some("inbox");
    Rights { may_delete: !is_inbox, ..Rights::ALL }
}
