//! `Email/query` (RFC 8621 §4.4).

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt;
use jmap::{AccountId, State};
use sqlx::{Row, SqliteConnection};

use super::plan::Plan;
use super::{Store, changes};
use crate::ids::{self, AccountNumber};
use crate::{DataType, EmailQuery, Error, QueryPage, Result};

impl Store {
    /// A part of a query's result. [`Error::AnchorNotFound`], [`Error::UnsupportedFilter`],
    /// [`Error::UnsupportedSort`].
    pub async fn query_emails(&self, account: &AccountId, query: &EmailQuery) -> Result<QueryPage> {
        let account = AccountNumber::of(account)?;
        let plan = Plan::of(account, query)?;
        let mut snapshot = self.read().await?;
        let (state, _) = changes::state(&mut snapshot, account, DataType::Email).await?;
        let is_from_end = query.anchor.is_none() && query.position < 0;
        let whole = query.calculate_total && plan.is_found_whole() && query.anchor.is_none() && !is_from_end;
        let mut counted = None;
        if (query.calculate_total || is_from_end) && !whole {
            counted = Some(total(&mut snapshot, &plan).await?);
        }
        let position = match &query.anchor {
            Some(anchor) => {
                let key = account.parse(DataType::Email, anchor.as_str()).ok_or(Error::AnchorNotFound)?;
                let place = places(&mut snapshot, &plan, &[key]).await?.remove(&key).ok_or(Error::AnchorNotFound)?;
                place.saturating_add(query.anchor_offset).max(0)
            }
            None if is_from_end => counted.unwrap_or_default().saturating_add(query.position).max(0),
            None => query.position,
        };
        let limit = query.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let mut keys: Vec<i64> = Vec::new();
        if whole {
            for row in plan.page_and_total(position, limit)?.query().fetch_all(&mut *snapshot).await? {
                keys.push(row.try_get(0)?);
                counted = Some(row.try_get(1)?);
            }
            if counted.is_none() {
                counted = Some(total(&mut snapshot, &plan).await?);
            }
        } else if plan.can_collapse_on_the_way() {
            keys = collapsed(&mut snapshot, &plan, position, limit).await?;
        } else {
            for row in plan.page(position, limit)?.query().fetch_all(&mut *snapshot).await? {
                keys.push(row.try_get(0)?);
            }
        }
        Ok(QueryPage {
            query_state: State::from(state.to_string()),
            position: position.unsigned_abs(),
            ids: keys.into_iter().map(|key| ids::id(DataType::Email, key)).collect(),
            total: counted.filter(|_| query.calculate_total).map(i64::unsigned_abs),
        })
    }
}

/// A part of a result whose rows come in order: of each thread the first, until there are enough.
async fn collapsed(connection: &mut SqliteConnection, plan: &Plan, offset: i64, limit: i64) -> Result<Vec<i64>> {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut keys = Vec::new();
    let mut threads: HashSet<i64> = HashSet::new();
    let mut rows = plan.uncollapsed()?.query().fetch(connection);
    while keys.len() < limit
        && let Some(row) = rows.try_next().await?
    {
        if threads.insert(row.try_get(1)?) && threads.len() > offset {
            keys.push(row.try_get(0)?);
        }
    }
    Ok(keys)
}

/// How many emails the result has.
pub(super) async fn total(connection: &mut SqliteConnection, plan: &Plan) -> Result<i64> {
    let query = match plan.counted {
        Some((mailbox, is_collapsed)) => {
            let sql = if is_collapsed {
                "select coalesce(sum(total_threads), 0) from mailboxes where mailbox = ?"
            } else {
                "select coalesce(sum(total_emails), 0) from mailboxes where mailbox = ?"
            };
            sqlx::query(sql).bind(mailbox)
        }
        None => plan.total()?.query(),
    };
    Ok(query.fetch_one(connection).await?.try_get(0)?)
}

/// The index in the result of those of these emails that are in it.
pub(super) async fn places(connection: &mut SqliteConnection, plan: &Plan, keys: &[i64]) -> Result<HashMap<i64, i64>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = plan.named(keys)?.query().fetch_all(&mut *connection).await?;
    let mut found = Vec::new();
    for row in rows {
        found.push((row.try_get::<i64, _>(0)?, row.try_get::<i64, _>(1)?));
    }
    if !plan.is_countable() {
        return Ok(found.into_iter().collect());
    }
    // From one to the next, so that no row is counted twice.
    found.sort_unstable_by_key(|(email, received_at)| (*received_at, *email));
    if plan.is_by_time == Some(false) {
        found.reverse();
    }
    let mut places = HashMap::new();
    let (mut from, mut place) = (None, 0);
    for (email, received_at) in found {
        let to = (received_at, email);
        place += plan.between(from, to)?.query().fetch_one(&mut *connection).await?.try_get::<i64, _>(0)?;
        places.insert(email, place);
        from = Some(to);
    }
    Ok(places)
}
