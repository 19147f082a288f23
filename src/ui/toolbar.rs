//! Buttons in a bar. Pattern: WAI-ARIA toolbar. Every button keeps its tab stop, so that one that comes or goes can't
//! take the bar's only one with it; arrows are the quick way.
//!
//! | key | does |
//! |---|---|
//! | ArrowLeft, ArrowRight, Home, End | move along the bar; the ends join |
//!
//! Name: `label`.

use leptos::{ev, html, prelude::*};

use super::{
    dom,
    popover::FOCUSABLE,
    roving::{Ends, step},
};

/// A bar of buttons; it brings no look of its own but their line.
#[component]
pub(crate) fn Toolbar(
    /// What the buttons are for.
    #[prop(into)]
    label: Signal<String>,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    let bar = NodeRef::<html::Div>::new();
    let keydown = move |event: ev::KeyboardEvent| {
        let from_field =
            dom::focused().is_some_and(|focused| matches!(focused.tag_name().as_str(), "INPUT" | "SELECT"));
        let Some(bar) = bar.get_untracked().filter(|_| !from_field) else { return };
        let (on, back) = if dom::is_rtl() { ("ArrowLeft", "ArrowRight") } else { ("ArrowRight", "ArrowLeft") };
        let key = match event.key() {
            key if key == on => "ArrowDown".to_owned(),
            key if key == back => "ArrowUp".to_owned(),
            key if key == "Home" || key == "End" => key,
            _ => return,
        };
        let buttons = dom::all(&bar, FOCUSABLE);
        let to = step(&key, dom::focused_index(&buttons), buttons.len(), 1, Ends::Join);
        if let Some(button) = to.and_then(|to| buttons.get(to)) {
            event.prevent_default();
            event.stop_propagation();
            dom::focus(button);
        }
    };
    view! {
        <div class="toolbar" role="toolbar" aria-label=move || label.get() on:keydown=keydown node_ref=bar>
            {children()}
        </div>
    }
}
