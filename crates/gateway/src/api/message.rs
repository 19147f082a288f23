//! One message for the addresses under `/owlet/messages/{emailId}`: found, if it is theirs who ask.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jmap::{AccountId, EmailId};
use serde::Deserialize;
use store::{EmailRow, Store};
use utoipa::IntoParams;

use crate::auth::Principal;
use crate::problem::Problem;
use crate::state::AppState;

/// In which account.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct InAccount {
    /// Another account than one's own.
    pub account: Option<String>,
}

impl InAccount {
    /// The account, if this person may read it.
    pub fn resolve(&self, principal: &Principal) -> Result<AccountId, Problem> {
        match &self.account {
            None => Ok(principal.account_id.clone()),
            Some(account) if *account == principal.account_id.as_str() => Ok(principal.account_id.clone()),
            Some(_) => Err(Problem::not_found()),
        }
    }
}

/// The message that the address names: found, and theirs who ask. As an argument of a handler it answers for itself
/// where it is not.
#[derive(Debug)]
pub struct Message {
    /// Whose.
    pub account: AccountId,
    /// What the store knows of it.
    pub email: EmailRow,
    /// Its octets.
    pub raw: Bytes,
}

impl FromRequestParts<AppState> for Message {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let Path(email) =
            Path::<String>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let Query(asked) =
            Query::<InAccount>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let account = asked.resolve(&principal).map_err(IntoResponse::into_response)?;
        load(&state.store, account, &email).await.map_err(IntoResponse::into_response)
    }
}

/// A message of an account, for who has the right to it already.
pub async fn load(store: &Store, account: AccountId, id: &str) -> Result<Message, Problem> {
    let id = EmailId::from(id);
    let email = store.emails(&account, std::slice::from_ref(&id)).await?.pop().ok_or_else(Problem::not_found)?;
    let raw = store.blob(&account, &email.blob_id).await?.ok_or_else(Problem::not_found)?;
    Ok(Message { account, email, raw })
}

/// Octets to keep under a name. `Content-Disposition` as RFC 6266 has it: plain for old programs, UTF-8 for the
/// rest.
pub fn attachment(bytes: impl Into<axum::body::Body>, media_type: &'static str, name: &str) -> Response {
    let mut response = bytes.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let plain: String = file_name(name)
        .chars()
        .map(|letter| if letter.is_ascii() && !matches!(letter, '"' | '\\') { letter } else { '_' })
        .collect();
    let coded: String = url::form_urlencoded::byte_serialize(file_name(name).as_bytes()).collect();
    let coded = coded.replace('+', "%20");
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A name that is a name on every system: no folder, nothing invisible, not too long.
pub fn file_name(name: &str) -> Cow<'_, str> {
    let is_bad = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter) || is_invisible(letter);
    let trimmed = name.trim().trim_matches('.');
    let fits = trimmed.len() <= 180;
    if fits && !trimmed.is_empty() && !trimmed.contains(is_bad) {
        return Cow::Borrowed(trimmed);
    }
    let mut clean: String = trimmed.chars().map(|letter| if is_bad(letter) { '_' } else { letter }).collect();
    if clean.len() > 180 {
        let ending = clean.rsplit_once('.').map(|(_, ending)| ending.to_owned()).filter(|e| e.len() < 10);
        clean.truncate(clean.floor_char_boundary(160));
        if let Some(ending) = ending {
            clean = format!("{clean}.{ending}");
        }
    }
    if clean.is_empty() { Cow::Borrowed("unnamed") } else { Cow::Owned(clean) }
}

/// Marks that turn the direction of text and so hide an ending: `gpj.exe`.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_a_name_everywhere() {
        for (name, expect) in [
            ("Lighting plan.pdf", "Lighting plan.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a\r\nb", "a__b"),
            ("", "unnamed"),
            ("..", "unnamed"),
            ("cv\u{202e}fdp.exe", "cv_fdp.exe"),
        ] {
            assert_eq!(file_name(name), expect, "{name:?}");
        }
        assert!(file_name(&format!("{}.pdf", "ä".repeat(300))).ends_with(".pdf"));
    }
}
