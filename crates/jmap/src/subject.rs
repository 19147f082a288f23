//! What mail programs put before the subjects of answers and forwards, in the languages that mail comes in. The server
//! joins threads by what is left (RFC 8621 §3, RFC 5256 §2.1), and clients show it and answer with it: all have to mean
//! the same.

/// What mail programs put before the subject of an answer, lower case.
pub const REPLY: &[&str] = &[
    "re",
    "r",
    "aw",
    "antw",
    "antwort",
    "sv",
    "svar",
    "vs",
    "vá",
    "odp",
    "odg",
    "ynt",
    "rif",
    "rép",
    "res",
    "bls",
    "atb",
    "αποκρ",
    "απ",
    "σχετ",
    "отв",
    "ответ",
    "відп",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "返信",
    "답장",
    "회신",
    "השב",
    "رد",
];

/// What mail programs put before the subject of a forward, lower case.
pub const FORWARD: &[&str] = &[
    "fwd",
    "i",
    "fw",
    "wg",
    "tr",
    "doorst",
    "vb",
    "vl",
    "enc",
    "rv",
    "pd",
    "trs",
    "i̇lt",
    "ilt",
    "yml",
    "továbbítás",
    "proslj",
    "πρθ",
    "пересл",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "הועבר",
    "إعادة توجيه",
];

/// A subject without one of these prefixes; `Re[2]:` and `Re(2):` too, and the full-width colon. `None` if it has none.
pub fn without_prefix<'a>(subject: &'a str, known: &[&str]) -> Option<&'a str> {
    let colon = subject.char_indices().take(24).find(|&(_, c)| c == ':' || c == '：')?;
    let name = subject.get(..colon.0)?;
    let rest = subject.get(colon.0 + colon.1.len_utf8()..)?;
    let name = name.trim();
    let name = match name.find(['[', '(', '^', '*']) {
        Some(at) => {
            let (name, count) = name.split_at(at);
            let counted = count.chars().all(|c| c.is_ascii_digit() || "[]()^*".contains(c));
            counted.then(|| name.trim())?
        }
        None => name,
    };
    known.contains(&name.to_lowercase().as_str()).then(|| rest.trim_start())
}

/// Whether a word, in lower case, is one of those of answers or forwards.
pub fn is_prefix(word: &str) -> bool {
    REPLY.contains(&word) || FORWARD.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_known_in_any_language() {
        for (subject, expect) in [
            ("AW: Lamps", Some("Lamps")),
            ("SV: Lamps", Some("Lamps")),
            ("Antw: Lamps", Some("Lamps")),
            ("VS: Lamps", Some("Lamps")),
            ("R: Lamps", Some("Lamps")),
            ("Re[2]: Lamps", Some("Lamps")),
            ("RE (3) : Lamps", Some("Lamps")),
            ("回复：灯", Some("灯")),
            ("Re:", Some("")),
            ("FW: Lamps", None),
            ("Research: lamps", None),
            ("Re lamps: a plan", None),
            ("Lamps", None),
            ("", None),
        ] {
            assert_eq!(without_prefix(subject, REPLY), expect, "{subject}");
        }
        for subject in ["WG: Lamps", "TR: Lamps", "Fwd: Lamps", "RV: Lamps"] {
            assert_eq!(without_prefix(subject, FORWARD), Some("Lamps"), "{subject}");
        }
    }
}
