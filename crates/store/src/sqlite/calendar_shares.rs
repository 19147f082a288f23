//! With whom calendars are shared, and what each keeps for themselves of what is shared.

use std::collections::HashMap;

use jmap::{AccountId, CalendarId, Id};
use serde_json::{Map, Value};
use sqlx::{Row, SqliteConnection};

use super::records::count;
use super::{Store, Writer, json};
use crate::ids::{self, AccountNumber};
use crate::{DataType, Error, Principal, Result, Share, SharedCalendar};

impl Store {
    /// The calendars that others share with an account; of one owner, or of all.
    pub async fn shared_calendars(
        &self,
        account: &AccountId,
        owner: Option<&AccountId>,
    ) -> Result<Vec<SharedCalendar>> {
        let (first, last) = match owner {
            Some(owner) => AccountNumber::of(owner)?.keys(),
            None => (0, i64::MAX),
        };
        let rows = sqlx::query(
            "select calendar, rights, since, coalesce(p.body, '{}') from calendar_shares s
             left join calendar_personal p on p.record = s.calendar and p.account = s.account
             where s.account = ? and calendar between ? and ? order by calendar",
        )
        .bind(AccountNumber::of(account)?.0)
        .bind(first)
        .bind(last)
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let key: i64 = row.try_get(0)?;
                Ok(SharedCalendar {
                    owner: AccountNumber(key >> ids::NUMBER_BITS).id(),
                    id: ids::id(DataType::Calendar, key),
                    rights: serde_json::from_str(row.try_get(1)?)?,
                    since: count(row, 2)?,
                    personal: serde_json::from_str(row.try_get(3)?)?,
                })
            })
            .collect()
    }

    /// What somebody keeps for themselves of another's records, by record.
    pub async fn personal(
        &self,
        owner: &AccountId,
        data_type: DataType,
        ids: &[Id],
        person: &AccountId,
    ) -> Result<HashMap<Id, Map<String, Value>>> {
        let mut reader = self.inner.readers.acquire().await?;
        personal(&mut reader, AccountNumber::of(owner)?, data_type, ids, person).await
    }
}

async fn personal(
    connection: &mut SqliteConnection,
    owner: AccountNumber,
    data_type: DataType,
    ids: &[Id],
    person: &AccountId,
) -> Result<HashMap<Id, Map<String, Value>>> {
    let keys: Vec<i64> = ids.iter().filter_map(|id| owner.parse(data_type, id.as_str())).collect();
    let rows = sqlx::query(
        "select record, body from calendar_personal where account = ? and record in (select value from json_each(?))",
    )
    .bind(AccountNumber::of(person)?.0)
    .bind(json(&keys)?)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((ids::id(data_type, row.try_get(0)?), serde_json::from_str(row.try_get(1)?)?))).collect()
}

impl Writer {
    /// With whom a calendar is or was shared.
    pub async fn shares(&mut self, calendar: &CalendarId) -> Result<Vec<Share>> {
        let Some(key) = self.account.parse(DataType::Calendar, calendar.as_str()) else { return Ok(Vec::new()) };
        let rows = sqlx::query("select account, rights from calendar_shares where calendar = ? order by account")
            .bind(key)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Share {
                    account: AccountNumber(row.try_get(0)?).id(),
                    rights: serde_json::from_str(row.try_get(1)?)?,
                })
            })
            .collect()
    }

    /// What somebody keeps for themselves of a record of this account.
    pub async fn personal(&mut self, data_type: DataType, id: &Id, person: &AccountId) -> Result<Map<String, Value>> {
        let found = personal(&mut self.tx, self.account, data_type, std::slice::from_ref(id), person).await?;
        Ok(found.into_values().next().unwrap_or_default())
    }

    /// Keeps it; the record counts as changed, since it changed for them. [`Error::NotFound`].
    pub async fn put_personal(
        &mut self,
        data_type: DataType,
        id: &Id,
        person: &AccountId,
        body: &Map<String, Value>,
    ) -> Result<()> {
        let not_found = || Error::NotFound(data_type, id.clone());
        let key = self.account.parse(data_type, id.as_str()).ok_or_else(not_found)?;
        let record = self.get_record(data_type, id).await?.ok_or_else(not_found)?;
        if self.personal(data_type, id, person).await? == *body {
            return Ok(());
        }
        sqlx::query(
            "insert into calendar_personal (record, account, body) values (?, ?, ?)
             on conflict (record, account) do update set body = excluded.body",
        )
        .bind(key)
        .bind(AccountNumber::of(person)?.0)
        .bind(json(body)?)
        .execute(&mut *self.tx)
        .await?;
        self.write_record(data_type, id, &record.body, false).await
    }

    /// Brings the rows in line with `shareWith`, whose keys are ids of principals.
    pub(super) async fn index_shares(&mut self, id: &Id, share_with: Option<&Value>) -> Result<()> {
        let Some(key) = self.account.parse(DataType::Calendar, id.as_str()) else {
            return Err(Error::NotFound(DataType::Calendar, id.clone()));
        };
        let calendar = CalendarId::from(id.clone());
        let before: HashMap<AccountId, Map<String, Value>> =
            self.shares(&calendar).await?.into_iter().map(|share| (share.account, share.rights)).collect();
        let nobody = Map::new();
        let asked = share_with.and_then(Value::as_object).unwrap_or(&nobody);
        let mut now: HashMap<AccountId, Map<String, Value>> = before.keys().map(|a| (a.clone(), Map::new())).collect();
        for (principal, rights) in asked {
            if let (Some(account), Some(rights)) = (Principal::account_of(principal), rights.as_object()) {
                now.insert(account, rights.clone());
            }
        }
        let since = self.log.updated(DataType::Calendar, id.clone(), 0);
        for (account, rights) in now {
            if before.get(&account) == Some(&rights) {
                continue;
            }
            sqlx::query(
                "insert into calendar_shares (calendar, account, rights, since) values (?, ?, ?, ?)
                 on conflict (calendar, account) do update set rights = excluded.rights, since = excluded.since",
            )
            .bind(key)
            .bind(AccountNumber::of(&account)?.0)
            .bind(json(&rights)?)
            .bind(since)
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}
