//! Result references: an argument taken from an earlier answer of the same request (RFC 8620 §3.7).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Invocation;

/// Where to find a value in an earlier answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultReference {
    /// The call id of the earlier call.
    pub result_of: String,
    /// The name that its answer must have.
    pub name: String,
    /// A JSON Pointer (RFC 6901), with `*` for each item of an array.
    pub path: String,
}

impl ResultReference {
    /// The value, or `None` if no answer has this call id and name, or the path leads nowhere.
    pub fn resolve(&self, answers: &[Invocation]) -> Option<Value> {
        let answer = answers.iter().find(|answer| answer.2 == self.result_of)?;
        if answer.0 != self.name {
            return None;
        }
        if self.path.is_empty() {
            return Some(Value::Object(answer.1.clone()));
        }
        let (first, rest) = step(&self.path)?;
        follow(answer.1.get(&unescape(first))?, rest)
    }
}

/// The first reference token and what is left; `None` if the pointer does not begin with `/`.
fn step(pointer: &str) -> Option<(&str, &str)> {
    let rest = pointer.strip_prefix('/')?;
    Some(match rest.find('/') {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    })
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn follow(value: &Value, pointer: &str) -> Option<Value> {
    if pointer.is_empty() {
        return Some(value.clone());
    }
    let (token, rest) = step(pointer)?;
    match value {
        Value::Object(members) => follow(members.get(&unescape(token))?, rest),
        Value::Array(items) if token == "*" => {
            let mut all = Vec::new();
            for item in items {
                match follow(item, rest)? {
                    Value::Array(inner) => all.extend(inner),
                    one => all.push(one),
                }
            }
            Some(Value::Array(all))
        }
        Value::Array(items) => {
            let canonical = token == "0" || !token.starts_with('0');
            let index: usize = token.parse().ok().filter(|_| canonical)?;
            follow(items.get(index)?, rest)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(path: &str, expect: Option<Value>) {
        let answers = [Invocation(
            "Foo/get".into(),
            json!({ "list": [{ "ids": ["a", "b"], "x/y": 1 }, { "ids": ["c"], "x/y": 2 }], "state": "s" })
                .as_object()
                .unwrap()
                .clone(),
            "0".into(),
        )];
        let reference = ResultReference { result_of: "0".into(), name: "Foo/get".into(), path: path.into() };
        assert_eq!(reference.resolve(&answers), expect, "{path}");
    }

    #[test]
    fn a_star_flattens_one_level() {
        check("/list/*/ids", Some(json!(["a", "b", "c"])));
        check("/list/*/x~1y", Some(json!([1, 2])));
    }

    #[test]
    fn a_path_goes_through_members_and_indices() {
        check("/state", Some(json!("s")));
        check("/list/1/ids/0", Some(json!("c")));
        check("/list/01", None);
        check("/list/2", None);
        check("/nothing", None);
        check("state", None);
    }

    #[test]
    fn the_name_must_be_that_of_the_answer() {
        let answers = [Invocation("error".into(), serde_json::Map::new(), "0".into())];
        let reference = ResultReference { result_of: "0".into(), name: "Foo/get".into(), path: String::new() };
        assert_eq!(reference.resolve(&answers), None);
    }
}
