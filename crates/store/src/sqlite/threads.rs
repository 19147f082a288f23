//! Threads, and what a list says of them.

use std::collections::HashMap;

use jmap::thread::Thread;
use jmap::{AccountId, EmailId, MailboxId, ThreadId};
use sqlx::Row;

use super::emails::{DRAFT, FLAGGED, SEEN};
use super::{Store, json};
use crate::ids::{self, AccountNumber};
use crate::{DataType, Envelope, Result, ThreadSummary};

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

    /// What a list says of threads: of all their emails, or of those in one mailbox.
    pub async fn thread_summaries(
        &self,
        account: &AccountId,
        ids: &[ThreadId],
        in_mailbox: Option<&MailboxId>,
    ) -> Result<HashMap<ThreadId, ThreadSummary>> {
        let number = AccountNumber::of(account)?;
        // 0 is no mailbox's key, so nothing is in a mailbox that cannot be.
        let mailbox = in_mailbox.map(|id| number.parse(DataType::Mailbox, id.as_str()).unwrap_or_default());
        let rows = sqlx::query(
            "select thread, flags, has_attachment, keywords, envelope from json_each(?1) j join emails e on thread = j.value
             where ?2 is null or exists (select 1 from json_each(e.mailboxes) m where m.value = ?2)
             order by thread, received_at, email",
        )
        .bind(json(&keys(account, ids)?)?)
        .bind(mailbox)
        .fetch_all(&self.inner.readers)
        .await?;
        let mut summaries: HashMap<ThreadId, ThreadSummary> = HashMap::new();
        for row in rows {
            let summary = summaries.entry(ids::id(DataType::Thread, row.try_get(0)?)).or_default();
            let flags: i64 = row.try_get(1)?;
            summary.emails += 1;
            summary.unread += u64::from(flags & (SEEN | DRAFT) == 0);
            summary.is_flagged |= flags & FLAGGED != 0;
            summary.has_draft |= flags & DRAFT != 0;
            summary.has_attachment |= row.try_get::<i64, _>(2)? != 0;
            let keywords: Vec<String> = serde_json::from_str(row.try_get(3)?)?;
            summary.keywords.extend(keywords);
            let envelope: Envelope = serde_json::from_str(row.try_get(4)?)?;
            for sender in envelope.from.unwrap_or_default() {
                summary.participants.retain(|known| !known.email.eq_ignore_ascii_case(&sender.email));
                summary.participants.push(sender);
            }
        }
        Ok(summaries)
    }
}

/// The keys of ids, each once.
fn keys(account: &AccountId, ids: &[ThreadId]) -> Result<Vec<i64>> {
    let account = AccountNumber::of(account)?;
    let mut keys: Vec<i64> = ids.iter().filter_map(|id| account.parse(DataType::Thread, id.as_str())).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}
