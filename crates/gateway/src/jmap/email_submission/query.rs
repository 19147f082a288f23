//! EmailSubmission/query and EmailSubmission/queryChanges (RFC 8621 §7.3, §7.4).

use std::cmp::Ordering;

use jmap::{AccountId, Comparator, Id, UtcDate};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{DataType, Record};

use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::query::{self, Query, QueryChanges};

const CONDITIONS: [&str; 6] = ["identityIds", "emailIds", "threadIds", "undoStatus", "before", "after"];
const SORTS: [&str; 4] = ["emailId", "threadId", "sentAt", "sendAt"];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Condition {
    identity_ids: Option<Vec<String>>,
    email_ids: Option<Vec<String>>,
    thread_ids: Option<Vec<String>>,
    undo_status: Option<String>,
    before: Option<UtcDate>,
    after: Option<UtcDate>,
}

/// `EmailSubmission/query`.
pub async fn query(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let state = context.store().state(&asked.account_id, DataType::EmailSubmission).await?;
    let ids = find(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    query::page(asked, ids, state)
}

/// `EmailSubmission/queryChanges`.
pub async fn query_changes(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let ids = find(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    query::changes_of(context, asked, DataType::EmailSubmission, ids, false).await
}

async fn find(
    context: &Context<'_>,
    account: &AccountId,
    filter: Option<&Value>,
    sort: Option<&[Value]>,
) -> Result<Vec<Id>, Failure> {
    let filter = query::filter::<Condition>(filter, &CONDITIONS)?;
    let sort = query::sort(sort, &SORTS)?;
    let mut records = context.store().records(account, DataType::EmailSubmission, None).await?;
    records.retain(|record| query::passes(filter.as_ref(), &|condition| passes(record, condition)));
    records.sort_by(|a, b| compare(a, b, &sort));
    Ok(records.into_iter().map(|record| record.id).collect())
}

fn text<'a>(record: &'a Record, name: &str) -> &'a str {
    record.body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn passes(record: &Record, condition: &Condition) -> bool {
    let among = |name: &str, ids: &Option<Vec<String>>| {
        ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == text(record, name)))
    };
    let send_at = record.body.get("sendAt").and_then(|value| UtcDate::deserialize(value).ok());
    among("identityId", &condition.identity_ids)
        && among("emailId", &condition.email_ids)
        && among("threadId", &condition.thread_ids)
        && condition.undo_status.as_ref().is_none_or(|status| status == text(record, "undoStatus"))
        && condition.before.is_none_or(|before| send_at.is_some_and(|at| at < before))
        && condition.after.is_none_or(|after| send_at.is_some_and(|at| at >= after))
}

fn compare(a: &Record, b: &Record, sort: &[Comparator]) -> Ordering {
    let by_id = |a: &str, b: &str| (a.len(), a).cmp(&(b.len(), b));
    sort.iter()
        .map(|comparator| {
            let order = match comparator.property.as_str() {
                "sentAt" | "sendAt" => text(a, "sendAt").cmp(text(b, "sendAt")),
                name => by_id(text(a, name), text(b, name)),
            };
            if comparator.is_ascending { order } else { order.reverse() }
        })
        .fold(Ordering::Equal, Ordering::then)
        .then_with(|| by_id(a.id.as_str(), b.id.as_str()))
}
