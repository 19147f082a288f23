//! A list on screen: any length, known in parts.

use std::ops::Range;

use jmap::{EmailId, Id};
use leptos::prelude::*;
use mirror::WindowChange;

use super::{EmailListQuery, Failure, Load, Records, Row, Snippet};

/// A handle to a list. `Copy`; the list itself lives in [`Records`] and is kept for the next time.
///
/// The list is on screen until the owner that called [`Records::window`] is dropped.
#[derive(Clone, Copy)]
pub struct EmailWindow {}

impl Records {
    /// The list of a query; asked at once for its first rows.
    pub fn window(self, query: EmailListQuery) -> EmailWindow {
        let _ = query;
        EmailWindow {}
    }
}

impl EmailWindow {
    /// Whether there is something to show, without the rows.
    pub fn status(self) -> Signal<Load<()>> {
        Signal::derive(Load::default)
    }

    /// How many rows the whole list has, once known.
    pub fn total(self) -> Signal<Option<usize>> {
        Signal::derive(|| None)
    }

    /// The row at an index: `None` while it is on its way (draw bones). Changes only if that row does.
    pub fn row(self, index: usize) -> Signal<Option<Row>> {
        let _ = index;
        Signal::derive(|| None)
    }

    /// The row at an index now, without subscribing: for actions and keys.
    pub fn row_now(self, index: usize) -> Option<Row> {
        let _ = index;
        None
    }

    /// These rows are in view. Call it at once for the first rows, and when scrolling has rested some 60 ms.
    pub fn show(self, rows: Range<usize>) {
        let _ = rows;
    }

    /// Where the row of this key is, if that part has been seen. Does not subscribe.
    pub fn index_of(self, key: &Id) -> Option<usize> {
        let _ = key;
        None
    }

    /// Changes whenever rows, their order or the total do; for what is derived from many rows at once
    /// (days as sticky heads).
    pub fn track(self) {}

    /// Calls after each change of the list that was not a scroll: rows gone and come, and how far the first
    /// row in view moved. Ends with the owner.
    pub fn on_change(self, call: impl Fn(&WindowChange) + 'static) {
        let _ = call;
    }

    /// Rows that came above the view since [`seen_top`](Self::seen_top): "3 new".
    pub fn new_above(self) -> Signal<usize> {
        Signal::derive(|| 0)
    }

    /// The reader is at the top: nothing is new any more.
    pub fn seen_top(self) {}

    /// Keeps this row although it no longer matches: the mail being read in a list of unread mail. Rows
    /// held are let go when the list is shown anew, or by [`release`](Self::release).
    pub fn hold(self, key: &Id) {
        let _ = key;
    }

    /// Lets held rows go.
    pub fn release(self) {}

    /// Asks for changes now.
    pub fn refresh(self) {}

    /// Asks again after a failure.
    pub fn retry(self) {}

    /// Where the search found its words in this mail; `None` if the list is no search, or not yet.
    pub fn snippet(self, id: EmailId) -> Signal<Option<Snippet>> {
        let _ = id;
        Signal::derive(|| None)
    }

    /// The keys of all rows, for "select all"; asks the server for what has not been seen.
    ///
    /// # Errors
    /// As any request.
    pub async fn all_keys(self) -> Result<Vec<Id>, Failure> {
        Ok(Vec::new())
    }
}
