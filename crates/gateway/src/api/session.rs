//! `/owlet/session`: signing in, who is signed in, signing out.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use jmap::{Session, UtcDate};
use serde::{Deserialize, Serialize};
use store::{Credential, NewSession};
use utoipa::ToSchema;

use crate::auth::principal::is_page;
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

/// All that a page needs to begin: one request instead of three.
#[derive(Debug, Serialize, ToSchema)]
pub struct Beginning {
    /// The organisation's name.
    organisation: String,
    /// Absent if nobody is signed in.
    #[serde(flatten)]
    signed_in: Option<SignedIn>,
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
    /// Their JMAP session (RFC 8620 §2).
    #[schema(value_type = Object)]
    jmap: Session,
}

/// What a page begins with.
async fn beginning(
    state: &AppState,
    principal: Option<Principal>,
    headers: &HeaderMap,
) -> Result<Json<Beginning>, Problem> {
    let organisation = match &state.config.organisation.name {
        Some(name) => name.clone(),
        None => state.store.domain().await?.unwrap_or_default(),
    };
    let signed_in = match principal {
        None => None,
        Some(principal) => Some(SignedIn {
            account_id: principal.account_id.to_string(),
            jmap: crate::jmap::session::of(state, &principal, headers).await?,
            address: principal.address,
            name: principal.name,
        }),
    };
    Ok(Json(Beginning { organisation, signed_in }))
}

/// Who is signed in. To a page of ours also that nobody is, since a browser writes every 401 on its console.
#[utoipa::path(get, path = "/owlet/session",
    responses((status = 200, body = Beginning), (status = 401, body = Problem)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Result<Principal, Response>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut response = match principal {
        Ok(principal) => beginning(&state, Some(principal), &headers).await?.into_response(),
        Err(refusal) if is_page(&headers) && refusal.status() == StatusCode::UNAUTHORIZED => {
            beginning(&state, None, &headers).await?.into_response()
        }
        Err(refusal) => refusal,
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Signs in and sets the cookie.
#[utoipa::path(post, path = "/owlet/session", request_body = SignIn,
    responses((status = 200, body = Beginning), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    parts: Parts,
    Json(sign_in): Json<SignIn>,
) -> Result<Response, Problem> {
    let from = principal::client_address(&parts, &state);
    let (account, _) = state
        .credentials
        .verify(&state.store, &sign_in.username, &sign_in.password, from, Accepts::AccountPassword)
        .await
        .map_err(|refusal| Problem::from(&refusal))?;
    let token = password::token().map_err(|error| Problem::internal(&error))?;
    let token_hash = session::token_hash(&token);
    let now = Utc::now();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    state
        .store
        .create_session(
            NewSession {
                token_hash,
                account: account.id.clone(),
                user_agent: agent.chars().take(200).collect(),
                expires_at: UtcDate(now + session::lasts(&state.config, sign_in.remember)),
            },
            UtcDate(now),
        )
        .await?;
    metrics::counter!("owlet_sign_ins_total").increment(1);
    let days = sign_in.remember.then_some(state.config.session.remember_days);
    let mut response = beginning(&state, Some(Principal::new(account, Credential::Session(token_hash))), &parts.headers).await?.into_response();
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
