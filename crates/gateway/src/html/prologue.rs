//! What stands around a mail's content: its style sheets and the looks of its `<body>`. Read by the tokeniser, as a
//! browser would; the content itself is [`super::markup`]'s.

use std::cell::RefCell;
use std::fmt::Write as _;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::states::{RawKind, Rcdata};
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::colour::Role;
use super::escape;
use super::style::Fence;

/// Sheets and looks, not yet clean.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prologue {
    /// The text of each `<style>`.
    pub(super) styles: Vec<String>,
    body: Vec<(String, String)>,
}

#[derive(Default)]
struct Reader {
    found: RefCell<Prologue>,
    is_in_style: RefCell<bool>,
}

/// Reads a page.
pub(super) fn read(html: &str) -> Prologue {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.found.into_inner()
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return self.start(&tag),
            Token::TagToken(_) => *self.is_in_style.borrow_mut() = false,
            Token::CharacterTokens(text) if *self.is_in_style.borrow() => {
                if let Some(style) = self.found.borrow_mut().styles.last_mut() {
                    style.push_str(&text);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reader {
    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let raw = match &*tag.name {
            "style" => {
                *self.is_in_style.borrow_mut() = true;
                self.found.borrow_mut().styles.push(String::new());
                RawKind::Rawtext
            }
            "body" => {
                let mut found = self.found.borrow_mut();
                if found.body.is_empty() {
                    found.body = tag
                        .attrs
                        .iter()
                        .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
                        .collect();
                }
                return TokenSinkResult::Continue;
            }
            "script" => RawKind::ScriptData,
            "title" | "textarea" => Rcdata,
            "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => RawKind::Rawtext,
            _ => return TokenSinkResult::Continue,
        };
        TokenSinkResult::RawData(raw)
    }
}

impl Prologue {
    /// The body's looks as attributes of our own `<body>`, each with a space before it.
    pub(super) fn body_attributes(&self, fence: &Fence) -> String {
        let mut style = Vec::new();
        let mut attributes = String::new();
        for (name, value) in &self.body {
            match name.as_str() {
                "bgcolor" => {
                    style.extend(fence.attribute_colour(value, Role::Ground).map(|c| format!("background-color:{c}")));
                }
                "text" => style.extend(fence.attribute_colour(value, Role::Ink).map(|c| format!("color:{c}"))),
                "style" => style.push(fence.declarations(value)),
                "dir" | "lang" | "class" | "id" => {
                    let _ = write!(attributes, " {name}=\"{}\"", escape(&value.replace("owlet-", "x-")));
                }
                _ => {}
            }
        }
        style.retain(|declarations| !declarations.is_empty());
        if !style.is_empty() {
            let _ = write!(attributes, " style=\"{}\"", escape(&style.join(";")));
        }
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_found_where_a_browser_finds_them() {
        let html = "<title><style>no</style></title><style>a</style><!-- <style>no</style> -->\
                    <script>'<style>no</style>'</script><body bgcolor=red><p><style>b</style>";
        let found = read(html);
        assert_eq!(found.styles, ["a", "b"]);
        assert_eq!(found.body, [("bgcolor".to_owned(), "red".to_owned())]);
    }
}
