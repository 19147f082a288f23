//! The arguments of a call: result references put in, then read into types (RFC 8620 §3.7, §5).

use jmap::error::MethodErrorKind;
use jmap::reference::ResultReference;
use jmap::{Invocation, MethodError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::failure::Failure;

/// The arguments with each `#name` replaced by what it refers to.
pub fn with_references(
    arguments: Map<String, Value>,
    answers: &[Invocation],
) -> Result<Map<String, Value>, MethodError> {
    if !arguments.keys().any(|name| name.starts_with('#')) {
        return Ok(arguments);
    }
    let mut resolved = Map::new();
    for (name, value) in &arguments {
        let Some(plain) = name.strip_prefix('#') else {
            resolved.insert(name.clone(), value.clone());
            continue;
        };
        if arguments.contains_key(plain) {
            return Err(MethodError::invalid_arguments(format!("{plain} is given twice, once as a reference")));
        }
        let not_found =
            || MethodError::new(MethodErrorKind::InvalidResultReference, format!("{name} refers to nothing"));
        let reference = ResultReference::deserialize(value).map_err(|_| not_found())?;
        resolved.insert(plain.to_owned(), reference.resolve(answers).ok_or_else(not_found)?);
    }
    Ok(resolved)
}

/// Reads arguments into their type.
pub fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| MethodError::invalid_arguments(error.to_string()).into())
}

/// Takes one argument out, so that the rest are those of the standard method.
pub fn take<T: DeserializeOwned>(arguments: &mut Map<String, Value>, name: &str) -> Result<Option<T>, Failure> {
    match arguments.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value)
            .map(Some)
            .map_err(|error| MethodError::invalid_arguments(format!("{name}: {error}")).into()),
    }
}

/// An answer as JSON.
pub fn answer<T: serde::Serialize>(value: &T) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(MethodErrorKind::ServerFail.into()),
    }
}
