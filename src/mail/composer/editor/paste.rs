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
    super::dom::caret_to_point(event.client_x(), event.client_y());
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
        let mut nodes = html::parse(&markup, Source::Pasted);
        let pictures = take_pictures(&mut nodes);
        commands::prepare();
        let done = insert(&nodes, &text);
        pictures.iter().for_each(|picture| editor.insert_picture(picture));
        return done;
    }
    // Plain text: the browser's own paste makes lines of it.
    false
}

/// Takes pictures that are written out in the markup, as files of their own.
fn take_pictures(nodes: &mut Vec<Node>) -> Vec<File> {
    let mut files = Vec::new();
    nodes.retain_mut(|node| {
        let Node::Element(element) = node else { return true };
        if element.tag() == "img" {
            files.extend(element.attribute("src").and_then(file_of));
            return false;
        }
        files.extend(take_pictures(&mut element.children));
        true
    });
    files
}

/// The file of a `data:` address.
fn file_of(address: &str) -> Option<File> {
    let (kind, base64) = address.strip_prefix("data:")?.split_once(";base64,")?;
    let binary = web_sys::window()?.atob(base64).ok()?;
    let octets: Vec<u8> = binary.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(octets.as_slice()));
    let bag = web_sys::FilePropertyBag::new();
    bag.set_type(kind);
    let name = format!("picture.{}", kind.rsplit('/').next().unwrap_or("png"));
    File::new_with_u8_array_sequence_and_options(&parts, &name, &bag).ok()
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
