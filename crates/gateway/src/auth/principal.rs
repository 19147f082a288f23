//! The extractor that tells a handler who is asking, or answers 401.
//!
//! Whether a write came from our own pages is not asked here: `security` asks it of every request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jmap::AccountId;
use store::Credential;

use super::{Accepts, Refusal, session};
use crate::problem::Problem;
use crate::state::AppState;

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Their own account.
    pub account_id: AccountId,
    /// Its address.
    pub address: String,
    /// Their name.
    pub name: String,
    /// How they showed it.
    pub credential: Credential,
}

impl Principal {
    /// Whose account it is.
    pub fn new(account: store::Account, credential: Credential) -> Self {
        Self { account_id: account.id, address: account.address, name: account.name, credential }
    }
}

impl FromRequestParts<AppState> for Principal {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let found = identify(parts, state).await.map_err(|refusal| refuse(&refusal, &parts.headers))?;
        parts.extensions.insert(found.clone());
        Ok(found)
    }
}

async fn identify(parts: &Parts, state: &AppState) -> Result<Principal, Refusal> {
    if let Some((address, password)) = basic(&parts.headers) {
        let from = client_address(parts, state);
        let (account, credential) =
            state.credentials.verify(&state.store, &address, &password, from, Accepts::ApplicationPassword).await?;
        return Ok(Principal::new(account, credential));
    }
    if let Some(token) = session::token(&parts.headers, &state.config)
        && let Some(account) = session::find(token, state).await?
    {
        return Ok(Principal::new(account, Credential::Session(session::token_hash(token))));
    }
    Err(Refusal::WrongPassword)
}

/// 401, with the challenge that makes other clients send a password, but not to our own pages: a browser
/// would answer it with a dialog of its own.
fn refuse(refusal: &Refusal, headers: &HeaderMap) -> Response {
    let mut response = match refusal {
        Refusal::WrongPassword => {
            Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "Sign in first.").into_response()
        }
        other => Problem::from(other).into_response(),
    };
    if response.status() == StatusCode::UNAUTHORIZED && !is_page(headers) {
        let challenge = HeaderValue::from_static("Basic realm=\"Owlet\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Whether a page asks, as browsers (and scripts that pretend to be one) say.
pub fn is_page(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key("x-requested-with")
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (address, password) = decoded.split_once(':')?;
    Some((address.to_owned(), password.to_owned()))
}

/// Where the request came from: the peer, or whom a reverse proxy on this machine names last.
pub fn client_address(parts: &Parts, state: &AppState) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
    if !peer.to_canonical().is_loopback() || state.config.public_origin.is_none() {
        return peer;
    }
    parts
        .headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|address| address.trim().parse().ok())
        .unwrap_or(peer)
}
