//! One message to one URL, as an application server of RFC 8030: encrypted if the client gave keys, signed, and what
//! the push service says to it taken for what it means. Whom to tell of what, and when to try again, is
//! [`dispatcher`](super::dispatcher)'s.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::{Response, StatusCode, header};
use url::Url;

use super::encryption::Keys;
use super::guard::{self, Guard};
use super::vapid::Vapid;

/// Octets of an answer that are read, so that its connection can be used again; of a longer one it cannot.
const MAX_ANSWER: usize = 4096;

/// Where to push to.
pub struct Endpoint {
    /// Checked by the [`Guard`] once more.
    pub url: Url,
    /// To encrypt with.
    pub keys: Option<Keys>,
}

/// What to push.
#[derive(Clone, Debug)]
pub struct Message {
    /// JSON.
    pub payload: Bytes,
    /// How long a push service keeps it for a device that is away.
    pub ttl: Duration,
    /// Whether it is worth a device's battery.
    pub urgency: Urgency,
    /// It takes the place of an earlier one of the same topic that a device has not heard yet. At most 32 characters
    /// of URL-safe base64.
    pub topic: Option<String>,
}

/// RFC 8030 §5.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Can wait for power or Wi-Fi.
    Low,
    /// Like a chat or a mail.
    Normal,
    /// Somebody is waiting.
    High,
}

impl Urgency {
    fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The push service has it.
    Accepted,
    /// There is no such subscription any more.
    Gone,
    /// Too many: not before this time, and fewer from then on.
    TooMany(Option<Duration>),
    /// Not now; at the earliest after this time.
    Later(Option<Duration>),
    /// It was not taken, and it is not known why it should be later.
    Refused(u16),
    /// The push service is not to be reached.
    Unreachable,
    /// It may not be reached, or the message cannot be sent.
    Impossible(&'static str),
}

/// Sends. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    guard: Guard,
    vapid: Arc<Vapid>,
    contact: Option<Arc<str>>,
}

impl Sender {
    /// `contact` is whom a push service may tell of trouble: a `mailto:` or `https:` URL.
    pub fn new(guard: Guard, vapid: Arc<Vapid>, contact: Option<String>) -> Self {
        Self { guard, vapid, contact: contact.map(Arc::from) }
    }

    /// Sends one message, once.
    pub async fn send(&self, endpoint: &Endpoint, message: &Message) -> Outcome {
        let request = match self.request(endpoint, message) {
            Ok(request) => request,
            Err(reason) => return Outcome::Impossible(reason),
        };
        let outcome = match request.send().await {
            Ok(response) => {
                let outcome = outcome(response.status(), retry_after(&response, Utc::now()));
                read(response).await;
                outcome
            }
            Err(error) => unreachable(&error),
        };
        metrics::counter!("owlet_url_pushes_total", "outcome" => outcome.as_str()).increment(1);
        outcome
    }

    fn request(&self, endpoint: &Endpoint, message: &Message) -> Result<reqwest::RequestBuilder, &'static str> {
        let now = Utc::now().timestamp();
        let authorization = self.vapid.authorization(&endpoint.url, self.contact.as_deref(), now);
        let mut request = self
            .guard
            .post(endpoint.url.clone())
            .map_err(reason)?
            .header(header::CONTENT_TYPE, "application/json")
            .header("ttl", message.ttl.as_secs())
            .header("urgency", message.urgency.as_str())
            .header(header::AUTHORIZATION, authorization.map_err(|_| "it could not be signed")?);
        if let Some(topic) = &message.topic {
            request = request.header("topic", topic);
        }
        Ok(match &endpoint.keys {
            Some(keys) => {
                let body = keys.encrypt(&message.payload).map_err(|_| "it could not be encrypted")?;
                request.header(header::CONTENT_ENCODING, "aes128gcm").body(body)
            }
            None => request.body(message.payload.clone()),
        })
    }
}

impl Outcome {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Gone => "gone",
            Self::TooMany(_) => "too_many",
            Self::Later(_) => "later",
            Self::Refused(_) => "refused",
            Self::Unreachable => "unreachable",
            Self::Impossible(_) => "impossible",
        }
    }
}

fn outcome(status: StatusCode, after: Option<Duration>) -> Outcome {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS => Outcome::TooMany(after),
        StatusCode::REQUEST_TIMEOUT => Outcome::Later(after),
        status if status.is_success() => Outcome::Accepted,
        status if status.is_server_error() => Outcome::Later(after),
        status => Outcome::Refused(status.as_u16()),
    }
}

fn reason(error: guard::Error) -> &'static str {
    match error {
        guard::Error::NotAUrl | guard::Error::NotHttps => "its URL is not one to push to",
        guard::Error::NotPublic => "its URL does not lead to a public address",
        guard::Error::NoClient => "no connections can be made",
    }
}

/// What the [`Guard`] said when the name was resolved is somewhere within.
fn unreachable(error: &reqwest::Error) -> Outcome {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(refused) = error.downcast_ref::<guard::Error>() {
            return Outcome::Impossible(reason(*refused));
        }
        source = error.source();
    }
    Outcome::Unreachable
}

/// In seconds or as a date (RFC 9110 §10.2.3).
fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    after(response.headers().get(header::RETRY_AFTER)?.to_str().ok()?, now)
}

fn after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    match value.trim().parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => (DateTime::parse_from_rfc2822(value.trim()).ok()?.to_utc() - now).to_std().ok(),
    }
}

async fn read(mut response: Response) {
    let mut length = 0;
    while length <= MAX_ANSWER
        && let Ok(Some(chunk)) = response.chunk().await
    {
        length += chunk.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_taken_for_what_it_means() {
        for (status, expect) in [
            (200, Outcome::Accepted),
            (201, Outcome::Accepted),
            (202, Outcome::Accepted),
            (404, Outcome::Gone),
            (410, Outcome::Gone),
            (429, Outcome::TooMany(None)),
            (500, Outcome::Later(None)),
            (503, Outcome::Later(None)),
            (302, Outcome::Refused(302)),
            (400, Outcome::Refused(400)),
            (403, Outcome::Refused(403)),
        ] {
            assert_eq!(outcome(StatusCode::from_u16(status).unwrap(), None), expect, "{status}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_sent_to() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let vapid = Arc::new(Vapid::from_pkcs8(&Vapid::generate().unwrap()).unwrap());
        let sender = |allow_loopback| Sender::new(Guard::new(allow_loopback), vapid.clone(), None);
        let message = Message { payload: Bytes::new(), ttl: Duration::ZERO, urgency: Urgency::Low, topic: None };
        let endpoint = |url: &str| Endpoint { url: url.parse().unwrap(), keys: None };
        // Nothing listens at these.
        let inside = Outcome::Impossible("its URL does not lead to a public address");
        for (url, allow_loopback, expect) in [
            ("https://localhost:1/a", false, inside.clone()),
            ("https://localhost:1/a", true, inside.clone()),
            ("https://127.0.0.1:1/a", false, inside),
            ("http://localhost:1/a", true, Outcome::Unreachable),
        ] {
            let outcome = sender(allow_loopback).send(&endpoint(url), &message).await;
            assert_eq!(outcome, expect, "{url}");
        }
    }

    #[test]
    fn how_long_to_wait_is_said_in_seconds_or_as_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-11-24T10:00:00Z").unwrap().to_utc();
        for (value, expect) in [
            ("120", Some(120)),
            ("Tue, 24 Nov 2026 10:01:00 GMT", Some(60)),
            ("Tue, 24 Nov 2026 09:00:00 GMT", None),
            ("soon", None),
        ] {
            assert_eq!(after(value, now), expect.map(Duration::from_secs), "{value}");
        }
    }
}
