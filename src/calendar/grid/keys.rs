//! Keys within a grid of days and hours.
//!
//! | key | does |
//! |---|---|
//! | arrows | move: through the half hours and events of a day, to the day beside, past the edge to the next page |
//! | Ctrl ArrowDown, ArrowUp | to the next event, the one before |
//! | Home, End | to the first day, the last |
//! | PageDown, PageUp | the next page, the one before |
//! | Enter, Space | opens the event; in a half hour or a day makes one |
//! | Shift ArrowDown, ArrowUp | lengthens the event by a quarter, the half hour by another; whole days by a day sideways |
//! | Alt arrows | move the event by a quarter, by a day |
//! | Delete, Backspace | deletes the event |
//! | Escape | lets go of what is dragged, and of what is chosen |

use std::sync::Arc;

use jmap::Id;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::pointer::{To, place};
use super::{Grid, element_id};
use crate::calendar::clock;
use crate::calendar::cursor::{At, Cursor, SLOT, Step, step};
use crate::calendar::day::{DAY_MINUTES, Day};
use crate::calendar::desk::midnight;
use crate::calendar::drag::{Grip, STEP, Times, key_step};
use crate::calendar::placing::{Stand, Wall, stand};
use crate::records::Event;
use crate::ui::is_rtl;

/// The focus came to the grid: the cursor is somewhere, in view. A press of the pointer puts it where it is.
pub(super) fn enter(grid: Grid) {
    let by_key = grid.root.get_untracked().is_some_and(|root| root.matches(":focus-visible").unwrap_or(true));
    if !by_key {
        return;
    }
    let days = grid.days.get_untracked();
    if grid.cursor.with_untracked(Option::is_none)
        && let Some(first) = days.first().copied()
    {
        let now = clock::wall(grid.desk.now.get_untracked());
        let is_today = days.contains(&now.day);
        let minute = if is_today { now.minute / SLOT * SLOT } else { 9 * 60 };
        grid.point(Cursor { day: if is_today { now.day } else { first }, at: At::Slot(minute) });
    }
    grid.reveal();
}

/// A key was pressed.
pub(super) fn press(grid: Grid, event: &KeyboardEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let on_grid = grid.root.get_untracked().zip(target).is_some_and(|(root, target)| root.is_same_node(Some(&target)));
    if !on_grid {
        return;
    }
    if handled(grid, event) {
        event.prevent_default();
        event.stop_propagation();
    }
}

fn handled(grid: Grid, event: &KeyboardEvent) -> bool {
    let key = event.key();
    if key == "Escape" {
        let had = grid.drag.with_untracked(Option::is_some);
        grid.drag.set(None);
        let chose =
            grid.desk.selected.with_untracked(Option::is_some) && grid.desk.editing.with_untracked(Option::is_none);
        grid.desk.select(grid.desk.selected.get_untracked().filter(|_| !chose));
        return had || chose;
    }
    let Some(cursor) = grid.cursor.get_untracked() else { return false };
    let with_ctrl = event.ctrl_key() || event.meta_key();
    let held = match &cursor.at {
        At::Event(id) | At::Banner(id) => of_id(grid, id),
        At::Whole | At::MoreWhole | At::Slot(_) | At::More(_) => None,
    };
    match (key.as_str(), held) {
        ("Enter" | " ", _) if !with_ctrl && !event.alt_key() => activate(grid),
        ("Delete" | "Backspace", Some(it)) if !with_ctrl => grid.desk.delete(&it),
        (_, Some(it)) if event.alt_key() => return shift(grid, &cursor, &it, Grip::Move, &key),
        (_, Some(it)) if event.shift_key() => return shift(grid, &cursor, &it, Grip::End, &key),
        (_, None) if event.shift_key() && !event.alt_key() => {
            let (At::Slot(minute), Some(by)) = (cursor.at, key_step(&key, is_rtl())) else { return false };
            if by.abs() != STEP {
                return false;
            }
            let by = by.signum() * SLOT;
            grid.length.update(|length| *length = (*length + by).clamp(SLOT, DAY_MINUTES - minute));
        }
        _ if event.alt_key() || event.shift_key() => return false,
        _ => {
            let key = match (key.as_str(), is_rtl()) {
                ("ArrowLeft", true) => "ArrowRight",
                ("ArrowRight", true) => "ArrowLeft",
                (key, _) => key,
            };
            match step(&cursor, key, with_ctrl, &grid.stops()) {
                Some(Step::To(to)) => {
                    grid.point(to);
                    grid.reveal();
                }
                Some(Step::Page(by, entering)) => {
                    grid.entering.set_value(entering);
                    super::step(grid, by);
                }
                None => return matches!(key, "ArrowUp" | "ArrowDown"),
            }
        }
    }
    true
}

fn of_id(grid: Grid, id: &Id) -> Option<Arc<Event>> {
    grid.event(id.as_str())
}

/// Opens what is under the cursor, or makes something there.
pub(super) fn activate(grid: Grid) {
    let Some(cursor) = grid.cursor.get_untracked() else { return };
    let day = cursor.day;
    match &cursor.at {
        At::Whole => grid.desk.make(midnight(day), midnight(day + 1), true),
        At::Slot(minute) => {
            let to = Wall { day, minute: (minute + grid.length.get_untracked()).min(DAY_MINUTES) };
            grid.desk.make(clock::instant(Wall { day, minute: *minute }), clock::instant(to), false);
        }
        At::Event(id) | At::Banner(id) => {
            if let Some(event) = of_id(grid, id) {
                grid.desk.open(&event);
            }
        }
        At::More(_) | At::MoreWhole => {
            let mark = document().get_element_by_id(&element_id(&cursor));
            if let Some(mark) = mark.and_then(|mark| mark.dyn_into::<HtmlElement>().ok()) {
                mark.click();
            }
        }
    }
}

/// Moves or lengthens an event by a step; whether the key does.
fn shift(grid: Grid, cursor: &Cursor, event: &Arc<Event>, grip: Grip, key: &str) -> bool {
    let Some(by) = key_step(key, is_rtl()) else { return false };
    let days = by / DAY_MINUTES;
    let to = match (stand(event, clock::wall), grip) {
        (Stand::Hours(from, to), Grip::Move) => {
            let moved = |at: Wall| Wall::of_total(at.total() + by);
            To::Hours(Times { from: moved(from), to: moved(to) })
        }
        (Stand::Hours(from, to), _) if days == 0 => {
            let to = Wall::of_total((to.total() + by).max(from.total() + STEP));
            To::Hours(Times { from, to })
        }
        (Stand::Days(first, last), Grip::Move) if days != 0 => To::Days(first + days, last + days),
        (Stand::Days(first, last), _) if days != 0 && event.all_day => To::Days(first, (last + days).max(first)),
        (Stand::Hours(..) | Stand::Days(..), _) => return true,
    };
    place(grid, event, grip, to);
    if grip == Grip::Move
        && let To::Hours(Times { from: Wall { day, .. }, .. }) | To::Days(day, _) = to
    {
        follow(grid, cursor, day);
    }
    true
}

/// The cursor goes with the event, the page too.
fn follow(grid: Grid, cursor: &Cursor, day: Day) {
    grid.cursor.set(Some(Cursor { day, at: cursor.at.clone() }));
    if !grid.days.with_untracked(|days| days.contains(&day)) {
        grid.desk.go(grid.desk.view.get_untracked(), day);
    }
    grid.reveal();
}
