//! The app: the files of `dist/`, inside the program in a release build and read from disk in a debug build.
//!
//! `cargo xtask build` has compressed them once (`name.br`, `name.gz`); here the best one that the browser takes
//! is sent as it is. A name with a hash in it never changes and is kept for ever; everything else is asked for
//! again with its ETag. An address that is no file and looks like a page of the app gets the app.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Problem;
use crate::security;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../dist"]
struct Dist;

/// Best first: the ending of the compressed file, and its name in HTTP.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

/// A file of the app, or the app for a page of it.
pub async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", "This is only read.").into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let headers = request.headers();
    let is_compressed = ENCODINGS.iter().any(|(ending, _)| path.ends_with(&format!(".{ending}")));
    if !path.is_empty()
        && path != "index.html"
        && !is_compressed
        && let Some(response) = file(path, headers)
    {
        return response;
    }
    if !is_page(path, headers) {
        return Problem::not_found().into_response();
    }
    let Some(mut response) = file("index.html", headers) else {
        let text = "The app has not been built yet: cargo xtask build\n";
        return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response();
    };
    let host = security::host(request.uri(), headers);
    if let Ok(policy) = HeaderValue::from_str(&security::app_policy(host)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in security::PAGE {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page of the app: no file name at the end, none of the prefixes that programs use, and somebody who would
/// read HTML.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let takes_html = headers
        .get(header::ACCEPT)
        .is_none_or(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html") || accept == "*/*"));
    !matches!(first, "owlet" | "jmap" | ".well-known" | "ucwa")
        && (!last.contains('.') || path == "index.html")
        && takes_html
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut encoding = None;
    let mut found: Option<EmbeddedFile> = None;
    for (ending, name) in ENCODINGS {
        if accepts(accepted, name)
            && let Some(file) = Dist::get(&format!("{path}.{ending}"))
        {
            (encoding, found) = (Some(name), Some(file));
            break;
        }
    }
    let file = found.or_else(|| Dist::get(path))?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash().get(..16)?));
    let cache = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };

    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // In a release build the bytes are borrowed from the program: nothing is copied.
        match file.data {
            std::borrow::Cow::Borrowed(bytes) => bytes::Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => bytes::Bytes::from(bytes),
        }
        .into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    answer.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// Whether `Accept-Encoding` has the encoding and does not refuse it.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        is_it && !parts.any(|parameter| matches!(parameter, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// Trunk writes `owlet-1a2b3c4d5e6f7a8b_bg.wasm`: a number of 64 bits after a hyphen, in hexadecimal digits without
/// leading zeros.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('-').skip(1).any(|piece| {
        let digits = piece.bytes().take_while(u8::is_ascii_hexdigit).count();
        (12..=16).contains(&digits) && matches!(piece.as_bytes().get(digits), Some(b'.' | b'_'))
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_trunks_hash_never_changes() {
        for (path, expect) in [
            ("owlet-1a2b3c4d5e6f7a8b_bg.wasm", true),
            ("main-0123456789abcdef.css", true),
            ("owlet-582643b6e9a1aff.js", true),
            ("photo_worker.js", false),
            ("index.html", false),
            ("some-longer-name.js", false),
            ("x-0123456789abcdef0.js", false),
        ] {
            assert_eq!(is_hashed(path), expect, "{path}");
        }
    }

    #[test]
    fn an_encoding_is_taken_unless_refused() {
        for (accepted, expect) in
            [("gzip, deflate, br", true), ("br;q=0", false), ("gzip", false), ("BR;q=0.5", true), ("", false)]
        {
            assert_eq!(accepts(accepted, "br"), expect, "{accepted}");
        }
    }

    #[test]
    fn only_a_page_gets_the_app() {
        let browser: HeaderMap =
            [(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"))].into_iter().collect();
        let script: HeaderMap = [(header::ACCEPT, HeaderValue::from_static("application/json"))].into_iter().collect();
        for (path, headers, expect) in [
            ("", &browser, true),
            ("mail/inbox/t12", &browser, true),
            ("missing.js", &browser, false),
            ("owlet/nothing", &browser, false),
            ("mail/inbox", &script, false),
        ] {
            assert_eq!(is_page(path, headers), expect, "{path}");
        }
    }
}
