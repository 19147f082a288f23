//! Where the focus goes within a list that is one tab stop. Pure: a key and a place in, a place out.
//! Trees, menus, options and grids of rows share it; each decides for itself what its place is.

/// What the ends of the list do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// From the last to the first: menus and options, which are short.
    Join,
    /// Stop there: trees and long lists, where a jump would lose one's place.
    Hold,
}

/// The place after a key, or `None` if the key does not move or there is nowhere to go.
///
/// `at` is `None` while nothing has the focus; `page` is how many rows are in view.
pub(crate) fn step(key: &str, at: Option<usize>, len: usize, page: usize, ends: Ends) -> Option<usize> {
    let last = len.checked_sub(1)?;
    Some(match (key, at) {
        ("Home", _) | ("ArrowDown" | "PageDown", None) => 0,
        ("End", _) | ("ArrowUp" | "PageUp", None) => last,
        ("ArrowDown", Some(at)) if at >= last => match ends {
            Ends::Join => 0,
            Ends::Hold => last,
        },
        ("ArrowDown", Some(at)) => at + 1,
        ("ArrowUp", Some(0)) => match ends {
            Ends::Join => last,
            Ends::Hold => 0,
        },
        ("ArrowUp", Some(at)) => (at - 1).min(last),
        ("PageDown", Some(at)) => at.saturating_add(page.max(1)).min(last),
        ("PageUp", Some(at)) => at.saturating_sub(page.max(1)).min(last),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Ends, step};

    #[track_caller]
    fn check(key: &str, at: Option<usize>, ends: Ends, expect: Option<usize>) {
        assert_eq!(step(key, at, 10, 4, ends), expect, "{key} at {at:?}");
    }

    #[test]
    fn arrows_move_by_one_and_the_ends_join_or_hold() {
        check("ArrowDown", Some(3), Ends::Hold, Some(4));
        check("ArrowDown", Some(9), Ends::Hold, Some(9));
        check("ArrowDown", Some(9), Ends::Join, Some(0));
        check("ArrowUp", Some(0), Ends::Hold, Some(0));
        check("ArrowUp", Some(0), Ends::Join, Some(9));
    }

    #[test]
    fn pages_and_ends_stay_within_the_list() {
        check("PageDown", Some(8), Ends::Join, Some(9));
        check("PageUp", Some(2), Ends::Join, Some(0));
        check("Home", Some(5), Ends::Hold, Some(0));
        check("End", None, Ends::Hold, Some(9));
    }

    #[test]
    fn without_a_place_the_first_arrow_enters_at_the_near_end() {
        check("ArrowDown", None, Ends::Hold, Some(0));
        check("ArrowUp", None, Ends::Hold, Some(9));
    }

    #[test]
    fn other_keys_and_empty_lists_do_not_move() {
        check("a", Some(1), Ends::Hold, None);
        assert_eq!(step("ArrowDown", None, 0, 4, Ends::Join), None);
    }

    #[test]
    fn a_place_past_a_list_that_shrank_comes_back_into_it() {
        assert_eq!(step("ArrowUp", Some(20), 10, 4, Ends::Hold), Some(9));
    }
}
