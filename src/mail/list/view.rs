//! The scrolled view of a list: what is in it, where its rows are drawn, and that nothing on screen moves
//! when rows come and go above. Joins [`layout`](super::layout) and [`scroll`](super::scroll) to the
//! element; rows and their words are [`grid`](super::grid)'s.

use std::ops::Range;
use std::time::Duration;

use jmap::Id;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

use super::layout::{self, Heights, Layout};
use super::scroll::{Scroll, native_height};
use crate::locale::dates;
use crate::records::{EmailWindow, WindowChange};
use crate::ui::now;

/// Rows drawn beyond either edge.
const SPARE: usize = 6;
/// How long scrolling must rest before rows are asked for.
const REST: Duration = Duration::from_millis(60);

/// One row of those drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// The row's key; `None` while that part of the list is not known.
    pub(super) key: Option<Id>,
    /// Its place in the list.
    pub(super) index: usize,
}

/// The view. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct ListView {
    window: EmailWindow,
    /// The element that scrolls.
    pub(super) scroller: NodeRef<html::Div>,
    /// What is scrolled, as high as the list.
    pub(super) room: NodeRef<html::Div>,
    /// Elements whose heights are those of rows and heads.
    pub(super) probe: NodeRef<html::Div>,
    layout: RwSignal<Layout>,
    scroll: RwSignal<Scroll>,
    height: RwSignal<f64>,
    /// How much higher than their place rows are drawn: other than nought only in lists past the browser's limits.
    offset: Memo<f64>,
    /// Heads are days, which only a list sorted by date has.
    by_date: bool,
    /// Counts the ways to rows, by keys and clicks.
    ways: StoredValue<u64>,
    shown_at: StoredValue<f64>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl ListView {
    /// Rows stand under heads that say their day.
    pub(super) fn has_days(self) -> bool {
        self.by_date
    }

    /// A view of a list; `by_date` if it has days.
    pub(super) fn new(window: EmailWindow, by_date: bool) -> Self {
        let heights = Heights { row: 74.0, head: if by_date { 26.0 } else { 0.0 } };
        let scroll = RwSignal::new(Scroll::default());
        let view = Self {
            window,
            scroller: NodeRef::new(),
            room: NodeRef::new(),
            probe: NodeRef::new(),
            layout: RwSignal::new(Layout::new(0, heights, Vec::new())),
            scroll,
            height: RwSignal::new(720.0),
            offset: Memo::new(move |_| scroll.get().offset()),
            by_date,
            ways: StoredValue::new(0),
            shown_at: StoredValue::new(f64::MIN),
            timer: StoredValue::new(None),
        };
        // Each time, not `on_load`: the rows are drawn anew after an empty or failed list, as high and where one was.
        Effect::new(move |_| {
            if view.scroller.get().is_some() {
                untrack(move || view.observe());
            }
        });
        Effect::new(move |_| {
            if view.room.get().is_some() {
                untrack(move || {
                    view.size_room();
                    view.put_native(view.scroll.get_untracked());
                });
            }
        });
        let total = window.total();
        Effect::new(move |_| {
            total.track();
            window.track();
            view.settle(None);
        });
        window.on_change(move |change| view.settle(Some(change)));
        on_cleanup(move || {
            if let Some(timer) = view.timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
        });
        view
    }

    /// Measures with the next frame, and whenever the pane or the row's height changes. Not at once: the page would be
    /// laid out before the first rows are asked for.
    fn observe(self) {
        let measure = move || self.measure();
        let callback = Closure::<dyn Fn()>::new(measure);
        let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
        let probes = self.probe.get_untracked().map(|probe| probe.children());
        if let Some(scroller) = self.scroller.get_untracked() {
            observer.observe(&scroller);
        }
        for place in 0..probes.as_ref().map_or(0, web_sys::HtmlCollection::length) {
            if let Some(element) = probes.as_ref().and_then(|probes| probes.item(place)) {
                observer.observe(&element);
            }
        }
        let kept = StoredValue::new_local((observer, callback));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    }

    fn measure(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = f64::from(scroller.client_height());
        if height > 0.0 {
            self.height.set(height);
        }
        let child = |place: u32| {
            let probe = self.probe.get_untracked()?;
            Some(probe.children().item(place)?.get_bounding_client_rect().height())
        };
        let row = child(0).filter(|row| *row > 0.0);
        let head = if self.by_date { child(1) } else { Some(0.0) };
        if let (Some(row), Some(head)) = (row, head) {
            let heights = Heights { row, head };
            self.layout.with_untracked(|layout| layout.heights() != heights).then(|| {
                let old = self.layout.get_untracked();
                let new = Layout::new(old.total(), heights, old.heads().to_vec());
                self.lay_out(new, |index| index);
            });
        }
        self.ask();
    }

    // --- what is drawn -----------------------------------------------------------------------

    /// The rows in view and a few beyond, and `also` wherever it is.
    pub(super) fn slots(self, also: Signal<Option<Id>>) -> Memo<Vec<Slot>> {
        let visible = self.visible(SPARE);
        Memo::new(move |_| {
            self.window.track();
            let range = visible.get();
            let slot = |index: usize| Slot { key: self.window.row_now(index).map(|row| row.key), index };
            let mut slots: Vec<Slot> = range.clone().map(slot).collect();
            // The row with the focus stays in the page wherever one scrolls: keys and screen readers are there.
            let also = also.get().and_then(|key| Some((self.window.index_of(&key)?, key)));
            if let Some((index, key)) = also.filter(|(index, _)| !range.contains(index)) {
                let place = if index < range.start { 0 } else { slots.len() };
                slots.insert(place, Slot { key: Some(key), index });
            }
            slots
        })
    }

    /// The rows that begin a day, of those in view.
    pub(super) fn heads(self) -> Memo<Vec<usize>> {
        let visible = self.visible(SPARE);
        Memo::new(move |_| {
            let range = visible.get();
            self.layout.with(|layout| range.filter(|index| layout.has_head(*index)).collect())
        })
    }

    fn visible(self, spare: usize) -> Memo<Range<usize>> {
        Memo::new(move |_| {
            let (top, height) = (self.scroll.get().top, self.height.get());
            self.layout.with(|layout| layout.visible(top, height, spare))
        })
    }

    /// The row first in view, for the head that sticks.
    pub(super) fn first(self) -> Memo<Option<usize>> {
        Memo::new(move |_| {
            let top = self.scroll.get().top;
            self.layout.with(|layout| (layout.total() > 0 && layout.heights().head > 0.0).then(|| layout.at(top)))
        })
    }

    /// The first row that is whole in view.
    pub(super) fn first_whole(self) -> usize {
        let top = self.scroll.get_untracked().top;
        self.layout.with_untracked(|layout| {
            let first = layout.at(top);
            if layout.top(first) < top && first + 1 < layout.total() { first + 1 } else { first }
        })
    }

    /// Where a row is drawn, in pixels from the upper edge of the room.
    pub(super) fn row_top(self, index: usize) -> f64 {
        self.layout.with(|layout| layout.top(index)) - self.offset.get()
    }

    /// A head stands above this row, or nothing.
    pub(super) fn is_first(self, index: usize) -> bool {
        index == 0 || self.layout.with(|layout| layout.has_head(index))
    }

    /// Where the head above a row is drawn.
    pub(super) fn head_top(self, index: usize) -> f64 {
        self.layout.with(|layout| layout.outer_top(index)) - self.offset.get()
    }

    /// How far the next head pushes the one that sticks.
    pub(super) fn pushed(self) -> Memo<f64> {
        Memo::new(move |_| {
            let top = self.scroll.get().top;
            self.layout.with(|layout| {
                if layout.total() == 0 {
                    return 0.0;
                }
                let next = layout.at(top) + 1;
                let head = layout.heights().head;
                if next < layout.total() && layout.has_head(next) {
                    (layout.outer_top(next) - top - head).min(0.0)
                } else {
                    0.0
                }
            })
        })
    }

    /// The list is scrolled to its upper end.
    pub(super) fn is_at_top(self) -> Memo<bool> {
        Memo::new(move |_| self.scroll.get().top < 4.0)
    }

    /// Rows of a page.
    pub(super) fn page(self) -> usize {
        self.layout.with_untracked(|layout| layout.page(self.height.get_untracked()))
    }

    /// The day of a row, in words.
    pub(super) fn day(self, index: usize) -> Option<String> {
        let row = self.window.row_now(index)?;
        Some(dates::group(row.email.received_at.millis() as f64, dates::now()))
    }

    // --- scrolling ---------------------------------------------------------------------------

    /// The browser has scrolled.
    pub(super) fn scrolled(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = self.layout.with_untracked(Layout::height);
        let before = self.scroll.get_untracked();
        let after = before.scrolled(f64::from(scroller.scroll_top()), height, self.height.get_untracked());
        if after != before {
            self.scroll.set(after);
            self.ask();
        }
    }

    /// Scrolls as little as is needed to show a row whole.
    pub(super) fn reveal(self, index: usize) {
        let (top, height) = (self.scroll.get_untracked().top, self.height.get_untracked());
        let to = self.layout.with_untracked(|layout| layout.reveal(index, top, height));
        if (to - top).abs() > 0.5 {
            self.scroll_to(to);
        }
    }

    /// Scrolls to a position in the list.
    pub(super) fn scroll_to(self, top: f64) {
        let height = self.layout.with_untracked(Layout::height);
        let to = Scroll::to(top, height, self.height.get_untracked());
        self.scroll.set(to);
        self.put_native(to);
        self.ask();
    }

    /// Begins a way to a row that may not be known yet; the one before ends.
    pub(super) fn set_out(self) -> u64 {
        self.ways.update_value(|ways| *ways += 1);
        self.ways.get_value()
    }

    /// One has not gone elsewhere since.
    pub(super) fn is_on(self, way: u64) -> bool {
        self.ways.get_value() == way
    }

    fn size_room(self) {
        if let Some(room) = self.room.get_untracked() {
            let height = native_height(self.layout.with_untracked(Layout::height));
            let room: &HtmlElement = &room;
            let _ = room.style().set_property("block-size", &format!("{}px", height.ceil()));
        }
    }

    fn put_native(self, to: Scroll) {
        if let Some(scroller) = self.scroller.get_untracked() {
            scroller.set_scroll_top(to.native.round() as i32);
        }
    }

    /// Asks for the rows in view: at once after a rest, so that a jump does not wait, else when it rests.
    fn ask(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let ask = move || {
            let (top, height) = (self.scroll.get_untracked().top, self.height.get_untracked());
            let range = self.layout.with_untracked(|layout| match layout.total() {
                0 => 0..((height / layout.heights().row).ceil() as usize).max(1),
                _ => layout.visible(top, height, SPARE),
            });
            self.window.show(range);
            if top < 4.0 {
                self.window.seen_top();
            }
        };
        let rested = now() - self.shown_at.get_value() > REST.as_secs_f64() * 1_000.0;
        self.shown_at.set_value(now());
        if rested {
            ask();
        } else {
            self.timer.set_value(set_timeout_with_handle(ask, REST).ok());
        }
    }

    // --- staying put -------------------------------------------------------------------------

    /// The list changed, or more of it is known: finds the days anew and keeps what is read where it is.
    fn settle(self, change: Option<&WindowChange>) {
        let total = self.window.total().get_untracked().unwrap_or_default();
        let old = self.layout.get_untracked();
        let moved = |index: usize| change.map_or(index, |change| change.moved(index));
        let mut heads: Vec<usize> = old.heads().iter().map(|head| moved(*head)).filter(|head| *head < total).collect();
        if self.by_date {
            let (top, height) = (self.scroll.get_untracked().top, self.height.get_untracked());
            let known = Layout::new(total, old.heights(), Vec::new()).visible(
                top + change.map_or(0.0, |change| change.shift as f64 * old.heights().row),
                height,
                4 * SPARE,
            );
            heads.retain(|head| !known.contains(head));
            let now = dates::now();
            let day = |index| {
                let received = self.window.received_at(index)?;
                Some(dates::group_number(received.millis() as f64, now))
            };
            let mut before = known.start.checked_sub(1).and_then(day);
            for index in known {
                let day = day(index);
                if index == 0 || (before.is_some() && day.is_some() && day != before) {
                    heads.push(index);
                }
                before = day;
            }
            heads.sort_unstable();
            heads.dedup();
        }
        let new = Layout::new(total, old.heights(), heads);
        if new != old || change.is_some() {
            self.lay_out(new, moved);
        }
    }

    fn lay_out(self, new: Layout, moved: impl Fn(usize) -> usize) {
        let old = self.layout.get_untracked();
        let before = self.scroll.get_untracked();
        let by = layout::shift(&old, &new, before.top, moved);
        let height = new.height();
        let first = old.total() == 0 && new.total() > 0;
        self.layout.set(new);
        self.size_room();
        if by.abs() > 0.5 {
            let to = Scroll::to(before.top + by, height, self.height.get_untracked());
            self.scroll.set(to);
            self.put_native(to);
        }
        if first || by.abs() > 0.5 {
            self.ask();
        }
    }
}
