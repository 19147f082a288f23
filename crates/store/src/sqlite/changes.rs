//! States, and what changed since one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use futures::TryStreamExt;
use jmap::{AccountId, Id, State};
use sqlx::{Row, SqliteConnection};

use super::Store;
use super::log::Kind;
use crate::ids::AccountNumber;
use crate::{Changes, DataType, Error, Result, States};

impl Store {
    /// The state of a type.
    pub async fn state(&self, account: &AccountId, data_type: DataType) -> Result<State> {
        let mut reader = self.inner.readers.acquire().await?;
        let (state, _) = state(&mut reader, AccountNumber::of(account)?, data_type).await?;
        Ok(State::from(state.to_string()))
    }

    /// The state of every type, all of one moment. [`Error::NoAccount`].
    pub async fn states(&self, account: &AccountId) -> Result<States> {
        let number = AccountNumber::of(account)?;
        let rows = sqlx::query(
            "select coalesce(type, 0), coalesce(modseq, 0)
             from (select number from accounts where number = ?1) left join states on account = ?1",
        )
        .bind(number.0)
        .fetch_all(&self.inner.readers)
        .await?;
        if rows.is_empty() {
            return Err(Error::NoAccount(account.clone()));
        }
        let mut states: States = DataType::ALL.map(|data_type| (data_type, State::from("0"))).into();
        for row in &rows {
            if let Some(data_type) = DataType::from_code(row.try_get(0)?) {
                states.insert(data_type, State::from(row.try_get::<i64, _>(1)?.to_string()));
            }
        }
        Ok(states)
    }

    /// What changed since a state, at most `max` ids. [`Error::CannotCalculateChanges`].
    pub async fn changes(
        &self,
        account: &AccountId,
        data_type: DataType,
        since: &State,
        max: Option<u64>,
    ) -> Result<Changes> {
        let number = AccountNumber::of(account)?;
        let mut snapshot = self.read().await?;
        let (newest, oldest) = state(&mut snapshot, number, data_type).await?;
        let from = parse(since, newest, oldest)?;
        let max = max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX);

        // In the order in which an id first comes; what became of it, and the modseq up to which that is so.
        let mut order: Vec<Id> = Vec::new();
        let mut kinds: HashMap<Id, Option<Kind>> = HashMap::new();
        let mut until = newest;
        let mut has_more = false;
        {
            let mut rows = sqlx::query(
                "select modseq, kind, id from changes where account = ? and type = ? and modseq > ? order by modseq",
            )
            .bind(number.0)
            .bind(data_type.code())
            .bind(from)
            .fetch(&mut *snapshot);
            let mut last = from;
            while let Some(row) = rows.try_next().await? {
                let kind = Kind::from_code(row.try_get(1)?)
                    .ok_or_else(|| Error::Damaged("a change is of no known kind".to_owned()))?;
                let id = Id::from(row.try_get::<&str, _>(2)?);
                match kinds.entry(id) {
                    Entry::Occupied(mut known) => {
                        let next = known.get().map_or(Some(kind), |before| before.then(kind));
                        known.insert(next);
                    }
                    Entry::Vacant(_) if order.len() >= max => {
                        has_more = true;
                        until = last;
                        break;
                    }
                    Entry::Vacant(unknown) => {
                        order.push(unknown.key().clone());
                        unknown.insert(Some(kind));
                    }
                }
                last = row.try_get(0)?;
            }
        }

        let mut changes = Changes {
            old_state: since.clone(),
            new_state: State::from(until.to_string()),
            has_more,
            created: Vec::new(),
            updated: Vec::new(),
            destroyed: Vec::new(),
            only_counts: false,
        };
        let mut counted = 0;
        for id in order {
            match kinds.get(&id).copied().flatten() {
                Some(Kind::Created) => changes.created.push(id),
                Some(Kind::Updated) => changes.updated.push(id),
                Some(Kind::Destroyed) => changes.destroyed.push(id),
                Some(Kind::Counted) => {
                    counted += 1;
                    changes.updated.push(id);
                }
                None => {}
            }
        }
        changes.only_counts = counted > 0 && counted == changes.updated.len();
        Ok(changes)
    }
}

/// The modseq of a type's last change, and the oldest since which changes are known. [`Error::NoAccount`].
pub(super) async fn state(
    connection: &mut SqliteConnection,
    account: AccountNumber,
    data_type: DataType,
) -> Result<(i64, i64)> {
    let row = sqlx::query(
        "select coalesce(modseq, 0), coalesce(oldest, 0)
         from (select number from accounts where number = ?1) left join states on account = ?1 and type = ?2",
    )
    .bind(account.0)
    .bind(data_type.code())
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| Error::NoAccount(account.id()))?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// A state that the client has: one we gave, and not too old.
pub(super) fn parse(state: &State, newest: i64, oldest: i64) -> Result<i64> {
    let text = state.as_str();
    let modseq = text.parse::<i64>().map_err(|_| Error::CannotCalculateChanges)?;
    let is_ours = modseq.to_string() == text && (modseq == newest || (oldest..newest).contains(&modseq));
    if is_ours { Ok(modseq) } else { Err(Error::CannotCalculateChanges) }
}
