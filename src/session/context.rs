//! The session as signals.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::{LocalBoxFuture, join};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::memory::{self, Memory};
use crate::client::owlet::{Beginning, SignedIn};
use crate::client::{Client, ClientError};
use crate::locale::t;
use crate::shell::leadership::{Channel, alive_tabs};
use crate::ui::{Toast, Toasts};

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The account's, in JMAP.
    pub account_id: String,
    /// For people.
    pub name: String,
    /// `alice@owlery.example`.
    pub address: String,
}

/// Whether somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Not known yet, and nobody was signed in the last time: a quiet page.
    Unknown,
    /// Nobody: the sign-in page.
    SignedOut,
    /// Somebody. Also before the gateway has answered, if somebody was signed in the last time.
    SignedIn(Me),
    /// Somebody, but the session ended: a dialog over the page asks for the password again.
    Ended(Me),
}

/// Where signing out is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// What was written goes to the server first.
    Saving,
    /// So much could not go there: it is lost if one leaves now.
    Unsaved(usize),
}

/// The session. `Copy`; a context from the app's root on.
#[derive(Clone, Copy)]
pub struct Session {
    presence: RwSignal<Presence>,
    organisation: RwSignal<Option<String>>,
    leaving: RwSignal<Option<Leaving>>,
    toasts: Toasts,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

type OnLeave = dyn Fn() -> LocalBoxFuture<'static, usize>;

struct Inner {
    client: Client,
    /// The last visit was the same person's.
    returned: Cell<bool>,
    channel: RefCell<Option<Channel>>,
    on_forget: RefCell<Vec<Rc<dyn Fn()>>>,
    on_leave: RefCell<Option<Rc<OnLeave>>>,
    /// Tabs that have said what they could not bring to the server, and how much that is.
    heard: Cell<(usize, usize)>,
}

/// What tabs tell each other.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Told {
    SignedIn,
    SignedOut,
    /// One of them is about to sign out: the others bring to the server what only they have.
    Leaving,
    /// All but so much is there.
    Brought(usize),
}

/// Milliseconds that signing out waits for tabs that do not answer.
const PATIENCE: u32 = 7_000;

/// The session of the app.
///
/// # Panics
/// Outside of the app's root, where [`Session::provide`] was not called.
#[track_caller]
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Makes the context, once, at the app's root after [`Toasts::provide`], and asks the gateway who is signed in.
    pub fn provide() -> Self {
        let client = Client::default();
        let memory = memory::recall();
        let known = memory.is_some();
        let (presence, organisation) = match memory {
            Some(memory) => {
                if let Some(session) = memory.session {
                    client.adopt(session);
                }
                (Presence::SignedIn(memory.me), memory.organisation)
            }
            None => (Presence::Unknown, None),
        };
        let inner = Inner {
            client: client.clone(),
            returned: Cell::new(known),
            channel: RefCell::default(),
            on_forget: RefCell::default(),
            on_leave: RefCell::default(),
            heard: Cell::default(),
        };
        let session = Self {
            presence: RwSignal::new(presence),
            organisation: RwSignal::new(organisation),
            leaving: RwSignal::new(None),
            toasts: expect_context(),
            inner: StoredValue::new_local(Rc::new(inner)),
        };
        provide_context(session);
        client.on_ended(move || {
            if let Presence::SignedIn(me) = session.presence.get_untracked() {
                session.presence.set(Presence::Ended(me));
            }
        });
        client.on_beginning(move |beginning| session.begin(beginning));
        let channel = Channel::join("owlet-session", move |told: Told| match told {
            Told::SignedIn => spawn_local(session.ask()),
            Told::SignedOut => session.leave(),
            Told::Leaving => spawn_local(async move {
                let left = session.bring().await;
                session.tell(&Told::Brought(left));
            }),
            Told::Brought(left) => {
                let (tabs, sum) = session.inner().heard.get();
                session.inner().heard.set((tabs + 1, sum + left));
            }
        });
        session.inner().channel.replace(channel);
        if !known {
            spawn_local(session.ask());
        }
        session
    }

    fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// The client, for `records`.
    pub(crate) fn client(self) -> Client {
        self.inner().client.clone()
    }

    /// Whether the person was here before, so that this browser may have kept something of theirs.
    pub(crate) fn has_returned(self) -> bool {
        self.inner().returned.get()
    }

    /// Calls when nothing of the person may stay in this browser.
    pub(crate) fn on_forget(self, call: impl Fn() + 'static) {
        self.inner().on_forget.borrow_mut().push(Rc::new(call));
    }

    /// Calls before one signs out, to bring to the server what only this browser has; the answer is how much of it
    /// is not there.
    pub(crate) fn on_leave(self, call: impl Fn() -> LocalBoxFuture<'static, usize> + 'static) {
        self.inner().on_leave.replace(Some(Rc::new(call)));
    }

    fn tell(self, told: &Told) {
        if let Some(channel) = self.inner().channel.borrow().as_ref() {
            channel.tell(told);
        }
    }

    /// Asks the gateway who is signed in.
    async fn ask(self) {
        // Also when it can't be reached: then signing in says so.
        if self.client().begin().await.is_err() && self.presence.get_untracked() == Presence::Unknown {
            self.presence.set(Presence::SignedOut);
        }
    }

    /// The gateway has said who is signed in.
    fn begin(self, beginning: Beginning) {
        if beginning.organisation.is_some() {
            self.organisation.set(beginning.organisation);
        }
        if let Some(signed_in) = beginning.signed_in {
            self.arrive(signed_in);
        }
    }

    /// Somebody is signed in.
    fn arrive(self, signed_in: SignedIn) {
        let me = Me { account_id: signed_in.account_id, name: signed_in.name, address: signed_in.address };
        let before = match self.presence.get_untracked() {
            Presence::SignedIn(me) | Presence::Ended(me) => Some(me),
            Presence::Unknown | Presence::SignedOut => None,
        };
        if before.as_ref().is_some_and(|before| before.account_id != me.account_id) {
            self.forget();
        }
        self.client().adopt(signed_in.jmap);
        self.presence.set(Presence::SignedIn(me));
        self.remember();
        self.client().resume(true);
    }

    fn remember(self) {
        if let Presence::SignedIn(me) = self.presence.get_untracked() {
            let session = self.client().session().map(|session| (*session).clone());
            memory::remember(&Memory { me, session, organisation: self.organisation.get_untracked() });
        }
    }

    fn forget(self) {
        memory::forget();
        self.inner().returned.set(false);
        self.client().forget();
        let calls = self.inner().on_forget.borrow().clone();
        for call in calls {
            call();
        }
    }

    fn leave(self) {
        self.forget();
        self.presence.set(Presence::SignedOut);
    }

    /// Whether somebody is signed in.
    pub fn presence(self) -> Signal<Presence> {
        self.presence.into()
    }

    /// The person, while there is one.
    pub fn me(self) -> Signal<Option<Me>> {
        Memo::new(move |_| match self.presence.get() {
            Presence::SignedIn(me) | Presence::Ended(me) => Some(me),
            Presence::Unknown | Presence::SignedOut => None,
        })
        .into()
    }

    /// The organisation's name, for the sign-in page; empty if the gateway does not tell it.
    pub fn organisation(self) -> Signal<String> {
        Signal::derive(move || self.organisation.get().unwrap_or_default())
    }

    /// Signs in. With `remember` also after the browser is closed.
    ///
    /// # Errors
    /// `SignedOut` if name or password is wrong, `TooMany` after many attempts, `Offline`.
    pub async fn sign_in(self, address: String, password: String, remember: bool) -> Result<(), ClientError> {
        self.client().sign_in(&address, &password, remember).await?;
        self.tell(&Told::SignedIn);
        Ok(())
    }

    /// Signs out here and in every tab, and forgets what this browser keeps; first, what only it has goes to the
    /// server. If that cannot be, the person is asked.
    pub fn sign_out(self) {
        if self.leaving.get_untracked().is_some() {
            return;
        }
        self.leaving.set(Some(Leaving::Saving));
        spawn_local(async move {
            let (here, elsewhere) = join(self.bring(), self.bring_elsewhere()).await;
            // Or the person has chosen to stay meanwhile.
            if self.leaving.get_untracked() == Some(Leaving::Saving) {
                match here + elsewhere {
                    0 => self.sign_out_anyway(),
                    left => self.leaving.set(Some(Leaving::Unsaved(left))),
                }
            }
        });
    }

    /// Signs out with the loss of what only this browser has.
    pub(super) fn sign_out_anyway(self) {
        self.leaving.set(None);
        spawn_local(async move {
            if self.client().sign_out().await.is_err() {
                // The cookie would still let anybody in: not to say that it is done.
                self.toasts.show(Toast::new(t("session.notSignedOut")));
                return;
            }
            self.tell(&Told::SignedOut);
            self.leave();
        });
    }

    /// The person stays.
    pub(super) fn stay(self) {
        self.leaving.set(None);
    }

    /// Where signing out is.
    pub(super) fn leaving(self) -> Signal<Option<Leaving>> {
        self.leaving.into()
    }

    async fn bring(self) -> usize {
        let bring = self.inner().on_leave.borrow().clone();
        match bring {
            Some(bring) => bring().await,
            None => 0,
        }
    }

    /// The other tabs do the same. One that does not answer has nothing that is being written.
    async fn bring_elsewhere(self) -> usize {
        let inner = self.inner();
        let others = alive_tabs().await.map_or(0, |tabs| tabs.len().saturating_sub(1));
        inner.heard.set((0, 0));
        if others > 0 {
            self.tell(&Told::Leaving);
            for _ in 0..PATIENCE / 50 {
                TimeoutFuture::new(50).await;
                if inner.heard.get().0 >= others {
                    break;
                }
            }
        }
        inner.heard.get().1
    }
}
