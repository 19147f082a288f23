//! What will be where the pointer lets go, or is being made: a shape without substance. Hidden from screen readers, to
//! whom the form or the toast says it.

use leptos::prelude::*;

use super::Grid;
use super::pointer::To;
use crate::calendar::clock;
use crate::calendar::day::{DAY_MINUTES, Day};
use crate::calendar::desk::Editing;
use crate::calendar::drag::Times;
use crate::calendar::placing::Wall;
use crate::locale::t;
use crate::records::Millis;
use crate::ui::Hue;

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    to: To,
    title: String,
    hue: Hue,
}

fn shape(grid: Grid) -> Option<Shape> {
    let desk = grid.desk;
    let own = || desk.default_calendar().map_or(Hue::Slate, |calendar| crate::calendar::desk::calendar_hue(&calendar));
    if let Some(drag) = grid.drag.get().filter(|drag| drag.is_moving) {
        return Some(match &drag.event {
            Some(event) => Shape { to: drag.to, title: desk.title(event), hue: desk.hue(event) },
            None => Shape { to: drag.to, title: t("calendar.newEvent"), hue: own() },
        });
    }
    let made = |editing: Option<Editing>| match editing {
        Some(Editing::New { start, end, all_day, title }) => Some((start, end, all_day, title)),
        Some(Editing::Event(_)) | None => None,
    };
    let (start, end, all_day, title) = made(desk.quick.get()).or_else(|| made(desk.editing.get()))?;
    let title = if title.is_empty() { t("calendar.newEvent") } else { title };
    Some(Shape { to: to(start, end, all_day), title, hue: own() })
}

fn to(start: Millis, end: Millis, all_day: bool) -> To {
    let (from, to) = (clock::wall(start), clock::wall(end));
    if all_day {
        To::Days(from.day, if to.minute == 0 && to.day > from.day { to.day - 1 } else { to.day })
    } else {
        To::Hours(Times { from, to })
    }
}

/// The shape in a column.
#[component]
pub(super) fn Ghost(grid: Grid, day: Day) -> impl IntoView {
    let here = Memo::new(move |_| {
        let shape = shape(grid)?;
        let To::Hours(times) = shape.to else { return None };
        let midnight = Wall { day, minute: 0 }.total();
        let from = (times.from.total() - midnight).max(0);
        let to = (times.to.total() - midnight).min(DAY_MINUTES);
        (from < to).then_some((from, to, times, shape.title, shape.hue))
    });
    move || {
        let (from, to, times, title, hue) = here.get()?;
        Some(view! {
            <div
                class="event"
                aria-hidden="true"
                data-ghost
                data-look="block"
                data-hue=hue.as_str()
                style:--from=from.to_string()
                style:--to=to.to_string()
            >
                <b class="event__title">{title}</b>
                <span class="event__line">{clock::span_words(times.from, times.to)}</span>
            </div>
        })
    }
}

/// The shape over whole days.
#[component]
pub(super) fn WholeGhost(grid: Grid) -> impl IntoView {
    let here = Memo::new(move |_| {
        let shape = shape(grid)?;
        let To::Days(first, last) = shape.to else { return None };
        let days = grid.days.get();
        let (from, to) = days.first().copied().zip(days.last().copied())?;
        (first <= to && last >= from).then(|| (first.max(from) - from, last.min(to) - from, shape.title, shape.hue))
    });
    move || {
        let (first, last, title, hue) = here.get()?;
        Some(view! {
            <div
                class="time-grid__bar"
                aria-hidden="true"
                style:grid-column=format!("{} / {}", first + 2, last + 3)
                style:grid-row="1"
            >
                <div class="event" data-ghost data-look="bar" data-hue=hue.as_str()>
                    <b class="event__title">{title}</b>
                </div>
            </div>
        })
    }
}
