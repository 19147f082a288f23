//! Sending: handed over at once, held by the server for a while, taken back until then.
//!
//! What is to be sent is in this browser until the server has answered, so a closed tab or a lost connection
//! sends it later, and once: before a second attempt the server is asked whether the first arrived.

mod handing_over;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use jmap::mailbox::Role;
use jmap::method::SetResponse;
use jmap::{EmailId, EmailSubmissionId, Id, UtcDate};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::draft::Hold;
use super::engine::Engine;
use super::writing::now;
use super::{Draft, DraftStatus, EmailPatch, Failure, Records, Targets};
use crate::client::Batch;
use crate::client::backoff::Backoff;
use crate::client::batch::put;
use crate::json;

/// A mail on its way out. `Copy`; outlives the composer, for the toast "Sent · Undo".
#[derive(Clone, Copy)]
pub struct Submission(StoredValue<Rc<Sending>, LocalStorage>);

struct Sending {
    records: Records,
    draft: Draft,
    hold: Hold,
    /// An attempt was made that may have arrived.
    uncertain: Cell<bool>,
    undo_wanted: Cell<bool>,
    handed_over: RefCell<Option<HandedOver>>,
    status: ArcRwSignal<SubmissionStatus>,
}

/// What the server has.
#[derive(Clone)]
struct HandedOver {
    id: EmailSubmissionId,
    email: EmailId,
    send_at: UtcDate,
}

/// What is to be sent, as this browser keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    draft: Draft,
    hold: Hold,
}

/// What became of a mail that was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum SubmissionStatus {
    /// Being handed over, or waiting in the outbox for a connection.
    Sending,
    /// The server has it and can still give it back.
    Held {
        /// Until then.
        until: UtcDate,
    },
    /// Out.
    Sent,
    /// Taken back; it is a draft again: open it in the composer.
    Undone(Draft),
    /// Not sent; it is a draft still. `Refused` with `invalidRecipients`, `forbiddenFrom`, `overQuota` …
    Failed {
        /// Why.
        failure: Failure,
        /// The recipients at fault.
        recipients: Vec<String>,
        /// To go on with.
        draft: Draft,
    },
}

/// Why a mail was not handed over.
struct NotSent {
    failure: Failure,
    recipients: Vec<String>,
    /// The draft that it is on the server now.
    email: Option<EmailId>,
}

impl From<Failure> for NotSent {
    fn from(failure: Failure) -> Self {
        Self { failure, recipients: Vec::new(), email: None }
    }
}

impl From<crate::client::batch::CallError> for NotSent {
    fn from(error: crate::client::batch::CallError) -> Self {
        Failure::from(error).into()
    }
}

impl Submission {
    /// What became of it.
    pub fn status(self) -> Signal<SubmissionStatus> {
        let status = self.0.try_get_value().map(|sending| sending.status.clone());
        // Of a mail that was sent more than thirty changes ago.
        status.unwrap_or_else(|| ArcRwSignal::new(SubmissionStatus::Sent)).into()
    }

    /// Takes it back, while [`SubmissionStatus::Sending`] or `Held`; the status tells how it went.
    pub fn undo(self) {
        let Some(sending) = self.0.try_get_value() else { return };
        if sending.undo_wanted.replace(true) || sending.handed_over.borrow().is_none() {
            return;
        }
        spawn_local(async move { sending.take_back().await });
    }
}

impl Records {
    /// Sends a draft; the server holds it for so many seconds (10), so closing the tab changes nothing.
    pub fn send(self, draft: Draft, hold: u32) -> Submission {
        self.submit(draft, Hold::For(hold), false)
    }

    /// Sends a draft at a time.
    pub fn send_at(self, draft: Draft, at: UtcDate) -> Submission {
        self.submit(draft, Hold::Until(at), false)
    }

    fn submit(self, draft: Draft, hold: Hold, uncertain: bool) -> Submission {
        let engine = self.engine();
        let drafting = engine.drafting(&draft.key);
        drafting.gone.set(true);
        drafting.spent.set(true);
        drafting.latest.replace(draft.clone());
        let sending = Rc::new(Sending {
            records: self,
            draft,
            hold,
            uncertain: Cell::new(uncertain || drafting.uncertain.get()),
            undo_wanted: Cell::default(),
            handed_over: RefCell::default(),
            status: ArcRwSignal::new(SubmissionStatus::Sending),
        });
        sending.keep();
        engine.forget_draft_here(&sending.draft.key);
        engine.wait_for(1);
        spawn_local({
            let sending = sending.clone();
            async move {
                sending.run().await;
                sending.records.engine().wait_for(-1);
                sending.wait_until_out().await;
            }
        });
        Submission(self.engine().outlive(sending))
    }

    /// Takes up what a dead tab was about to send.
    pub(super) async fn resume_sending(self) {
        let engine = self.engine();
        let (Some(db), Some(account)) = (engine.open_db().await, engine.account()) else { return };
        for (_, text) in engine.take_orphans(&db, &format!("{account}/send/")).await {
            if let Some(kept) = json::read::<Kept>(&text) {
                self.submit(kept.draft, kept.hold, true);
            }
        }
    }
}

impl Sending {
    fn place(&self, engine: &Engine) -> Option<String> {
        Some(format!("{}/send/{}/{}", engine.account()?, engine.tab, self.draft.key.0))
    }

    fn keep(&self) {
        let engine = self.records.engine();
        let kept = Kept { draft: self.draft.clone(), hold: self.hold };
        if let (Some(db), Some(place), Some(text)) =
            (engine.db.borrow().clone(), self.place(&engine), json::write(&kept))
        {
            db.put(&place, &text);
        }
    }

    fn unkeep(&self) {
        let engine = self.records.engine();
        if let (Some(db), Some(place)) = (engine.db.borrow().clone(), self.place(&engine)) {
            db.delete(&place);
        }
    }

    /// Hands it over, as often as it takes.
    async fn run(&self) {
        let engine = self.records.engine();
        let drafting = engine.drafting(&self.draft.key);
        while drafting.busy.get() {
            TimeoutFuture::new(50).await;
        }
        let mut backoff = Backoff::default();
        loop {
            if self.undo_wanted.get() && !self.uncertain.get() {
                let email = drafting.email.borrow().clone();
                return self.be_a_draft(email, SubmissionStatus::Undone);
            }
            let old = drafting.email.borrow().clone();
            match self.hand_over(&engine, old).await {
                Ok(handed_over) => return self.succeed(&engine, handed_over).await,
                Err(NotSent { failure, .. }) if failure.is_passing() => {
                    self.uncertain.set(true);
                    TimeoutFuture::new(backoff.next(js_sys::Math::random())).await;
                }
                Err(NotSent { failure, recipients, email }) => {
                    let email = email.or_else(|| drafting.email.borrow().clone());
                    return self.be_a_draft(email, |draft| SubmissionStatus::Failed { failure, recipients, draft });
                }
            }
        }
    }

    /// It is a draft again, with this copy on the server.
    fn be_a_draft(&self, email: Option<EmailId>, status: impl FnOnce(Draft) -> SubmissionStatus) {
        let engine = self.records.engine();
        let drafting = engine.drafting(&self.draft.key);
        let draft = Draft { email: email.clone(), ..self.draft.clone() };
        drafting.email.replace(email.clone());
        drafting.gone.set(false);
        drafting.spent.set(false);
        drafting.latest.replace(draft.clone());
        self.unkeep();
        match email {
            Some(_) => drafting.status.set(DraftStatus::Kept { at: now() }),
            // Not on the server yet: it is written there as any draft.
            None => self.records.save_draft(&Draft { email: None, ..draft.clone() }),
        }
        self.status.set(status(draft));
    }

    async fn succeed(&self, engine: &Rc<Engine>, handed_over: HandedOver) {
        engine.drafting(&self.draft.key).email.replace(None);
        self.unkeep();
        let until = handed_over.send_at;
        self.handed_over.replace(Some(handed_over));
        let marks = [(&self.draft.answers, "$answered"), (&self.draft.forwards, "$forwarded")];
        for (email, keyword) in marks {
            if let Some(email) = email {
                let patch = EmailPatch::Keyword(keyword.to_owned(), true);
                self.records.change_emails(Targets::emails([email.clone()]), patch);
            }
        }
        if self.undo_wanted.get() {
            return self.take_back().await;
        }
        let held = until > now();
        self.status.set(if held { SubmissionStatus::Held { until } } else { SubmissionStatus::Sent });
    }

    /// Says "sent" when it can't be taken back any more.
    async fn wait_until_out(&self) {
        loop {
            let SubmissionStatus::Held { until } = self.status.get_untracked() else { return };
            let left = until.millis() - now().millis();
            if left <= 0 {
                return self.status.set(SubmissionStatus::Sent);
            }
            // A timer counts no more than some weeks, and stands still while the machine sleeps.
            TimeoutFuture::new(u32::try_from(left.min(60_000)).unwrap_or(60_000)).await;
        }
    }

    /// Takes it back from the server.
    async fn take_back(&self) {
        let engine = self.records.engine();
        let handed_over = self.handed_over.borrow().clone();
        let (Some(handed_over), Some(account)) = (handed_over, engine.account()) else { return };
        let Some(drafts) = engine.role(&Role::Drafts) else { return };
        let mut patch = json!({ "keywords/$draft": true, format!("mailboxIds/{drafts}"): true });
        if let Some(sent) = engine.role(&Role::Sent) {
            put(&mut patch, &format!("mailboxIds/{sent}"), Value::Null);
        }
        let mut batch = Batch::new();
        let call = batch.call(
            "EmailSubmission/set",
            &account,
            json!({
                "update": { handed_over.id.as_str(): { "undoStatus": "canceled" } },
                "onSuccessUpdateEmail": { handed_over.id.as_str(): patch },
            }),
        );
        let undone = async {
            let mut answers = engine.client.ask_again(batch).await?;
            let answer: SetResponse = answers.take(call)?;
            let implied: Option<SetResponse> = answers.take_nth(call, 1).ok();
            let undone = answer.updated.is_some_and(|updated| updated.contains_key(&Id::from(&handed_over.id)));
            Ok::<_, Failure>((undone, implied))
        };
        match undone.await {
            Ok((true, implied)) => {
                if let Some(implied) = implied {
                    engine.heard_set("Email", &implied);
                }
                self.be_a_draft(Some(handed_over.email), SubmissionStatus::Undone);
            }
            // Too late, or nobody answered until it was too late.
            Ok((false, _)) | Err(_) => self.status.set(SubmissionStatus::Sent),
        }
    }
}
