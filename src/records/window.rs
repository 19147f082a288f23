//! A list on screen: any length, known in parts.

use std::ops::Range;
use std::rc::Rc;

use jmap::method::{GetResponse, QueryResponse};
use jmap::search_snippet::SearchSnippet;
use jmap::{EmailId, Id, UtcDate};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mirror::{Status, WindowChange, WindowKey};
use serde_json::json;

use super::engine::{Engine, FIRST_ROWS, Listed, NO_ROWS, email};
use super::{EmailListQuery, Failure, Load, Records, Row, Snippet, snippet};
use crate::client::Batch;

/// A handle to a list. `Copy`; the list itself lives in [`Records`] and is kept for the next time.
///
/// The list is on screen until the owner that called [`Records::window`] is dropped.
#[derive(Clone, Copy)]
pub struct EmailWindow {
    records: Records,
    listed: StoredValue<Rc<Listed>, LocalStorage>,
}

impl Records {
    /// The list of a query; asked at once for its first rows.
    pub fn window(self, query: EmailListQuery) -> EmailWindow {
        let listed = self.engine().hold_list(query, FIRST_ROWS);
        EmailWindow { records: self, listed: StoredValue::new_local(listed) }
    }

    /// How many rows the list of a query has, once known; kept true without getting any row.
    pub fn total(self, query: EmailListQuery) -> Signal<Option<usize>> {
        let listed = self.engine().hold_list(query, NO_ROWS);
        EmailWindow { records: self, listed: StoredValue::new_local(listed) }.total()
    }
}

impl EmailWindow {
    fn engine(self) -> Rc<Engine> {
        self.records.engine()
    }

    /// `None` when the view that held it is gone: a timer or a request of it may still come.
    fn listed(self) -> Option<Rc<Listed>> {
        self.listed.try_get_value()
    }

    fn key(self) -> Option<WindowKey> {
        self.listed()?.key()
    }

    /// Subscribes to the list itself.
    fn track_list(self) {
        if let Some(listed) = self.listed() {
            listed.changed.track();
        }
    }

    /// Whether there is something to show where the view is, without the rows.
    pub fn status(self) -> Signal<Load<()>> {
        Memo::new(move |_| {
            self.track_list();
            let engine = self.engine();
            engine.track(&email());
            let trouble = self.records.trouble();
            let status = self.key().map(|key| engine.mirror.borrow().status(&key));
            match (status, trouble) {
                (Some(Status::Ready), _) => {
                    let refused = self.listed().and_then(|listed| engine.refused_rows(&listed));
                    refused.map_or(Load::Ready(()), Load::Failed)
                }
                // Another part of the list failed: what is in view can be read.
                (Some(Status::Failed(_)), _) if self.listed().is_some_and(|it| engine.has_rows_in_view(&it)) => {
                    Load::Ready(())
                }
                (Some(Status::Failed(error)), _) => Load::Failed(Failure::from(&error)),
                (Some(Status::Loading) | None, Some(failure)) => Load::Failed(failure),
                (Some(Status::Loading) | None, None) => Load::Loading,
            }
        })
        .into()
    }

    /// How many rows the whole list has, once known.
    pub fn total(self) -> Signal<Option<usize>> {
        Memo::new(move |_| {
            self.track_list();
            self.key().and_then(|key| self.engine().mirror.borrow().total(&key))
        })
        .into()
    }

    /// The row at an index: `None` while it is on its way (draw bones). Changes only if that row does.
    pub fn row(self, index: usize) -> Signal<Option<Row>> {
        Memo::new(move |_| {
            self.track();
            self.row_now(index)
        })
        .into()
    }

    /// The row at an index now, without subscribing: for actions and keys.
    pub fn row_now(self, index: usize) -> Option<Row> {
        self.engine().row(&self.key()?, index)
    }

    /// When the mail of a row was received, without subscribing.
    pub fn received_at(self, index: usize) -> Option<UtcDate> {
        let engine = self.engine();
        let row = engine.mirror.borrow().row(&self.key()?, index)?;
        Some(engine.email(&row.id)?.received_at)
    }

    /// These rows are in view. Call it at once for the first rows, and when scrolling has rested some 60 ms.
    pub fn show(self, rows: Range<usize>) {
        if let Some(listed) = self.listed() {
            self.engine().show(&listed, rows);
        }
    }

    /// Where the row of this key is, if that part has been seen. Does not subscribe.
    pub fn index_of(self, key: &Id) -> Option<usize> {
        let window = self.key()?;
        self.engine().mirror.borrow().index_of(&window, key)
    }

    /// Changes whenever rows, their order or the total do; for what is derived from many rows at once
    /// (days as sticky heads).
    pub fn track(self) {
        if let Some(listed) = self.listed() {
            self.engine().track_rows(&listed);
        }
    }

    /// Calls after each change of the list that was not a scroll: rows gone and come, and how far the first
    /// row in view moved. Ends with the owner.
    pub fn on_change(self, call: impl Fn(&WindowChange) + 'static) {
        let Some(listed) = self.listed() else { return };
        let call: Rc<dyn Fn(&WindowChange)> = Rc::new(call);
        let id = self.engine().add_list_listener(&listed, call);
        on_cleanup({
            let listed = StoredValue::new_local(listed);
            move || {
                if let Some(listed) = listed.try_get_value() {
                    listed.listeners.borrow_mut().retain(|(other, _)| *other != id);
                }
            }
        });
    }

    /// Rows that came above the view since [`seen_top`](Self::seen_top): "3 new".
    pub fn new_above(self) -> Signal<usize> {
        self.listed().map(|listed| listed.new_above.clone()).unwrap_or_default().into()
    }

    /// The reader is at the top: nothing is new any more.
    pub fn seen_top(self) {
        let Some(listed) = self.listed() else { return };
        if *listed.new_above.read_untracked() > 0 {
            listed.new_above.set(0);
        }
    }

    /// Keeps this row although it no longer matches: the mail being read in a list of unread mail. Rows
    /// held are let go when the list is shown anew, or by [`release`](Self::release).
    pub fn hold(self, key: &Id) {
        if let Some(window) = self.key() {
            self.engine().mirror.borrow_mut().hold(&window, key);
        }
    }

    /// Asks again after a failure.
    pub fn retry(self) {
        self.engine().try_now();
    }

    /// Where the search found its words in this mail; `None` if the list is no search, or not yet.
    pub fn snippet(self, id: EmailId) -> Signal<Option<Snippet>> {
        let Some(listed) = self.listed() else { return Signal::derive(|| None) };
        if !listed.query.has_snippets() {
            return Signal::derive(|| None);
        }
        self.want_snippet(&listed, &id);
        Memo::new(move |_| {
            let listed = self.listed()?;
            listed.snippets_changed.track();
            let snippets = listed.snippets.borrow();
            snippets.get(&id).cloned().flatten()
        })
        .into()
    }

    /// Snippets of one moment are asked together.
    fn want_snippet(self, listed: &Rc<Listed>, id: &EmailId) {
        if listed.snippets.borrow().contains_key(id) {
            return;
        }
        listed.snippets.borrow_mut().insert(id.clone(), None);
        listed.snippets_wanted.borrow_mut().push(id.clone());
        if listed.snippets_wanted.borrow().len() > 1 {
            return;
        }
        let (engine, listed) = (self.engine(), listed.clone());
        spawn_local(async move {
            let ids = listed.snippets_wanted.take();
            match load_snippets(&engine, &listed, &ids).await {
                Ok(found) => listed.adopt_snippets(found),
                // The next time that the rows are drawn, it is asked again.
                Err(_) => listed.snippets.borrow_mut().retain(|id, snippet| snippet.is_some() || !ids.contains(id)),
            }
        });
    }

    /// The keys of all rows, for "select all"; asks the server for what has not been seen.
    ///
    /// # Errors
    /// As any request.
    pub async fn all_keys(self) -> Result<Vec<Id>, Failure> {
        let total = self.total().get_untracked().unwrap_or_default();
        self.keys_in(0..total).await
    }

    /// The keys of these rows, for a selected range; asks the server for what has not been seen.
    ///
    /// # Errors
    /// As any request.
    pub async fn keys_in(self, rows: Range<usize>) -> Result<Vec<Id>, Failure> {
        let engine = self.engine();
        let Some(window) = self.key() else { return Ok(Vec::new()) };
        let known = || -> Option<Vec<Id>> {
            let mirror = engine.mirror.borrow();
            rows.clone().map(|index| Some(mirror.row(&window, index)?.key)).collect()
        };
        if let Some(known) = known() {
            return Ok(known);
        }
        let account = self.records.account_now()?;
        let Some(wire) = engine.query(&window) else { return Ok(Vec::new()) };
        let step = engine.client.limits().get;
        let mut keys = Vec::with_capacity(rows.len());
        let mut position = rows.start;
        while position < rows.end {
            let mut batch = Batch::new();
            let query = batch.call(
                "Email/query",
                &account,
                json!({
                    "filter": wire.filter, "sort": wire.sort, "collapseThreads": wire.collapse_threads,
                    "position": position, "limit": step.min(rows.end - position),
                }),
            );
            let get = wire.collapse_threads.then(|| {
                let get = batch.call("Email/get", &account, json!({ "properties": ["id", "threadId"] }));
                batch.refer("ids", query, "/ids");
                get
            });
            let mut answers = engine.client.ask_again(batch).await?;
            let page: QueryResponse = answers.take(query)?;
            if page.ids.is_empty() {
                break;
            }
            position += page.ids.len();
            match get {
                None => keys.extend(page.ids),
                Some(get) => {
                    let emails: GetResponse = answers.take(get)?;
                    keys.extend(
                        emails.list.iter().filter_map(|email| Some(Id::from(email.get("threadId")?.as_str()?))),
                    );
                }
            }
        }
        Ok(keys)
    }
}

async fn load_snippets(engine: &Engine, listed: &Listed, ids: &[EmailId]) -> Result<Vec<SearchSnippet>, Failure> {
    let (Some(account), Some(wire)) = (engine.account(), listed.key().and_then(|key| engine.query(&key))) else {
        return Err(Failure::Cancelled);
    };
    let mut batch = Batch::new();
    let arguments = json!({ "filter": wire.filter, "emailIds": ids });
    let call = batch.call("SearchSnippet/get", &account, arguments);
    let answer = engine.client.ask_again(batch).await?.take(call)?;
    snippet::read_all(&answer).ok_or(Failure::Server { reference: None })
}
