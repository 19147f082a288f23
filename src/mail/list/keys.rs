//! Keys within the grid of messages. The single letters are the page's: see
//! [`actions`](crate::mail::actions).
//!
//! | key | does |
//! |---|---|
//! | ArrowDown, ArrowUp, PageDown, PageUp, Home, End | move and choose |
//! | with Shift | choose the stretch from where it began |
//! | with Ctrl | move, and choose nothing |
//! | Space | chooses as well, or lets go |
//! | Enter | reads |
//! | Shift F10, the menu key | the row's menu |

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::menu::RowMenuAsked;
use super::row::row_id;
use super::view::ListView;
use crate::mail::desk::Desk;
use crate::records::EmailWindow;
use crate::ui::Anchor;
use crate::ui::roving::{Ends, step};

/// A key was pressed in the grid.
pub(super) fn press(
    desk: Desk,
    list: ListView,
    window: EmailWindow,
    event: &KeyboardEvent,
    asked: RwSignal<Option<RowMenuAsked>, LocalStorage>,
) {
    if event.alt_key() {
        return;
    }
    let key = event.key();
    let at = desk.cursor_index(window);
    let with_ctrl = event.ctrl_key() || event.meta_key();
    let cursor = || desk.selection.with_untracked(|selection| selection.cursor().cloned());
    match key.as_str() {
        " " => {
            if let Some(key) = cursor() {
                desk.choosing.set(true);
                desk.selection.update(|selection| selection.toggle(key));
            }
        }
        "Enter" => {
            if let Some(key) = cursor() {
                desk.selection.update(|selection| selection.only(key.clone()));
                desk.open_row(&key);
            }
        }
        "ContextMenu" | "F10" if key == "ContextMenu" || event.shift_key() => {
            let row = cursor().and_then(|key| Some((document().get_element_by_id(&row_id(&key))?, key)));
            if let Some((row, key)) = row {
                asked.set(Some(RowMenuAsked::of(desk, key, Anchor::Element(row))));
            }
        }
        _ => {
            let Some(to) = step(&key, at, desk.total_now(), list.page(), Ends::Hold) else { return };
            go(desk, list, window, to, event.shift_key(), with_ctrl);
        }
    }
    event.prevent_default();
    event.stop_propagation();
}

/// The focus came to the grid: there is a row under the cursor then, in view. Not by a press of the pointer,
/// which has a row of its own and must find it where it is.
pub(super) fn enter(desk: Desk, list: ListView, window: EmailWindow) {
    let by_key = list.scroller.get_untracked().is_some_and(|grid| grid.matches(":focus-visible").unwrap_or(true));
    if !by_key {
        return;
    }
    if desk.selection.with_untracked(|selection| selection.cursor().is_none())
        && let Some(row) = window.row_now(desk.cursor_index(window).unwrap_or_else(|| list.first_whole()))
    {
        desk.selection.update(|selection| selection.point(row.key));
    }
    if let Some(at) = desk.cursor_index(window) {
        list.reveal(at);
    }
}

/// To a row, wherever it is; one that is not known yet is waited for.
fn go(desk: Desk, list: ListView, window: EmailWindow, to: usize, with_shift: bool, with_ctrl: bool) {
    list.reveal(to);
    let way = list.set_out();
    if with_shift {
        return desk.extend_to(window, window.row_now(to).map(|row| row.key), to);
    }
    let arrive = move || {
        let Some(row) = window.row_now(to) else { return false };
        if with_ctrl {
            desk.selection.update(|selection| selection.point(row.key));
        } else {
            desk.choosing.set(false);
            desk.selection.update(|selection| selection.only(row.key.clone()));
            if desk.reads_beside() {
                desk.open_row(&row.key);
            }
        }
        true
    };
    if !arrive() {
        // Gone with the list: an effect that nothing keeps would be, too. Or when one goes elsewhere.
        let done = StoredValue::new(false);
        Effect::new(move |_| {
            window.track();
            if !done.get_value() && (!list.is_on(way) || untrack(arrive)) {
                done.set_value(true);
            }
        });
    }
}
