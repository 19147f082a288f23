//! Reads markup as mail has it: any tag soup in, a tree of allowed elements out. It never fails.
//!
//! It follows browsers where mail needs it (implied ends of `p`, `li` and table parts, raw text, character
//! references), and not where only broken pages do (no adoption agency, no foster parents).

use super::allow::{self, Source, Stress};
use super::{Element, Node, entities};

/// Deeper nesting than this is flattened.
const MAX_DEPTH: usize = 96;

/// The allowed part of some markup.
pub fn parse(markup: &str, source: Source) -> Vec<Node> {
    let mut parser = Parser { rest: markup, source, stack: vec![Open::root()], dropping: 0 };
    parser.run();
    parser.finish()
}

/// An element that has not ended yet.
struct Open {
    /// As written, lower case: for finding its end tag.
    name: String,
    /// None: only its children are kept.
    element: Option<Element>,
    /// For an element that is replaced by stress elements around its children.
    stress: Stress,
    hidden: bool,
    children: Vec<Node>,
}

impl Open {
    fn root() -> Self {
        Self { name: String::new(), element: None, stress: Stress::default(), hidden: false, children: Vec::new() }
    }
}

struct Parser<'a> {
    rest: &'a str,
    source: Source,
    stack: Vec<Open>,
    /// How many elements that go with their content are open.
    dropping: usize,
}

impl<'a> Parser<'a> {
    fn run(&mut self) {
        while !self.rest.is_empty() {
            let text_end = self.rest.find('<').unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(text_end);
            self.rest = rest;
            self.text(text);
            if self.rest.is_empty() {
                break;
            }
            if !self.markup() {
                // A `<` that starts nothing is a character.
                self.text("<");
                self.rest = self.rest.get(1..).unwrap_or_default();
            }
        }
    }

    fn finish(mut self) -> Vec<Node> {
        while self.stack.len() > 1 {
            self.close();
        }
        self.stack.pop().map(|root| root.children).unwrap_or_default()
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() || self.dropping > 0 {
            return;
        }
        let decoded = decode(text);
        // Spaces between table parts would become cells of their own in some editors.
        let between_cells = self.stack.last().is_some_and(|open| {
            matches!(open.name.as_str(), "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup")
        });
        if !(between_cells && decoded.trim().is_empty()) {
            self.push(Node::Text(decoded));
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(open) = self.stack.last_mut() {
            match (open.children.last_mut(), node) {
                (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
                (_, node) => open.children.push(node),
            }
        }
    }

    /// One tag, comment or declaration; false if there is none here.
    fn markup(&mut self) -> bool {
        let after = self.rest.get(1..).unwrap_or_default();
        if let Some(comment) = self.rest.strip_prefix("<!--") {
            self.rest = comment.find("-->").and_then(|end| comment.get(end + 3..)).unwrap_or_default();
            return true;
        }
        if after.starts_with(['!', '?']) {
            self.rest = after.find('>').and_then(|end| after.get(end + 1..)).unwrap_or_default();
            return true;
        }
        if let Some(end_tag) = after.strip_prefix('/') {
            if !end_tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return false;
            }
            let (name, rest) = take_name(end_tag);
            self.rest = rest.find('>').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
            self.end(&name);
            return true;
        }
        if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return false;
        }
        let (name, rest) = take_name(after);
        match take_attributes(rest) {
            Some((attributes, rest)) => {
                self.rest = rest;
                self.start(&name, &attributes);
            }
            // A tag that the text ends in is none.
            None => self.rest = "",
        }
        true
    }

    fn start(&mut self, name: &str, attributes: &[(String, String)]) {
        if allow::is_dropped_whole(name) {
            if allow::is_raw(name) {
                self.skip_raw(name);
            } else {
                self.stack.push(Open { name: name.to_owned(), hidden: true, ..Open::root() });
                self.dropping += 1;
            }
            return;
        }
        if self.dropping > 0 {
            return;
        }
        self.imply_ends(name);
        let style = attributes.iter().find(|(name, _)| name == "style").map_or("", |(_, value)| value);
        let stress = allow::stress_of(style);
        let hidden = stress.hidden;
        let pairs = attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut element = Element::new(name, pairs, self.source);
        if self.source == Source::Pasted {
            element = element.filter(|element| keeps_when_pasted(element, &stress));
        }
        if allow::is_void(name) {
            let picture_without_source =
                name == "img" && element.as_ref().is_some_and(|e| e.attribute("src").is_none());
            if let Some(element) = element.filter(|_| !hidden && !picture_without_source) {
                self.push(Node::Element(element));
            }
            return;
        }
        // Past the limit an element is opened without its node, so that its end tag still finds it.
        if self.stack.len() > MAX_DEPTH {
            if self.stack.len() > MAX_DEPTH * 4 {
                return;
            }
            element = None;
        }
        self.dropping += usize::from(hidden);
        let stress = if self.source == Source::Pasted { stress } else { Stress::default() };
        self.stack.push(Open { name: name.to_owned(), element, stress, hidden, children: Vec::new() });
    }

    /// Ends what a start tag ends without saying so.
    fn imply_ends(&mut self, name: &str) {
        match name {
            "li" => self.end_within(&["li"], &["ul", "ol"]),
            "dt" | "dd" => self.end_within(&["dt", "dd"], &["dl"]),
            "td" | "th" => self.end_within(&["td", "th"], &["table", "tr"]),
            "tr" => self.end_within(&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => self.end_within(&["tbody", "thead", "tfoot"], &["table"]),
            _ => {}
        }
        if is_block(name) && !matches!(name, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot") {
            self.end_within(&["p"], &["td", "th", "table", "li", "blockquote", "div"]);
        }
    }

    fn end_within(&mut self, names: &[&str], bounds: &[&str]) {
        let found = self
            .stack
            .iter()
            .rposition(|open| names.contains(&open.name.as_str()) || bounds.contains(&open.name.as_str()));
        if let Some(at) = found.filter(|&at| self.stack.get(at).is_some_and(|o| names.contains(&o.name.as_str()))) {
            self.close_to(at);
        }
    }

    fn end(&mut self, name: &str) {
        if name == "br" {
            return self.start("br", &[]);
        }
        let bounded = !matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "body" | "html");
        for at in (1..self.stack.len()).rev() {
            let Some(open) = self.stack.get(at) else {
                return;
            };
            if open.name == name {
                return self.close_to(at);
            }
            if bounded && matches!(open.name.as_str(), "td" | "th" | "table") {
                return;
            }
        }
    }

    fn close_to(&mut self, at: usize) {
        while self.stack.len() > at.max(1) {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        if open.hidden {
            self.dropping = self.dropping.saturating_sub(1);
            return;
        }
        let mut children = open.children;
        let Stress { bold, italic, underlined, struck, .. } = open.stress;
        let is_stress = matches!(open.name.as_str(), "b" | "strong" | "i" | "em" | "u" | "s" | "a");
        if !is_stress && !children.is_empty() && !children.iter().any(contains_block) {
            for (wanted, tag) in
                [(bold == Some(true), "b"), (italic == Some(true), "i"), (underlined, "u"), (struck, "s")]
            {
                if wanted && !is_heading(&open.name) {
                    children = vec![Node::Element(Element { tag, attributes: Vec::new(), children })];
                }
            }
        }
        match open.element {
            Some(mut element) => {
                element.children = children;
                self.push(Node::Element(element));
            }
            None => children.into_iter().for_each(|child| self.push(child)),
        }
    }

    fn skip_raw(&mut self, name: &str) {
        let mut from = 0;
        while let Some(at) = self.rest.get(from..).and_then(|rest| rest.find("</")) {
            let start = from + at + 2;
            let is_end = self.rest.get(start..start + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
            from = start;
            if is_end {
                let rest = self.rest.get(start..).unwrap_or_default();
                self.rest = rest.find('>').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
                return;
            }
        }
        self.rest = "";
    }
}

/// Of pasted markup, what only carried a look goes, and what its style takes back (Google Docs wraps all in
/// `<b style="font-weight:normal">`).
fn keeps_when_pasted(element: &Element, stress: &Stress) -> bool {
    match element.tag() {
        "span" | "font" | "center" | "big" | "small" => false,
        "b" | "strong" => stress.bold != Some(false),
        "i" | "em" => stress.italic != Some(false),
        "a" => element.attribute("href").is_some(),
        // One from elsewhere would tell its server who reads the mail.
        "img" => element.attribute("src").is_some_and(|src| src.starts_with("data:")),
        _ => true,
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th")
}

pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "blockquote"
            | "caption"
            | "center"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

fn contains_block(node: &Node) -> bool {
    match node {
        Node::Text(_) => false,
        Node::Element(element) => is_block(element.tag()) || element.children.iter().any(contains_block),
    }
}

fn take_name(text: &str) -> (String, &str) {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (name.to_ascii_lowercase(), rest)
}

/// The attributes up to the tag's `>`, and what follows it; `None` if the text ends before.
fn take_attributes(mut rest: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((attributes, after));
        }
        if rest.is_empty() {
            return None;
        }
        // A stray `=` at the start belongs to the name, as in browsers; so this always moves on.
        let end = rest
            .char_indices()
            .find(|&(at, c)| c.is_whitespace() || matches!(c, '/' | '>') || (c == '=' && at > 0))
            .map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at(end);
        rest = after.trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            rest = after.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(quote) = quote {
                let quoted = rest.get(1..).unwrap_or_default();
                let end = quoted.find(quote).unwrap_or(quoted.len());
                value = quoted.get(..end).unwrap_or_default();
                rest = quoted.get(end + 1..).unwrap_or_default();
            } else {
                let end = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
                (value, rest) = rest.split_at(end);
            }
        }
        attributes.push((name.to_ascii_lowercase(), decode(value)));
    }
}

/// Characters for character references; what is none stays as it is.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let body = reference.get(1..).unwrap_or_default();
        let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).unwrap_or(body.len());
        let name = body.get(..end).unwrap_or_default();
        let after = body.get(end..).unwrap_or_default();
        match character(name) {
            Some(found) => {
                out.push(found);
                rest = after.strip_prefix(';').unwrap_or(after);
            }
            None => {
                out.push('&');
                rest = body;
            }
        }
    }
    out.push_str(rest);
    out.retain(|c| c != '\0');
    out
}

fn character(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return entities::named(name);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // Windows-1252 punctuation written as if it were Unicode, as much mail has it.
    const WINDOWS: [(u32, char); 12] = [
        (0x80, '€'),
        (0x82, '‚'),
        (0x84, '„'),
        (0x85, '…'),
        (0x91, '‘'),
        (0x92, '’'),
        (0x93, '“'),
        (0x94, '”'),
        (0x95, '•'),
        (0x96, '–'),
        (0x97, '—'),
        (0x99, '™'),
    ];
    WINDOWS.iter().find(|(from, _)| *from == code).map(|(_, to)| *to).or_else(|| char::from_u32(code))
}

#[cfg(test)]
mod tests {
    use super::super::to_html;
    use super::*;

    fn check(source: Source, markup: &str, expect: &str) {
        assert_eq!(to_html(&parse(markup, source)), expect, "{markup}");
    }

    #[test]
    fn what_could_run_or_spy_is_gone() {
        for (markup, expect) in [
            ("<p onclick=alert(1)>a<script>alert('</p>')</script>b</p>", "<p>ab</p>"),
            ("<a href=' javascript:alert(1)'>x</a>", "<a>x</a>"),
            ("<img src=x onerror=alert(1)>", ""),
            ("<svg><style><img src=x onerror=alert(1)></style></svg>y", "y"),
            ("<math><mi>x</mi></math>y", "y"),
            ("<iframe src=https://a.example></iframe>y", "y"),
            ("<form action=/x><input value=1>y</form>", "y"),
            ("<style>p{}</style><STYLE>x", ""),
            ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>", "'&gt;"),
            ("<p style=\"background:url('https://spy.example')\">a</p>", "<p>a</p>"),
            ("<div style='display:none'>hidden <b>x</b></div>seen", "seen"),
            ("<base href=https://evil.example><meta http-equiv=refresh><link rel=stylesheet>a", "a"),
        ] {
            check(Source::Quoted, markup, expect);
        }
    }

    #[test]
    fn tag_soup_becomes_a_tree() {
        for (markup, expect) in [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"),
            (
                "<table><tr><td>a<td>b<tr><td>c</table>d",
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d",
            ),
            ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
            ("<table><tr><td></div>a</td></tr></table>", "<table><tr><td>a</td></tr></table>"),
            ("a < b && c", "a &lt; b &amp;&amp; c"),
            ("a<br/>b</br>c", "a<br>b<br>c"),
            ("<o:p>Word</o:p><![if !x]>y<![endif]><?xml:namespace />", "Wordy"),
            ("<!-- <p>no</p> -->yes<!-- open", "yes"),
            ("<p", ""),
            ("a<a href=\"https://a.example", "a"),
            ("<p ===\"x\">a</p>", "<p>a</p>"),
        ] {
            check(Source::Quoted, markup, expect);
        }
    }

    #[test]
    fn character_references_are_read_once() {
        for (text, expect) in [
            ("&eacute;&#233;&#xE9;", "ééé"),
            ("&amp;lt;", "&lt;"),
            ("&nbsp", "\u{a0}"),
            ("&nonsense; & &", "&nonsense; & &"),
            ("&#146;&#x110000;", "’&#x110000;"),
        ] {
            assert_eq!(decode(text), expect, "{text}");
        }
    }

    #[test]
    fn pasted_text_keeps_its_stress_and_loses_its_look() {
        for (markup, expect) in [
            ("<span style='font-weight:700;color:red'>a</span>", "<b>a</b>"),
            ("<b style='font-weight:normal' id='docs-internal'><p style='margin:9pt'>a</p></b>", "<p>a</p>"),
            ("<p class=MsoNormal><font face=Arial>a</font></p>", "<p>a</p>"),
            ("<span style='text-decoration:line-through;font-style:italic'>a</span>", "<s><i>a</i></s>"),
            ("<h2 style='font-weight:400'>a</h2>", "<h2>a</h2>"),
            ("<a name=top>a</a>", "a"),
            ("<img src='https://spy.example/x.png'>a", "a"),
        ] {
            check(Source::Pasted, markup, expect);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let markup = "<div>".repeat(100_000) + "deep" + &"</div>".repeat(100_000);
        let nodes = parse(&markup, Source::Quoted);
        assert!(to_html(&nodes).contains("deep"));
        assert!(to_html(&nodes).len() < 12 * 100);
    }
}
