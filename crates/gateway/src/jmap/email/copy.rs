//! Email/copy (RFC 8621 §4.7). A person has one account here, and a copy goes from one account to another: so the
//! arguments are checked, and then the source account is one that is not found, or the same as the target.

use jmap::error::MethodErrorKind;
use jmap::{AccountId, MethodError, State};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read to check the types of all arguments")]
struct Arguments {
    from_account_id: AccountId,
    #[serde(default)]
    if_from_in_state: Option<State>,
    account_id: AccountId,
    #[serde(default)]
    if_in_state: Option<State>,
    create: Map<String, Value>,
    #[serde(default)]
    on_success_destroy_original: Option<bool>,
    #[serde(default)]
    destroy_from_if_in_state: Option<State>,
}

/// `Email/copy`.
pub async fn copy(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.from_account_id == asked.account_id {
        return Err(MethodError::invalid_arguments("a copy goes from one account to another").into());
    }
    Err(MethodErrorKind::FromAccountNotFound.into())
}
