//! Keys as people read them (`Ctrl K`) and as `aria-keyshortcuts` wants them (`Control+K`). Pure.

/// The value of `aria-keyshortcuts` for keys as they are shown.
///
/// Words apart are keys pressed together; alternatives are divided by a comma: `"Ctrl K, /"` is `"Control+K /"`.
pub(crate) fn aria_keyshortcuts(shown: &str) -> String {
    let chord = |chord: &str| chord.split_whitespace().map(key).collect::<Vec<_>>().join("+");
    shown.split(", ").map(chord).collect::<Vec<_>>().join(" ")
}

fn key(shown: &str) -> &str {
    match shown {
        "Ctrl" => "Control",
        "⌘" => "Meta",
        "⌥" => "Alt",
        "⇧" => "Shift",
        "Del" => "Delete",
        "Esc" => "Escape",
        "↑" => "ArrowUp",
        "↓" => "ArrowDown",
        "+" => "Plus",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::aria_keyshortcuts;

    #[track_caller]
    fn check(shown: &str, expect: &str) {
        assert_eq!(aria_keyshortcuts(shown), expect);
    }

    #[test]
    fn keys_are_told_as_aria_wants_them() {
        check("E", "E");
        check("Ctrl K", "Control+K");
        check("Ctrl Shift Enter", "Control+Shift+Enter");
        check("Ctrl K, /", "Control+K /");
        check("Del", "Delete");
    }
}
