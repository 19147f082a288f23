//! `/owlet/images`: a picture on somebody else's server, fetched by the gateway for a message's document. The
//! address is signed by [`super::body`]: nobody makes us fetch what they like.

use axum::extract::{Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use url::Url;
use utoipa::IntoParams;

use crate::pictures::Error;
use crate::problem::Problem;
use crate::state::AppState;

/// A signed address.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Signed {
    /// Of the picture.
    url: String,
    /// When the signature ends, in seconds since 1970.
    expires: i64,
    /// Over both.
    sig: String,
}

/// The address under which a document shows a remote picture.
pub fn address(state: &AppState, url: &str, expires: i64) -> String {
    let sig = state.signer.sign(&["image", url, &expires.to_string()]);
    let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
    format!("/owlet/images?url={url}&expires={expires}&sig={sig}")
}

/// The picture.
#[utoipa::path(get, path = "/owlet/images", params(Signed),
    responses((status = 200, content_type = "image/*"), (status = 403, body = Problem), (status = 502, body = Problem)))]
pub async fn show(State(state): State<AppState>, Query(signed): Query<Signed>) -> Result<Response, Problem> {
    let parts = ["image", &signed.url, &signed.expires.to_string()];
    if !state.signer.verify(&parts, &signed.sig) || signed.expires < chrono::Utc::now().timestamp() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "badSignature", "This address is no longer good."));
    }
    let url = Url::parse(&signed.url).map_err(|_| Problem::invalid("This is no address."))?;
    let (kind, bytes) = state.pictures.fetch(&url).await.map_err(|error| {
        tracing::debug!(%error, "a remote picture was not fetched");
        let status = match error {
            Error::Off | Error::NotPublic => StatusCode::FORBIDDEN,
            Error::Failed(_) | Error::Status(_) | Error::TooLarge | Error::NotAPicture => StatusCode::BAD_GATEWAY,
        };
        Problem::new(status, "noPicture", "The picture could not be fetched.")
    })?;
    Ok((picture_headers(kind), bytes).into_response())
}

/// For a picture in a message's document: that runs in a sandbox, so to the browser it is of another origin.
pub fn picture_headers(kind: &'static str) -> [(HeaderName, &'static str); 4] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ]
}
