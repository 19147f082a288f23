//! What a person changes in mails: shown at once, sent in order, taken back if refused.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jmap::method::SetResponse;
use jmap::{AccountId, EmailId, Id, MailboxId, ThreadId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mirror::{Change, WindowKey};

use super::email::{MEMBER, has_keyword, mailbox_ids};
use super::engine::{Engine, email, thread};
use super::patch::{Known, Surroundings, change};
use super::{EmailPatch, Failure, Records, Scope, Targets};
use crate::client::Batch;

/// Takes a change back. `Copy`, for a toast's button and Ctrl Z.
///
/// It belongs to nobody's owner: a toast outlives the view that made it.
#[derive(Clone, Copy)]
pub struct Undo(StoredValue<Inner, LocalStorage>);

#[derive(Clone)]
struct Inner {
    records: Option<Records>,
    count: usize,
    /// The changes that take it back, the last first.
    back: Vec<Change>,
    possible: bool,
    undone: bool,
    then: Option<Rc<dyn Fn()>>,
}

impl Undo {
    fn new(records: Records, count: usize, back: Option<Change>) -> Self {
        let possible = back.is_some();
        let back = back.into_iter().collect();
        Self(records.engine().outlive(Inner {
            records: Some(records),
            count,
            possible,
            undone: false,
            back,
            then: None,
        }))
    }

    /// An undo that is a function.
    pub(super) fn by(records: Records, count: usize, then: impl Fn() + 'static) -> Self {
        let then: Option<Rc<dyn Fn()>> = Some(Rc::new(then));
        Self(records.engine().outlive(Inner {
            records: None,
            count,
            back: Vec::new(),
            possible: true,
            undone: false,
            then,
        }))
    }

    /// Nothing was to do.
    fn none(records: Records) -> Self {
        Self::new(records, 0, None)
    }

    /// How many mails were changed; 0 if nothing was to do.
    pub fn count(self) -> usize {
        self.0.try_with_value(|inner| inner.count).unwrap_or_default()
    }

    /// Whether there is a way back. Of the last thirty or so changes there is.
    pub fn is_possible(self) -> bool {
        self.0.try_with_value(|inner| inner.possible).unwrap_or_default()
    }

    /// Takes it back; once.
    pub fn undo(self) {
        let Some(inner) = self.0.try_get_value() else { return };
        self.0.try_update_value(|inner| {
            inner.possible = false;
            inner.undone = true;
            inner.back.clear();
            inner.then = None;
        });
        if let Some(then) = inner.then {
            then();
        }
        if let Some(records) = inner.records {
            for change in inner.back {
                records.apply(change);
            }
        }
    }

    /// It was taken back: what is left of the change is not made any more.
    fn is_undone(self) -> bool {
        self.0.try_with_value(|inner| inner.undone).unwrap_or_default()
    }

    /// More of the same change was made later, when more was known.
    fn extend(self, count: usize, back: Option<Change>) {
        self.0.try_update_value(|inner| {
            inner.count += count;
            inner.possible |= back.is_some();
            inner.back.splice(0..0, back);
        });
    }
}

/// A change that the server did not take; it is undone already.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// How many records were affected.
    pub count: usize,
    /// Why.
    pub failure: Failure,
}

impl Records {
    /// Changes mails or whole conversations: at once on screen, then on the server, across reloads and
    /// without a connection. A whole conversation is flagged by its newest mail.
    pub fn change_emails(self, targets: Targets, patch: EmailPatch) -> Undo {
        let engine = self.engine();
        // A mail that was never seen has no way back: it is looked at before it is changed.
        let (mut ids, unseen): (Vec<EmailId>, Vec<EmailId>) = {
            let mirror = engine.mirror.borrow();
            targets.emails.iter().cloned().partition(|id| mirror.record(&email(), &Id::from(id)).is_some())
        };
        let mut unknown: Vec<ThreadId> = Vec::new();
        for id in &targets.threads {
            match members(&engine, id) {
                Some(known) => ids.extend(of_thread(&known, &patch, targets.within.as_ref())),
                None => {
                    // What is on screen changes now, the rest of the conversation when it is known.
                    ids.extend(shown_email(&engine, id));
                    unknown.push(id.clone());
                }
            }
        }
        let (count, back) = self.change_known(&ids, &patch, targets.within.as_ref());
        let undo = Undo::new(self, count, back);
        if !unseen.is_empty() && engine.account().is_some() {
            spawn_local(self.change_unseen(unseen, targets.within.clone(), patch.clone(), undo));
        }
        if !unknown.is_empty() && engine.account().is_some() {
            let done: BTreeSet<EmailId> = ids.into_iter().collect();
            spawn_local(self.change_rest(unknown, done, targets.within, patch, undo));
        }
        undo
    }

    /// Makes the change for mails whose ids are known.
    fn change_known(self, ids: &[EmailId], patch: &EmailPatch, within: Option<&MailboxId>) -> (usize, Option<Change>) {
        let engine = self.engine();
        let mut seen = BTreeSet::new();
        let emails: Vec<Known> =
            ids.iter().filter(|id| seen.insert((*id).clone())).map(|id| known(&engine, &Id::from(id))).collect();
        let changed: BTreeSet<&EmailId> = emails.iter().map(|email| &email.id).collect();
        let others = |id: &ThreadId| -> Vec<Known> {
            let ids = engine.thread_emails(&Id::from(id)).unwrap_or_default();
            let others = ids.iter().filter(|id| !changed.contains(&EmailId::from((*id).clone())));
            others.map(|id| known(&engine, id)).collect()
        };
        let role = |role: &jmap::mailbox::Role| engine.role(role);
        let lists = shown_lists(&engine);
        let change = change(&emails, patch, &Surroundings { role: &role, within, lists: &lists, others: &others });
        let count = change.edits.len();
        if count == 0 {
            return (0, None);
        }
        (count, self.apply(change))
    }

    /// Gets the mails of conversations that are not known, and changes these too.
    async fn change_rest(
        self,
        threads: Vec<ThreadId>,
        done: BTreeSet<EmailId>,
        within: Option<MailboxId>,
        patch: EmailPatch,
        undo: Undo,
    ) {
        let engine = self.engine();
        let Some(account) = engine.account() else { return };
        let step = engine.client.limits().get.min(100);
        for some in threads.chunks(step) {
            if load_members(&engine, &account, some).await.is_err() || undo.is_undone() {
                // Without a connection the mails that are on screen are changed, and no others.
                return;
            }
            let ids: Vec<EmailId> = some
                .iter()
                .filter_map(|id| members(&engine, id))
                .flat_map(|known| of_thread(&known, &patch, within.as_ref()))
                .filter(|id| !done.contains(id))
                .collect();
            let (count, back) = self.change_known(&ids, &patch, within.as_ref());
            if count > 0 {
                undo.extend(count, back);
            }
        }
    }

    /// Gets mails that are not known, and changes them; without a connection they are changed unseen.
    async fn change_unseen(self, emails: Vec<EmailId>, within: Option<MailboxId>, patch: EmailPatch, undo: Undo) {
        let engine = self.engine();
        let Some(account) = engine.account() else { return };
        let step = engine.client.limits().get.min(500);
        for some in emails.chunks(step) {
            let _unseen = load_emails(&engine, &account, some).await;
            if undo.is_undone() {
                return;
            }
            let (count, back) = self.change_known(some, &patch, within.as_ref());
            if count > 0 {
                undo.extend(count, back);
            }
        }
    }

    /// Gives a change to the mirror; what takes it back.
    fn apply(self, change: Change) -> Option<Change> {
        let engine = self.engine();
        let changed = engine.mirror.borrow_mut().change(change);
        engine.touched(changed.touched);
        engine.pump_soon();
        changed.undo
    }

    pub(super) fn change(self, change: Change) -> Undo {
        let count = change.edits.len();
        if count == 0 {
            return Undo::none(self);
        }
        Undo::new(self, count, self.apply(change))
    }

    /// Calls when the server took a change back, for a toast. Ends with the owner.
    pub fn on_refused(self, call: impl Fn(&Refused) + 'static) {
        self.engine().listen::<dyn Fn(&Refused)>(|engine| &engine.refused, Rc::new(call));
    }

    /// The account, for a request of one's own.
    pub(super) fn account_now(self) -> Result<AccountId, Failure> {
        self.engine().account().ok_or(Failure::SignedOut)
    }

    pub(super) fn heard(self, of: &str, answer: &SetResponse) {
        self.engine().heard_set(of, answer);
    }
}

impl Engine {
    /// An own `/set` was answered: what follows from it is asked, here and in the other tabs.
    pub(super) fn heard_set(self: &Rc<Self>, of: &str, answer: &SetResponse) {
        let states = BTreeMap::from([(of.to_owned(), answer.new_state.clone())]);
        self.tell_states(states.clone());
        self.states(&states);
    }
}

fn known(engine: &Engine, id: &Id) -> Known {
    let mirror = engine.mirror.borrow();
    let record = mirror.record(&email(), id);
    let keyword = |name| record.and_then(|record| has_keyword(record, name));
    Known {
        id: id.clone().into(),
        thread: record.and_then(|record| Some(ThreadId::from(record.get("threadId")?.as_str()?))),
        mailboxes: record.and_then(|record| mailbox_ids(record)),
        unread: keyword("$seen").zip(keyword("$draft")).map(|(seen, draft)| !seen && !draft),
    }
}

/// The mails of a conversation, if all of them are known well enough.
fn members(engine: &Engine, id: &ThreadId) -> Option<Vec<Known>> {
    let ids = engine.thread_emails(&Id::from(id))?;
    let known: Vec<Known> = ids.iter().map(|id| known(engine, id)).collect();
    known.iter().all(|email| email.mailboxes.is_some()).then_some(known)
}

/// Which mails of a conversation a change means.
fn of_thread(emails: &[Known], patch: &EmailPatch, within: Option<&MailboxId>) -> Vec<EmailId> {
    let is_within = |email: &&Known| {
        within.is_none_or(|within| email.mailboxes.as_ref().is_some_and(|mailboxes| mailboxes.contains(within)))
    };
    match patch {
        // The flag is on the conversation's newest mail here; taken off, it is off everywhere.
        EmailPatch::Flagged(true) => emails.iter().rfind(is_within).map(|email| email.id.clone()).into_iter().collect(),
        EmailPatch::Seen(_) | EmailPatch::Flagged(false) | EmailPatch::Keyword(..) => {
            emails.iter().map(|email| email.id.clone()).collect()
        }
        EmailPatch::Move(_)
        | EmailPatch::Archive
        | EmailPatch::Junk
        | EmailPatch::NotJunk
        | EmailPatch::Trash
        | EmailPatch::Destroy => emails.iter().filter(is_within).map(|email| email.id.clone()).collect(),
    }
}

/// The mail that a list shows for a conversation.
fn shown_email(engine: &Engine, id: &ThreadId) -> Option<EmailId> {
    let mirror = engine.mirror.borrow();
    let id = Id::from(id);
    shown_lists(engine).into_iter().find_map(|(window, _)| {
        let row = mirror.row(&window, mirror.index_of(&window, &id)?)?;
        Some(row.id.into())
    })
}

/// The lists on screen that show a folder.
fn shown_lists(engine: &Engine) -> Vec<(WindowKey, MailboxId)> {
    let mut lists = Vec::new();
    for listed in engine.lists() {
        let mailbox = match &listed.query.scope {
            Scope::Mailbox(id) => Some(id.clone()),
            Scope::Inbox => engine.role(&jmap::mailbox::Role::Inbox),
            Scope::Everywhere => None,
        };
        lists.extend(listed.key().zip(mailbox));
    }
    lists
}

async fn load_emails(engine: &Rc<Engine>, account: &AccountId, ids: &[EmailId]) -> Result<(), Failure> {
    let mut batch = Batch::new();
    let get = batch.call("Email/get", account, serde_json::json!({ "ids": ids, "properties": MEMBER }));
    let ticket = engine.mirror.borrow_mut().ticket();
    let emails = engine.client.ask_again(batch).await?.take(get)?;
    let touched = engine.mirror.borrow_mut().apply_get(ticket, &email(), emails);
    engine.touched(touched);
    Ok(())
}

async fn load_members(engine: &Rc<Engine>, account: &AccountId, threads: &[ThreadId]) -> Result<(), Failure> {
    let mut batch = Batch::new();
    let get = batch.call("Thread/get", account, serde_json::json!({ "ids": threads }));
    let emails = batch.call("Email/get", account, serde_json::json!({ "properties": MEMBER }));
    batch.refer("ids", get, "/list/*/emailIds");
    let ticket = engine.mirror.borrow_mut().ticket();
    let mut answers = engine.client.ask_again(batch).await?;
    let (threads, emails_of) = (answers.take(get)?, answers.take(emails)?);
    let touched = {
        let mut mirror = engine.mirror.borrow_mut();
        [mirror.apply_get(ticket, &thread(), threads), mirror.apply_get(ticket, &email(), emails_of)]
    };
    for touched in touched {
        engine.touched(touched);
    }
    Ok(())
}
