//! Drafts: what is being written is safe in this browser at once, and on the server soon.
//!
//! A mail can't be changed (RFC 8621 §4.6), so each copy on the server replaces the last. Only one save of a
//! draft is under way at a time. Files of a draft are [`uploads`](super::uploading)', what this browser keeps is
//! [`here`]'s.

pub(super) mod here;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use jmap::identity::Identity;
use jmap::mailbox::Role;
use jmap::method::{GetResponse, QueryResponse, SetResponse};
use jmap::{EmailId, Id, UtcDate};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use super::email::{DETAILS, EmailDetails, LIST, PART};
use super::engine::{Engine, random_name};
use super::{Draft, DraftKey, DraftStatus, Email, Failure, Records, Undo};
use crate::client::Batch;
use crate::client::backoff::Backoff;
use crate::client::batch::put;

/// Milliseconds of rest before a draft is written in this browser, and on the server.
const REST_HERE: u32 = 200;
const REST_THERE: u32 = 2_000;
/// Milliseconds after which it is written although one still types.
const LONGEST: f64 = 10_000.0;

/// A draft and where it is.
pub(super) struct Drafting {
    pub(super) latest: RefCell<Draft>,
    /// Counts changes.
    revision: Cell<u64>,
    /// The revision that the server has.
    kept: Cell<u64>,
    /// The copy on the server.
    pub(super) email: RefCell<Option<EmailId>>,
    /// An answer was lost: there may be copies on the server that are not known.
    pub(super) uncertain: Cell<bool>,
    /// It is being written to the server.
    pub(super) busy: Cell<bool>,
    /// Somebody waits to write it to the server.
    waits: Cell<bool>,
    here_is_due: Cell<bool>,
    unsaved_since: Cell<f64>,
    hurry: Cell<bool>,
    /// It is being written: after a crash the person is asked whether to go on.
    open: Cell<bool>,
    /// It was thrown away or sent.
    pub(super) gone: Cell<bool>,
    /// It is being sent or was: what the composer still says of it while it closes is not kept.
    pub(super) spent: Cell<bool>,
    pub(super) status: ArcRwSignal<DraftStatus>,
}

impl Drafting {
    /// The server has its last form.
    fn is_saved(&self) -> bool {
        self.revision.get() == self.kept.get()
    }
}

pub(super) fn now() -> UtcDate {
    UtcDate::from_millis(js_sys::Date::now() as i64)
}

impl Engine {
    /// The draft of a key; an empty one if there is none.
    pub(super) fn drafting(&self, key: &DraftKey) -> Rc<Drafting> {
        let mut drafts = self.drafts.borrow_mut();
        let new = || {
            Rc::new(Drafting {
                latest: RefCell::new(Draft::new(key.clone())),
                revision: Cell::default(),
                kept: Cell::default(),
                email: RefCell::default(),
                uncertain: Cell::default(),
                busy: Cell::default(),
                waits: Cell::default(),
                here_is_due: Cell::default(),
                unsaved_since: Cell::default(),
                hurry: Cell::default(),
                open: Cell::default(),
                gone: Cell::default(),
                spent: Cell::default(),
                status: ArcRwSignal::default(),
            })
        };
        drafts.entry(key.clone()).or_insert_with(new).clone()
    }

    fn change_draft(self: &Rc<Self>, drafting: &Rc<Drafting>, draft: Draft) {
        if drafting.email.borrow().is_none() {
            drafting.email.replace(draft.email.clone());
        }
        drafting.latest.replace(draft);
        drafting.gone.set(false);
        if drafting.is_saved() {
            drafting.unsaved_since.set(js_sys::Date::now());
        }
        drafting.revision.set(drafting.revision.get() + 1);
        if !drafting.here_is_due.replace(true) {
            let (engine, drafting) = (self.clone(), drafting.clone());
            spawn_local(async move {
                TimeoutFuture::new(REST_HERE).await;
                // A browser that is slow to open its memory.
                engine.open_db().await;
                drafting.here_is_due.set(false);
                if !drafting.is_saved() && !drafting.gone.get() && !drafting.latest.borrow().is_blank() {
                    engine.keep_draft_here(&drafting);
                }
            });
        }
        if !drafting.latest.borrow().is_blank() || drafting.email.borrow().is_some() {
            drafting.status.set(DraftStatus::Saving);
            self.keep_draft_there(drafting);
        }
    }

    /// Writes a draft to the server when the person rests, again and again until the server has the last form.
    fn keep_draft_there(self: &Rc<Self>, drafting: &Rc<Drafting>) {
        if drafting.waits.replace(true) {
            return;
        }
        let (engine, drafting) = (self.clone(), drafting.clone());
        spawn_local(async move {
            let mut backoff = Backoff::default();
            while !drafting.is_saved() && !drafting.gone.get() {
                engine.rest(&drafting).await;
                if drafting.gone.get() {
                    break;
                }
                if let Err(failure) = engine.save_draft(&drafting).await {
                    if !failure.is_passing() {
                        drafting.status.set(DraftStatus::Failed(failure));
                        break;
                    }
                    drafting.uncertain.set(true);
                    engine.keep_draft_here(&drafting);
                    drafting.status.set(DraftStatus::KeptHere { at: now() });
                    TimeoutFuture::new(backoff.next(js_sys::Math::random())).await;
                }
            }
            drafting.waits.set(false);
        });
    }

    /// Waits until the person has not typed for a while, or for too long.
    async fn rest(&self, drafting: &Drafting) {
        loop {
            let revision = drafting.revision.get();
            for _ in 0..REST_THERE / 100 {
                if drafting.hurry.take() || drafting.gone.get() {
                    return;
                }
                TimeoutFuture::new(100).await;
            }
            if revision == drafting.revision.get() || js_sys::Date::now() - drafting.unsaved_since.get() > LONGEST {
                return;
            }
        }
    }

    /// Drafts that the server does not have in their last form.
    pub(super) fn unsaved_drafts(&self) -> Vec<Rc<Drafting>> {
        let is_unsaved = |drafting: &&Rc<Drafting>| {
            let is_blank = drafting.latest.borrow().is_blank() && drafting.email.borrow().is_none();
            !drafting.is_saved() && !drafting.gone.get() && !is_blank
        };
        self.drafts.borrow().values().filter(is_unsaved).cloned().collect()
    }

    /// Writes them to the server now.
    pub(super) fn flush_drafts(self: &Rc<Self>) {
        for drafting in self.unsaved_drafts() {
            self.flush(&drafting);
        }
    }

    fn flush(self: &Rc<Self>, drafting: &Rc<Drafting>) {
        drafting.hurry.set(true);
        if !drafting.latest.borrow().is_blank() {
            self.keep_draft_here(drafting);
            self.keep_draft_there(drafting);
        }
    }

    /// The identity that sends a draft.
    pub(super) async fn sender(self: &Rc<Self>, draft: &Draft) -> Result<Identity, Failure> {
        let known = || {
            let mirror = self.mirror.borrow();
            let all: Vec<Identity> = mirror
                .records(&"Identity".into())
                .filter_map(|(_, record)| Identity::deserialize(record.as_ref()).ok())
                .collect();
            let chosen = draft.identity.as_ref().and_then(|id| all.iter().find(|identity| identity.id == *id));
            chosen.or(all.first()).cloned()
        };
        if let Some(identity) = known() {
            return Ok(identity);
        }
        let account = self.account().ok_or(Failure::SignedOut)?;
        let mut batch = Batch::new();
        let call = batch.call("Identity/get", &account, json!({ "ids": null }));
        let answer: GetResponse<Identity> = self.client.ask(batch).await?.take(call)?;
        let chosen = answer.list.iter().find(|identity| draft.identity.as_ref() == Some(&identity.id));
        let none = || Failure::Refused { reason: "forbiddenFrom".to_owned(), reference: None };
        chosen.or(answer.list.first()).cloned().ok_or_else(none)
    }

    async fn save_draft(self: &Rc<Self>, drafting: &Rc<Drafting>) -> Result<(), Failure> {
        drafting.busy.set(true);
        let saved = self.write_draft(drafting).await;
        drafting.busy.set(false);
        saved
    }

    async fn write_draft(self: &Rc<Self>, drafting: &Rc<Drafting>) -> Result<(), Failure> {
        let revision = drafting.revision.get();
        let draft = drafting.latest.borrow().clone();
        let account = self.account().ok_or(Failure::SignedOut)?;
        let drafts = self.role(&Role::Drafts);
        // Without folders there has been no answer yet.
        let drafts = drafts.ok_or(Failure::Offline)?;
        let sender = self.sender(&draft).await?;
        let mut old: Vec<Id> = drafting.email.borrow().iter().map(Id::from).collect();
        if drafting.uncertain.get() {
            let message_id = draft.message_id(&sender);
            old.extend(self.copies(&message_id, Some(drafts.as_str())).await?);
            old.sort();
            old.dedup();
            drafting.uncertain.set(false);
        }
        let mut batch = Batch::new();
        let create = json!({ "create": { "draft": draft.email(&sender, &drafts) }, "destroy": old });
        let call = batch.call("Email/set", &account, create);
        let answer: SetResponse = self.client.ask(batch).await?.take(call)?;
        self.heard_set("Email", &answer);
        let new = Id::from("draft");
        if let Some(error) = answer.not_created.as_ref().and_then(|errors| errors.get(&new)) {
            return Err(error.into());
        }
        let id = answer.created.as_ref().and_then(|created| created.get(&new)?.get("id")?.as_str());
        let id = EmailId::from(id.ok_or(Failure::Server { reference: None })?);
        drafting.email.replace(Some(id));
        drafting.kept.set(revision);
        drafting.unsaved_since.set(js_sys::Date::now());
        if revision == drafting.revision.get() {
            drafting.status.set(DraftStatus::Kept { at: now() });
            if drafting.open.get() {
                self.keep_draft_here(drafting);
            } else {
                self.forget_draft_here(&draft.key);
            }
        }
        Ok(())
    }

    /// Mails with this Message-ID, in a folder or anywhere.
    pub(super) async fn copies(&self, message_id: &str, mailbox: Option<&str>) -> Result<Vec<Id>, Failure> {
        let account = self.account().ok_or(Failure::SignedOut)?;
        let mut filter = json!({ "header": ["Message-ID", message_id] });
        if let Some(mailbox) = mailbox {
            put(&mut filter, "inMailbox", json!(mailbox));
        }
        let mut batch = Batch::new();
        let call = batch.call("Email/query", &account, json!({ "filter": filter }));
        let answer: QueryResponse = self.client.ask(batch).await?.take(call)?;
        Ok(answer.ids)
    }
}

impl Records {
    /// A name for a new draft.
    pub fn new_draft_key(self) -> DraftKey {
        DraftKey(random_name())
    }

    /// Keeps a draft. Call it after every change (as often as one types): it is written here within 200 ms
    /// and on the server after two seconds of rest, at most every ten.
    pub fn save_draft(self, draft: &Draft) {
        let engine = self.engine();
        let drafting = engine.drafting(&draft.key);
        if drafting.spent.get() {
            return;
        }
        if *drafting.latest.borrow() == *draft && drafting.revision.get() > 0 && !drafting.gone.get() {
            return;
        }
        drafting.open.set(true);
        engine.change_draft(&drafting, draft.clone());
        self.not_recovered(&draft.key);
    }

    /// Writes to the server now.
    pub fn flush_draft(self, key: &DraftKey) {
        let engine = self.engine();
        let drafting = engine.drafts.borrow().get(key).cloned();
        let is_unsaved = |drafting: &Rc<Drafting>| !drafting.is_saved() && !drafting.gone.get();
        if let Some(drafting) = drafting.filter(is_unsaved) {
            engine.flush(&drafting);
        }
    }

    /// How safe a draft is.
    pub fn draft_status(self, key: DraftKey) -> Signal<DraftStatus> {
        self.engine().drafting(&key).status.clone().into()
    }

    /// Throws a draft away, here and on the server. Gives a way back.
    pub fn discard_draft(self, key: &DraftKey) -> Undo {
        let engine = self.engine();
        let drafting = engine.drafting(key);
        let draft = drafting.latest.borrow().clone();
        drafting.gone.set(true);
        drafting.status.set(DraftStatus::Empty);
        engine.forget_draft_here(key);
        self.not_recovered(key);
        spawn_local({
            let drafting = drafting.clone();
            async move {
                while drafting.busy.get() {
                    TimeoutFuture::new(50).await;
                }
                // Brought back meanwhile: the copy is still wanted.
                if drafting.gone.get()
                    && let Some(id) = drafting.email.take()
                {
                    self.change(mirror::Change { of: "Email".into(), edits: vec![mirror::Edit::destroy(id.into())] });
                }
            }
        });
        Undo::by(self, 1, move || {
            let engine = self.engine();
            let drafting = engine.drafting(&draft.key);
            engine.change_draft(&drafting, Draft { email: None, ..draft.clone() });
        })
    }

    fn not_recovered(self, key: &DraftKey) {
        let recovered = &self.engine().recovered;
        if recovered.read_untracked().iter().any(|draft| draft.key == *key) {
            recovered.update(|recovered| recovered.retain(|draft| draft.key != *key));
        }
    }

    /// Drafts that were being written when the browser or the tab went away. Empty most of the time. What the server
    /// did not have of them is being written there meanwhile.
    pub fn recovered_drafts(self) -> Signal<Vec<Draft>> {
        self.engine().recovered.clone().into()
    }

    /// A draft from the Drafts folder, to go on writing; the newer one, if this browser has a newer copy.
    ///
    /// # Errors
    /// As any request.
    pub async fn open_draft(self, email: EmailId) -> Result<Draft, Failure> {
        let engine = self.engine();
        let here =
            engine.drafts.borrow().values().find(|drafting| drafting.email.borrow().as_ref() == Some(&email)).cloned();
        if let Some(here) = here.filter(|here| !here.gone.get()) {
            let draft = here.latest.borrow().clone();
            return Ok(Draft { email: Some(email), ..draft });
        }
        let account = self.account_now()?;
        let mut batch = Batch::new();
        let properties = [LIST, DETAILS].concat();
        let call = batch.call(
            "Email/get",
            &account,
            json!({
                "ids": [email], "properties": properties, "bodyProperties": PART,
                "fetchTextBodyValues": true, "fetchHTMLBodyValues": true,
            }),
        );
        let answer: GetResponse = engine.client.ask_again(batch).await?.take(call)?;
        let missing = || Failure::Refused { reason: "notFound".to_owned(), reference: None };
        let properties = answer.list.first().ok_or_else(missing)?;
        let read = Email::read(&Id::from(&email), properties).ok_or_else(missing)?;
        let details = EmailDetails::read(read.into(), properties).ok_or_else(missing)?;
        // A copy that the app wrote carries its key in its Message-ID.
        let key = details.message_id.first().and_then(|id| id.split_once('@')).map(|(key, _)| key);
        let key = key.filter(|key| key.len() == 21 && key.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let key = key.map_or_else(|| self.new_draft_key(), |key| DraftKey(key.to_owned()));
        let draft = Draft::read(key, email.clone(), &details, properties);
        let drafting = engine.drafting(&draft.key);
        drafting.email.replace(Some(email));
        drafting.latest.replace(draft.clone());
        drafting.gone.set(false);
        drafting.status.set(DraftStatus::Kept { at: details.email.received_at });
        Ok(draft)
    }
}
