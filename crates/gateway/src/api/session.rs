//! `/owlet/session`: signing in, who is signed in, signing out.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use jmap::UtcDate;
use serde::{Deserialize, Serialize};
use store::NewSession;
use utoipa::ToSchema;

use crate::auth::{Accepts, Principal, password, principal, session};
use crate::problem::Problem;
use crate::state::AppState;

/// What a person types.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    /// Their address.
    username: String,
    /// The account's own password.
    password: String,
    /// Stay signed in after the browser is closed.
    #[serde(default)]
    remember: bool,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Their account in JMAP.
    account_id: String,
    /// Their address.
    address: String,
    /// Their name.
    name: String,
}

impl From<Principal> for SignedIn {
    fn from(principal: Principal) -> Self {
        Self { account_id: principal.account_id.to_string(), address: principal.address, name: principal.name }
    }
}

/// Who is signed in; to a page of ours 204 if nobody is, since a browser writes every 401 on its console.
#[utoipa::path(get, path = "/owlet/session",
    responses((status = 200, body = SignedIn), (status = 204), (status = 401, body = Problem)))]
pub async fn show(principal: Result<Principal, Response>, headers: HeaderMap) -> Response {
    let is_page = headers.contains_key("sec-fetch-site");
    let mut response = match principal {
        Ok(principal) => Json(SignedIn::from(principal)).into_response(),
        Err(refusal) if is_page && refusal.status() == StatusCode::UNAUTHORIZED => {
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => refusal,
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Signs in and sets the cookie.
#[utoipa::path(post, path = "/owlet/session", request_body = SignIn,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    parts: Parts,
    Json(sign_in): Json<SignIn>,
) -> Result<Response, Problem> {
    let from = principal::client_address(&parts, &state);
    let account = state
        .credentials
        .verify(&state.store, &sign_in.username, &sign_in.password, from, Accepts::AccountPassword)
        .await
        .map_err(|refusal| Problem::from(&refusal))?;
    let token = password::token().map_err(|error| Problem::internal(&error))?;
    let now = Utc::now();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    state
        .store
        .create_session(
            NewSession {
                token_hash: session::token_hash(&token),
                account: account.id.clone(),
                user_agent: agent.chars().take(200).collect(),
                expires_at: UtcDate(now + session::lasts(&state.config, sign_in.remember)),
            },
            UtcDate(now),
        )
        .await?;
    metrics::counter!("owlet_sign_ins_total").increment(1);
    let days = sign_in.remember.then_some(state.config.session.remember_days);
    let mut response = Json(SignedIn::from(Principal::from(account))).into_response();
    if let Some(cookie) = session::set_cookie(&token, &state.config, days) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Signs out, and has the browser forget what it kept of this person's mail.
#[utoipa::path(delete, path = "/owlet/session", responses((status = 204)))]
pub async fn end(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session::token(&headers, &state.config) {
        state.store.delete_session(&session::token_hash(token)).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = session::clear_cookie(&state.config) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}
