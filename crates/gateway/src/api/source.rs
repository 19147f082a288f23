//! `/owlet/messages/{emailId}/source`: the message as it came, as text.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::message::{InAccount, Message};
use crate::problem::Problem;

/// Header fields and body, not decoded.
#[utoipa::path(get, path = "/owlet/messages/{emailId}/source", params(("emailId" = String, Path), InAccount),
    responses((status = 200, content_type = "text/plain"), (status = 404, body = Problem)))]
pub async fn show(Message { raw, .. }: Message) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "private, no-cache")];
    // What is not UTF-8 is shown with replacement characters: this is to be read, not to be kept.
    (headers, String::from_utf8_lossy(&raw).into_owned()).into_response()
}
