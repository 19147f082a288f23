//! VacationResponse: the answer while one is away (RFC 8621 §8). Sending it is [`crate::delivery`]'s.

use std::collections::HashMap;

use jmap::error::SetErrorKind;
use jmap::{Id, SetError, UtcDate};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{DataType, Writer};

use super::context::Context;
use super::failure::{Failure, Refusal};
use super::get::Get;
use super::patch;
use super::set::{self, Changer, Set};

/// The id of the one there is.
pub const SINGLETON: &str = "singleton";

const PROPERTIES: [&str; 7] = ["id", "isEnabled", "fromDate", "toDate", "subject", "textBody", "htmlBody"];

/// `VacationResponse/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let store = context.store();
    let state = store.state(&asked.account_id, DataType::VacationResponse).await?;
    let ids = [Id::from(SINGLETON)];
    let record = store.records(&asked.account_id, DataType::VacationResponse, Some(&ids)).await?.pop();
    let body = record.map(|record| record.body).unwrap_or_default();
    asked.answer(state, HashMap::from([(Id::from(SINGLETON), with_defaults(body))]))
}

/// `VacationResponse/set`.
pub async fn set(context: &mut Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked = Set::read(context, call)?;
    set::set(context, asked, &mut Singleton).await
}

fn with_defaults(mut object: Map<String, Value>) -> Map<String, Value> {
    object.retain(|name, _| PROPERTIES.contains(&name.as_str()) && name != "id");
    for name in PROPERTIES.iter().filter(|name| **name != "id") {
        let default = if *name == "isEnabled" { json!(false) } else { Value::Null };
        object.entry(*name).or_insert(default);
    }
    object
}

struct Singleton;

impl Changer for Singleton {
    const DATA_TYPE: DataType = DataType::VacationResponse;

    async fn create(
        &mut self,
        _: &Context<'_>,
        _: &mut Writer,
        _: &str,
        _: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        Err(SetErrorKind::Singleton.into())
    }

    async fn update(
        &mut self,
        _: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        if id.as_str() != SINGLETON {
            return Err(SetErrorKind::NotFound.into());
        }
        let record = writer.get_record(DataType::VacationResponse, id).await?;
        let is_new = record.is_none();
        let current = with_defaults(record.map(|record| record.body).unwrap_or_default());
        let mut response = patch::apply(&current, patch)?;
        if response.remove("id").is_some_and(|id| id != json!(SINGLETON)) {
            return Err(SetError::invalid_properties(["id"], "The id does not change.").into());
        }
        validate(&response)?;
        writer.put_record(DataType::VacationResponse, id, response, is_new).await?;
        Ok(None)
    }

    async fn destroy(&mut self, _: &Context<'_>, _: &mut Writer, id: &Id) -> Result<(), Refusal> {
        Err(if id.as_str() == SINGLETON { SetErrorKind::Singleton } else { SetErrorKind::NotFound }.into())
    }
}

fn validate(response: &Map<String, Value>) -> Result<(), SetError> {
    for (name, value) in response {
        let is_valid = match name.as_str() {
            "isEnabled" => value.is_boolean(),
            "fromDate" | "toDate" => Option::<UtcDate>::deserialize(value).is_ok(),
            "subject" | "textBody" | "htmlBody" => value.is_null() || value.is_string(),
            _ => false,
        };
        if !is_valid {
            return Err(SetError::invalid_properties([name.as_str()], "This property cannot have this value."));
        }
    }
    Ok(())
}
