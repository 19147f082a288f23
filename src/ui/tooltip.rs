//! The name of an icon and its key, in one layer for the whole page. Pattern: WAI-ARIA tooltip, but hidden from screen
//! readers, since it only repeats the accessible name of what it hangs on.
//!
//! | key | does |
//! |---|---|
//! | Escape | hides it |
//!
//! An element asks for it by `data-tooltip` (the words) and `data-keys` (alone: beside the words it shows); one whose words may be cut by
//! `data-tooltip-cut` (shown only if they are). It comes after 500 ms of the pointer, at once on focus by key, stays
//! while the pointer is on it, and never holds anything that must be read or pressed.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    badge::Kbd,
    dom,
    placement::Placement,
    popover::{Anchor, put_beside},
};

const ASKS: &str = "[data-tooltip], [data-keys], [data-tooltip-cut]";
const AFTER_HOVER: Duration = Duration::from_millis(500);
const GRACE: Duration = Duration::from_millis(120);

/// What a tooltip says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    words: String,
    keys: Option<String>,
}

fn said_by(element: &Element) -> Option<Said> {
    let keys = element.get_attribute("data-keys").filter(|keys| !keys.is_empty());
    if let Some(words) = element.get_attribute("data-tooltip").filter(|words| !words.is_empty()) {
        return Some(Said { words, keys });
    }
    let is_cut = keys.is_some() || element.scroll_width() > element.client_width();
    let words = element.text_content().filter(|_| is_cut)?;
    Some(Said { words, keys })
}

fn asking(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(ASKS).ok().flatten()
}

/// The layer; stands once in the app.
#[component]
pub(crate) fn TooltipLayer() -> impl IntoView {
    let layer = NodeRef::<html::Div>::new();
    let said = RwSignal::new(None::<Said>);
    let holder = StoredValue::new_local(None::<Element>);
    let timer = StoredValue::<Option<TimeoutHandle>>::new(None);

    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let hide = move || {
        stop();
        holder.set_value(None);
        if said.with_untracked(Option::is_some) {
            said.set(None);
            if let Some(layer) = layer.get_untracked() {
                let _ = layer.hide_popover();
            }
        }
    };
    let show = move |element: Element| {
        let Some(words) = said_by(&element).filter(|_| element.is_connected()) else { return };
        said.set(Some(words));
        // When the words are in the layer, so that it is measured with them.
        request_animation_frame(move || {
            if let Some(layer) = layer.try_get_untracked().flatten()
                && said.try_with_untracked(Option::is_some) == Some(true)
            {
                let _ = layer.show_popover();
                put_beside(&layer, &Anchor::Element(element), Placement::Below);
            }
        });
    };
    let wait = move |after: Duration, then: Box<dyn FnOnce()>| {
        stop();
        timer.set_value(set_timeout_with_handle(then, after).ok());
    };

    dom::on_window(ev::pointerover, move |event| {
        if event.pointer_type() == "touch" {
            return;
        }
        if layer.get_untracked().is_some_and(|layer| dom::is_within(&event, &layer)) {
            stop();
            return;
        }
        match asking(&event) {
            Some(element) if holder.with_value(|held| held.as_ref() == Some(&element)) => {}
            Some(element) => {
                hide();
                holder.set_value(Some(element.clone()));
                wait(AFTER_HOVER, Box::new(move || show(element)));
            }
            None if said.with_untracked(Option::is_some) => wait(GRACE, Box::new(hide)),
            None => hide(),
        }
    });
    dom::on_window(ev::focusin, move |event| {
        hide();
        if let Some(element) = asking(&event)
            && element.matches(":focus-visible").unwrap_or_default()
        {
            holder.set_value(Some(element.clone()));
            show(element);
        }
    });
    dom::on_window(ev::focusout, move |_| hide());
    dom::on_window(ev::pointerdown, move |_| hide());
    dom::on_window(ev::keydown, move |_| hide());
    dom::on_window(ev::blur, move |_| hide());
    dom::on_window(ev::wheel, move |_| hide());

    view! {
        <div class="tooltip" popover="manual" aria-hidden="true" node_ref=layer>
            {move || said.get().map(|said| view! {
                <span>{said.words}</span>
                {said.keys.map(|keys| view! { <Kbd keys /> })}
            })}
        </div>
    }
}
