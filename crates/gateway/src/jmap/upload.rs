//! Uploads (RFC 8620 §6.1).

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jmap::blob::UploadResponse;
use jmap::{AccountId, RequestError};

use super::api::problem;
use super::limits::{Kind, MAX_CONCURRENT_UPLOAD, Running};
use crate::auth::Principal;
use crate::state::AppState;

/// `POST /jmap/upload/{accountId}`.
pub async fn serve(
    State(state): State<AppState>,
    principal: Principal,
    Extension(running): Extension<Running>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if account != principal.account_id.as_str() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(_turn) = running.begin(&principal.account_id, Kind::Upload, MAX_CONCURRENT_UPLOAD) else {
        let reason = format!("At most {MAX_CONCURRENT_UPLOAD} uploads at a time.");
        return problem(&RequestError { status: 429, ..RequestError::limit("maxConcurrentUpload", reason) });
    };
    let max = state.config.limits.upload_bytes;
    let Ok(bytes) = axum::body::to_bytes(body, usize::try_from(max).unwrap_or(usize::MAX)).await else {
        let reason = format!("An upload has at most {max} octets.");
        return problem(&RequestError { status: 413, ..RequestError::limit("maxSizeUpload", reason) });
    };
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .filter(|media_type| !media_type.is_empty())
        .unwrap_or("application/octet-stream")
        .to_owned();
    let size = bytes.len() as u64;
    match state.store.put_blob(&principal.account_id, bytes, Some(&media_type)).await {
        Ok(blob_id) => {
            let account_id = AccountId::from(account);
            (StatusCode::CREATED, Json(UploadResponse { account_id, blob_id, media_type, size })).into_response()
        }
        Err(error) => {
            tracing::error!(error = %error, "an upload could not be kept");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
