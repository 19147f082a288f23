//! Email/set (RFC 8621 §4.6). Messages are made before the writer is begun, so that nobody waits for that.

use std::collections::{BTreeSet, HashMap};

use futures::{StreamExt as _, stream};
use jmap::error::SetErrorKind;
use jmap::{BlobId, EmailId, Id, MailboxId, SetError};
use serde_json::{Map, Value};
use store::{DataType, EmailRow, Writer};

use super::create::{self, Made};
use super::properties::{DEFAULT, column};
use super::{created_properties, keywords, mailbox_ids, received_at};
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::patch;
use crate::jmap::set::{self, Changer, Set};
use crate::message::Import;
use crate::message::parse::ParsedEmail;

/// Messages made at the same time.
const AT_ONCE: usize = 8;
/// Octets of messages that are held in memory to be kept together.
const MAX_OCTETS: usize = 16 << 20;

/// `Email/set`.
pub async fn set(context: &mut Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Set::read(context, call)?;
    let mut made = Ready::new();
    // Side by side, since each may read what it is made of.
    let (mut names, mut making) = (Vec::new(), Vec::new());
    for (creation_id, email) in asked.create.iter().flatten() {
        if let Value::Object(email) = email {
            names.push(creation_id.clone());
            making.push(create::make(context, &asked.account_id, email));
        }
    }
    let mut results = stream::iter(names).zip(stream::iter(making).buffered(AT_ONCE));
    let (mut together, mut octets) = (Vec::new(), 0);
    while let Some((creation_id, result)) = results.next().await {
        match result {
            Err(Refusal::Call(failure)) => return Err(failure),
            Err(refusal) => drop(made.insert(creation_id, Err(refusal))),
            Ok(one) => {
                octets += one.raw.len();
                together.push((creation_id, one));
            }
        }
        if octets >= MAX_OCTETS {
            octets = 0;
            keep(context, std::mem::take(&mut together), &mut made).await?;
        }
    }
    drop(results);
    keep(context, together, &mut made).await?;
    let named = asked.update.iter().flatten().map(|(id, _)| id.as_str());
    let unread = named.filter_map(|id| context.resolve(id)).map(EmailId::from).collect();
    set::set(context, asked, &mut Emails { made, unread }).await
}

/// Puts the blobs of messages into the store, together, so that they wait for the disk once.
async fn keep(context: &Context<'_>, messages: Vec<(String, Made)>, made: &mut Ready) -> Result<(), Failure> {
    if messages.is_empty() {
        return Ok(());
    }
    let raw = messages.iter().map(|(_, one)| one.raw.clone()).collect();
    let blob_ids = context.store().stage_blobs(raw).await?;
    made.extend(messages.into_iter().zip(blob_ids).map(|((name, one), blob_id)| (name, Ok((blob_id, one.parsed)))));
    Ok(())
}

/// By creation id: a message whose blob is in the store, or why there is none.
type Ready = HashMap<String, Result<(BlobId, ParsedEmail), Refusal>>;

struct Emails {
    made: Ready,
    /// To be updated and not read yet: they are read at once, when the first is updated.
    unread: Vec<EmailId>,
}

impl Changer for Emails {
    const DATA_TYPE: DataType = DataType::Email;

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        creation_id: &str,
        email: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        let import = Import {
            mailbox_ids: mailbox_ids(context, writer, email.get("mailboxIds")).await?,
            keywords: keywords(email.get("keywords"))?,
            received_at: received_at(context, email.get("receivedAt"))?,
        };
        let made = self.made.remove(creation_id).unwrap_or_else(|| Err(SetErrorKind::InvalidProperties.into()));
        let (blob_id, parsed) = made?;
        let inserted = writer.insert_email(parsed.into_new_email(blob_id, import)).await?;
        let row = writer.email(&inserted.email_id).await?.ok_or(SetErrorKind::NotFound)?;
        Ok((inserted.email_id.into(), created_properties(&row)))
    }

    async fn update(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        let email_id = EmailId::from(id.clone());
        let unread = std::mem::take(&mut self.unread);
        if !unread.is_empty() {
            writer.emails(&unread).await?;
        }
        let row = writer.email(&email_id).await?.ok_or(SetErrorKind::NotFound)?;
        let (mailboxes, keywords) = changed(context, writer, &row, patch).await?;
        writer.update_email(&email_id, &mailboxes, &keywords).await?;
        Ok(None)
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        writer.destroy_email(&EmailId::from(id.clone())).await?;
        Ok(())
    }
}

/// Where the email is after the patch, and its keywords. Everything else of an email is immutable.
async fn changed(
    context: &Context<'_>,
    writer: &mut Writer,
    row: &EmailRow,
    patch: &Map<String, Value>,
) -> Result<(BTreeSet<MailboxId>, BTreeSet<String>), Refusal> {
    let mut current = Map::new();
    for name in ["mailboxIds", "keywords"] {
        current.insert(name.to_owned(), column(row, name));
    }
    let mut resolved = Map::new();
    let mut wrong = Vec::new();
    for (pointer, value) in patch {
        match pointer.split_once('/') {
            // Keywords are compared in lower case, mailboxes may be named by their creation ids.
            Some(("keywords", keyword)) => {
                resolved.insert(format!("keywords/{}", keyword.to_ascii_lowercase()), value.clone());
            }
            Some(("mailboxIds", mailbox)) => {
                let id = context
                    .resolve(mailbox)
                    .ok_or_else(|| SetError::invalid_properties(["mailboxIds"], "There is no such mailbox."))?;
                resolved.insert(format!("mailboxIds/{id}"), value.clone());
            }
            None if pointer == "keywords" || pointer == "mailboxIds" => {
                resolved.insert(pointer.clone(), value.clone());
            }
            // What is sent back as it is does no harm (RFC 8620 §5.3).
            None if DEFAULT.contains(&pointer.as_str()) && column(row, pointer) == *value => {}
            _ => wrong.push(pointer.as_str()),
        }
    }
    if !wrong.is_empty() {
        return Err(SetError::invalid_properties(wrong, "Only mailboxIds and keywords of an email change.").into());
    }
    let patched = patch::apply(&current, &resolved)?;
    let is_same_place = patched.get("mailboxIds") == current.get("mailboxIds");
    let mailboxes = if is_same_place {
        row.mailbox_ids.clone()
    } else {
        mailbox_ids(context, writer, patched.get("mailboxIds")).await?
    };
    Ok((mailboxes, keywords(patched.get("keywords"))?))
}
