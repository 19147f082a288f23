//! `/owlet/messages/{emailId}/parts/{part}`: a picture inside a message, for the message's document. The document
//! has no cookie, so the address is signed, for one account, and expires.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jmap::AccountId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::images;
use super::message::{self, Message};
use crate::message::decode;
use crate::message::mime::Mime;
use crate::pictures;
use crate::problem::Problem;
use crate::state::AppState;

/// A signed address.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Signed {
    /// Whose message.
    account: String,
    /// When the signature ends, in seconds since 1970.
    expires: i64,
    /// Over all of it.
    sig: String,
}

/// The address under which a document shows a part.
pub fn address(state: &AppState, account: &AccountId, email: &str, part: u32, expires: i64) -> String {
    let (part, expires) = (part.to_string(), expires.to_string());
    let sig = state.signer.sign(&["part", account.as_str(), email, &part, &expires]);
    format!("/owlet/messages/{email}/parts/{part}?account={account}&expires={expires}&sig={sig}")
}

/// The picture.
#[utoipa::path(get, path = "/owlet/messages/{emailId}/parts/{part}",
    params(("emailId" = String, Path), ("part" = u32, Path), Signed),
    responses((status = 200, content_type = "image/*"), (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn show(
    State(state): State<AppState>,
    Path((email, part)): Path<(String, u32)>,
    Query(signed): Query<Signed>,
) -> Result<Response, Problem> {
    let parts = ["part", &signed.account, &email, &part.to_string(), &signed.expires.to_string()];
    if !state.signer.verify(&parts, &signed.sig) || signed.expires < chrono::Utc::now().timestamp() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "badSignature", "This address is no longer good."));
    }
    let Message { raw, .. } = message::load(&state.store, AccountId::from(signed.account), &email).await?;
    let mime = Mime::parse(&raw);
    let part = mime.part(part).ok_or_else(Problem::not_found)?;
    let (content, _) = decode::content(part);
    let Some(kind) = pictures::sniff(&content) else {
        // It is there and no picture, whatever the mail says of it: nothing to show, and no failure of ours.
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    Ok((images::picture_headers(kind), content.into_owned()).into_response())
}
