//! Emails: their rows, and what a writer does to them.

use std::collections::{BTreeSet, HashMap};

use jmap::email::EmailAddress;
use jmap::{AccountId, EmailId, Id, MailboxId, UtcDate};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::flush::{Edit, MAX_PENDING};
use super::threading::{base_subject, references};
use super::{Store, Writer, blobs, json};
use crate::ids::{self, AccountNumber};
use crate::search::{fold, index_text};
use crate::{DataType, EmailRow, Envelope, Error, Inserted, NewEmail, Result};

/// Keywords that have a bit in `flags`: those that lists are filtered and sorted by.
pub(super) const FLAGS: [(&str, i64); 5] =
    [("$seen", SEEN), ("$flagged", FLAGGED), ("$draft", DRAFT), ("$answered", 8), ("$forwarded", 16)];
pub(super) const SEEN: i64 = 1;
pub(super) const FLAGGED: i64 = 2;
pub(super) const DRAFT: i64 = 4;

/// The columns of [`Stored`], in its order.
const COLUMNS: &str = "email, thread, document, blob, size, received_at, sent_at, flags, keywords, mailboxes,
    has_attachment, subject_key, from_key, to_key, envelope, preview";

/// A row of `emails`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) email: i64,
    pub(super) thread: i64,
    pub(super) document: i64,
    pub(super) blob: [u8; 32],
    pub(super) size: i64,
    pub(super) received_at: i64,
    pub(super) sent_at: i64,
    pub(super) flags: i64,
    pub(super) keywords: BTreeSet<String>,
    pub(super) mailboxes: BTreeSet<i64>,
    pub(super) has_attachment: bool,
    pub(super) subject_key: String,
    pub(super) from_key: String,
    pub(super) to_key: String,
    pub(super) envelope: String,
    pub(super) preview: String,
}

impl Stored {
    fn of(row: &SqliteRow) -> Result<Self> {
        Ok(Self {
            email: row.try_get(0)?,
            thread: row.try_get(1)?,
            document: row.try_get(2)?,
            blob: blobs::hash(row.try_get(3)?)?,
            size: row.try_get(4)?,
            received_at: row.try_get(5)?,
            sent_at: row.try_get(6)?,
            flags: row.try_get(7)?,
            keywords: serde_json::from_str(row.try_get(8)?)?,
            mailboxes: serde_json::from_str(row.try_get(9)?)?,
            has_attachment: row.try_get::<i64, _>(10)? != 0,
            subject_key: row.try_get(11)?,
            from_key: row.try_get(12)?,
            to_key: row.try_get(13)?,
            envelope: row.try_get(14)?,
            preview: row.try_get(15)?,
        })
    }

    fn row(&self) -> Result<EmailRow> {
        Ok(EmailRow {
            id: ids::id(DataType::Email, self.email),
            thread_id: ids::id(DataType::Thread, self.thread),
            blob_id: blobs::id(&self.blob),
            size: self.size.unsigned_abs(),
            received_at: UtcDate::from_millis(self.received_at),
            mailbox_ids: self.mailboxes.iter().map(|key| ids::id(DataType::Mailbox, *key)).collect(),
            keywords: self.keywords.clone(),
            envelope: serde_json::from_str(&self.envelope)?,
            has_attachment: self.has_attachment,
            preview: self.preview.clone(),
        })
    }

    /// The mail is written and gone, and the writer's own words: whom it is to, they know.
    fn is_draft(&self) -> bool {
        self.flags & DRAFT != 0
    }
}

/// The bits of keywords.
pub(super) fn flags(keywords: &BTreeSet<String>) -> i64 {
    FLAGS.iter().filter(|(keyword, _)| keywords.contains(*keyword)).fold(0, |flags, (_, bit)| flags | bit)
}

/// Rows by key, of those that are there.
async fn select(connection: &mut SqliteConnection, keys: &[i64]) -> Result<HashMap<i64, Stored>> {
    let sql = format!("select {COLUMNS} from json_each(?) join emails on email = value");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json(keys)?).fetch_all(connection).await?;
    rows.iter().map(|row| Stored::of(row).map(|stored| (stored.email, stored))).collect()
}

impl Store {
    /// The emails of `ids` that are there, in the order of `ids`.
    pub async fn emails(&self, account: &AccountId, ids: &[EmailId]) -> Result<Vec<EmailRow>> {
        let account = AccountNumber::of(account)?;
        let keys: Vec<i64> = ids.iter().filter_map(|id| account.parse(DataType::Email, id.as_str())).collect();
        let mut reader = self.inner.readers.acquire().await?;
        let found = select(&mut reader, &keys).await?;
        keys.iter().filter_map(|key| found.get(key)).map(Stored::row).collect()
    }
}

impl Writer {
    /// Inserts an email. It joins the thread of a mail that its Message-ID, In-Reply-To or References name or that
    /// names it, if their base subjects (RFC 5256 §2.1) are the same. Where that joins two threads, the emails of
    /// the smaller get new ids (RFC 8621 §3): they are destroyed and created for `changes`. The ids that this writer
    /// gave itself stay. [`Error::NoBlob`], [`Error::NoMailbox`], [`Error::NotFound`] for a mailbox.
    pub async fn insert_email(&mut self, mut new: NewEmail) -> Result<Inserted> {
        let mailboxes = self.mailbox_keys(&new.mailbox_ids).await?;
        let blob = blobs::parse(&new.blob_id).ok_or(Error::NoBlob)?;
        self.require_blob(&blob, new.size).await?;
        let references = references(self.account, &new.envelope);
        let thread = self.thread_of(&references).await?;
        let email = self.new_key();
        self.pending.texts.push(Document::take(email, &mut new));

        let envelope = &new.envelope;
        let received_at = new.received_at.millis();
        let stored = Stored {
            email,
            thread,
            document: email,
            blob,
            size: i64::try_from(new.size).unwrap_or(i64::MAX),
            received_at,
            sent_at: envelope.sent_at.map_or(received_at, |date| date.0.timestamp_millis()),
            flags: flags(&new.keywords),
            mailboxes,
            has_attachment: new.has_attachment,
            subject_key: fold(&base_subject(envelope.subject.as_deref().unwrap_or_default())),
            from_key: address_key(envelope.from.as_deref()),
            to_key: address_key(envelope.to.as_deref()),
            envelope: json(envelope)?,
            preview: new.preview,
            keywords: new.keywords,
        };
        if !stored.is_draft() {
            self.meet(&stored.keywords, envelope, received_at);
        }
        self.octets += stored.size;
        self.emails += 1;
        self.log.created(DataType::Email, ids::id(DataType::Email, email), thread);
        self.pending.created.insert(email);
        self.pending.references.extend(references.into_iter().map(|reference| (reference, thread)));
        self.edit(Edit { before: None, after: Some(stored), is_changed: true }, email).await?;
        Ok(Inserted { email_id: ids::id(DataType::Email, email), thread_id: ids::id(DataType::Thread, thread) })
    }

    /// Inserts emails one after the other, as [`Writer::insert_email`] does; for many much faster, since what the
    /// database knows of their threads and blobs is read at once.
    pub async fn insert_emails(&mut self, new: Vec<NewEmail>) -> Result<Vec<Inserted>> {
        let mut inserted = Vec::with_capacity(new.len());
        let mut rest = new.into_iter();
        loop {
            let chunk: Vec<NewEmail> = rest.by_ref().take(MAX_PENDING / 2).collect();
            if chunk.is_empty() {
                return Ok(inserted);
            }
            // What is looked up is forgotten by a flush: none may come before the chunk is through.
            if self.pending.changed + chunk.len() >= MAX_PENDING {
                self.flush().await?;
            }
            let known: Vec<i64> = chunk.iter().flat_map(|new| references(self.account, &new.envelope)).collect();
            self.look_up(known).await?;
            let hashes: Vec<blobs::Hash> = chunk.iter().filter_map(|new| blobs::parse(&new.blob_id)).collect();
            self.require_blobs(&hashes).await?;
            for new in chunk {
                inserted.push(self.insert_email(new).await?);
            }
        }
    }

    /// An email as this transaction sees it.
    pub async fn email(&mut self, id: &EmailId) -> Result<Option<EmailRow>> {
        Ok(self.emails(std::slice::from_ref(id)).await?.pop())
    }

    /// Emails as this transaction sees them, in the order of `ids`; cheaper than one by one. Those that are not
    /// there are left out.
    pub async fn emails(&mut self, ids: &[EmailId]) -> Result<Vec<EmailRow>> {
        let keys: Vec<i64> = ids.iter().filter_map(|id| self.account.parse(DataType::Email, id.as_str())).collect();
        self.load(&keys).await?;
        keys.iter().filter_map(|key| self.pending.edits.get(key)?.after.as_ref()).map(Stored::row).collect()
    }

    /// The emails in a mailbox, as this transaction sees it; newest first.
    pub async fn mailbox_emails(&mut self, mailbox: &MailboxId) -> Result<Vec<EmailId>> {
        let Some(key) = self.account.parse(DataType::Mailbox, mailbox.as_str()) else { return Ok(Vec::new()) };
        self.flush().await?;
        let rows =
            sqlx::query("select email from email_mailbox where mailbox = ? order by received_at desc, email desc")
                .bind(key)
                .fetch_all(&mut *self.tx)
                .await?;
        rows.iter().map(|row| Ok(ids::id(DataType::Email, row.try_get(0)?))).collect()
    }

    /// Puts an email into these mailboxes only, with these keywords only. For many, call [`Writer::emails`] with all
    /// of them first: then this does not read. [`Error::NoMailbox`], [`Error::NotFound`].
    pub async fn update_email(
        &mut self,
        id: &EmailId,
        mailbox_ids: &BTreeSet<MailboxId>,
        keywords: &BTreeSet<String>,
    ) -> Result<()> {
        let mailboxes = self.mailbox_keys(mailbox_ids).await?;
        let (key, before) = self.loaded(id).await?;
        let mut after = before.clone();
        after.flags = flags(keywords);
        after.keywords.clone_from(keywords);
        after.mailboxes = mailboxes;
        if after == before {
            return Ok(());
        }
        if before.is_draft() && !after.is_draft() {
            let envelope: Envelope = serde_json::from_str(&after.envelope)?;
            self.meet(&after.keywords, &envelope, after.received_at);
        }
        self.log.updated(DataType::Email, Id::from(id), after.thread);
        self.put(key, Some(after)).await
    }

    /// Destroys an email. [`Error::NotFound`].
    pub async fn destroy_email(&mut self, id: &EmailId) -> Result<()> {
        let (key, before) = self.loaded(id).await?;
        self.octets -= before.size;
        self.emails -= 1;
        self.log.destroyed(DataType::Email, Id::from(id), before.thread);
        // It may have been the last of its thread.
        self.pending.found.clear();
        self.put(key, None).await
    }

    /// Reads emails, as far as they are not in memory.
    async fn load(&mut self, keys: &[i64]) -> Result<()> {
        let unknown: Vec<i64> = keys.iter().copied().filter(|key| !self.pending.edits.contains_key(key)).collect();
        if !unknown.is_empty() {
            for (key, stored) in select(&mut self.tx, &unknown).await? {
                let edit = Edit { before: Some(stored.clone()), after: Some(stored), is_changed: false };
                self.pending.edits.insert(key, edit);
            }
        }
        Ok(())
    }

    async fn loaded(&mut self, id: &EmailId) -> Result<(i64, Stored)> {
        let not_found = || Error::NotFound(DataType::Email, id.into());
        let key = self.account.parse(DataType::Email, id.as_str()).ok_or_else(not_found)?;
        self.load(&[key]).await?;
        let stored = self.pending.edits.get(&key).and_then(|edit| edit.after.clone()).ok_or_else(not_found)?;
        Ok((key, stored))
    }

    async fn put(&mut self, key: i64, after: Option<Stored>) -> Result<()> {
        let edit = self.pending.edits.remove(&key);
        let before = edit.as_ref().and_then(|edit| edit.before.clone());
        if let (None, None, Some(stored)) = (&before, &after, edit.and_then(|edit| edit.after)) {
            self.pending.documents.push(stored.document);
        }
        self.edit(Edit { before, after, is_changed: true }, key).await
    }

    async fn edit(&mut self, edit: Edit, key: i64) -> Result<()> {
        self.pending.edits.insert(key, edit);
        self.pending.changed += 1;
        if self.pending.changed >= MAX_PENDING { self.flush().await } else { Ok(()) }
    }

    /// The thread of these references: one that is there, two or more that become one, or a new one.
    async fn thread_of(&mut self, references: &[i64]) -> Result<i64> {
        self.look_up(references.to_vec()).await?;
        let threads: BTreeSet<i64> = references
            .iter()
            .filter_map(|reference| {
                let pending = self.pending.references.get(reference).copied();
                pending.or_else(|| self.pending.found.get(reference).copied().flatten())
            })
            .collect();
        match threads.len() {
            0 => {
                let thread = self.new_key();
                self.pending.new_threads.insert(thread);
                Ok(thread)
            }
            1 => Ok(threads.into_iter().next().unwrap_or_default()),
            _ => self.join(&threads).await,
        }
    }

    /// Reads the threads of references that are in the database, as far as that is not known.
    async fn look_up(&mut self, mut references: Vec<i64>) -> Result<()> {
        references.retain(|reference| {
            !self.pending.references.contains_key(reference) && !self.pending.found.contains_key(reference)
        });
        if references.is_empty() {
            return Ok(());
        }
        references.sort_unstable();
        references.dedup();
        let rows = sqlx::query(
            "select reference, thread from json_each(?) cross join thread_reference on reference = value
             where exists (select 1 from emails where emails.thread = thread_reference.thread)",
        )
        .bind(json(&references)?)
        .fetch_all(&mut *self.tx)
        .await?;
        self.pending.found.extend(references.into_iter().map(|reference| (reference, None)));
        for row in rows {
            self.pending.found.insert(row.try_get(0)?, Some(row.try_get(1)?));
        }
        Ok(())
    }

    /// Makes several threads one, the largest. An email's thread never changes (RFC 8621 §4.1.1), so the emails of
    /// the others get new ids, but for those that nobody outside this transaction has seen.
    async fn join(&mut self, threads: &BTreeSet<i64>) -> Result<i64> {
        // Forgets what was looked up, too: threads go.
        self.flush().await?;
        let rows =
            sqlx::query("select thread, email from emails join json_each(?) on thread = value order by thread, email")
                .bind(json(threads)?)
                .fetch_all(&mut *self.tx)
                .await?;
        let mut members: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in rows {
            members.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
        }
        // The oldest of equally large ones, so that the outcome does not depend on chance.
        let largest = threads
            .iter()
            .copied()
            .max_by_key(|thread| (members.get(thread).map_or(0, Vec::len), std::cmp::Reverse(*thread)))
            .unwrap_or_default();
        members.remove(&largest);
        let mut moving: Vec<i64> = members.into_values().flatten().collect();
        moving.sort_unstable();
        for (key, before) in
            select(&mut self.tx, &moving).await?.into_iter().collect::<std::collections::BTreeMap<_, _>>()
        {
            let envelope: Envelope = serde_json::from_str(&before.envelope)?;
            let references = references(self.account, &envelope);
            self.pending.references.extend(references.into_iter().map(|reference| (reference, largest)));
            let mut after = before.clone();
            after.thread = largest;
            if self.pending.created.contains(&key) {
                self.log.updated(DataType::Email, ids::id(DataType::Email, key), largest);
                self.pending.edits.insert(key, Edit { before: Some(before), after: Some(after), is_changed: true });
            } else {
                after.email = self.new_key();
                let new = after.email;
                self.log.destroyed(DataType::Email, ids::id(DataType::Email, key), before.thread);
                self.log.created(DataType::Email, ids::id(DataType::Email, new), largest);
                self.pending.edits.insert(key, Edit { before: Some(before), after: None, is_changed: true });
                self.pending.edits.insert(new, Edit { before: None, after: Some(after), is_changed: true });
            }
            self.pending.changed += 1;
        }
        self.flush().await?;
        Ok(largest)
    }
}

/// What of an email is searched, folded: a row of `email_text`.
pub(super) struct Document {
    pub(super) key: i64,
    /// In the order of the columns.
    pub(super) columns: [String; 8],
}

impl Document {
    fn take(key: i64, new: &mut NewEmail) -> Self {
        let text = std::mem::take(&mut new.text);
        let envelope = &new.envelope;
        let columns = [
            index_text(envelope.subject.as_deref()),
            addresses_text(envelope.from.as_deref()),
            addresses_text(envelope.to.as_deref()),
            addresses_text(envelope.cc.as_deref()),
            addresses_text(envelope.bcc.as_deref()),
            text.body,
            text.attachments,
            text.headers,
        ];
        Self { key, columns }
    }
}

fn addresses_text(addresses: Option<&[EmailAddress]>) -> String {
    let texts = addresses.unwrap_or_default().iter();
    index_text(texts.flat_map(|address| address.name.as_deref().into_iter().chain([address.email.as_str()])))
}

/// What emails are sorted by: the first address's name, or else the address (RFC 8621 §4.4.2).
fn address_key(addresses: Option<&[EmailAddress]>) -> String {
    let Some(first) = addresses.and_then(<[EmailAddress]>::first) else { return String::new() };
    let name = first.name.as_deref().filter(|name| !name.trim().is_empty());
    fold(name.unwrap_or(&first.email))
}
