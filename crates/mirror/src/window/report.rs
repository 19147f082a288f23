//! What became of a list between two looks, told so that a view can keep the reader's place and
//! a selection can follow its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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

/// Tells the difference between a list's rows before and after. `forgotten` are rows that are
/// merely not known any more; `top` is the first row in view, `bottom` one past the last.
pub(crate) fn difference(
    window: &WindowKey,
    before: &[RowAt],
    after: &[RowAt],
    forgotten: &BTreeSet<Id>,
    view: Range<usize>,
) -> WindowChange {
    let new: BTreeMap<&Id, usize> = after.iter().map(|row| (&row.key, row.index)).collect();
    let old: BTreeSet<&Id> = before.iter().map(|row| &row.key).collect();
    let removed: Vec<RowAt> =
        before.iter().filter(|row| !new.contains_key(&row.key) && !forgotten.contains(&row.key)).cloned().collect();
    let inserted: Vec<RowAt> = after.iter().filter(|row| !old.contains(&row.key)).cloned().collect();

    let survivors: Vec<(usize, usize)> =
        before.iter().filter_map(|row| Some((row.index, *new.get(&row.key)?))).collect();
    let mut steps: Vec<(usize, isize)> = Vec::new();
    let mut shift = None;
    let mut last = 0;
    for (from, to) in in_order(&survivors) {
        let by = to.cast_signed() - from.cast_signed();
        if by != last {
            steps.push((from, by));
            last = by;
        }
        if shift.is_none() && view.contains(&from) {
            shift = Some((to, by));
        }
    }
    let above = shift.map_or(0, |(top, _)| inserted.iter().filter(|row| row.index < top).count());
    WindowChange { window: window.clone(), removed, inserted, shift: shift.map_or(0, |(_, by)| by), above, steps }
}

/// The longest part of the pairs, ascending by the first, that also ascends by the second: the
/// rows that stayed, while the others moved past them.
fn in_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the pair that ends a chain of it lowest; and for each pair, the one before.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, to)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs.get(*end).is_some_and(|(_, other)| other < to));
        previous.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        chain.extend(pairs.get(index));
        at = previous.get(index).copied().flatten();
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<RowAt> {
        text.split_whitespace()
            .enumerate()
            .filter(|(_, word)| *word != ".")
            .map(|(index, word)| RowAt { index, key: word.into() })
            .collect()
    }

    fn check(before: &str, after: &str, top: usize, (shift, above): (isize, usize)) -> WindowChange {
        let change = difference(&"w".into(), &rows(before), &rows(after), &BTreeSet::new(), top..top + 3);
        assert_eq!((change.shift, change.above), (shift, above), "{before} became {after}");
        change
    }

    #[test]
    fn new_rows_above_the_view_shift_it() {
        check("a b c d", "x y a b c d", 1, (2, 2));
        check("a b c d", "a b x c d", 1, (0, 0));
    }

    #[test]
    fn a_row_that_goes_to_the_top_does_not_take_the_view_along() {
        let change = check("a b c d e", "c a b d e", 2, (0, 0));
        assert!(change.removed.is_empty() && change.inserted.is_empty());
    }

    #[test]
    fn unknown_rows_move_with_their_neighbours() {
        let change = check("a b . . e", "x a b . . e", 0, (1, 1));
        assert_eq!((change.moved(3), change.moved(0)), (4, 1));
        let change = check("a b c . . f", "a c . . f", 0, (0, 0));
        assert_eq!((change.moved(0), change.moved(1), change.moved(3)), (0, 1, 2));
    }
}
