//! Events: records with columns to find them by, and text to search, written in the transaction that puts them.

use std::collections::BTreeSet;

use jmap::{AccountId, BlobId, CalendarEventId, CalendarId, Id, UtcDate};
use serde_json::{Map, Value};
use sqlx::{Row, SqliteConnection};

use super::blobs::{hex, parse};
use super::{Store, Writer, json};
use crate::ids::{self, AccountNumber};
use crate::search::index_text;
use crate::{DataType, DueAlert, Error, EventIndex, Result};

/// From the start of the first occurrence to the end of the last, at most, of an event that is looked for by its start.
pub(super) const SHORT_MILLIS: i64 = 31 * 86_400_000;

/// What says in a column that there is no such time.
pub(super) const NEVER: i64 = i64::MAX;

impl Store {
    /// The events with a uid: the one, or single occurrences of a series.
    pub async fn events_by_uid(&self, account: &AccountId, uid: &str) -> Result<Vec<CalendarEventId>> {
        let mut reader = self.inner.readers.acquire().await?;
        by_uid(&mut reader, AccountNumber::of(account)?, uid).await
    }

    /// Alerts that are due, the earliest first; at most `max`.
    pub async fn due_alerts(&self, now: UtcDate, max: u32) -> Result<Vec<DueAlert>> {
        let rows = sqlx::query("select event, account, at from calendar_alerts where at <= ? order by at limit ?")
            .bind(now.millis())
            .bind(max)
            .fetch_all(&self.inner.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let key: i64 = row.try_get(0)?;
                Ok(DueAlert {
                    account: AccountNumber(key >> ids::NUMBER_BITS).id(),
                    event: ids::id(DataType::CalendarEvent, key),
                    person: AccountNumber(row.try_get(1)?).id(),
                    at: UtcDate::from_millis(row.try_get(2)?),
                })
            })
            .collect()
    }

    /// When the next alert of anybody is due.
    pub async fn next_alert(&self) -> Result<Option<UtcDate>> {
        let at: Option<i64> =
            sqlx::query_scalar("select min(at) from calendar_alerts").fetch_one(&self.inner.readers).await?;
        Ok(at.map(UtcDate::from_millis))
    }
}

async fn by_uid(connection: &mut SqliteConnection, account: AccountNumber, uid: &str) -> Result<Vec<CalendarEventId>> {
    let rows =
        sqlx::query("select event from calendar_events where event >> 36 = ? and uid = ? order by recurrence_id")
            .bind(account.0)
            .bind(uid)
            .fetch_all(connection)
            .await?;
    rows.iter().map(|row| Ok(ids::id(DataType::CalendarEvent, row.try_get(0)?))).collect()
}

impl Writer {
    /// Creates an event, or replaces it. A body that is the same already changes nothing. [`Error::Exists`],
    /// [`Error::NotFound`] (of a calendar too), [`Error::NoCalendar`], [`Error::UidTaken`], [`Error::NoBlob`].
    pub async fn put_event(
        &mut self,
        id: &CalendarEventId,
        mut body: Map<String, Value>,
        index: &EventIndex,
        create: bool,
    ) -> Result<()> {
        body.remove("id");
        let record = Id::from(id);
        let not_found = || Error::NotFound(DataType::CalendarEvent, Id::from(id));
        let key = self.account.parse(DataType::CalendarEvent, id.as_str()).ok_or_else(not_found)?;
        if !self.is_change(DataType::CalendarEvent, &record, &body, create).await? {
            return Ok(());
        }
        let calendars = self.calendar_keys(&index.calendar_ids).await?;
        self.require_free_uid(key, index).await?;
        self.write_record(DataType::CalendarEvent, &record, &body, create).await?;
        self.write_event_row(key, index).await?;
        self.write_event_lists(key, &calendars, &index.blob_ids).await
    }

    /// The events with a uid, as this transaction sees them.
    pub async fn events_by_uid(&mut self, uid: &str) -> Result<Vec<CalendarEventId>> {
        by_uid(&mut self.tx, self.account, uid).await
    }

    /// The events in a calendar.
    pub async fn calendar_events(&mut self, calendar: &CalendarId) -> Result<Vec<CalendarEventId>> {
        let Some(key) = self.account.parse(DataType::Calendar, calendar.as_str()) else { return Ok(Vec::new()) };
        let rows = sqlx::query("select event from calendar_event_calendar where calendar = ? order by event")
            .bind(key)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(|row| Ok(ids::id(DataType::CalendarEvent, row.try_get(0)?))).collect()
    }

    /// Says when the next alert of an event is due for somebody; `None`: not at all.
    pub async fn schedule_alert(
        &mut self,
        event: &CalendarEventId,
        person: &AccountId,
        at: Option<UtcDate>,
    ) -> Result<()> {
        let Some(key) = self.account.parse(DataType::CalendarEvent, event.as_str()) else { return Ok(()) };
        let person = AccountNumber::of(person)?.0;
        let sql = if at.is_some() {
            "insert into calendar_alerts (event, account, at) values (?, ?, ?)
             on conflict (event, account) do update set at = excluded.at"
        } else {
            "delete from calendar_alerts where event = ? and account = ?"
        };
        let query = sqlx::query(sql).bind(key).bind(person);
        match at {
            Some(at) => query.bind(at.millis()).execute(&mut *self.tx).await?,
            None => query.execute(&mut *self.tx).await?,
        };
        Ok(())
    }

    async fn calendar_keys(&mut self, ids: &BTreeSet<CalendarId>) -> Result<Vec<i64>> {
        if ids.is_empty() {
            return Err(Error::NoCalendar);
        }
        let records: Vec<Id> = ids.iter().map(Id::from).collect();
        let there = self.records(DataType::Calendar, Some(&records)).await?;
        records
            .into_iter()
            .map(|id| {
                let key = self.account.parse(DataType::Calendar, id.as_str());
                key.filter(|_| there.iter().any(|record| record.id == id))
                    .ok_or(Error::NotFound(DataType::Calendar, id))
            })
            .collect()
    }

    /// A series and single occurrences of it are not in one account.
    async fn require_free_uid(&mut self, key: i64, index: &EventIndex) -> Result<()> {
        let taken: Option<i64> = sqlx::query_scalar(
            "select event from calendar_events
             where event >> 36 = ?1 and uid = ?2 and event <> ?3
                 and (?4 = '' or recurrence_id = '' or recurrence_id = ?4) limit 1",
        )
        .bind(self.account.0)
        .bind(&index.uid)
        .bind(key)
        .bind(index.recurrence_id.as_deref().unwrap_or_default())
        .fetch_optional(&mut *self.tx)
        .await?;
        match taken {
            Some(event) => Err(Error::UidTaken(ids::id(DataType::CalendarEvent, event))),
            None => Ok(()),
        }
    }

    async fn write_event_row(&mut self, key: i64, index: &EventIndex) -> Result<()> {
        let start = index.start.map_or(NEVER, UtcDate::millis);
        let end = match index.start {
            Some(_) => index.end.map_or(NEVER, UtcDate::millis),
            // It is at no time, so it ends before all that is asked for.
            None => i64::MIN,
        };
        sqlx::query(
            "insert or replace into calendar_events
                 (event, uid, recurrence_id, starts_at, ends_at, is_long, is_floating, is_series, discretion, created_at,
                  updated_at)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key)
        .bind(&index.uid)
        .bind(index.recurrence_id.as_deref().unwrap_or_default())
        .bind(start)
        .bind(end)
        .bind(end.saturating_sub(start) > SHORT_MILLIS)
        .bind(index.is_floating)
        .bind(index.is_series)
        .bind(index.discretion.code())
        .bind(index.created.map_or(0, UtcDate::millis))
        .bind(index.updated.map_or(0, UtcDate::millis))
        .execute(&mut *self.tx)
        .await?;
        let text = &index.text;
        let folded = |text: &String| index_text([text.as_str()]);
        sqlx::query(
            "insert or replace into calendar_event_text (rowid, title, description, location, owner, attendee, other)
             values (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key)
        .bind(folded(&text.title))
        .bind(folded(&text.description))
        .bind(folded(&text.location))
        .bind(folded(&text.owner))
        .bind(folded(&text.attendee))
        .bind(folded(&text.other))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn write_event_lists(&mut self, key: i64, calendars: &[i64], blobs: &BTreeSet<BlobId>) -> Result<()> {
        sqlx::query("delete from calendar_event_calendar where event = ?").bind(key).execute(&mut *self.tx).await?;
        sqlx::query("insert into calendar_event_calendar (calendar, event) select value, ? from json_each(?)")
            .bind(key)
            .bind(json(calendars)?)
            .execute(&mut *self.tx)
            .await?;
        let hashes = blobs.iter().map(|id| parse(id).ok_or(Error::NoBlob)).collect::<Result<Vec<_>>>()?;
        // What an event of this account uses it may go on using; else it must be an upload or a mail of the account.
        let mut names = Vec::new();
        let (first, last) = self.account.keys();
        for hash in &hashes {
            let is_there: i64 = sqlx::query_scalar(
                "select exists (select 1 from calendar_event_blob where blob = ?1 and event between ?3 and ?4)
                     or exists (select 1 from uploads where account = ?2 and hash = ?1)
                     or exists (select 1 from emails where blob = ?1 and email between ?3 and ?4)",
            )
            .bind(hash.to_vec())
            .bind(self.account.0)
            .bind(first)
            .bind(last)
            .fetch_one(&mut *self.tx)
            .await?;
            if is_there == 0 {
                return Err(Error::NoBlob);
            }
            names.push(hex(hash));
        }
        sqlx::query("delete from calendar_event_blob where event = ?").bind(key).execute(&mut *self.tx).await?;
        if !names.is_empty() {
            sqlx::query("insert into calendar_event_blob (blob, event) select unhex(value), ? from json_each(?)")
                .bind(key)
                .bind(json(&names)?)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// Takes away what an event is found by.
    pub(super) async fn unindex_event(&mut self, id: &Id) -> Result<()> {
        let Some(key) = self.account.parse(DataType::CalendarEvent, id.as_str()) else {
            return Err(Error::NotFound(DataType::CalendarEvent, id.clone()));
        };
        for sql in [
            "delete from calendar_events where event = ?",
            "delete from calendar_event_text where rowid = ?",
            "delete from calendar_event_calendar where event = ?",
            "delete from calendar_event_blob where event = ?",
            "delete from calendar_personal where record = ?",
            "delete from calendar_alerts where event = ?",
        ] {
            sqlx::query(sql).bind(key).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    /// A calendar that is destroyed has no events any more.
    pub(super) async fn unindex_calendar(&mut self, id: &Id) -> Result<()> {
        let Some(key) = self.account.parse(DataType::Calendar, id.as_str()) else {
            return Err(Error::NotFound(DataType::Calendar, id.clone()));
        };
        let is_used = sqlx::query("select 1 from calendar_event_calendar where calendar = ? limit 1")
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await?
            .is_some();
        if is_used {
            return Err(Error::CalendarNotEmpty(id.clone()));
        }
        for sql in ["delete from calendar_shares where calendar = ?", "delete from calendar_personal where record = ?"]
        {
            sqlx::query(sql).bind(key).execute(&mut *self.tx).await?;
        }
        Ok(())
    }
}
