//! Uploads: by XMLHttpRequest, the only way for a browser to tell how far one is (RFC 8620 §6.1).

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use jmap::blob::UploadResponse;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::connection::path_of;
use super::{Client, ClientError};
use crate::json;

/// Stops its upload when it is dropped.
struct Upload {
    request: XmlHttpRequest,
    answer: oneshot::Receiver<Result<UploadResponse, ClientError>>,
    _progress: Closure<dyn Fn(ProgressEvent)>,
    _end: Closure<dyn Fn()>,
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Nothing happens to one that is done.
        let _done = self.request.abort();
    }
}

impl Client {
    /// Uploads; `progress` is told the part that is sent, from 0 to 1. Stops if the future is dropped.
    ///
    /// # Errors
    /// `TooLarge` before anything is sent; `Offline`, `Refused` with `overQuota` …
    pub async fn upload(&self, blob: &Blob, progress: Rc<dyn Fn(f64)>) -> Result<UploadResponse, ClientError> {
        let limit = self.limits().upload;
        if blob.size() > limit as f64 {
            return Err(ClientError::TooLarge { limit: Some(limit) });
        }
        self.persist(|| async {
            let session = match self.session() {
                Some(session) => session,
                None => self.load_session().await?,
            };
            let account = self.account().ok_or(ClientError::Offline)?;
            let url = path_of(&session.upload_url).replace("{accountId}", account.as_str());
            let progress = progress.clone();
            let mut upload = start(&url, blob, move |part| progress(part)).map_err(|_| ClientError::Offline)?;
            (&mut upload.answer).await.unwrap_or(Err(ClientError::Cancelled))
        })
        .await
    }
}

fn start(url: &str, blob: &Blob, progress: impl Fn(f64) + 'static) -> Result<Upload, wasm_bindgen::JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", url)?;
    let media_type = if blob.type_().is_empty() { "application/octet-stream".to_owned() } else { blob.type_() };
    request.set_request_header("Content-Type", &media_type)?;
    let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.total() > 0.0 {
            progress(event.loaded() / event.total());
        }
    });
    request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    let (sender, answer) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let end = Closure::<dyn Fn()>::new({
        let request = request.clone();
        move || {
            if let Some(sender) = sender.borrow_mut().take() {
                // Whoever is gone does not wait any more.
                let _gone = sender.send(outcome(&request));
            }
        }
    });
    request.set_onloadend(Some(end.as_ref().unchecked_ref()));
    request.send_with_opt_blob(Some(blob))?;
    Ok(Upload { request, answer, _progress: progress, _end: end })
}

fn outcome(request: &XmlHttpRequest) -> Result<UploadResponse, ClientError> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let reference = request.get_response_header("x-request-id").ok().flatten();
    match request.status().unwrap_or_default() {
        200..300 => json::read(&text).ok_or(ClientError::Server { reference }),
        0 | 502..=504 => Err(ClientError::Offline),
        401 => Err(ClientError::SignedOut),
        413 => Err(ClientError::TooLarge { limit: None }),
        429 => Err(ClientError::TooMany { wait: None }),
        500.. => Err(ClientError::Server { reference }),
        _ => {
            let problem = json::read::<jmap::RequestError>(&text);
            let reason = problem.map_or_else(|| "upload".to_owned(), |problem| problem.kind);
            Err(ClientError::Refused { reason, reference })
        }
    }
}
