//! Subjects of answers and forwards: one `Re:` or `Fwd:`, whatever the programs and languages before put there.

/// What mail programs put before the subject of an answer, lower case.
const REPLY: &[&str] = &[
    "re",
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
    "ref",
    "res",
    "bls",
    "atb",
    "ad",
    "αποκρ",
    "απ",
    "σχετ",
    "отв",
    "ответ",
    "на",
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
const FORWARD: &[&str] = &[
    "fwd",
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

/// `Re: ` and what it is about.
pub fn reply_subject(subject: &str) -> String {
    with_prefix("Re:", subject, REPLY)
}

/// `Fwd: ` and what it is about. Prefixes of answers stay: what is forwarded is an answer.
pub fn forward_subject(subject: &str) -> String {
    with_prefix("Fwd:", subject, FORWARD)
}

fn with_prefix(prefix: &str, subject: &str, known: &[&str]) -> String {
    let (list, rest) = list_tag(subject.trim());
    let mut rest = rest;
    while let Some(after) = without_prefix(rest, known) {
        rest = after;
    }
    // `Re: [list] Re: x`: the list's tag stays, what stands behind it is one prefix too many.
    let (tag, words) = if list.is_empty() { list_tag(rest) } else { (list, rest) };
    let mut words = words;
    while let Some(after) = without_prefix(words, known) {
        words = after;
    }
    [prefix, tag, words].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// A subject without one of these prefixes; `Re[2]:` and `Re(2):` too, and the full-width colon.
fn without_prefix<'a>(subject: &'a str, known: &[&str]) -> Option<&'a str> {
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

/// `[list]` at the beginning, and the rest.
fn list_tag(subject: &str) -> (&str, &str) {
    let end = subject.strip_prefix('[').and_then(|rest| rest.find(']')).map(|end| end + 2);
    match end.and_then(|end| Some((subject.get(..end)?, subject.get(end..)?))) {
        Some((tag, rest)) => (tag, rest.trim_start()),
        None => ("", subject),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_not_doubled_in_any_language() {
        for (subject, expect) in [
            ("Lamps", "Re: Lamps"),
            ("Re: Lamps", "Re: Lamps"),
            ("RE: re: Lamps", "Re: Lamps"),
            ("AW: SV: Lamps", "Re: Lamps"),
            ("Re[2]: Lamps", "Re: Lamps"),
            ("Re (3): Lamps", "Re: Lamps"),
            ("回复：灯", "Re: 灯"),
            ("Отв: Лампы", "Re: Лампы"),
            ("Fwd: Lamps", "Re: Fwd: Lamps"),
            ("[press] Re: Lamps", "Re: [press] Lamps"),
            ("Re: [press] Re: Lamps", "Re: [press] Lamps"),
            ("Research: lamps", "Re: Research: lamps"),
            ("Re: ", "Re:"),
            ("", "Re:"),
        ] {
            assert_eq!(reply_subject(subject), expect, "{subject}");
        }
        for (subject, expect) in [
            ("Lamps", "Fwd: Lamps"),
            ("FW: WG: Lamps", "Fwd: Lamps"),
            ("Re: Lamps", "Fwd: Re: Lamps"),
            ("転送: 灯", "Fwd: 灯"),
        ] {
            assert_eq!(forward_subject(subject), expect, "{subject}");
        }
    }
}
