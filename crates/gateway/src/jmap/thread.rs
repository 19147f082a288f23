//! Thread/get (RFC 8621 §3.1). Threads are made by the store when mail comes in.

use std::collections::HashMap;

use jmap::{Id, ThreadId};
use serde_json::{Map, Value, json};
use store::DataType;

use super::context::Context;
use super::email;
use super::failure::Failure;
use super::get::Get;

/// `Thread/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &["id", "emailIds"])?;
    let ids: Vec<ThreadId> = match &asked.ids {
        Some(ids) => ids.iter().cloned().map(ThreadId::from).collect(),
        None => {
            let emails = email::get::all_ids(context, &asked.account_id, true).await?;
            let rows = context.store().emails(&asked.account_id, &emails).await?;
            rows.into_iter().map(|row| row.thread_id).collect()
        }
    };
    let state = context.store().state(&asked.account_id, DataType::Thread).await?;
    let threads = context.store().threads(&asked.account_id, &ids).await?;
    let found: HashMap<Id, Map<String, Value>> = threads
        .into_iter()
        .map(|thread| (Id::from(thread.id), Map::from_iter([("emailIds".to_owned(), json!(thread.email_ids))])))
        .collect();
    asked.answer(state, found)
}
