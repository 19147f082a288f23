//! Where the rows of a list stand, however long it is and however little of it is known: fixed row
//! heights, and a head above each row that begins a day.
//!
//! Only the heads between two rows that are both known are there; one that is found later above
//! what is being read moves the scroll position by its height (see [`Layout::with_heads`]), not the
//! words on screen. Pure: lengths are CSS pixels, nothing here knows the browser.

use std::ops::Range;

/// The heights that a density and a pointer give; see the tokens `--email-row` and its kin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heights {
    /// One row.
    pub row: f64,
    /// The head of a day.
    pub head: f64,
}

/// The geometry of one list at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    total: usize,
    heights: Heights,
    /// The rows that begin a day, ascending.
    heads: Vec<usize>,
}

impl Layout {
    /// A list of `total` rows with heads above the rows of `heads`, which ascend.
    pub fn new(total: usize, heights: Heights, heads: Vec<usize>) -> Self {
        Self { total, heights, heads }
    }

    /// How many rows there are.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The heights it was made with.
    pub fn heights(&self) -> Heights {
        self.heights
    }

    /// The rows that begin a day.
    pub fn heads(&self) -> &[usize] {
        &self.heads
    }

    /// Whether a head stands above this row.
    pub fn has_head(&self, index: usize) -> bool {
        self.heads.binary_search(&index).is_ok()
    }

    /// The height of all of it.
    pub fn height(&self) -> f64 {
        self.total as f64 * self.heights.row + self.heads.len() as f64 * self.heights.head
    }

    /// The upper edge of a row, below its head if it has one.
    pub fn top(&self, index: usize) -> f64 {
        let heads = self.heads.partition_point(|head| *head <= index);
        index as f64 * self.heights.row + heads as f64 * self.heights.head
    }

    /// The upper edge of a row's head, or of the row.
    pub fn outer_top(&self, index: usize) -> f64 {
        self.top(index) - if self.has_head(index) { self.heights.head } else { 0.0 }
    }

    /// The row at a height; a head belongs to the row below it. The last row, if `y` is past the end.
    pub fn at(&self, y: f64) -> usize {
        let (mut low, mut high) = (0, self.total);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if self.outer_top(middle) <= y { low = middle } else { high = middle }
        }
        low
    }

    /// The rows that a window of `viewport` at `top` shows, and `spare` more at either end.
    pub fn visible(&self, top: f64, viewport: f64, spare: usize) -> Range<usize> {
        if self.total == 0 {
            return 0..0;
        }
        let first = self.at(top.max(0.0)).saturating_sub(spare);
        let last = self.at((top + viewport).max(0.0)).saturating_add(1 + spare).min(self.total);
        first..last
    }

    /// The scroll position nearest to `top` at which a row is whole in view. A row at the upper edge
    /// leaves room for the head that sticks there.
    pub fn reveal(&self, index: usize, top: f64, viewport: f64) -> f64 {
        let start = self.top(index) - self.heights.head;
        let end = self.top(index) + self.heights.row;
        if start < top {
            start.max(0.0)
        } else if end > top + viewport {
            (end - viewport).max(0.0)
        } else {
            top
        }
    }

    /// How many whole rows a page has: what Page Down moves by.
    pub fn page(&self, viewport: f64) -> usize {
        (((viewport - self.heights.head) / self.heights.row).floor() as usize).max(1)
    }
}

/// How far `new` has the row that is first in view in `old` further down: what to add to the scroll
/// position, so that nothing moves on screen. `moved` tells where a row of the old list is now.
pub fn shift(old: &Layout, new: &Layout, top: f64, moved: impl Fn(usize) -> usize) -> f64 {
    if old.total == 0 || new.total == 0 || top <= 0.0 {
        return 0.0;
    }
    // The first row whose upper edge is in view, so that a head above it may come or go.
    let mut first = old.at(top);
    if old.top(first) < top && first + 1 < old.total {
        first += 1;
    }
    new.top(moved(first).min(new.total - 1)) - old.top(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHTS: Heights = Heights { row: 74.0, head: 26.0 };

    fn list(total: usize, heads: &[usize]) -> Layout {
        Layout::new(total, HEIGHTS, heads.to_vec())
    }

    #[test]
    fn a_row_stands_below_all_heads_up_to_its_own() {
        let list = list(10, &[0, 4]);
        for (index, top) in [(0, 26.0), (1, 100.0), (3, 248.0), (4, 348.0), (9, 718.0)] {
            assert_eq!(list.top(index), top, "{index}");
        }
        assert_eq!(list.height(), 792.0);
    }

    #[test]
    fn every_height_belongs_to_the_row_drawn_there() {
        let list = list(100_000, &[0, 4, 50, 70_000]);
        for index in [0, 1, 3, 4, 5, 49, 50, 51, 69_999, 70_000, 99_999] {
            assert_eq!(list.at(list.outer_top(index)), index);
            assert_eq!(list.at(list.top(index) + 73.0), index);
        }
        assert_eq!(list.at(1e12), 99_999);
    }

    #[test]
    fn the_rows_in_view_include_those_that_are_cut() {
        let list = list(1_000, &[]);
        assert_eq!(list.visible(0.0, 740.0, 0), 0..11);
        assert_eq!(list.visible(37.0, 740.0, 0), 0..11);
        assert_eq!(list.visible(7_400.0, 740.0, 2), 98..113);
        assert_eq!(list.visible(1e9, 740.0, 2), 997..1_000);
        assert_eq!(super::Layout::new(0, HEIGHTS, vec![]).visible(0.0, 740.0, 2), 0..0);
    }

    #[test]
    fn revealing_moves_as_little_as_it_can() {
        let list = list(100, &[]);
        assert_eq!(list.reveal(3, 0.0, 740.0), 0.0);
        assert_eq!(list.reveal(10, 0.0, 740.0), 74.0);
        assert_eq!(list.reveal(2, 500.0, 740.0), 148.0 - 26.0);
        assert_eq!(list.reveal(0, 500.0, 740.0), 0.0);
    }

    #[test]
    fn a_head_found_above_does_not_move_what_is_read() {
        let (old, new) = (list(100, &[0]), list(100, &[0, 4]));
        assert_eq!(shift(&old, &new, 1_000.0, |index| index), 26.0);
        assert_eq!(shift(&old, &new, 0.0, |index| index), 0.0);
    }

    #[test]
    fn three_rows_that_come_above_move_the_position_by_three() {
        let (old, new) = (list(100, &[0]), list(103, &[0]));
        assert_eq!(shift(&old, &new, 1_000.0, |index| index + 3), 222.0);
    }
}
