//! Going round the panes by F6, and knowing whether there is room for more than one.
//!
//! A pane says `data-pane`, with a selector of what takes the focus in it.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

use crate::ui::{all, focus, focused, on_window};

/// F6 goes to the next pane, Shift F6 to the one before; until the owner that calls this is gone.
pub(super) fn listen() {
    on_window(ev::keydown, move |event| {
        if event.key() == "F6" && !event.ctrl_key() && !event.alt_key() {
            event.prevent_default();
            step(event.shift_key());
        }
    });
}

fn step(back: bool) {
    let Some(body) = document().body() else { return };
    let panes: Vec<HtmlElement> = all(&body, "[data-pane]")
        .into_iter()
        .filter(|pane| pane.offset_width() > 0 && pane.offset_height() > 0)
        .collect();
    let at = focused().and_then(|focused| panes.iter().position(|pane| pane.contains(Some(&focused))));
    let count = panes.len();
    let order = (1..=count).map(|by| match at {
        Some(at) if back => (at + count - by) % count,
        Some(at) => (at + by) % count,
        None if back => count - by,
        None => by - 1,
    });
    for place in order {
        let Some(pane) = panes.get(place) else { continue };
        let wanted = pane.get_attribute("data-pane").unwrap_or_default();
        let target = all(pane, &wanted).into_iter().chain(all(pane, "button, a[href], input, [tabindex='0']"));
        if let Some(target) = target.into_iter().find(|target| target.offset_width() > 0) {
            focus(&target);
            return;
        }
    }
}

/// Whether a media query holds, as a signal that follows it.
fn matches(query: &'static str) -> Signal<bool> {
    let Some(list) = window().match_media(query).ok().flatten() else { return Signal::derive(|| false) };
    let holds = RwSignal::new(list.matches());
    let kept = list.clone();
    let changed = Closure::<dyn Fn()>::new(move || {
        holds.try_set(kept.matches());
    });
    list.set_onchange(Some(changed.as_ref().unchecked_ref()));
    let list = StoredValue::new_local((list, changed));
    on_cleanup(move || {
        list.try_with_value(|(list, _)| list.set_onchange(None));
    });
    holds.into()
}

/// Room for one pane only.
pub(crate) fn is_narrow() -> Signal<bool> {
    matches("(width <= 40rem)")
}

/// The system's colours are dark.
pub(crate) fn system_is_dark() -> Signal<bool> {
    matches("(prefers-color-scheme: dark)")
}
