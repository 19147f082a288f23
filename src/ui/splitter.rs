//! The line between two panes, that people drag. Pattern: WAI-ARIA window splitter.
//!
//! | key | does |
//! |---|---|
//! | arrows along | 1rem narrower or wider; with Shift 4 |
//! | Home, End | the narrowest, the widest |
//! | double click, Enter | the width it began with |
//!
//! Name: `label`, the pane that it sizes. Its value is told in rem.

use leptos::{ev, html, prelude::*};

use super::dom;

/// A separator that sizes the pane before it (or after it).
#[component]
pub(crate) fn Splitter(
    /// Names the pane that it sizes: "Folders".
    #[prop(into)]
    label: Signal<String>,
    /// The pane's id.
    #[prop(optional, into)]
    controls: MaybeProp<String>,
    /// The pane's size in rem.
    #[prop(into)]
    value: Signal<f64>,
    /// The least, in rem.
    min: f64,
    /// The most, in rem.
    max: f64,
    /// What a double click goes back to, in rem.
    initial: f64,
    /// The pane stands after the line, not before it.
    #[prop(optional)]
    after: bool,
    /// The line lies between an upper and a lower pane.
    #[prop(optional)]
    across: bool,
    /// Without a hairline of its own.
    #[prop(optional)]
    bare: bool,
    /// It is being sized, in rem; often, while dragged.
    #[prop(into)]
    on_change: Callback<f64>,
    /// The drag or the key is over: the size to keep.
    #[prop(optional, into)]
    on_settle: Option<Callback<f64>>,
) -> impl IntoView {
    let handle = NodeRef::<html::Div>::new();
    // Where the pointer went down, and the size then, in rem.
    let drag = RwSignal::new(None::<(f64, f64)>);
    let position = move |event: &ev::PointerEvent| {
        let pixels = if across { event.client_y() } else { event.client_x() };
        f64::from(pixels) / dom::rem()
    };
    let direction = move || {
        let turned = !across && dom::is_rtl();
        if turned == after { 1.0 } else { -1.0 }
    };
    let change = move |size: f64| on_change.run(size.clamp(min, max));
    let settle = move || {
        if let Some(on_settle) = on_settle {
            on_settle.run(value.get_untracked());
        }
    };
    let pointerdown = move |event: ev::PointerEvent| {
        if event.button() == 0
            && let Some(handle) = handle.get_untracked()
        {
            event.prevent_default();
            let _ = handle.set_pointer_capture(event.pointer_id());
            dom::focus(&handle);
            drag.set(Some((position(&event), value.get_untracked())));
        }
    };
    let pointermove = move |event: ev::PointerEvent| {
        if let Some((start, size)) = drag.get_untracked() {
            change(size + (position(&event) - start) * direction());
        }
    };
    let release = move |_: ev::PointerEvent| {
        if drag.get_untracked().is_some() {
            drag.set(None);
            settle();
        }
    };
    let reset = move || {
        change(initial);
        settle();
    };
    let keydown = move |event: ev::KeyboardEvent| {
        let by = if event.shift_key() { 4.0 } else { 1.0 } * direction();
        let size = value.get_untracked();
        let to = match (event.key().as_str(), across) {
            ("ArrowRight", false) | ("ArrowDown", true) => size + by,
            ("ArrowLeft", false) | ("ArrowUp", true) => size - by,
            ("Home", _) => min,
            ("End", _) => max,
            ("Enter", _) => initial,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        change(to);
        settle();
    };
    let said = |size: f64| format!("{size:.1}");
    view! {
        <div
            class="splitter"
            role="separator"
            tabindex="0"
            data-bare=bare.then_some("")
            data-dragging=move || drag.get().map(|_| "")
            aria-orientation=if across { "horizontal" } else { "vertical" }
            aria-label=move || label.get()
            aria-controls=move || controls.get()
            aria-valuenow=move || said(value.get())
            aria-valuemin=said(min)
            aria-valuemax=said(max)
            on:pointerdown=pointerdown
            on:pointermove=pointermove
            on:pointerup=release
            on:pointercancel=release
            on:dblclick=move |_| reset()
            on:keydown=keydown
            node_ref=handle
        ></div>
    }
}
