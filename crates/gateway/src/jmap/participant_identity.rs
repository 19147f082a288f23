//! ParticipantIdentity: as whom a person takes part in events (draft-ietf-jmap-calendars §3).

use std::collections::HashMap;

use jmap::error::SetErrorKind;
use jmap::{Id, SetError};
use serde_json::{Map, Value, json};
use store::{DataType, Record, Writer};

use super::calendar::set::set_default;
use super::context::Context;
use super::failure::{Failure, Refusal};
use super::get::Get;
use super::set::{self, Changer, Outcome, Set};
use super::{arguments, patch};

const PROPERTIES: [&str; 4] = ["id", "name", "calendarAddress", "isDefault"];

/// Octets of a name.
const MAX_NAME: usize = 255;
/// Identities of an account.
const MAX_IDENTITIES: usize = 100;

/// `ParticipantIdentity/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let store = context.store();
    let state = store.state(&asked.account_id, DataType::ParticipantIdentity).await?;
    let records = store.records(&asked.account_id, DataType::ParticipantIdentity, asked.ids.as_deref()).await?;
    let found: HashMap<Id, Map<String, Value>> =
        records.into_iter().map(|record| (record.id.clone(), object(record))).collect();
    asked.answer(state, found)
}

fn object(record: Record) -> Map<String, Value> {
    let mut object = record.body;
    object.retain(|name, _| PROPERTIES.contains(&name.as_str()));
    object.entry("name").or_insert(json!(""));
    object.entry("isDefault").or_insert(json!(false));
    object
}

/// `ParticipantIdentity/set`.
pub async fn set(context: &mut Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let new_default = arguments::take::<String>(&mut call, "onSuccessSetIsDefault")?;
    let asked = Set::read(context, call)?;
    set::set(context, asked, &mut Identities { new_default }).await
}

struct Identities {
    new_default: Option<String>,
}

impl Changer for Identities {
    const DATA_TYPE: DataType = DataType::ParticipantIdentity;

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        _: &str,
        asked: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        if let Some(name) = asked.keys().find(|name| !matches!(name.as_str(), "name" | "calendarAddress")) {
            return Err(SetError::invalid_properties([name.as_str()], "This cannot be set.").into());
        }
        if writer.records(DataType::ParticipantIdentity, None).await?.len() >= MAX_IDENTITIES {
            return Err(SetErrorKind::OverQuota.into());
        }
        let mut identity = asked.clone();
        if identity.get("name").is_none_or(Value::is_null) {
            identity.insert("name".to_owned(), json!(""));
        }
        identity.insert("isDefault".to_owned(), json!(false));
        validate(context, &identity)?;
        let id = writer.new_id(DataType::ParticipantIdentity);
        writer.put_record(DataType::ParticipantIdentity, &id, identity.clone(), true).await?;
        identity.retain(|name, value| asked.get(name) != Some(value));
        Ok((id, identity))
    }

    async fn update(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        let record = writer.get_record(DataType::ParticipantIdentity, id).await?.ok_or(SetErrorKind::NotFound)?;
        let before = object(record);
        let mut identity = patch::apply(&before, patch)?;
        if identity.remove("id").is_some_and(|same| same != json!(id)) {
            return Err(SetError::invalid_properties(["id"], "The id does not change.").into());
        }
        let fixed = ["isDefault"].into_iter().chain(patch.keys().map(String::as_str));
        let wrong: Vec<&str> = fixed
            .filter(|name| !matches!(*name, "id" | "name" | "calendarAddress"))
            .filter(|name| before.get(*name) != identity.get(*name))
            .collect();
        if !wrong.is_empty() {
            return Err(SetError::invalid_properties(wrong, "This cannot be set.").into());
        }
        if identity.get("name").is_none_or(Value::is_null) {
            identity.insert("name".to_owned(), json!(""));
        }
        validate(context, &identity)?;
        writer.put_record(DataType::ParticipantIdentity, id, identity, false).await?;
        Ok(None)
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        let record = writer.get_record(DataType::ParticipantIdentity, id).await?.ok_or(SetErrorKind::NotFound)?;
        if record.body.get("isDefault") == Some(&json!(true)) {
            return Err(SetError::new(SetErrorKind::Forbidden, "Make another the default first.").into());
        }
        writer.destroy_record(DataType::ParticipantIdentity, id).await?;
        Ok(())
    }

    async fn finish(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        match self.new_default.take().and_then(|id| context.resolve(&id)) {
            Some(id) if outcome.is_flawless() => set_default(writer, DataType::ParticipantIdentity, &id, outcome).await,
            _ => Ok(()),
        }
    }
}

/// Only one's own address: what is sent to another would be somebody else's to answer.
fn validate(context: &Context<'_>, identity: &Map<String, Value>) -> Result<(), SetError> {
    match identity.get("name") {
        Some(Value::String(name)) if name.len() <= MAX_NAME && !name.chars().any(char::is_control) => {}
        _ => return Err(SetError::invalid_properties(["name"], "A name of at most 255 octets is wanted.")),
    }
    let Some(address) = identity.get("calendarAddress").and_then(Value::as_str) else {
        return Err(SetError::invalid_properties(["calendarAddress"], "A URI is wanted."));
    };
    let is_own = address.split_once(':').is_some_and(|(scheme, address)| {
        scheme.eq_ignore_ascii_case("mailto") && address.eq_ignore_ascii_case(&context.principal.address)
    });
    if is_own { Ok(()) } else { Err(SetError::new(SetErrorKind::Forbidden, "This is not your address.")) }
}
