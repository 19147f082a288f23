//! What a person can tell the app to do, said once: the palette, the keys, the `?` sheet and the menus
//! all read the same [`Command`]s. A feature writes a table of them and offers each with what runs it.

use crate::ui::IconName;

/// Something that can be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The key of its words, which is its name too: `mail.reply`.
    pub(crate) words: &'static str,
    /// Its drawing.
    pub(crate) icon: IconName,
    /// The strokes that run it, as [`shortcuts`](super::shortcuts) reads them; the first is shown.
    pub(crate) keys: &'static [&'static str],
    /// Under which head of the `?` sheet it stands.
    pub(crate) group: Group,
}

/// The heads of the `?` sheet, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Moving about in a list.
    Move,
    /// Doing something with what is chosen.
    Act,
    /// Writing.
    Write,
    /// Going to a folder.
    Go,
    /// The app itself.
    App,
}

impl Group {
    /// All, in their order.
    pub(crate) const ALL: [Self; 5] = [Self::Write, Self::Act, Self::Move, Self::Go, Self::App];

    /// The key of its words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Move => "shell.groupMove",
            Self::Act => "shell.groupAct",
            Self::Write => "shell.groupWrite",
            Self::Go => "shell.groupGo",
            Self::App => "shell.groupApp",
        }
    }
}

/// How well what was typed fits some words: the lower the better, `None` if it does not. The beginning of
/// the words beats the beginning of a later word, and that beats the middle of one.
pub(crate) fn fit(typed: &str, words: &str) -> Option<usize> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return Some(0);
    }
    let words = words.to_lowercase();
    if words.starts_with(&typed) {
        return Some(0);
    }
    let mut parts = words.split_whitespace().skip(1);
    if parts.any(|part| part.starts_with(&typed)) {
        return Some(1);
    }
    let every = typed.split_whitespace().all(|one| words.split_whitespace().any(|part| part.starts_with(one)));
    match (every, words.contains(&typed) && typed.chars().count() > 2) {
        (true, _) => Some(2),
        (false, true) => Some(3),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[track_caller]
    fn check(typed: &str, words: &str, expect: Option<usize>) {
        assert_eq!(fit(typed, words), expect, "{typed:?} in {words:?}");
    }

    #[test]
    fn the_beginning_fits_best() {
        check("rep", "Reply all", Some(0));
        check("all", "Reply all", Some(1));
        check("all re", "Reply all", Some(2));
        check("eply", "Reply all", Some(3));
        check("ep", "Reply all", None);
        check("", "Reply all", Some(0));
    }
}
