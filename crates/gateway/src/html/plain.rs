//! Plain text as a page: links found, lines that flow joined (RFC 3676), what is quoted set apart by its level.

use std::borrow::Cow;

use linkify::{LinkFinder, LinkKind};

use super::escape;

/// Deeper quotes look like this deep.
const MAX_DEPTH: usize = 12;

/// How lines end (RFC 3676).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// A space at the end of a line says that the next one belongs to it.
    pub flowed: bool,
    /// That space is not part of the text.
    pub del_sp: bool,
}

/// The text as HTML: one block, with nested quotes.
pub fn to_html(text: &str, format: Format) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 4);
    html.push_str("<div class=\"owlet-plain\" dir=\"auto\">");
    let mut depth = 0;
    let mut is_first = true;
    let mut is_signature = false;
    for (level, line) in paragraphs(text, format) {
        let level = level.min(MAX_DEPTH);
        if level == depth && !is_first {
            html.push('\n');
        }
        for _ in depth..level {
            html.push_str("<blockquote>");
        }
        for _ in level..depth {
            html.push_str("</blockquote>");
        }
        depth = level;
        is_first = false;
        if line == "-- " && level == 0 && !is_signature {
            is_signature = true;
            html.push_str("<div class=\"owlet-signature\">");
        }
        html.push_str(&with_links(&line));
    }
    for _ in 0..depth {
        html.push_str("</blockquote>");
    }
    if is_signature {
        html.push_str("</div>");
    }
    html.push_str("</div>");
    html
}

/// Lines with their level of quoting, those that flow joined.
fn paragraphs(text: &str, format: Format) -> Vec<(usize, Cow<'_, str>)> {
    let mut lines: Vec<(usize, Cow<'_, str>)> = Vec::new();
    let mut flows = false;
    for line in text.trim_end().split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (level, rest) = quoted(line, format.flowed);
        let rest = if format.flowed { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
        let is_signature = rest == "-- " || (rest == "--" && !format.flowed && level == 0 && line == "-- ");
        match lines.last_mut() {
            Some((last_level, last)) if flows && *last_level == level && !is_signature => {
                let joined = last.to_mut();
                if format.del_sp {
                    joined.pop();
                }
                joined.push_str(rest);
            }
            _ => lines.push((level, Cow::Borrowed(rest))),
        }
        flows = format.flowed && rest.ends_with(' ') && !is_signature;
    }
    lines
}

/// How often a line is quoted, and the line without the marks. Outside of flowed text `> >` counts as two.
fn quoted(line: &str, is_flowed: bool) -> (usize, &str) {
    let (mut level, mut rest) = (0, line);
    while let Some(inner) = rest.strip_prefix('>') {
        level += 1;
        rest = inner;
        if !is_flowed && let Some(inner) = rest.strip_prefix(' ').filter(|inner| inner.starts_with('>')) {
            rest = inner;
        }
    }
    if level > 0 && !is_flowed {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (level, rest)
}

fn with_links(line: &str) -> String {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    let mut html = String::with_capacity(line.len());
    for span in finder.spans(line) {
        let text = span.as_str();
        let address = match span.kind() {
            Some(LinkKind::Url) => url_of(text),
            Some(LinkKind::Email) => Some(format!("mailto:{text}")),
            _ => None,
        };
        match address {
            Some(address) => {
                html.push_str("<a href=\"");
                html.push_str(&escape(&address));
                html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer\">");
                html.push_str(&escape(text));
                html.push_str("</a>");
            }
            None => html.push_str(&escape(text)),
        }
    }
    html
}

/// `https://…` as it is, `www.…` with a scheme; nothing else that happens to have a dot.
fn url_of(text: &str) -> Option<String> {
    if let Some((scheme, _)) = text.split_once("://") {
        return matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https").then(|| text.to_owned());
    }
    text.to_ascii_lowercase().starts_with("www.").then(|| format!("https://{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, format: Format, expect: &str) {
        let html = to_html(text, format);
        let inner =
            html.strip_prefix("<div class=\"owlet-plain\" dir=\"auto\">").unwrap().strip_suffix("</div>").unwrap();
        assert_eq!(inner, expect);
    }

    const FIXED: Format = Format { flowed: false, del_sp: false };
    const FLOWED: Format = Format { flowed: true, del_sp: false };

    #[test]
    fn text_is_text() {
        check("1 < 2 & \"3\"\r\n", FIXED, "1 &lt; 2 &amp; &quot;3&quot;");
    }

    #[test]
    fn links_are_found_and_no_more() {
        let link = |address: &str, text: &str| {
            format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer\">{text}</a>")
        };
        check(
            "See https://a.example/x?y=1&z, www.b.example.",
            FIXED,
            &format!(
                "See {}, {}.",
                link("https://a.example/x?y=1&amp;z", "https://a.example/x?y=1&amp;z"),
                link("https://www.b.example", "www.b.example")
            ),
        );
        check("bob@owlery.example", FIXED, &link("mailto:bob@owlery.example", "bob@owlery.example"));
        check("main.rs and javascript://x", FIXED, "main.rs and javascript://x");
    }

    #[test]
    fn quotes_nest() {
        check("> > a\n>> b\n> c\nd", FIXED, "<blockquote><blockquote>a\nb</blockquote>c</blockquote>d");
    }

    #[test]
    fn flowing_lines_are_joined() {
        check("one \ntwo\nthree", FLOWED, "one two\nthree");
        check("> one \n> two\nthree", FLOWED, "<blockquote>one two</blockquote>three");
        check("\u{4e2d} \n\u{6587}", Format { flowed: true, del_sp: true }, "\u{4e2d}\u{6587}");
        check(" > not quoted", FLOWED, "&gt; not quoted");
    }

    #[test]
    fn a_signature_is_quiet() {
        check("Hello\n-- \nAlice", FLOWED, "Hello\n<div class=\"owlet-signature\">-- \nAlice</div>");
    }

    #[test]
    fn a_thousand_quotes_do_not_nest_a_thousand_times() {
        assert_eq!(to_html(&">".repeat(1000), FIXED).matches("<blockquote>").count(), MAX_DEPTH);
    }
}
