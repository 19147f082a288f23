//! Emails: their rows, and what a writer does to them.

use std::collections::BTreeSet;

use jmap::{AccountId, EmailId, MailboxId};

use super::{Store, Writer, unfinished};
use crate::{EmailRow, Inserted, NewEmail, Result};

impl Store {
    /// The emails of `ids` that are there, in the order of `ids`.
    pub async fn emails(&self, account: &AccountId, ids: &[EmailId]) -> Result<Vec<EmailRow>> {
        let _ = (account, ids);
        unfinished()
    }
}

impl Writer {
    /// Inserts an email. It joins the thread of a mail that its Message-ID, In-Reply-To or References name or that
    /// names it, if their base subjects (RFC 5256 §2.1) are the same. Where that joins two threads, the emails of
    /// the smaller get new ids (RFC 8621 §3): they are destroyed and created for `changes`. The ids that this writer
    /// gave itself stay. [`Error::NoBlob`](crate::Error::NoBlob), [`Error::NoMailbox`](crate::Error::NoMailbox),
    /// [`Error::NotFound`](crate::Error::NotFound) for a mailbox.
    pub async fn insert_email(&mut self, new: NewEmail) -> Result<Inserted> {
        let _ = new;
        unfinished()
    }

    /// An email as this transaction sees it.
    pub async fn email(&mut self, id: &EmailId) -> Result<Option<EmailRow>> {
        let _ = id;
        unfinished()
    }

    /// Emails as this transaction sees them; cheaper than one by one. Those that are not there are left out.
    pub async fn emails(&mut self, ids: &[EmailId]) -> Result<Vec<EmailRow>> {
        let _ = ids;
        unfinished()
    }

    /// The emails in a mailbox, as this transaction sees it.
    pub async fn mailbox_emails(&mut self, mailbox: &MailboxId) -> Result<Vec<EmailId>> {
        let _ = mailbox;
        unfinished()
    }

    /// Puts an email into these mailboxes only, with these keywords only. For many, call [`Writer::emails`] with all
    /// of them first: then this does not read.
    pub async fn update_email(
        &mut self,
        id: &EmailId,
        mailbox_ids: &BTreeSet<MailboxId>,
        keywords: &BTreeSet<String>,
    ) -> Result<()> {
        let _ = (id, mailbox_ids, keywords);
        unfinished()
    }

    /// Destroys an email. [`Error::NotFound`](crate::Error::NotFound).
    pub async fn destroy_email(&mut self, id: &EmailId) -> Result<()> {
        let _ = id;
        unfinished()
    }
}
