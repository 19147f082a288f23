//! Highlighting: for `SearchSnippet/get` (RFC 8621 §5).

use std::ops::Range;

use super::fold::{Token, tokens};
use super::terms::{Term, Terms};

/// The text as HTML with each place that the terms name in `<mark>`; `None` if there is no such place.
pub fn highlight(text: &str, terms: &Terms) -> Option<String> {
    let places = places(text, terms);
    if places.is_empty() { None } else { Some(mark(text, 0..text.len(), &places)) }
}

/// The part of a long text around the first place that the terms name, as [`highlight`] would write it: at most
/// `max_octets` long, white space made single spaces. `None` if there is no such place.
pub fn excerpt(text: &str, terms: &Terms, max_octets: usize) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let places = places(&text, terms);
    let first = places.first()?.clone();
    let mut around = max_octets.max(1);
    loop {
        let part = part(&text, &first, around);
        let marked = mark(&text, part, &places);
        if marked.len() <= max_octets || around == 1 {
            return Some(marked).filter(|marked| marked.len() <= max_octets);
        }
        around = (around * 7 / 8).max(1);
    }
}

/// About so many octets around a place, a quarter of them before it, from the beginning of a word.
fn part(text: &str, place: &Range<usize>, octets: usize) -> Range<usize> {
    let room = octets.saturating_sub(place.len());
    let mut start = place.start.saturating_sub(room / 4);
    if start > 0 {
        start = text.ceil_char_boundary(start);
        let word = text.get(start..place.start).and_then(|before| before.find(' ')).map(|space| start + space + 1);
        start = word.unwrap_or(start);
    }
    let end = text.floor_char_boundary((start + octets).max(place.end).min(text.len()));
    start..end
}

/// Where terms stand, in order, not overlapping.
fn places(text: &str, terms: &Terms) -> Vec<Range<usize>> {
    if terms.is_empty() {
        return Vec::new();
    }
    let tokens = tokens(text);
    let mut places: Vec<Range<usize>> = Vec::new();
    for at in 0..tokens.len() {
        let found = terms.iter().filter_map(|term| place(tokens.get(at..)?, term)).max_by_key(|place| place.end);
        if let Some(found) = found {
            match places.last_mut() {
                // A run of words that follow each other by a space at most is one mark of each, but overlaps are one.
                Some(last) if found.start < last.end => last.end = last.end.max(found.end),
                _ => places.push(found),
            }
        }
    }
    places
}

/// Where a term stands, if the tokens begin with it.
fn place(tokens: &[Token], term: &Term) -> Option<Range<usize>> {
    let last = term.tokens.len().checked_sub(1)?;
    for (index, wanted) in term.tokens.iter().enumerate() {
        let token = &tokens.get(index)?.text;
        let is_found = if term.is_prefix && index == last { token.starts_with(wanted) } else { token == wanted };
        if !is_found {
            return None;
        }
    }
    Some(tokens.first()?.range.start..tokens.get(last)?.range.end)
}

/// A part of a text as HTML, what stands in `places` marked.
fn mark(text: &str, part: Range<usize>, places: &[Range<usize>]) -> String {
    let mut html = String::with_capacity(part.len() + 32);
    let mut at = part.start;
    for place in places.iter().filter(|place| place.start >= part.start && place.end <= part.end) {
        escape(&mut html, text.get(at..place.start).unwrap_or_default());
        html.push_str("<mark>");
        escape(&mut html, text.get(place.clone()).unwrap_or_default());
        html.push_str("</mark>");
        at = place.end;
    }
    escape(&mut html, text.get(at..part.end).unwrap_or_default());
    html
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, query: &str, expect: Option<&str>) {
        assert_eq!(highlight(text, &Terms::parse(query)).as_deref(), expect, "{query:?} in {text:?}");
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        check("The Café of Bob", "cafe", Some("The <mark>Café</mark> of Bob"));
        check("Reports & reporting", "report", Some("<mark>Reports</mark> &amp; <mark>reporting</mark>"));
        check("<b>", "b", Some("&lt;<mark>b</mark>&gt;"));
        check("nothing here", "elsewhere", None);
        check("nothing here", "", None);
    }

    #[test]
    fn a_phrase_is_one_mark() {
        check("an annual report, annual", "\"annual report\"", Some("an <mark>annual report</mark>, annual"));
        check("明日の会議の資料", "会議", Some("明日の<mark>会議</mark>の資料"));
        check("ann@owlery.example", "ann@owl", Some("<mark>ann@owlery</mark>.example"));
    }

    #[test]
    fn overlapping_phrases_are_one_mark() {
        check("a b c d", "\"a b\" \"b c\"", Some("<mark>a b c</mark> d"));
    }

    #[test]
    fn an_excerpt_is_around_the_first_place_and_short() {
        let text = format!("{} the   needle\nis <here> {}", "hay ".repeat(100), "é ".repeat(300));
        let found = excerpt(&text, &Terms::parse("needle"), 255).unwrap();
        assert!(found.contains("the <mark>needle</mark> is &lt;here&gt;"), "{found}");
        assert!(found.len() <= 255 && found.len() > 150, "{}", found.len());
        assert!(found.starts_with("hay "), "{found}");
        assert_eq!(excerpt(&text, &Terms::parse("absent"), 255), None);
    }
}
