//! What became of a list between two looks, told so that a view can keep the reader's place and
//! a selection can follow its rows.

use jmap::Id;

use crate::WindowKey;

/// A list that looks different.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowChange {
    /// Which.
    pub window: WindowKey,
    /// Rows that are gone, with their old index. A row that moved is in neither list, nor is a
    /// thread whose newest mail is another now.
    pub removed: Vec<RowAt>,
    /// Rows that were not known before, except those that a page brought; lowest index first.
    pub inserted: Vec<RowAt>,
    /// How far the row that was first in view has moved: add this many row heights to the
    /// scroll position, unless it is at the top.
    pub shift: isize,
    /// How many of `inserted` are above the row that was first in view: "N new".
    pub above: usize,
    /// From which old index on rows moved, and by how much; lowest first.
    pub steps: Vec<(usize, isize)>,
}

/// A row and where it is, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowAt {
    /// Its index.
    pub index: usize,
    /// Its row key.
    pub key: Id,
}

impl WindowChange {
    /// Where a row that was at `index` is now, as far as the known rows near it tell.
    #[must_use]
    pub fn moved(&self, index: usize) -> usize {
        let by = self.steps.iter().rev().find(|(from, _)| *from <= index).map_or(0, |(_, by)| *by);
        index.saturating_add_signed(by)
    }
}
