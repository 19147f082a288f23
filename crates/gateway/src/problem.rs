//! An error as JSON (RFC 9457): what a person may read, what a program may tell apart, and nothing of the inside.
//!
//! JMAP has errors of its own (RFC 8620 §3.6); these are for the rest.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Refusal;

/// `application/problem+json`. The response's `X-Request-Id` is the reference to tell an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// For programs: `wrongPassword`, `notFound`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The HTTP status.
    status: u16,
    /// For people.
    detail: String,
}

impl Problem {
    /// An error with a name for programs and a sentence for people.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, status: status.as_u16(), detail: detail.into() }
    }

    /// Not there, or not theirs; nobody is told which.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "There is nothing here.")
    }

    /// The request does not say what it should.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", detail)
    }

    /// Our fault. The cause is logged, not told.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on the server.")
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::internal(&with_causes(&error))
    }
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::WrongPassword => Self::new(StatusCode::UNAUTHORIZED, "wrongPassword", refusal.to_string()),
            Refusal::TooManyAttempts => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "tooManyAttempts", refusal.to_string())
            }
            Refusal::Store(error) => Self::internal(&with_causes(error)),
            Refusal::Check(error) => Self::internal(error),
        }
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("600"));
        }
        response
    }
}
