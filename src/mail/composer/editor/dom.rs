//! Between the editor's DOM and the tree of allowed elements, and the caret in it.
//!
//! A picture's Content-ID stands in `data-cid`, its `src` is where the editor gets it from. A remote picture of a
//! quotation stands in `data-remote` and is not loaded: writing an answer tells nobody that it is written.

use leptos::prelude::document;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element as DomElement, HtmlElement, Node as DomNode, Range};

use crate::mail::composer::html::{Element, Node, QUOTE, SIGNATURE, Source};

/// Shows nodes in place of what the editor holds.
pub(super) fn fill(root: &DomElement, nodes: &[Node], picture: &dyn Fn(&str) -> Option<String>) {
    root.set_text_content(None);
    append(root, nodes, picture);
    // A paragraph to write in, above a signature or a quotation too.
    let needs_paragraph = root.first_element_child().is_none_or(|first| first.has_attribute("class"));
    if needs_paragraph && let Ok(paragraph) = document().create_element("p") {
        if let Ok(line) = document().create_element("br") {
            let _ = paragraph.append_child(&line);
        }
        let _ = root.insert_before(&paragraph, root.first_child().as_ref());
    }
}

fn append(parent: &DomNode, nodes: &[Node], picture: &dyn Fn(&str) -> Option<String>) {
    for node in nodes {
        match node {
            Node::Text(text) => {
                let _ = parent.append_child(&document().create_text_node(text));
            }
            Node::Element(element) => {
                let Ok(created) = document().create_element(element.tag()) else { continue };
                for (name, value) in element.attributes() {
                    match *name {
                        // The content policy forbids the attribute, not the properties.
                        "style" => set_style(&created, element),
                        "src" => set_source(&created, value, picture),
                        name => {
                            let _ = created.set_attribute(name, value);
                        }
                    }
                }
                if element.tag() == "p" && element.children.is_empty() {
                    if let Ok(line) = document().create_element("br") {
                        let _ = created.append_child(&line);
                    }
                }
                append(&created, &element.children, picture);
                let _ = parent.append_child(&created);
            }
        }
    }
}

fn set_style(created: &DomElement, element: &Element) {
    if let Some(html) = created.dyn_ref::<HtmlElement>() {
        for (property, value) in element.style() {
            let _ = html.style().set_property(property, value);
        }
    }
}

fn set_source(created: &DomElement, source: &str, picture: &dyn Fn(&str) -> Option<String>) {
    match source.strip_prefix("cid:") {
        Some(cid) => {
            let _ = created.set_attribute("data-cid", cid);
            if let Some(address) = picture(cid) {
                let _ = created.set_attribute("src", &address);
            }
        }
        None if source.starts_with("data:") => {
            let _ = created.set_attribute("src", source);
        }
        None => {
            let _ = created.set_attribute("data-remote", source);
        }
    }
}

/// What the editor holds.
pub(super) fn read(root: &DomElement) -> Vec<Node> {
    let mut nodes = Vec::new();
    read_children(root, Source::Pasted, &mut nodes, 0);
    nodes
}

fn read_children(parent: &DomNode, source: Source, nodes: &mut Vec<Node>, depth: usize) {
    let mut next = parent.first_child();
    while let Some(node) = next {
        next = node.next_sibling();
        if node.node_type() == DomNode::TEXT_NODE {
            let text = node.node_value().unwrap_or_default();
            match nodes.last_mut() {
                Some(Node::Text(before)) => before.push_str(&text),
                _ if text.is_empty() => {}
                _ => nodes.push(Node::Text(text)),
            }
        } else if let Some(element) = node.dyn_ref::<DomElement>() {
            read_element(element, source, nodes, depth);
        }
    }
}

fn read_element(element: &DomElement, source: Source, nodes: &mut Vec<Node>, depth: usize) {
    // Browsers write the look of the app into spans when they join lines; only what was quoted keeps a look.
    let class = element.get_attribute("class");
    let marked = class.as_deref().is_some_and(|class| class == QUOTE || class == SIGNATURE);
    let source = if marked { Source::Own } else { source };
    let tag = element.tag_name().to_ascii_lowercase();
    let mut attributes: Vec<(String, String)> = Vec::new();
    for name in element.get_attribute_names() {
        if let Some(name) = name.as_string()
            && let Some(value) = element.get_attribute(&name)
        {
            attributes.push((name, value));
        }
    }
    if tag == "img" {
        attributes.retain(|(name, _)| name != "src" || element.get_attribute("src").is_some_and(|s| s.starts_with("data:")));
        let source = element
            .get_attribute("data-cid")
            .map(|cid| format!("cid:{cid}"))
            .or_else(|| element.get_attribute("data-remote"));
        if let Some(source) = source {
            attributes.retain(|(name, _)| name != "src");
            attributes.push(("src".to_owned(), source));
        }
    }
    let pairs = attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let kept = (depth < 96).then(|| Element::new(&tag, pairs, source)).flatten();
    match kept {
        Some(kept) if tag == "img" && kept.attribute("src").is_none() => {}
        Some(kept) if matches!(tag.as_str(), "span" | "font") && kept.attributes().is_empty() => {
            read_children(element, source, nodes, depth + 1);
        }
        Some(mut kept) => {
            read_children(element, source, &mut kept.children, depth + 1);
            nodes.push(Node::Element(kept));
        }
        None => read_children(element, source, nodes, depth + 1),
    }
}

/// Puts the caret into the first paragraph.
pub(super) fn caret_to_start(root: &DomElement) {
    let target: DomNode = root.first_element_child().map_or_else(|| root.clone().into(), Into::into);
    if let Ok(range) = document().create_range() {
        let _ = range.set_start(&target, 0);
        range.collapse_with_to_start(true);
        select(&range);
    }
}

/// Selects a range.
pub(super) fn select(range: &Range) {
    if let Ok(Some(selection)) = document().get_selection() {
        let _ = selection.remove_all_ranges();
        let _ = selection.add_range(range);
    }
}

/// The selection, if it is in the editor.
pub(super) fn selection_within(root: &DomElement) -> Option<Range> {
    let selection = document().get_selection().ok().flatten()?;
    let range = (selection.range_count() > 0).then(|| selection.get_range_at(0).ok()).flatten()?;
    contains(root, &range).then_some(range)
}

/// Whether a range is still in the editor.
pub(super) fn contains(root: &DomElement, range: &Range) -> bool {
    range.start_container().is_ok_and(|node| root.contains(Some(&node)))
        && range.end_container().is_ok_and(|node| root.contains(Some(&node)))
}

/// The element around the caret that a selector names, within the editor.
pub(super) fn around_caret(selector: &str) -> Option<DomElement> {
    let selection = document().get_selection().ok().flatten()?;
    let node = selection.anchor_node()?;
    let element = node.dyn_ref::<DomElement>().cloned().or_else(|| node.parent_element())?;
    let found = element.closest(selector).ok().flatten()?;
    found.closest("[contenteditable='true']").ok().flatten().map(|_| found)
}

/// Ctrl and a press on a link opens it, as in other editors.
pub(super) fn follow_link(event: &web_sys::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<DomElement>().ok());
    let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else { return };
    event.prevent_default();
    if (event.ctrl_key() || event.meta_key())
        && let (Some(window), Some(address)) = (web_sys::window(), link.get_attribute("href"))
    {
        // A pop-up blocker may say no; then nothing opens.
        let _ = window.open_with_url_and_target_and_features(&address, "_blank", "noopener,noreferrer");
    }
}

/// Calls on every change of the selection, until it is dropped.
pub(super) struct SelectionListener {
    call: Closure<dyn FnMut(JsValue)>,
}

impl SelectionListener {
    pub(super) fn new(run: impl Fn() + 'static) -> Self {
        let call = Closure::new(move |_: JsValue| run());
        let _ = document().add_event_listener_with_callback("selectionchange", call.as_ref().unchecked_ref());
        Self { call }
    }
}

impl Drop for SelectionListener {
    fn drop(&mut self) {
        let _ = document()
            .remove_event_listener_with_callback("selectionchange", self.call.as_ref().unchecked_ref());
    }
}

/// Selects an element whole.
pub(super) fn select_all_of(element: &DomElement) {
    if let Ok(range) = document().create_range()
        && range.select_node_contents(element).is_ok()
    {
        select(&range);
    }
}

/// The words that are selected.
pub(super) fn selected_text() -> String {
    document().get_selection().ok().flatten().and_then(|selection| selection.to_string().as_string()).unwrap_or_default()
}

/// Whether a selection of letters is in an editor: what is dragged then comes from there.
pub(super) fn selection_within_any() -> bool {
    let selection = document().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed()) && around_caret("[contenteditable='true']").is_some()
}
