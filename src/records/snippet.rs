//! Where a search found its words: plain spans, so that a view needs no HTML (RFC 8621 §5).

use jmap::search_snippet::SearchSnippet;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Of one mail that a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The subject, if something was found in it.
    pub subject: Option<Marked>,
    /// The text round what was found.
    pub preview: Option<Marked>,
}

/// A text with marked parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked(
    /// In order.
    pub Vec<Span>,
);

/// A part of a [`Marked`] text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Plain text.
    pub text: String,
    /// One of the words searched.
    pub marked: bool,
}

impl Marked {
    /// From a snippet's HTML: `<mark>` and escapes, nothing else.
    pub(super) fn read(html: &str) -> Self {
        let mut spans = Vec::new();
        let mut add = |html: &str, marked: bool| {
            if !html.is_empty() {
                spans.push(Span { text: unescape(html), marked });
            }
        };
        let mut rest = html;
        while let Some((before, after)) = rest.split_once("<mark>") {
            add(before, false);
            let (inside, after) = after.split_once("</mark>").unwrap_or((after, ""));
            add(inside, true);
            rest = after;
        }
        add(rest, false);
        Self(spans)
    }
}

fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

/// The snippets of a `SearchSnippet/get` answer.
pub(super) fn read_all(answer: &Map<String, Value>) -> Option<Vec<SearchSnippet>> {
    Vec::deserialize(answer.get("list")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expect: &[(&str, bool)]) {
        let marked = Marked::read(html);
        let spans: Vec<_> = marked.0.iter().map(|span| (span.text.as_str(), span.marked)).collect();
        assert_eq!(spans, expect, "{html}");
    }

    #[test]
    fn marks_become_spans_and_escapes_become_text() {
        check("", &[]);
        check("plain &amp; simple", &[("plain & simple", false)]);
        check("a <mark>b</mark> c", &[("a ", false), ("b", true), (" c", false)]);
        check("<mark>&lt;b&gt;</mark>", &[("<b>", true)]);
        check("&amp;lt;", &[("&lt;", false)]);
    }

    #[test]
    fn an_open_mark_ends_with_the_text() {
        check("a <mark>b", &[("a ", false), ("b", true)]);
    }
}
