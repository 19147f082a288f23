//! Between the editor's DOM and the tree of allowed elements, and the caret in it.
//!
//! A line that one writes is a `div` in the editor, where browsers make good lists of it, and a paragraph in the tree.
//! A picture's Content-ID stands in `data-cid`, its `src` is where the editor gets it from. A remote picture of a
//! quotation stands in `data-remote` and is not loaded: writing an answer tells nobody that it is written.

use leptos::prelude::document;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element as DomElement, HtmlElement, Node as DomNode, Range};

use crate::mail::composer::html::{self, Element, Node, QUOTE, SIGNATURE, Source};

/// Shows nodes in place of what the editor holds.
pub(super) fn fill(root: &DomElement, nodes: &[Node], picture: &dyn Fn(&str) -> Option<String>) {
    root.set_text_content(None);
    append(root, nodes, picture, false);
    // A paragraph to write in, above a signature or a quotation too.
    let needs_paragraph = root.first_element_child().is_none_or(|first| first.has_attribute("class"));
    if needs_paragraph && let Ok(paragraph) = document().create_element("div") {
        if let Ok(line) = document().create_element("br") {
            let _ = paragraph.append_child(&line);
        }
        let _ = root.insert_before(&paragraph, root.first_child().as_ref());
    }
}

fn append(parent: &DomNode, nodes: &[Node], picture: &dyn Fn(&str) -> Option<String>, quoted: bool) {
    for node in nodes {
        match node {
            Node::Text(text) => {
                let _ = parent.append_child(&document().create_text_node(text));
            }
            Node::Element(element) => {
                let tag = if element.tag() == "p" && !quoted { "div" } else { element.tag() };
                let Ok(created) = document().create_element(tag) else { continue };
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
                if element.tag() == "p"
                    && element.children.is_empty()
                    && let Ok(line) = document().create_element("br")
                {
                    let _ = created.append_child(&line);
                }
                let quoted = quoted || is_marked(element.attribute("class"));
                append(&created, &element.children, picture, quoted);
                let _ = parent.append_child(&created);
            }
        }
    }
}

/// Whether this is the class of a signature or a quotation, whose look is kept.
fn is_marked(class: Option<&str>) -> bool {
    class.is_some_and(|class| class == QUOTE || class == SIGNATURE)
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
    html::join_quotations(html::in_paragraphs(nodes))
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
    let marked = is_marked(element.get_attribute("class").as_deref());
    let source = if marked { Source::Own } else { source };
    let mut tag = element.tag_name().to_ascii_lowercase();
    let is_line =
        tag == "div" && source == Source::Pasted && element.query_selector(BLOCKS).is_ok_and(|it| it.is_none());
    if is_line {
        tag = "p".to_owned();
    }
    // Lines and lists within a line, as browsers make them, stand for themselves.
    if tag == "div" && source == Source::Pasted && depth < 96 {
        let mut inner = Vec::new();
        read_children(element, source, &mut inner, depth + 1);
        nodes.extend(html::join_quotations(html::in_paragraphs(inner)));
        return;
    }
    let mut attributes: Vec<(String, String)> = Vec::new();
    for name in element.get_attribute_names() {
        if let Some(name) = name.as_string()
            && let Some(value) = element.get_attribute(&name)
        {
            attributes.push((name, value));
        }
    }
    if tag == "img" {
        attributes
            .retain(|(name, _)| name != "src" || element.get_attribute("src").is_some_and(|s| s.starts_with("data:")));
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

const BLOCKS: &str = "div, p, ul, ol, blockquote, pre, table, h1, h2, h3, h4, h5, h6, hr";

/// Where the selection is, by letters counted from the editor's start: editing commands make text nodes anew.
pub(super) struct Caret {
    editor: DomElement,
    anchor: Place,
    focus: Place,
}

/// A place in the letters; between two nodes it belongs to the end of one or the start of the other.
struct Place {
    letters: u32,
    starts_node: bool,
}

impl Caret {
    /// Where it is now, if it is among letters. On an empty line the browser's own caret is right.
    pub(super) fn now() -> Option<Self> {
        let selection = document().get_selection().ok().flatten()?;
        let editor = around_caret("[contenteditable='true']")?;
        let anchor = Place::of(&editor, &selection.anchor_node()?, selection.anchor_offset())?;
        let focus = Place::of(&editor, &selection.focus_node()?, selection.focus_offset())?;
        Some(Self { editor, anchor, focus })
    }

    /// Puts it back among the same letters.
    pub(super) fn restore(self) {
        let mut texts = Vec::new();
        collect_texts(&self.editor, &mut texts);
        if let (Some(anchor), Some(focus)) = (self.anchor.find(&texts), self.focus.find(&texts))
            && let Ok(Some(selection)) = document().get_selection()
        {
            // Fails only for a place past the letters' end; then the browser's own caret stays.
            let _ = selection.set_base_and_extent(&anchor.0, anchor.1, &focus.0, focus.1);
        }
    }
}

impl Place {
    fn of(editor: &DomElement, node: &DomNode, offset: u32) -> Option<Self> {
        if node.node_type() != DomNode::TEXT_NODE {
            return None;
        }
        let mut texts = Vec::new();
        collect_texts(editor, &mut texts);
        let mut before = 0;
        for text in &texts {
            if text.is_same_node(Some(node)) {
                return Some(Self { letters: before + offset, starts_node: offset == 0 });
            }
            before += length(text);
        }
        None
    }

    fn find(&self, texts: &[DomNode]) -> Option<(DomNode, u32)> {
        let mut before = 0;
        for text in texts {
            let length = length(text);
            let after = before + length;
            let is_here = if self.starts_node { self.letters < after } else { length > 0 && self.letters <= after };
            if is_here {
                return Some((text.clone(), self.letters.saturating_sub(before)));
            }
            before = after;
        }
        None
    }
}

fn length(text: &DomNode) -> u32 {
    text.dyn_ref::<web_sys::Text>().map_or(0, |text| text.length())
}

fn collect_texts(parent: &DomNode, texts: &mut Vec<DomNode>) {
    let mut next = parent.first_child();
    while let Some(node) = next {
        next = node.next_sibling();
        if node.node_type() == DomNode::TEXT_NODE {
            texts.push(node);
        } else {
            collect_texts(&node, texts);
        }
    }
}

/// Puts the caret where the pointer is, as a drop expects it.
pub(super) fn caret_to_point(x: i32, y: i32) {
    // Safari has the older name of the two; web-sys knows neither without a feature of its own.
    let page = document();
    let call = |name: &str| -> Option<JsValue> {
        let function = js_sys::Reflect::get(&page, &name.into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
        function.call2(&page, &x.into(), &y.into()).ok().filter(|found| !found.is_null())
    };
    let of = |found: &JsValue, node: &str, offset: &str| -> Option<(DomNode, u32)> {
        let node = js_sys::Reflect::get(found, &node.into()).ok()?.dyn_into::<DomNode>().ok()?;
        Some((node, js_sys::Reflect::get(found, &offset.into()).ok()?.as_f64()? as u32))
    };
    let place = call("caretPositionFromPoint")
        .and_then(|found| of(&found, "offsetNode", "offset"))
        .or_else(|| call("caretRangeFromPoint").and_then(|found| of(&found, "startContainer", "startOffset")));
    if let Some((node, offset)) = place
        && let Ok(range) = page.create_range()
        && range.set_start(&node, offset).is_ok()
    {
        range.collapse_with_to_start(true);
        select(&range);
    }
}

/// Takes the look off that browsers write into lines when these change: it would be the app's, or none at all.
pub(super) fn unstyle_lines() {
    let Some(editor) = around_caret("[contenteditable='true']") else { return };
    for line in crate::ui::dom::all(&editor, "blockquote[style], span[style], font[color]") {
        if line.closest(&format!(".{QUOTE}, .{SIGNATURE}")).ok().flatten().is_none() {
            let _ = line.remove_attribute("style");
            let _ = line.remove_attribute("color");
        }
    }
}

/// Whether nothing stands in the caret's line.
pub(super) fn is_on_empty_line() -> bool {
    let selection = document().get_selection().ok().flatten();
    selection.is_some_and(|selection| selection.is_collapsed())
        && around_caret("div, p, li, blockquote").is_some_and(|line| {
            line.text_content().unwrap_or_default().trim().is_empty()
                && line.query_selector("img").is_ok_and(|it| it.is_none())
        })
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
        let _ = document().remove_event_listener_with_callback("selectionchange", self.call.as_ref().unchecked_ref());
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
    document()
        .get_selection()
        .ok()
        .flatten()
        .and_then(|selection| selection.to_string().as_string())
        .unwrap_or_default()
}

/// Whether a selection of letters is in an editor: what is dragged then comes from there.
pub(super) fn selection_within_any() -> bool {
    let selection = document().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed()) && around_caret("[contenteditable='true']").is_some()
}
