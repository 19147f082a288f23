//! A month, a row a week: bars over days and lines for what has a time, "+n" for the rest. Pattern: WAI-ARIA grid, one
//! tab stop, the day or event under the cursor by `aria-activedescendant`. Name: the month; a cell by its day.
//!
//! | key | does |
//! |---|---|
//! | arrows | to the day beside, above, below; past the edge to the next month |
//! | Ctrl ArrowDown, ArrowUp | to the next event, the one before |
//! | Home, End | to the first day of the week, the last |
//! | PageDown, PageUp | the same day of the next month, the one before |
//! | Enter, Space | opens the event; on a day makes one |
//! | Alt arrows | move the event by a day, by a week |
//! | Delete, Backspace | deletes the event |

use std::sync::Arc;

use jmap::Id;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

use super::clock;
use super::day::{self, Day};
use super::desk::{CalendarDesk, Editing, midnight};
use super::drag::Grip;
use super::event_block::{EventBlock, Look};
use super::grid::{FailedNotice, Swipe};
use super::more::{More, MoreAsked};
use super::placing::{self, Banner, Lane, Stand, Wall, stand};
use crate::locale::{dates, t, t_count, t_with};
use crate::records::{Event, Load};
use crate::routes::CalendarView;
use crate::ui::{Anchor, dom, is_rtl};

/// How far, in pixels, the pointer goes before it drags.
const FAR: f64 = 4.0;

/// What the keyboard is on.
#[derive(Clone, Debug, PartialEq)]
struct Cursor {
    day: Day,
    /// `None`: the day itself.
    event: Option<Id>,
}

/// What is dragged, and from which day to which.
#[derive(Clone, Debug, PartialEq)]
struct Drag {
    /// `None`: days for a new event.
    event: Option<Arc<Event>>,
    down: Day,
    at: Day,
    point: (f64, f64),
    is_moving: bool,
}

/// What the parts share. `Copy`.
#[derive(Clone, Copy)]
struct Month {
    desk: CalendarDesk,
    month: Memo<Day>,
    /// The first days of the weeks.
    weeks: Memo<Vec<Day>>,
    events: Memo<Arc<Vec<Arc<Event>>>>,
    cursor: RwSignal<Cursor>,
    drag: RwSignal<Option<Drag>>,
    dragged: StoredValue<bool>,
    /// Rows of events that a cell has room for.
    rows: RwSignal<usize>,
    more: RwSignal<Option<MoreAsked>, LocalStorage>,
    root: NodeRef<html::Div>,
    first_weekday: u32,
}

fn cell_id(day: Day) -> String {
    format!("day-{day}")
}

fn event_id(week: Day, id: &Id) -> String {
    format!("month-{week}-{id}")
}

/// The month.
#[component]
pub(super) fn MonthGrid(month: Memo<Day>) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let first_weekday = dates::first_weekday();
    let weeks = Memo::new(move |_| day::month_weeks(month.get(), first_weekday));
    let ends = Memo::new(move |_| {
        weeks.with(|weeks| weeks.first().copied().zip(weeks.last().copied())).map_or((0, 0), |(a, b)| (a, b + 6))
    });
    let loaded = desk.events(ends);
    let events = Memo::new(move |_| loaded.with(|loaded| loaded.ready().cloned()).unwrap_or_default());
    let grid = Month {
        desk,
        month,
        weeks,
        events,
        cursor: RwSignal::new(Cursor { day: desk.date.get_untracked(), event: None }),
        drag: RwSignal::new(None),
        dragged: StoredValue::new(false),
        rows: RwSignal::new(4),
        more: RwSignal::new_local(None),
        root: NodeRef::new(),
        first_weekday,
    };
    // The cursor goes where one goes.
    Effect::new(move |_| {
        let date = desk.date.get();
        if grid.cursor.with_untracked(|cursor| cursor.day != date) {
            grid.cursor.set(Cursor { day: date, event: None });
        }
    });
    measure(grid);
    let is_loading = Memo::new(move |_| loaded.with(|loaded| matches!(loaded, Load::Loading)));
    let failure = Memo::new(move |_| match loaded.get() {
        Load::Failed(failure) => Some(failure),
        Load::Loading | Load::Ready(_) | Load::Missing => None,
    });
    let swipe = Swipe::new();
    view! {
        {move || failure.get().map(|failure| view! { <FailedNotice desk failure /> })}
        <div
            class="month-grid"
            role="grid"
            tabindex="0"
            aria-label=move || dates::month_year(midnight(month.get()))
            aria-describedby="month-keys"
            aria-activedescendant=move || descendant(grid)
            aria-busy=move || is_loading.get().to_string()
            data-dragging=move || grid.drag.with(|drag| drag.as_ref().is_some_and(|it| it.is_moving)).then_some("")
            node_ref=grid.root
            on:keydown=move |event| press(grid, &event)
            on:focus=move |_| reveal(grid)
            on:pointerdown=move |event| down(grid, &event)
            on:pointermove=move |event| moved(grid, &event)
            on:pointerup=move |_| up(grid)
            on:pointercancel=move |_| grid.drag.set(None)
            on:click=move |event| click(grid, &event)
            on:touchstart=move |event| swipe.start(&event)
            on:touchend=move |event| if let Some(by) = swipe.end(&event) { desk.step(by) }
        >
            <div class="month-grid__heads" role="row">
                {(0..7)
                    .map(|at| {
                        let day = midnight(day::week_start(0, first_weekday) + at);
                        view! {
                            <div class="month-grid__head" role="columnheader" aria-label=dates::weekday(day)>
                                {dates::weekday_short(day)}
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
            <div class="month-grid__weeks" role="rowgroup">
                <For each=move || weeks.get() key=|week| *week let:week>
                    <Week grid week />
                </For>
            </div>
        </div>
        <p id="month-keys" hidden>{t("calendar.monthKeysHint")}</p>
        <More asked=grid.more />
    }
}

/// A week: its days, then what is over them.
#[component]
fn Week(grid: Month, week: Day) -> impl IntoView {
    let days: Vec<Day> = (week..week + 7).collect();
    let of_week = days.clone();
    let lane = Memo::new(move |_| {
        let rows = grid.rows.get();
        grid.events.with(|events| placing::week(events, &of_week, rows, clock::wall))
    });
    let banners = Memo::new(move |_| lane.with(|lane: &Lane| lane.banners.clone()));
    let more = Memo::new(move |_| {
        lane.with(|lane: &Lane| {
            let of = lane.more.iter().cloned().enumerate();
            of.filter(|(_, events)| !events.is_empty()).collect::<Vec<_>>()
        })
    });
    let key =
        |it: &Banner| (it.event.id.clone(), it.bar.row, it.bar.first, it.bar.last, Arc::as_ptr(&it.event) as usize);
    let count = move |at: usize| {
        lane.with(|lane: &Lane| {
            let here = lane.banners.iter().filter(|it| (it.bar.first..=it.bar.last).contains(&at)).count();
            here + lane.more.get(at).map_or(0, Vec::len)
        })
    };
    view! {
        <div class="month-grid__week" role="row">
            {days
                .into_iter()
                .enumerate()
                .map(|(at, day)| view! { <Cell grid day at count=Signal::derive(move || count(at)) /> })
                .collect_view()}
            <For each=move || banners.get() key=key let:banner>
                <Bar grid week banner />
            </For>
            {move || {
                let row = grid.rows.get() + 1;
                more.get()
                    .into_iter()
                    .map(|(at, events)| {
                        let day = week + at as Day;
                        let words = t_count("calendar.more", events.len() as u64, &[]);
                        let name = t_count("calendar.moreEvents", events.len() as u64, &[]);
                        let ask = move |event: ev::MouseEvent| {
                            event.stop_propagation();
                            grid.more.set(Some(MoreAsked { day, events: events.clone(), anchor: Anchor::of(&event) }));
                        };
                        view! {
                            <div class="month-grid__bar" role="gridcell" style:grid-column=(at + 1).to_string() style:grid-row=row.to_string()>
                                <div class="more-mark" role="button" id=format!("more-{day}") aria-label=name on:click=ask>
                                    {words}
                                </div>
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// A day.
#[component]
fn Cell(grid: Month, day: Day, at: usize, count: Signal<usize>) -> impl IntoView {
    let desk = grid.desk;
    let date = day::date(day);
    let label = move || {
        let events = t_count("calendar.events", count.get() as u64, &[]);
        t_with("calendar.dayWith", &[("day", &clock::day_words(day)), ("events", &events)])
    };
    let is_meant = Memo::new(move |_| {
        let is_made = desk.quick.with(|quick| match quick {
            Some(Editing::New { start, end, .. }) => (dates::day(*start)..=dates::day(*end - 1.0)).contains(&day),
            Some(Editing::Event(_)) | None => false,
        });
        is_made
            || grid.drag.with(|drag| match drag {
                Some(Drag { event: None, down, at, is_moving: true, .. }) => {
                    (*down.min(at)..=*down.max(at)).contains(&day)
                }
                Some(Drag { event: Some(event), down, at, is_moving: true, .. }) => {
                    let (first, last) = placing::touched(stand(event, clock::wall));
                    (first + at - down..=last + at - down).contains(&day)
                }
                _ => false,
            })
    });
    // The first of a month says which; drawn by the sheet, since the cell's name says it in full.
    let words = (date.day == 1).then(|| dates::day_month_short(midnight(day)));
    let number = words.is_none().then(|| date.day.to_string());
    // The number of the week that the row's Thursday is in.
    let thursday = day + (3 - Day::from(day::weekday(day))).rem_euclid(7);
    let week = (at == 0).then(|| day::week_number(thursday).to_string());
    view! {
        <div
            class="month-grid__day"
            role="gridcell"
            id=cell_id(day)
            aria-label=label
            aria-current=move || (desk.today.get() == day).then_some("date")
            data-day=day.to_string()
            data-week=week
            data-other=move || (day::month_start(day) != grid.month.get()).then_some("")
            data-off=day::is_weekend(day).then_some("")
            data-meant=move || is_meant.get().then_some("")
            data-cursor=move || grid.cursor.with(|it| it.day == day && it.event.is_none()).then_some("")
            style:grid-column=(at + 1).to_string()
        >
            <span class="month-grid__date" data-words=words>{number}</span>
        </div>
    }
}

/// An event over one or more days.
#[component]
fn Bar(grid: Month, week: Day, banner: Banner) -> impl IntoView {
    let Banner { event, bar, is_whole } = banner;
    let look = if is_whole || bar.last > bar.first { Look::Bar } else { Look::Line };
    let (id, dragged) = (event.id.clone(), event.id.clone());
    let has_cursor = Memo::new(move |_| {
        let days = week + bar.first as Day..=week + bar.last as Day;
        grid.cursor.with(|it| it.event.as_ref() == Some(&id) && days.contains(&it.day))
    });
    let is_dragged = Memo::new(move |_| {
        grid.drag.with(|drag| {
            let held = drag.as_ref().filter(|it| it.is_moving).and_then(|it| it.event.as_ref());
            held.is_some_and(|event| event.id == dragged)
        })
    });
    view! {
        <div
            class="month-grid__bar"
            role="gridcell"
            aria-colspan=(bar.last - bar.first + 1).to_string()
            style:grid-column=format!("{} / {}", bar.first + 1, bar.last + 2)
            style:grid-row=(bar.row + 2).to_string()
        >
            <EventBlock
                id=event_id(week, &event.id)
                look=look
                event
                from_before=bar.from_before
                goes_on=bar.goes_on
                has_cursor
                is_dragged
            />
        </div>
    }
}

// --- room ------------------------------------------------------------------------------------

/// Finds how many rows of events a week has room for, and again whenever the page is another size.
fn measure(grid: Month) {
    let run = move || {
        let Some(root) = grid.root.try_get_untracked().flatten() else { return };
        let first = |selector: &str| root.query_selector(selector).ok().flatten();
        let (Some(week), Some(date)) = (first(".month-grid__week"), first(".month-grid__date")) else { return };
        let room = dom::rect_of(&week).height - dom::rect_of(&date).height - 6.0;
        let rows = ((room / (1.375 * dom::rem())).floor() as usize).clamp(1, 12);
        if grid.rows.try_get_untracked().is_some_and(|before| before != rows) {
            grid.rows.set(rows);
        }
    };
    Effect::new(move |_| {
        let Some(root) = grid.root.get() else { return };
        grid.weeks.track();
        let callback = Closure::<dyn Fn()>::new(run);
        let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
        observer.observe(&root);
        let kept = StoredValue::new_local((observer, callback));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}

// --- keys ------------------------------------------------------------------------------------

/// The element under the cursor, if it is there.
fn descendant(grid: Month) -> Option<String> {
    let cursor = grid.cursor.get();
    let week = day::week_start(cursor.day, grid.first_weekday);
    let shown = grid.weeks.with(|weeks| weeks.contains(&week));
    shown.then(|| cursor.event.map_or_else(|| cell_id(cursor.day), |id| event_id(week, &id)))
}

fn reveal(grid: Month) {
    request_animation_frame(move || {
        let Some(root) = grid.root.try_get_untracked().flatten() else { return };
        let Some(id) = root.get_attribute("aria-activedescendant") else { return };
        if let Some(element) = document().get_element_by_id(&id) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

/// All events shown, each on the first of its days in a week, in the order of reading.
fn places(grid: Month) -> Vec<Cursor> {
    let rows = grid.rows.get_untracked();
    let mut all = Vec::new();
    for week in grid.weeks.get_untracked() {
        let days: Vec<Day> = (week..week + 7).collect();
        let lane = grid.events.with_untracked(|events| placing::week(events, &days, rows, clock::wall));
        let mut banners = lane.banners;
        banners.sort_by_key(|it| (it.bar.first, it.bar.row));
        all.extend(
            banners.into_iter().map(|it| Cursor { day: week + it.bar.first as Day, event: Some(it.event.id.clone()) }),
        );
    }
    all
}

fn held(grid: Month, id: &str) -> Option<Arc<Event>> {
    grid.events.with_untracked(|events| events.iter().find(|event| event.id.as_str() == id).cloned())
}

fn press(grid: Month, event: &ev::KeyboardEvent) {
    if handled(grid, event) {
        event.prevent_default();
        event.stop_propagation();
    }
}

fn handled(grid: Month, event: &ev::KeyboardEvent) -> bool {
    let cursor = grid.cursor.get_untracked();
    let with_ctrl = event.ctrl_key() || event.meta_key();
    let ahead = if is_rtl() { -1 } else { 1 };
    let chosen = cursor.event.as_ref().and_then(|id| held(grid, id.as_str()));
    let by = match event.key().as_str() {
        "ArrowLeft" => Some(-ahead),
        "ArrowRight" => Some(ahead),
        "ArrowUp" => Some(-7),
        "ArrowDown" => Some(7),
        _ => None,
    };
    let key = event.key();
    match (key.as_str(), by) {
        ("Escape", _) => {
            let had = grid.drag.with_untracked(Option::is_some);
            grid.drag.set(None);
            return had;
        }
        ("ArrowUp" | "ArrowDown", _) if with_ctrl => {
            let mut all = places(grid);
            let is_past = |it: &Cursor| match &cursor.event {
                Some(_) => *it == cursor,
                None => false,
            };
            if key == "ArrowUp" {
                all.reverse();
            }
            let here = all.iter().position(is_past);
            let next = match here {
                Some(here) => all.into_iter().nth(here + 1),
                None if key == "ArrowUp" => all.into_iter().find(|it| it.day < cursor.day),
                None => all.into_iter().find(|it| it.day >= cursor.day),
            };
            if let Some(next) = next {
                grid.cursor.set(next);
                reveal(grid);
            }
        }
        (_, Some(by)) if event.alt_key() => {
            let Some(chosen) = chosen else { return false };
            shift(grid, &chosen, by);
            grid.cursor.set(Cursor { day: cursor.day + by, event: cursor.event });
        }
        (_, Some(by)) if !event.shift_key() => go(grid, cursor.day + by),
        ("Home", _) => go(grid, day::week_start(cursor.day, grid.first_weekday)),
        ("End", _) => go(grid, day::week_start(cursor.day, grid.first_weekday) + 6),
        ("PageUp", _) => go(grid, day::add_months(cursor.day, -1)),
        ("PageDown", _) => go(grid, day::add_months(cursor.day, 1)),
        ("Enter" | " ", _) => match chosen {
            Some(event) => grid.desk.open(&event),
            None => grid.desk.make(midnight(cursor.day), midnight(cursor.day + 1), true),
        },
        ("Delete" | "Backspace", _) => match chosen {
            Some(event) => grid.desk.delete(&event),
            None => return false,
        },
        _ => return false,
    }
    true
}

/// To a day; in another month, to that month. The address says which day.
fn go(grid: Month, day: Day) {
    grid.cursor.set(Cursor { day, event: None });
    grid.desk.go(CalendarView::Month, day);
    reveal(grid);
}

/// Moves an event by days; its time stays.
fn shift(grid: Month, event: &Arc<Event>, by: Day) {
    let moved = |at: Wall| Wall { day: at.day + by, ..at };
    let start = match stand(event, clock::wall) {
        Stand::Days(first, last) if event.all_day => {
            return grid.desk.place(event, midnight(first + by), midnight(last + by + 1));
        }
        Stand::Days(..) | Stand::Hours(..) => clock::instant(moved(clock::wall(event.start))),
    };
    grid.desk.place(event, start, start + event.end - event.start);
}

// --- pointer ---------------------------------------------------------------------------------

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// The day at a point of the screen, whatever lies over it.
fn day_at(grid: Month, x: f64, y: f64) -> Option<Day> {
    let root = grid.root.get_untracked()?;
    let is_here = |cell: &web_sys::HtmlElement| {
        let rect = dom::rect_of(cell);
        (rect.x..rect.x + rect.width).contains(&x) && (rect.y..rect.y + rect.height).contains(&y)
    };
    let cell = dom::all(&root, "[data-day]").into_iter().find(is_here)?;
    cell.get_attribute("data-day")?.parse().ok()
}

fn point(event: &web_sys::MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn down(grid: Month, event: &web_sys::PointerEvent) {
    grid.dragged.set_value(false);
    if event.button() != 0 || event.pointer_type() == "touch" || closest(event, ".more-mark").is_some() {
        return;
    }
    let point = point(event);
    let Some(day) = day_at(grid, point.0, point.1) else { return };
    let event = closest(event, ".event").and_then(|it| held(grid, &it.get_attribute("data-event")?));
    if event.as_ref().is_some_and(|event| !grid.desk.may_change(event)) {
        return;
    }
    grid.drag.set(Some(Drag { event, down: day, at: day, point, is_moving: false }));
}

fn moved(grid: Month, event: &web_sys::PointerEvent) {
    let Some(mut drag) = grid.drag.get_untracked() else { return };
    if event.buttons() == 0 {
        return grid.drag.set(None);
    }
    let (x, y) = point(event);
    if !drag.is_moving {
        if (x - drag.point.0).hypot(y - drag.point.1) < FAR {
            return;
        }
        drag.is_moving = true;
        if let Some(root) = grid.root.get_untracked() {
            // Fails only for a pointer that is already gone, which drags nothing.
            let _ = root.set_pointer_capture(event.pointer_id());
        }
    }
    drag.at = day_at(grid, x, y).unwrap_or(drag.at);
    if grid.drag.with_untracked(|before| before.as_ref() != Some(&drag)) {
        grid.drag.set(Some(drag));
    }
}

fn up(grid: Month) {
    let Some(drag) = grid.drag.get_untracked() else { return };
    grid.drag.set(None);
    if !drag.is_moving {
        return;
    }
    grid.dragged.set_value(true);
    match drag.event {
        None => {
            let (first, last) = super::drag::dragged_days(Grip::Make, (0, 0), drag.down, drag.at);
            grid.desk.make(midnight(first), midnight(last + 1), true);
        }
        Some(event) if drag.at != drag.down => shift(grid, &event, drag.at - drag.down),
        Some(_) => {}
    }
}

fn click(grid: Month, event: &ev::MouseEvent) {
    // The click that ends a drag is none.
    if grid.dragged.get_value() {
        return grid.dragged.set_value(false);
    }
    let (x, y) = point(event);
    let Some(day) = day_at(grid, x, y) else { return };
    if let Some(held) = closest(event, ".event").and_then(|it| held(grid, &it.get_attribute("data-event")?)) {
        grid.cursor.set(Cursor { day, event: Some(held.id.clone()) });
        return grid.desk.open(&held);
    }
    if closest(event, ".month-grid__date").is_some() {
        return grid.desk.go(CalendarView::Day, day);
    }
    // The second press on a day makes an event.
    let had = grid.cursor.get_untracked() == Cursor { day, event: None } && event.detail() > 1;
    grid.cursor.set(Cursor { day, event: None });
    grid.desk.select(None);
    if had {
        grid.desk.make(midnight(day), midnight(day + 1), true);
    }
}
