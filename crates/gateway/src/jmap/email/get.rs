//! Email/get (RFC 8621 §4.2). What a list shows comes from rows; a message is read once, and only if it must be.

use std::collections::HashMap;

use jmap::error::MethodErrorKind;
use jmap::method::GetResponse;
use jmap::{AccountId, EmailId, Id, capability};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{DataType, EmailQuery, EmailRow};

use super::properties::{DEFAULT, Selection, Wanted};
use super::thread_summary;
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::get::unique;
use crate::jmap::limits::MAX_OBJECTS_IN_GET;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    account_id: AccountId,
    #[serde(default)]
    ids: Option<Vec<Id>>,
}

/// `Email/get`.
pub async fn get(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let mut target = Map::new();
    for name in ["accountId", "ids"] {
        target.extend(call.remove(name).map(|value| (name.to_owned(), value)));
    }
    let Target { account_id, ids } = arguments::read(target)?;
    context.check_account(&account_id)?;
    let wanted: Wanted = arguments::read(call)?;
    let selection = Selection::new(wanted, &DEFAULT, context.using.contains(capability::OWLET_MAIL))?;
    let ids = match ids {
        Some(ids) => unique(context, ids)?,
        None => all_ids(context, &account_id, false).await?.into_iter().map(Id::from).collect(),
    };

    let store = context.store();
    let state = store.state(&account_id, DataType::Email).await?;
    let email_ids: Vec<EmailId> = ids.iter().map(|id| EmailId::from(id.clone())).collect();
    let rows = store.emails(&account_id, &email_ids).await?;
    let list = objects(context, &account_id, &selection, &rows).await?;
    let mut found: HashMap<&str, Map<String, Value>> =
        rows.iter().zip(list).map(|(row, object)| (row.id.as_str(), object)).collect();
    let mut list = Vec::new();
    let mut not_found = Vec::new();
    for id in ids {
        match found.remove(id.as_str()) {
            Some(object) => list.push(object),
            None => not_found.push(id),
        }
    }
    arguments::answer(&GetResponse { account_id, state, list, not_found })
}

/// All emails of an account, or one of each thread; too large if there are more than one call may get.
pub async fn all_ids(context: &Context<'_>, account: &AccountId, of_threads: bool) -> Result<Vec<EmailId>, Failure> {
    let query = EmailQuery {
        collapse_threads: of_threads,
        limit: Some(MAX_OBJECTS_IN_GET as u64 + 1),
        ..EmailQuery::default()
    };
    let ids = context.store().query_emails(account, &query).await?.ids;
    if ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    Ok(ids)
}

/// The emails of these rows as JMAP shows them.
pub async fn objects(
    context: &Context<'_>,
    account: &AccountId,
    selection: &Selection,
    rows: &[EmailRow],
) -> Result<Vec<Map<String, Value>>, Failure> {
    let summaries = if selection.needs_summary() {
        thread_summary::summaries(context.store(), account, rows).await?
    } else {
        Vec::new()
    };
    let mut summaries = summaries.into_iter();
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        let mut object = selection.from_row(row);
        object.insert("id".to_owned(), row.id.as_str().into());
        if selection.needs_message() {
            let raw = context.store().blob(account, &row.blob_id).await?.unwrap_or_default();
            selection.add_from_message(&mut object, &raw, &row.blob_id);
        }
        if let Some(summary) = summaries.next() {
            object.insert("threadSummary".to_owned(), summary);
        }
        list.push(object);
    }
    Ok(list)
}
