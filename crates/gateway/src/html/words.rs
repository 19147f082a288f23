//! Words too long for a line: addresses, keys, hashes. Where the browser may break them is told by `<wbr>`, so that
//! one of them does not make a table wider than the page, while ordinary words stay whole.

/// Letters that a line has room for, also in a cell.
const LONG: usize = 32;
/// Letters that are left together at least.
const SHORT: usize = 8;

/// The same HTML, which must be clean, with places to break.
pub(super) fn breakable(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 32);
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tail) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        for word in text.split_inclusive(char::is_whitespace).flat_map(|word| word.split_inclusive("&nbsp;")) {
            push(&mut out, word);
        }
        let (tag, tail) = tail.split_at(end_of_tag(tail));
        out.push_str(tag);
        rest = tail;
    }
    out
}

/// Past the end of the tag that this begins with. Clean attributes stand between double quotes, in which there are
/// none.
fn end_of_tag(html: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// Only stretches of ASCII: other scripts have their own rules of where a line may end.
fn push(out: &mut String, word: &str) {
    if word.split(|letter: char| !letter.is_ascii()).all(|stretch| stretch.len() <= LONG) {
        return out.push_str(word);
    }
    let (mut since, mut in_reference) = (0, false);
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        in_reference = letter == '&' || (in_reference && letter != ';');
        since = if letter.is_ascii() { since + 1 } else { 0 };
        let parts = "/?&=#_-.,;:@".contains(letter) && since >= SHORT;
        let goes_on = letters.peek().is_some_and(|next| !next.is_whitespace());
        if goes_on && !in_reference && (parts || since >= LONG) {
            out.push_str("<wbr>");
            since = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expect: &str) {
        assert_eq!(breakable(html), expect);
    }

    #[test]
    fn an_address_breaks_at_its_parts() {
        check(
            "<td>See https://owlery.example/a/rather/long/address?a=1&amp;b=22222.</td>",
            "<td>See https://<wbr>owlery.example/<wbr>a/rather/<wbr>long/address?<wbr>a=1&amp;<wbr>b=22222.</td>",
        );
    }

    #[test]
    fn a_word_without_parts_breaks_somewhere() {
        check(&"x".repeat(70), &format!("{0}<wbr>{0}<wbr>xxxxxx", "x".repeat(32)));
    }

    #[test]
    fn ordinary_words_and_tags_stay_as_they_are() {
        for html in [
            "Donaudampfschifffahrtsgesellsch.",
            "<a href=\"https://owlery.example/a/rather/long/address/>/indeed\">here</a>",
            "Tel.&nbsp;+49&nbsp;30&nbsp;901820&nbsp;and&nbsp;more",
            "図書館の閲覧室の照明計画について、最終案をお送りしますのでご確認ください。",
            "a < b",
            "",
        ] {
            check(html, html);
        }
    }
}
