//! Requests, answers and push over one WebSocket (RFC 8887). Requests are done one after the other, in order.

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::response::{IntoResponse, Response};
use jmap::RequestError;
use jmap::push::ClientFrame;
use serde_json::{Map, Value, json};

use super::limits::{MAX_SIZE_REQUEST, Running};
use super::push::Changes;
use super::{api, json};
use crate::auth::Principal;
use crate::state::AppState;

/// The subprotocol.
const JMAP: &str = "jmap";

/// `GET /jmap/ws`.
pub async fn serve(
    State(state): State<AppState>,
    principal: Principal,
    Extension(running): Extension<Running>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade
            .protocols([JMAP])
            .max_message_size(MAX_SIZE_REQUEST)
            .max_frame_size(MAX_SIZE_REQUEST)
            .on_upgrade(move |socket| talk(socket, state, principal, running)),
        Err(rejection) => rejection.into_response(),
    }
}

enum Heard {
    Frame(Message),
    Change(Value),
    End,
}

async fn talk(mut socket: WebSocket, state: AppState, principal: Principal, running: Running) {
    let mut changes: Option<Changes> = None;
    loop {
        let heard = tokio::select! {
            frame = socket.recv() => match frame {
                Some(Ok(frame)) => Heard::Frame(frame),
                Some(Err(_)) | None => Heard::End,
            },
            change = next(&mut changes) => change.map_or(Heard::End, Heard::Change),
        };
        let answer = match heard {
            Heard::End => return,
            Heard::Change(change) => Some(change),
            Heard::Frame(Message::Text(text)) => {
                frame(text.as_bytes(), &state, &principal, &running, &mut changes).await
            }
            Heard::Frame(Message::Binary(_)) => {
                let error = RequestError::new(RequestError::NOT_JSON, "JMAP is sent as text.");
                Some(problem(None, &error))
            }
            Heard::Frame(Message::Close(_)) => return,
            Heard::Frame(Message::Ping(_) | Message::Pong(_)) => None,
        };
        if let Some(answer) = answer
            && socket.send(Message::Text(answer.to_string().into())).await.is_err()
        {
            return;
        }
    }
}

async fn next(changes: &mut Option<Changes>) -> Option<Value> {
    match changes {
        Some(changes) => changes.next().await.map(|pushed| pushed.to_json()),
        None => std::future::pending().await,
    }
}

async fn frame(
    text: &[u8],
    state: &AppState,
    principal: &Principal,
    running: &Running,
    changes: &mut Option<Changes>,
) -> Option<Value> {
    let value = match json::parse(text) {
        Ok(value) => value,
        Err(error) => return Some(problem(None, &api::not_json(&error))),
    };
    let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
    match value.get("@type").and_then(Value::as_str) {
        Some("Request") => Some(match api::answer(state, principal, running, value).await {
            Ok(response) => named("Response", id, response),
            Err(error) => problem(id, &error),
        }),
        Some("WebSocketPushEnable") => {
            let Ok(ClientFrame::WebSocketPushEnable { data_types, push_state }) = serde_json::from_value(value) else {
                let error = RequestError::new(RequestError::NOT_REQUEST, "`dataTypes` is a list or null.");
                return Some(problem(id, &error));
            };
            let types = data_types.map(|types| types.into_iter().collect());
            let enabled = Changes::new(state, &principal.account_id, types);
            let missed = match push_state {
                Some(seen) => enabled.since(&seen).await.unwrap_or_else(|error| {
                    tracing::error!(error = %error, "states could not be read for push");
                    None
                }),
                None => None,
            };
            *changes = Some(enabled);
            missed.map(|change| json!(change))
        }
        Some("WebSocketPushDisable") => {
            *changes = None;
            None
        }
        _ => {
            let reason = "`@type` is Request, WebSocketPushEnable or WebSocketPushDisable.";
            Some(problem(id, &RequestError::new(RequestError::NOT_REQUEST, reason)))
        }
    }
}

/// A frame of the server. A problem that belongs to no request says so (RFC 8887 §4.3.4).
fn named(kind: &str, request_id: Option<String>, mut object: Map<String, Value>) -> Value {
    object.insert("@type".to_owned(), kind.into());
    if request_id.is_some() || kind == "RequestError" {
        object.insert("requestId".to_owned(), request_id.into());
    }
    Value::Object(object)
}

fn problem(request_id: Option<String>, error: &RequestError) -> Value {
    let object = match json!(error) {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    named("RequestError", request_id, object)
}
