//! Identity: as whom a person may send (RFC 8621 §6).

use std::collections::HashMap;

use jmap::email::EmailAddress;
use jmap::error::SetErrorKind;
use jmap::{Id, SetError};
use serde_json::{Map, Value, json};
use store::{DataType, Record, Writer};

use super::context::Context;
use super::failure::{Failure, Refusal};
use super::get::Get;
use super::patch;
use super::set::{self, Changer, Set};

const PROPERTIES: [&str; 8] = ["id", "name", "email", "replyTo", "bcc", "textSignature", "htmlSignature", "mayDelete"];

/// Octets of a signature.
const MAX_SIGNATURE: usize = 100_000;

/// `Identity/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let state = context.store().state(&asked.account_id, DataType::Identity).await?;
    let records = context.store().records(&asked.account_id, DataType::Identity, asked.ids.as_deref()).await?;
    let found: HashMap<Id, Map<String, Value>> =
        records.into_iter().map(|record| (record.id.clone(), object(record))).collect();
    asked.answer(state, found)
}

fn object(record: Record) -> Map<String, Value> {
    let mut object = record.body;
    object.retain(|name, _| PROPERTIES.contains(&name.as_str()));
    for (name, default) in defaults() {
        object.entry(name).or_insert(default);
    }
    object
}

fn defaults() -> [(&'static str, Value); 6] {
    [
        ("name", json!("")),
        ("replyTo", Value::Null),
        ("bcc", Value::Null),
        ("textSignature", json!("")),
        ("htmlSignature", json!("")),
        ("mayDelete", json!(false)),
    ]
}

/// `Identity/set`.
pub async fn set(context: &mut Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Set::read(context, call)?;
    set::set(context, asked, &mut Identities).await
}

struct Identities;

impl Changer for Identities {
    const DATA_TYPE: DataType = DataType::Identity;

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        _: &str,
        asked: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        if let Some(unsettable) = asked.keys().find(|name| is_unsettable(name)) {
            return Err(SetError::invalid_properties([unsettable.as_str()], "This cannot be set.").into());
        }
        let mut identity = asked.clone();
        for (name, default) in defaults() {
            identity.entry(name).or_insert(default);
        }
        identity.insert("mayDelete".to_owned(), json!(true));
        validate(&identity)?;
        let email = identity.get("email").and_then(Value::as_str).unwrap_or_default();
        if !email.eq_ignore_ascii_case(&context.principal.address) {
            return Err(SetError::new(SetErrorKind::ForbiddenFrom, "You may not send from this address.").into());
        }
        let id = writer.new_id(DataType::Identity);
        writer.put_record(DataType::Identity, &id, identity.clone(), true).await?;
        identity.retain(|name, _| !asked.contains_key(name));
        Ok((id, identity))
    }

    async fn update(
        &mut self,
        _: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        let record = writer.get_record(DataType::Identity, id).await?.ok_or(SetErrorKind::NotFound)?;
        let current = object(record);
        let mut identity = patch::apply(&current, patch)?;
        let mut wrong = Vec::new();
        for (name, value) in patch {
            let is_same = match name.as_str() {
                "id" => *value == json!(id),
                "email" | "mayDelete" => current.get(name) == Some(value),
                _ => !is_unsettable(name),
            };
            if !is_same {
                wrong.push(name.as_str());
            }
        }
        if !wrong.is_empty() {
            return Err(SetError::invalid_properties(wrong, "This cannot be changed.").into());
        }
        identity.remove("id");
        for (name, default) in defaults() {
            if identity.get(name).is_none_or(Value::is_null) {
                identity.insert(name.to_owned(), default);
            }
        }
        validate(&identity)?;
        writer.put_record(DataType::Identity, id, identity, false).await?;
        Ok(None)
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        let record = writer.get_record(DataType::Identity, id).await?.ok_or(SetErrorKind::NotFound)?;
        if object(record).get("mayDelete") != Some(&Value::Bool(true)) {
            return Err(SetError::new(SetErrorKind::Forbidden, "The identity of the account itself stays.").into());
        }
        writer.destroy_record(DataType::Identity, id).await?;
        Ok(())
    }
}

fn is_unsettable(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or(name);
    !PROPERTIES.contains(&first) || first == "id" || first == "mayDelete"
}

fn validate(identity: &Map<String, Value>) -> Result<(), SetError> {
    let wrong = |property: &str, reason: &str| Err(SetError::invalid_properties([property], reason));
    for name in ["name", "textSignature", "htmlSignature"] {
        match identity.get(name) {
            Some(Value::String(text)) if text.len() <= MAX_SIGNATURE => {}
            _ => return wrong(name, "A text is wanted."),
        }
    }
    if !identity.get("email").and_then(Value::as_str).is_some_and(|email| email.contains('@')) {
        return wrong("email", "An address is wanted.");
    }
    for name in ["replyTo", "bcc"] {
        let value = identity.get(name).cloned().unwrap_or_default();
        if serde_json::from_value::<Option<Vec<EmailAddress>>>(value).is_err() {
            return wrong(name, "A list of addresses or null is wanted.");
        }
    }
    Ok(())
}
