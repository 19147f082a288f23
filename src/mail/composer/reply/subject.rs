//! Subjects of answers and forwards: one `Re:` or `Fwd:`, whatever the programs and languages before put there.

use jmap::subject::{FORWARD, REPLY, without_prefix};

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
