//! Principals: a row beside each account. Triggers keep it in step when accounts come, change their name and go.

use jmap::{AccountId, State};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::{Store, json};
use crate::ids::AccountNumber;
use crate::{Error, Principal, PrincipalChanges, PrincipalPatch, Result};

impl Store {
    /// Every principal by its account's age, and their state.
    pub async fn principals(&self) -> Result<(State, Vec<Principal>)> {
        let mut snapshot = self.read().await?;
        let state = state(&mut snapshot).await?;
        let rows = sqlx::query(
            "select account, kind, accounts.name, address, description, time_zone, booking
             from principals join accounts on number = account order by account",
        )
        .fetch_all(&mut *snapshot)
        .await?;
        Ok((State::from(state.to_string()), rows.iter().map(principal).collect::<Result<_>>()?))
    }

    /// The principal that has an account.
    pub async fn principal(&self, account: &AccountId) -> Result<Option<Principal>> {
        let Ok(number) = AccountNumber::of(account) else { return Ok(None) };
        let row = sqlx::query(
            "select account, kind, accounts.name, address, description, time_zone, booking
             from principals join accounts on number = account where account = ?",
        )
        .bind(number.0)
        .fetch_optional(&self.inner.readers)
        .await?;
        row.as_ref().map(principal).transpose()
    }

    /// What changed since a state, at most `max` of it. [`Error::CannotCalculateChanges`].
    pub async fn principal_changes(&self, since: &State, max: Option<u64>) -> Result<PrincipalChanges> {
        let mut snapshot = self.read().await?;
        let newest = state(&mut snapshot).await?;
        let from = super::changes::parse(since, newest, 0)?;
        let max = max.and_then(|max| i64::try_from(max).ok()).unwrap_or(i64::MAX - 1);
        let rows = sqlx::query(
            "select account, created, modseq, is_gone from principals
             where modseq > ?1 and not (is_gone and created > ?1) order by modseq limit ?2 + 1",
        )
        .bind(from)
        .bind(max)
        .fetch_all(&mut *snapshot)
        .await?;
        let mut changes = PrincipalChanges {
            new_state: State::from(newest.to_string()),
            has_more: false,
            created: Vec::new(),
            updated: Vec::new(),
            destroyed: Vec::new(),
        };
        let mut until = from;
        for (index, row) in rows.iter().enumerate() {
            if i64::try_from(index).unwrap_or(i64::MAX) >= max {
                changes.has_more = true;
                changes.new_state = State::from(until.to_string());
                break;
            }
            until = row.try_get(2)?;
            let account = AccountNumber(row.try_get(0)?).id();
            if row.try_get::<i64, _>(3)? != 0 {
                changes.destroyed.push(account);
            } else if row.try_get::<i64, _>(1)? > from {
                changes.created.push(account);
            } else {
                changes.updated.push(account);
            }
        }
        Ok(changes)
    }

    /// Changes what people see of an account. [`Error::NoAccount`].
    pub async fn set_principal(&self, account: &AccountId, patch: &PrincipalPatch) -> Result<()> {
        let number = AccountNumber::of(account)?;
        let booking = patch.booking.as_ref().map(json).transpose()?;
        let updated = sqlx::query(
            "update principals set kind = coalesce(?2, kind), description = coalesce(?3, description),
                 time_zone = coalesce(?4, time_zone), booking = coalesce(?5, booking),
                 modseq = (select max(modseq) + 1 from principals)
             where account = ?1 and not is_gone",
        )
        .bind(number.0)
        .bind(&patch.kind)
        .bind(&patch.description)
        .bind(&patch.time_zone)
        .bind(booking)
        .execute(&self.inner.writer)
        .await?;
        self.synced().await?;
        if updated.rows_affected() == 0 { Err(Error::NoAccount(account.clone())) } else { Ok(()) }
    }
}

fn principal(row: &SqliteRow) -> Result<Principal> {
    Ok(Principal {
        account: AccountNumber(row.try_get(0)?).id(),
        kind: row.try_get(1)?,
        name: row.try_get(2)?,
        address: row.try_get(3)?,
        description: row.try_get(4)?,
        time_zone: row.try_get(5)?,
        booking: serde_json::from_str(row.try_get(6)?)?,
    })
}

async fn state(connection: &mut SqliteConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("select coalesce(max(modseq), 0) from principals").fetch_one(connection).await?)
}
