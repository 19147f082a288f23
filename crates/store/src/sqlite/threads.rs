//! Threads, and what a list says of them.

use std::collections::HashMap;

use jmap::thread::Thread;
use jmap::{AccountId, MailboxId, ThreadId};

use super::{Store, unfinished};
use crate::{Result, ThreadSummary};

impl Store {
    /// The threads of `ids` that are there, in the order of `ids`; their emails by `receivedAt`, then id.
    pub async fn threads(&self, account: &AccountId, ids: &[ThreadId]) -> Result<Vec<Thread>> {
        let _ = (account, ids);
        unfinished()
    }

    /// What a list says of threads: of all their emails, or of those in one mailbox.
    pub async fn thread_summaries(
        &self,
        account: &AccountId,
        ids: &[ThreadId],
        in_mailbox: Option<&MailboxId>,
    ) -> Result<HashMap<ThreadId, ThreadSummary>> {
        let _ = (account, ids, in_mailbox);
        unfinished()
    }
}
