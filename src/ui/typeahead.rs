//! Typing a few letters to get to a row. Pure: letters and a clock in, a place out.

/// What was typed, until a pause ends it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typeahead {
    typed: String,
    last: f64,
}

/// A pause this long, in milliseconds, starts a new word.
const PAUSE: f64 = 700.0;

impl Typeahead {
    /// Takes a letter typed `now` (milliseconds) and finds the row to go to, after the one that has the focus.
    ///
    /// The same letter again goes to the next row that begins with it, as in native lists.
    pub(crate) fn find<'a>(
        &mut self,
        letter: char,
        now: f64,
        labels: impl IntoIterator<Item = &'a str>,
        at: Option<usize>,
    ) -> Option<usize> {
        if now - self.last > PAUSE {
            self.typed.clear();
        }
        self.last = now;
        self.typed.extend(letter.to_lowercase());
        let mut letters = self.typed.chars();
        let first = letters.next()?;
        let repeats = letters.all(|c| c == first);
        let sought = if repeats { first.to_string() } else { self.typed.clone() };
        let labels: Vec<String> = labels.into_iter().map(|label| label.trim().to_lowercase()).collect();
        // A longer word may stay where it is; a single letter moves on.
        let from = at.map_or(0, |at| if repeats { at + 1 } else { at });
        let len = labels.len();
        (0..len)
            .map(|offset| (from + offset) % len)
            .find(|&place| labels.get(place).is_some_and(|label| label.starts_with(&sought)))
    }

    /// Whether a word is being typed, so that a space belongs to it.
    pub(crate) fn is_typing(&self, now: f64) -> bool {
        !self.typed.is_empty() && now - self.last <= PAUSE
    }
}

#[cfg(test)]
mod tests {
    use super::Typeahead;

    const ROWS: [&str; 5] = ["Inbox", "Archive", "Drafts", "Deleted", "Design"];

    #[track_caller]
    fn check(typed: &[(char, f64)], at: Option<usize>, expect: Option<usize>) {
        let mut typeahead = Typeahead::default();
        let mut place = at;
        for &(letter, now) in typed {
            place = typeahead.find(letter, now, ROWS, place);
        }
        assert_eq!(place, expect);
    }

    #[test]
    fn a_letter_goes_to_the_next_row_that_begins_with_it() {
        check(&[('d', 1000.0)], None, Some(2));
        check(&[('d', 1000.0), ('d', 1100.0)], None, Some(3));
        check(&[('d', 1000.0), ('d', 1100.0), ('d', 1200.0), ('d', 1300.0)], None, Some(2));
    }

    #[test]
    fn letters_in_quick_succession_make_a_word() {
        check(&[('d', 1000.0), ('e', 1100.0), ('s', 1200.0)], None, Some(4));
    }

    #[test]
    fn a_pause_starts_a_new_word() {
        check(&[('d', 1000.0), ('a', 3000.0)], None, Some(1));
    }

    #[test]
    fn what_no_row_begins_with_moves_nowhere() {
        check(&[('x', 1000.0)], Some(2), None);
    }
}
