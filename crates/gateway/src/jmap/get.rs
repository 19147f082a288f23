//! `Foo/get` for any type (RFC 8620 §5.1).

use std::collections::{HashMap, HashSet};

use jmap::error::MethodErrorKind;
use jmap::method::GetResponse;
use jmap::{AccountId, Id, MethodError, State};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::arguments;
use super::context::Context;
use super::failure::Failure;
use super::limits::MAX_OBJECTS_IN_GET;

/// The standard arguments.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Get {
    /// Where.
    pub account_id: AccountId,
    /// All, if null.
    #[serde(default)]
    pub ids: Option<Vec<Id>>,
    /// All, if null.
    #[serde(default)]
    pub properties: Option<Vec<String>>,
}

impl Get {
    /// Reads and checks the arguments; `known` are the properties of the type.
    pub fn read(context: &Context<'_>, call: Map<String, Value>, known: &[&str]) -> Result<Self, Failure> {
        let mut get: Self = arguments::read(call)?;
        context.check_account(&get.account_id)?;
        get.ids = get.ids.map(|ids| unique(context, ids)).transpose()?;
        if let Some(unknown) = get.properties.iter().flatten().find(|name| !known.contains(&name.as_str())) {
            return Err(MethodError::invalid_arguments(format!("there is no property {unknown}")).into());
        }
        Ok(get)
    }

    /// The answer from what was found, by id.
    pub fn answer(
        self,
        state: State,
        mut found: HashMap<Id, Map<String, Value>>,
    ) -> Result<Map<String, Value>, Failure> {
        let mut not_found = Vec::new();
        let mut list = Vec::new();
        match self.ids {
            None => {
                if found.len() > MAX_OBJECTS_IN_GET {
                    return Err(MethodErrorKind::RequestTooLarge.into());
                }
                let mut all: Vec<_> = found.into_iter().collect();
                all.sort_by(|(a, _), (b, _)| (a.as_str().len(), a).cmp(&(b.as_str().len(), b)));
                list.extend(all.into_iter().map(|(id, object)| select(id, object, self.properties.as_deref())));
            }
            Some(ids) => {
                for id in ids {
                    match found.remove(&id) {
                        Some(object) => list.push(select(id, object, self.properties.as_deref())),
                        None => not_found.push(id),
                    }
                }
            }
        }
        arguments::answer(&GetResponse { account_id: self.account_id, state, list, not_found })
    }
}

/// Each id once, creation ids resolved; not more than the limit.
pub fn unique(context: &Context<'_>, ids: Vec<Id>) -> Result<Vec<Id>, Failure> {
    if ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut seen = HashSet::new();
    let resolved = ids.into_iter().map(|id| context.resolve(id.as_str()).unwrap_or(id));
    Ok(resolved.filter(|id| seen.insert(id.clone())).collect())
}

fn select(id: Id, object: Map<String, Value>, properties: Option<&[String]>) -> Map<String, Value> {
    let mut selected = match properties {
        None => object,
        Some(names) => object.into_iter().filter(|(name, _)| names.contains(name)).collect(),
    };
    selected.insert("id".to_owned(), id.as_str().into());
    selected
}
