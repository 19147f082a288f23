//! A calendar that is published: at an address that nobody guesses, for whoever is told it, in full or only when its
//! owner is busy.

use jmap::{AccountId, CalendarId, State};
use scheduling::Event;
use scheduling::date::Duration;
use scheduling::icalendar::{self, Header};
use serde_json::{Map, Value, json};
use store::{DataType, Error, EventCondition, EventQuery, Store};

/// The property of a Calendar (docs/capabilities/calendars.md).
pub const PROPERTY: &str = "publication";
/// How much is told.
pub const DETAILS: [&str; 2] = ["full", "freeBusy"];

/// What concerns the owner and those who take part, and nobody who is told the address.
const PRIVATE: [&str; 8] = [
    "participants",
    "organizerCalendarAddress",
    "alerts",
    "useDefaultAlerts",
    "keywords",
    "color",
    "iCalendar",
    "links",
];

/// What is kept of a publication, from what was asked for and what was kept before.
pub fn kept(before: Option<&Value>, asked: Option<&Value>, new_token: impl FnOnce() -> String) -> Value {
    let Some(detail) = asked.and_then(|asked| asked.get("detail")) else { return Value::Null };
    let token = before.and_then(|before| before.get("token")?.as_str().map(str::to_owned)).unwrap_or_else(new_token);
    json!({ "detail": detail, "token": token })
}

/// As the owner sees it.
pub fn shown(account: &AccountId, calendar: &CalendarId, kept: Option<&Value>) -> Value {
    let Some(kept) = kept.filter(|kept| !kept.is_null()) else { return Value::Null };
    let token = kept.get("token").and_then(Value::as_str).unwrap_or_default();
    json!({ "detail": kept.get("detail"), "path": format!("/owlet/published/{account}-{calendar}-{token}.ics") })
}

/// What is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Changes when the file does.
    pub state: State,
    /// iCalendar.
    pub file: String,
}

/// The calendar of a name such as `a1-c5-…`; `None` if nothing is published under it. `known` is the state that the
/// asker has: then the file is empty, if it is still the same.
///
/// # Errors
/// The store's.
pub async fn find(store: &Store, name: &str, known: Option<&str>) -> Result<Option<Published>, Error> {
    let mut parts = name.splitn(3, '-');
    let (Some(account), Some(calendar), Some(token)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(None);
    };
    let (account, calendar) = (AccountId::from(account), CalendarId::from(calendar));
    let records = match store.records(&account, DataType::Calendar, Some(&[(&calendar).into()])).await {
        Ok(records) => records,
        Err(Error::NoAccount(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(body) = records.into_iter().next().map(|record| record.body) else { return Ok(None) };
    let Some(publication) = body.get(PROPERTY).filter(|publication| is_token(publication, token)) else {
        return Ok(None);
    };
    let is_full = publication.get("detail").and_then(Value::as_str) == Some("full");
    let (events, calendars) = (DataType::CalendarEvent, DataType::Calendar);
    let state = format!("{}-{}", store.state(&account, events).await?, store.state(&account, calendars).await?);
    let state = State::from(state);
    if known == Some(state.as_str()) {
        return Ok(Some(Published { state, file: String::new() }));
    }
    let condition = EventCondition { calendar_ids: Some(vec![calendar]), ..EventCondition::default() };
    let query = EventQuery { filter: Some(jmap::Filter::Condition(condition)), ..EventQuery::default() };
    let hits = store.query_events(&account, &query).await?.events;
    let ids: Vec<jmap::Id> = hits.into_iter().map(|hit| hit.id.into()).collect();
    let records = store.records(&account, events, Some(&ids)).await?;
    let header = Header {
        name: body.get("name").and_then(Value::as_str).map(str::to_owned),
        refresh_interval: Some(Duration::seconds(3600)),
        ..Header::default()
    };
    let file = tokio::task::spawn_blocking(move || {
        let events: Vec<Event> = records.into_iter().filter_map(|record| told(record.body, is_full)).collect();
        icalendar::write(&events, &header)
    });
    Ok(Some(Published { state, file: file.await.map_err(std::io::Error::other)? }))
}

/// Compared as a whole, so that time does not tell how much of it was right.
fn is_token(publication: &Value, asked: &str) -> bool {
    let token = publication.get("token").and_then(Value::as_str).unwrap_or_default().as_bytes();
    let asked = asked.as_bytes();
    !token.is_empty()
        && token.len() == asked.len()
        && token.iter().zip(asked).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

/// What others are told of an event.
fn told(body: Map<String, Value>, is_full: bool) -> Option<Event> {
    let event = Event::stored(body);
    if event.privacy() == "secret" || event.get("isDraft") == Some(&json!(true)) {
        return None;
    }
    if is_full && event.privacy() == "public" {
        let mut map = event.into_map();
        let is_told = |pointer: &str| !PRIVATE.contains(&pointer.split('/').next().unwrap_or(pointer));
        map.retain(|name, _| is_told(name));
        if let Some(Value::Object(overrides)) = map.get_mut("recurrenceOverrides") {
            for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
                patch.retain(|pointer, _| is_told(pointer));
            }
        }
        return Some(Event::stored(map));
    }
    if event.free_busy_status() == "free" || event.is_cancelled() {
        return None;
    }
    let mut event = event.redacted();
    event.set("title", "Busy");
    Some(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(event: Value, is_full: bool, expect: Option<&str>) {
        let mut whole = json!({
            "@type": "Event", "uid": "u", "title": "Tea", "start": "2026-11-24T10:00:00",
            "participants": { "a": { "name": "Alice" } }, "description": "At four",
        });
        for (name, value) in event.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let found = told(whole.as_object().unwrap().clone(), is_full);
        assert!(found.as_ref().is_none_or(|event| event.get("participants").is_none()));
        let found = found.map(|event| format!("{} {}", event.title(), event.description()));
        assert_eq!(found.as_deref(), expect, "{event}");
    }

    #[test]
    fn others_are_told_no_more_than_they_may_know() {
        check(json!({}), true, Some("Tea At four"));
        check(json!({}), false, Some("Busy "));
        check(json!({ "privacy": "private" }), true, Some("Busy "));
        check(json!({ "privacy": "secret" }), true, None);
        check(json!({ "freeBusyStatus": "free" }), true, Some("Tea At four"));
        check(json!({ "freeBusyStatus": "free" }), false, None);
        check(json!({ "isDraft": true }), true, None);
    }
}
