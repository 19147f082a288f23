//! Tells the owner of an account what others did to its events (CalendarEventNotification), in the transaction that
//! does it.

use chrono::Utc;
use jmap::calendar_event_notification::{Kind, Person};
use jmap::{Id, UtcDate};
use scheduling::{Event, patch};
use serde_json::{Map, Value, json};
use store::{DataType, Error, Writer};

/// Notifications that an account has at most; the oldest go.
const MAX_NOTIFICATIONS: usize = 500;

/// What was done, and by whom.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    /// Who.
    pub by: Person,
    /// What they said to it.
    pub comment: Option<String>,
    /// The event.
    pub event: &'a Id,
    /// As it was; `None`: it is new.
    pub before: Option<&'a Event>,
    /// As it is; `None`: it is gone.
    pub after: Option<&'a Event>,
}

/// Tells the owner of the writer's account.
///
/// # Errors
/// The store's.
pub async fn notify(writer: &mut Writer, notice: Notice<'_>) -> Result<(), Error> {
    let Notice { by, comment, event, before, after } = notice;
    let kind = match (before, after) {
        (None, Some(_)) => Kind::Created,
        (Some(_), Some(_)) => Kind::Updated,
        (Some(_), None) => Kind::Destroyed,
        (None, None) => return Ok(()),
    };
    let Some(shown) = before.or(after) else { return Ok(()) };
    let now = UtcDate::from_millis(Utc::now().timestamp() * 1000);
    let mut body = Map::new();
    for (name, value) in [
        ("created", json!(now)),
        ("changedBy", json!(by)),
        ("comment", json!(comment)),
        ("type", json!(kind)),
        ("calendarEventId", json!(event)),
        ("event", Value::Object(jscalendar(shown))),
    ] {
        body.insert(name.to_owned(), value);
    }
    if let Some(after) = after {
        body.insert("isDraft".to_owned(), json!(after.get("isDraft") == Some(&json!(true))));
        if let Some(before) = before {
            let changed = patch::diff(&jscalendar(before), &jscalendar(after));
            if changed.is_empty() {
                return Ok(());
            }
            body.insert("eventPatch".to_owned(), Value::Object(changed));
        }
    }
    let mut known = writer.records(DataType::CalendarEventNotification, None).await?;
    known.sort_by_key(|record| record.modseq);
    let too_many = (known.len() + 1).saturating_sub(MAX_NOTIFICATIONS);
    for old in known.into_iter().take(too_many) {
        writer.destroy_record(DataType::CalendarEventNotification, &old.id).await?;
    }
    let id = writer.new_id(DataType::CalendarEventNotification);
    writer.put_record(DataType::CalendarEventNotification, &id, body, true).await
}

/// Once the owner changes an event themselves, they know what became of it.
///
/// # Errors
/// The store's.
pub async fn is_known(writer: &mut Writer, event: &Id) -> Result<(), Error> {
    let about = json!(event);
    for record in writer.records(DataType::CalendarEventNotification, None).await? {
        if record.body.get("calendarEventId") == Some(&about) {
            writer.destroy_record(DataType::CalendarEventNotification, &record.id).await?;
        }
    }
    Ok(())
}

/// Without what JMAP adds.
fn jscalendar(event: &Event) -> Map<String, Value> {
    let mut map = event.as_map().clone();
    map.retain(|name, _| !jmap::calendar_event::METADATA.contains(&name.as_str()));
    map
}
