//! A long list of which some parts are known: runs of ids at their places, with gaps between.
//!
//! Positions are those of the whole list. No two runs touch, none is empty, no id is in it twice.

use std::collections::BTreeSet;
use std::ops::Range;

use jmap::Id;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct List {
    runs: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    start: usize,
    ids: Vec<Id>,
}

impl Run {
    fn end(&self) -> usize {
        self.start + self.ids.len()
    }
}

impl List {
    pub(crate) fn get(&self, index: usize) -> Option<&Id> {
        let after = self.runs.partition_point(|run| run.start <= index);
        let run = self.runs.get(after.checked_sub(1)?)?;
        run.ids.get(index - run.start)
    }

    pub(crate) fn position(&self, id: &Id) -> Option<usize> {
        self.iter().find(|(_, other)| *other == id).map(|(index, _)| index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Id)> {
        self.runs.iter().flat_map(|run| (run.start..).zip(&run.ids))
    }

    /// How many ids are known.
    pub(crate) fn known(&self) -> usize {
        self.runs.iter().map(|run| run.ids.len()).sum()
    }

    /// Up to where nothing is missing.
    pub(crate) fn first_gap(&self) -> usize {
        self.runs.first().filter(|run| run.start == 0).map_or(0, Run::end)
    }

    /// One past the last known position.
    pub(crate) fn end(&self) -> usize {
        self.runs.last().map_or(0, Run::end)
    }

    /// The parts of a range that are not known.
    pub(crate) fn missing(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut missing = Vec::new();
        let mut from = range.start;
        for run in self.runs.iter().filter(|run| run.end() > range.start && run.start < range.end) {
            if run.start > from {
                missing.push(from..run.start);
            }
            from = run.end();
        }
        if from < range.end {
            missing.push(from..range.end);
        }
        missing
    }

    /// Whether these ids from `start` on are what is known there, and none is known elsewhere.
    pub(crate) fn agrees_with(&self, start: usize, ids: &[Id]) -> bool {
        let new: BTreeSet<&Id> = ids.iter().collect();
        let said = |place: usize| place.checked_sub(start).and_then(|offset| ids.get(offset));
        self.iter().all(|(place, id)| said(place).map_or_else(|| !new.contains(id), |said| said == id))
    }

    /// Sets the ids from `start` on; what was known there, and where else these were, is forgotten.
    pub(crate) fn put(&mut self, start: usize, ids: Vec<Id>) {
        if ids.is_empty() {
            return;
        }
        let end = start + ids.len();
        let new: BTreeSet<&Id> = ids.iter().collect();
        let mut runs = Vec::with_capacity(self.runs.len() + 1);
        for run in std::mem::take(&mut self.runs) {
            let mut kept = Run { start: run.start, ids: Vec::new() };
            for (place, id) in (run.start..).zip(run.ids) {
                if (start..end).contains(&place) || new.contains(&id) {
                    if !kept.ids.is_empty() {
                        runs.push(std::mem::replace(&mut kept, Run { start: 0, ids: Vec::new() }));
                    }
                    kept.start = place + 1;
                } else {
                    kept.ids.push(id);
                }
            }
            if !kept.ids.is_empty() {
                runs.push(kept);
            }
        }
        drop(new);
        let at = runs.partition_point(|run| run.start < start);
        runs.insert(at, Run { start, ids });
        self.runs = runs;
        self.join();
    }

    /// Takes these out, closing up; says which were there.
    pub(crate) fn remove(&mut self, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        if ids.is_empty() {
            return found;
        }
        for run in &mut self.runs {
            run.start -= found.len();
            run.ids.retain(|id| {
                let goes = ids.contains(id);
                if goes {
                    found.insert(id.clone());
                }
                !goes
            });
        }
        self.runs.retain(|run| !run.ids.is_empty());
        self.join();
        found
    }

    /// Puts one in, moving up what follows.
    pub(crate) fn insert(&mut self, index: usize, id: Id) {
        let at = self.runs.partition_point(|run| run.end() < index);
        let mut id = Some(id);
        let mut later = at;
        if let Some(run) = self.runs.get_mut(at).filter(|run| run.start <= index) {
            run.ids.splice(index - run.start..index - run.start, id.take());
            later += 1;
        }
        for run in self.runs.iter_mut().skip(later) {
            run.start += 1;
        }
        if let Some(id) = id {
            self.runs.insert(at, Run { start: index, ids: vec![id] });
        }
        self.join();
    }

    /// Forgets everything from `index` on.
    pub(crate) fn truncate(&mut self, index: usize) {
        self.runs.retain_mut(|run| {
            run.ids.truncate(index.saturating_sub(run.start));
            !run.ids.is_empty()
        });
    }

    /// Only what is within the range.
    pub(crate) fn within(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        for run in &self.runs {
            let start = run.start.max(range.start);
            let ids: Vec<Id> = (run.start..)
                .zip(&run.ids)
                .filter(|(place, _)| range.contains(place))
                .map(|(_, id)| id.clone())
                .collect();
            if !ids.is_empty() {
                part.runs.push(Run { start, ids });
            }
        }
        part
    }

    fn join(&mut self) {
        let mut runs: Vec<Run> = Vec::with_capacity(self.runs.len());
        for run in std::mem::take(&mut self.runs) {
            match runs.last_mut() {
                Some(last) if last.end() == run.start => last.ids.extend(run.ids),
                _ => runs.push(run),
            }
        }
        self.runs = runs;
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::single_range_in_vec_init,
    reason = "a test that panics has failed"
)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<Id> {
        text.split_whitespace().map(Id::from).collect()
    }

    /// `a b . c`: a gap is a dot for each row.
    fn list(text: &str) -> List {
        let mut list = List::default();
        for (index, word) in text.split_whitespace().enumerate() {
            if word != "." {
                list.put(index, vec![word.into()]);
            }
        }
        list
    }

    fn check(change: impl FnOnce(&mut List), before: &str, after: &str) {
        let mut it = list(before);
        change(&mut it);
        assert_eq!(it, list(after), "{before} became {it:?}");
        let mut runs = it.runs.iter().map(|run| run.start..run.end()).collect::<Vec<_>>();
        runs.sort_by_key(|run| run.start);
        assert!(runs.windows(2).all(|pair| pair[0].end < pair[1].start), "{runs:?}");
    }

    #[test]
    fn a_page_agrees_where_it_says_what_is_known() {
        let known = list("a b . . e");
        assert!(known.agrees_with(1, &ids("b c d")));
        assert!(!known.agrees_with(1, &ids("x c")), "another row is there");
        assert!(!known.agrees_with(2, &ids("a")), "the row is elsewhere");
    }

    #[test]
    fn a_page_fills_its_place() {
        check(|it| it.put(2, ids("c d")), "a b", "a b c d");
        check(|it| it.put(2, ids("x")), "a b . d", "a b x d");
        check(|it| it.put(1, ids("x y")), "a b c d", "a x y d");
        check(|it| it.put(3, ids("a")), "a b", ". b . a");
    }

    #[test]
    fn what_is_removed_closes_up() {
        check(|it| assert_eq!(it.remove(&ids("b z").into_iter().collect()).len(), 1), "a b . . c d", "a . . c d");
        check(|it| drop(it.remove(&ids("a c").into_iter().collect())), "a . c", ".");
    }

    #[test]
    fn what_is_inserted_moves_the_rest() {
        check(|it| it.insert(0, "x".into()), "a . c", "x a . c");
        check(|it| it.insert(1, "x".into()), "a . c", "a x . c");
        check(|it| it.insert(2, "x".into()), "a . . . c", "a . x . . c");
        check(|it| it.insert(2, "x".into()), "a . c", "a . x c");
        check(|it| it.insert(4, "x".into()), "a", "a . . . x");
    }

    #[test]
    fn gaps_are_told() {
        let it = list("a b . . c . d");
        assert_eq!(it.missing(0..9), [2..4, 5..6, 7..9]);
        assert_eq!(it.missing(3..5), [3..4]);
        assert_eq!((it.first_gap(), it.end(), it.known()), (2, 7, 4));
        assert_eq!((it.get(4), it.get(5), it.position(&"d".into())), (Some(&"c".into()), None, Some(6)));
        check(|it| it.truncate(5), "a . b . c d", "a . b . c");
    }
}
