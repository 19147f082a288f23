//! EmailSubmission/get (RFC 8621 §7.1). What is taken on is decided in [`set`], the sending is [`crate::delivery`]'s.

mod envelope;
pub mod query;
pub mod set;

use std::collections::HashMap;

use jmap::Id;
use serde_json::{Map, Value};
use store::{DataType, Record};

use super::context::Context;
use super::failure::Failure;
use super::get::Get;

/// Every property of an EmailSubmission. The record has some more of its own, see [`crate::delivery::record`].
pub const PROPERTIES: [&str; 10] = [
    "id",
    "identityId",
    "emailId",
    "threadId",
    "envelope",
    "sendAt",
    "undoStatus",
    "deliveryStatus",
    "dsnBlobIds",
    "mdnBlobIds",
];

/// `EmailSubmission/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let store = context.store();
    let state = store.state(&asked.account_id, DataType::EmailSubmission).await?;
    let records = store.records(&asked.account_id, DataType::EmailSubmission, asked.ids.as_deref()).await?;
    let found: HashMap<Id, Map<String, Value>> =
        records.into_iter().map(|record| (record.id.clone(), object(record))).collect();
    asked.answer(state, found)
}

fn object(record: Record) -> Map<String, Value> {
    let mut object = record.body;
    object.retain(|name, _| PROPERTIES.contains(&name.as_str()));
    object
}
