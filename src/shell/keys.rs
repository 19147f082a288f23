//! The keys of the whole page: a stroke that no field, menu or dialog wants runs an offered command.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::offers::Offers;
use super::parts::is_awaited;
use super::shortcuts::{Matcher, Outcome, Stroke};
use crate::ui::{now, on_window};

/// Listens until the owner that calls this is gone. The answer takes strokes from elsewhere, such as the
/// document of a mail.
pub(crate) fn listen(offers: Offers) -> Callback<KeyboardEvent> {
    let matcher = StoredValue::new(Matcher::default());
    let press = Callback::new(move |event: KeyboardEvent| {
        if event.default_prevented() || event.is_composing() || belongs_elsewhere(&event) {
            return;
        }
        // Letters for a form that is on its way are not commands.
        if is_awaited() {
            return;
        }
        let key = event.key();
        if matches!(key.as_str(), "Shift" | "Control" | "Alt" | "Meta") {
            return;
        }
        let stroke =
            Stroke { key, ctrl: event.ctrl_key() || event.meta_key(), alt: event.alt_key(), shift: event.shift_key() };
        let available: Vec<_> = offers.all_now().into_iter().filter(|offer| offer.available.get_untracked()).collect();
        let outcome = matcher
            .try_update_value(|matcher| matcher.press(stroke, now(), available.iter().map(|offer| offer.command.keys)));
        match outcome {
            Some(Outcome::Run(place)) => {
                event.prevent_default();
                if let Some(offer) = available.get(place) {
                    offer.run.run(());
                }
            }
            Some(Outcome::Waiting) => event.prevent_default(),
            Some(Outcome::Nothing) | None => {}
        }
    });
    on_window(ev::keydown, move |event| press.run(event));
    press
}

/// Whether the stroke is a letter of a text, or a menu's or a dialog's.
fn belongs_elsewhere(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let closest = |selector: &str| target.closest(selector).ok().flatten().is_some();
    let with_ctrl = event.ctrl_key() || event.meta_key();
    if closest("dialog, [popover], [role='menu'], [role='listbox']") {
        return true;
    }
    let is_text = closest("input:not([type='checkbox']):not([type='radio']), textarea, select")
        || closest("[contenteditable='true'], [contenteditable='']");
    // Within a text only what opens the palette is ours; copying, undoing and the like are the text's.
    is_text && !(with_ctrl && event.key().eq_ignore_ascii_case("k"))
}
