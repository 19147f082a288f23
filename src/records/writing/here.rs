//! Drafts in this browser: in its database as long as they are being written, and beside it, in the storage that has
//! written when the call returns, at the moment when the page goes away. What a tab left behind is taken up by the
//! next one.
//!
//! Keys: `<account>/draft/<tab>/<draft>`, in the storage with `owlet.` before it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jmap::method::GetResponse;
use jmap::{EmailId, Id};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Drafting;
use crate::client::Batch;
use crate::json;
use crate::records::engine::{Engine, random_name};
use crate::records::{Draft, DraftKey, DraftStatus, Failure, Records};
use crate::shell::leadership;

/// Before the keys in the storage.
const PREFIX: &str = "owlet.";

/// A draft as this browser keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    draft: Draft,
    /// Milliseconds since 1970: of two, the later counts.
    at: f64,
    /// The server has it in just this form.
    saved: bool,
}

impl Kept {
    fn of(drafting: &Drafting) -> Self {
        let email = drafting.email.borrow().clone();
        let saved = drafting.is_saved() && email.is_some();
        let latest = drafting.latest.borrow().clone();
        Self { draft: Draft { email: email.or(latest.email.clone()), ..latest }, at: js_sys::Date::now(), saved }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Every key in the storage that begins so, without [`PREFIX`].
fn stored_keys(prefix: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|index| storage.key(index).ok().flatten());
    keys.filter_map(|key| key.strip_prefix(PREFIX).filter(|key| key.starts_with(prefix)).map(str::to_owned)).collect()
}

impl Engine {
    fn draft_place(&self, key: &DraftKey) -> Option<String> {
        Some(format!("{}/draft/{}/{}", self.account()?, self.tab, key.0))
    }

    /// Writes a draft into the browser's database.
    pub(super) fn keep_draft_here(&self, drafting: &Drafting) {
        let kept = Kept::of(drafting);
        let (Some(db), Some(place)) = (self.db.borrow().clone(), self.draft_place(&kept.draft.key)) else { return };
        if let Some(text) = json::write(&kept) {
            db.put(&place, &text);
        }
    }

    /// Forgets a draft in this browser.
    pub(in crate::records) fn forget_draft_here(&self, key: &DraftKey) {
        let Some(place) = self.draft_place(key) else { return };
        if let Some(db) = self.db.borrow().as_ref() {
            db.delete(&place);
        }
        if let Some(storage) = storage() {
            // Nothing to forget where nothing can be kept.
            let _gone = storage.remove_item(&format!("{PREFIX}{place}"));
        }
    }

    /// The page may be gone in a moment: everything that the server does not have is written before this returns.
    fn keep_drafts_now(&self) {
        for drafting in self.drafts.borrow().values() {
            if drafting.is_saved() || drafting.gone.get() || drafting.latest.borrow().is_blank() {
                continue;
            }
            self.keep_draft_here(drafting);
            let kept = Kept::of(drafting);
            if let (Some(storage), Some(place), Some(text)) =
                (storage(), self.draft_place(&kept.draft.key), json::write(&kept))
            {
                // Too long for the storage: then the database has it, if the browser gets that far.
                let _full = storage.set_item(&format!("{PREFIX}{place}"), &text);
            }
        }
    }

    /// Takes up what dead tabs were writing: offers it to the person, and writes it to the server unless that has it.
    pub(in crate::records) async fn recover_drafts(self: Rc<Self>) {
        let Some(account) = self.account() else { return };
        let mut checks = Vec::new();
        for kept in self.orphaned_drafts(&format!("{account}/draft/")).await {
            let mut draft = kept.draft;
            if self.drafting(&draft.key).revision.get() > 0 {
                // It has been opened anew meanwhile: both are kept.
                draft = Draft { key: DraftKey(random_name()), email: None, ..draft };
            }
            let drafting = self.drafting(&draft.key);
            drafting.open.set(true);
            if kept.saved && draft.email.is_some() {
                drafting.email.replace(draft.email.clone());
                drafting.latest.replace(draft.clone());
                drafting.status.set(DraftStatus::Kept { at: jmap::UtcDate::from_millis(kept.at as i64) });
                self.keep_draft_here(&drafting);
                checks.push(draft);
            } else {
                // The last save may have arrived without an answer.
                drafting.uncertain.set(true);
                self.change_draft(&drafting, draft.clone());
                self.keep_draft_here(&drafting);
                self.recovered.update(|recovered| recovered.push(draft));
            }
        }
        if checks.is_empty() {
            return;
        }
        // One that was sent or thrown away elsewhere is not offered again. Without an answer, all are.
        let still = self.still_drafts(checks.iter().filter_map(|draft| draft.email.clone()).collect()).await;
        for draft in checks {
            let is_draft =
                still.as_ref().map_or(true, |still| draft.email.as_ref().is_some_and(|id| still.contains(id)));
            if is_draft {
                self.recovered.update(|recovered| recovered.push(draft));
            } else {
                self.forget_draft_here(&draft.key);
            }
        }
    }

    /// What dead tabs left, each draft once.
    async fn orphaned_drafts(&self, prefix: &str) -> Vec<Kept> {
        let mut found: BTreeMap<String, Kept> = BTreeMap::new();
        let mut add = |text: &str| {
            let Some(kept) = json::read::<Kept>(text) else { return };
            let known = found.get(&kept.draft.key.0);
            if known.is_none_or(|known| known.at < kept.at) {
                found.insert(kept.draft.key.0.clone(), kept);
            }
        };
        if let Some(db) = self.open_db().await {
            for (_, text) in self.take_orphans(&db, prefix).await {
                add(&text);
            }
        }
        let keys = stored_keys(prefix);
        if !keys.is_empty() {
            let alive: BTreeSet<String> = leadership::alive_tabs().await.into_iter().flatten().collect();
            for key in keys {
                let tab = key.strip_prefix(prefix).and_then(|rest| rest.split('/').next()).unwrap_or_default();
                if tab == self.tab || alive.contains(tab) {
                    continue;
                }
                let key = format!("{PREFIX}{key}");
                if let Some(storage) = storage()
                    && let Ok(Some(text)) = storage.get_item(&key)
                {
                    add(&text);
                    let _gone = storage.remove_item(&key);
                }
            }
        }
        found.into_values().collect()
    }

    /// Those of these mails that are drafts on the server.
    async fn still_drafts(&self, ids: Vec<EmailId>) -> Result<BTreeSet<EmailId>, Failure> {
        let account = self.account().ok_or(Failure::SignedOut)?;
        let mut batch = Batch::new();
        let call = batch.call("Email/get", &account, json!({ "ids": ids, "properties": ["keywords"] }));
        let answer: GetResponse = self.client.ask(batch).await?.take(call)?;
        let is_draft = |record: &&serde_json::Map<String, Value>| {
            record.get("keywords").and_then(|keywords| keywords.get("$draft")).and_then(Value::as_bool) == Some(true)
        };
        let id = |record: &serde_json::Map<String, Value>| Some(EmailId::from(Id::from(record.get("id")?.as_str()?)));
        Ok(answer.list.iter().filter(is_draft).filter_map(id).collect())
    }
}

impl Records {
    /// The page may be gone in a moment (`pagehide`, a tab that is hidden): writes what the server does not have of
    /// drafts before it returns, and what the next visit shows first.
    pub fn keep_now(self) {
        let engine = self.engine();
        engine.keep_drafts_now();
        engine.keep_snapshot_now();
    }

    /// The person is done with a draft for now: it is written to the server, and not offered again after a crash.
    pub fn leave_draft(self, key: &DraftKey) {
        let engine = self.engine();
        let drafting = engine.drafts.borrow().get(key).cloned();
        if let Some(drafting) = drafting {
            drafting.open.set(false);
            if drafting.is_saved() {
                engine.forget_draft_here(key);
            } else {
                self.flush_draft(key);
            }
        }
        self.not_recovered(key);
    }
}

/// Signing out: nothing that was written stays in this browser.
pub(in crate::records) fn forget_all() {
    if let Some(storage) = storage() {
        for key in stored_keys("").into_iter().filter(|key| key.contains("/draft/")) {
            let _gone = storage.remove_item(&format!("{PREFIX}{key}"));
        }
    }
}
