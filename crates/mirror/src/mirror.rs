//! The mirror of one account: the face of this crate.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jmap::method::{ChangesResponse, GetResponse, QueryChangesResponse, QueryResponse, SetResponse};
use jmap::{Id, MethodError, State};

use crate::{
    Change, Changed, Limits, Outbox, Properties, Row, Snapshot, Status, Ticket, Touched, TypeName, WindowKey, WindowSpec, Wish,
};

/// How much is known of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It was never got.
    Unknown,
    /// It was got, in part or whole.
    Loaded,
    /// The server does not have it (any more), or a pending change destroys it.
    Missing,
}

/// A copy of one account. See the crate's page.
///
/// Reading: [`record`](Self::record), [`row`](Self::row), [`total`](Self::total).
/// Wanting: [`load`](Self::load), [`open`](Self::open), [`show`](Self::show).
/// Talking: [`wishes`](Self::wishes), then exactly one of `apply_*` or [`lost`](Self::lost) for
/// each. Changing: [`change`](Self::change).
#[derive(Debug, Default)]
pub struct Mirror {}

impl Mirror {
    /// An empty mirror.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {}
    }

    /// Says which properties of a type can change at all; the others are never got twice.
    /// Not said: all of them can. For Email: `mailboxIds` and `keywords`.
    pub fn define(&mut self, of: TypeName, mutable: &[&str]) {}

    // --- records -----------------------------------------------------------------------------

    /// A record as it is to be shown: the truth with the pending changes.
    #[must_use]
    pub fn record(&self, of: &TypeName, id: &Id) -> Option<&Arc<Properties>> {
        None
    }

    /// How much is known of a record.
    #[must_use]
    pub fn presence(&self, of: &TypeName, id: &Id) -> Presence {
        Presence::Unknown
    }

    /// Whether all these properties of a record are known (and not known to be out of date).
    #[must_use]
    pub fn has(&self, of: &TypeName, id: &Id, properties: &[String]) -> bool {
        false
    }

    /// Wants these properties of these records (`None`: the server's default); what is there and
    /// up to date is not asked again.
    pub fn load(&mut self, of: &TypeName, ids: &[Id], properties: Option<&[String]>) {}

    /// Wants all records of a type, now and as they are created: mailboxes, identities.
    pub fn load_all(&mut self, of: &TypeName) {}

    /// Every record of a type that is shown, by id.
    pub fn records(&self, of: &TypeName) -> impl Iterator<Item = (&Id, &Arc<Properties>)> {
        std::iter::empty()
    }

    // --- windows -----------------------------------------------------------------------------

    /// Makes a window known; does nothing if it is.
    pub fn open(&mut self, window: &WindowKey, spec: WindowSpec) {}

    /// These rows are in view now (before the first answer: those that fit). Call it when
    /// scrolling has rested for some 60 ms. A window that was not in view forgets its held rows
    /// and is asked what it missed.
    pub fn show(&mut self, window: &WindowKey, rows: Range<usize>) -> Touched {
        Touched::default()
    }

    /// The window is out of view: it stays, among the twenty last shown, and goes stale.
    pub fn hide(&mut self, window: &WindowKey) {}

    /// The row of this key stays in the list although it no longer matches (the mail being read
    /// in a list of unread mail), until [`release`](Self::release) or the next first
    /// [`show`](Self::show). A change that hides it hides it nevertheless.
    pub fn hold(&mut self, window: &WindowKey, row_key: &Id) {}

    /// Lets the held rows go.
    pub fn release(&mut self, window: &WindowKey) -> Touched {
        Touched::default()
    }

    /// Asks a failed window again.
    pub fn retry(&mut self, window: &WindowKey) {}

    /// Whether a window can be shown.
    #[must_use]
    pub fn status(&self, window: &WindowKey) -> Status {
        Status::Loading
    }

    /// How many rows a window has, as shown; `None` while that is unknown.
    #[must_use]
    pub fn total(&self, window: &WindowKey) -> Option<usize> {
        None
    }

    /// The row at an index, if that part has been seen.
    #[must_use]
    pub fn row(&self, window: &WindowKey, index: usize) -> Option<Row> {
        None
    }

    /// Where a row is, if that part has been seen.
    #[must_use]
    pub fn index_of(&self, window: &WindowKey, row_key: &Id) -> Option<usize> {
        None
    }

    /// The list as a [`Selection`](crate::Selection) sees it.
    #[must_use]
    pub fn rows(&self, window: &WindowKey) -> WindowRows<'_> {
        WindowRows { mirror: self, window: window.clone() }
    }

    // --- talking -----------------------------------------------------------------------------

    /// What to ask the server now. Each wish is given once; answer all of them, in any order.
    /// Call it again after every answer, push, `show`, `load` and `change`.
    pub fn wishes(&mut self) -> Vec<Wish> {
        Vec::new()
    }

    /// A ticket for a `/get` that the caller makes on its own (a message's body).
    pub fn ticket(&mut self) -> Ticket {
        Ticket(0)
    }

    /// The server's states as pushed (RFC 8620 §7.1), by type.
    pub fn apply_push(&mut self, states: &BTreeMap<String, State>) {}

    /// Connection was lost for a while: everything may have changed.
    pub fn suspect(&mut self) {}

    /// The answer to [`Ask::Get`](crate::Ask::Get), or of a `/get` chained to another wish.
    pub fn apply_get(&mut self, ticket: Ticket, of: &TypeName, answer: GetResponse) -> Touched {
        Touched::default()
    }

    /// The answer to [`Ask::Changes`](crate::Ask::Changes).
    pub fn apply_changes(&mut self, ticket: Ticket, answer: ChangesResponse) -> Touched {
        Touched::default()
    }

    /// The answer to [`Ask::Page`](crate::Ask::Page).
    pub fn apply_page(&mut self, ticket: Ticket, answer: QueryResponse) -> Touched {
        Touched::default()
    }

    /// The answer to [`Ask::QueryChanges`](crate::Ask::QueryChanges).
    pub fn apply_query_changes(&mut self, ticket: Ticket, answer: QueryChangesResponse) -> Touched {
        Touched::default()
    }

    /// The answer to [`Ask::Set`](crate::Ask::Set): confirms, or refuses id by id.
    pub fn apply_set(&mut self, ticket: Ticket, answer: SetResponse) -> Touched {
        Touched::default()
    }

    /// The method failed for good (RFC 8620 §3.6.2): a delta gives way to a new look, a change
    /// is refused. For `serverUnavailable` and its like call [`lost`](Self::lost) instead.
    pub fn apply_error(&mut self, ticket: Ticket, error: &MethodError) -> Touched {
        Touched::default()
    }

    /// No answer came, or one that says to try later: wished again, as soon as the caller asks.
    pub fn lost(&mut self, ticket: Ticket) {}

    // --- changing ----------------------------------------------------------------------------

    /// Changes records at once and queues the change for the server.
    pub fn change(&mut self, change: Change) -> Changed {
        Changed { id: crate::ChangeId(0), undo: None, touched: Touched::default() }
    }

    /// The queue of unconfirmed changes, to be stored whenever [`Touched::outbox`] says so.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        Outbox::default()
    }

    /// Takes up a stored queue after a reload: shows it and sends it again.
    pub fn replay(&mut self, outbox: Outbox) -> Touched {
        Touched::default()
    }

    /// What is worth keeping for a reload: the windows last shown (so many, with so many rows
    /// each around what was in view), the records of those rows, and all records of the types
    /// in `whole`.
    #[must_use]
    pub fn snapshot(&self, windows: usize, rows: usize, whole: &[TypeName]) -> Snapshot {
        Snapshot::default()
    }

    /// A mirror as it was; everything in it is asked for changes as it is shown.
    #[must_use]
    pub fn restore(snapshot: Snapshot, limits: Limits) -> Self {
        Self::default()
    }

    /// How many edits the server has not confirmed.
    #[must_use]
    pub fn pending(&self) -> usize {
        0
    }
}

/// A window's rows, for [`Selection`](crate::Selection).
#[derive(Debug)]
pub struct WindowRows<'a> {
    mirror: &'a Mirror,
    window: WindowKey,
}

impl crate::Rows for WindowRows<'_> {
    fn total(&self) -> usize {
        self.mirror.total(&self.window).unwrap_or(0)
    }

    fn key(&self, index: usize) -> Option<Id> {
        self.mirror.row(&self.window, index).map(|row| row.key)
    }

    fn index(&self, key: &Id) -> Option<usize> {
        self.mirror.index_of(&self.window, key)
    }
}
