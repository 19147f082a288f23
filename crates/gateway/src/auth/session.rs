//! The session's cookie: made, read and taken back. The store keeps its hash only.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::{TimeDelta, Utc};
use jmap::UtcDate;
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::state::AppState;

/// `__Host-` ties the cookie to this host and to HTTPS; plain HTTP on loopback cannot have that.
pub fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-owlet" } else { "owlet" }
}

/// What the store knows a session by.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The session's token, if the request has one.
pub fn token<'a>(headers: &'a HeaderMap, config: &Config) -> Option<&'a str> {
    let name = cookie_name(config);
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, token)| (key == name).then_some(token))
}

/// Sets the cookie; kept over a restart of the browser if `remember_days` says so.
pub fn set_cookie(token: &str, config: &Config, remember_days: Option<u32>) -> Option<HeaderValue> {
    let age = remember_days.map(|days| format!("; Max-Age={}", u64::from(days) * 86_400)).unwrap_or_default();
    let secure = if config.is_https() { "; Secure" } else { "" };
    let name = cookie_name(config);
    HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")).ok()
}

/// How long a session lasts from its last use.
pub fn lasts(config: &Config, remember: bool) -> TimeDelta {
    if remember {
        TimeDelta::days(config.session.remember_days.into())
    } else {
        TimeDelta::hours(config.session.idle_hours.into())
    }
}

/// Whose session it is, unless it ended. Use makes it last on.
pub async fn find(token: &str, state: &AppState) -> Result<Option<store::Account>, store::Error> {
    let (hash, now) = (token_hash(token), Utc::now());
    let Some(session) = state.store.find_session(&hash, UtcDate(now), None).await? else { return Ok(None) };
    // A session that was to be remembered has an end further away than any other.
    let remember = session.expires_at.0 - session.last_used_at.0 > lasts(&state.config, false);
    let end = now + lasts(&state.config, remember);
    if end - session.expires_at.0 > TimeDelta::minutes(10) {
        state.store.find_session(&hash, UtcDate(now), Some(UtcDate(end))).await?;
    }
    state.store.account(&session.account).await
}

/// Takes the cookie back.
pub fn clear_cookie(config: &Config) -> Option<HeaderValue> {
    set_cookie("", config, Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> Config {
        Config { public_origin: Some("https://mail.example".into()), ..Config::default() }
    }

    #[test]
    fn over_https_the_cookie_is_tied_to_the_host() {
        let cookie = set_cookie("t", &https(), None).unwrap();
        assert_eq!(cookie, "__Host-owlet=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; owlet=plain; __Host-owlet=secure"));
        assert_eq!(token(&headers, &https()), Some("secure"));
        assert_eq!(token(&headers, &Config::default()), Some("plain"));
    }
}
