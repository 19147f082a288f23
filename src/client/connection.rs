//! The client: the JMAP session, the queue of one moment, and what happens when the session has ended.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use gloo_net::http::Method;
use gloo_timers::future::TimeoutFuture;
use jmap::{AccountId, Response, Session, capability};
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::ClientError;
use super::backoff::Backoff;
use super::batch::{self, Answers, Batch};
use super::http::{self, Ask};
use super::limits::Limits;
use super::owlet::Beginning;
use crate::json;

/// Talks to the gateway. Cheap to clone.
#[derive(Clone, Default)]
pub struct Client(Rc<Inner>);

type Listener<F> = RefCell<Option<Rc<F>>>;

#[derive(Default)]
struct Inner {
    session: RefCell<Option<Rc<Session>>>,
    limits: Cell<Limits>,
    queue: RefCell<Vec<Waiting>>,
    flush_is_due: Cell<bool>,
    in_flight: Cell<usize>,
    /// The gateway said 401: requests wait for [`Client::resume`].
    ended: Cell<bool>,
    parked: RefCell<Vec<oneshot::Sender<bool>>>,
    refreshing: Cell<bool>,
    on_ended: Listener<dyn Fn()>,
    on_beginning: Listener<dyn Fn(Beginning)>,
}

struct Waiting {
    batch: Batch,
    answer: oneshot::Sender<Result<Answers, ClientError>>,
}

impl Client {
    /// Calls when the gateway says that the session has ended.
    pub fn on_ended(&self, listener: impl Fn() + 'static) {
        self.0.on_ended.replace(Some(Rc::new(listener)));
    }

    /// Calls when the gateway has said who is signed in; to give [`adopt`](Self::adopt) their session is up to
    /// the listener, who knows whether it is another person's.
    pub fn on_beginning(&self, listener: impl Fn(Beginning) + 'static) {
        self.0.on_beginning.replace(Some(Rc::new(listener)));
    }

    /// The gateway has said who is signed in.
    pub(super) fn begun(&self, beginning: Beginning) {
        let listener = self.0.on_beginning.borrow().clone();
        if let Some(listener) = listener {
            listener(beginning);
        }
    }

    /// The JMAP session, once known.
    pub fn session(&self) -> Option<Rc<Session>> {
        self.0.session.borrow().clone()
    }

    /// The account of mail, once known.
    pub fn account(&self) -> Option<AccountId> {
        self.session()?.primary_account(capability::MAIL).cloned()
    }

    /// The server's limits.
    pub fn limits(&self) -> Limits {
        self.0.limits.get()
    }

    /// Whether the account has a capability.
    pub fn offers(&self, capability: &str) -> bool {
        self.session().is_some_and(|session| {
            session.capabilities.contains_key(capability)
                && self.account().is_none_or(|account| {
                    session.accounts.get(&account).is_none_or(|it| it.account_capabilities.contains_key(capability))
                })
        })
    }

    /// Takes a JMAP session: the gateway's, or what is known from the last visit; then the first answer tells if
    /// it has changed.
    pub fn adopt(&self, session: Session) {
        self.0.limits.set(Limits::of(&session));
        self.0.session.replace(Some(Rc::new(session)));
    }

    /// Gets the JMAP session.
    ///
    /// # Errors
    /// `SignedOut` at once: whoever asks for the session decides what that means.
    pub async fn load_session(&self) -> Result<Rc<Session>, ClientError> {
        self.begin().await?;
        self.session().ok_or(ClientError::SignedOut)
    }

    /// The person has signed in again: what waited goes on. Or not: what waited ends with `SignedOut`.
    pub fn resume(&self, signed_in: bool) {
        self.0.ended.set(false);
        for parked in self.0.parked.take() {
            // Whoever is gone does not wait any more.
            let _gone = parked.send(signed_in);
        }
    }

    /// Forgets the session and everything that waits: another person may sign in now.
    pub fn forget(&self) {
        self.0.session.replace(None);
        self.0.queue.take();
        self.resume(false);
    }

    /// Whether requests wait for the person to sign in again.
    pub fn has_ended(&self) -> bool {
        self.0.ended.get()
    }

    /// Asks. Calls of the same moment go out together.
    ///
    /// # Errors
    /// If the whole request failed; a call's own failure is in the [`Answers`].
    pub async fn ask(&self, batch: Batch) -> Result<Answers, ClientError> {
        let (sender, answer) = oneshot::channel();
        self.0.queue.borrow_mut().push(Waiting { batch, answer: sender });
        self.flush_soon();
        answer.await.unwrap_or(Err(ClientError::Cancelled))
    }

    /// Asks something that is safe to ask twice: up to three times, if the failure may pass.
    ///
    /// # Errors
    /// The last one.
    pub async fn ask_again(&self, batch: Batch) -> Result<Answers, ClientError> {
        let mut backoff = Backoff::default();
        loop {
            match self.ask(batch.clone()).await {
                Err(error) if error.is_passing() && backoff.failures() < 2 => {
                    TimeoutFuture::new(backoff.next(js_sys::Math::random())).await;
                }
                result => return result,
            }
        }
    }

    /// Runs a request; if the session has ended, waits for the person and runs it again.
    pub(super) async fn persist<T, F>(&self, mut run: impl FnMut() -> F) -> Result<T, ClientError>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        loop {
            if !self.0.ended.get() {
                match run().await {
                    Err(ClientError::SignedOut) => {
                        if !self.0.ended.replace(true) {
                            let listener = self.0.on_ended.borrow().clone();
                            if let Some(listener) = listener {
                                listener();
                            }
                        }
                    }
                    result => return result,
                }
            }
            if !self.0.ended.get() {
                return Err(ClientError::SignedOut);
            }
            let (sender, receiver) = oneshot::channel();
            self.0.parked.borrow_mut().push(sender);
            if !receiver.await.unwrap_or(false) {
                return Err(ClientError::SignedOut);
            }
        }
    }

    /// Sends the queue at the end of this moment.
    fn flush_soon(&self) {
        if self.0.flush_is_due.replace(true) {
            return;
        }
        let client = self.clone();
        spawn_local(async move {
            // One turn of the microtask queue: whoever else asks in this moment gets on board.
            let now: js_sys::Promise = js_sys::Promise::resolve(&JsValue::TRUE);
            let _done = wasm_bindgen_futures::JsFuture::from(now).await;
            client.0.flush_is_due.set(false);
            client.flush();
        });
    }

    fn flush(&self) {
        let limits = self.limits();
        let waiting = self.0.queue.take();
        for request in batch::pack(waiting, |waiting| waiting.batch.len(), limits.calls) {
            if self.0.in_flight.get() >= limits.requests {
                // Goes with the next answer, together with what is asked until then.
                self.0.queue.borrow_mut().extend(request);
                continue;
            }
            self.0.in_flight.set(self.0.in_flight.get() + 1);
            let client = self.clone();
            spawn_local(async move {
                client.send(request).await;
                client.0.in_flight.set(client.0.in_flight.get().saturating_sub(1));
                if !client.0.queue.borrow().is_empty() {
                    client.flush_soon();
                }
            });
        }
    }

    async fn send(&self, waiting: Vec<Waiting>) {
        let request = batch::request(waiting.iter().map(|waiting| &waiting.batch));
        let sizes: Vec<usize> = waiting.iter().map(|waiting| waiting.batch.len()).collect();
        let result = match json::write(&request) {
            Some(body) if body.len() as u64 <= self.limits().request => self.post(&body).await,
            Some(_) => Err(ClientError::TooLarge { limit: Some(self.limits().request) }),
            None => Err(ClientError::Server { reference: None }),
        };
        match result {
            Ok(response) => {
                self.notice(&response);
                for (waiting, answers) in waiting.into_iter().zip(batch::deal(response.method_responses, &sizes)) {
                    // Whoever is gone does not wait any more.
                    let _gone = waiting.answer.send(Ok(answers));
                }
            }
            Err(error) => {
                for waiting in waiting {
                    let _gone = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }

    async fn post(&self, body: &str) -> Result<Response, ClientError> {
        let text = self
            .persist(|| async {
                let session = match self.session() {
                    Some(session) => session,
                    None => self.load_session().await?,
                };
                http::text(Ask::send(Method::POST, &path_of(&session.api_url), body.to_owned())).await
            })
            .await?;
        json::read(&text).ok_or(ClientError::Server { reference: None })
    }

    /// Gets the session again, if the answer shows that it is another now.
    fn notice(&self, response: &Response) {
        let is_other = self.session().is_some_and(|session| session.state != response.session_state);
        if is_other && !self.0.refreshing.replace(true) {
            let client = self.clone();
            spawn_local(async move {
                // If this fails, the next answer shows it again.
                let _again = client.load_session().await;
                client.0.refreshing.set(false);
            });
        }
    }
}

/// An address of the session as this page must use it. They are absolute and made from the gateway's public
/// origin; where a person reaches it by another name (a tunnel, a development server), the cookie and the
/// content policy hold for that name only.
pub fn path_of(url: &str) -> String {
    let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|start| rest.get(start..)));
    path.unwrap_or(url).to_owned()
}
