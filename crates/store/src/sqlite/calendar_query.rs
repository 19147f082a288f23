//! Events by time, calendar, words and uid.

use jmap::{AccountId, CalendarId, Comparator, State, UtcDate};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::calendar_events::{NEVER, SHORT_MILLIS};
use super::plan::filter::write_filter;
use super::plan::search::match_text;
use super::plan::sql::Sql;
use super::{Store, changes, json};
use crate::ids::{self, AccountNumber};
use crate::{DataType, Error, EventCondition, EventHit, EventList, EventQuery, Moment, Result};

/// Filters in filters: no deeper than this.
const MAX_DEPTH: usize = 16;

impl Store {
    /// All events that a query asks for. [`Error::UnsupportedFilter`], [`Error::UnsupportedSort`].
    pub async fn query_events(&self, account: &AccountId, query: &EventQuery) -> Result<EventList> {
        let number = AccountNumber::of(account)?;
        let mut sql = Sql::default();
        sql.push(
            "select event, is_series, uid, recurrence_id, starts_at, ends_at, created_at, updated_at, is_floating
             from calendar_events e where event >> 36 = ",
        );
        sql.integer(number.0);
        if let Some(calendars) = &query.within {
            sql.push(" and discretion < 2 and ").append(&in_calendars(number, calendars)?);
        }
        if let Some(filter) = &query.filter {
            sql.push(" and ");
            write_filter(filter, MAX_DEPTH, &mut sql, &mut |asked, sql| {
                sql.append(&condition(asked, number, query.within.is_some())?);
                Ok(())
            })?;
        }
        sql.push(" order by ");
        for comparator in &query.sort {
            sql.push(column(comparator)?).push(if comparator.is_ascending { ", " } else { " desc, " });
        }
        sql.push("event");
        let mut snapshot = self.read().await?;
        let (state, _) = changes::state(&mut snapshot, number, DataType::CalendarEvent).await?;
        let rows = sql.query().fetch_all(&mut *snapshot).await?;
        let events = rows.iter().map(hit).collect::<Result<_>>()?;
        Ok(EventList { state: State::from(state.to_string()), events })
    }
}

fn hit(row: &SqliteRow) -> Result<EventHit> {
    let time = |column: usize| Ok::<_, Error>(UtcDate::from_millis(row.try_get(column)?));
    let start: i64 = row.try_get(4)?;
    let end: i64 = row.try_get(5)?;
    let recurrence_id: String = row.try_get(3)?;
    Ok(EventHit {
        id: ids::id(DataType::CalendarEvent, row.try_get(0)?),
        is_series: row.try_get::<i64, _>(1)? != 0,
        is_floating: row.try_get::<i64, _>(8)? != 0,
        uid: row.try_get(2)?,
        recurrence_id: Some(recurrence_id).filter(|id| !id.is_empty()),
        start: (start != NEVER).then(|| UtcDate::from_millis(start)),
        end: (end != NEVER && start != NEVER).then(|| UtcDate::from_millis(end)),
        created: Some(time(6)?).filter(|at| at.millis() != 0),
        updated: Some(time(7)?).filter(|at| at.millis() != 0),
    })
}

fn column(comparator: &Comparator) -> Result<&'static str> {
    match comparator.property.as_str() {
        "start" => Ok("starts_at"),
        "uid" => Ok("uid"),
        "recurrenceId" => Ok("recurrence_id"),
        "created" => Ok("created_at"),
        "updated" => Ok("updated_at"),
        other => Err(Error::UnsupportedSort(format!("there is no sort by {other}"))),
    }
}

fn condition(condition: &EventCondition, account: AccountNumber, is_shared: bool) -> Result<Sql> {
    let mut sql = Sql::default();
    sql.push("(true");
    if let Some(calendars) = &condition.calendar_ids {
        sql.push(" and ").append(&in_calendars(account, calendars)?);
    }
    match (condition.ends_after, condition.starts_before) {
        (Some(after), Some(before)) => {
            sql.push(" and ").append(&between(account, after, before));
        }
        (Some(after), None) => {
            compare(&mut sql, "ends_at >", after);
        }
        (None, Some(before)) => {
            compare(&mut sql, "starts_at <", before);
        }
        (None, None) => {}
    }
    if let Some(uid) = &condition.uid {
        sql.push(" and uid = ").text(uid.as_str());
    }
    let texts = [
        (&condition.text, "title description location owner attendee other"),
        (&condition.title, "title"),
        (&condition.description, "description"),
        (&condition.location, "location"),
        (&condition.owner, "owner"),
        (&condition.attendee, "attendee"),
    ];
    let (mut expressions, mut is_without_words) = (Vec::new(), false);
    for (query, columns) in texts.into_iter().filter_map(|(query, columns)| Some((query.as_ref()?, columns))) {
        match match_text(query, columns, "") {
            Some(expression) => expressions.push(expression),
            None => is_without_words = true,
        }
    }
    if is_without_words {
        // Nothing is found by no word, as with emails.
        sql.push(" and false");
    } else if !expressions.is_empty() {
        let (first, last) = account.keys();
        sql.push(if is_shared { " and discretion = 0" } else { "" });
        sql.push(" and event in (select rowid from calendar_event_text where calendar_event_text match ");
        sql.text(expressions.join(" AND ")).push(" and rowid between ").integer(first).push(" and ").integer(last);
        sql.push(")");
    }
    sql.push(")");
    Ok(sql)
}

/// A column with the instant, or of a floating event with the clock.
fn compare(sql: &mut Sql, column: &str, moment: Moment) {
    sql.push(" and ").push(column).push(" iif(is_floating, ").integer(moment.clock.millis()).push(", ");
    sql.integer(moment.instant.millis()).push(")");
}

/// Two ranges of one index: short events that begin in the time or shortly before it, and all long ones. They are as
/// wide as both the instants and the clock want, and then compared with what counts.
fn between(account: AccountNumber, after: Moment, before: Moment) -> Sql {
    let from = after.instant.millis().min(after.clock.millis());
    let until = before.instant.millis().max(before.clock.millis());
    let mut sql = Sql::default();
    sql.push("event in (select event from calendar_events where event >> 36 = ").integer(account.0);
    sql.push(" and is_long = 0 and starts_at >= ").integer(from.saturating_sub(SHORT_MILLIS));
    for is_long in [false, true] {
        if is_long {
            sql.push(" union all select event from calendar_events where event >> 36 = ").integer(account.0);
            sql.push(" and is_long = 1");
        }
        sql.push(" and starts_at < ").integer(until).push(" and ends_at > ").integer(from);
        compare(&mut sql, "starts_at <", before);
        compare(&mut sql, "ends_at >", after);
    }
    sql.push(")");
    sql
}

fn in_calendars(account: AccountNumber, calendars: &[CalendarId]) -> Result<Sql> {
    let keys: Vec<i64> = calendars.iter().filter_map(|id| account.parse(DataType::Calendar, id.as_str())).collect();
    let mut sql = Sql::default();
    sql.push("exists (select 1 from calendar_event_calendar c where c.event = e.event and c.calendar in (select value from json_each(");
    sql.text(json(&keys)?).push(")))");
    Ok(sql)
}
