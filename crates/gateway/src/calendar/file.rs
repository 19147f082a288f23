//! Calendars as files (iCalendar): read into a calendar, with what is there already known by its uid, and written.

use jmap::Filter;
use jmap::{AccountId, CalendarId, Id};
use scheduling::Event;
use scheduling::icalendar::{self, Header, Reader};
use serde::Serialize;
use serde_json::{Value, json};
use store::{DataType, Error, EventQuery, Store, Writer};

use super::access::Access;
use super::keep::{self, NotKept};

/// Events that are written in one transaction.
const TOGETHER: usize = 500;
/// What was not read, that is told.
const MAX_PROBLEMS: usize = 100;

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// New.
    pub created: usize,
    /// There already, and newer in the file.
    pub updated: usize,
    /// There already, as new or newer than in the file.
    pub known: usize,
    /// What was not taken, or not whole, and why.
    pub problems: Vec<Problem>,
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Of which event, if that is known.
    pub uid: Option<String>,
    /// In words.
    pub why: String,
}

impl Imported {
    fn tell(&mut self, uid: Option<&str>, why: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { uid: uid.map(str::to_owned), why: why.into() });
        }
    }
}

/// Why a file was not read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is none.
    #[error("this is no calendar: {0}")]
    NoCalendar(#[from] icalendar::ReadError),
    /// The account has no such calendar.
    #[error("there is no such calendar")]
    NoSuchCalendar,
    /// What was read until then is kept.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Reads a file into a calendar of one's own. `progress` hears how many events are done, of how many.
///
/// # Errors
/// [`Unreadable`].
pub async fn import(
    store: &Store,
    account: &AccountId,
    calendar: &CalendarId,
    file: Vec<u8>,
    mut progress: impl FnMut(usize, usize) + Send,
) -> Result<Imported, Unreadable> {
    let access = Access::load(store, account, account).await?;
    if !access.calendars.contains_key(calendar) {
        return Err(Unreadable::NoSuchCalendar);
    }
    let reader = tokio::task::spawn_blocking(move || Reader::new(&file));
    let mut reader = reader.await.map_err(|error| Error::from(std::io::Error::other(error)))??;
    let total = reader.len();
    let mut imported = Imported::default();
    loop {
        // Reading and expanding is work for a processor, not for who answers others meanwhile.
        let read = tokio::task::spawn_blocking(move || {
            let batch: Vec<Event> = reader.by_ref().take(TOGETHER).flatten().collect();
            (reader, batch)
        });
        let (rest, batch) = read.await.map_err(|error| Error::from(std::io::Error::other(error)))?;
        reader = rest;
        if batch.is_empty() && reader.is_empty() {
            break;
        }
        let mut writer = store.begin(account).await?;
        for event in batch {
            take(&mut writer, &access, calendar, event, &mut imported).await?;
        }
        writer.commit().await?;
        progress(total - reader.len(), total);
    }
    for problem in std::mem::take(&mut reader.problems) {
        imported.tell(problem.uid.as_deref(), problem.why);
    }
    Ok(imported)
}

async fn take(
    writer: &mut Writer,
    access: &Access,
    calendar: &CalendarId,
    mut event: Event,
    imported: &mut Imported,
) -> Result<(), Error> {
    let ids: Vec<Id> = writer.events_by_uid(event.uid()).await?.into_iter().map(Id::from).collect();
    let records = writer.records(DataType::CalendarEvent, Some(&ids)).await?;
    let same = records.into_iter().find(|record| {
        record.body.get("recurrenceId").and_then(Value::as_str) == event.get("recurrenceId").and_then(Value::as_str)
    });
    let (id, create) = match same {
        Some(record) => {
            let stored = Event::stored(record.body);
            if (event.sequence(), event.updated()) <= (stored.sequence(), stored.updated()) {
                imported.known += 1;
                return Ok(());
            }
            // Where it is stays, and what one keeps for oneself.
            for name in jmap::calendar_event::PER_USER.into_iter().chain(["calendarIds", "isDraft"]) {
                event.remove(name);
                if let Some(value) = stored.get(name) {
                    event.set(name, value.clone());
                }
            }
            (record.id, false)
        }
        None => {
            event.set("calendarIds", json!({ calendar.as_str(): true }));
            (writer.new_id(DataType::CalendarEvent), true)
        }
    };
    match keep::put(writer, &id.into(), &event, access, create).await {
        Ok(()) if create => imported.created += 1,
        Ok(()) => imported.updated += 1,
        Err(NotKept::Refused(error)) => imported.tell(Some(event.uid()), error.to_string()),
        Err(NotKept::Store(error)) => return Err(error),
    }
    Ok(())
}

/// A calendar of one's own as a file; all of them, if none is named.
///
/// # Errors
/// The store's.
pub async fn export(store: &Store, account: &AccountId, calendar: Option<&CalendarId>) -> Result<String, Error> {
    let access = Access::load(store, account, account).await?;
    let named = calendar.and_then(|id| access.calendars.get(id));
    let text = |name: &str| named.and_then(|seen| seen.body.get(name)?.as_str().map(str::to_owned));
    let header =
        Header { name: text("name"), description: text("description"), color: text("color"), ..Header::default() };
    let condition =
        store::EventCondition { calendar_ids: calendar.map(|id| vec![id.clone()]), ..store::EventCondition::default() };
    let query = EventQuery { filter: Some(Filter::Condition(condition)), ..EventQuery::default() };
    let hits = store.query_events(account, &query).await?.events;
    let ids: Vec<Id> = hits.into_iter().map(|hit| hit.id.into()).collect();
    let records = store.records(account, DataType::CalendarEvent, Some(&ids)).await?;
    let write = tokio::task::spawn_blocking(move || {
        let mut events: Vec<Event> = records.into_iter().map(|record| Event::stored(record.body)).collect();
        events.sort_by(|a, b| (a.start(), a.uid()).cmp(&(b.start(), b.uid())));
        icalendar::write(&events, &header)
    });
    Ok(write.await.map_err(std::io::Error::other)?)
}
