//! The API: a batch of method calls in, the batch of their answers out (RFC 8620 §3). Over HTTP here; the WebSocket
//! uses [`answer`] too.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jmap::{Id, Invocation, RequestError};
use serde_json::{Map, Value};

use super::context::Context;
use super::limits::{Kind, MAX_CALLS_IN_REQUEST, MAX_CONCURRENT_REQUESTS, MAX_SIZE_REQUEST, Running};
use super::{arguments, dispatch, json, session};
use crate::auth::Principal;
use crate::state::AppState;

/// `POST /jmap/api`.
pub async fn serve(
    State(state): State<AppState>,
    principal: Principal,
    Extension(running): Extension<Running>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return problem(&RequestError::new(RequestError::NOT_JSON, "Send it as application/json."));
    }
    let Ok(body) = axum::body::to_bytes(body, MAX_SIZE_REQUEST).await else {
        let reason = format!("A request has at most {MAX_SIZE_REQUEST} octets.");
        return problem(&RequestError::limit("maxSizeRequest", reason));
    };
    let result = match json::parse(&body) {
        Ok(request) => answer(&state, &principal, &running, request).await,
        Err(error) => Err(not_json(&error)),
    };
    match result {
        Ok(response) => ([(header::CACHE_CONTROL, "no-store")], Json(response)).into_response(),
        Err(error) => problem(&error),
    }
}

/// A problem with a whole request, as RFC 7807 has it.
pub fn problem(error: &RequestError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = serde_json::to_vec(error).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

/// The body cannot be read.
pub fn not_json(error: &serde_json::Error) -> RequestError {
    RequestError::new(RequestError::NOT_JSON, format!("This is not I-JSON: {error}."))
}

struct Batch {
    using: BTreeSet<String>,
    calls: Vec<Invocation>,
    created: Option<BTreeMap<Id, Id>>,
}

/// The Response object for a Request object.
pub async fn answer(
    state: &AppState,
    principal: &Principal,
    running: &Running,
    request: Value,
) -> Result<Map<String, Value>, RequestError> {
    let _turn = running.begin(&principal.account_id, Kind::Request, MAX_CONCURRENT_REQUESTS).ok_or_else(|| {
        RequestError::limit("maxConcurrentRequests", format!("At most {MAX_CONCURRENT_REQUESTS} requests at a time."))
    })?;
    let batch = read(request)?;
    let returns_created = batch.created.is_some();
    let mut context = Context {
        state,
        principal,
        using: batch.using,
        created: batch.created.unwrap_or_default(),
        shared: BTreeSet::new(),
    };
    let mut answers: Vec<Invocation> = Vec::with_capacity(batch.calls.len());
    for Invocation(name, call, call_id) in batch.calls {
        let result = match arguments::with_references(call, &answers) {
            Ok(call) => dispatch::call(&mut context, &name, call).await.map_err(|failure| failure.0),
            Err(error) => Err(error),
        };
        match result {
            Ok(made) => {
                answers.extend(made.into_iter().map(|(name, answer)| Invocation(name, answer, call_id.clone())))
            }
            Err(error) => {
                let error = match serde_json::to_value(&error) {
                    Ok(Value::Object(error)) => error,
                    _ => Map::new(),
                };
                answers.push(Invocation("error".to_owned(), error, call_id));
            }
        }
    }
    let mut response = Map::new();
    let answers = answers.into_iter().map(|Invocation(name, answer, call_id)| {
        Value::Array(vec![Value::String(name), Value::Object(answer), Value::String(call_id)])
    });
    response.insert("methodResponses".to_owned(), answers.collect());
    if returns_created {
        let created = context.created.iter().map(|(from, to)| (from.to_string(), Value::from(to.as_str()))).collect();
        response.insert("createdIds".to_owned(), Value::Object(created));
    }
    response.insert("sessionState".to_owned(), session::state_of(state, principal).await.as_str().into());
    Ok(response)
}

/// Takes a Request object apart (RFC 8620 §3.3).
fn read(request: Value) -> Result<Batch, RequestError> {
    let not_request = |reason: &str| RequestError::new(RequestError::NOT_REQUEST, reason);
    let Value::Object(mut request) = request else { return Err(not_request("A request is an object.")) };
    let using: BTreeSet<String> = request
        .remove("using")
        .and_then(|using| serde_json::from_value(using).ok())
        .ok_or_else(|| not_request("`using` is a list of capabilities."))?;
    let calls: Vec<Invocation> = request
        .remove("methodCalls")
        .and_then(|calls| serde_json::from_value(calls).ok())
        .ok_or_else(|| not_request("`methodCalls` is a list of [name, arguments, call id]."))?;
    let created = match request.remove("createdIds") {
        None | Some(Value::Null) => None,
        Some(created) => {
            Some(serde_json::from_value(created).map_err(|_| not_request("`createdIds` is a map of ids."))?)
        }
    };
    if let Some(unknown) = using.iter().find(|uri| !session::CAPABILITIES.contains(&uri.as_str())) {
        return Err(RequestError::new(
            RequestError::UNKNOWN_CAPABILITY,
            format!("The capability {unknown} is not known here."),
        ));
    }
    if calls.len() > MAX_CALLS_IN_REQUEST {
        let reason = format!("A request has at most {MAX_CALLS_IN_REQUEST} calls.");
        return Err(RequestError::limit("maxCallsInRequest", reason));
    }
    Ok(Batch { using, calls, created })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(request: Value, expect: Option<&str>) {
        assert_eq!(read(request.clone()).err().map(|error| error.kind), expect.map(str::to_owned), "{request}");
    }

    #[test]
    fn a_request_is_read_or_refused_with_its_reason() {
        let core = "urn:ietf:params:jmap:core";
        check(json!({ "using": [core], "methodCalls": [["Core/echo", {}, "0"]] }), None);
        check(json!({ "using": [core], "methodCalls": [], "createdIds": { "a": "b" }, "unknown": 1 }), None);
        check(json!([]), Some(RequestError::NOT_REQUEST));
        check(json!({ "methodCalls": [] }), Some(RequestError::NOT_REQUEST));
        check(json!({ "using": [core] }), Some(RequestError::NOT_REQUEST));
        check(json!({ "using": [core], "methodCalls": [["Core/echo", {}]] }), Some(RequestError::NOT_REQUEST));
        check(json!({ "using": [core], "methodCalls": [["Core/echo", [], "0"]] }), Some(RequestError::NOT_REQUEST));
        check(json!({ "using": ["urn:x"], "methodCalls": [] }), Some(RequestError::UNKNOWN_CAPABILITY));
        let many: Vec<Value> = (0..65).map(|n| json!(["Core/echo", {}, n.to_string()])).collect();
        check(json!({ "using": [core], "methodCalls": many }), Some(RequestError::LIMIT));
    }
}
