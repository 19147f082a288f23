//! Keys as people write them (`E`, `Shift+U`, `G then I`, `Ctrl+K`) and how a stroke is matched against
//! them. Pure: a stroke and a clock in, a command out. Whether a key belongs to a field or a menu is
//! decided by the listener in [`keys`](super::keys).

/// A key pressed with its modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stroke {
    /// `KeyboardEvent.key`.
    pub(crate) key: String,
    /// Ctrl, or ⌘ on a Mac.
    pub(crate) ctrl: bool,
    /// Alt.
    pub(crate) alt: bool,
    /// Shift. Only told for letters and named keys: `?` is `?` however it is typed.
    pub(crate) shift: bool,
}

impl Stroke {
    /// Reads `Ctrl+k`, `Shift+Delete`, `?`, `#`.
    fn parse(text: &str) -> Self {
        let mut stroke = Self { key: String::new(), ctrl: false, alt: false, shift: false };
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('+').filter(|(modifier, _)| !modifier.is_empty()) {
            match modifier {
                "Ctrl" => stroke.ctrl = true,
                "Alt" => stroke.alt = true,
                "Shift" => stroke.shift = true,
                _ => break,
            }
            rest = after;
        }
        stroke.key = rest.to_owned();
        stroke
    }

    fn matches(&self, pressed: &Self) -> bool {
        let letter = pressed.key.chars().all(|c| c.is_alphabetic() || c == ' ') || pressed.key.chars().count() > 1;
        self.key.to_lowercase() == pressed.key.to_lowercase()
            && self.ctrl == pressed.ctrl
            && self.alt == pressed.alt
            && (!letter || self.shift == pressed.shift)
    }
}

/// How long the second key of `g i` may take, in milliseconds.
const PAUSE: f64 = 1_200.0;

/// What a stroke leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// This entry of the table.
    Run(usize),
    /// The first key of two.
    Waiting,
    /// Nothing.
    Nothing,
}

/// Remembers the first of two keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matcher {
    first: Option<(Stroke, f64)>,
}

impl Matcher {
    /// Takes a stroke at `now` (milliseconds); `table` has the keys of each command.
    pub(crate) fn press<'a>(
        &mut self,
        stroke: Stroke,
        now: f64,
        table: impl IntoIterator<Item = &'a [&'static str]>,
    ) -> Outcome {
        let first = self.first.take().filter(|(_, at)| now - at <= PAUSE).map(|(stroke, _)| stroke);
        let mut waiting = false;
        for (place, keys) in table.into_iter().enumerate() {
            for key in keys {
                match (key.split_once(' '), &first) {
                    (Some((one, two)), Some(pressed)) => {
                        if Stroke::parse(one).matches(pressed) && Stroke::parse(two).matches(&stroke) {
                            return Outcome::Run(place);
                        }
                    }
                    (Some((one, _)), None) => waiting |= Stroke::parse(one).matches(&stroke),
                    (None, None) if Stroke::parse(key).matches(&stroke) => return Outcome::Run(place),
                    (None, _) => {}
                }
            }
        }
        if waiting {
            self.first = Some((stroke, now));
            return Outcome::Waiting;
        }
        Outcome::Nothing
    }
}

/// A key as it is shown: `g i` is "G then I"; `then` is the reader's word for it.
pub(crate) fn shown(key: &str, then: &str) -> String {
    let one = |stroke: &str| {
        let mut stroke = Stroke::parse(stroke);
        if stroke.key.chars().count() == 1 {
            stroke.key = stroke.key.to_uppercase();
        }
        let named = match stroke.key.as_str() {
            "Escape" => "Esc",
            "ArrowDown" => "↓",
            "ArrowUp" => "↑",
            "Delete" => "Del",
            other => other,
        };
        let modifiers = [(stroke.ctrl, "Ctrl "), (stroke.alt, "Alt "), (stroke.shift, "Shift ")];
        let before: String = modifiers.into_iter().filter(|(held, _)| *held).map(|(_, word)| word).collect();
        format!("{before}{named}")
    };
    key.split(' ').map(one).collect::<Vec<_>>().join(&format!(" {then} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [&[&str]; 7] = [&["e"], &["#", "Delete"], &["g i"], &["Ctrl+k", "/"], &["Shift+u"], &["u"], &["i"]];

    fn stroke(text: &str) -> Stroke {
        Stroke::parse(text)
    }

    #[track_caller]
    fn check(pressed: &[(&str, f64)], expect: Outcome) {
        let mut matcher = Matcher::default();
        let mut outcome = Outcome::Nothing;
        for (key, at) in pressed {
            outcome = matcher.press(stroke(key), *at, TABLE);
        }
        assert_eq!(outcome, expect);
    }

    #[test]
    fn a_key_runs_its_command() {
        check(&[("e", 0.0)], Outcome::Run(0));
        check(&[("Delete", 0.0)], Outcome::Run(1));
        check(&[("Ctrl+k", 0.0)], Outcome::Run(3));
        check(&[("k", 0.0)], Outcome::Nothing);
    }

    #[test]
    fn shift_tells_letters_apart_but_not_signs() {
        check(&[("Shift+U", 0.0)], Outcome::Run(4));
        check(&[("u", 0.0)], Outcome::Run(5));
        // Where # is typed with Shift, as on most keyboards.
        check(&[("Shift+#", 0.0)], Outcome::Run(1));
    }

    #[test]
    fn two_keys_in_a_row_are_one_command() {
        check(&[("g", 0.0)], Outcome::Waiting);
        check(&[("g", 0.0), ("i", 900.0)], Outcome::Run(2));
        check(&[("g", 0.0), ("i", 2_000.0)], Outcome::Run(6));
        check(&[("g", 0.0), ("e", 100.0)], Outcome::Nothing);
    }

    #[test]
    fn keys_are_shown_as_on_the_keyboard() {
        for (key, expect) in
            [("g i", "G then I"), ("Ctrl+k", "Ctrl K"), ("Shift+u", "Shift U"), ("Delete", "Del"), ("+", "+")]
        {
            assert_eq!(shown(key, "then"), expect);
        }
    }
}
