//! Calendars beside JMAP: who sees what of whose calendars ([`access`]), what an event is found by ([`index`],
//! [`words`]), how it is kept ([`keep`]) and others' changes are told ([`notify`]); scheduling by mail, out ([`outbox`])
//! and in ([`inbox`]), and rooms that answer ([`rooms`]); alerts ([`alerts`]) and who is told of them ([`reminders`]);
//! calendars as files ([`file`]), and published ([`publish`]).
//!
//! What an event is, when it takes place and what its messages mean is `owlet-scheduling`'s.

pub mod access;
pub mod alerts;
pub mod file;
pub mod inbox;
pub mod index;
pub mod keep;
pub mod notify;
pub mod outbox;
pub mod publish;
pub mod reminders;
pub mod rooms;
pub mod words;

use jmap::AccountId;
use scheduling::event::CalendarAddress;
use serde_json::Value;
use store::{DataType, Store};

/// The addresses as which the owner of an account takes part in events, and the one that is the default.
///
/// # Errors
/// The store's.
pub async fn identities(
    store: &Store,
    account: &AccountId,
) -> Result<(Vec<CalendarAddress>, Option<CalendarAddress>), store::Error> {
    let records = store.records(account, DataType::ParticipantIdentity, None).await?;
    let address = |record: &store::Record| Some(CalendarAddress::new(record.body.get("calendarAddress")?.as_str()?));
    let default = records.iter().find(|record| record.body.get("isDefault") == Some(&Value::Bool(true)));
    let default = default.and_then(address);
    Ok((records.iter().filter_map(address).collect(), default))
}
