//! Days side by side with their hours: the day, the work week and the week. Pattern: WAI-ARIA grid, one tab stop, the
//! half hour or event under the cursor by `aria-activedescendant`. Keys: see [`keys`]; the pointer: see [`pointer`].
//! Name: the days that it shows; a column by its day, an event by title, time and place.

use std::sync::Arc;

use leptos::{html, prelude::*};

mod column;
mod ghost;
mod head;
mod keys;
mod lane;
mod pointer;

use super::clock;
use super::cursor::{At, Cursor, Stops};
use super::day::Day;
use super::desk::CalendarDesk;
use super::layout::{NARROW_LANES, WIDE_LANES};
use super::more::{More, MoreAsked};
use super::placing::{self, Column, Lane};
use crate::locale::{t, t_with};
use crate::records::{Event, Failure, Load};
use crate::shell::is_narrow;
use crate::ui::{Notice, NoticeKind};
use column::DayColumn;
use head::Heads;
use lane::WholeDays;
use pointer::Drag;
pub(super) use pointer::Swipe;

/// Rows of bars in the lane of whole days; one more is "+n".
const LANE_ROWS: usize = 4;
/// Days beside each other where there is room for few.
const FEW: i64 = 3;
/// The hour that is at the top at first, or a little before it.
const MORNING: f64 = 7.75;

/// What the parts of the grid share. `Copy`.
#[derive(Clone, Copy)]
struct Grid {
    desk: CalendarDesk,
    /// The days shown.
    days: Memo<Vec<Day>>,
    /// What is in them.
    columns: Memo<Vec<Column>>,
    /// What is over them.
    lane: Memo<Lane>,
    /// Where the keyboard is.
    cursor: RwSignal<Option<Cursor>>,
    /// How many minutes the half hour under the cursor was lengthened to.
    length: RwSignal<i64>,
    /// What is being dragged.
    drag: RwSignal<Option<Drag>>,
    /// What comes next is the click of a drag.
    dragged: StoredValue<bool>,
    /// A "+n" was pressed.
    more: RwSignal<Option<MoreAsked>, LocalStorage>,
    /// The grid, which scrolls.
    root: NodeRef<html::Div>,
    /// The columns together: 24 hours high.
    hours: NodeRef<html::Div>,
    /// How high an hour is, in pixels.
    hour: RwSignal<f64>,
    /// On which day of the next page the cursor is to be: the last (`true`) or the first.
    entering: StoredValue<Option<bool>>,
}

impl Grid {
    /// The event with an id, if it is shown.
    fn event(self, id: &str) -> Option<Arc<Event>> {
        let in_columns = self.columns.with_untracked(|columns| {
            let mut pieces = columns.iter().flat_map(|column| &column.pieces);
            pieces.find(|piece| piece.event.id.as_str() == id).map(|piece| piece.event.clone())
        });
        in_columns.or_else(|| {
            self.lane.with_untracked(|lane| {
                lane.banners.iter().find(|it| it.event.id.as_str() == id).map(|it| it.event.clone())
            })
        })
    }

    /// Where the keyboard can go.
    fn stops(self) -> Vec<Stops> {
        let (days, columns) = (self.days.get_untracked(), self.columns.get_untracked());
        self.lane.with_untracked(|lane| {
            days.iter()
                .zip(&columns)
                .enumerate()
                .map(|(at, (day, column))| {
                    let is_over = |it: &&placing::Banner| (it.bar.first..=it.bar.last).contains(&at);
                    let mut over: Vec<_> = lane.banners.iter().filter(is_over).collect();
                    over.sort_by_key(|it| it.bar.row);
                    let mut whole: Vec<At> = over.into_iter().map(|it| At::Banner(it.event.id.clone())).collect();
                    whole.extend(lane.more.get(at).filter(|more| !more.is_empty()).map(|_| At::MoreWhole));
                    let events = column.pieces.iter().map(|it| (it.stretch.from, At::Event(it.event.id.clone())));
                    let more = column.more.iter().map(|(it, _)| (it.from, At::More(it.from)));
                    let mut timed: Vec<(i64, At)> = events.chain(more).collect();
                    timed.sort_by_key(|(from, _)| *from);
                    Stops { day: *day, whole, timed }
                })
                .collect()
        })
    }

    /// Puts the cursor somewhere.
    fn point(self, cursor: Cursor) {
        self.length.set(super::cursor::SLOT);
        self.cursor.set(Some(cursor));
    }

    /// Scrolls what is under the cursor into view.
    fn reveal(self) {
        request_animation_frame(move || {
            let cursor = self.cursor.try_get_untracked().flatten();
            if let Some(element) = cursor.and_then(|cursor| document().get_element_by_id(&element_id(&cursor))) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
                element.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    fn measure(self) {
        let height = self.hours.get_untracked().map(|hours| hours.get_bounding_client_rect().height());
        if let Some(height) = height.filter(|height| *height > 0.0) {
            self.hour.set(height / 24.0);
        }
    }
}

/// The id of the element that stands for a place.
fn element_id(cursor: &Cursor) -> String {
    let day = cursor.day;
    match &cursor.at {
        At::Whole | At::Slot(_) => SLOT_ID.to_owned(),
        At::Banner(id) => format!("banner-{id}"),
        At::MoreWhole => format!("more-{day}"),
        At::Event(id) => format!("event-{day}-{id}"),
        At::More(minute) => format!("more-{day}-{minute}"),
    }
}

/// The half hour or whole day under the cursor.
const SLOT_ID: &str = "calendar-slot";

/// The grid.
#[component]
pub(super) fn TimeGrid(days: Memo<Vec<Day>>) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let narrow = is_narrow();
    let days = Memo::new(move |_| {
        let all = days.get();
        if narrow.get() && all.len() > 1 {
            let first = desk.date.get();
            (first..first + FEW).collect()
        } else {
            all
        }
    });
    let ends = Memo::new(move |_| {
        days.with(|days| days.first().copied().zip(days.last().copied())).unwrap_or_default()
    });
    let loaded = desk.events(ends);
    let events = Memo::new(move |_| loaded.with(|loaded| loaded.ready().cloned()).unwrap_or_default());
    let columns = Memo::new(move |_| {
        let lanes = if days.with(Vec::len) == 1 { WIDE_LANES } else { NARROW_LANES };
        days.with(|days| events.with(|events| placing::columns(events, days, lanes, clock::wall)))
    });
    let lane = Memo::new(move |_| {
        days.with(|days| events.with(|events| placing::whole_days(events, days, LANE_ROWS, clock::wall)))
    });
    let grid = Grid {
        desk,
        days,
        columns,
        lane,
        cursor: RwSignal::new(None),
        length: RwSignal::new(super::cursor::SLOT),
        drag: RwSignal::new(None),
        dragged: StoredValue::new(false),
        more: RwSignal::new_local(None),
        root: NodeRef::new(),
        hours: NodeRef::new(),
        hour: RwSignal::new(48.0),
        entering: StoredValue::new(None),
    };
    follow(grid);
    let is_loading = Memo::new(move |_| loaded.with(|loaded| matches!(loaded, Load::Loading)));
    let tracks = Memo::new(move |_| tracks(&days.get()));
    let swipe = Swipe::new();
    let has_descendant = move || {
        let cursor = grid.cursor.get()?;
        grid.days.with(|days| days.contains(&cursor.day)).then(|| element_id(&cursor))
    };
    view! {
        {failed(desk, loaded)}
        <div
            class="time-grid"
            role="grid"
            tabindex="0"
            aria-label=move || label(&days.get())
            aria-describedby="calendar-keys"
            aria-activedescendant=has_descendant
            aria-busy=move || is_loading.get().to_string()
            data-dragging=move || grid.drag.with(|drag| drag.as_ref().is_some_and(|it| it.is_moving)).then_some("")
            style:--tracks=move || tracks.get()
            node_ref=grid.root
            on:keydown=move |event| keys::press(grid, &event)
            on:focus=move |_| keys::enter(grid)
            on:pointerdown=move |event| pointer::down(grid, &event)
            on:pointermove=move |event| pointer::moved(grid, &event)
            on:pointerup=move |event| pointer::up(grid, &event)
            on:pointercancel=move |_| grid.drag.set(None)
            on:click=move |event| pointer::click(grid, &event)
            on:touchstart=move |event| swipe.start(&event)
            on:touchend=move |event| if let Some(by) = swipe.end(&event) { step(grid, by) }
        >
            <div class="time-grid__top" role="rowgroup">
                <Heads grid />
                <WholeDays grid />
            </div>
            <div class="time-grid__body" role="rowgroup">
                <div class="time-grid__columns" role="row" node_ref=grid.hours>
                    <Hours desk />
                    <For each=move || days.get() key=|day| *day let:day>
                        <DayColumn grid day />
                    </For>
                </div>
            </div>
        </div>
        <p id="calendar-keys" hidden>{t("calendar.keysHint")}</p>
        <More asked=grid.more />
    }
}

/// The labels of the hours.
#[component]
fn Hours(desk: CalendarDesk) -> impl IntoView {
    let labels = move || {
        let today = desk.today.get();
        (0..24)
            .map(|hour| {
                let at = clock::instant(placing::Wall { day: today, minute: hour * 60 });
                view! { <span class="time-grid__hour">{crate::locale::dates::hour(at)}</span> }
            })
            .collect_view()
    };
    view! { <div class="time-grid__hours" aria-hidden="true">{labels}</div> }
}

/// What went wrong, above the grid.
fn failed(desk: CalendarDesk, loaded: super::desk::Events) -> impl IntoView {
    let failure = Memo::new(move |_| match loaded.get() {
        Load::Failed(failure) => Some(failure),
        Load::Loading | Load::Ready(_) | Load::Missing => None,
    });
    move || failure.get().map(|failure| view! { <FailedNotice desk failure /> })
}

/// Says that events did not load, with the way on.
#[component]
pub(super) fn FailedNotice(desk: CalendarDesk, failure: Failure) -> impl IntoView {
    let words = format!("{}. {}", t("calendar.failed"), super::desk::failure_words(&failure));
    view! {
        <div class="calendar__failed">
            <Notice
                kind=NoticeKind::Error
                words
                act=t("calendar.tryAgain")
                on_act=Callback::new(move |()| desk.records.retry())
            />
        </div>
    }
}

/// The widths of the columns: a weekend is narrower, unless there is nothing else.
fn tracks(days: &[Day]) -> String {
    let narrower = days.len() > FEW as usize;
    let track = |day: &Day| if narrower && super::day::is_weekend(*day) { "minmax(0, 0.62fr)" } else { "minmax(0, 1fr)" };
    days.iter().map(track).collect::<Vec<_>>().join(" ")
}

fn label(days: &[Day]) -> String {
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first != last => {
            t_with("calendar.daysOf", &[("from", &clock::day_words(*first)), ("to", &clock::day_words(*last))])
        }
        (Some(day), _) => clock::day_words(*day),
        (None, _) => String::new(),
    }
}

/// So many pages on; of few days, so many days.
fn step(grid: Grid, by: i64) {
    let days = grid.days.get_untracked();
    if grid.desk.view.get_untracked() != crate::routes::CalendarView::Day && days.len() == FEW as usize {
        grid.desk.go(grid.desk.view.get_untracked(), grid.desk.date.get_untracked() + FEW * by);
    } else {
        grid.desk.step(by);
    }
}

/// Scrolls to the morning at first, measures, and takes the cursor along when other days are shown.
fn follow(grid: Grid) {
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) || grid.hours.get().is_none() {
            return false;
        }
        let Some(root) = grid.root.get() else { return false };
        grid.measure();
        let hour = grid.hour.get_untracked();
        let now = clock::wall(grid.desk.now.get_untracked());
        let is_today = grid.days.with_untracked(|days| days.contains(&now.day));
        let first = if is_today { MORNING.min(now.minute as f64 / 60.0 - 1.0).max(0.0) } else { MORNING };
        root.set_scroll_top((first * hour).round() as i32);
        true
    });
    crate::ui::dom::on_window(leptos::ev::resize, move |_| grid.measure());
    Effect::new(move |before: Option<Vec<Day>>| {
        let days = grid.days.get();
        let cursor = grid.cursor.get_untracked();
        if let Some(mut cursor) = cursor.filter(|cursor| !days.contains(&cursor.day)) {
            let was = before.and_then(|before| before.iter().position(|day| *day == cursor.day)).unwrap_or_default();
            let last = days.len().saturating_sub(1);
            let at = match grid.entering.try_update_value(Option::take).flatten() {
                Some(true) => last,
                Some(false) => 0,
                None => was.min(last),
            };
            if let Some(day) = days.get(at) {
                cursor.day = *day;
                if matches!(cursor.at, At::Event(_) | At::Banner(_) | At::More(_) | At::MoreWhole) {
                    cursor.at = At::Slot(9 * 60);
                }
                grid.cursor.set(Some(cursor));
                grid.reveal();
            }
        }
        days
    });
}
