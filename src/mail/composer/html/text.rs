//! Formatted text as plain text: quotations as `>`, lists as `-` and `1.`, links with their address.

use super::{Element, Node};

/// Nodes as plain text, lines ended by `\n`, none at the end.
pub fn to_text(nodes: &[Node]) -> String {
    let mut writer = Writer::default();
    writer.nodes(nodes);
    writer.finish()
}

/// Writes lines; a prefix stands before each, empty lines wait until something comes.
#[derive(Default)]
struct Writer {
    out: String,
    line: String,
    /// `> ` for each quotation, spaces under a list's sign.
    prefix: String,
    /// A list's sign, which stands in place of the prefix's last part on the next line.
    sign: Option<String>,
    /// Empty lines to write before the next line.
    gap: usize,
    /// The prefix that those empty lines may have: the shorter of those around them.
    gap_prefix: usize,
    preformatted: usize,
}

impl Writer {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.break_line();
                }
                self.line.push_str(line.trim_end_matches('\r'));
            }
            return;
        }
        for character in text.chars() {
            match character {
                ' ' | '\t' | '\n' | '\r' => {
                    if !self.line.is_empty() && !self.line.ends_with([' ', '\t']) {
                        self.line.push(' ');
                    }
                }
                '\u{200b}' | '\u{feff}' => {}
                '\u{a0}' => self.line.push(' '),
                other => self.line.push(other),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let children = &element.children;
        match element.tag() {
            "br" => self.break_line(),
            "hr" => self.block(1, |writer| writer.line.push_str("----------")),
            "img" => {
                let alt = element.attribute("alt").unwrap_or_default().trim();
                if !alt.is_empty() {
                    self.text(&format!("[{alt}]"));
                }
            }
            "a" => self.link(element),
            "ul" => self.list(children, None),
            "ol" => self.list(children, Some(element.attribute("start").and_then(|n| n.parse().ok()).unwrap_or(1))),
            "blockquote" => self.block(1, |writer| {
                writer.indented("> ", |writer| writer.nodes(children));
            }),
            "pre" => self.block(1, |writer| {
                writer.preformatted += 1;
                writer.nodes(children);
                writer.preformatted -= 1;
            }),
            "td" | "th" => {
                if !self.line.is_empty() {
                    self.line.push('\t');
                }
                self.nodes(children);
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "table" | "figure" => {
                self.block(1, |writer| writer.nodes(children));
            }
            tag if super::parse::is_block(tag) => self.block(0, |writer| writer.nodes(children)),
            _ => self.nodes(children),
        }
    }

    fn list(&mut self, children: &[Node], first: Option<u32>) {
        let nested = self.prefix.ends_with("  ");
        self.block(usize::from(!nested), |writer| {
            let mut number = first;
            for child in children {
                let Node::Element(item) = child else { continue };
                if item.tag() != "li" {
                    writer.element(item);
                    continue;
                }
                let sign = match &mut number {
                    Some(number) => {
                        *number = number.saturating_add(1);
                        format!("{}. ", *number - 1)
                    }
                    None => "- ".to_owned(),
                };
                writer.end_line();
                let indent = " ".repeat(sign.len());
                writer.sign = Some(sign);
                writer.indented(&indent, |writer| {
                    writer.nodes(&item.children);
                    // A paragraph in an item does not set the items apart.
                    if writer.sign.is_some() {
                        writer.break_line();
                    }
                    writer.end_line();
                });
                writer.gap = 0;
            }
        });
    }

    fn link(&mut self, element: &Element) {
        let start = self.line.len();
        self.nodes(&element.children);
        let Some(href) = element.attribute("href") else {
            return;
        };
        let words = self.line.get(start..).unwrap_or_default().trim();
        let bare = |text: &str| {
            let text = text.trim_start_matches("mailto:").trim_start_matches("tel:");
            let text = text.trim_start_matches("https://").trim_start_matches("http://");
            text.trim_end_matches('/').to_lowercase()
        };
        if words.is_empty() {
            self.line.push_str(href);
        } else if bare(words) != bare(href) {
            self.line.push_str(&format!(" <{href}>"));
        }
    }

    /// On lines of its own, with empty lines around.
    fn block(&mut self, gap: usize, write: impl FnOnce(&mut Self)) {
        self.end_line();
        self.ask_gap(gap);
        write(self);
        self.end_line();
        self.ask_gap(gap);
    }

    fn ask_gap(&mut self, gap: usize) {
        // Between a list's sign and its words there is none.
        if self.sign.is_none() {
            self.gap = self.gap.max(gap);
            self.gap_prefix = self.gap_prefix.min(self.prefix.len());
        }
    }

    fn indented(&mut self, by: &str, write: impl FnOnce(&mut Self)) {
        self.end_line();
        let before = self.prefix.len();
        self.prefix.push_str(by);
        write(self);
        self.end_line();
        self.prefix.truncate(before);
        self.gap_prefix = self.gap_prefix.min(before);
    }

    fn end_line(&mut self) {
        if !self.line.trim_end().is_empty() {
            self.write_line();
        }
        self.line.clear();
    }

    /// Ends the line even if nothing is in it.
    fn break_line(&mut self) {
        if self.line.trim_end().is_empty() && self.sign.is_none() {
            self.gap += 1;
            self.gap_prefix = self.gap_prefix.min(self.prefix.len());
            self.line.clear();
        } else {
            self.write_line();
        }
    }

    fn write_line(&mut self) {
        if !self.out.is_empty() {
            let prefix = self.prefix.get(..self.gap_prefix.min(self.prefix.len())).unwrap_or_default().trim_end();
            for _ in 0..self.gap {
                self.out.push_str(prefix);
                self.out.push('\n');
            }
        }
        match self.sign.take() {
            Some(sign) => {
                let rest = self.prefix.len().saturating_sub(sign.len());
                self.out.push_str(self.prefix.get(..rest).unwrap_or_default());
                self.out.push_str(&sign);
            }
            None => self.out.push_str(&self.prefix),
        }
        self.out.push_str(self.line.trim_end());
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
        self.line.clear();
        self.gap = 0;
        self.gap_prefix = self.prefix.len();
    }

    fn finish(mut self) -> String {
        self.end_line();
        self.out.truncate(self.out.trim_end_matches('\n').len());
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Source, parse};
    use super::*;

    #[test]
    fn plain_text_says_what_the_formatted_text_says() {
        for (html, text) in [
            ("<p>Dear Bob,</p><p>Yes  to\n both.</p>", "Dear Bob,\n\nYes to both."),
            ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
            ("<p>a<br>b</p>", "a\nb"),
            ("<p>a<br><br>b</p>", "a\n\nb"),
            (
                "<p>before</p><ul><li>one</li><li>two<ol><li>x</li><li>y</li></ol></li></ul><p>after</p>",
                "before\n\n- one\n- two\n  1. x\n  2. y\n\nafter",
            ),
            ("<ol start=9><li><p>nine</p></li><li>ten</li></ol>", "9. nine\n10. ten"),
            ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
            ("<p>x</p><blockquote><p>a</p><p>b</p></blockquote><p>y</p>", "x\n\n> a\n>\n> b\n\ny"),
            ("<a href='https://a.example/x'>the plan</a>", "the plan <https://a.example/x>"),
            ("<a href='https://a.example/'>a.example</a>", "a.example"),
            ("<a href='mailto:bob@a.example'>bob@a.example</a>", "bob@a.example"),
            ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
            ("a<hr>b", "a\n\n----------\n\nb"),
            ("<img src='cid:x' alt='plan.png'>", "[plan.png]"),
            ("<b>Bold</b> and&nbsp;<i>slanted</i>", "Bold and slanted"),
        ] {
            assert_eq!(to_text(&parse(html, Source::Quoted)), text, "{html}");
        }
    }
}
