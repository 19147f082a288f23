//! `Email/queryChanges` (RFC 8621 §4.5).
//!
//! Whatever the filter and the sort: an email's place in a result depends on itself and, if the result is collapsed
//! or a condition looks at threads, on the other emails of its thread; and the order of the others among themselves
//! does not change. So everything that changed is taken out, with its thread where that counts, and what of it is in
//! the result now is put in at its place.

use std::collections::{BTreeSet, HashSet};

use jmap::method::AddedItem;
use jmap::{AccountId, Id, State};
use sqlx::{Row, SqliteConnection};

use super::log::Kind;
use super::plan::Plan;
use super::query::{places, total};
use super::{Store, changes, json};
use crate::ids::{self, AccountNumber};
use crate::{DataType, EmailQuery, Error, QueryChanges, Result};

impl Store {
    /// How a query's result changed since a query state. There is no `upToId`: it may only be used where filter and
    /// sort are of immutable properties, and elsewhere is ignored (RFC 8620 §5.6). [`Error::CannotCalculateChanges`],
    /// [`Error::TooManyChanges`] and those of [`Store::query_emails`].
    pub async fn email_query_changes(
        &self,
        account: &AccountId,
        query: &EmailQuery,
        since: &State,
        max: Option<u64>,
    ) -> Result<QueryChanges> {
        let account = AccountNumber::of(account)?;
        let plan = Plan::of(account, query)?;
        let mut snapshot = self.read().await?;
        let (newest, oldest) = changes::state(&mut snapshot, account, DataType::Email).await?;
        let from = changes::parse(since, newest, oldest)?;
        let touched = touched(&mut snapshot, account, from, plan.looks_at_threads).await?;
        let max = max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX);
        if touched.removed.len() > max {
            return Err(Error::TooManyChanges);
        }
        let mut added: Vec<AddedItem> = places(&mut snapshot, &plan, &touched.there)
            .await?
            .into_iter()
            .map(|(email, place)| AddedItem { id: ids::id(DataType::Email, email), index: place.unsigned_abs() })
            .collect();
        if touched.removed.len() + added.len() > max {
            return Err(Error::TooManyChanges);
        }
        added.sort_unstable_by_key(|item| item.index);
        let total = if query.calculate_total { Some(total(&mut snapshot, &plan).await?.unsigned_abs()) } else { None };
        Ok(QueryChanges {
            old_query_state: since.clone(),
            new_query_state: State::from(newest.to_string()),
            total,
            removed: touched.removed.into_iter().map(|id: Id| id.into()).collect(),
            added,
        })
    }
}

/// Emails whose place may be another.
struct Touched {
    /// That were there before.
    removed: BTreeSet<Id>,
    /// That are there now.
    there: Vec<i64>,
}

async fn touched(
    connection: &mut SqliteConnection,
    account: AccountNumber,
    from: i64,
    with_threads: bool,
) -> Result<Touched> {
    let rows = sqlx::query(
        "select id, kind, thread from changes where account = ? and type = ? and modseq > ? order by modseq",
    )
    .bind(account.0)
    .bind(DataType::Email.code())
    .bind(from)
    .fetch_all(&mut *connection)
    .await?;
    // Created since: not in any result before.
    let mut created: HashSet<Id> = HashSet::new();
    let mut changed: BTreeSet<Id> = BTreeSet::new();
    let mut threads: BTreeSet<i64> = BTreeSet::new();
    for row in rows {
        let id = Id::from(row.try_get::<&str, _>(0)?);
        if row.try_get::<i64, _>(1)? == Kind::Created.code() {
            created.insert(id.clone());
        }
        changed.insert(id);
        threads.insert(row.try_get(2)?);
    }
    let mut there: BTreeSet<i64> =
        changed.iter().filter_map(|id| account.parse(DataType::Email, id.as_str())).collect();
    if with_threads && !threads.is_empty() {
        let rows = sqlx::query("select email from json_each(?) join emails on thread = value")
            .bind(json(&threads)?)
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            let key = row.try_get(0)?;
            there.insert(key);
            changed.insert(ids::id(DataType::Email, key));
        }
    }
    changed.retain(|id| !created.contains(id));
    Ok(Touched { removed: changed, there: there.into_iter().collect() })
}
