//! `/owlet/messages/{emailId}/body`: the message as a page to look at, made to be framed in a sandbox without scripts.
//!
//! [`crate::html`] makes it; here its pictures get their addresses and the answer its own policy.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use jmap::{AccountId, EmailId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::message::{InAccount, Message};
use super::{images, parts};
use crate::html::{self, Answer, Document, Format, Part, Picture, Pictures, Scheme};
use crate::message::mime::{self, Mime};
use crate::message::{body, decode, header as field};
use crate::problem::Problem;
use crate::security;
use crate::state::AppState;

/// How many pictures were left out.
pub const WITHHELD: HeaderName = HeaderName::from_static("x-owlet-withheld-images");

/// More HTML than this is cut off: nobody reads it, and no browser likes it.
const MAX_TEXT: usize = 8_000_000;

/// How the message is to look.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct Look {
    /// `1` shows pictures from other people's servers.
    images: Option<String>,
    /// `dark` turns the colours; `light` and `original` leave them.
    scheme: Option<String>,
}

/// The page. `X-Owlet-Withheld-Images` and `data-withheld-images` on its body say how many pictures were left out.
#[utoipa::path(get, path = "/owlet/messages/{emailId}/body", params(("emailId" = String, Path), InAccount, Look),
    responses((status = 200, content_type = "text/html"), (status = 404, body = Problem)))]
pub async fn show(
    State(state): State<AppState>,
    message: Message,
    Query(look): Query<Look>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sender = message.email.envelope.from.as_ref().and_then(|from| from.first());
    let wants_images = match sender {
        _ if look.images.as_deref() == Some("1") => true,
        Some(sender) => state.store.is_trusted_sender(&message.account, &sender.email).await?,
        None => false,
    };
    let scheme = if look.scheme.as_deref() == Some("dark") { Scheme::Dark } else { Scheme::Light };
    let shows_remote = wants_images && state.pictures.is_on();
    let document = tokio::task::spawn_blocking(move || render(&state, &message, scheme, shows_remote))
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(answer(document, security::host(&uri, &headers)))
}

fn answer(document: Document, host: Option<&str>) -> Response {
    let withheld = HeaderValue::from(document.withheld);
    let mut response = document.html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // A message never changes; what is trusted may. Ten minutes cover going to the next message and back.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=600"));
    headers.insert(header::VARY, HeaderValue::from_static("Cookie, Authorization"));
    headers.insert(WITHHELD, withheld);
    if let Ok(policy) = HeaderValue::from_str(&policy(host)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Nothing runs, by the sandbox and by the policy; nothing is fetched but pictures from here. The page keeps its origin
/// so that the app around it can measure it and take its keys; without scripts it can do nothing with that. The host is
/// named beside `'self'` for who frames it without an origin.
fn policy(host: Option<&str>) -> String {
    let host = host.and_then(security::plain_host).map(|host| format!(" {host}")).unwrap_or_default();
    format!(
        "default-src 'none'; img-src 'self'{host} data:; style-src 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'; \
         sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
}

/// Makes the page of a message; takes as long as the message is large.
fn render(state: &AppState, message: &Message, scheme: Scheme, shows_remote: bool) -> Document {
    let mime = Mime::parse(&message.raw);
    // The same address until the day after tomorrow, so that a browser has each picture once.
    let day = 86_400;
    let expires = (chrono::Utc::now().timestamp() / day + 2) * day;
    let pictures = Addresses {
        state: state.clone(),
        account: message.account.clone(),
        email: message.email.id.clone(),
        inside: mime.parts.iter().flat_map(names).collect(),
        expires,
        shows_remote,
    };
    let shown: Vec<Part> = body::bodies(&mime)
        .html
        .into_iter()
        .filter_map(|index| mime.parts.get(index))
        .filter_map(|part| pictures.shown(part))
        .collect();
    html::document(&shown, scheme, Arc::new(pictures))
}

struct Addresses {
    state: AppState,
    account: AccountId,
    email: EmailId,
    /// The number of a part by what the message calls it.
    inside: HashMap<String, u32>,
    expires: i64,
    shows_remote: bool,
}

impl Addresses {
    fn shown(&self, part: &mime::Part<'_>) -> Option<Part> {
        if part.media_type.starts_with("text/") {
            let (mut text, _) = decode::text(part);
            text.truncate(text.floor_char_boundary(MAX_TEXT));
            return Some(match part.media_type.as_str() {
                "text/html" => Part::Html(text),
                _ => Part::Plain(text, format(part)),
            });
        }
        if part.media_type.starts_with("image/") {
            let name = body::name(part).unwrap_or_default();
            return Some(Part::Picture { address: self.address(part.number?), name });
        }
        None
    }

    fn address(&self, part: u32) -> String {
        parts::address(&self.state, &self.account, self.email.as_str(), part, self.expires)
    }
}

impl Pictures for Addresses {
    fn resolve(&self, picture: Picture<'_>) -> Answer {
        match picture {
            Picture::Inside(name) => match self.inside.get(name).or_else(|| self.inside.get(&percent_decoded(name))) {
                Some(part) => Answer::Show(self.address(*part)),
                None => Answer::Missing,
            },
            Picture::Remote(_) if !self.shows_remote => Answer::Withhold,
            Picture::Remote(url) => Answer::Show(images::address(&self.state, url, self.expires)),
        }
    }
}

/// What a message may call a part: its Content-ID, which stands in angle brackets, and its Content-Location.
fn names(part: &mime::Part<'_>) -> Vec<(String, u32)> {
    let Some(number) = part.number else { return Vec::new() };
    let text = |field: &str| part.field(field).map(|value| String::from_utf8_lossy(value).trim().to_owned());
    let id = text("content-id").map(|id| id.trim_start_matches('<').trim_end_matches('>').to_owned());
    id.into_iter().chain(text("content-location")).map(|name| (name, number)).collect()
}

fn percent_decoded(text: &str) -> String {
    let coded = text.replace('+', "%2B");
    url::form_urlencoded::parse(coded.as_bytes()).next().map_or_else(String::new, |(name, value)| {
        if value.is_empty() && !text.contains('=') { name.into_owned() } else { format!("{name}={value}") }
    })
}

/// Whether lines flow (RFC 3676).
fn format(part: &mime::Part<'_>) -> Format {
    let Some(kind) = part.field("content-type").and_then(field::content_type) else { return Format::default() };
    let is = |name: &str, value: &str| kind.parameter(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    Format { flowed: is("format", "flowed"), del_sp: is("delsp", "yes") }
}
