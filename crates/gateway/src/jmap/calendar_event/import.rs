//! CalendarEvent/import (docs/capabilities/calendars.md): an iCalendar file that is a blob, into a calendar.

use jmap::error::MethodErrorKind;
use jmap::{AccountId, BlobId, CalendarId, MethodError};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::calendar::file::{self, Unreadable};
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::email;
use crate::jmap::failure::Failure;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    blob_id: BlobId,
    calendar_id: CalendarId,
}

/// `CalendarEvent/import`.
pub async fn import(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    if asked.account_id != context.principal.account_id {
        return Err(MethodErrorKind::AccountNotFound.into());
    }
    let wrong = |reason: String| Failure::from(MethodError::invalid_arguments(reason));
    let calendar = context.resolve(asked.calendar_id.as_str()).map_or(asked.calendar_id, CalendarId::from);
    let Some((file, _)) = email::blob(context, &asked.account_id, &asked.blob_id).await? else {
        return Err(wrong("there is no such blob".to_owned()));
    };
    let imported = file::import(context.store(), &asked.account_id, &calendar, file.to_vec(), |_, _| {}).await;
    let imported = imported.map_err(|error| match error {
        Unreadable::Store(error) => error.into(),
        other => wrong(other.to_string()),
    })?;
    let mut answer = arguments::answer(&imported)?;
    answer.insert("accountId".to_owned(), json!(asked.account_id));
    Ok(answer)
}
