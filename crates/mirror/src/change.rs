//! What a person changes, before the server knows: patches on records, rows that leave or enter
//! lists, counts that move. Shown at once, sent in order, confirmed or taken back id by id.
//!
//! Every patch is absolute (`keywords/$seen: true`, `mailboxIds/X: null`), so sending it twice
//! is harmless. Creating records is not done here: a creation is not safe to repeat.

use jmap::{Id, SetError};
use serde::{Deserialize, Serialize};

use crate::{Properties, TypeName, WindowKey};

pub(crate) mod pending;

/// Names a change that was given to the mirror; unique within an account, also after a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChangeId(pub u64);

/// One command of a person: mark these read, move those.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The type of the records.
    pub of: TypeName,
    /// One for each record, each id once.
    pub edits: Vec<Edit>,
}

/// What a change does to one record. If the server refuses this id, all of it is undone and
/// the other edits stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The record.
    pub id: Id,
    /// What becomes of it.
    pub action: Action,
    /// Lists that lose or gain it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowEffect>,
    /// Counts that it moves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Counter>,
}

impl Edit {
    /// A patch (RFC 8620 §5.3: paths without the leading slash), touching no list, no count.
    #[must_use]
    pub fn patch(id: Id, patch: Properties) -> Self {
        Self { id, action: Action::Patch(patch), rows: Vec::new(), counters: Vec::new() }
    }

    /// Destroys the record; cannot be undone.
    #[must_use]
    pub fn destroy(id: Id) -> Self {
        Self { id, action: Action::Destroy, rows: Vec::new(), counters: Vec::new() }
    }

    /// Also takes the row out of this window.
    #[must_use]
    pub fn leaving(mut self, window: WindowKey) -> Self {
        self.rows.push(RowEffect { window, shown: Shown::Hidden });
        self
    }

    /// Also adds this to a count.
    #[must_use]
    pub fn counting(mut self, of: &str, id: Id, property: &str, by: i64) -> Self {
        self.counters.push(Counter { of: of.into(), id, property: property.to_owned(), by });
        self
    }
}

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// A PatchObject: path to value, `null` removes.
    Patch(Properties),
    /// It goes.
    Destroy,
}

/// A row that a change hides or shows before the server says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowEffect {
    /// The list.
    pub window: WindowKey,
    /// Hidden or shown in it.
    pub shown: Shown,
}

/// What a [`RowEffect`] does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shown {
    /// The row goes.
    Hidden,
    /// The row comes, below `after` if that is there, else near `index`.
    At {
        /// The row above it.
        after: Option<Id>,
        /// Its index.
        index: usize,
    },
    /// As the server says: takes back what an earlier change did to the row.
    AsKnown,
}

/// A count in another record that moves with an edit, such as a mailbox's `unreadThreads`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The type of the record that counts.
    pub of: TypeName,
    /// That record.
    pub id: Id,
    /// Its property.
    pub property: String,
    /// How much is added.
    pub by: i64,
}

/// An id whose edit the server refused. It is already undone; tell the person.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The change it belonged to.
    pub change: ChangeId,
    /// The type of the record.
    pub of: TypeName,
    /// The record.
    pub id: Id,
    /// Why.
    pub error: SetError,
}

/// What [`Mirror::change`](crate::Mirror::change) did.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The change's name, as [`Refusal`] uses it.
    pub id: ChangeId,
    /// The change that takes it back, for the toast's Undo. `None` if something is destroyed.
    pub undo: Option<Change>,
    /// What looks different now.
    pub touched: crate::Touched,
}
