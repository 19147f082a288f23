//! The calendar's page: where one is in time, how it is shown, and the form beside it.

use leptos::prelude::*;

use super::agenda::Agenda;
use super::day::{self, Day};
use super::desk::{CalendarDesk, midnight};
use super::form::{DeleteDialog, EventForm, QuickEvent};
use super::grid::TimeGrid;
use super::month::MonthGrid;
use crate::locale::{dates, t};
use crate::routes::CalendarView;
use crate::shell::{Command, FrameState, Group, Offer, Offers, SearchBox};
use crate::ui::{Button, ButtonKind, Choice, IconButton, IconName, RadioGroup, RadioLook, Sheet};

static NEW: Command =
    Command { words: "calendar.newEvent", icon: IconName::CalendarAdd, keys: &["n", "c"], group: Group::Write };
static TODAY: Command = Command { words: "calendar.goToday", icon: IconName::Calendar, keys: &["t"], group: Group::Go };
static EARLIER: Command =
    Command { words: "calendar.goEarlier", icon: IconName::ChevronLeft, keys: &["p", "k"], group: Group::Move };
static LATER: Command =
    Command { words: "calendar.goLater", icon: IconName::ChevronRight, keys: &["j"], group: Group::Move };
static UNDO: Command =
    Command { words: "calendar.undoLast", icon: IconName::Undo, keys: &["Ctrl+z", "z"], group: Group::Act };
static VIEWS: [Command; 5] = [
    Command { words: "calendar.viewDay", icon: IconName::Calendar, keys: &["1"], group: Group::Go },
    Command { words: "calendar.viewWorkWeek", icon: IconName::Calendar, keys: &["2"], group: Group::Go },
    Command { words: "calendar.viewWeek", icon: IconName::Calendar, keys: &["3"], group: Group::Go },
    Command { words: "calendar.viewMonth", icon: IconName::Calendar, keys: &["4"], group: Group::Go },
    Command { words: "calendar.viewAgenda", icon: IconName::Calendar, keys: &["5"], group: Group::Go },
];

fn view_words(view: CalendarView) -> String {
    t(match view {
        CalendarView::Day => "calendar.viewDay",
        CalendarView::WorkWeek => "calendar.viewWorkWeek",
        CalendarView::Week => "calendar.viewWeek",
        CalendarView::Month => "calendar.viewMonth",
        CalendarView::Agenda => "calendar.viewAgenda",
    })
}

/// What stands above.
#[component]
pub(super) fn TopBar() -> impl IntoView {
    let frame = expect_context::<FrameState>();
    view! {
        <span class="top__drawer">
            <IconButton
                name=t("calendar.places")
                icon=IconName::Menu
                expanded=Signal::derive(move || Some(frame.drawer.get()))
                on_press=move |()| frame.drawer.update(|drawer| *drawer = !*drawer)
            />
        </span>
        <span class="top__title truncate" aria-hidden="true">{t("calendar.page")}</span>
        <SearchBox searched=Signal::stored(None::<String>) on_clear=Callback::new(|()| {}) />
        <span class="spread"></span>
    }
}

fn offer(desk: CalendarDesk) {
    let always = Signal::stored(true);
    let offers = expect_context::<Offers>();
    let of = |command: &'static Command, run: Callback<()>| Offer { command, available: always, run };
    let mut all = vec![
        of(&NEW, Callback::new(move |()| desk.make_here())),
        of(&TODAY, Callback::new(move |()| desk.go(desk.view.get_untracked(), desk.today.get_untracked()))),
        of(&EARLIER, Callback::new(move |()| desk.step(-1))),
        of(&LATER, Callback::new(move |()| desk.step(1))),
        of(&UNDO, Callback::new(move |()| desk.undo())),
    ];
    for (command, view) in VIEWS.iter().zip(CalendarView::ALL) {
        all.push(of(command, Callback::new(move |()| desk.go(view, desk.date.get_untracked()))));
    }
    offers.offer(all);
}

/// The page.
#[component]
pub(super) fn Page() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    offer(desk);
    let first_weekday = dates::first_weekday();
    let days = Memo::new(move |_| {
        let date = desk.date.get();
        match desk.view.get() {
            CalendarView::Day => vec![date],
            CalendarView::WorkWeek => {
                // Monday to Friday, of the week that is shown.
                let first = day::week_start(date, 0);
                (first..first + 5).collect()
            }
            CalendarView::Week | CalendarView::Month | CalendarView::Agenda => {
                let first = day::week_start(date, first_weekday);
                (first..first + 7).collect::<Vec<Day>>()
            }
        }
    });
    let month = Memo::new(move |_| day::month_start(desk.date.get()));
    let title = Memo::new(move |_| match desk.view.get() {
        CalendarView::Day => dates::day_full(midnight(desk.date.get())),
        CalendarView::WorkWeek | CalendarView::Week | CalendarView::Month | CalendarView::Agenda => {
            dates::month_year(midnight(desk.date.get()))
        }
    });
    let edits = Memo::new(move |_| desk.editing.with(Option::is_some));
    view! {
        <h1 class="visually-hidden">{t("calendar.page")}</h1>
        <Sheet grow=true>
            <div class="calendar" data-edits=move || edits.get().then_some("")>
                <section class="calendar__main" aria-label=move || title.get()>
                    <header class="calendar__head">
                        <h2 class="calendar__title truncate" aria-live="polite">{move || title.get()}</h2>
                        <IconButton name=t("calendar.previous") icon=IconName::ChevronLeft on_press=move |()| desk.step(-1) />
                        <IconButton name=t("calendar.next") icon=IconName::ChevronRight on_press=move |()| desk.step(1) />
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=move |()| desk.go(desk.view.get_untracked(), desk.today.get_untracked())
                        >
                            {t("calendar.today")}
                        </Button>
                        <span class="spread"></span>
                        <RadioGroup
                            label=t("calendar.views")
                            look=RadioLook::Segments
                            choices=CalendarView::ALL.map(|view| Choice::new(view, view_words(view))).to_vec()
                            value=desk.view
                            on_change=move |view| desk.go(view, desk.date.get_untracked())
                        />
                    </header>
                    {move || match desk.view.get() {
                        CalendarView::Day | CalendarView::WorkWeek | CalendarView::Week => {
                            view! { <TimeGrid days /> }.into_any()
                        }
                        CalendarView::Month => view! { <MonthGrid month /> }.into_any(),
                        CalendarView::Agenda => view! { <Agenda from=desk.date /> }.into_any(),
                    }}
                </section>
                <EventForm />
            </div>
            <button class="new-button" type="button" aria-label=t("calendar.newEvent") hidden=move || edits.get() on:click=move |_| desk.make_here()>
                <crate::ui::Icon name=IconName::CalendarAdd size=crate::ui::IconSize::Large />
            </button>
        </Sheet>
        <QuickEvent />
        <DeleteDialog />
    }
}
