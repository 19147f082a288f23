//! `/owlet/published/{name}`: a calendar that its owner has published, for whoever knows the address.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::calendar::publish;
use crate::problem::Problem;
use crate::state::AppState;

/// An iCalendar file. Nobody is asked who they are.
#[utoipa::path(get, path = "/owlet/published/{name}", params(("name" = String, Path)),
    responses((status = 200, content_type = "text/calendar"), (status = 304), (status = 404, body = Problem)))]
pub async fn show(
    State(state): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = name.strip_suffix(".ics").unwrap_or(&name);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok()).map(|tag| tag.trim_matches('"'));
    let found = publish::find(&state.store, name, known).await?.ok_or_else(Problem::not_found)?;
    let tags =
        [(header::ETAG, format!("\"{}\"", found.state)), (header::CACHE_CONTROL, "private, max-age=300".to_owned())];
    if known == Some(found.state.as_str()) {
        return Ok((StatusCode::NOT_MODIFIED, tags).into_response());
    }
    Ok((tags, [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], found.file).into_response())
}
