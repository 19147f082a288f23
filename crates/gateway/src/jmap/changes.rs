//! `Foo/changes` for any type (RFC 8620 §5.2).

use jmap::method::ChangesResponse;
use jmap::{AccountId, MethodError, State};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::DataType;

use super::arguments;
use super::context::Context;
use super::failure::Failure;

/// The properties of a mailbox that change without anybody changing the mailbox (RFC 8621 §2.2).
const COUNTS: [&str; 4] = ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"];

/// The standard arguments.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Changes {
    /// Where.
    pub account_id: AccountId,
    /// Since when.
    pub since_state: State,
    /// At most so many ids.
    #[serde(default)]
    pub max_changes: Option<u64>,
}

impl Changes {
    /// Reads and checks the arguments.
    pub fn read(context: &Context<'_>, call: Map<String, Value>) -> Result<Self, Failure> {
        let changes: Self = arguments::read(call)?;
        context.check_account(&changes.account_id)?;
        if changes.max_changes == Some(0) {
            return Err(MethodError::invalid_arguments("maxChanges is more than 0").into());
        }
        Ok(changes)
    }
}

/// The whole method.
pub async fn changes(
    context: &Context<'_>,
    call: Map<String, Value>,
    data_type: DataType,
) -> Result<Map<String, Value>, Failure> {
    let asked = Changes::read(context, call)?;
    let found = context.store().changes(&asked.account_id, data_type, &asked.since_state, asked.max_changes).await?;
    let updated_properties =
        found.only_counts.then(|| COUNTS.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let mut answer = arguments::answer(&ChangesResponse {
        account_id: asked.account_id,
        old_state: found.old_state,
        new_state: found.new_state,
        has_more_changes: found.has_more,
        created: found.created,
        updated: found.updated,
        destroyed: found.destroyed,
        updated_properties,
    })?;
    if data_type == DataType::Mailbox {
        answer.entry("updatedProperties").or_insert(Value::Null);
    }
    Ok(answer)
}
