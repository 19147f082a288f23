//! Email/copy (RFC 8621 §4.7). A person has one account here, and a copy goes from one account to another: so the
//! arguments are checked, and then the source account is one that is not found, or the same as the target.

use jmap::error::MethodErrorKind;
use serde_json::{Map, Value};

use crate::jmap::context::Context;
use crate::jmap::copy::Copy;
use crate::jmap::failure::Failure;

/// `Email/copy`.
pub async fn copy(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    Copy::read(context, call)?;
    Err(MethodErrorKind::FromAccountNotFound.into())
}
