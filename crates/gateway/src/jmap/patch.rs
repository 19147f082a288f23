//! PatchObjects: what a client changes of a record, by JSON Pointers without their first slash (RFC 8620 §5.3).

use jmap::SetError;
use jmap::error::SetErrorKind;
use serde_json::{Map, Value};

/// The record with the patch applied; null takes away.
pub fn apply(object: &Map<String, Value>, patch: &Map<String, Value>) -> Result<Map<String, Value>, SetError> {
    for pointer in patch.keys() {
        let inner = format!("{pointer}/");
        if patch.keys().any(|other| other.starts_with(&inner)) {
            return Err(invalid(format!("{pointer} is changed as a whole and in part")));
        }
    }
    let mut patched = object.clone();
    for (pointer, value) in patch {
        let mut tokens: Vec<String> =
            pointer.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
        let Some(last) = tokens.pop() else { continue };
        let mut at = &mut patched;
        for token in &tokens {
            at = match at.get_mut(token) {
                Some(Value::Object(inner)) => inner,
                _ => return Err(invalid(format!("{pointer} leads nowhere"))),
            };
        }
        if value.is_null() && !tokens.is_empty() {
            at.remove(&last);
        } else {
            at.insert(last, value.clone());
        }
    }
    Ok(patched)
}

fn invalid(reason: String) -> SetError {
    SetError::new(SetErrorKind::InvalidPatch, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(patch: Value, expect: Option<Value>) {
        let object = json!({ "name": "n", "keywords": { "a": true, "x/y": true }, "list": [{ "b": 1 }] });
        let patched = apply(object.as_object().unwrap(), patch.as_object().unwrap());
        assert_eq!(patched.ok().map(Value::Object), expect, "{patch}");
    }

    #[test]
    fn a_patch_sets_and_takes_away() {
        check(
            json!({ "name": "m", "keywords/c": true, "keywords/x~1y": null }),
            Some(json!({ "name": "m", "keywords": { "a": true, "c": true }, "list": [{ "b": 1 }] })),
        );
    }

    #[test]
    fn a_patch_that_leads_nowhere_is_refused() {
        check(json!({ "nothing/a": 1 }), None);
        check(json!({ "list/0/b": 2 }), None);
        check(json!({ "name/a": 2 }), None);
        check(json!({ "keywords": {}, "keywords/a": null }), None);
    }
}
