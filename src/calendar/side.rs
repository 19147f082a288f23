//! Beside the calendar: New event, a month to go about in, and the calendars. Patterns: WAI-ARIA grid (the month),
//! checkboxes in named groups. Keys in the month: arrows by day and week, Page Up and Down by month, Enter goes there.

use jmap::Id;
use leptos::{ev, html, prelude::*};
use serde_json::json;

use super::day::{self, Day};
use super::desk::{CalendarDesk, calendar_hue, midnight};
use crate::locale::{dates, t};
use crate::records::Calendar;
use crate::routes::CalendarView;
use crate::shell::FrameState;
use crate::ui::{Button, ButtonKind, ButtonSize, Checkbox, IconButton, IconName};

/// The side.
#[component]
pub(super) fn Side() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let make = move |()| {
        if let Some(frame) = use_context::<FrameState>() {
            frame.drawer.set(false);
        }
        desk.make_here();
    };
    view! {
        <nav class="calendar-side" aria-label=t("calendar.places")>
            <div class="side__head">
                <Button kind=ButtonKind::Primary size=ButtonSize::Full icon=IconName::CalendarAdd on_press=make>
                    {t("calendar.newEvent")}
                </Button>
            </div>
            <MiniMonth />
            <Calendars />
        </nav>
    }
}

/// A small month: where one is, and a way to anywhere.
#[component]
fn MiniMonth() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let first_weekday = dates::first_weekday();
    // The day that keys stand on; it follows what is shown.
    let cursor = RwSignal::new(desk.date.get_untracked());
    Effect::new(move |_| cursor.set(desk.date.get()));
    let month = Memo::new(move |_| day::month_start(cursor.get()));
    let days = Memo::new(move |_| {
        let first = day::week_start(month.get(), first_weekday);
        (first..first + 42).collect::<Vec<Day>>()
    });
    let shown = Memo::new(move |_| {
        let date = desk.date.get();
        match desk.view.get() {
            CalendarView::Day => date..date + 1,
            CalendarView::WorkWeek | CalendarView::Week => {
                let first = day::week_start(date, first_weekday);
                first..first + 7
            }
            CalendarView::Month => date..date,
            CalendarView::Agenda => date..date + 14,
        }
    });
    let grid = NodeRef::<html::Div>::new();
    let go = move |to: Day| {
        let view = desk.view.get_untracked();
        desk.go(view, to);
        if let Some(frame) = use_context::<FrameState>() {
            frame.drawer.set(false);
        }
    };
    let step = move |to: Day| {
        cursor.set(to);
        request_animation_frame(move || {
            let cell = grid
                .try_get_untracked()
                .flatten()
                .and_then(|grid| grid.query_selector("[tabindex='0']").ok().flatten());
            if let Some(cell) = cell.and_then(|cell| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(cell).ok())
            {
                let _ = cell.focus();
            }
        });
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let at = cursor.get_untracked();
        let ahead = if crate::ui::dom::is_rtl() { -1 } else { 1 };
        let to = match event.key().as_str() {
            "ArrowLeft" => at - ahead,
            "ArrowRight" => at + ahead,
            "ArrowUp" => at - 7,
            "ArrowDown" => at + 7,
            "PageUp" => day::add_months(at, -1),
            "PageDown" => day::add_months(at, 1),
            "Home" => day::week_start(at, first_weekday),
            "End" => day::week_start(at, first_weekday) + 6,
            "Enter" | " " => {
                event.prevent_default();
                return go(at);
            }
            _ => return,
        };
        event.prevent_default();
        step(to);
    };
    let cell = move |date: Day| {
        view! {
            <div
                role="gridcell"
                class="mini-month__day"
                tabindex=move || if cursor.get() == date { "0" } else { "-1" }
                aria-label=dates::day_full(midnight(date))
                aria-current=move || (desk.today.get() == date).then_some("date")
                aria-selected=move || (desk.date.get() == date).to_string()
                data-shown=move || shown.get().contains(&date).then_some("")
                data-other=move || (day::month_start(date) != month.get()).then_some("")
                on:click=move |_| go(date)
            >
                {day::date(date).day}
            </div>
        }
    };
    view! {
        <section class="mini-month" aria-label=t("calendar.miniMonth")>
            <header class="mini-month__head">
                <b aria-live="polite">{move || dates::month_year(midnight(month.get()))}</b>
                <IconButton
                    name=t("calendar.previousMonth")
                    icon=IconName::ChevronLeft
                    small=true
                    on_press=move |()| cursor.update(|at| *at = day::add_months(*at, -1))
                />
                <IconButton
                    name=t("calendar.nextMonth")
                    icon=IconName::ChevronRight
                    small=true
                    on_press=move |()| cursor.update(|at| *at = day::add_months(*at, 1))
                />
            </header>
            <div role="grid" class="mini-month__grid" aria-label=move || dates::month_year(midnight(month.get())) node_ref=grid on:keydown=keydown>
                <div role="row" class="mini-month__week">
                    {(0..7)
                        .map(|at| {
                            let date = day::week_start(0, first_weekday) + at;
                            view! {
                                <span role="columnheader" aria-label=dates::weekday(midnight(date))>
                                    {dates::weekday_narrow(midnight(date))}
                                </span>
                            }
                        })
                        .collect_view()}
                </div>
                {move || {
                    days.get()
                        .chunks(7)
                        .map(|week| view! { <div role="row" class="mini-month__week">{week.iter().map(|date| cell(*date)).collect_view()}</div> })
                        .collect_view()
                }}
            </div>
        </section>
    }
}

/// The calendars, one's own and those of others; a mark shows or hides its events.
#[component]
fn Calendars() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let group = move |own: bool| {
        Memo::new(move |_| {
            desk.calendars.with(|all| {
                all.iter()
                    .filter(|it| it.my_rights.may_share == own || (own && it.is_default))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    };
    let (mine, others) = (group(true), group(false));
    let row = move |calendar: Calendar| {
        let id = Id::from(calendar.id.as_str());
        let own = calendar.id.clone();
        let shown = Memo::new(move |_| desk.calendar(own.as_str()).is_some_and(|calendar| calendar.is_visible));
        let hue = calendar_hue(&calendar);
        let change = move |is_visible: bool| {
            let patch = serde_json::Map::from_iter([("isVisible".to_owned(), json!(is_visible))]);
            desk.records.change_calendar(&id, patch);
        };
        view! {
            <li class="calendar-list__row">
                <Checkbox label=calendar.name.clone() checked=shown hue=hue on_change=change />
            </li>
        }
    };
    let key = |calendar: &Calendar| (calendar.id.clone(), calendar.name.clone(), calendar.color.clone());
    let list = move |words: &'static str, calendars: Memo<Vec<Calendar>>| {
        move || {
            (!calendars.with(Vec::is_empty)).then(|| {
                view! {
                    <section class="calendar-list">
                        <h2 class="calendar-list__head">{t(words)}</h2>
                        <ul aria-label=t(words)>
                            <For each=move || calendars.get() key=key children=row />
                        </ul>
                    </section>
                }
            })
        }
    };
    view! {
        {list("calendar.myCalendars", mine)}
        {list("calendar.sharedCalendars", others)}
    }
}
