//! What holds for every request and every answer: writes come from our own pages, and a browser may do with an
//! answer only what it is for.
//!
//! A handler that needs another policy sets its own header; what is set is left alone.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::session;
use crate::config::Config;
use crate::problem::Problem;
use crate::state::AppState;

/// For answers that are not pages: if a browser shows one all the same, it does nothing.
const INERT: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, INERT),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The policy of the app's page. WebSockets to the same host are named, since not every browser takes `'self'`
/// for them.
pub fn app_policy(host: Option<&str>) -> String {
    let sockets = host.and_then(plain_host).map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'{sockets}; \
         frame-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; trusted-types default; require-trusted-types-for 'script'"
    )
}

/// The host that a request is for: HTTP/2 has it in the address, HTTP/1.1 in a header.
pub fn host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    let named = || headers.get(header::HOST).and_then(|host| host.to_str().ok());
    uri.authority().map(|authority| authority.as_str()).or_else(named)
}

/// A host as it may stand in a policy; none, if somebody has put more into it.
pub fn plain_host(host: &str) -> Option<&str> {
    let is_plain =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    is_plain.then_some(host)
}

/// The other headers of the app's page.
pub const PAGE: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=(), \
         browsing-topics=()",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Refuses writes that another site's page makes a browser send, and adds the headers of every answer.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let host = host(request.uri(), request.headers()).unwrap_or_default();
    let mut response = if is_foreign(request.method(), request.headers(), host, &state.config) {
        Problem::new(StatusCode::FORBIDDEN, "foreignOrigin", "This request came from another site.").into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if state.config.is_https() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Whether a request that may change something was made by another site's page. A browser says where from; who
/// says nothing is no browser, and then a cookie is no proof of will.
fn is_foreign(method: &Method, headers: &HeaderMap, host: &str, config: &Config) -> bool {
    let is_read = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if is_read && !headers.contains_key(header::UPGRADE) {
        return false;
    }
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    if let Some(origin) = text(header::ORIGIN) {
        let is_host = origin.split_once("://").is_some_and(|(_, authority)| authority == host);
        return match &config.public_origin {
            Some(public) => origin != public && !(is_host && is_loopback(host)),
            None => !is_host,
        };
    }
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => session::token(headers, config).is_some() && !headers.contains_key(header::AUTHORIZATION),
    }
}

/// An administrator on the machine itself, past the reverse proxy.
fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(method: Method, headers: &[(&'static str, &'static str)], public: Option<&str>) -> bool {
        let config = Config { public_origin: public.map(Into::into), ..Config::default() };
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_foreign(&method, &headers, host(&Uri::from_static("/"), &headers).unwrap_or_default(), &config)
    }

    #[test]
    fn a_write_is_taken_from_our_own_pages_only() {
        let host = ("host", "127.0.0.1:8080");
        let public = Some("https://mail.example");
        for (headers, public, expect) in [
            (vec![host, ("origin", "http://127.0.0.1:8080")], None, false),
            (vec![host, ("origin", "http://evil.example")], None, true),
            (vec![host, ("origin", "null")], None, true),
            (vec![("host", "proxied"), ("origin", "https://mail.example")], public, false),
            (vec![("host", "evil.example"), ("origin", "https://evil.example")], public, true),
            (vec![host, ("sec-fetch-site", "cross-site")], None, true),
            (vec![host, ("sec-fetch-site", "same-site")], None, true),
            (vec![host, ("sec-fetch-site", "same-origin")], None, false),
            (vec![host, ("cookie", "owlet=t")], None, true),
            (vec![host, ("cookie", "owlet=t"), ("authorization", "Basic x")], None, false),
            (vec![host], None, false),
        ] {
            assert_eq!(foreign(Method::POST, &headers, public), expect, "{headers:?}");
        }
    }

    #[test]
    fn a_read_is_free_but_a_socket_is_a_write() {
        let headers = [("host", "a"), ("origin", "http://b")];
        assert!(!foreign(Method::GET, &headers, None));
        assert!(foreign(Method::GET, &[headers[0], headers[1], ("upgrade", "websocket")], None));
    }

    #[test]
    fn the_host_is_found_in_both_versions_of_http() {
        let headers: HeaderMap = [(header::HOST, HeaderValue::from_static("a.example"))].into_iter().collect();
        assert_eq!(host(&Uri::from_static("/"), &headers), Some("a.example"));
        assert_eq!(host(&Uri::from_static("https://b.example:1/"), &HeaderMap::new()), Some("b.example:1"));
    }

    #[test]
    fn a_strange_host_is_not_put_into_the_policy() {
        assert!(app_policy(Some("mail.example:8443")).contains(" wss://mail.example:8443;"));
        assert!(!app_policy(Some("a; script-src *")).contains("script-src *"));
    }
}
