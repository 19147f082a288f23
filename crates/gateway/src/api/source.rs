//! `/owlet/messages/{emailId}/source`: the message as it came, as text.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::message::{self, InAccount};
use crate::auth::Principal;
use crate::problem::Problem;
use crate::state::AppState;

/// Header fields and body, not decoded.
#[utoipa::path(get, path = "/owlet/messages/{emailId}/source", params(("emailId" = String, Path), InAccount),
    responses((status = 200, content_type = "text/plain"), (status = 404, body = Problem)))]
pub async fn show(
    State(state): State<AppState>,
    principal: Principal,
    Path(email): Path<String>,
    Query(query): Query<InAccount>,
) -> Result<Response, Problem> {
    let account = query.resolve(&principal)?;
    let (_, raw) = message::load(&state.store, &account, &email).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "private, no-cache")];
    // What is not UTF-8 is shown with replacement characters: this is to be read, not to be kept.
    Ok((headers, String::from_utf8_lossy(&raw).into_owned()).into_response())
}
