//! What stands behind the signals: the mirror, its wishes on the wire, and who is told of what changed.
//!
//! It decides when to ask (at the end of the moment, after a pause when the gateway is away) and never what:
//! that is the mirror's. Parts: [`keep`] is the browser's memory, [`tabs`] push and the other tabs.

mod keep;
mod listed;
mod tabs;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use jmap::mailbox::Role;
use jmap::{AccountId, EmailId, Id, MailboxId, State, capability};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mirror::{Limits, Mirror, Properties, Touched, TypeName, WindowKey};
use serde_json::Value;

use super::calendars::Range;
use super::email::{Email, LIST, MUTABLE, SUMMARY};
use super::idb::Db;
use super::query::WireQuery;
use super::writing::Drafting;
use super::{Connection, Draft, DraftKey, Refused, wishes};
use crate::client::backoff::Backoff;
use crate::client::{Client, ClientError};
pub(super) use listed::{FIRST_ROWS, Listed, NO_ROWS};

/// Functions to call, until their owners are gone.
pub(super) type Listeners<F> = RefCell<Vec<(u64, Rc<F>)>>;

/// A record and the mail that was read from it, if it is known well enough.
type ReadEmail = (Arc<Properties>, Option<Arc<Email>>);
/// Is told of new mail.
pub(super) type OnNewMail = dyn Fn(&[Email]);
/// Is told of alerts.
pub(super) type OnAlert = dyn Fn(&jmap::push::CalendarAlert);

pub(super) struct Engine {
    pub(super) client: Client,
    pub(super) mirror: RefCell<Mirror>,
    account: RefCell<Option<AccountId>>,
    /// What the browser kept has been taken up: the mirror may talk.
    ready: Cell<bool>,
    /// Counts sign-ins: what an earlier one began does not touch a later one.
    era: Cell<u64>,
    /// This page, among the browser's tabs.
    pub(super) tab: String,
    pub(super) db: RefCell<Option<Db>>,
    queries: RefCell<HashMap<WindowKey, WireQuery>>,
    pub(super) ranges: RefCell<HashMap<WindowKey, Rc<Range>>>,
    listed: RefCell<Vec<Rc<Listed>>>,
    triggers: RefCell<HashMap<TypeName, ArcTrigger>>,
    emails: RefCell<HashMap<Id, ReadEmail>>,
    /// Folders by role.
    roles: RefCell<BTreeMap<String, MailboxId>>,
    pub(super) connection: ArcRwSignal<Connection>,
    /// Why requests fail now, for what has nothing to show.
    pub(super) trouble: ArcRwSignal<Option<ClientError>>,
    backoff: Cell<Backoff>,
    /// Names the pause that holds, if one does.
    paused: Cell<Option<u64>>,
    pump_is_due: Cell<bool>,
    members_are_due: Cell<bool>,
    keeping: keep::Keeping,
    tabs: tabs::Tabs,
    pub(super) refused: Listeners<dyn Fn(&Refused)>,
    pub(super) new_mail: Listeners<OnNewMail>,
    pub(super) alerts: Listeners<OnAlert>,
    /// Created mails that may be new mail, until they are known.
    fresh: RefCell<HashSet<Id>>,
    next_listener: Cell<u64>,
    /// Lives as long as the app.
    root: Owner,
    /// Owners of handles that outlive the views that made them, the oldest first.
    outliving: RefCell<VecDeque<Owner>>,
    /// Mails whose document is in the browser's cache.
    pub(super) prefetched: RefCell<HashSet<EmailId>>,
    pub(super) drafts: RefCell<HashMap<DraftKey, Rc<Drafting>>>,
    pub(super) recovered: ArcRwSignal<Vec<Draft>>,
    /// Mails that wait to be handed over.
    unsent: Cell<usize>,
    pub(super) settings: ArcRwSignal<Option<Arc<Properties>>>,
}

/// Handles that are kept beyond their views.
const OUTLIVING: usize = 32;

/// The type names that this module loads.
pub(super) fn email() -> TypeName {
    "Email".into()
}
pub(super) fn thread() -> TypeName {
    "Thread".into()
}
pub(super) fn mailbox() -> TypeName {
    "Mailbox".into()
}

/// A name that nobody else has.
pub(super) fn random_name() -> String {
    let part = || format!("{:07x}", (js_sys::Math::random() * f64::from(1 << 28)) as u32);
    format!("{}{}{}", part(), part(), part())
}

impl Engine {
    pub(super) fn new(client: Client) -> Rc<Self> {
        Rc::new(Self {
            client,
            mirror: RefCell::default(),
            account: RefCell::default(),
            ready: Cell::default(),
            era: Cell::default(),
            tab: random_name(),
            db: RefCell::default(),
            queries: RefCell::default(),
            ranges: RefCell::default(),
            listed: RefCell::default(),
            triggers: RefCell::default(),
            emails: RefCell::default(),
            roles: RefCell::default(),
            connection: ArcRwSignal::default(),
            trouble: ArcRwSignal::new(None),
            backoff: Cell::default(),
            paused: Cell::default(),
            pump_is_due: Cell::default(),
            members_are_due: Cell::default(),
            keeping: keep::Keeping::default(),
            tabs: tabs::Tabs::default(),
            refused: RefCell::default(),
            new_mail: RefCell::default(),
            alerts: RefCell::default(),
            fresh: RefCell::default(),
            next_listener: Cell::default(),
            root: Owner::new(),
            outliving: RefCell::default(),
            prefetched: RefCell::default(),
            drafts: RefCell::default(),
            recovered: ArcRwSignal::default(),
            unsent: Cell::default(),
            settings: ArcRwSignal::new(None),
        })
    }

    /// Keeps a value beyond the view that made it: a toast outlives the row. The last few are kept.
    pub(super) fn outlive<T: 'static>(&self, value: T) -> StoredValue<T, LocalStorage> {
        let owner = self.root.child();
        let stored = owner.with(|| StoredValue::new_local(value));
        let mut outliving = self.outliving.borrow_mut();
        outliving.push_back(owner);
        if outliving.len() > OUTLIVING {
            outliving.pop_front();
        }
        stored
    }

    /// Adds a function to call, until the current owner is gone.
    pub(super) fn listen<F: ?Sized + 'static>(self: &Rc<Self>, list: fn(&Self) -> &Listeners<F>, call: Rc<F>) {
        let id = self.next_listener.get();
        self.next_listener.set(id + 1);
        list(self).borrow_mut().push((id, call));
        let engine = StoredValue::new_local(Rc::downgrade(self));
        on_cleanup(move || {
            if let Some(engine) = engine.try_get_value().and_then(|engine| engine.upgrade()) {
                list(&engine).borrow_mut().retain(|(other, _)| *other != id);
            }
        });
    }

    /// The functions that listen now.
    pub(super) fn listeners<F: ?Sized>(list: &Listeners<F>) -> Vec<Rc<F>> {
        list.borrow().iter().map(|(_, call)| call.clone()).collect()
    }

    // --- a person comes and goes -----------------------------------------------------------------

    /// Somebody is signed in: takes up what the browser kept of them, and begins to ask. Whether it began.
    ///
    /// `returned`: they were here before, so what was kept is waited for; else the server is asked at once.
    pub(super) async fn start(self: Rc<Self>, account: AccountId, returned: bool) -> bool {
        if self.account.borrow().as_ref() == Some(&account) {
            // Signed in again: the old connection, if it stands at all, was the old session's.
            self.tabs_reconnect();
            self.try_now();
            return false;
        }
        self.stop();
        let era = self.era.get();
        self.account.replace(Some(account.clone()));
        self.tabs_join();
        let kept = if returned { self.take_up(&account).await } else { keep::Kept::default() };
        if kept.snapshot.is_none() && self.client.session().is_none() {
            // If this fails, the first request gets it.
            let _later = self.client.load_session().await;
        }
        if self.era.get() != era {
            return false;
        }
        let limits = self.client.limits();
        let limits = Limits { objects_in_get: limits.get, objects_in_set: limits.set };
        let mut mirror = match kept.snapshot {
            Some(snapshot) => Mirror::restore(snapshot, limits),
            None => Mirror::new(limits),
        };
        let mut mutable = MUTABLE.to_vec();
        if self.has_summary() {
            mutable.push(SUMMARY);
        }
        mirror.define(email(), &mutable);
        mirror.define(thread(), &["emailIds"]);
        mirror.load_all(&mailbox());
        self.mirror.replace(mirror);
        self.ready.set(true);
        if !returned {
            self.take_up_behind(&account);
        }
        let mut touched = Vec::new();
        for outbox in kept.outboxes {
            touched.push(self.mirror.borrow_mut().replay(outbox));
        }
        self.learn_roles();
        self.resolve_lists();
        self.open_ranges();
        for touched in touched {
            self.touched(touched);
        }
        self.everything_changed();
        self.pump();
        // Goes with what is asked after the first rows.
        self.mirror.borrow_mut().load_all(&"Identity".into());
        self.tabs_lead();
        true
    }

    /// Nobody is signed in any more: forgets everything in memory.
    pub(super) fn stop(&self) {
        self.era.set(self.era.get() + 1);
        self.ready.set(false);
        self.drop_snapshot();
        self.account.replace(None);
        self.mirror.replace(Mirror::default());
        self.queries.borrow_mut().clear();
        self.emails.borrow_mut().clear();
        self.roles.borrow_mut().clear();
        self.fresh.borrow_mut().clear();
        self.prefetched.borrow_mut().clear();
        self.paused.set(None);
        self.backoff.set(Backoff::default());
        self.trouble.set(None);
        self.connection.set(Connection::default());
        self.settings.set(None);
        self.drafts.borrow_mut().clear();
        self.recovered.set(Vec::new());
        self.unsent.set(0);
        for listed in self.listed.borrow().iter() {
            listed.key.replace(None);
        }
        self.tabs_leave();
        self.everything_changed();
    }

    /// Signing out: nothing of the person stays in this browser.
    pub(super) async fn forget(&self) {
        self.stop();
        if let Some(db) = self.open_db().await {
            db.clear().await;
        }
    }

    pub(super) fn account(&self) -> Option<AccountId> {
        self.account.borrow().clone()
    }

    pub(super) fn has_summary(&self) -> bool {
        self.client.offers(capability::OWLET_MAIL)
    }

    pub(super) fn row_properties(&self) -> Vec<String> {
        let summary = self.has_summary().then_some(SUMMARY);
        LIST.iter().copied().chain(summary).map(str::to_owned).collect()
    }

    // --- asking ----------------------------------------------------------------------------------

    /// Asks what the mirror wishes, at the end of this moment.
    pub(super) fn pump_soon(self: &Rc<Self>) {
        if self.pump_is_due.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move { engine.pump() });
    }

    fn pump(self: &Rc<Self>) {
        self.pump_is_due.set(false);
        if !self.ready.get() || self.paused.get().is_some() {
            return;
        }
        let Some(account) = self.account() else { return };
        let row = self.row_properties();
        let wishes = self.mirror.borrow_mut().wishes();
        for wish in wishes {
            let asked = {
                let windows = self.queries.borrow();
                let has_summary = self.has_summary();
                let events = |window: &WindowKey| self.event_query(window);
                let context =
                    wishes::Context { account: &account, has_summary, windows: &windows, events: &events, row: &row };
                wishes::ask(&wish, &context)
            };
            let Some((batch, asked)) = asked else {
                // A list that was restored but has not been shown since: nobody waits for it.
                continue;
            };
            let (engine, era) = (self.clone(), self.era.get());
            spawn_local(async move {
                let result = engine.client.ask(batch).await;
                if engine.era.get() != era {
                    return;
                }
                match result {
                    Ok(mut answers) => {
                        let applied = wishes::apply(&mut engine.mirror.borrow_mut(), asked, &mut answers);
                        engine.came_through();
                        if applied.busy {
                            engine.pause(&ClientError::Server { reference: None });
                        }
                        engine.look_for_new_mail(applied.created);
                        for (window, found) in applied.snippets {
                            engine
                                .lists()
                                .iter()
                                .filter(|listed| listed.key().as_ref() == Some(&window))
                                .for_each(|listed| listed.adopt_snippets(found.clone()));
                        }
                        for touched in applied.touched {
                            engine.touched(touched);
                        }
                    }
                    Err(error) => {
                        let touched = wishes::fail(&mut engine.mirror.borrow_mut(), &asked, &error);
                        if let Some(touched) = touched {
                            engine.touched(touched);
                        } else {
                            engine.pause(&error);
                        }
                    }
                }
                engine.pump_soon();
            });
        }
    }

    /// A request was answered: the connection stands.
    pub(super) fn came_through(&self) {
        self.backoff.set(Backoff::default());
        self.paused.set(None);
        if self.trouble.read_untracked().is_some() {
            self.trouble.set(None);
        }
        if self.connection.read_untracked().offline {
            self.connection.update(|connection| connection.offline = false);
        }
    }

    /// A request was not answered: waits before it asks again.
    pub(super) fn pause(self: &Rc<Self>, error: &ClientError) {
        if self.paused.get().is_some() || *error == ClientError::Cancelled {
            return;
        }
        let mut backoff = self.backoff.get();
        let wait = match error {
            ClientError::TooMany { wait: Some(seconds) } => seconds.saturating_mul(1000),
            _ => backoff.next(js_sys::Math::random()),
        };
        self.backoff.set(backoff);
        // One failure may be a hiccup: it is told when the second request fails too.
        if backoff.failures() > 1 {
            self.trouble.set(Some(error.clone()));
            if *error == ClientError::Offline && !self.connection.read_untracked().offline {
                self.connection.update(|connection| connection.offline = true);
            }
        }
        let pause = self.next_listener.get();
        self.next_listener.set(pause + 1);
        self.paused.set(Some(pause));
        let engine = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(wait).await;
            if engine.paused.get() == Some(pause) {
                engine.paused.set(None);
                engine.pump();
            }
        });
    }

    /// Asks again now: the network is back, or the person wants it.
    pub(super) fn try_now(self: &Rc<Self>) {
        self.paused.set(None);
        let keys: Vec<WindowKey> = self.listed.borrow().iter().filter_map(|listed| listed.key()).collect();
        {
            let mut mirror = self.mirror.borrow_mut();
            for key in &keys {
                mirror.retry(key);
            }
            mirror.retry_records();
            // Every page needs the folders.
            mirror.load_all(&mailbox());
        }
        self.pump_soon();
    }

    /// Everything may have changed.
    pub(super) fn suspect(self: &Rc<Self>) {
        self.mirror.borrow_mut().suspect();
        self.try_now();
    }

    /// The server's states, pushed to this tab or told by another.
    pub(super) fn states(self: &Rc<Self>, states: &BTreeMap<String, State>) {
        self.mirror.borrow_mut().apply_push(states);
        self.pump_soon();
    }

    // --- telling ---------------------------------------------------------------------------------

    /// Subscribes to the records of a type.
    pub(super) fn track(&self, of: &TypeName) {
        self.trigger(of).track();
    }

    fn trigger(&self, of: &TypeName) -> ArcTrigger {
        self.triggers.borrow_mut().entry(of.clone()).or_default().clone()
    }

    fn everything_changed(&self) {
        let triggers: Vec<ArcTrigger> = self.triggers.borrow().values().cloned().collect();
        for trigger in triggers {
            trigger.notify();
        }
        for listed in self.listed.borrow().iter() {
            listed.changed.notify();
        }
        for range in self.ranges.borrow().values() {
            range.changed.notify();
        }
    }

    /// Tells whom it concerns that something looks different.
    pub(super) fn touched(self: &Rc<Self>, touched: Touched) {
        if touched.is_empty() {
            return;
        }
        let types: BTreeSet<&TypeName> = touched.records.iter().map(|(of, _)| of).collect();
        let mailboxes = types.contains(&mailbox());
        for of in types {
            self.trigger(of).notify();
        }
        if mailboxes {
            self.learn_roles();
            self.resolve_lists();
        }
        self.tell_new_mail();
        self.tell_lists(&touched.windows);
        self.tell_ranges(&touched.windows);
        self.tell_refusals(&touched);
        if touched.outbox {
            self.keep_outbox_soon();
            self.count_waiting();
        }
        self.keep_snapshot_soon();
    }

    /// So many mails more (or fewer) wait to be handed over.
    pub(super) fn wait_for(&self, mails: isize) {
        self.unsent.set(self.unsent.get().saturating_add_signed(mails));
        self.count_waiting();
    }

    /// Changes and mails that wait to go out.
    pub(super) fn waiting(&self) -> usize {
        self.mirror.borrow().pending() + self.unsent.get()
    }

    fn count_waiting(&self) {
        let waiting = self.waiting();
        if self.connection.read_untracked().waiting != waiting {
            self.connection.update(|connection| connection.waiting = waiting);
        }
    }

    fn tell_refusals(&self, touched: &Touched) {
        let mut refused: BTreeMap<mirror::ChangeId, Refused> = BTreeMap::new();
        for refusal in &touched.refusals {
            let entry = refused
                .entry(refusal.change)
                .or_insert_with(|| Refused { count: 0, failure: ClientError::from(&refusal.error) });
            entry.count += 1;
        }
        for refused in refused.values() {
            for call in Self::listeners(&self.refused) {
                call(refused);
            }
        }
    }

    // --- folders by role -------------------------------------------------------------------------

    fn learn_roles(&self) {
        let mirror = self.mirror.borrow();
        let of = mailbox();
        let roles = mirror
            .records(&of)
            .filter_map(|(id, folder)| Some((folder.get("role")?.as_str()?.to_owned(), MailboxId::from(id.clone()))));
        self.roles.replace(roles.collect());
    }

    /// The folder of a role.
    pub(super) fn role(&self, role: &Role) -> Option<MailboxId> {
        self.roles.borrow().get(role.as_str()).cloned()
    }

    /// The inbox: as known, or as the server says in its session, before any folder is known.
    fn inbox(&self) -> Option<MailboxId> {
        self.role(&Role::Inbox).or_else(|| {
            let (session, account) = (self.client.session()?, self.account()?);
            let id =
                session.accounts.get(&account)?.account_capabilities.get(capability::OWLET_MAIL)?.get("inboxId")?;
            Some(MailboxId::from(id.as_str()?))
        })
    }

    /// Trash and junk: what "everywhere" and a thread's counts leave out.
    pub(super) fn hidden(&self) -> BTreeSet<MailboxId> {
        [Role::Trash, Role::Junk].iter().filter_map(|role| self.role(role)).collect()
    }

    /// The lists that views hold.
    pub(super) fn lists(&self) -> Vec<Rc<Listed>> {
        self.listed.borrow().clone()
    }

    // --- mails -----------------------------------------------------------------------------------

    /// A mail, if what a list shows of it is known. Read once for each form of the record.
    pub(super) fn email(&self, id: &Id) -> Option<Arc<Email>> {
        let mirror = self.mirror.borrow();
        let record = mirror.record(&email(), id)?;
        let mut emails = self.emails.borrow_mut();
        if let Some((of, read)) = emails.get(id)
            && Arc::ptr_eq(of, record)
        {
            return read.clone();
        }
        let read = Email::read(id, record).map(Arc::new);
        emails.insert(id.clone(), (record.clone(), read.clone()));
        read
    }

    /// The ids of a thread's mails, oldest first, if known.
    pub(super) fn thread_emails(&self, id: &Id) -> Option<Vec<Id>> {
        let mirror = self.mirror.borrow();
        let ids = mirror.record(&thread(), id)?.get("emailIds")?.as_array()?;
        Some(ids.iter().filter_map(Value::as_str).map(Id::from).collect())
    }

    fn look_for_new_mail(self: &Rc<Self>, created: Vec<Id>) {
        if created.is_empty() || self.new_mail.borrow().is_empty() || !self.tabs_leads() {
            return;
        }
        let properties = self.row_properties();
        self.mirror.borrow_mut().load(&email(), &created, Some(&properties));
        self.fresh.borrow_mut().extend(created);
        self.tell_new_mail();
    }

    fn tell_new_mail(&self) {
        if self.fresh.borrow().is_empty() {
            return;
        }
        let inbox = self.inbox();
        let mut new = Vec::new();
        let fresh = self.fresh.take();
        let waiting = fresh.into_iter().filter(|id| match self.email(id) {
            Some(email) => {
                let here = inbox.as_ref().is_some_and(|inbox| email.mailbox_ids.contains(inbox));
                if here && !email.seen && !email.draft {
                    new.push((*email).clone());
                }
                false
            }
            None => self.mirror.borrow().presence(&TypeName::from("Email"), id) != mirror::Presence::Missing,
        });
        let waiting: HashSet<Id> = waiting.collect();
        self.fresh.replace(waiting);
        if !new.is_empty() {
            new.sort_by_key(|email| email.received_at);
            for call in Self::listeners(&self.new_mail) {
                call(&new);
            }
        }
    }
}
