//! What comes into the text from the clipboard or by dragging: cleaned, files as attachments, pictures in place.
//!
//! It is put in by the browser's `insertHTML`, so that it can be undone. Under Trusted Types that asks the default
//! policy, which looks for markup that could run; [`guarded`] writes our own tree so that words alone never look so.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File};

use super::{Editor, commands};
use crate::mail::composer::html::{self, Node, Source};

/// Takes a paste, if it is one that needs us.
pub(super) fn paste(editor: Editor, event: &ClipboardEvent) {
    let Some(data) = event.clipboard_data() else { return };
    if take(editor, &data) {
        event.prevent_default();
        // The form would attach the files too.
        event.stop_propagation();
    }
}

/// Takes text dropped from outside. Files go on to the form, which has more room to aim at.
pub(super) fn drop(editor: Editor, event: &DragEvent) {
    let Some(data) = event.data_transfer() else { return };
    if !files_of(&data).is_empty() {
        return;
    }
    // Moved within the text: the browser does that, and takes it away from where it was.
    if super::dom::selection_within_any() {
        return;
    }
    if take(editor, &data) {
        event.prevent_default();
        event.stop_propagation();
    }
}

fn take(editor: Editor, data: &DataTransfer) -> bool {
    let markup = data.get_data("text/html").unwrap_or_default();
    let text = data.get_data("text/plain").unwrap_or_default();
    let files = files_of(data);
    // A picture copied in a browser comes with markup that points elsewhere: the file is the better one.
    let is_only_picture = !files.is_empty() && text.trim().is_empty();
    if is_only_picture || (!files.is_empty() && markup.is_empty()) {
        for file in files {
            if is_picture(&file) { editor.insert_picture(&file) } else { editor.writing.attach(&file, None) }
        }
        return true;
    }
    if !markup.is_empty() {
        let nodes = html::parse(&markup, Source::Pasted);
        commands::prepare();
        return insert(&nodes, &text);
    }
    // Plain text: the browser's own paste makes lines of it.
    false
}

fn insert(nodes: &[Node], text: &str) -> bool {
    let markup = guarded(&inline_if_single(nodes));
    if commands::exec("insertHTML", &markup) { true } else { commands::exec("insertText", text) }
}

/// A single paragraph goes into the line where the caret is.
fn inline_if_single(nodes: &[Node]) -> Vec<Node> {
    let is_space = |node: &Node| matches!(node, Node::Text(text) if text.trim().is_empty());
    let blocks: Vec<&Node> = nodes.iter().filter(|node| !is_space(node)).collect();
    match blocks.as_slice() {
        [Node::Element(only)] if matches!(only.tag(), "p" | "div") => only.children.clone(),
        _ => nodes.to_vec(),
    }
}

/// Markup that the default policy lets through whatever the words in it are.
pub(super) fn guarded(nodes: &[Node]) -> String {
    let markup = html::to_html(nodes);
    let mut out = String::with_capacity(markup.len());
    let (mut in_tag, mut in_value) = (false, false);
    for character in markup.chars() {
        match character {
            '<' => in_tag = true,
            '>' => in_tag = false,
            '"' if in_tag => in_value = !in_value,
            '=' if !in_tag || in_value => {
                out.push_str("&#61;");
                continue;
            }
            ':' if !in_tag => {
                out.push_str("&#58;");
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    out
}

/// Puts a picture where the caret is.
pub(super) fn insert_picture(cid: &str, address: &str, name: &str) {
    let markup = format!(
        "<img data-cid=\"{}\" src=\"{}\" alt=\"{}\">",
        html::escape(cid),
        html::escape(address),
        html::escape(name).replace('=', "&#61;")
    );
    commands::exec("insertHTML", &markup);
}

/// The files in a transfer.
pub(in crate::mail::composer) fn files_of(data: &DataTransfer) -> Vec<File> {
    let Some(list) = data.files() else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)).collect()
}

/// Whether a file is shown in the text rather than listed below.
pub(in crate::mail::composer) fn is_picture(file: &File) -> bool {
    matches!(file.type_().as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp")
        && file.unchecked_ref::<web_sys::Blob>().size() < 20e6
}
