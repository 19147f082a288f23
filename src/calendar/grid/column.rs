//! A day's column: its events, the cursor, the now line, what is being dragged or made.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Grid, SLOT_ID, ghost};
use crate::calendar::clock;
use crate::calendar::cursor::{At, Cursor};
use crate::calendar::day::{self, Day};
use crate::calendar::event_block::{EventBlock, Look, Place};
use crate::calendar::layout::Stretch;
use crate::calendar::more::MoreAsked;
use crate::calendar::placing::{Column, Piece, Wall};
use crate::locale::{t_count, t_with};
use crate::records::Event;
use crate::ui::Anchor;

/// How high a line of words is, and what is above and below them, in pixels at the usual text size.
const LINE: f64 = 15.6;
const EDGE: f64 = 6.0;

/// The column.
#[component]
pub(super) fn DayColumn(grid: Grid, day: Day) -> impl IntoView {
    let desk = grid.desk;
    let column = Memo::new(move |_| {
        let at = grid.days.with(|days| days.iter().position(|it| *it == day));
        at.and_then(|at| grid.columns.with(|columns| columns.get(at).cloned())).unwrap_or_default()
    });
    let pieces = Memo::new(move |_| column.with(|column: &Column| column.pieces.clone()));
    let more = Memo::new(move |_| column.with(|column: &Column| column.more.clone()));
    let is_today = Memo::new(move |_| desk.today.get() == day);
    let slot = Memo::new(move |_| {
        grid.cursor.with(|cursor| match cursor {
            Some(Cursor { day: at, at: At::Slot(minute) }) if *at == day => Some(*minute),
            _ => None,
        })
    });
    let key = |it: &Piece| {
        let (stretch, block) = (it.stretch, it.block);
        let place = (stretch.from, stretch.to, block.lane, block.lanes, block.beside_more);
        (it.event.id.clone(), place, Arc::as_ptr(&it.event) as usize)
    };
    let label = move || {
        let count =
            pieces.with(Vec::len) + more.with(|more| more.iter().map(|(_, events)| events.len()).sum::<usize>());
        let events = t_count("calendar.events", count as u64, &[]);
        t_with("calendar.dayWith", &[("day", &clock::day_words(day)), ("events", &events)])
    };
    view! {
        <div
            class="time-grid__day"
            role="gridcell"
            aria-current=move || is_today.get().then_some("date")
            data-day=day.to_string()
            data-off=day::is_weekend(day).then_some("")
        >
            // Not its label: its name goes on with those of its events.
            <span class="visually-hidden">{label}</span>
            {move || slot.get().map(|minute| view! { <Slot grid day minute /> })}
            <For each=move || pieces.get() key=key let:piece>
                <Block grid day piece />
            </For>
            {move || {
                more.get()
                    .into_iter()
                    .map(|(stretch, events)| view! { <MoreMark grid day stretch events /> })
                    .collect_view()
            }}
            <ghost::Ghost grid day />
            {move || {
                let minute = is_today.get().then(|| clock::wall(desk.now.get()).minute)?;
                Some(view! { <div class="time-grid__now" aria-hidden="true" style:--from=minute.to_string()></div> })
            }}
        </div>
    }
}

/// The half hour under the cursor, or as much as it was lengthened to.
#[component]
fn Slot(grid: Grid, day: Day, minute: i64) -> impl IntoView {
    let to = move || (minute + grid.length.get()).min(day::DAY_MINUTES);
    let words = move || {
        let span = clock::span_words(Wall { day, minute }, Wall { day, minute: to() });
        t_with("calendar.newAt", &[("time", &span), ("day", &clock::day_words(day))])
    };
    view! {
        <div
            class="time-grid__slot"
            role="button"
            id=SLOT_ID
            aria-label=words
            style:--from=minute.to_string()
            style:--to=move || to().to_string()
        ></div>
    }
}

/// An event.
#[component]
fn Block(grid: Grid, day: Day, piece: Piece) -> impl IntoView {
    let Piece { event, stretch, block, from_before, goes_on } = piece;
    let (id, dragged) = (event.id.clone(), event.id.clone());
    let minutes = (stretch.to - stretch.from) as f64;
    let lines = Signal::derive(move || {
        let height = minutes / 60.0 * grid.hour.get() - 3.0 - EDGE;
        ((height / LINE).floor() as i64).max(1)
    });
    let has_cursor = Memo::new(move |_| {
        grid.cursor.with(|it| matches!(it, Some(Cursor { day: on, at: At::Event(at) }) if *on == day && *at == id))
    });
    let is_dragged = Memo::new(move |_| grid.drag.with(|drag| drag.as_ref().is_some_and(|it| it.carries(&dragged))));
    let place = Place {
        from: stretch.from,
        to: stretch.to,
        lane: block.lane,
        lanes: block.lanes,
        beside_more: block.beside_more,
    };
    view! {
        <EventBlock
            id=super::element_id(&Cursor { day, at: At::Event(event.id.clone()) })
            event
            look=Look::Block
            place
            lines
            from_before
            goes_on
            has_cursor
            is_dragged
        />
    }
}

/// "+n" beside those that have room.
#[component]
fn MoreMark(grid: Grid, day: Day, stretch: Stretch, events: Vec<Arc<Event>>) -> impl IntoView {
    let at = At::More(stretch.from);
    let id = super::element_id(&Cursor { day, at: at.clone() });
    let has_cursor = Memo::new(move |_| grid.cursor.with(|it| matches!(it, Some(it) if it.day == day && it.at == at)));
    let words = t_count("calendar.moreEvents", events.len() as u64, &[]);
    let count = format!("+{}", events.len());
    let ask = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        grid.more.set(Some(MoreAsked { day, events: events.clone(), anchor: Anchor::of(&event) }));
    };
    view! {
        <div
            class="more-mark"
            role="button"
            id=id
            aria-label=words
            data-in-column
            data-cursor=move || has_cursor.get().then_some("")
            style:--from=stretch.from.to_string()
            style:--to=stretch.to.to_string()
            on:click=ask
        >
            {count}
        </div>
    }
}
