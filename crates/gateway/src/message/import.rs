//! A message into an account: its blob, what is read of it, and its row, in one transaction.

use std::collections::BTreeSet;

use bytes::Bytes;
use jmap::{AccountId, BlobId, MailboxId, UtcDate};
use store::{Inserted, NewEmail, Store};

use super::parse::{self, ParsedEmail};

/// Messages larger than this are read off the async threads.
const LARGE: usize = 200_000;

/// Where a message goes and what is known of it beside its octets.
#[derive(Clone, Debug)]
pub struct Import {
    /// At least one.
    pub mailbox_ids: BTreeSet<MailboxId>,
    /// Lower case.
    pub keywords: BTreeSet<String>,
    /// When it came in.
    pub received_at: UtcDate,
}

impl ParsedEmail {
    /// As the store takes it.
    pub fn into_new_email(self, blob_id: BlobId, import: Import) -> NewEmail {
        NewEmail {
            blob_id,
            size: self.size,
            received_at: import.received_at,
            mailbox_ids: import.mailbox_ids,
            keywords: import.keywords,
            envelope: self.envelope,
            has_attachment: self.has_attachment,
            preview: self.preview,
            text: self.text.into(),
        }
    }
}

/// Reads a message; a large one on a thread where waiting does no harm.
pub async fn read(raw: &Bytes) -> ParsedEmail {
    if raw.len() < LARGE {
        return parse::new_email(raw);
    }
    let raw = raw.clone();
    tokio::task::spawn_blocking(move || parse::new_email(&raw)).await.unwrap_or_default()
}

/// Puts a message into an account. For many at once, use the store's writer with [`ParsedEmail::into_new_email`].
pub async fn import(store: &Store, account: &AccountId, raw: Bytes, import: Import) -> Result<Inserted, store::Error> {
    let parsed = read(&raw).await;
    let blob_id = store.stage_blob(raw).await?;
    let mut writer = store.begin(account).await?;
    let inserted = writer.insert_email(parsed.into_new_email(blob_id, import)).await?;
    writer.commit().await?;
    Ok(inserted)
}
