//! The browser's memory of an account: a snapshot of what was on screen, and the changes that have not gone
//! out. A reload shows the one and sends the other.
//!
//! Keys: `<account>/snapshot`, `<account>/outbox/<tab>`. A tab's outbox is its own while it lives; what a
//! dead tab left is taken up by the next that starts.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, join, select};
use gloo_timers::future::TimeoutFuture;
use jmap::AccountId;
use leptos::task::spawn_local;
use mirror::{Outbox, Snapshot};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::{Engine, email, mailbox, thread};
use crate::json;
use crate::records::idb::Db;
use crate::shell::leadership;

/// Windows and rows of each that a snapshot has.
const WINDOWS: usize = 4;
const ROWS: usize = 100;
/// Mails up to which a snapshot has all that are known.
const MAILS: usize = 300;
/// Milliseconds between a change and the snapshot that has it.
const REST: u32 = 1_500;
/// Milliseconds of one go at writing a snapshot, when the browser has nothing else to do.
const SLICE: f64 = 6.0;
/// Milliseconds that the first sight waits for a browser that does not answer.
const PATIENCE: u32 = 1_500;

#[derive(Default)]
pub(super) struct Keeping {
    snapshot_is_due: Cell<bool>,
    /// Names the snapshot that is being written, if one is.
    writing: Cell<Option<u64>>,
    writings: Cell<u64>,
    outbox_is_due: Cell<bool>,
}

/// What was kept.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) snapshot: Option<Snapshot>,
    pub(super) outboxes: Vec<Outbox>,
}

impl Engine {
    /// Opens the browser's memory and reads what it has of an account.
    pub(super) async fn take_up(self: &Rc<Self>, account: &AccountId) -> Kept {
        leadership::show_alive(&self.tab);
        let (sender, kept) = oneshot::channel();
        // In a task of its own: what comes too late for the first sight is not lost.
        spawn_local({
            let (engine, account) = (self.clone(), account.clone());
            async move {
                let kept = engine.read_kept(&account).await;
                if let Err(late) = sender.send(kept) {
                    engine.take_up_late(late, &account).await;
                }
            }
        });
        match select(kept, TimeoutFuture::new(PATIENCE)).await {
            Either::Left((kept, _)) => kept.unwrap_or_default(),
            Either::Right(_) => Kept::default(),
        }
    }

    /// Takes up what changes the browser has of an account that was not here before, as far as is known: the first
    /// sight does not wait for them.
    pub(super) fn take_up_behind(self: &Rc<Self>, account: &AccountId) {
        leadership::show_alive(&self.tab);
        let (engine, account) = (self.clone(), account.clone());
        spawn_local(async move {
            let kept = engine.read_kept(&account).await;
            engine.take_up_late(kept, &account).await;
        });
    }

    async fn read_kept(&self, account: &AccountId) -> Kept {
        let Some(db) = self.open_db().await else { return Kept::default() };
        let (snapshot, outboxes) = (format!("{account}/snapshot"), format!("{account}/outbox/"));
        let (snapshot, outboxes) = join(db.get(&snapshot), self.take_orphans(&db, &outboxes)).await;
        let snapshot = snapshot.and_then(|text| Snapshot::from_lines(&text));
        let outboxes = outboxes.iter().filter_map(|(_, text)| json::read(text)).collect();
        Kept { snapshot, outboxes }
    }

    /// The list has begun without the snapshot; the changes still have to go out.
    async fn take_up_late(self: Rc<Self>, kept: Kept, account: &AccountId) {
        while self.account().as_ref() == Some(account) {
            if self.ready.get() {
                for outbox in kept.outboxes {
                    let touched = self.mirror.borrow_mut().replay(outbox);
                    self.touched(touched);
                }
                return self.pump_soon();
            }
            TimeoutFuture::new(50).await;
        }
    }

    /// The browser's memory; `None` where there is none.
    pub(in crate::records) async fn open_db(&self) -> Option<Db> {
        if let Some(db) = self.db.borrow().clone() {
            return Some(db);
        }
        let db = Db::open().await?;
        self.db.replace(Some(db.clone()));
        Some(db)
    }

    /// Takes what dead tabs left under a prefix: key without the prefix and tab, and text.
    pub(in crate::records) async fn take_orphans(&self, db: &Db, prefix: &str) -> Vec<(String, String)> {
        let entries = db.entries(prefix).await;
        if entries.is_empty() {
            return Vec::new();
        }
        let alive: Option<BTreeSet<String>> = leadership::alive_tabs().await.map(|tabs| tabs.into_iter().collect());
        let mut taken = Vec::new();
        for (key, _) in entries {
            let Some((tab, rest)) = key.strip_prefix(prefix).map(|rest| rest.split_once('/').unwrap_or((rest, "")))
            else {
                continue;
            };
            let is_alive = tab == self.tab || alive.as_ref().is_some_and(|alive| alive.contains(tab));
            if !is_alive && let Some(text) = db.take(&key).await {
                taken.push((rest.to_owned(), text));
            }
        }
        taken
    }

    /// Writes the queue of changes at the end of this moment.
    pub(super) fn keep_outbox_soon(self: &Rc<Self>) {
        if self.keeping.outbox_is_due.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move {
            engine.keeping.outbox_is_due.set(false);
            engine.keep_outbox();
        });
    }

    fn keep_outbox(&self) {
        let (Some(db), Some(account)) = (self.db.borrow().clone(), self.account()) else { return };
        let key = format!("{account}/outbox/{}", self.tab);
        let outbox = self.mirror.borrow().outbox();
        if outbox.changes.is_empty() {
            db.delete(&key);
        } else if let Some(text) = json::write(&outbox) {
            db.put(&key, &text);
        }
    }

    /// Writes a snapshot after a rest, while the browser has nothing else to do.
    pub(super) fn keep_snapshot_soon(self: &Rc<Self>) {
        if self.keeping.snapshot_is_due.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(REST).await;
            if engine.keeping.snapshot_is_due.replace(false) {
                engine.write_snapshot().await;
            }
        });
    }

    /// Writes the snapshot that is due or half written: there may be no later.
    pub(in crate::records) fn keep_snapshot_now(&self) {
        let half_written = self.keeping.writing.take().is_some();
        if (self.keeping.snapshot_is_due.get() || half_written)
            && let Some((db, key, snapshot)) = self.snapshot()
        {
            db.put(&key, &snapshot.into_lines().collect::<Vec<_>>().join("\n"));
        }
    }

    /// As it is in this moment, written bit by bit; unless the next one, or the end of the page, overtakes it.
    async fn write_snapshot(&self) {
        let Some((db, key, snapshot)) = self.snapshot() else { return };
        let writing = self.keeping.writings.get() + 1;
        self.keeping.writings.set(writing);
        self.keeping.writing.set(Some(writing));
        let (mut lines, mut text) = (snapshot.into_lines(), String::new());
        loop {
            idle().await;
            if self.keeping.writing.get() != Some(writing) {
                return;
            }
            let since = js_sys::Date::now();
            while js_sys::Date::now() - since < SLICE {
                let Some(line) = lines.next() else {
                    self.keeping.writing.set(None);
                    return db.put(&key, &text);
                };
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&line);
            }
        }
    }

    /// Nobody is signed in any more: what is half written is not written.
    pub(super) fn drop_snapshot(&self) {
        self.keeping.writing.set(None);
    }

    fn snapshot(&self) -> Option<(Db, String, Snapshot)> {
        let (db, account) = (self.db.borrow().clone()?, self.account()?);
        if !self.ready.get() {
            return None;
        }
        let mirror = self.mirror.borrow();
        let mut whole = vec![mailbox(), "Identity".into()];
        // With what was read besides the rows, so that it can be read offline, as long as that is not too much.
        if mirror.records(&email()).count() <= MAILS {
            whole.extend([thread(), email()]);
        }
        Some((db, format!("{account}/snapshot"), mirror.snapshot(WINDOWS, ROWS, &whole)))
    }
}

/// A moment in which the browser has nothing to do; at once after what is going on, where it does not tell.
async fn idle() {
    let (sender, receiver) = oneshot::channel::<()>();
    let call = Closure::once_into_js(move || {
        // Whoever is gone does not wait any more.
        let _gone = sender.send(());
    });
    let asked = web_sys::window().and_then(|window| window.request_idle_callback(call.unchecked_ref()).ok());
    if asked.is_some() {
        // Cancelled only with the page.
        let _idle = receiver.await;
    } else {
        TimeoutFuture::new(0).await;
    }
}
