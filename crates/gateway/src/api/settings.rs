//! `/owlet/settings`: what a person chose, as one JSON object that the app owns. The gateway reads one key of it:
//! `trustedSenders`, whose remote pictures are shown without asking.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::auth::Principal;
use crate::problem::Problem;
use crate::state::AppState;

const KEY: &str = "app";
const TRUSTED: &str = "trustedSenders";
const MAX_BYTES: usize = 64 * 1024;
const MAX_TRUSTED: usize = 5_000;

/// What was chosen; `{"trustedSenders": []}` before anything was.
#[utoipa::path(get, path = "/owlet/settings", responses((status = 200, body = Object)))]
pub async fn show(State(state): State<AppState>, principal: Principal) -> Result<Json<Map<String, Value>>, Problem> {
    let kept = state.store.setting(&principal.account_id, KEY).await?;
    let mut settings = match kept {
        Some(Value::Object(settings)) => settings,
        _ => Map::new(),
    };
    let trusted = state.store.trusted_senders(&principal.account_id).await?;
    settings.insert(TRUSTED.to_owned(), trusted.into());
    Ok(Json(settings))
}

/// Puts another object in its place. Without `trustedSenders` these stay as they are.
#[utoipa::path(put, path = "/owlet/settings", request_body = Object,
    responses((status = 204), (status = 400, body = Problem), (status = 413, body = Problem)))]
pub async fn replace(
    State(state): State<AppState>,
    principal: Principal,
    Json(mut settings): Json<Map<String, Value>>,
) -> Result<StatusCode, Problem> {
    let account = &principal.account_id;
    let trusted = settings.remove(TRUSTED).map(serde_json::from_value::<BTreeSet<String>>).transpose();
    let trusted = trusted.map_err(|_| Problem::invalid("trustedSenders is a list of addresses."))?;
    let settings = Value::Object(settings);
    let is_large = settings.to_string().len() > MAX_BYTES;
    if is_large || trusted.as_ref().is_some_and(|trusted| trusted.len() > MAX_TRUSTED) {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "tooLarge", "There are too many settings."));
    }
    state.store.set_setting(account, KEY, Some(&settings)).await?;
    if let Some(trusted) = trusted {
        let trusted: BTreeSet<String> = trusted.iter().map(|sender| sender.trim().to_lowercase()).collect();
        let kept = state.store.trusted_senders(account).await?;
        let kept: BTreeSet<String> = kept.iter().map(|sender| sender.to_lowercase()).collect();
        for sender in trusted.difference(&kept) {
            state.store.set_trusted_sender(account, sender, true).await?;
        }
        for sender in kept.difference(&trusted) {
            state.store.set_trusted_sender(account, sender, false).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
