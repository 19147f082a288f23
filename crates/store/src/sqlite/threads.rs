//! Threads, and what a list says of them.

use std::collections::HashMap;

use jmap::email::EmailAddress;
use jmap::thread::Thread;
use jmap::{AccountId, EmailId, ThreadId};
use serde::Deserialize;
use sqlx::Row;

use super::emails::{DRAFT, FLAGGED, SEEN};
use super::{Store, json};
use crate::ids::{self, AccountNumber};
use crate::{DataType, Result, ThreadMember};

impl Store {
    /// The threads of `ids` that are there, in the order of `ids`; their emails by `receivedAt`, then id.
    pub async fn threads(&self, account: &AccountId, ids: &[ThreadId]) -> Result<Vec<Thread>> {
        let rows = sqlx::query(
            "select thread, email from json_each(?) join emails on thread = value order by thread, received_at, email",
        )
        .bind(json(&keys(account, ids)?)?)
        .fetch_all(&self.inner.readers)
        .await?;
        let mut members: HashMap<ThreadId, Vec<EmailId>> = HashMap::new();
        for row in rows {
            let thread = ids::id(DataType::Thread, row.try_get(0)?);
            members.entry(thread).or_default().push(ids::id(DataType::Email, row.try_get(1)?));
        }
        Ok(ids.iter().filter_map(|id| Some(Thread { id: id.clone(), email_ids: members.remove(id)? })).collect())
    }

    /// Of threads what a list says something of: their emails by `receivedAt`, then id.
    pub async fn thread_members(
        &self,
        account: &AccountId,
        ids: &[ThreadId],
    ) -> Result<HashMap<ThreadId, Vec<ThreadMember>>> {
        let rows = sqlx::query(
            "select thread, flags, has_attachment, mailboxes, envelope from json_each(?) join emails on thread = value
             order by thread, received_at, email",
        )
        .bind(json(&keys(account, ids)?)?)
        .fetch_all(&self.inner.readers)
        .await?;
        let mut members: HashMap<ThreadId, Vec<ThreadMember>> = HashMap::new();
        for row in rows {
            let flags: i64 = row.try_get(1)?;
            let mailboxes: Vec<i64> = serde_json::from_str(row.try_get(3)?)?;
            let Authors { from } = serde_json::from_str(row.try_get(4)?)?;
            members.entry(ids::id(DataType::Thread, row.try_get(0)?)).or_default().push(ThreadMember {
                mailbox_ids: mailboxes.into_iter().map(|key| ids::id(DataType::Mailbox, key)).collect(),
                is_unread: flags & (SEEN | DRAFT) == 0,
                is_flagged: flags & FLAGGED != 0,
                is_draft: flags & DRAFT != 0,
                has_attachment: row.try_get::<i64, _>(2)? != 0,
                author: from.and_then(|from| from.into_iter().next()),
            });
        }
        Ok(members)
    }
}

/// That of an envelope which a list shows; the rest is passed over.
#[derive(Deserialize)]
struct Authors {
    #[serde(default)]
    from: Option<Vec<EmailAddress>>,
}

/// The keys of ids, each once.
fn keys(account: &AccountId, ids: &[ThreadId]) -> Result<Vec<i64>> {
    let account = AccountNumber::of(account)?;
    let mut keys: Vec<i64> = ids.iter().filter_map(|id| account.parse(DataType::Thread, id.as_str())).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}
