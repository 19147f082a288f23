//! The standard `/copy` (RFC 8620 §5.4): its arguments, and between which accounts it goes. What a copy is, is the type's.

use jmap::error::MethodErrorKind;
use jmap::{AccountId, MethodError, State};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::arguments;
use super::context::Context;
use super::failure::Failure;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Copy {
    /// Where the originals are.
    pub from_account_id: AccountId,
    /// The state that the originals must be in.
    #[serde(default)]
    pub if_from_in_state: Option<State>,
    /// Where the copies go.
    pub account_id: AccountId,
    /// The state that they must find there.
    #[serde(default)]
    pub if_in_state: Option<State>,
    /// By creation id, the original's `id` and what is otherwise in the copy.
    pub create: Map<String, Value>,
    /// Whether originals that were copied go.
    #[serde(default)]
    pub on_success_destroy_original: Option<bool>,
    /// The state that they must be in then.
    #[serde(default)]
    pub destroy_from_if_in_state: Option<State>,
}

impl Copy {
    /// Reads and checks the arguments.
    ///
    /// # Errors
    /// `accountNotFound`, `fromAccountNotFound`, and `invalidArguments` where both accounts are one.
    pub fn read(context: &Context<'_>, call: Map<String, Value>) -> Result<Self, Failure> {
        let asked: Self = arguments::read(call)?;
        context.check_account(&asked.account_id)?;
        if asked.from_account_id == asked.account_id {
            return Err(MethodError::invalid_arguments("a copy goes from one account to another").into());
        }
        if context.check_account(&asked.from_account_id).is_err() {
            return Err(MethodErrorKind::FromAccountNotFound.into());
        }
        Ok(asked)
    }
}
