//! The JMAP server: RFC 8620 (core), 8621 (mail), 8887 (WebSocket), 9404 (blobs), 9425 (quotas), 9749 (VAPID), and
//! Owlet's own `urn:x-owlet:jmap:mail` (docs/capabilities/mail.md).
//!
//! [`api`] takes a batch apart and puts its answers together, [`dispatch`] finds the method; what every type does the
//! same way is in [`arguments`], [`get`], [`set`], [`query`] and [`changes`], and then there is one file an object.
//! Who asks is [`crate::auth`]'s to say; nothing here goes past the account of the [`Principal`](crate::auth::Principal).

pub mod api;
pub mod arguments;
pub mod blob;
pub mod calendar;
pub mod calendar_event;
pub mod changes;
pub mod context;
pub mod copy;
pub mod dispatch;
pub mod download;
pub mod email;
pub mod email_submission;
pub mod event_source;
pub mod failure;
pub mod get;
pub mod identity;
pub mod json;
pub mod limits;
pub mod mailbox;
pub mod notification;
pub mod participant_identity;
pub mod patch;
pub mod principal;
pub mod push;
pub mod push_subscription;
pub mod query;
pub mod quota;
pub mod recipient;
pub mod search_snippet;
pub mod session;
pub mod set;
pub mod thread;
pub mod upload;
pub mod vacation_response;
pub mod web_socket;

use axum::routing::{any, get as on_get, post};
use axum::{Extension, Router};

use crate::state::AppState;

/// Every address of JMAP.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/.well-known/jmap", on_get(session::show))
        .route("/jmap/session", on_get(session::show))
        .route("/jmap/api", post(api::serve))
        .route("/jmap/upload/{account_id}", post(upload::serve))
        .route("/jmap/upload/{account_id}/", post(upload::serve))
        .route("/jmap/download/{account_id}/{blob_id}/{*name}", on_get(download::serve))
        .route("/jmap/eventsource", on_get(event_source::serve))
        .route("/jmap/ws", any(web_socket::serve))
        .layer(Extension(limits::Running::default()))
}

/// Starts what runs beside the requests: sending, and receiving if that is configured. Stopped when dropped.
pub fn start(state: &AppState) -> crate::delivery::Background {
    crate::delivery::start(state)
}
