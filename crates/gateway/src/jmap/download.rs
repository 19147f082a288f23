//! Downloads (RFC 8620 §6.2). What people sent each other must never run as a page of ours: the type is not guessed,
//! scripts are off, and what a browser could run is only saved.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jmap::BlobId;
use serde::Deserialize;

use crate::auth::Principal;
use crate::message::part;
use crate::state::AppState;

/// What the URL says beside the path.
#[derive(Debug, Default, Deserialize)]
pub struct Options {
    /// The type that the client wants to be told.
    #[serde(default)]
    accept: Option<String>,
}

/// `GET /jmap/download/{accountId}/{blobId}/{name}?accept={type}`.
pub async fn serve(
    State(state): State<AppState>,
    principal: Principal,
    Path((account, blob_id, name)): Path<(String, String, String)>,
    Query(options): Query<Options>,
    headers: HeaderMap,
) -> Response {
    if account != principal.account_id.as_str() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let blob_id = BlobId::from(blob_id);
    let bytes = match content(&state, &principal, &blob_id).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(error = %error, "a blob could not be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    // A blob never changes: its id is its tag.
    let tag = format!("\"{blob_id}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let media_type = options
        .accept
        .filter(|media_type| media_type.contains('/') && HeaderValue::from_str(media_type).is_ok())
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let (status, bytes, range) = match headers.get(header::RANGE).and_then(|value| value.to_str().ok()) {
        Some(range) => match part_of(range, bytes.len()) {
            Part::Whole => (StatusCode::OK, bytes, None),
            Part::Range(start, end) => {
                let shown = format!("bytes {start}-{}/{}", end.saturating_sub(1), bytes.len());
                (StatusCode::PARTIAL_CONTENT, bytes.slice(start..end), Some(shown))
            }
            Part::Unsatisfiable => {
                let shown = format!("bytes */{}", bytes.len());
                return (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, shown)]).into_response();
            }
        },
        None => (StatusCode::OK, bytes, None),
    };
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, media_type.clone()),
            (header::CONTENT_DISPOSITION, disposition(&media_type, &name)),
            (header::CONTENT_SECURITY_POLICY, policy(&media_type).to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::CACHE_CONTROL, "private, immutable, max-age=31536000".to_owned()),
            (header::ETAG, tag),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
        ],
        bytes,
    )
        .into_response();
    if let Some(Ok(range)) = range.map(|range| HeaderValue::from_str(&range)) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

async fn content(state: &AppState, principal: &Principal, id: &BlobId) -> Result<Option<Bytes>, store::Error> {
    let Some((stored, numbers)) = part::locate(id) else { return Ok(None) };
    let Some(raw) = state.store.blob(&principal.account_id, &stored).await? else { return Ok(None) };
    if numbers.is_empty() {
        return Ok(Some(raw));
    }
    Ok(part::content(&raw, &numbers).map(|(bytes, _)| bytes))
}

/// What a browser shows without running anything in it.
fn is_shown(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_media = ["image/", "audio/", "video/"].iter().any(|prefix| media_type.starts_with(prefix));
    (is_media && media_type != "image/svg+xml") || media_type == "application/pdf" || media_type == "text/plain"
}

fn disposition(media_type: &str, name: &str) -> String {
    let kind = if is_shown(media_type) { "inline" } else { "attachment" };
    let name = name.trim_matches('/');
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

fn policy(media_type: &str) -> &'static str {
    if media_type.starts_with("application/pdf") {
        // A browser's PDF viewer does not start in a sandbox; it runs no script in our origin.
        "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
    } else {
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox; frame-ancestors 'self'"
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Range(usize, usize),
    Unsatisfiable,
}

/// One range is answered; several are answered by the whole (RFC 9110 §14.2 allows that).
fn part_of(range: &str, size: usize) -> Part {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Part::Whole;
    };
    let (start, end) = match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(start), Ok(last)) if last >= start => (start, last.saturating_add(1).min(size)),
        (Ok(start), Err(_)) if last.trim().is_empty() => (start, size),
        (Err(_), Ok(count)) if first.trim().is_empty() => (size.saturating_sub(count), size),
        _ => return Part::Whole,
    };
    if start >= end { Part::Unsatisfiable } else { Part::Range(start, end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_cut_out() {
        for (range, expect) in [
            ("bytes=0-1", Part::Range(0, 2)),
            ("bytes=8-", Part::Range(8, 10)),
            ("bytes=-3", Part::Range(7, 10)),
            ("bytes=5-99", Part::Range(5, 10)),
            ("bytes=10-", Part::Unsatisfiable),
            ("bytes=0-1,3-4", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(part_of(range, 10), expect, "{range}");
        }
    }

    #[test]
    fn what_could_run_is_only_saved() {
        for media_type in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "text/xml"] {
            assert!(disposition(media_type, "x").starts_with("attachment"), "{media_type}");
        }
        assert_eq!(
            disposition("image/png", "nä\"ive\r\n.png"),
            "inline; filename=\"n__ive__.png\"; filename*=UTF-8''n%C3%A4%22ive%0D%0A.png"
        );
    }
}
