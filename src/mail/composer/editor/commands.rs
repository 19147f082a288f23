//! The commands of the formatted editor: their keys, their state, and the browser's editing that does them.

use leptos::ev;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use super::dom;
use crate::ui::IconName;

/// What can be done to the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail::composer) enum Command {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Bullets,
    Numbers,
    Quote,
    Link,
    Clear,
    Undo,
    Redo,
    /// A list's item one level deeper.
    Indent,
    /// A list's item one level higher.
    Outdent,
}

impl Command {
    /// The ones in the toolbar, in groups.
    pub(super) const GROUPS: &[&[Self]] = &[
        &[Self::Bold, Self::Italic, Self::Underline, Self::Strikethrough],
        &[Self::Bullets, Self::Numbers, Self::Quote],
        &[Self::Link, Self::Clear],
        &[Self::Undo, Self::Redo],
    ];

    /// The key of its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bold => "composer.bold",
            Self::Italic => "composer.italic",
            Self::Underline => "composer.underline",
            Self::Strikethrough => "composer.strikethrough",
            Self::Bullets => "composer.bullets",
            Self::Numbers => "composer.numbers",
            Self::Quote => "composer.quote",
            Self::Link => "composer.link",
            Self::Clear => "composer.clear",
            Self::Undo => "composer.undo",
            Self::Redo => "composer.redo",
            Self::Indent => "composer.indent",
            Self::Outdent => "composer.outdent",
        }
    }

    pub(super) fn icon(self) -> IconName {
        match self {
            Self::Bold => IconName::Bold,
            Self::Italic => IconName::Italic,
            Self::Underline => IconName::Underline,
            Self::Strikethrough => IconName::Strikethrough,
            Self::Bullets => IconName::BulletList,
            Self::Numbers => IconName::NumberList,
            Self::Quote => IconName::Quote,
            Self::Link => IconName::Link,
            Self::Clear => IconName::ClearFormatting,
            Self::Undo => IconName::Undo,
            Self::Redo => IconName::Redo,
            Self::Indent => IconName::ArrowRight,
            Self::Outdent => IconName::ArrowLeft,
        }
    }

    /// The key that does it, as people write it.
    pub(super) fn keys(self) -> &'static str {
        match self {
            Self::Bold => "Ctrl B",
            Self::Italic => "Ctrl I",
            Self::Underline => "Ctrl U",
            Self::Strikethrough => "Ctrl Shift X",
            Self::Bullets => "Ctrl Shift 8",
            Self::Numbers => "Ctrl Shift 7",
            Self::Quote => "Ctrl Shift 9",
            Self::Link => "Ctrl K",
            Self::Clear => "Ctrl \\",
            Self::Undo => "Ctrl Z",
            Self::Redo => "Ctrl Y",
            Self::Indent => "Tab",
            Self::Outdent => "Shift Tab",
        }
    }

    /// Whether it is on or off at the caret.
    pub(super) fn is_toggle(self) -> bool {
        match self {
            Self::Bold
            | Self::Italic
            | Self::Underline
            | Self::Strikethrough
            | Self::Bullets
            | Self::Numbers
            | Self::Quote => true,
            Self::Link | Self::Clear | Self::Undo | Self::Redo | Self::Indent | Self::Outdent => false,
        }
    }

    /// The command of a key. Undo and redo are left to the browser, which has them.
    pub(super) fn of_key(event: &ev::KeyboardEvent) -> Option<Self> {
        if event.is_composing() || event.alt_key() {
            return None;
        }
        if event.key() == "Tab" && !event.ctrl_key() && dom::around_caret("li").is_some() {
            return Some(if event.shift_key() { Self::Outdent } else { Self::Indent });
        }
        if !(event.ctrl_key() || event.meta_key()) {
            return None;
        }
        // Digits by their place on the keyboard: with Shift they are other signs everywhere.
        match (event.shift_key(), event.code().as_str(), event.key().to_lowercase().as_str()) {
            (true, "Digit7", _) => Some(Self::Numbers),
            (true, "Digit8", _) => Some(Self::Bullets),
            (true, "Digit9", _) => Some(Self::Quote),
            (true, _, "x") => Some(Self::Strikethrough),
            (false, _, "b") => Some(Self::Bold),
            (false, _, "i") => Some(Self::Italic),
            (false, _, "u") => Some(Self::Underline),
            (false, _, "k") => Some(Self::Link),
            (false, _, "\\") => Some(Self::Clear),
            _ => None,
        }
    }
}

fn page() -> Option<HtmlDocument> {
    document().dyn_into::<HtmlDocument>().ok()
}

pub(super) fn exec(name: &str, value: &str) -> bool {
    page().and_then(|page| page.exec_command_with_show_ui_and_value(name, false, value).ok()).unwrap_or(false)
}

/// Elements, not styles. Lines are `div`s, since browsers nest a list made of a `p` within it; `dom` reads them as
/// paragraphs.
pub(super) fn prepare() {
    exec("styleWithCSS", "false");
    exec("defaultParagraphSeparator", "div");
}

/// Does what changes lines to others, and puts the caret back where it was: browsers lose it to the line's start.
fn exec_on_lines(name: &str) -> bool {
    let caret = dom::Caret::now();
    let done = exec(name, "");
    dom::unstyle_lines();
    if let Some(caret) = caret {
        caret.restore();
    }
    done
}

/// Enter on an empty line of a quotation ends it. Says whether it did.
pub(super) fn leave_quotation() -> bool {
    dom::is_on_empty_line() && dom::around_caret("blockquote").is_some() && unquote()
}

/// A line that is a quotation of its own becomes a line; one among others is moved out.
fn unquote() -> bool {
    let is_own = dom::around_caret("div, p, li, blockquote").is_some_and(|line| line.tag_name() == "BLOCKQUOTE");
    if is_own { exec_on_block("div") } else { exec_on_lines("outdent") }
}

fn exec_on_block(tag: &str) -> bool {
    let caret = dom::Caret::now();
    let done = exec("formatBlock", tag);
    if let Some(caret) = caret {
        caret.restore();
    }
    done
}

/// Does it to the selection.
pub(super) fn run(command: Command) {
    prepare();
    match command {
        Command::Bold => exec("bold", ""),
        Command::Italic => exec("italic", ""),
        Command::Underline => exec("underline", ""),
        Command::Strikethrough => exec("strikeThrough", ""),
        Command::Bullets => exec_on_lines("insertUnorderedList"),
        Command::Numbers => exec_on_lines("insertOrderedList"),
        Command::Quote if dom::around_caret("blockquote").is_some() => unquote(),
        // Not `indent`, which writes a style that the content policy forbids. Each line is a quotation of its own then;
        // they are read as one.
        Command::Quote => exec_on_block("blockquote"),
        Command::Clear => {
            exec("unlink", "");
            if dom::around_caret("h1, h2, h3, h4, h5, h6, pre").is_some() {
                exec("formatBlock", "div");
            }
            exec("removeFormat", "")
        }
        Command::Undo => exec("undo", ""),
        Command::Redo => exec("redo", ""),
        Command::Indent => exec_on_lines("indent"),
        Command::Outdent => exec_on_lines("outdent"),
        // Asks for an address first: see `link`.
        Command::Link => false,
    };
}

/// Whether it holds at the caret.
pub(super) fn holds(command: Command) -> bool {
    let name = match command {
        Command::Bold => "bold",
        Command::Italic => "italic",
        Command::Underline => "underline",
        Command::Strikethrough => "strikeThrough",
        Command::Bullets => "insertUnorderedList",
        Command::Numbers => "insertOrderedList",
        Command::Quote => return dom::around_caret("blockquote").is_some(),
        Command::Link => return dom::around_caret("a[href]").is_some(),
        Command::Clear | Command::Undo | Command::Redo | Command::Indent | Command::Outdent => return false,
    };
    // In a link everything is underlined; that is not a choice.
    let in_link = command == Command::Underline && dom::around_caret("a[href]").is_some();
    !in_link && page().and_then(|page| page.query_command_state(name).ok()).unwrap_or(false)
}
