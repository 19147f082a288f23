//! What the mail page shows and what is chosen on it: the one place for state that several panes share.
//!
//! The address says which list and what is open; everything else lives here beside the views. What is done
//! with it is [`act`](super::act)'s.

use jmap::Id;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::ask::Asked;
use super::composer::Composers;
use super::list::selection::Selection;
use super::range::{AnchorSeen, RangeAsked};
use super::search::Search;
use crate::records::{
    EmailId, EmailListQuery, EmailSearch, EmailWindow, ListFilter, Load, Mailbox, MailboxId, Records, Role, Scope,
    ThreadId, Undo, use_records,
};
use crate::routes::{MailRoute, Open, Place, Route, Show};
use crate::session::use_session;
use crate::shell::{Preferences, is_narrow};
use crate::ui::{Announcer, Toasts};

type Go = Box<dyn Fn(&str, NavigateOptions)>;

/// The mail page's state. `Copy`; a context.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// Mail itself.
    pub(crate) records: Records,
    /// What is being written.
    pub(crate) composers: Composers,
    /// How the person likes the page.
    pub(crate) preferences: Preferences,
    /// For what was done.
    pub(crate) toasts: Toasts,
    /// For what a screen reader should know.
    pub(crate) announcer: Announcer,
    /// The address.
    pub(crate) route: Memo<MailRoute>,
    /// One's own address, lower case.
    pub(crate) me: Memo<String>,
    /// Room for one pane only.
    pub(crate) narrow: Signal<bool>,
    /// The list on screen.
    pub(crate) window: RwSignal<Option<EmailWindow>, LocalStorage>,
    /// Which of its rows are chosen.
    pub(crate) selection: RwSignal<Selection>,
    /// Several are being chosen: rows show checkboxes, a click adds.
    pub(crate) choosing: RwSignal<bool>,
    /// What a dialog asks now.
    pub(crate) asked: RwSignal<Option<Asked>>,
    /// Counts up when the list is to take the focus.
    pub(crate) focus_list: RwSignal<usize>,
    /// What is open is on its way to paper: mail has its own colours.
    pub(super) printing: RwSignal<bool>,
    /// The rows that are chosen are being dragged, and not all of them are known by name.
    pub(super) drags_chosen: StoredValue<bool>,
    /// A stretch of rows was chosen that have not all been seen.
    pub(super) range: StoredValue<Option<RangeAsked>, LocalStorage>,
    /// Where the next stretch of rows begins.
    pub(super) anchor_seen: StoredValue<Option<AnchorSeen>>,
    /// The last change that can be taken back, also after its toast has gone.
    pub(super) last_done: StoredValue<Option<Undo>, LocalStorage>,
    newest: Memo<Option<EmailId>>,
    owner: StoredValue<Owner>,
    go: StoredValue<Go, LocalStorage>,
}

impl Desk {
    /// Provides it to all below, on whatever page. Within the router and where somebody is signed in.
    pub(crate) fn provide() -> Self {
        let location = use_location();
        // While one is on another page, mail is where it was.
        let route = Memo::new(move |before: Option<&MailRoute>| {
            let path = location.pathname.get();
            let query = location.search.get();
            match Route::parse(&path, query.trim_start_matches('?')) {
                Route::Mail(mail) => mail,
                Route::Calendar(_) | Route::Gallery => before.cloned().unwrap_or_default(),
            }
        });
        let me = use_session().me();
        let records = use_records();
        let desk = Self {
            records,
            composers: Composers::provide(),
            preferences: expect_context(),
            toasts: expect_context(),
            announcer: expect_context(),
            route,
            me: Memo::new(move |_| me.get().map(|me| me.address.to_lowercase()).unwrap_or_default()),
            narrow: is_narrow(),
            window: RwSignal::new_local(None),
            selection: RwSignal::new(Selection::default()),
            choosing: RwSignal::new(false),
            asked: RwSignal::new(None),
            focus_list: RwSignal::new(0),
            printing: RwSignal::new(false),
            drags_chosen: StoredValue::new(false),
            range: StoredValue::new_local(None),
            anchor_seen: StoredValue::new(None),
            last_done: StoredValue::new_local(None),
            newest: Memo::new(move |_| newest(records, route.with(|route| route.open.clone())?)),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            go: StoredValue::new_local(Box::new(use_navigate())),
        };
        desk.watch_anchor();
        provide_context(desk);
        desk
    }

    /// Makes something that outlives the button that was pressed for it, such as the undoing in a toast.
    pub(super) fn within<T>(self, make: impl FnOnce() -> T) -> T {
        self.owner.get_value().with(make)
    }

    // --- where one is ------------------------------------------------------------------------

    /// To an address. What replaces is not come back to.
    pub(crate) fn go(self, route: &MailRoute, replace: bool) {
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        self.go.with_value(|go| go(&route.href(), options));
    }

    /// To a list, with nothing open.
    pub(crate) fn go_to(self, place: Place) {
        self.composers.leave_sheet();
        self.go(&MailRoute::at(place), false);
    }

    /// Opens a row, or closes what is open. A second mail takes the first one's place in the history, so that
    /// Back leaves reading rather than going through all that was read.
    pub(crate) fn open(self, open: Option<Open>) {
        let route = self.route.get_untracked();
        if open.is_some() {
            self.composers.leave_sheet();
        }
        if route.open != open {
            let replace = route.open.is_some();
            self.go(&route.opening(open), replace);
        }
    }

    /// The row of the list that is open.
    pub(crate) fn open_key(self) -> Option<Id> {
        self.route.with(|route| route.open.as_ref().map(key_of))
    }

    /// What a row stands for.
    pub(crate) fn open_of(self, key: &Id) -> Open {
        if self.is_conversations_now() { Open::Thread(key.clone().into()) } else { Open::Email(key.clone().into()) }
    }

    /// The open conversation.
    pub(crate) fn thread(self) -> Memo<Option<ThreadId>> {
        let records = self.records;
        let route = self.route;
        Memo::new(move |_| match route.with(|route| route.open.clone())? {
            Open::Thread(id) => Some(id),
            Open::Email(id) => records.email(id).get().ready().map(|email| email.thread_id.clone()),
        })
    }

    /// The mail that Reply answers: the newest of what is open that is no draft.
    pub(crate) fn newest_open(self) -> Option<EmailId> {
        self.newest.get_untracked()
    }

    fn is_conversations_now(self) -> bool {
        self.preferences.conversations.get_untracked() && !self.is_outgoing_now()
    }

    /// The folder that the list shows, if it is one.
    pub(crate) fn folder(self) -> Option<Mailbox> {
        let place = self.route.with(|route| route.place.clone());
        let mailboxes = self.records.mailboxes().get();
        match place {
            Place::Inbox => mailboxes.iter().find(|mailbox| mailbox.role == Some(Role::Inbox)).cloned(),
            Place::Folder(id) => mailboxes.iter().find(|mailbox| mailbox.id == id).cloned(),
            Place::Flagged | Place::Everywhere => None,
        }
    }

    /// The same, without subscribing.
    pub(crate) fn folder_now(self) -> Option<Mailbox> {
        untrack(move || self.folder())
    }

    fn is_outgoing_now(self) -> bool {
        self.folder_now().is_some_and(|folder| matches!(folder.role, Some(Role::Drafts | Role::Scheduled)))
    }

    /// Rows are named by whom mail is for: Sent, Drafts, Later.
    pub(crate) fn is_outgoing(self) -> Memo<bool> {
        Memo::new(move |_| {
            let role = self.folder().and_then(|folder| folder.role);
            matches!(role, Some(Role::Drafts | Role::Scheduled | Role::Sent))
        })
    }

    // --- what the list shows -----------------------------------------------------------------

    /// The list that the address asks for.
    pub(crate) fn query(self) -> Memo<EmailListQuery> {
        Memo::new(move |_| {
            let route = self.route.get();
            let conversations = self.preferences.conversations.get();
            let folder = self.folder();
            let outgoing = folder.as_ref().is_some_and(|it| matches!(it.role, Some(Role::Drafts | Role::Scheduled)));
            let scope = match &route.place {
                Place::Inbox => Scope::Inbox,
                Place::Folder(id) => Scope::Mailbox(id.clone()),
                Place::Flagged | Place::Everywhere => Scope::Everywhere,
            };
            let filter = if route.place == Place::Flagged { ListFilter::Flagged } else { route.show.filter() };
            let typed = route.search.as_deref().map(Search::parse);
            let named = typed.as_ref().and_then(|typed| typed.value("in")).and_then(|name| self.folder_named(name));
            let mut search = typed.map(|typed| EmailSearch::parse(&typed.with("in", None).to_string(), zone()));
            if route.show == Show::ToMe {
                search.get_or_insert_default().to.push(self.me.get());
            }
            EmailListQuery {
                scope: named.map_or(scope, Scope::Mailbox),
                filter,
                search,
                sort: route.sort,
                // A conversation with a draft in it is not what one looks for among drafts.
                conversations: conversations && !outgoing,
            }
        })
    }

    /// The folder that `in:` means: by its name as shown, or by its beginning.
    fn folder_named(self, name: &str) -> Option<MailboxId> {
        let name = name.to_lowercase();
        let mailboxes = self.records.mailboxes().get();
        let shown = |mailbox: &Mailbox| super::folders::folder_name(mailbox).to_lowercase();
        let exact = mailboxes.iter().find(|mailbox| shown(mailbox) == name);
        exact.or_else(|| mailboxes.iter().find(|mailbox| shown(mailbox).starts_with(&name))).map(|it| it.id.clone())
    }

    /// Searches here, or in all folders; nothing ends the search.
    pub(crate) fn search(self, text: &str, everywhere: bool) {
        let text = text.trim();
        let now = self.route.get_untracked();
        let place = if everywhere && !text.is_empty() { Place::Everywhere } else { now.place };
        let search = (!text.is_empty()).then(|| text.to_owned());
        let place =
            if search.is_none() && place == Place::Everywhere && now.search.is_some() { Place::Inbox } else { place };
        self.go(&MailRoute { place, search, ..MailRoute::default() }, now.search.is_some());
    }

    /// The list's window, without subscribing.
    pub(crate) fn window_now(self) -> Option<EmailWindow> {
        self.window.get_untracked()
    }

    /// How many rows the list has, as far as known.
    pub(crate) fn total_now(self) -> usize {
        self.window_now().and_then(|window| window.total().get_untracked()).unwrap_or_default()
    }

    /// Several rows are chosen, or being chosen.
    pub(crate) fn is_choosing(self) -> bool {
        self.choosing.get() || self.selection.with(|selection| selection.is_all() || selection.count(2) > 1)
    }

    /// Lets go of what is chosen, but for the row that is open.
    pub(crate) fn stop_choosing(self) {
        self.choosing.set(false);
        let open = untrack(move || self.open_key());
        self.selection.update(|selection| match open {
            Some(key) => selection.only(key),
            None => selection.clear(),
        });
    }

    /// The list takes the focus.
    pub(crate) fn focus_list(self) {
        self.focus_list.update(|count| *count += 1);
    }
}

/// The newest mail of what is open that is no draft.
fn newest(records: Records, open: Open) -> Option<EmailId> {
    match open {
        Open::Email(id) => Some(id),
        Open::Thread(id) => match records.thread(id).get() {
            Load::Ready(thread) => {
                let newest = thread.emails.iter().rev().find(|email| !email.draft);
                newest.or(thread.emails.last()).map(|email| email.id.clone())
            }
            Load::Loading | Load::Missing | Load::Failed(_) => None,
        },
    }
}

/// The row's key of what is open.
pub(crate) fn key_of(open: &Open) -> Id {
    match open {
        Open::Thread(id) => id.into(),
        Open::Email(id) => id.into(),
    }
}

/// Minutes that the reader's clock is east of UTC.
fn zone() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}
