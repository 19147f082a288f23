//! The context that views hold, and what concerns all of it at once.

use std::rc::Rc;

use futures::FutureExt as _;
use gloo_timers::future::TimeoutFuture;
use jmap::AccountId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::engine::Engine;
use super::{Connection, Email, Failure};
use crate::session::{Presence, use_session};

/// The signed-in person's mail. `Copy`; a context from the app's root on.
#[derive(Clone, Copy)]
pub struct Records(StoredValue<Rc<Engine>, LocalStorage>);

/// The records of the app.
///
/// # Panics
/// Outside of the app's root, where [`Records::provide`] was not called.
#[track_caller]
pub fn use_records() -> Records {
    expect_context()
}

impl Records {
    /// Makes the context, once, at the app's root, after [`Session::provide`](crate::session::Session::provide).
    /// It starts to load when a person is signed in, or earlier from what the last visit left in the browser.
    pub fn provide() -> Self {
        let session = use_session();
        let engine = Engine::new(session.client());
        let records = Self(StoredValue::new_local(engine.clone()));
        provide_context(records);
        session.on_forget({
            let engine = engine.clone();
            move || {
                let engine = engine.clone();
                super::writing::here::forget_all();
                spawn_local(async move { engine.forget().await });
            }
        });
        session.on_leave({
            let engine = engine.clone();
            move || engine.clone().bring_all().boxed_local()
        });
        if let Some(window) = web_sys::window() {
            let engine = engine.clone();
            let online = window_event_listener(leptos::ev::online, {
                let engine = engine.clone();
                move |_| engine.try_now()
            });
            let leaving = window_event_listener(leptos::ev::pagehide, move |_| engine.keep_snapshot_now());
            on_cleanup(move || {
                online.remove();
                leaving.remove();
            });
            drop(window);
        }
        // Somebody came or went: not a value to derive, but a moment at which to begin or to forget.
        let account = Memo::new(move |_| match session.presence().get() {
            Presence::SignedIn(me) => Some((me.account_id, true)),
            Presence::Ended(me) => Some((me.account_id, false)),
            Presence::Unknown | Presence::SignedOut => None,
        });
        Effect::new(move |_| match account.get() {
            // What is on screen stays, and what is asked waits.
            Some((_, false)) => {}
            Some((account, true)) => {
                let engine = engine.clone();
                spawn_local(async move {
                    if engine.clone().start(AccountId::from(account), session.has_returned()).await {
                        // When the first rows are on screen: what the last visit left to do.
                        TimeoutFuture::new(500).await;
                        records.resume_sending().await;
                        engine.recover_drafts().await;
                    }
                });
            }
            None => engine.stop(),
        });
        records
    }

    pub(super) fn engine(self) -> Rc<Engine> {
        self.0.get_value()
    }

    /// How the app is connected and how many changes wait.
    pub fn connection(self) -> Signal<Connection> {
        self.engine().connection.clone().into()
    }

    /// Asks again what failed.
    pub fn retry(self) {
        self.engine().try_now();
    }

    /// Looks for changes now; the person pressed "Refresh".
    pub fn refresh(self) {
        self.engine().suspect();
    }

    /// Calls for every mail that has just come into the inbox and is unread: for notifications and live
    /// announcements. In the leading tab only, so that there is one notification. Ends with the owner.
    pub fn on_new_mail(self, call: impl Fn(&[Email]) + 'static) {
        self.engine().listen::<dyn Fn(&[Email])>(|engine| &engine.new_mail, Rc::new(call));
    }

    /// Why what has nothing to show has nothing to show; subscribes.
    pub(super) fn trouble(self) -> Option<Failure> {
        self.engine().trouble.get()
    }
}
