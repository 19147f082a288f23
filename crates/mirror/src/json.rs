//! JSON texts in and out of values. Always by way of [`Value`]: then each type is read and written by one piece of code,
//! not by one for texts and another for parts of answers, and the app, which reads and writes all its texts so, is a tenth
//! smaller.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a text; `None` if it is none of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value: Value = serde_json::from_str(text).ok()?;
    serde_json::from_value(value).ok()
}

/// Writes a text; `None` for what JSON has no words for, such as a map whose keys are no texts.
pub fn write<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value).ok().map(|value| value.to_string())
}
