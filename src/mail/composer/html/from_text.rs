//! Plain text as formatted text: `>` becomes quotations, `-` and `1.` lists, addresses links.

use super::{Element, Node, Source, paragraph, quotation};

/// Deeper quotations than this stay as they are written.
const MAX_QUOTES: usize = 30;

/// A plain text as nodes: paragraphs set apart by empty lines, line ends within them kept.
pub fn from_text(text: &str) -> Vec<Node> {
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    blocks(&lines, 0)
}

fn blocks(lines: &[&str], depth: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let (taken, node) = if first.trim().is_empty() {
            (1, None)
        } else if first.starts_with('>') && depth < MAX_QUOTES {
            let run = run(rest, |line| line.starts_with('>'));
            let inner: Vec<&str> = run.iter().map(|line| unquoted(line)).collect();
            (run.len(), Some(quotation(blocks(&inner, depth + 1))))
        } else if is_bullet(first) {
            let run = run(rest, is_bullet);
            (run.len(), list("ul", None, run.iter().filter_map(|line| line.get(2..))))
        } else if let Some(start) = numbered(first) {
            let mut expected = start;
            let run = run(rest, |line| {
                let next = numbered(line) == Some(expected);
                expected += 1;
                next
            });
            let words = run.iter().filter_map(|line| line.split_once(". ").map(|(_, words)| words));
            (run.len(), list("ol", (start != 1).then(|| start.to_string()), words))
        } else {
            let run = run(rest, |line| {
                !line.trim().is_empty() && !line.starts_with('>') && !is_bullet(line) && numbered(line).is_none()
            });
            (run.len(), Some(paragraph(broken(run))))
        };
        nodes.extend(node);
        rest = rest.get(taken.max(1)..).unwrap_or_default();
    }
    nodes
}

fn run<'a, 'b>(lines: &'b [&'a str], mut belongs: impl FnMut(&str) -> bool) -> &'b [&'a str] {
    let end = lines.iter().position(|line| !belongs(line)).unwrap_or(lines.len());
    lines.get(..end).unwrap_or_default()
}

fn unquoted(line: &str) -> &str {
    let line = line.strip_prefix('>').unwrap_or(line);
    line.strip_prefix(' ').unwrap_or(line)
}

fn is_bullet(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ") || line.starts_with("• ")
}

/// The number of a line like `3. words`; not of a year or a house number.
fn numbered(line: &str) -> Option<u32> {
    let (number, words) = line.split_once(". ")?;
    (number.len() <= 2 && !words.is_empty()).then(|| number.parse().ok()).flatten()
}

fn list<'a>(tag: &str, start: Option<String>, items: impl Iterator<Item = &'a str>) -> Option<Node> {
    let start = start.as_deref().map(|start| ("start", start));
    let mut list = Element::new(tag, start, Source::Own)?;
    for item in items {
        let mut element = Element::new("li", [], Source::Own)?;
        element.children = linked(item.trim_start());
        list.children.push(Node::Element(element));
    }
    Some(Node::Element(list))
}

fn broken(lines: &[&str]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            nodes.extend(Element::new("br", [], Source::Own).map(Node::Element));
        }
        nodes.extend(linked(&spaced(line)));
    }
    nodes
}

/// Spaces that HTML would swallow, kept.
fn spaced(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.replace('\t', "    ").chars() {
        let swallowed = character == ' ' && (out.is_empty() || out.ends_with([' ', '\u{a0}']));
        out.push(if swallowed { '\u{a0}' } else { character });
    }
    out
}

/// A line with its web and mail addresses as links.
fn linked(line: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut words = String::new();
    let mut at_word = true;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let link = if at_word { web_address(rest) } else { None };
        if let Some((address, href)) = link
            && let Some(mut element) = Element::new("a", [("href", href.as_str())], Source::Own)
        {
            if !words.is_empty() {
                nodes.push(Node::Text(std::mem::take(&mut words)));
            }
            element.children.push(Node::Text(address.to_owned()));
            nodes.push(Node::Element(element));
            rest = rest.get(address.len()..).unwrap_or_default();
            at_word = false;
            continue;
        }
        words.push(character);
        at_word = !character.is_alphanumeric();
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    if !words.is_empty() {
        nodes.push(Node::Text(words));
    }
    nodes
}

/// The web address that a text starts with, and where it leads.
fn web_address(text: &str) -> Option<(&str, String)> {
    let scheme = ["https://", "http://", "www."]
        .iter()
        .find(|start| text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(text.len());
    let mut address = text.get(..end)?;
    // What ends the sentence does not belong to the address, but for a bracket that it opened itself.
    loop {
        let last = address.chars().next_back()?;
        let own_bracket = last == ')' && address.matches('(').count() >= address.matches(')').count();
        if !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '\'' | '’' | '”') || own_bracket {
            break;
        }
        address = address.get(..address.len() - last.len_utf8())?;
    }
    if address.len() <= scheme.len() {
        return None;
    }
    let href = if *scheme == "www." { format!("https://{address}") } else { address.to_owned() };
    Some((address, href))
}

#[cfg(test)]
mod tests {
    use super::super::{to_html, to_text};
    use super::*;

    #[test]
    fn plain_text_becomes_paragraphs_quotations_lists_and_links() {
        for (text, html) in [
            ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
            (
                "> a\n>> b\n\nc",
                "<blockquote type=\"cite\"><p>a</p><blockquote type=\"cite\"><p>b</p></blockquote></blockquote><p>c</p>",
            ),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
            ("1984. A year", "<p>1984. A year</p>"),
            ("see www.a.example.", "<p>see <a href=\"https://www.a.example\">www.a.example</a>.</p>"),
            ("(https://a.example/b_(c))", "<p>(<a href=\"https://a.example/b_(c)\">https://a.example/b_(c)</a>)</p>"),
            ("a  b", "<p>a &nbsp;b</p>"),
            ("<b>", "<p>&lt;b&gt;</p>"),
        ] {
            assert_eq!(to_html(&from_text(text)), html, "{text}");
        }
    }

    #[test]
    fn a_tidy_text_survives_formatting_and_back() {
        for text in [
            "Dear Bob,\n\nYes to both.\nAlice",
            "Hello\n\n> one\n>\n> > two\n> > three\n\nend",
            "List:\n\n- a\n- b\n\n1. x\n2. y\n\n3 lamps",
            "see https://a.example/x?y=1&z=2, then go",
            "    indented",
            "",
        ] {
            assert_eq!(to_text(&from_text(text)), text, "{text:?}");
        }
    }
}
