//! What the browser keeps: texts by key, in IndexedDB. By hand, since four operations on one store are less
//! code than any crate for it.
//!
//! Everything here may fail (private windows, a full disk): then nothing is kept, and the app works all the
//! same. Failures are therefore answered with nothing, not told.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const NAME: &str = "owlet";
const STORE: &str = "kept";

/// The database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Db(IdbDatabase);

/// Hears of a request, until it is dropped: whoever does not wait any more is not called.
struct Listening {
    request: IdbRequest,
    _listeners: [Closure<dyn Fn()>; 2],
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.request.set_onsuccess(None);
        self.request.set_onerror(None);
    }
}

/// Waits for a request. Registers before the browser can answer: call it in the same moment.
fn answer(request: &IdbRequest) -> impl Future<Output = Option<JsValue>> + use<> {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let respond = |value: fn(&IdbRequest) -> Option<JsValue>| {
        let (sender, request) = (sender.clone(), request.clone());
        Closure::<dyn Fn()>::new(move || {
            if let Some(sender) = sender.borrow_mut().take() {
                // Whoever is gone does not wait any more.
                let _gone = sender.send(value(&request));
            }
        })
    };
    let success = respond(|request| request.result().ok());
    let error = respond(|_| None);
    request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
    request.set_onerror(Some(error.as_ref().unchecked_ref()));
    let listening = Listening { request: request.clone(), _listeners: [success, error] };
    async move {
        let value = receiver.await.ok().flatten();
        drop(listening);
        value
    }
}

impl Db {
    /// Opens it; makes it the first time.
    pub(super) async fn open() -> Option<Self> {
        let request: IdbOpenDbRequest = web_sys::window()?.indexed_db().ok()??.open_with_u32(NAME, 1).ok()?;
        let upgrade = Closure::<dyn Fn()>::new({
            let request = request.clone();
            move || {
                if let Some(db) = request.result().ok().and_then(|db| db.dyn_into::<IdbDatabase>().ok()) {
                    // It is there already, or there will be nothing kept.
                    let _made = db.create_object_store(STORE);
                }
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let db = answer(&request).await;
        request.set_onupgradeneeded(None);
        Some(Self(db?.dyn_into::<IdbDatabase>().ok()?))
    }

    fn store(&self, mode: IdbTransactionMode) -> Option<IdbObjectStore> {
        self.0.transaction_with_str_and_mode(STORE, mode).ok()?.object_store(STORE).ok()
    }

    /// The text of a key.
    pub(super) async fn get(&self, key: &str) -> Option<String> {
        let request = self.store(IdbTransactionMode::Readonly)?.get(&key.into()).ok()?;
        answer(&request).await?.as_string()
    }

    /// Every text whose key begins so, with its key.
    pub(super) async fn entries(&self, prefix: &str) -> Vec<(String, String)> {
        let read = || {
            let store = self.store(IdbTransactionMode::Readonly)?;
            let range = IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into()).ok()?;
            Some((store.get_all_keys_with_key(&range).ok()?, store.get_all_with_key(&range).ok()?))
        };
        let Some((keys, values)) = read() else { return Vec::new() };
        let (keys, values) = (answer(&keys), answer(&values));
        let (Some(keys), Some(values)) = (keys.await, values.await) else { return Vec::new() };
        let (keys, values) = (Array::from(&keys), Array::from(&values));
        keys.iter().zip(values.iter()).filter_map(|(key, value)| Some((key.as_string()?, value.as_string()?))).collect()
    }

    /// Keeps a text. The browser writes in the order of the calls, also when the page goes in this moment.
    pub(super) fn put(&self, key: &str, text: &str) {
        if let Some(store) = self.store(IdbTransactionMode::Readwrite) {
            // A full disk: the last text stays.
            let _full = store.put_with_key(&text.into(), &key.into());
            #[expect(deprecated, reason = "web-sys takes it for an experiment; it is in the standard since 2021")]
            let _committed = store.transaction().commit();
        }
    }

    /// Forgets a key.
    pub(super) fn delete(&self, key: &str) {
        if let Some(store) = self.store(IdbTransactionMode::Readwrite) {
            let _gone = store.delete(&key.into());
        }
    }

    /// Takes the text of a key: of two tabs that try, one gets it.
    pub(super) async fn take(&self, key: &str) -> Option<String> {
        let store = self.store(IdbTransactionMode::Readwrite)?;
        let value = answer(&store.get(&key.into()).ok()?);
        let gone = answer(&store.delete(&key.into()).ok()?);
        let value = value.await?.as_string();
        gone.await;
        value
    }

    /// Forgets everything.
    pub(super) async fn clear(&self) {
        if let Some(request) = self.store(IdbTransactionMode::Readwrite).and_then(|store| store.clear().ok()) {
            answer(&request).await;
        }
    }
}
