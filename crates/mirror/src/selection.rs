//! Which rows of a list are selected, by row key: one, some, a range, all; also rows that were
//! never loaded. Survives whatever happens to the list.
//!
//! Keys and pointer are the view's; this is what they mean. Ranges over unloaded parts are kept
//! by index and turn into keys as the parts are seen ([`Selection::resolve`]).

use std::collections::BTreeSet;
use std::ops::Range;

use jmap::Id;

use crate::WindowChange;

/// A list as a selection sees it; [`Mirror::rows`](crate::Mirror::rows) is one.
pub trait Rows {
    /// How many rows there are.
    fn total(&self) -> usize;
    /// The key of the row at an index, if known.
    fn key(&self, index: usize) -> Option<Id>;
    /// Where a row is, if known.
    fn index(&self, key: &Id) -> Option<usize>;
}

/// The selected rows of one list, the row that has the focus, and where a range starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Selected; or, if `all`, not selected.
    keys: BTreeSet<Id>,
    /// Selected by index, since their keys are not known. Disjoint, ascending; empty if `all`.
    spans: Vec<Range<usize>>,
    all: bool,
    anchor: Option<Id>,
    focus: Option<Id>,
}

impl Selection {
    /// Selects this row alone and focuses it: a click.
    pub fn only(&mut self, key: &Id) {
        self.clear();
        self.keys.insert(key.clone());
        self.anchor = Some(key.clone());
        self.focus = Some(key.clone());
    }

    /// Moves the focus, and where the next range starts, without selecting: Ctrl and an arrow.
    pub fn focus_on(&mut self, key: &Id) {
        self.anchor = Some(key.clone());
        self.focus = Some(key.clone());
    }

    /// Adds or removes one row: Ctrl and a click, or its check box.
    pub fn toggle(&mut self, key: &Id, rows: &dyn Rows) {
        self.resolve(rows);
        if !self.keys.remove(key) {
            self.keys.insert(key.clone());
        }
        self.focus_on(key);
    }

    /// Selects from the anchor to this index and nothing else: Shift and a click, an arrow, Home,
    /// End. The anchor stays. `adding` keeps what was selected: Ctrl and Shift.
    pub fn extend(&mut self, to: usize, adding: bool, rows: &dyn Rows) {
        let from = self.anchor.as_ref().and_then(|key| rows.index(key)).unwrap_or(to);
        if self.all || !adding {
            self.keys.clear();
            self.spans.clear();
            self.all = false;
        }
        let last = rows.total().saturating_sub(1);
        self.add(from.min(to)..from.max(to).min(last) + 1);
        self.resolve(rows);
        if let Some(key) = rows.key(to) {
            self.anchor.get_or_insert_with(|| key.clone());
            self.focus = Some(key);
        }
    }

    /// Selects every row, also those that come later.
    pub fn all(&mut self) {
        self.keys.clear();
        self.spans.clear();
        self.all = true;
    }

    /// Selects nothing; the focus stays.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.spans.clear();
        self.all = false;
    }

    /// Whether a row is selected.
    #[must_use]
    pub fn contains(&self, key: &Id) -> bool {
        self.keys.contains(key) != self.all
    }

    /// Whether the row at an index is selected, loaded or not.
    #[must_use]
    pub fn contains_index(&self, index: usize, rows: &dyn Rows) -> bool {
        self.spans.iter().any(|span| span.contains(&index))
            || rows.key(index).map_or(self.all, |key| self.contains(&key))
    }

    /// How many rows are selected.
    #[must_use]
    pub fn count(&self, rows: &dyn Rows) -> usize {
        if self.all {
            rows.total().saturating_sub(self.keys.len())
        } else {
            self.keys.len() + self.spans.iter().map(ExactSizeIterator::len).sum::<usize>()
        }
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.keys.is_empty() && self.spans.is_empty()
    }

    /// Whether everything is selected (but [`exceptions`](Self::exceptions)).
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// The selected rows that are known, unless all are selected.
    pub fn keys(&self) -> impl Iterator<Item = &Id> {
        self.keys.iter().filter(|_| !self.all)
    }

    /// The rows not selected, if all others are.
    pub fn exceptions(&self) -> impl Iterator<Item = &Id> {
        self.keys.iter().filter(|_| self.all)
    }

    /// The selected parts of the list that must be seen before their rows can be acted on.
    #[must_use]
    pub fn unknown(&self) -> &[Range<usize>] {
        &self.spans
    }

    /// The row with the focus.
    #[must_use]
    pub fn focus(&self) -> Option<&Id> {
        self.focus.as_ref()
    }

    /// Turns indices into keys where the list knows them now.
    pub fn resolve(&mut self, rows: &dyn Rows) {
        for span in std::mem::take(&mut self.spans) {
            for index in span.start..span.end.min(rows.total()) {
                match rows.key(index) {
                    Some(key) => {
                        self.keys.insert(key);
                    }
                    None => self.add(index..index + 1),
                }
            }
        }
    }

    /// Follows a list that changed: rows that went are selected no more, and a focus that went
    /// moves to the row that took its place.
    pub fn apply(&mut self, change: &WindowChange, rows: &dyn Rows) {
        for span in std::mem::take(&mut self.spans) {
            let Some(last) = span.end.checked_sub(1) else { continue };
            let (mut start, end) = (change.moved(span.start), change.moved(last) + 1);
            let whole = start..end;
            for row in change.inserted.iter().filter(|row| whole.contains(&row.index)) {
                self.add(start..row.index);
                start = row.index + 1;
            }
            self.add(start..end);
        }
        for row in &change.removed {
            self.keys.remove(&row.key);
            if self.anchor.as_ref() == Some(&row.key) {
                self.anchor = None;
            }
            if self.focus.as_ref() == Some(&row.key) {
                let last = rows.total().saturating_sub(1);
                self.focus = rows.key(change.moved(row.index).min(last));
                self.anchor = self.anchor.take().or_else(|| self.focus.clone());
            }
        }
        self.resolve(rows);
    }

    fn add(&mut self, span: Range<usize>) {
        if span.is_empty() {
            return;
        }
        let (mut start, mut end) = (span.start, span.end);
        self.spans.retain(|other| {
            let apart = other.end < start || end < other.start;
            if !apart {
                start = start.min(other.start);
                end = end.max(other.end);
            }
            apart
        });
        let at = self.spans.partition_point(|other| other.start < start);
        self.spans.insert(at, start..end);
    }
}
