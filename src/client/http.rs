//! One HTTP request: sent with a time limit, aborted when nobody waits for it any more, its failure named.

use gloo_net::http::{Method, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use web_sys::AbortController;

use super::ClientError;
use crate::json;

/// What to send.
pub(super) struct Ask<'a> {
    /// `POST`.
    pub method: Method,
    /// Where.
    pub url: &'a str,
    /// JSON, if there is a body.
    pub body: Option<String>,
    /// Milliseconds until the gateway counts as not answering.
    pub patience: u32,
}

impl<'a> Ask<'a> {
    /// A `GET`.
    pub(super) fn get(url: &'a str) -> Self {
        Self { method: Method::GET, url, body: None, patience: 20_000 }
    }

    /// A request with a body.
    pub(super) fn send(method: Method, url: &'a str, body: String) -> Self {
        Self { method, url, body: Some(body), patience: 30_000 }
    }
}

/// Aborts its request after a while, or when it is dropped before the answer was read.
struct Abort {
    controller: AbortController,
    done: bool,
    _timer: Timeout,
}

impl Abort {
    fn after(patience: u32) -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let timer = Timeout::new(patience, {
            let controller = controller.clone();
            move || controller.abort()
        });
        Some(Self { controller, done: false, _timer: timer })
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if !self.done {
            self.controller.abort();
        }
    }
}

/// Sends, and gives the text of a successful answer.
pub(super) async fn text(ask: Ask<'_>) -> Result<String, ClientError> {
    let mut abort = Abort::after(ask.patience).ok_or(ClientError::Offline)?;
    let builder = RequestBuilder::new(ask.url).method(ask.method).abort_signal(Some(&abort.controller.signal()));
    let request = match ask.body {
        Some(body) => builder.header("Content-Type", "application/json").body(body),
        None => builder.build(),
    };
    // A request that does not even build has a malformed address: nothing that waiting would mend.
    let request = request.map_err(|_| ClientError::Server { reference: None })?;
    // A gateway that accepts and then says nothing is as good as away.
    let response = request.send().await.map_err(|_| ClientError::Offline)?;
    let text = response.text().await.map_err(|_| ClientError::Offline)?;
    abort.done = true;
    if response.ok() { Ok(text) } else { Err(failure(&response, &text)) }
}

/// What a status other than success means.
fn failure(response: &Response, text: &str) -> ClientError {
    let header = |name: &str| response.headers().get(name);
    let reference = header("x-request-id");
    match response.status() {
        401 => ClientError::SignedOut,
        413 => ClientError::TooLarge { limit: None },
        429 => ClientError::TooMany { wait: header("retry-after").and_then(|wait| wait.parse().ok()) },
        // What a proxy says while the gateway behind it starts again.
        502..=504 => ClientError::Offline,
        500.. => ClientError::Server { reference },
        status => {
            let problem: Option<jmap::RequestError> = json::read(text);
            match problem {
                Some(problem) if problem.kind == jmap::RequestError::LIMIT => ClientError::TooLarge { limit: None },
                Some(problem) => ClientError::Refused { reason: problem.kind, reference },
                None => ClientError::Refused { reason: status.to_string(), reference },
            }
        }
    }
}
