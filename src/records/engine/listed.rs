//! Lists that views hold: each a query, the mirror's window for it once that can be named, and those who want
//! to know what changes in it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use jmap::search_snippet::SearchSnippet;
use jmap::{EmailId, Id};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mirror::{WindowChange, WindowKey, WindowSpec};

use super::{Engine, Listeners, email, thread};
use crate::client::ClientError;
use crate::records::email::{MEMBER, SUMMARY};
use crate::records::query::WireQuery;
use crate::records::snippet::Marked;
use crate::records::{EmailListQuery, Row, Snippet, ThreadSummary};

/// A list that some view holds or has held.
pub(in crate::records) struct Listed {
    pub(in crate::records) query: EmailListQuery,
    /// The mirror's window, once the folder is known.
    pub(in crate::records) key: RefCell<Option<WindowKey>>,
    view: RefCell<Range<usize>>,
    /// How many views hold it.
    holders: Cell<usize>,
    pub(in crate::records) changed: ArcTrigger,
    pub(in crate::records) listeners: Listeners<dyn Fn(&WindowChange)>,
    pub(in crate::records) new_above: ArcRwSignal<usize>,
    pub(in crate::records) snippets: RefCell<HashMap<EmailId, Option<Snippet>>>,
    pub(in crate::records) snippets_wanted: RefCell<Vec<EmailId>>,
    pub(in crate::records) snippets_changed: ArcTrigger,
}

impl Listed {
    pub(in crate::records) fn key(&self) -> Option<WindowKey> {
        self.key.borrow().clone()
    }

    /// Where a search found its words, as the server has told of some rows.
    pub(in crate::records) fn adopt_snippets(&self, found: Vec<SearchSnippet>) {
        let marked = |html: &Option<String>| html.as_deref().map(Marked::read);
        let read = |found: SearchSnippet| {
            let snippet = Snippet { subject: marked(&found.subject), preview: marked(&found.preview) };
            (found.email_id, Some(snippet))
        };
        self.snippets.borrow_mut().extend(found.into_iter().map(read));
        self.snippets_changed.notify();
    }
}

/// Rows that are asked before a view has said how many it has room for.
pub(in crate::records) const FIRST_ROWS: Range<usize> = 0..20;
/// Of a list that nobody sees, only the total is asked.
pub(in crate::records) const NO_ROWS: Range<usize> = 0..0;

impl Engine {
    /// The list of a query, held until the current owner is gone; asked for these rows if nobody else holds it.
    pub(in crate::records) fn hold_list(self: &Rc<Self>, query: EmailListQuery, first: Range<usize>) -> Rc<Listed> {
        let known = self.listed.borrow().iter().find(|listed| listed.query == query).cloned();
        let listed = known.unwrap_or_else(|| {
            let listed = Rc::new(Listed {
                query,
                key: RefCell::default(),
                view: RefCell::new(first),
                holders: Cell::new(0),
                changed: ArcTrigger::new(),
                listeners: RefCell::default(),
                new_above: ArcRwSignal::new(0),
                snippets: RefCell::default(),
                snippets_wanted: RefCell::default(),
                snippets_changed: ArcTrigger::new(),
            });
            self.listed.borrow_mut().push(listed.clone());
            listed
        });
        listed.holders.set(listed.holders.get() + 1);
        if listed.holders.get() == 1 {
            self.resolve_list(&listed);
        }
        let held = StoredValue::new_local((Rc::downgrade(self), listed.clone()));
        on_cleanup(move || {
            if let Some((engine, listed)) = held.try_get_value()
                && let Some(engine) = engine.upgrade()
            {
                engine.let_list_go(&listed);
            }
        });
        listed
    }

    fn let_list_go(&self, listed: &Rc<Listed>) {
        listed.holders.set(listed.holders.get().saturating_sub(1));
        if listed.holders.get() > 0 {
            return;
        }
        let key = listed.key.take();
        *listed.view.borrow_mut() = FIRST_ROWS;
        self.listed.borrow_mut().retain(|other| !Rc::ptr_eq(other, listed));
        let still_shown = self.listed.borrow().iter().any(|other| other.key() == key);
        if let Some(key) = key
            && !still_shown
        {
            self.mirror.borrow_mut().hide(&key);
        }
    }

    /// Names and opens the windows of lists that could not be named until now.
    pub(super) fn resolve_lists(self: &Rc<Self>) {
        let all = self.listed.borrow().clone();
        for listed in all.iter().filter(|listed| listed.key.borrow().is_none()) {
            self.resolve_list(listed);
        }
    }

    fn resolve_list(self: &Rc<Self>, listed: &Rc<Listed>) {
        if !self.ready.get() {
            return;
        }
        let Some(query) = listed.query.resolve(self.inbox().as_ref()) else { return };
        let hidden: Vec<_> = self.hidden().into_iter().collect();
        let key = query.key();
        let row_key = query.conversations.then(|| "threadId".to_owned());
        let spec = WindowSpec { of: email(), properties: self.row_properties(), row_key };
        self.queries.borrow_mut().insert(key.clone(), query.wire(&hidden));
        let touched = {
            let mut mirror = self.mirror.borrow_mut();
            mirror.open(&key, spec);
            mirror.show(&key, listed.view.borrow().clone())
        };
        listed.key.replace(Some(key));
        listed.changed.notify();
        self.touched(touched);
        self.want_members_soon();
        self.pump_soon();
    }

    /// The query of a window, as the wire has it.
    pub(in crate::records) fn query(&self, key: &WindowKey) -> Option<WireQuery> {
        self.queries.borrow().get(key).cloned()
    }

    /// Adds a function to call when a list changes; its name, to remove it.
    pub(in crate::records) fn add_list_listener(&self, listed: &Listed, call: Rc<dyn Fn(&WindowChange)>) -> u64 {
        let id = self.next_listener.get();
        self.next_listener.set(id + 1);
        listed.listeners.borrow_mut().push((id, call));
        id
    }

    /// These rows of a list are in view.
    pub(in crate::records) fn show(self: &Rc<Self>, listed: &Listed, rows: Range<usize>) {
        *listed.view.borrow_mut() = rows.clone();
        if let Some(key) = listed.key() {
            let touched = self.mirror.borrow_mut().show(&key, rows);
            self.touched(touched);
            self.want_members_soon();
            self.pump_soon();
        }
    }

    pub(super) fn tell_lists(self: &Rc<Self>, changes: &[WindowChange]) {
        for change in changes {
            let concerned: Vec<Rc<Listed>> = {
                let all = self.listed.borrow();
                all.iter().filter(|listed| listed.key.borrow().as_ref() == Some(&change.window)).cloned().collect()
            };
            for listed in concerned {
                listed.changed.notify();
                if change.above > 0 {
                    listed.new_above.update(|above| *above += change.above);
                }
                for call in Self::listeners(&listed.listeners) {
                    call(change);
                }
            }
        }
        if !changes.is_empty() {
            self.want_members_soon();
        }
    }

    /// Gets what rows need of the other mails of their threads, when the rows themselves are on screen.
    fn want_members_soon(self: &Rc<Self>) {
        if self.members_are_due.replace(true) {
            return;
        }
        let engine = self.clone();
        // At the end of this moment, in one request with what is asked next.
        spawn_local(async move {
            engine.members_are_due.set(false);
            engine.want_members();
        });
    }

    fn want_members(self: &Rc<Self>) {
        let mut ids: Vec<Id> = Vec::new();
        for listed in self.listed.borrow().iter().filter(|listed| listed.query.conversations) {
            let Some(key) = listed.key() else { continue };
            let view = listed.view.borrow().clone();
            let threads: Vec<Id> = {
                let mirror = self.mirror.borrow();
                view.filter_map(|index| Some(mirror.row(&key, index)?.key)).collect()
            };
            ids.extend(threads.iter().filter_map(|id| self.thread_emails(id)).filter(|ids| ids.len() > 1).flatten());
        }
        if !ids.is_empty() {
            let properties: Vec<String> = MEMBER.iter().map(|name| (*name).to_owned()).collect();
            self.mirror.borrow_mut().load(&email(), &ids, Some(&properties));
            self.pump_soon();
        }
    }

    /// A row as it is to be shown; `None` while it is on its way.
    pub(in crate::records) fn row(&self, key: &WindowKey, index: usize) -> Option<Row> {
        let row = self.mirror.borrow().row(key, index)?;
        let email = self.email(&row.id)?;
        let by_thread = row.key != row.id;
        let thread = by_thread.then(|| self.summary(&email)).flatten().unwrap_or_else(|| {
            Arc::new(ThreadSummary {
                participants: email.from.clone(),
                emails: 1,
                unread: usize::from(!email.seen && !email.draft),
                flagged: email.flagged,
                has_attachment: email.has_attachment,
            })
        });
        Some(Row { key: row.key, email, thread })
    }

    /// Whether one of the rows in view can be shown.
    pub(in crate::records) fn has_rows_in_view(&self, listed: &Listed) -> bool {
        listed.key().is_some_and(|key| listed.view.borrow().clone().any(|index| self.row(&key, index).is_some()))
    }

    /// Why none of the rows in view can be shown, if the server would not give their mails.
    pub(in crate::records) fn refused_rows(&self, listed: &Listed) -> Option<ClientError> {
        let key = listed.key()?;
        let mirror = self.mirror.borrow();
        let mut refusal = None;
        for row in listed.view.borrow().clone().filter_map(|index| mirror.row(&key, index)) {
            refusal = Some(mirror.refusal(&email(), &row.id)?);
        }
        refusal.map(ClientError::from)
    }

    /// What is known of a mail's conversation: from its mails, or else as the server has summed it up.
    fn summary(&self, of: &crate::records::Email) -> Option<Arc<ThreadSummary>> {
        let ids = self.thread_emails(&Id::from(&of.thread_id));
        let mut hidden = self.hidden();
        if of.mailbox_ids.is_subset(&hidden) {
            hidden.retain(|mailbox| !of.mailbox_ids.contains(mailbox));
        }
        let mirror = self.mirror.borrow();
        let kind = email();
        let from_mails = ids.filter(|ids| ids.len() > 1).and_then(|ids| {
            ThreadSummary::of(
                ids.iter()
                    // One that was destroyed meanwhile does not count.
                    .filter(|id| mirror.presence(&kind, id) != mirror::Presence::Missing)
                    .map(|id| mirror.record(&kind, id)),
                &hidden,
            )
        });
        let from_server = || {
            let summary = ThreadSummary::read(mirror.record(&kind, &Id::from(&of.id))?.get(SUMMARY)?)?;
            // Alone, the mail itself knows better: it shows what was changed and not yet confirmed.
            (summary.emails > 1).then_some(summary)
        };
        from_mails.or_else(from_server).map(Arc::new)
    }

    /// Subscribes to everything that a row is made of.
    pub(in crate::records) fn track_rows(&self, listed: &Listed) {
        listed.changed.track();
        self.track(&email());
        self.track(&thread());
    }
}
