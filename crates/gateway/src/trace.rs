//! One line and one measure a request: its id, method, route, status and time. No address, no query, no body.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tracing::Instrument as _;

use crate::state::AppState;

/// The response header with the id of a request: the reference that a person tells an administrator.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the line and the measure around a router.
pub fn layer(router: Router<AppState>) -> Router<AppState> {
    router.layer(from_fn(record))
}

async fn record(request: Request, next: Next) -> Response {
    let id = request_id();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "app".to_owned(), |route| route.as_str().to_owned());
    let started = Instant::now();
    let span = tracing::info_span!("request", %id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    span.in_scope(|| {
        if status >= 500 {
            tracing::error!(status, millis = seconds * 1000.0, "answered");
        } else {
            tracing::debug!(status, millis = seconds * 1000.0, "answered");
        }
    });
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::counter!("owlet_requests_total", &labels).increment(1);
    metrics::histogram!("owlet_request_seconds", &labels).record(seconds);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Short enough to read out.
fn request_id() -> String {
    let mut bytes = [0; 6];
    // An id that is not random is still an id.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
