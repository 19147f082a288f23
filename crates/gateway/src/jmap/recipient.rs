//! Recipient/suggest: to whom one may want to write (docs/capabilities/mail.md).

use jmap::{AccountId, MethodError};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::arguments;
use super::context::Context;
use super::failure::Failure;

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 100;
const MAX_TEXT: usize = 255;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    text: String,
    #[serde(default)]
    limit: Option<u32>,
}

/// `Recipient/suggest`.
pub async fn suggest(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.text.len() > MAX_TEXT {
        return Err(MethodError::invalid_arguments("text is too long").into());
    }
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let found = context.store().suggest(&asked.account_id, asked.text.trim(), limit).await?;
    let list: Vec<Value> = found
        .into_iter()
        .map(|person| {
            json!({
                "name": (!person.name.is_empty()).then_some(person.name),
                "email": person.email,
                "source": if person.is_local { "organisation" } else { "history" },
            })
        })
        .collect();
    arguments::answer(&json!({ "accountId": asked.account_id, "list": list }))
}
