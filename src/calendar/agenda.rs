//! What comes, day by day, as a list. Pattern: headings with lists of buttons, one tab stop; a finger that goes sideways
//! turns the page.
//!
//! | key | does |
//! |---|---|
//! | ArrowDown, ArrowUp, Home, End | to the next event, the one before, the first, the last |
//! | Enter, Space | opens it |
//!
//! Name: an event by title, when, where.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};

use super::clock;
use super::day::Day;
use super::desk::{CalendarDesk, midnight};
use super::event_block::EventButton;
use super::grid::{FailedNotice, Swipe};
use super::placing;
use crate::locale::{dates, t, t_with};
use crate::records::{Event, Load};
use crate::ui::roving::{Ends, step};
use crate::ui::{Bones, BonesKind, EmptyState, OwlPicture, dom};

/// How many days are shown.
const DAYS: Day = 14;

/// The list.
#[component]
pub(super) fn Agenda(from: Memo<Day>) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let ends = Memo::new(move |_| (from.get(), from.get() + DAYS - 1));
    let loaded = desk.events(ends);
    let days = Memo::new(move |_| {
        let (first, last) = ends.get();
        let events = loaded.with(|loaded| loaded.ready().cloned()).unwrap_or_default();
        placing::by_day(&events, first..=last, clock::wall)
    });
    let state = Memo::new(move |_| loaded.with(|loaded| loaded.clone().map(|events| events.is_empty())));
    let list = NodeRef::<html::Div>::new();
    // Which event Tab reaches, by its place.
    let stop = RwSignal::new(0_usize);
    let keydown = move |event: ev::KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let Some(list) = list.get_untracked() else { return };
        let buttons = dom::all(&list, "button");
        let at = dom::focused_index(&buttons);
        if let Some(to) = step(&event.key(), at, buttons.len(), 8, Ends::Hold)
            && let Some(button) = buttons.get(to)
        {
            event.prevent_default();
            event.stop_propagation();
            stop.set(to);
            dom::focus(button);
        }
    };
    let swipe = Swipe::new();
    let content = move || match state.get() {
        Load::Loading => view! { <Bones kind=BonesKind::Lines(8) label=t("calendar.loading") /> }.into_any(),
        Load::Failed(failure) => view! { <FailedNotice desk failure /> }.into_any(),
        Load::Ready(true) | Load::Missing => view! {
            <EmptyState
                picture=OwlPicture::Asleep
                title=t("calendar.nothing")
                words=Signal::derive(move || {
                    let (first, last) = ends.get();
                    t_with("calendar.nothingBetween", &[
                        ("from", &clock::day_words(first)),
                        ("to", &clock::day_words(last)),
                    ])
                })
                act=t("calendar.newEvent")
                on_act=Callback::new(move |()| desk.make_here())
            />
        }
        .into_any(),
        Load::Ready(false) => view! {
            {move || {
                let mut place = 0;
                days.get()
                    .into_iter()
                    .map(|(day, events)| {
                        let first = place;
                        place += events.len();
                        view! { <AgendaDay desk day events first stop /> }
                    })
                    .collect_view()
            }}
        }
        .into_any(),
    };
    view! {
        <div
            class="agenda"
            node_ref=list
            on:keydown=keydown
            on:touchstart=move |event| swipe.start(&event)
            on:touchend=move |event| if let Some(by) = swipe.end(&event) { desk.step(by) }
        >
            {content}
        </div>
    }
}

/// A day with its events.
#[component]
fn AgendaDay(
    desk: CalendarDesk,
    day: Day,
    events: Vec<Arc<Event>>,
    /// The place of its first event among all.
    first: usize,
    stop: RwSignal<usize>,
) -> impl IntoView {
    let name = clock::day_words(day);
    let is_today = move || desk.today.get() == day;
    let open = Callback::new(move |event: Arc<Event>| desk.open(&event));
    let row = move |(at, event): (usize, Arc<Event>)| {
        let is_stop = Signal::derive(move || stop.get() == first + at);
        view! { <li on:focusin=move |_| stop.set(first + at)><EventButton event is_stop on_press=open /></li> }
    };
    view! {
        <section class="agenda__day" aria-label=name.clone() aria-current=move || is_today().then_some("date")>
            <h3 class="agenda__date">
                <b>{super::day::date(day).day}</b>
                <span>
                    {dates::weekday(midnight(day))}
                    <small>{move || if is_today() { t("calendar.today") } else { dates::month_year(midnight(day)) }}</small>
                </span>
            </h3>
            <ul class="agenda__events">{events.into_iter().enumerate().map(row).collect_view()}</ul>
        </section>
    }
}
