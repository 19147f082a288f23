//! Writes the tree as HTML, for the mail that goes out and the draft that is kept.

use super::{Node, allow};

/// Nodes as HTML.
pub fn to_html(nodes: &[Node]) -> String {
    let mut out = String::new();
    write(nodes, &mut out);
    out
}

fn write(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => escape_into(text, out),
            Node::Element(element) => {
                out.push('<');
                out.push_str(element.tag());
                for (name, value) in element.attributes() {
                    out.push(' ');
                    out.push_str(name);
                    out.push_str("=\"");
                    escape_into(value, out);
                    out.push('"');
                }
                out.push('>');
                if !allow::is_void(element.tag()) {
                    write(&element.children, out);
                    out.push_str("</");
                    out.push_str(element.tag());
                    out.push('>');
                }
            }
        }
    }
}

/// A text that stands in HTML as itself.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

fn escape_into(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Source, parse};
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        for html in [
            "<p>a &lt; b &amp; “c” &nbsp;d</p>",
            "<p><a href=\"https://a.example/?a=1&amp;b=2\">x</a><br>y</p>",
            "<ul><li>a</li></ul><p><img src=\"cid:a\" alt=\"&quot;\" width=\"20\"></p>",
        ] {
            assert_eq!(to_html(&parse(html, Source::Own)), html);
        }
    }
}
