//! The one who writes: a transaction in one account.
//!
//! What it does to emails is held in memory and written in bulk (see `flush.rs`), so that a statement serves hundreds
//! of emails; what it changes is logged with a modseq of its own (see `log.rs`).

use std::collections::{BTreeSet, HashMap};

use jmap::{AccountId, Id, State};
use sqlx::{Row, Sqlite, Transaction};

use super::flush::Pending;
use super::log::Log;
use super::{Store, json, now};
use crate::ids::AccountNumber;
use crate::{Committed, DataType, Error, Result, States, ids};

/// A transaction in one account.
///
/// After an error of [`Error::Database`], [`Error::Blobs`] or [`Error::Damaged`] drop it; after any other it goes on
/// as if the call had not been made.
#[must_use = "a writer that is dropped takes everything back"]
pub struct Writer {
    pub(super) store: Store,
    pub(super) tx: Transaction<'static, Sqlite>,
    pub(super) account: AccountNumber,
    id: AccountId,
    /// Lower case; whose mails to others count as written.
    pub(super) address_key: String,
    last_number: i64,
    pub(super) octets: i64,
    pub(super) emails: i64,
    pub(super) states: HashMap<DataType, i64>,
    pub(super) log: Log,
    pub(super) pending: Pending,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Writer").field("account", &self.id).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) async fn begin(store: Store, id: &AccountId) -> Result<Self> {
        let tx = store.write().await?;
        Self::within(store, id, tx).await
    }

    /// Goes on with a transaction.
    pub(super) async fn within(store: Store, id: &AccountId, mut tx: Transaction<'static, Sqlite>) -> Result<Self> {
        let account = AccountNumber::of(id)?;
        let row = sqlx::query("select address_key, last_number, modseq, octets, emails from accounts where number = ?")
            .bind(account.0)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| Error::NoAccount(id.clone()))?;
        let mut states = HashMap::new();
        for state in
            sqlx::query("select type, modseq from states where account = ?").bind(account.0).fetch_all(&mut *tx).await?
        {
            if let Some(data_type) = DataType::from_code(state.try_get(0)?) {
                states.insert(data_type, state.try_get(1)?);
            }
        }
        Ok(Self {
            account,
            id: id.clone(),
            address_key: row.try_get(0)?,
            last_number: row.try_get(1)?,
            log: Log::after(row.try_get(2)?),
            octets: row.try_get(3)?,
            emails: row.try_get(4)?,
            states,
            pending: Pending::default(),
            store,
            tx,
        })
    }

    /// Whose.
    pub fn account_id(&self) -> &AccountId {
        &self.id
    }

    /// The state of a type as of this transaction so far. Threads and counters of mailboxes are brought up to date by
    /// [`Writer::commit`]; take the states that it returns.
    pub fn state(&self, data_type: DataType) -> State {
        let before = self.states.get(&data_type).copied().unwrap_or_default();
        State::from(self.log.last(data_type).unwrap_or(before).to_string())
    }

    /// A new id: a letter and a number, never used before in the account.
    pub fn new_id(&mut self, data_type: DataType) -> Id {
        ids::id(data_type, self.new_key())
    }

    /// The key for a new record.
    pub(super) fn new_key(&mut self) -> i64 {
        self.last_number += 1;
        self.account.key(self.last_number)
    }

    /// Mail was delivered: changes the state of [`DataType::EmailDelivery`].
    pub fn delivered(&mut self) {
        self.log.updated(DataType::EmailDelivery, Id::from("delivery"), 0);
    }

    /// Makes everything visible at once, and tells [`Store::subscribe`]. The new state of each type that changed.
    pub async fn commit(mut self) -> Result<States> {
        self.flush().await?;
        let (account, at) = (self.account.0, now().millis() / 1000);
        let entries = self.log.entries();
        if !entries.is_empty() {
            sqlx::query(
                "insert into changes (account, type, modseq, at, kind, id, thread)
                 select ?1, value ->> 0, value ->> 1, ?2, value ->> 2, value ->> 3, value ->> 4 from json_each(?3)",
            )
            .bind(account)
            .bind(at)
            .bind(json(&entries)?)
            .execute(&mut *self.tx)
            .await?;
        }
        let touched = self.log.touched();
        if !touched.is_empty() {
            let rows: Vec<_> = touched.iter().map(|(data_type, modseq)| (data_type.code(), modseq)).collect();
            sqlx::query(
                "insert into states (account, type, modseq)
                 select ?1, value ->> 0, value ->> 1 from json_each(?2) where true
                 on conflict (account, type) do update set modseq = excluded.modseq",
            )
            .bind(account)
            .bind(json(&rows)?)
            .execute(&mut *self.tx)
            .await?;
        }
        sqlx::query("update accounts set last_number = ?, modseq = ?, octets = ?, emails = ? where number = ?")
            .bind(self.last_number)
            .bind(self.log.modseq())
            .bind(self.octets)
            .bind(self.emails)
            .bind(account)
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        self.store.synced().await?;
        let states: States =
            touched.into_iter().map(|(data_type, modseq)| (data_type, State::from(modseq.to_string()))).collect();
        if !states.is_empty() {
            // Nobody listening is no error.
            let _ = self.store.inner.committed.send(Committed { account: self.id, states: states.clone() });
        }
        Ok(states)
    }

    /// The keys of mailboxes that ids of this account say; [`Error::NotFound`] for one that is not there.
    pub(super) async fn mailbox_keys(&mut self, ids: &BTreeSet<jmap::MailboxId>) -> Result<BTreeSet<i64>> {
        if ids.is_empty() {
            return Err(Error::NoMailbox);
        }
        self.load_mailboxes().await?;
        ids.iter()
            .map(|id| {
                self.account
                    .parse(DataType::Mailbox, id.as_str())
                    .filter(|key| self.pending.mailboxes.as_ref().is_some_and(|known| known.contains_key(key)))
                    .ok_or_else(|| Error::NotFound(DataType::Mailbox, id.into()))
            })
            .collect()
    }

    /// Makes sure that `pending.mailboxes` is known.
    pub(super) async fn load_mailboxes(&mut self) -> Result<()> {
        if self.pending.mailboxes.is_none() {
            let (first, last) = self.account.keys();
            let rows = sqlx::query("select mailbox, is_trash from mailboxes where mailbox between ? and ?")
                .bind(first)
                .bind(last)
                .fetch_all(&mut *self.tx)
                .await?;
            let known = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)? != 0)));
            self.pending.mailboxes = Some(known.collect::<Result<_>>()?);
        }
        Ok(())
    }
}
