//! `/owlet/calendars/{calendarId}.ics`: a calendar of one's own as a file.

use axum::extract::{Path, State};
use axum::response::Response;
use jmap::CalendarId;

use super::message::attachment;
use crate::auth::Principal;
use crate::calendar::access::Access;
use crate::calendar::file;
use crate::problem::Problem;
use crate::state::AppState;

/// An iCalendar file under the calendar's name.
#[utoipa::path(get, path = "/owlet/calendars/{file}", params(("file" = String, Path)),
    responses((status = 200, content_type = "text/calendar"), (status = 404, body = Problem)))]
pub async fn export(
    State(state): State<AppState>,
    principal: Principal,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let account = &principal.account_id;
    let calendar = CalendarId::from(name.strip_suffix(".ics").unwrap_or(&name));
    let access = Access::load(&state.store, account, account).await?;
    let seen = access.calendars.get(&calendar).ok_or_else(Problem::not_found)?;
    let title = seen.body.get("name").and_then(serde_json::Value::as_str).unwrap_or("calendar").to_owned();
    let text = file::export(&state.store, account, Some(&calendar)).await?;
    Ok(attachment(text, "text/calendar; charset=utf-8", &format!("{title}.ics")))
}
