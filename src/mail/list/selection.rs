//! Which rows are chosen, told by their keys, so that a list may change under it.
//!
//! `All` is every row of the list, also those never seen: 40,000 are chosen without asking for their
//! ids. Pure; rows and their indices are the caller's.

use std::collections::BTreeSet;

use jmap::Id;

/// The chosen rows of a list, and the one that keys act from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    chosen: Chosen,
    /// The row that has, or would have, the focus.
    cursor: Option<Id>,
    /// The row that a range begins at.
    anchor: Option<Id>,
}

/// What is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Chosen {
    /// These.
    Some(BTreeSet<Id>),
    /// Every row of the list but these.
    AllBut(BTreeSet<Id>),
}

impl Default for Chosen {
    fn default() -> Self {
        Self::Some(BTreeSet::new())
    }
}

impl Selection {
    /// Only this row, as a click or an arrow key chooses.
    pub fn only(&mut self, key: Id) {
        self.chosen = Chosen::Some(BTreeSet::from([key.clone()]));
        self.cursor = Some(key.clone());
        self.anchor = Some(key);
    }

    /// The other of chosen and not (checkbox, Ctrl click, `x`); the others stay.
    pub fn toggle(&mut self, key: Id) {
        let (Chosen::Some(set) | Chosen::AllBut(set)) = &mut self.chosen;
        if !set.remove(&key) {
            set.insert(key.clone());
        }
        self.cursor = Some(key.clone());
        self.anchor = Some(key);
    }

    /// From the anchor to here (Shift click, Shift arrow): `rows` are the keys of that stretch.
    pub fn extend(&mut self, to: Id, rows: impl IntoIterator<Item = Id>) {
        self.chosen = Chosen::Some(rows.into_iter().chain([to.clone()]).collect());
        if self.anchor.is_none() {
            self.anchor = Some(to.clone());
        }
        self.cursor = Some(to);
    }

    /// Every row of the list, known or not.
    pub fn all(&mut self) {
        self.chosen = Chosen::AllBut(BTreeSet::new());
    }

    /// Nothing; the cursor stays.
    pub fn clear(&mut self) {
        self.chosen = Chosen::default();
    }

    /// Moves the cursor without choosing (Ctrl arrow).
    pub fn point(&mut self, key: Id) {
        self.cursor = Some(key);
    }

    /// These rows are gone; if the cursor was among them it is at `next` now.
    pub fn forget(&mut self, gone: &[Id], next: Option<Id>) {
        let (Chosen::Some(set) | Chosen::AllBut(set)) = &mut self.chosen;
        for key in gone {
            set.remove(key);
        }
        if self.cursor.as_ref().is_some_and(|cursor| gone.contains(cursor)) {
            self.cursor = next;
        }
        if self.anchor.as_ref().is_some_and(|anchor| gone.contains(anchor)) {
            self.anchor = self.cursor.clone();
        }
    }

    /// Whether a row is chosen.
    pub fn contains(&self, key: &Id) -> bool {
        match &self.chosen {
            Chosen::Some(set) => set.contains(key),
            Chosen::AllBut(set) => !set.contains(key),
        }
    }

    /// How many are chosen of a list of `total`.
    pub fn count(&self, total: usize) -> usize {
        match &self.chosen {
            Chosen::Some(set) => set.len(),
            Chosen::AllBut(set) => total.saturating_sub(set.len()),
        }
    }

    /// Whether `all` was said, and not taken back.
    pub fn is_all(&self) -> bool {
        matches!(self.chosen, Chosen::AllBut(_))
    }

    /// The chosen keys, unless it is all but some.
    pub fn keys(&self) -> Option<&BTreeSet<Id>> {
        match &self.chosen {
            Chosen::Some(set) => Some(set),
            Chosen::AllBut(_) => None,
        }
    }

    /// The one that is chosen, if it is one.
    pub fn single(&self) -> Option<&Id> {
        self.keys().filter(|keys| keys.len() == 1).and_then(|keys| keys.first())
    }

    /// The row that has, or would have, the focus.
    pub fn cursor(&self) -> Option<&Id> {
        self.cursor.as_ref()
    }

    /// Where a range begins.
    pub fn anchor(&self) -> Option<&Id> {
        self.anchor.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::from(text)
    }

    #[test]
    fn a_click_chooses_one_and_a_checkbox_adds_to_it() {
        let mut selection = Selection::default();
        selection.only(id("a"));
        selection.toggle(id("c"));
        assert_eq!(selection.keys().unwrap(), &BTreeSet::from([id("a"), id("c")]));
        selection.toggle(id("a"));
        assert_eq!(selection.single(), Some(&id("c")));
    }

    #[test]
    fn a_range_goes_from_its_anchor_again_and_again() {
        let mut selection = Selection::default();
        selection.only(id("b"));
        selection.extend(id("d"), [id("b"), id("c"), id("d")]);
        selection.extend(id("a"), [id("a"), id("b")]);
        assert_eq!(selection.keys().unwrap(), &BTreeSet::from([id("a"), id("b")]));
        assert_eq!(selection.anchor(), Some(&id("b")));
        assert_eq!(selection.cursor(), Some(&id("a")));
    }

    #[test]
    fn all_counts_rows_that_were_never_seen() {
        let mut selection = Selection::default();
        selection.all();
        selection.toggle(id("a"));
        assert_eq!(selection.count(40_000), 39_999);
        assert!(selection.is_all() && selection.contains(&id("z")) && !selection.contains(&id("a")));
    }

    #[test]
    fn the_cursor_goes_to_the_next_row_when_its_own_leaves() {
        let mut selection = Selection::default();
        selection.only(id("a"));
        selection.forget(&[id("a")], Some(id("b")));
        assert_eq!(selection.count(9), 0);
        assert_eq!(selection.cursor(), Some(&id("b")));
    }
}
