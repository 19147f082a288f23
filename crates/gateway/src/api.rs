//! The small JSON API under `/owlet`, for what JMAP has no words for: signing in, applications' passwords, what a
//! person chose, and a message as a page to look at. Described by `/owlet/openapi.json`.
//!
//! Signed in by cookie or HTTP Basic, like JMAP.

pub mod application_passwords;
pub mod attachments;
pub mod body;
pub mod calendars;
pub mod images;
pub mod message;
pub mod parts;
pub mod published;
pub mod session;
pub mod settings;
pub mod source;

use axum::Router;
use axum::routing::{delete, get};
use axum::{Json, extract::DefaultBodyLimit};
use utoipa::OpenApi;

use crate::state::AppState;

/// Octets of a JSON body here; JMAP has limits of its own.
const MAX_BODY: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(title = "Owlet", description = "What JMAP has no words for."),
    paths(
        session::show,
        session::create,
        session::end,
        application_passwords::list,
        application_passwords::create,
        application_passwords::remove,
        settings::show,
        settings::replace,
        body::show,
        source::show,
        attachments::all,
        parts::show,
        images::show,
        calendars::export,
        published::show,
    ),
    components(schemas(crate::problem::Problem))
)]
struct Description;

/// Every address under `/owlet`.
pub fn router() -> Router<AppState> {
    let routes = Router::new()
        .route("/session", get(session::show).post(session::create).delete(session::end))
        .route("/application-passwords", get(application_passwords::list).post(application_passwords::create))
        .route("/application-passwords/{id}", delete(application_passwords::remove))
        .route("/settings", get(settings::show).put(settings::replace))
        .route("/messages/{email_id}/body", get(body::show))
        .route("/messages/{email_id}/source", get(source::show))
        .route("/messages/{email_id}/attachments.zip", get(attachments::all))
        .route("/messages/{email_id}/parts/{part}", get(parts::show))
        .route("/images", get(images::show))
        .route("/calendars/{file}", get(calendars::export))
        .route("/published/{name}", get(published::show))
        .route("/openapi.json", get(|| async { Json(Description::openapi()) }))
        .layer(DefaultBodyLimit::max(MAX_BODY));
    Router::new().nest("/owlet", routes)
}
