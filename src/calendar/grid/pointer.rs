//! The pointer over the grid: a press opens or puts the cursor, a drag makes, moves or lengthens, a finger that goes
//! sideways turns the page. What a drag means in time is [`drag`](crate::calendar::drag)'s.

use std::sync::Arc;

use jmap::Id;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PointerEvent, TouchEvent};

use super::{Grid, SLOT_ID};
use crate::calendar::clock;
use crate::calendar::cursor::{At, Cursor, SLOT};
use crate::calendar::day::{DAY_MINUTES, Day};
use crate::calendar::desk::midnight;
use crate::calendar::drag::{Grip, Times, dragged, dragged_days};
use crate::calendar::placing::{Stand, Wall, stand};
use crate::records::Event;
use crate::ui::{dom, is_rtl};

/// How far, in pixels, the pointer goes before it drags.
const FAR: f64 = 4.0;
/// How thick the edges are by which an event is lengthened.
const EDGE: f64 = 7.0;
/// How near the grid's edge, in pixels, it begins to scroll, and by how much a frame.
const NEAR: f64 = 28.0;
const SCROLL: i32 = 8;

/// Where something is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum To {
    /// In the hours.
    Hours(Times),
    /// Over days, the last included.
    Days(Day, Day),
}

/// A drag.
#[derive(Clone, Debug)]
pub(super) struct Drag {
    /// What is dragged; `None`: a new event.
    pub(super) event: Option<Arc<Event>>,
    /// Where it would be now.
    pub(super) to: To,
    /// The pointer has gone far enough.
    pub(super) is_moving: bool,
    grip: Grip,
    was: To,
    down: Wall,
    point: (f64, f64),
    /// The columns: where each begins and ends on the screen.
    columns: Vec<(Day, f64, f64)>,
}

impl Drag {
    /// This event is on its way.
    pub(super) fn carries(&self, id: &Id) -> bool {
        self.is_moving && self.event.as_ref().is_some_and(|event| event.id == *id)
    }
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok().flatten()
}

fn day_of(element: &Element) -> Option<Day> {
    element.get_attribute("data-day")?.parse().ok()
}

/// Where each column is on the screen.
fn columns(grid: Grid) -> Vec<(Day, f64, f64)> {
    let Some(hours) = grid.hours.get_untracked() else { return Vec::new() };
    let place = |element: web_sys::HtmlElement| {
        let rect = dom::rect_of(&element);
        Some((day_of(&element)?, rect.x, rect.x + rect.width))
    };
    dom::all(&hours, "[data-day]").into_iter().filter_map(place).collect()
}

/// What day and minute a point of the screen is.
fn wall_at(grid: Grid, columns: &[(Day, f64, f64)], x: f64, y: f64) -> Option<Wall> {
    let distance = |(_, from, to): &(Day, f64, f64)| (from - x).max(x - to).max(0.0);
    let day = columns.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?.0;
    let rect = {
        let hours = grid.hours.get_untracked()?;
        dom::rect_of(&hours)
    };
    let minute = ((y - rect.y) / rect.height * DAY_MINUTES as f64).floor() as i64;
    Some(Wall { day, minute: minute.clamp(0, DAY_MINUTES) })
}

/// The pointer came down. A finger does not drag: it scrolls.
pub(super) fn down(grid: Grid, event: &PointerEvent) {
    grid.dragged.set_value(false);
    if event.button() != 0 || event.pointer_type() == "touch" || closest(event, ".more-mark").is_some() {
        return;
    }
    let columns = columns(grid);
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let Some(down) = wall_at(grid, &columns, x, y) else { return };
    let held = closest(event, ".event[data-event]");
    let in_lane = closest(event, ".time-grid__lane").is_some();
    let (event, grip, was) = match held {
        Some(element) => {
            let event = element.get_attribute("data-event").and_then(|id| grid.event(&id));
            let Some(event) = event.filter(|event| grid.desk.may_change(event)) else { return };
            let is = |name: &str| element.has_attribute(name);
            let rect = dom::rect_of(&element);
            match stand(&event, clock::wall) {
                Stand::Days(first, last) => {
                    let (start, end) = (x - rect.x < EDGE, rect.x + rect.width - x < EDGE);
                    let (start, end) = if is_rtl() { (end, start) } else { (start, end) };
                    let grip = match (start && !is("data-from-before"), end && !is("data-goes-on")) {
                        (_, true) => Grip::End,
                        (true, false) => Grip::Start,
                        (false, false) => Grip::Move,
                    };
                    // What has a time and goes over days is only moved.
                    let grip = if event.all_day { grip } else { Grip::Move };
                    (Some(event), grip, To::Days(first, last))
                }
                Stand::Hours(from, to) => {
                    let end = rect.y + rect.height - y < EDGE && !is("data-goes-on");
                    let start = y - rect.y < EDGE && rect.height > 4.0 * EDGE && !is("data-from-before");
                    let grip = if end {
                        Grip::End
                    } else if start {
                        Grip::Start
                    } else {
                        Grip::Move
                    };
                    (Some(event), grip, To::Hours(Times { from, to }))
                }
            }
        }
        None if in_lane => (None, Grip::Make, To::Days(down.day, down.day)),
        None if closest(event, ".time-grid__day").is_some() => {
            (None, Grip::Make, To::Hours(Times { from: down, to: down }))
        }
        None => return,
    };
    grid.drag.set(Some(Drag { event, to: was, is_moving: false, grip, was, down, point: (x, y), columns }));
}

/// The pointer moved.
pub(super) fn moved(grid: Grid, event: &PointerEvent) {
    let Some(mut drag) = grid.drag.get_untracked() else { return };
    if event.buttons() == 0 {
        grid.drag.set(None);
        return;
    }
    let point = (f64::from(event.client_x()), f64::from(event.client_y()));
    let begins = !drag.is_moving;
    if begins {
        if (point.0 - drag.point.0).hypot(point.1 - drag.point.1) < FAR {
            return;
        }
        drag.is_moving = true;
        if let Some(root) = grid.root.get_untracked() {
            // Fails only for a pointer that is already gone, which drags nothing.
            let _ = root.set_pointer_capture(event.pointer_id());
        }
    }
    drag.point = point;
    let Some(at) = wall_at(grid, &drag.columns, point.0, point.1) else { return };
    let to = meant(&drag, at);
    let changed = begins || to != drag.to;
    drag.to = to;
    if changed {
        grid.drag.set(Some(drag));
    } else {
        grid.drag.update_untracked(|it| *it = Some(drag));
    }
    if begins {
        scroll_along(grid);
    }
}

fn meant(drag: &Drag, at: Wall) -> To {
    match drag.was {
        To::Hours(was) => To::Hours(dragged(drag.grip, was, drag.down, at)),
        To::Days(first, last) => {
            let (first, last) = dragged_days(drag.grip, (first, last), drag.down.day, at.day);
            To::Days(first, last)
        }
    }
}

/// While the pointer is at the upper or lower edge, the hours go by under it.
fn scroll_along(grid: Grid) {
    request_animation_frame(move || {
        let Some(drag) = grid.drag.try_get_untracked().flatten().filter(|drag| drag.is_moving) else { return };
        let root = grid.root.try_get_untracked().flatten();
        let hours = grid.hours.try_get_untracked().flatten();
        if let (Some(root), Some(hours), To::Hours(_)) = (root, hours, drag.was) {
            let (rect, top) = (dom::rect_of(&root), dom::rect_of(&hours).y);
            // The heads stand over the hours.
            let upper = rect.y.max(top + f64::from(root.scroll_top()));
            let by = if drag.point.1 < upper + NEAR {
                -SCROLL
            } else if drag.point.1 > rect.y + rect.height - NEAR {
                SCROLL
            } else {
                0
            };
            if by != 0 {
                root.set_scroll_top(root.scroll_top() + by);
                if let Some(at) = wall_at(grid, &drag.columns, drag.point.0, drag.point.1) {
                    let to = meant(&drag, at);
                    if to != drag.to {
                        grid.drag.try_set(Some(Drag { to, ..drag }));
                    }
                }
            }
        }
        scroll_along(grid);
    });
}

/// The pointer let go.
pub(super) fn up(grid: Grid, _event: &PointerEvent) {
    let Some(drag) = grid.drag.get_untracked() else { return };
    grid.drag.set(None);
    if !drag.is_moving {
        return;
    }
    grid.dragged.set_value(true);
    match (drag.event, drag.to) {
        (None, To::Hours(times)) => grid.desk.make(clock::instant(times.from), clock::instant(times.to), false),
        (None, To::Days(first, last)) => grid.desk.make(midnight(first), midnight(last + 1), true),
        (Some(event), to) if to != drag.was => place(grid, &event, drag.grip, to),
        (Some(_), _) => {}
    }
}

/// Puts an event where it was dragged or moved by keys to. What is moved lasts as long as it did, also over a change of
/// clocks.
pub(super) fn place(grid: Grid, event: &Arc<Event>, grip: Grip, to: To) {
    let (start, end) = match (to, grip) {
        (To::Hours(times), Grip::Move) => {
            let start = clock::instant(times.from);
            (start, start + event.end - event.start)
        }
        (To::Hours(times), Grip::Start) => (clock::instant(times.from), event.end),
        (To::Hours(times), Grip::End | Grip::Make) => (event.start, clock::instant(times.to)),
        (To::Days(first, last), _) if event.all_day => (midnight(first), midnight(last + 1)),
        (To::Days(first, _), _) => {
            let start = clock::instant(Wall { day: first, ..clock::wall(event.start) });
            (start, start + event.end - event.start)
        }
    };
    grid.desk.place(event, start, end);
}

/// A press: an event opens; a half hour gets the cursor, and once it has it, a new event.
pub(super) fn click(grid: Grid, event: &MouseEvent) {
    // The click that ends a drag is none.
    if grid.dragged.get_value() {
        return grid.dragged.set_value(false);
    }
    if let Some(element) = closest(event, ".event[data-event]") {
        // The second of two presses: the form that the first has opened may have moved another event under it.
        if event.detail() > 1 && grid.desk.editing.with_untracked(Option::is_some) {
            return;
        }
        if let Some(event) = element.get_attribute("data-event").and_then(|id| grid.event(&id)) {
            let day = closest_day(grid, &element).unwrap_or_else(|| clock::wall(event.start).day);
            let at = if element.get_attribute("data-look").as_deref() == Some("bar") {
                At::Banner(event.id.clone())
            } else {
                At::Event(event.id.clone())
            };
            grid.point(Cursor { day, at });
            grid.desk.open(&event);
        }
        return;
    }
    if target(event).is_some_and(|target| target.id() == SLOT_ID) {
        super::keys::activate(grid);
        return;
    }
    if let Some(day) = closest(event, ".time-grid__whole").as_ref().and_then(day_of) {
        grid.point(Cursor { day, at: At::Whole });
    } else if let Some(day) = closest(event, ".time-grid__day").as_ref().and_then(day_of) {
        let at = wall_at(grid, &columns(grid), f64::from(event.client_x()), f64::from(event.client_y()));
        let minute = at.map_or(0, |at| at.minute).min(DAY_MINUTES - 1) / SLOT * SLOT;
        grid.point(Cursor { day, at: At::Slot(minute) });
    } else {
        return;
    }
    grid.desk.select(None);
}

fn closest_day(grid: Grid, element: &Element) -> Option<Day> {
    let column = element.closest("[data-day]").ok().flatten();
    column.as_ref().and_then(day_of).or_else(|| {
        // A bar: the first of its days that is shown.
        grid.lane.with_untracked(|lane| {
            let id = element.get_attribute("data-event")?;
            let banner = lane.banners.iter().find(|it| it.event.id.as_str() == id)?;
            grid.days.with_untracked(|days| days.get(banner.bar.first).copied())
        })
    })
}

/// A finger that goes sideways.
#[derive(Clone, Copy)]
pub(in crate::calendar) struct Swipe {
    start: StoredValue<Option<(f64, f64)>>,
}

impl Swipe {
    /// How far it must go, in pixels.
    const FAR: f64 = 56.0;

    pub(in crate::calendar) fn new() -> Self {
        Self { start: StoredValue::new(None) }
    }

    /// It came down; a second one is no swipe.
    pub(in crate::calendar) fn start(self, event: &TouchEvent) {
        let touches = event.touches();
        let point = touches.item(0).filter(|_| touches.length() == 1);
        self.start.set_value(point.map(|touch| (f64::from(touch.client_x()), f64::from(touch.client_y()))));
    }

    /// It was lifted: a page on, or back.
    pub(in crate::calendar) fn end(self, event: &TouchEvent) -> Option<i64> {
        let (x, y) = self.start.try_update_value(Option::take).flatten()?;
        let touch = event.changed_touches().item(0)?;
        let (dx, dy) = (f64::from(touch.client_x()) - x, f64::from(touch.client_y()) - y);
        let is_meant = dx.abs() >= Self::FAR && dx.abs() > 2.0 * dy.abs();
        is_meant.then_some(if (dx < 0.0) == is_rtl() { -1 } else { 1 })
    }
}
