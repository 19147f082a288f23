//! Which of a browser's tabs leads, and how tabs tell each other things (Web Locks, BroadcastChannel).
//!
//! The leader holds the one push connection; when its tab closes or crashes, the browser itself gives the
//! lock to the next. What is said on the channel is `records`' and `session`'s business. A browser without
//! locks (an insecure origin) has only leaders: each tab then has a connection of its own.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::json;

const LEADER: &str = "owlet-leader";
const TAB: &str = "owlet-tab-";

/// Asks to lead; the signal turns true when this tab does, and stays so.
pub fn lead() -> ReadSignal<bool> {
    let (leads, set_leads) = signal(false);
    let granted = hold(LEADER);
    spawn_local(async move {
        granted.await;
        // The app's root may be gone when the page is being closed.
        set_leads.try_set(true);
    });
    leads
}

/// Holds a lock that tells the others that the tab of this name is alive.
pub fn show_alive(tab: &str) {
    drop(hold(&format!("{TAB}{tab}")));
}

/// The tabs that are alive; `None` if the browser can't tell.
pub async fn alive_tabs() -> Option<Vec<String>> {
    let locks = locks()?;
    let query: Function = Reflect::get(&locks, &"query".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = query.call0(&locks).ok()?.dyn_into().ok()?;
    let snapshot = JsFuture::from(promise).await.ok()?;
    let held = Array::from(&Reflect::get(&snapshot, &"held".into()).ok()?);
    let names = held.iter().filter_map(|lock| Reflect::get(&lock, &"name".into()).ok()?.as_string());
    Some(names.filter_map(|name| name.strip_prefix(TAB).map(str::to_owned)).collect())
}

/// `navigator.locks`. Not by `web-sys`, where it is still behind a compiler flag.
fn locks() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)
}

/// Requests a lock, keeps it as long as the page lives, and resolves when it is granted.
fn hold(name: &str) -> impl Future<Output = ()> + use<> {
    let (sender, granted) = futures::channel::oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let grant = {
        let sender = sender.clone();
        move || {
            if let Some(sender) = sender.borrow_mut().take() {
                // Whoever is gone does not wait any more.
                let _gone = sender.send(());
            }
        }
    };
    let callback = Closure::once_into_js({
        let grant = grant.clone();
        move |_: JsValue| {
            grant();
            // Never resolved: the lock is held until the page is gone.
            Promise::new(&mut |_, _| {})
        }
    });
    let requested = locks().and_then(|locks| {
        let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        request.call3(&locks, &name.into(), &Object::new(), &callback).ok()
    });
    if requested.is_none() {
        grant();
    }
    async move {
        if granted.await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// A channel to the other tabs of this browser; closed when dropped. One does not hear oneself.
pub struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn Fn(MessageEvent)>,
}

impl Channel {
    /// Joins the channel of a name. What cannot be read (another version of the app) is passed over.
    pub fn join<T: DeserializeOwned>(name: &str, hear: impl Fn(T) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string().and_then(|text| json::read(&text)) {
                hear(message);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self { channel, _listener: listener })
    }

    /// Tells the others.
    pub fn tell<T: Serialize>(&self, message: &T) {
        if let Some(text) = json::write(message) {
            // Nobody hears a closed channel.
            let _closed = self.channel.post_message(&text.into());
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}
