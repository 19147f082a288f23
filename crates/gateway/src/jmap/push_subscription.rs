//! PushSubscription (RFC 8620 §7.2), refused: this server pushes by event source and WebSocket, and calls no URLs that
//! clients name. So there are none to get, and each that a client wants to create is refused with the reason.

use jmap::error::{MethodErrorKind, SetErrorKind, SetErrors};
use jmap::{Id, SetError};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::arguments;
use super::failure::Failure;
use super::limits::{MAX_OBJECTS_IN_GET, MAX_OBJECTS_IN_SET};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Get {
    #[serde(default)]
    ids: Option<Vec<Id>>,
    #[serde(default)]
    properties: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Set {
    #[serde(default)]
    create: Option<Map<String, Value>>,
    #[serde(default)]
    update: Option<Map<String, Value>>,
    #[serde(default)]
    destroy: Option<Vec<Id>>,
}

/// `PushSubscription/get`.
pub fn get(call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Get = arguments::read(call)?;
    if asked.properties.iter().flatten().any(|name| name == "url" || name == "keys") {
        return Err(MethodErrorKind::Forbidden.into());
    }
    let ids = asked.ids.unwrap_or_default();
    if ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    arguments::answer(&json!({ "list": [], "notFound": ids }))
}

/// `PushSubscription/set`.
pub fn set(call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Set = arguments::read(call)?;
    let count = |map: &Option<Map<String, Value>>| map.as_ref().map_or(0, Map::len);
    if count(&asked.create) + count(&asked.update) + asked.destroy.iter().flatten().count() > MAX_OBJECTS_IN_SET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let not_there = |ids: Vec<Id>| -> Option<SetErrors> {
        let errors: SetErrors = ids.into_iter().map(|id| (id, SetErrorKind::NotFound.into())).collect();
        (!errors.is_empty()).then_some(errors)
    };
    let not_created: SetErrors =
        asked.create.unwrap_or_default().into_iter().map(|(id, wanted)| (Id::from(id), refusal(&wanted))).collect();
    arguments::answer(&json!({
        "created": null,
        "updated": null,
        "destroyed": null,
        "notCreated": (!not_created.is_empty()).then_some(not_created),
        "notUpdated": not_there(asked.update.unwrap_or_default().into_iter().map(|(id, _)| Id::from(id)).collect()),
        "notDestroyed": not_there(asked.destroy.unwrap_or_default()),
    }))
}

fn refusal(wanted: &Value) -> SetError {
    if !wanted.get("deviceClientId").is_some_and(Value::is_string) {
        return SetError::invalid_properties(["deviceClientId"], "A text is wanted.");
    }
    if !wanted.get("url").and_then(Value::as_str).is_some_and(|url| url.starts_with("https://")) {
        return SetError::invalid_properties(["url"], "A URL that begins with https:// is wanted.");
    }
    SetError::new(SetErrorKind::Forbidden, "This server pushes by event source and WebSocket only.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: Value, expect: SetErrorKind) {
        let call = json!({ "create": { "a": wanted }, "destroy": ["p1"] });
        let answer = set(call.as_object().unwrap().clone()).unwrap();
        assert_eq!(answer["notCreated"]["a"]["type"], expect.as_str());
        assert_eq!(answer["notDestroyed"]["p1"]["type"], "notFound");
    }

    #[test]
    fn a_subscription_is_refused_with_its_reason() {
        check(json!({ "deviceClientId": "x", "url": "http://x.example" }), SetErrorKind::InvalidProperties);
        check(json!({ "deviceClientId": "x", "url": "https://x.example" }), SetErrorKind::Forbidden);
        check(json!(7), SetErrorKind::InvalidProperties);
    }

    #[test]
    fn urls_and_keys_are_never_shown() {
        let get = |call: Value| get(call.as_object().unwrap().clone());
        assert_eq!(get(json!({ "properties": ["url"] })), Err(MethodErrorKind::Forbidden.into()));
        assert_eq!(get(json!({ "ids": ["p1"] })).unwrap()["notFound"], json!(["p1"]));
    }
}
