//! Into the inboxes of people here. Messages that come together wait for the disk together: once for their blobs, and
//! an account's share of them is one transaction.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use jmap::{AccountId, BlobId, EmailId, MailboxId, UtcDate};
use serde_json::{Value, json};
use store::{DataType, Error, NewEmail, Store, Writer};

use crate::message::{self, Import};

/// Messages written together: so many, and so many octets, since they are in memory meanwhile.
const MAX_TOGETHER: usize = 256;
const MAX_OCTETS: usize = 16 << 20;

/// Accounts written side by side: one writes, and the others wait for the disk.
const AT_ONCE: usize = 8;

/// A message for one recipient.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Whose inbox.
    pub account: AccountId,
    /// For whom, as the sender wrote it.
    pub recipient: String,
    /// Who gets reports; empty for a message that must have none.
    pub return_path: String,
    /// The message.
    pub raw: Bytes,
    /// A key under which this delivery is done once only.
    pub once: Option<[u8; 32]>,
    /// When it comes in, in milliseconds since 1970.
    pub now: i64,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The email.
    pub email_id: EmailId,
    /// Its message.
    pub blob_id: BlobId,
}

/// Delivers messages into their accounts: what became of each, in their order. `None` if that was done before, under
/// the same key. One that cannot be delivered keeps no other from it.
pub async fn deliver(store: &Store, incoming: &[Incoming]) -> Vec<Result<Option<Delivered>, Error>> {
    let mut results = Vec::with_capacity(incoming.len());
    let mut rest = incoming;
    while !rest.is_empty() {
        let mut octets = 0;
        let fits = |message: &&Incoming| {
            octets += message.raw.len();
            octets <= MAX_OCTETS
        };
        let count = rest.iter().take(MAX_TOGETHER).take_while(fits).count().max(1);
        let (together, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        results.extend(deliver_together(store, together).await);
        rest = later;
    }
    results
}

async fn deliver_together(store: &Store, incoming: &[Incoming]) -> Vec<Result<Option<Delivered>, Error>> {
    let mut prepared = match prepare(store, incoming).await {
        Ok(prepared) => prepared.into_iter().map(Some).collect::<Vec<_>>(),
        Err(error) => return one_by_one(store, incoming, error).await,
    };
    let mut by_account: BTreeMap<&AccountId, Vec<usize>> = BTreeMap::new();
    for (place, message) in incoming.iter().enumerate() {
        by_account.entry(&message.account).or_default().push(place);
    }
    let mut groups = Vec::new();
    for (account, places) in by_account {
        let group: Vec<Prepared> =
            places.iter().filter_map(|place| prepared.get_mut(*place).and_then(Option::take)).collect();
        groups.push(async move {
            let result = deliver_into(store, account, group).await;
            (places, result)
        });
    }
    let mut results: Vec<Option<Result<Option<Delivered>, Error>>> = incoming.iter().map(|_| None).collect();
    let mut put = |place: usize, result| {
        if let Some(slot) = results.get_mut(place) {
            *slot = Some(result);
        }
    };
    let mut done = stream::iter(groups).buffer_unordered(AT_ONCE);
    while let Some((places, result)) = done.next().await {
        match result {
            Ok(delivered) => places.into_iter().zip(delivered).for_each(|(place, one)| put(place, Ok(one))),
            Err(error) => {
                let again: Vec<Incoming> = places.iter().filter_map(|place| incoming.get(*place)).cloned().collect();
                let alone = one_by_one(store, &again, error).await;
                places.into_iter().zip(alone).for_each(|(place, one)| put(place, one));
            }
        }
    }
    // Each place was filled: every message is of one group.
    results.into_iter().map(|result| result.unwrap_or(Ok(None))).collect()
}

/// After an error of several together: whichever of them it was, the others are delivered.
async fn one_by_one(store: &Store, incoming: &[Incoming], error: Error) -> Vec<Result<Option<Delivered>, Error>> {
    if incoming.len() <= 1 {
        return vec![Err(error)];
    }
    tracing::warn!(%error, messages = incoming.len(), "messages could not be delivered together");
    let mut results = Vec::with_capacity(incoming.len());
    for message in incoming {
        let result = async {
            let prepared = prepare(store, std::slice::from_ref(message)).await?;
            Ok(deliver_into(store, &message.account, prepared).await?.pop().flatten())
        };
        results.push(result.await);
    }
    results
}

/// A message whose blob is kept and of which everything is read: it takes no more than its row.
#[derive(Debug)]
pub struct Prepared {
    email: NewEmail,
    once: Option<[u8; 32]>,
}

/// Reads messages and keeps their blobs, before anybody waits for the writer.
pub async fn prepare(store: &Store, incoming: &[Incoming]) -> Result<Vec<Prepared>, Error> {
    let raw: Vec<Bytes> = incoming.iter().map(with_trace).collect();
    let blob_ids = store.stage_blobs(raw.clone()).await?;
    let mut prepared = Vec::with_capacity(incoming.len());
    for ((message, raw), blob_id) in incoming.iter().zip(&raw).zip(blob_ids) {
        let import = Import {
            // The inbox is known when the writer is begun.
            mailbox_ids: BTreeSet::new(),
            keywords: BTreeSet::new(),
            received_at: UtcDate::from_millis(message.now),
        };
        let email = message::read(raw).await.into_new_email(blob_id, import);
        prepared.push(Prepared { email, once: message.once });
    }
    Ok(prepared)
}

async fn deliver_into(
    store: &Store,
    account: &AccountId,
    prepared: Vec<Prepared>,
) -> Result<Vec<Option<Delivered>>, Error> {
    let mut writer = store.begin(account).await?;
    let delivered = insert(&mut writer, prepared).await?;
    let count = delivered.iter().flatten().count();
    if count > 0 {
        writer.commit().await?;
        metrics::counter!("owlet_deliveries_total").increment(count as u64);
    }
    Ok(delivered)
}

/// Inserts messages into the writer's inbox: what became of each, in their order; `None` for one that was delivered
/// before.
pub async fn insert(writer: &mut Writer, prepared: Vec<Prepared>) -> Result<Vec<Option<Delivered>>, Error> {
    let keys: Vec<[u8; 32]> = prepared.iter().filter_map(|message| message.once).collect();
    let mut new_keys = if keys.is_empty() { Default::default() } else { writer.mark_imports(&keys).await? };
    let inbox = inbox(writer).await?;
    let (mut emails, mut is_new) = (Vec::new(), Vec::new());
    for Prepared { mut email, once } in prepared {
        // Taken out, so that the same key twice at once counts once.
        let new = once.is_none_or(|key| new_keys.remove(&key));
        is_new.push(new);
        if new {
            email.mailbox_ids = BTreeSet::from([inbox.clone()]);
            emails.push(email);
        }
    }
    let blob_ids: Vec<BlobId> = emails.iter().map(|email| email.blob_id.clone()).collect();
    let inserted = writer.insert_emails(emails).await?;
    if !inserted.is_empty() {
        writer.delivered();
    }
    let mut delivered = inserted
        .into_iter()
        .zip(blob_ids)
        .map(|(inserted, blob_id)| Delivered { email_id: inserted.email_id, blob_id });
    Ok(is_new.into_iter().map(|is_new| if is_new { delivered.next() } else { None }).collect())
}

/// The inbox; a new one if there is none.
async fn inbox(writer: &mut Writer) -> Result<MailboxId, Error> {
    let mailboxes = writer.records(DataType::Mailbox, None).await?;
    let found = mailboxes.into_iter().find(|mailbox| mailbox.body.get("role").and_then(Value::as_str) == Some("inbox"));
    if let Some(inbox) = found {
        return Ok(inbox.id.into());
    }
    let id = writer.new_id(DataType::Mailbox);
    let body = json!({ "name": "Inbox", "parentId": null, "role": "inbox", "sortOrder": 0, "isSubscribed": true });
    writer.put_record(DataType::Mailbox, &id, body.as_object().cloned().unwrap_or_default(), true).await?;
    Ok(id.into())
}

/// The message with what the last server in its way adds (RFC 5321 §4.4).
fn with_trace(incoming: &Incoming) -> Bytes {
    let date = chrono::DateTime::from_timestamp_millis(incoming.now).unwrap_or_default().to_rfc2822();
    let mut raw = format!(
        "Return-Path: <{}>\r\nDelivered-To: {}\r\nReceived: by owletd; {date}\r\n",
        incoming.return_path, incoming.recipient
    )
    .into_bytes();
    raw.extend_from_slice(&incoming.raw);
    raw.into()
}
