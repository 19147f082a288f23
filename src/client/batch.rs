//! Method calls that belong together, with references among them; and how batches of the same moment become
//! requests within the server's limits (RFC 8620 §3.3, §3.7). No I/O.

use std::collections::BTreeSet;

use jmap::{AccountId, Invocation, MethodError, Request, capability};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::ClientError;

/// A call's place in its batch; asks for its answer and lets later calls refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallIndex(usize);

/// One method call.
#[derive(Clone, Debug, PartialEq)]
struct Call {
    method: String,
    arguments: Map<String, Value>,
    /// Argument, the call it is taken from, and the path in its answer.
    references: Vec<(&'static str, CallIndex, &'static str)>,
}

/// Method calls that are sent in one request, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    calls: Vec<Call>,
    using: BTreeSet<&'static str>,
}

/// The answers to a batch, call by call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    calls: Vec<Vec<(String, Map<String, Value>)>>,
}

impl Batch {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a call for an account; `arguments` must be an object.
    pub fn call(&mut self, method: &str, account: &AccountId, arguments: Value) -> CallIndex {
        let mut arguments = match arguments {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        arguments.insert("accountId".to_owned(), json!(account));
        self.using.insert(capability_of(method));
        self.calls.push(Call { method: method.to_owned(), arguments, references: Vec::new() });
        CallIndex(self.calls.len() - 1)
    }

    /// Takes an argument of the last call from the answer of an earlier one.
    pub fn refer(&mut self, argument: &'static str, of: CallIndex, path: &'static str) {
        if let Some(call) = self.calls.last_mut() {
            call.references.push((argument, of, path));
        }
    }

    /// Declares a capability beyond those of the methods: a property of our own is asked for.
    pub fn using(&mut self, capability: &'static str) {
        self.using.insert(capability);
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// As wire calls, their ids counted from `first`.
    fn invocations(&self, first: usize) -> impl Iterator<Item = Invocation> + '_ {
        self.calls.iter().enumerate().map(move |(index, call)| {
            let mut arguments = call.arguments.clone();
            for (argument, of, path) in &call.references {
                let name = self.calls.get(of.0).map_or("", |of| of.method.as_str());
                let reference = json!({ "resultOf": (first + of.0).to_string(), "name": name, "path": path });
                arguments.insert(format!("#{argument}"), reference);
            }
            Invocation(call.method.clone(), arguments, (first + index).to_string())
        })
    }
}

/// Sets a member of an object that `json!` has begun.
pub fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

/// Whose rules a method belongs to.
fn capability_of(method: &str) -> &'static str {
    match method.split_once('/').unwrap_or_default() {
        ("Identity" | "EmailSubmission", _) => capability::SUBMISSION,
        ("VacationResponse", _) => capability::VACATION_RESPONSE,
        ("Quota", _) => capability::QUOTA,
        ("Blob", _) => capability::BLOB,
        ("Recipient", _) => capability::OWLET_MAIL,
        ("CalendarEvent", "parse") => capability::CALENDARS_PARSE,
        ("CalendarEvent", "propose" | "declineProposal" | "forward") | ("Principal", "suggestTimes") => {
            capability::OWLET_CALENDARS
        }
        ("Calendar" | "CalendarEvent" | "CalendarEventNotification" | "ParticipantIdentity", _) => {
            capability::CALENDARS
        }
        ("Principal", "getAvailability") => capability::PRINCIPALS_AVAILABILITY,
        ("Principal", _) => capability::PRINCIPALS,
        ("Core", _) => capability::CORE,
        _ => capability::MAIL,
    }
}

/// Puts batches of one moment into as few requests as the limit allows, each batch whole, all in order.
pub fn pack<T>(batches: Vec<T>, size: impl Fn(&T) -> usize, max_calls: usize) -> Vec<Vec<T>> {
    let mut requests: Vec<Vec<T>> = Vec::new();
    let mut calls = 0;
    for batch in batches {
        let more = size(&batch);
        match requests.last_mut() {
            Some(request) if calls + more <= max_calls => {
                calls += more;
                request.push(batch);
            }
            _ => {
                calls = more;
                requests.push(vec![batch]);
            }
        }
    }
    requests
}

/// The request for these batches.
pub fn request<'a>(batches: impl Iterator<Item = &'a Batch>) -> Request {
    let mut using = BTreeSet::from([capability::CORE]);
    let mut method_calls = Vec::new();
    for batch in batches {
        using.extend(&batch.using);
        let first = method_calls.len();
        method_calls.extend(batch.invocations(first));
    }
    Request { using: using.into_iter().map(str::to_owned).collect(), method_calls, created_ids: None }
}

/// Deals the answers out to the batches, given how many calls each had. An answer to no call is dropped.
pub fn deal(responses: Vec<Invocation>, sizes: &[usize]) -> Vec<Answers> {
    let mut dealt: Vec<Answers> =
        sizes.iter().map(|size| Answers { calls: (0..*size).map(|_| Vec::new()).collect() }).collect();
    for Invocation(name, arguments, id) in responses {
        let Ok(mut index) = id.parse::<usize>() else { continue };
        for answers in &mut dealt {
            if let Some(call) = answers.calls.get_mut(index) {
                call.push((name, arguments));
                break;
            }
            index -= answers.calls.len();
        }
    }
    dealt
}

/// The answer to one call.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The method failed.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// There is no answer, or not one that can be read.
    #[error("the answer cannot be read")]
    Unreadable,
}

impl From<CallError> for ClientError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Method(error) => Self::from(&error),
            CallError::Unreadable => Self::Server { reference: None },
        }
    }
}

impl Answers {
    /// Takes the answer to a call.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn take<T: DeserializeOwned>(&mut self, call: CallIndex) -> Result<T, CallError> {
        self.take_nth(call, 0)
    }

    /// Takes the nth answer to a call that has several (the implicit `Email/set` of a submission).
    ///
    /// # Errors
    /// What the server said instead.
    pub fn take_nth<T: DeserializeOwned>(&mut self, call: CallIndex, nth: usize) -> Result<T, CallError> {
        let answers = self.calls.get_mut(call.0).ok_or(CallError::Unreadable)?;
        let (name, arguments) = answers.get_mut(nth).map(std::mem::take).ok_or(CallError::Unreadable)?;
        let arguments = Value::Object(arguments);
        if name == "error" {
            let error: MethodError = serde_json::from_value(arguments).map_err(|_| CallError::Unreadable)?;
            return Err(error.into());
        }
        serde_json::from_value(arguments).map_err(|_| CallError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountId {
        AccountId::from("a1")
    }

    fn inbox() -> Batch {
        let mut batch = Batch::new();
        let query = batch.call("Email/query", &account(), json!({ "limit": 50 }));
        batch.call("Email/get", &account(), json!({ "properties": ["subject"] }));
        batch.refer("ids", query, "/ids");
        batch
    }

    #[test]
    fn references_follow_their_calls_into_a_shared_request() {
        let mut first = Batch::new();
        first.call("Identity/get", &account(), json!({}));
        let request = request([first, inbox()].iter());
        assert_eq!(
            serde_json::to_value(&request).unwrap(),
            json!({
                "using": [capability::CORE, capability::MAIL, capability::SUBMISSION],
                "methodCalls": [
                    ["Identity/get", { "accountId": "a1" }, "0"],
                    ["Email/query", { "accountId": "a1", "limit": 50 }, "1"],
                    ["Email/get", {
                        "accountId": "a1", "properties": ["subject"],
                        "#ids": { "resultOf": "1", "name": "Email/query", "path": "/ids" },
                    }, "2"],
                ],
            })
        );
    }

    fn check_pack(sizes: &[usize], max: usize, expect: &[&[usize]]) {
        assert_eq!(pack(sizes.to_vec(), |size| *size, max), expect);
    }

    #[test]
    fn batches_share_requests_up_to_the_limit_and_are_never_torn() {
        check_pack(&[1, 2, 3], 16, &[&[1, 2, 3]]);
        check_pack(&[3, 3, 3], 6, &[&[3, 3], &[3]]);
        check_pack(&[9, 1], 4, &[&[9], &[1]]);
        check_pack(&[], 4, &[]);
    }

    #[test]
    fn answers_go_to_their_batches() {
        let answer =
            |name: &str, id: &str, value: Value| Invocation(name.into(), value.as_object().unwrap().clone(), id.into());
        let mut dealt = deal(
            vec![
                answer("Foo/get", "0", json!({ "a": 1 })),
                answer("error", "1", json!({ "type": "tooManyChanges" })),
                answer("Foo/set", "2", json!({ "a": 2 })),
                answer("Bar/set", "2", json!({ "a": 3 })),
                answer("Foo/get", "9", json!({})),
            ],
            &[1, 2],
        );
        let mut second = dealt.pop().unwrap();
        let mut first = dealt.pop().unwrap();
        assert_eq!(first.take::<Value>(CallIndex(0)).unwrap(), json!({ "a": 1 }));
        assert!(matches!(second.take::<Value>(CallIndex(0)), Err(CallError::Method(_))));
        assert_eq!(second.take_nth::<Value>(CallIndex(1), 1).unwrap(), json!({ "a": 3 }));
        assert!(matches!(second.take::<Value>(CallIndex(5)), Err(CallError::Unreadable)));
    }
}
