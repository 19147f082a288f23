//! SearchSnippet/get (RFC 8621 §5.1).

use jmap::error::MethodErrorKind;
use jmap::search_snippet::SearchSnippet;
use jmap::{AccountId, EmailId, Id};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::search::{Terms, excerpt, highlight};

use super::arguments;
use super::context::Context;
use super::email;
use super::failure::Failure;
use super::get::unique;
use crate::message::body;
use crate::message::mime::Mime;

/// Characters of a preview, without its marks.
const MAX_PREVIEW: usize = 200;
/// Octets of a message's text that are looked through.
const MAX_TEXT: usize = 200_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    #[serde(default)]
    filter: Option<Value>,
    email_ids: Vec<Id>,
}

/// `SearchSnippet/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.email_ids.len() > super::limits::MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let ids = unique(context, asked.email_ids)?;
    let filter = email::query::filter(context, asked.filter.as_ref())?;
    let terms = filter.as_ref().map(Terms::from_filter).unwrap_or_default();
    let email_ids: Vec<EmailId> = ids.iter().cloned().map(EmailId::from).collect();
    let rows = context.store().emails(&asked.account_id, &email_ids).await?;
    let mut list = Vec::new();
    for row in &rows {
        let mut snippet = SearchSnippet { email_id: row.id.clone(), subject: None, preview: None };
        if !terms.is_empty() {
            snippet.subject = row.envelope.subject.as_deref().and_then(|subject| highlight(subject, &terms));
            let raw = context.store().blob(&asked.account_id, &row.blob_id).await?.unwrap_or_default();
            let mime = Mime::parse(&raw);
            let text = body::plain_text(&mime, &body::bodies(&mime), MAX_TEXT);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            snippet.preview = excerpt(&text, &terms, MAX_PREVIEW);
        }
        list.push(snippet);
    }
    let not_found: Vec<&Id> = ids.iter().filter(|id| !rows.iter().any(|row| row.id.as_str() == id.as_str())).collect();
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "list": list,
        "notFound": (!not_found.is_empty()).then_some(not_found),
    }))
}
