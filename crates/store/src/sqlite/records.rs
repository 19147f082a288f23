//! Records as JSON, of any type that has no tables of its own; of a mailbox also its counters.

use std::collections::HashMap;

use jmap::{AccountId, Id, MailboxId};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::{Store, Writer, json};
use crate::ids::{self, AccountNumber};
use crate::{Counts, DataType, Error, Record, Result};

/// What a mailbox's body never holds: the store counts, the gateway derives.
const DERIVED_OF_MAILBOX: [&str; 5] = ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads", "myRights"];

impl Store {
    /// The records of a type; all of them, or those of `ids` that are there. Thread, Email and EmailDelivery have none.
    pub async fn records(&self, account: &AccountId, data_type: DataType, ids: Option<&[Id]>) -> Result<Vec<Record>> {
        let account = AccountNumber::of(account)?;
        let mut reader = self.inner.readers.acquire().await?;
        select(&mut reader, account, data_type, ids).await
    }

    /// The counters of mailboxes; of all, or of those of `ids` that are there. Kept, not counted.
    pub async fn mailbox_counts(
        &self,
        account: &AccountId,
        ids: Option<&[MailboxId]>,
    ) -> Result<HashMap<MailboxId, Counts>> {
        let account = AccountNumber::of(account)?;
        let (first, last) = account.keys();
        let rows = sqlx::query(
            "select mailbox, total_emails, unread_emails, total_threads, unread_threads from mailboxes
             where mailbox between ? and ?",
        )
        .bind(first)
        .bind(last)
        .fetch_all(&self.inner.readers)
        .await?;
        let mut counts = HashMap::new();
        for row in rows {
            let id: MailboxId = ids::id(DataType::Mailbox, row.try_get(0)?);
            if ids.is_none_or(|ids| ids.contains(&id)) {
                counts.insert(
                    id,
                    Counts {
                        total_emails: count(&row, 1)?,
                        unread_emails: count(&row, 2)?,
                        total_threads: count(&row, 3)?,
                        unread_threads: count(&row, 4)?,
                    },
                );
            }
        }
        Ok(counts)
    }
}

/// A counter, which is never negative.
pub(super) fn count(row: &SqliteRow, column: usize) -> Result<u64> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Error::Damaged("a counter is negative".to_owned()))
}

async fn select(
    connection: &mut SqliteConnection,
    account: AccountNumber,
    data_type: DataType,
    ids: Option<&[Id]>,
) -> Result<Vec<Record>> {
    let rows = match ids {
        None => {
            sqlx::query("select id, body, modseq from records where account = ? and type = ?")
                .bind(account.0)
                .bind(data_type.code())
                .fetch_all(connection)
                .await?
        }
        Some(ids) => {
            sqlx::query(
                "select id, body, modseq from records
                 where account = ? and type = ? and id in (select value from json_each(?))",
            )
            .bind(account.0)
            .bind(data_type.code())
            .bind(json(ids)?)
            .fetch_all(connection)
            .await?
        }
    };
    rows.iter()
        .map(|row| {
            Ok(Record {
                id: Id::from(row.try_get::<&str, _>(0)?),
                body: serde_json::from_str(row.try_get(1)?)?,
                modseq: count(row, 2)?,
            })
        })
        .collect()
}

impl Writer {
    /// The records of a type as this transaction sees them; all of them, or those of `ids` that are there.
    pub async fn records(&mut self, data_type: DataType, ids: Option<&[Id]>) -> Result<Vec<Record>> {
        select(&mut self.tx, self.account, data_type, ids).await
    }

    /// One record as this transaction sees it.
    pub async fn get_record(&mut self, data_type: DataType, id: &Id) -> Result<Option<Record>> {
        Ok(self.records(data_type, Some(std::slice::from_ref(id))).await?.pop())
    }

    /// Creates a record, or replaces its body. A body that is the same already changes nothing, not even the state.
    /// Of a Mailbox the store reads `role`, and leaves out `totalEmails` and the like, which are its own; of a Calendar
    /// it reads `shareWith`. A CalendarEvent is put by [`Writer::put_event`]. [`Error::Exists`], [`Error::NotFound`].
    pub async fn put_record(
        &mut self,
        data_type: DataType,
        id: &Id,
        mut body: Map<String, Value>,
        create: bool,
    ) -> Result<()> {
        body.remove("id");
        if data_type == DataType::Mailbox {
            DERIVED_OF_MAILBOX.iter().for_each(|property| drop(body.remove(*property)));
        }
        if !self.is_change(data_type, id, &body, create).await? {
            return Ok(());
        }
        if data_type == DataType::Mailbox {
            self.index_mailbox(id, body.get("role").and_then(Value::as_str) == Some("trash")).await?;
        }
        self.write_record(data_type, id, &body, create).await?;
        if data_type == DataType::Calendar {
            self.index_shares(id, body.get("shareWith")).await?;
        }
        Ok(())
    }

    /// Whether putting this body would change something. [`Error::Exists`], [`Error::NotFound`].
    pub(super) async fn is_change(
        &mut self,
        data_type: DataType,
        id: &Id,
        body: &Map<String, Value>,
        create: bool,
    ) -> Result<bool> {
        match self.get_record(data_type, id).await? {
            Some(_) if create => Err(Error::Exists(data_type, id.clone())),
            None if !create => Err(Error::NotFound(data_type, id.clone())),
            before => Ok(before.is_none_or(|before| before.body != *body)),
        }
    }

    pub(super) async fn write_record(
        &mut self,
        data_type: DataType,
        id: &Id,
        body: &Map<String, Value>,
        create: bool,
    ) -> Result<()> {
        let modseq = if create {
            self.log.created(data_type, id.clone(), 0)
        } else {
            self.log.updated(data_type, id.clone(), 0)
        };
        sqlx::query(
            "insert into records (account, type, id, modseq, body) values (?, ?, ?, ?, ?)
             on conflict (account, type, id) do update set modseq = excluded.modseq, body = excluded.body",
        )
        .bind(self.account.0)
        .bind(data_type.code())
        .bind(id.as_str())
        .bind(modseq)
        .bind(json(body)?)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Destroys a record. [`Error::NotFound`]; [`Error::MailboxNotEmpty`], [`Error::CalendarNotEmpty`].
    pub async fn destroy_record(&mut self, data_type: DataType, id: &Id) -> Result<()> {
        match data_type {
            DataType::Mailbox => self.unindex_mailbox(id).await?,
            DataType::Calendar => self.unindex_calendar(id).await?,
            DataType::CalendarEvent => self.unindex_event(id).await?,
            _ => {}
        }
        let deleted = sqlx::query("delete from records where account = ? and type = ? and id = ?")
            .bind(self.account.0)
            .bind(data_type.code())
            .bind(id.as_str())
            .execute(&mut *self.tx)
            .await?;
        if deleted.rows_affected() == 0 {
            return Err(Error::NotFound(data_type, id.clone()));
        }
        if data_type == DataType::EmailSubmission {
            self.schedule_submission(&id.clone().into(), None).await?;
        }
        self.log.destroyed(data_type, id.clone(), 0);
        Ok(())
    }

    /// Makes the row of counters, and where the trash becomes another mailbox counts unread threads anew.
    async fn index_mailbox(&mut self, id: &Id, is_trash: bool) -> Result<()> {
        let key = self
            .account
            .parse(DataType::Mailbox, id.as_str())
            .ok_or_else(|| Error::NotFound(DataType::Mailbox, id.clone()))?;
        self.load_mailboxes().await?;
        let before = self.pending.mailboxes.as_mut().and_then(|known| known.insert(key, is_trash));
        if before == Some(is_trash) {
            return Ok(());
        }
        if before.is_some() {
            // Counted by the old rule first, then anew by the new one.
            self.pending.mailboxes.as_mut().and_then(|known| known.insert(key, !is_trash));
            self.flush().await?;
            self.pending.mailboxes.as_mut().and_then(|known| known.insert(key, is_trash));
        }
        sqlx::query(
            "insert into mailboxes (mailbox, is_trash) values (?, ?)
             on conflict (mailbox) do update set is_trash = excluded.is_trash",
        )
        .bind(key)
        .bind(is_trash)
        .execute(&mut *self.tx)
        .await?;
        if before.is_some() {
            self.recount_unread_threads().await?;
        }
        Ok(())
    }

    async fn unindex_mailbox(&mut self, id: &Id) -> Result<()> {
        let Some(key) = self.account.parse(DataType::Mailbox, id.as_str()) else {
            return Err(Error::NotFound(DataType::Mailbox, id.clone()));
        };
        self.flush().await?;
        let is_used = sqlx::query("select 1 from email_mailbox where mailbox = ? limit 1")
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await?
            .is_some();
        if is_used {
            return Err(Error::MailboxNotEmpty(id.clone()));
        }
        sqlx::query("delete from mailboxes where mailbox = ?").bind(key).execute(&mut *self.tx).await?;
        self.pending.mailboxes.as_mut().and_then(|known| known.remove(&key));
        Ok(())
    }

    /// Which mailbox is the trash decides which unread emails count in the others.
    async fn recount_unread_threads(&mut self) -> Result<()> {
        let (first, last) = self.account.keys();
        let changed = sqlx::query(super::integrity::RECOUNT_UNREAD_THREADS)
            .bind(first)
            .bind(last)
            .fetch_all(&mut *self.tx)
            .await?;
        for row in changed {
            self.log.counted(ids::id(DataType::Mailbox, row.try_get(0)?));
        }
        Ok(())
    }
}
