//! An event as it is drawn in every view: its hue, its signs, its words. Pattern: WAI-ARIA button, reached by the cursor
//! of the grid that it stands in; where it stands is the grid's.
//!
//! Keys: the grid's. Name: title, where, when, as they are written in it and in this order, and what its look says
//! without words.

use std::sync::Arc;

use leptos::prelude::*;

use super::clock;
use super::desk::CalendarDesk;
use crate::locale::{dates, t};
use crate::records::{Event, EventStatus, FreeBusy, Participation};
use crate::ui::{Hue, Icon, IconName, IconSize};

/// How much of an event is shown, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A box in a column of hours.
    Block,
    /// A bar over days.
    Bar,
    /// A line in a month's cell: time and title.
    Line,
    /// A row of a list: time, title and place.
    Row,
}

impl Look {
    fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Row => "row",
        }
    }
}

/// How sure it is that one comes: the fill of a block.
fn answer(desk: CalendarDesk, event: &Event) -> Option<&'static str> {
    let me = desk.me.with(|me| event.guest_of(me).filter(|me| !me.is_owner).map(|me| me.participation));
    match me {
        Some(Participation::NeedsAction) if !event.is_origin => Some("none"),
        Some(Participation::Declined) => Some("declined"),
        Some(Participation::Tentative) => Some("tentative"),
        _ if event.status == EventStatus::Tentative || event.show_as == FreeBusy::Tentative => Some("tentative"),
        _ => None,
    }
}

/// Title, where, when and what its look says.
fn name(desk: CalendarDesk, event: &Event) -> String {
    let mut parts = vec![desk.title(event)];
    parts.extend(event.location.clone());
    parts.push(clock::when_words(event));
    for (holds, words) in [
        (event.status == EventStatus::Cancelled, "calendar.cancelled"),
        (answer(desk, event) == Some("tentative"), "calendar.tentative"),
        (answer(desk, event) == Some("none"), "calendar.unanswered"),
        (answer(desk, event) == Some("declined"), "calendar.declined"),
        (event.recurs, "calendar.repeats"),
        (event.meeting.is_some(), "calendar.online"),
        (event.is_private, "calendar.private"),
    ] {
        if holds {
            parts.push(t(words));
        }
    }
    parts.extend(event.calendar_ids.first().and_then(|id| desk.calendar(id.as_str())).map(|it| it.name));
    parts.join(", ")
}

/// What every look of an event is styled by.
#[derive(Clone, Copy)]
struct Signs {
    hue: Memo<Hue>,
    answer: Memo<Option<&'static str>>,
    name: Memo<String>,
    is_past: Memo<bool>,
    is_selected: Memo<bool>,
}

impl Signs {
    fn of(desk: CalendarDesk, event: &Arc<Event>) -> Self {
        let (hue, certain, named) = (event.clone(), event.clone(), event.clone());
        let (end, id) = (event.end, event.id.clone());
        Self {
            hue: Memo::new(move |_| desk.hue(&hue)),
            answer: Memo::new(move |_| answer(desk, &certain)),
            name: Memo::new(move |_| name(desk, &named)),
            is_past: Memo::new(move |_| end <= desk.now.get()),
            is_selected: Memo::new(move |_| desk.selected.with(|selected| selected.as_ref() == Some(&id))),
        }
    }
}

/// Where a block stands in its column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Minutes from midnight.
    pub(super) from: i64,
    /// Minutes from midnight.
    pub(super) to: i64,
    /// Its lane.
    pub(super) lane: usize,
    /// Of so many.
    pub(super) lanes: usize,
    /// "+n" stands beside it.
    pub(super) beside_more: bool,
}

/// An event in a grid.
#[component]
pub(super) fn EventBlock(
    event: Arc<Event>,
    /// Its element's.
    id: String,
    look: Look,
    /// In a column of hours.
    #[prop(optional)]
    place: Option<Place>,
    /// Lines of words that there is room for.
    #[prop(default = Signal::stored(1))]
    lines: Signal<i64>,
    /// It began before what is shown.
    from_before: bool,
    /// It goes on after what is shown.
    goes_on: bool,
    /// The keyboard is here.
    #[prop(into)]
    has_cursor: Signal<bool>,
    /// It is under the pointer, on its way to elsewhere.
    #[prop(into)]
    is_dragged: Signal<bool>,
) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let signs = Signs::of(desk, &event);
    let may_change = event.calendar_ids.first().is_some() && desk.may_change(&event);
    let key = event.id.to_string();
    let is_cancelled = event.status == EventStatus::Cancelled;
    view! {
        <div
            class="event"
            role="button"
            id=id
            aria-label=move || signs.name.get()
            aria-current=move || signs.is_selected.get().then_some("true")
            data-event=key
            data-look=look.as_str()
            data-hue=move || signs.hue.get().as_str()
            data-answer=move || signs.answer.get()
            data-cancelled=is_cancelled.then_some("")
            data-past=move || signs.is_past.get().then_some("")
            data-from-before=from_before.then_some("")
            data-goes-on=goes_on.then_some("")
            data-moves=may_change.then_some("")
            data-cursor=move || has_cursor.get().then_some("")
            data-dragged=move || is_dragged.get().then_some("")
            data-short=move || (lines.get() < 2).then_some("")
            style:--from=place.map(|place| place.from.to_string())
            style:--to=place.map(|place| place.to.to_string())
            style:--lane=place.map(|place| place.lane.to_string())
            style:--lanes=place.map(|place| place.lanes.to_string())
            style:--lines=move || lines.get().to_string()
            data-beside-more=place.filter(|place| place.beside_more).map(|_| "")
        >
            <EventWords event look />
        </div>
    }
}

/// An event as a button of its own, in a list.
#[component]
pub(super) fn EventButton(
    event: Arc<Event>,
    /// Reached by Tab.
    #[prop(into)]
    is_stop: Signal<bool>,
    on_press: Callback<Arc<Event>>,
) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let signs = Signs::of(desk, &event);
    let is_cancelled = event.status == EventStatus::Cancelled;
    let pressed = event.clone();
    view! {
        <button
            class="event"
            type="button"
            tabindex=move || if is_stop.get() { "0" } else { "-1" }
            aria-label=move || signs.name.get()
            aria-current=move || signs.is_selected.get().then_some("true")
            data-look="row"
            data-hue=move || signs.hue.get().as_str()
            data-answer=move || signs.answer.get()
            data-cancelled=is_cancelled.then_some("")
            data-past=move || signs.is_past.get().then_some("")
            on:click=move |_| on_press.run(pressed.clone())
        >
            <EventWords event look=Look::Row />
        </button>
    }
}

/// What is written in it; its name says it too. Spaces are between its parts for who reads it as text.
#[component]
fn EventWords(event: Arc<Event>, look: Look) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let sign = |holds: bool, name: IconName| holds.then(|| view! { <Icon name size=IconSize::Small inline=true /> });
    let title = desk.title(&event);
    let time = clock::time_words(&event);
    let lock = sign(event.is_private, IconName::Lock);
    let camera = sign(event.meeting.is_some(), IconName::Video);
    match look {
        Look::Block => {
            // The place first: when it is can be seen from where it stands.
            let mut lines = vec![event.location.clone().unwrap_or_else(|| time.clone())];
            if event.location.is_some() {
                lines.push(time);
            }
            view! {
                <b class="event__title">{lock}{title}</b>
                {lines
                    .into_iter()
                    .enumerate()
                    .map(|(at, line)| {
                        let camera = sign(at == 0 && event.meeting.is_some(), IconName::Video);
                        view! { " " <span class="event__line">{camera}{line}</span> }
                    })
                    .collect_view()}
            }
            .into_any()
        }
        Look::Bar => view! { <b class="event__title">{lock}{title}</b> }.into_any(),
        Look::Line => {
            // Drawn by the sheet, so that what is written is the title.
            let begins = (!event.all_day).then(|| dates::time(event.start));
            view! { <b class="event__title" data-begins=begins>{lock}{title}</b> }.into_any()
        }
        Look::Row => view! {
            <span class="event__words">
                <b class="event__title">{lock}{title}</b>
                " "
                <span class="event__line">{camera}{event.location.clone()}</span>
            </span>
            " "
            <span class="event__time">{time}</span>
        }
        .into_any(),
    }
}
