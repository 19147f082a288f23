//! What the server sets: taken out of what a client sends back, and told when it is otherwise than the client said
//! (RFC 8620 §5.3).

use jmap::SetError;
use jmap::calendar_event::{COMPUTED, METADATA};
use scheduling::Event;
use serde_json::{Value, json};

use super::{Events, Object};
use crate::jmap::calendar_event::{EventRef, is_origin};

impl Events {
    /// What the server sets may be sent back as it is (RFC 8620 §5.3).
    pub(super) fn drop_unchanged(
        &self,
        reference: &EventRef,
        shown: &Event,
        base: &Event,
        patch: &mut Object,
    ) -> Result<(), SetError> {
        let id = match reference.recurrence_id {
            Some(occurrence) => EventRef::synthetic(&reference.base, occurrence),
            None => reference.base.clone(),
        };
        let base_id = reference.recurrence_id.map(|_| reference.base.as_str());
        let origin = json!(is_origin(base, &self.owner));
        let mut wrong = Vec::new();
        patch.retain(|pointer, value| {
            let is_same = match pointer.as_str() {
                "id" => *value == json!(id),
                "baseEventId" => *value == json!(base_id),
                "isOrigin" => *value == origin,
                "method" => false,
                "calendarIds" | "isDraft" if reference.recurrence_id.is_some() => {
                    base.get(pointer) == Some(value) || pointer == "isDraft" && *value == json!(false)
                }
                // The server says when; whatever the client says is no error.
                "updated" if origin == json!(true) => return false,
                _ if reference.recurrence_id.is_some()
                    && METADATA.contains(&pointer.split('/').next().unwrap_or(pointer)) =>
                {
                    false
                }
                _ => return shown.get(pointer) != Some(value) || COMPUTED.contains(&pointer.as_str()),
            };
            if !is_same {
                wrong.push(pointer.clone());
            }
            false
        });
        if wrong.is_empty() {
            return Ok(());
        }
        Err(SetError::invalid_properties(wrong.iter().map(String::as_str), "This cannot be set."))
    }
}

/// What is now otherwise than the client said: of what it did not name, and of what it named.
pub(super) fn changed_by_server(before: &Event, after: &Event, patch: &Object) -> Option<Object> {
    let mut changed = Object::new();
    for (name, value) in after.as_map() {
        let inner = format!("{name}/");
        let is_named_within = patch.keys().any(|pointer| pointer.starts_with(&inner));
        if before.get(name) != Some(value) && patch.get(name) != Some(value) && !is_named_within {
            changed.insert(name.clone(), value.clone());
        }
    }
    for name in before.as_map().keys() {
        if after.get(name).is_none()
            && before.get(name).is_some()
            && patch.get(name).is_none_or(|value| !value.is_null())
        {
            changed.insert(name.clone(), Value::Null);
        }
    }
    (!changed.is_empty()).then_some(changed)
}
