//! `Email/query` (RFC 8621 §4.4).

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt;
use jmap::{AccountId, State};
use sqlx::{Row, SqliteConnection};

use super::plan::{Counted, Plan};
use super::{Store, changes};
use crate::ids::{self, AccountNumber};
use crate::{DataType, EmailQuery, Error, QueryPage, Result};

/// Up to here a result is read from its beginning without asking how long it is.
const NEAR: i64 = 500;

/// To look up an email that was found costs as much as to ask of so many whether they are.
const LOOK_UPS: i64 = 5;

impl Store {
    /// A part of a query's result. [`Error::AnchorNotFound`], [`Error::UnsupportedFilter`],
    /// [`Error::UnsupportedSort`].
    pub async fn query_emails(&self, account: &AccountId, query: &EmailQuery) -> Result<QueryPage> {
        let account = AccountNumber::of(account)?;
        let mut plan = Plan::of(account, query)?;
        let mut snapshot = self.read().await?;
        let (state, _) = changes::state(&mut snapshot, account, DataType::Email).await?;
        choose_way(&mut snapshot, account, &mut plan).await?;
        let is_from_end = query.anchor.is_none() && query.position < 0;
        let whole = query.calculate_total && plan.is_found_whole() && query.anchor.is_none() && !is_from_end;
        let is_far = query.position > NEAR || query.anchor.is_some();
        let is_wanted = query.calculate_total || is_from_end || (is_far && plan.counted.is_some());
        let mut counted = None;
        if is_wanted && !whole {
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
        } else if let Some((offset, limit)) =
            counted.filter(|_| plan.can_be_reversed()).and_then(|total| from_end(total, position, limit))
        {
            for row in plan.page(offset, limit, true)?.query().fetch_all(&mut *snapshot).await? {
                keys.push(row.try_get(0)?);
            }
            keys.reverse();
        } else {
            for row in plan.page(position, limit, false)?.query().fetch_all(&mut *snapshot).await? {
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

/// Where a part begins and how long it is if it is read from the end; `None` if it is nearer to the beginning.
fn from_end(total: i64, position: i64, limit: i64) -> Option<(i64, i64)> {
    let left = total.saturating_sub(position).max(0);
    let length = if limit < 0 { left } else { limit.min(left) };
    (position > left - length).then_some((left - length, length))
}

/// Has a search that finds much answered by going through all.
async fn choose_way(connection: &mut SqliteConnection, account: AccountNumber, plan: &mut Plan) -> Result<()> {
    let Some(searched) = plan.searched() else { return Ok(()) };
    let found: i64 = searched.query().fetch_one(&mut *connection).await?.try_get(0)?;
    let all = emails_of(connection, account).await?;
    if !plan.collapses {
        plan.counted = Some(Counted::Known(found));
    }
    if found.saturating_mul(LOOK_UPS) > all {
        plan.go_through_all();
    }
    Ok(())
}

async fn emails_of(connection: &mut SqliteConnection, account: AccountNumber) -> Result<i64> {
    let query = sqlx::query("select coalesce(sum(emails), 0) from accounts where number = ?").bind(account.0);
    Ok(query.fetch_one(connection).await?.try_get(0)?)
}

/// How many emails the result has.
pub(super) async fn total(connection: &mut SqliteConnection, plan: &Plan) -> Result<i64> {
    let query = match plan.counted {
        Some(Counted::Known(total)) => return Ok(total),
        Some(Counted::Account) => return emails_of(connection, plan.account).await,
        Some(Counted::Threads(mailbox)) => {
            sqlx::query("select coalesce(sum(total_threads), 0) from mailboxes where mailbox = ?").bind(mailbox)
        }
        Some(Counted::Emails(mailbox)) => {
            sqlx::query("select coalesce(sum(total_emails), 0) from mailboxes where mailbox = ?").bind(mailbox)
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
