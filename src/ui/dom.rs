//! The few things components ask of the page itself: fresh ids, boxes, who has the focus. No component lives here.

use std::sync::atomic::{AtomicUsize, Ordering};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::placement::Rect;

static NEXT: AtomicUsize = AtomicUsize::new(1);

/// An id for `aria-labelledby` and its kin, different each time. Never styled, never stored.
pub(crate) fn fresh_id(what: &str) -> String {
    format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The box of an element within the window, in CSS pixels.
pub(crate) fn rect_of(element: &Element) -> Rect {
    let rect = element.get_bounding_client_rect();
    Rect { x: rect.x(), y: rect.y(), width: rect.width(), height: rect.height() }
}

/// Width and height of the window, in CSS pixels.
pub(crate) fn window_size() -> (f64, f64) {
    let root = document().document_element();
    root.map_or((0.0, 0.0), |root| (f64::from(root.client_width()), f64::from(root.client_height())))
}

/// Pixels in a rem, which the reader's own text size decides.
pub(crate) fn rem() -> f64 {
    let size = document()
        .document_element()
        .and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value("font-size").ok())
        .and_then(|size| size.trim_end_matches("px").parse().ok());
    size.unwrap_or(16.0)
}

/// Whether the page is written from right to left.
pub(crate) fn is_rtl() -> bool {
    document().document_element().and_then(|root| root.get_attribute("dir")).is_some_and(|dir| dir == "rtl")
}

/// What has the focus, unless it is the body.
pub(crate) fn focused() -> Option<HtmlElement> {
    let element = document().active_element()?;
    (element.tag_name() != "BODY").then(|| element.dyn_into().ok()).flatten()
}

/// Gives the focus to an element that is still in the page.
pub(crate) fn focus(element: &HtmlElement) {
    if element.is_connected() {
        // It fails only where an element can't take focus, which leaves the focus where it was.
        let _ = element.focus();
    }
}

/// The elements within `root` that match a selector, in the order of the page.
pub(crate) fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// The place of the focused element in a list of elements.
pub(crate) fn focused_index(elements: &[HtmlElement]) -> Option<usize> {
    let focused = focused()?;
    elements.iter().position(|element| element.is_same_node(Some(&focused)))
}

/// Whether an event came from within an element.
pub(crate) fn is_within(event: &web_sys::Event, element: &Element) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    target.is_some_and(|target| element.contains(Some(&target)))
}

/// Calls `run` with every event of this kind in the window, until the owner that calls this is gone.
pub(crate) fn on_window<E>(event: E, run: impl Fn(E::EventType) + 'static)
where
    E: leptos::ev::EventDescriptor + 'static,
    E::EventType: JsCast,
{
    let handle = window_event_listener(event, run);
    on_cleanup(move || handle.remove());
}
