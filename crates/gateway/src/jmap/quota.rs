//! Quota (RFC 9425): one, the octets of the account's mail, if the administrator has set a limit.
//!
//! It is derived: its state is that of the emails, since it changes only with them.

use std::collections::HashMap;

use jmap::error::MethodErrorKind;
use jmap::{AccountId, Id, State};
use serde_json::{Map, Value, json};
use store::DataType;

use super::arguments;
use super::changes::Changes;
use super::context::Context;
use super::failure::Failure;
use super::get::Get;
use super::query::{self, Query, QueryChanges};

const MAIL_OCTETS: &str = "mail-octets";

const PROPERTIES: [&str; 10] =
    ["id", "resourceType", "used", "hardLimit", "scope", "name", "types", "warnLimit", "softLimit", "description"];
const CONDITIONS: [&str; 4] = ["name", "scope", "resourceType", "type"];
const SORTS: [&str; 2] = ["name", "used"];

/// From here on people are warned, in percent.
const WARN_PERCENT: u64 = 90;

async fn all(context: &Context<'_>, account: &AccountId) -> Result<HashMap<Id, Map<String, Value>>, Failure> {
    let limit = context.state.config.limits.account_bytes;
    if limit == 0 {
        return Ok(HashMap::new());
    }
    let usage = context.store().usage(account).await?;
    let quota = json!({
        "resourceType": "octets",
        "used": usage.octets,
        "hardLimit": limit,
        "warnLimit": limit / 100 * WARN_PERCENT,
        "softLimit": null,
        "scope": "account",
        "name": "Mail",
        "types": ["Email"],
        "description": "All mail of this account, attachments included.",
    });
    Ok(HashMap::from([(Id::from(MAIL_OCTETS), quota.as_object().cloned().unwrap_or_default())]))
}

async fn state(context: &Context<'_>, account: &AccountId) -> Result<State, Failure> {
    Ok(context.store().state(account, DataType::Email).await?)
}

/// `Quota/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let state = state(context, &asked.account_id).await?;
    let found = all(context, &asked.account_id).await?;
    asked.answer(state, found)
}

/// `Quota/changes`.
pub async fn changes(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Changes::read(context, call)?;
    let now = state(context, &asked.account_id).await?;
    let updated = updated(context, &asked.account_id, &asked.since_state, &now).await?;
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "oldState": asked.since_state,
        "newState": now,
        "hasMoreChanges": false,
        "updatedProperties": if updated.is_empty() { Value::Null } else { json!(["used"]) },
        "created": [],
        "updated": updated,
        "destroyed": [],
    }))
}

async fn updated(context: &Context<'_>, account: &AccountId, since: &State, now: &State) -> Result<Vec<Id>, Failure> {
    if since == now {
        return Ok(Vec::new());
    }
    // A state that is none of ours is an error here too.
    context.store().changes(account, DataType::Email, since, Some(1)).await?;
    Ok(all(context, account).await?.into_keys().collect())
}

/// `Quota/query`.
pub async fn query(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let ids = find(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    let state = state(context, &asked.account_id).await?;
    query::page(asked, ids, state)
}

/// `Quota/queryChanges`.
pub async fn query_changes(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let ids = find(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    let now = state(context, &asked.account_id).await?;
    let removed = updated(context, &asked.account_id, &asked.since_query_state, &now).await?;
    let added: Vec<Value> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| removed.contains(id))
        .map(|(index, id)| json!({ "id": id, "index": index }))
        .collect();
    if asked.max_changes.is_some_and(|max| (removed.len() + added.len()) as u64 > max) {
        return Err(MethodErrorKind::TooManyChanges.into());
    }
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "oldQueryState": asked.since_query_state,
        "newQueryState": now,
        "total": asked.calculate_total.unwrap_or(false).then_some(ids.len()),
        "removed": removed,
        "added": added,
    }))
}

async fn find(
    context: &Context<'_>,
    account: &AccountId,
    filter: Option<&Value>,
    sort: Option<&[Value]>,
) -> Result<Vec<Id>, Failure> {
    let filter = query::filter::<Map<String, Value>>(filter, &CONDITIONS)?;
    query::sort(sort, &SORTS)?;
    let quotas = all(context, account).await?;
    let passing = quotas.into_iter().filter(|(_, quota)| {
        query::passes(filter.as_ref(), &|condition: &Map<String, Value>| {
            condition.iter().all(|(name, asked)| match (name.as_str(), asked.as_str()) {
                ("name", Some(text)) => {
                    quota.get("name").and_then(Value::as_str).is_some_and(|name| name.contains(text))
                }
                ("type", Some(text)) => {
                    quota.get("types").and_then(Value::as_array).is_some_and(|types| types.contains(&json!(text)))
                }
                (name, Some(_)) => quota.get(name) == Some(asked),
                (_, None) => false,
            })
        })
    });
    Ok(passing.map(|(id, _)| id).collect())
}
