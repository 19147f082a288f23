//! Formatted text as a small tree of allowed elements: what is pasted, quoted, typed and sent goes through it.
//!
//! Markup of others is read by our own tolerant reader into [`Node`]s, of which only the allow-list can exist, and
//! the editor makes its DOM of those by `createElement`. So no markup of a stranger is ever given to the browser's
//! parser inside the app, nothing depends on a Trusted Types policy, and all of it is tested natively. What is sent
//! is written from the same tree.
//!
//! It knows no DOM (see `editor`), and makes no document for reading mail: the gateway does that.

mod allow;
mod entities;
mod from_text;
mod parse;
mod text;
mod write;

pub use allow::Source;
pub use from_text::from_text;
pub use parse::parse;
pub use text::to_text;
pub use write::{escape, to_html};

/// The class of the element that holds the quoted original in a draft, so that it is found again.
pub const QUOTE: &str = "owlet_quote";
/// The class of the element that holds the signature, so that another identity's can take its place.
pub const SIGNATURE: &str = "owlet_signature";

/// A piece of formatted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Characters, decoded.
    Text(String),
    /// An allowed element.
    Element(Element),
}

/// An allowed element. Only [`parse`] and [`Element::new`] make one, and both look at the allow-list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    tag: &'static str,
    attributes: Vec<(&'static str, String)>,
    /// What is in it.
    pub children: Vec<Node>,
}

impl Element {
    /// An element, if the allow-list has it. Attributes that are not allowed are left out.
    pub fn new<'a>(
        tag: &str,
        attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
        source: Source,
    ) -> Option<Self> {
        let tag = allow::tag(tag)?;
        let mut element = Self { tag, attributes: Vec::new(), children: Vec::new() };
        for (name, value) in attributes {
            if let Some((name, value)) = allow::attribute(tag, name, value, source)
                && element.attribute(name).is_none()
            {
                element.attributes.push((name, value));
            }
        }
        Some(element)
    }

    /// Its name, lower case.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// Its attributes, with allowed values.
    pub fn attributes(&self) -> &[(&'static str, String)] {
        &self.attributes
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }

    /// The declarations of its `style`, each an allowed property and its value.
    pub fn style(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attribute("style").unwrap_or_default().split(';').filter_map(|declaration| {
            let (name, value) = declaration.split_once(':')?;
            Some((name.trim(), value.trim()))
        })
    }

    fn has_class(&self, class: &str) -> bool {
        self.attribute("class") == Some(class)
    }
}

/// A text of its own in a paragraph.
pub fn paragraph(children: Vec<Node>) -> Node {
    Node::Element(Element { tag: "p", attributes: Vec::new(), children })
}

/// Nodes of which none stands outside of a block: letters at the top come into paragraphs.
pub fn in_paragraphs(nodes: Vec<Node>) -> Vec<Node> {
    let mut blocks = Vec::new();
    let mut line = Vec::new();
    let end_line = |line: &mut Vec<Node>, blocks: &mut Vec<Node>| {
        let line = std::mem::take(line);
        if line.iter().any(|node| !matches!(node, Node::Text(text) if text.trim().is_empty())) {
            blocks.push(paragraph(line));
        }
    };
    for node in nodes {
        if matches!(&node, Node::Element(element) if parse::is_block(element.tag)) {
            end_line(&mut line, &mut blocks);
            blocks.push(node);
        } else {
            line.push(node);
        }
    }
    end_line(&mut line, &mut blocks);
    blocks
}

/// Quotations of one's own that follow each other, as one with paragraphs in it.
pub fn join_quotations(nodes: Vec<Node>) -> Vec<Node> {
    let mut joined: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Element(mut element) if element.tag == "blockquote" => {
                element.children = in_paragraphs(element.children);
                match joined.last_mut() {
                    Some(Node::Element(before))
                        if before.tag == "blockquote" && before.attributes == element.attributes =>
                    {
                        before.children.append(&mut element.children);
                    }
                    _ => joined.push(Node::Element(element)),
                }
            }
            node => joined.push(node),
        }
    }
    joined
}

/// Puts nodes in an element that is found again by its class, one of [`QUOTE`] and [`SIGNATURE`].
pub fn marked(class: &'static str, children: Vec<Node>) -> Node {
    Node::Element(Element { tag: "div", attributes: vec![("class", class.to_owned())], children })
}

/// Puts nodes in a quotation.
pub fn quotation(children: Vec<Node>) -> Node {
    Node::Element(Element { tag: "blockquote", attributes: vec![("type", "cite".to_owned())], children })
}

/// Takes the first element at the top with this class out of the nodes.
pub fn take_marked(nodes: &mut Vec<Node>, class: &str) -> Option<Element> {
    let at = nodes.iter().position(|node| matches!(node, Node::Element(element) if element.has_class(class)))?;
    match nodes.remove(at) {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    }
}

/// Whether there is nothing to read or see: spaces and empty elements only.
pub fn is_empty(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(text) => text.chars().all(|c| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}'),
        Node::Element(element) => !matches!(element.tag, "img" | "hr") && is_empty(&element.children),
    })
}

/// The Content-IDs that pictures in the text point at.
pub fn content_ids(nodes: &[Node]) -> Vec<String> {
    let mut found = Vec::new();
    collect_content_ids(nodes, &mut found);
    found
}

fn collect_content_ids(nodes: &[Node], found: &mut Vec<String>) {
    for node in nodes {
        if let Node::Element(element) = node {
            if let Some(cid) = element.attribute("src").and_then(|src| src.strip_prefix("cid:")) {
                found.push(cid.to_owned());
            }
            collect_content_ids(&element.children, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marked_quote_is_found_again() {
        let mut nodes = vec![paragraph(vec![Node::Text("Hi".into())])];
        nodes.push(marked(QUOTE, vec![quotation(vec![Node::Text("Old".into())])]));
        let mut again = parse(&to_html(&nodes), Source::Own);
        let quote = take_marked(&mut again, QUOTE);
        assert_eq!(quote.map(|quote| to_text(&quote.children)), Some("> Old".to_owned()));
        assert_eq!(to_text(&again), "Hi");
    }

    #[test]
    fn letters_at_the_top_come_into_paragraphs() {
        let nodes = parse("<b>a</b> b<div>c</div>\n<ul><li>d</li></ul>e", Source::Own);
        assert_eq!(to_html(&in_paragraphs(nodes)), "<p><b>a</b> b</p><div>c</div><ul><li>d</li></ul><p>e</p>");
    }

    #[test]
    fn quotations_that_follow_each_other_are_one() {
        let nodes = parse("<blockquote>a</blockquote><blockquote>b</blockquote><p>c</p>", Source::Own);
        assert_eq!(to_html(&join_quotations(nodes)), "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>");
    }

    #[test]
    fn only_what_can_be_seen_counts_as_text() {
        for (html, empty) in [
            ("", true),
            ("<p><br></p>", true),
            ("<p> &nbsp; </p>", true),
            ("<p>a</p>", false),
            ("<p><img src='cid:a'></p>", false),
        ] {
            assert_eq!(is_empty(&parse(html, Source::Own)), empty, "{html}");
        }
    }
}
