//! What the mirror would like to be asked of the server next, and the tickets that tie an
//! answer to its question.
//!
//! Sending, batching into one request, waiting and backing off are the caller's.

use jmap::{Id, State};

use crate::{Properties, TypeName, WindowKey};

/// The logical moment at which something was asked. Give it back with the answer.
///
/// A `/get` chained to a wish (by result reference) is applied with that wish's ticket, before
/// the wish's own answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub(crate) u64);

/// One method call to make. Until it is answered, refused or lost, it is not wished again.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Goes back with the answer: [`apply_get`](crate::Mirror::apply_get),
    /// [`apply_error`](crate::Mirror::apply_error), [`lost`](crate::Mirror::lost) …
    pub ticket: Ticket,
    /// What to ask.
    pub ask: Ask,
}

/// The method call of a [`Wish`].
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// `Foo/get`; answered by [`apply_get`](crate::Mirror::apply_get).
    Get {
        /// The type to get.
        of: TypeName,
        /// Which records; `None` asks for all of the type.
        ids: Option<Vec<Id>>,
        /// Which properties; `None` asks for the server's default.
        properties: Option<Vec<String>>,
    },
    /// `Foo/changes`; answered by [`apply_changes`](crate::Mirror::apply_changes).
    Changes {
        /// The type that may have changed.
        of: TypeName,
        /// `sinceState`.
        since: State,
        /// `maxChanges`.
        max_changes: usize,
    },
    /// `Foo/query`; answered by [`apply_page`](crate::Mirror::apply_page). Chain a `/get` of
    /// `/ids` with the rows' properties to it.
    Page {
        /// Which list.
        window: WindowKey,
        /// Where in it.
        place: Place,
        /// How many rows.
        limit: usize,
        /// Whether the total is not yet known for this query state.
        calculate_total: bool,
    },
    /// `Foo/queryChanges`; answered by
    /// [`apply_query_changes`](crate::Mirror::apply_query_changes).
    QueryChanges {
        /// Which list.
        window: WindowKey,
        /// `sinceQueryState`.
        since: State,
        /// `upToId`; only given when nothing is missing before it.
        up_to_id: Option<Id>,
        /// `maxChanges`.
        max_changes: usize,
        /// `calculateTotal`.
        calculate_total: bool,
        /// Whether to chain a `/get` of `/added/*/id` with the rows' properties.
        with_records: bool,
    },
    /// `Foo/set`; answered by [`apply_set`](crate::Mirror::apply_set). Safe to send again.
    Set {
        /// The type to write.
        of: TypeName,
        /// `update`: patches by id.
        update: Vec<(Id, Properties)>,
        /// `destroy`.
        destroy: Vec<Id>,
    },
}

/// Where a page of a query starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `position`.
    Position(usize),
    /// `anchor` and `anchorOffset`: finds the reader's place again in a list that was lost.
    Anchor {
        /// The row that was on top.
        id: Id,
        /// Of the first row asked, relative to the anchor; zero or negative.
        offset: i64,
    },
}

/// The server's limits, from the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `maxObjectsInGet`.
    pub objects_in_get: usize,
    /// `maxObjectsInSet`; at most 500 are used.
    pub objects_in_set: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { objects_in_get: 500, objects_in_set: 500 }
    }
}
