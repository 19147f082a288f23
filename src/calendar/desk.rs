//! What the calendar shows, what is chosen in it and what is being edited. A context.
//!
//! It draws nothing; where a day or an event stands on screen is the grid's.

use std::sync::Arc;

use jmap::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde_json::{Value, json};

use super::colour;
use super::day::{self, Day};
use super::form::Unsaved;
use super::gate::CalendarAt;
use super::said::title;
use crate::locale::{dates, t, t_with, zones};
use crate::records::event::format_duration;
use crate::records::{Calendar, Event, EventQuery, Failure, Load, Millis, Records, Undo, use_records};
use crate::routes::{CalendarRoute, CalendarView};
use crate::session::use_session;
use crate::ui::{Hue, Toast, Toasts};

type Go = Box<dyn Fn(&str, NavigateOptions)>;

/// The events of some days, or why there are none.
pub(crate) type Events = Signal<Load<Arc<Vec<Arc<Event>>>>>;

/// What the form is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Editing {
    /// An event that is not there yet.
    New {
        /// When it begins.
        start: Millis,
        /// When it ends.
        end: Millis,
        /// Whole days.
        all_day: bool,
        /// What is known of its title.
        title: String,
    },
    /// One that is there; of a series this occurrence.
    Event(Arc<Event>),
}

/// The calendar's state. `Copy`; a context.
#[derive(Clone, Copy)]
pub(crate) struct CalendarDesk {
    /// Events themselves.
    pub(crate) records: Records,
    pub(crate) toasts: Toasts,
    /// How it is shown.
    pub(crate) view: Memo<CalendarView>,
    /// A day in what is shown.
    pub(crate) date: Memo<Day>,
    /// The moment, to the minute.
    pub(crate) now: RwSignal<Millis>,
    /// The day of the moment.
    pub(crate) today: Memo<Day>,
    /// All calendars.
    pub(crate) calendars: Signal<Arc<Vec<Calendar>>>,
    /// What the form beside is about.
    pub(crate) editing: RwSignal<Option<Editing>>,
    /// A new event that only has a title and a time yet: the small popover.
    pub(crate) quick: RwSignal<Option<Editing>>,
    /// An event that is to go, when that has to be asked: it has guests, or it is one of a series.
    pub(crate) deleting: RwSignal<Option<Arc<Event>>>,
    /// The event that is chosen.
    pub(crate) selected: RwSignal<Option<Id>>,
    /// One's own addresses.
    pub(crate) me: Memo<Vec<String>>,
    /// What was typed in a form that went before it was saved.
    pub(super) unsaved: StoredValue<Option<Unsaved>>,
    last_done: StoredValue<Option<Undo>, LocalStorage>,
    go: StoredValue<Go, LocalStorage>,
}

impl CalendarDesk {
    /// Provides it to all below.
    pub(super) fn provide() -> Self {
        let CalendarAt(route) = expect_context();
        let records = use_records();
        let now = RwSignal::new(dates::now());
        let every_minute = move || {
            now.try_set(dates::now());
        };
        if let Ok(timer) = set_interval_with_handle(every_minute, std::time::Duration::from_secs(20)) {
            on_cleanup(move || timer.clear());
        }
        let today = Memo::new(move |_| dates::day(now.get()));
        let me = use_session().me();
        let desk = Self {
            records,
            toasts: expect_context(),
            view: Memo::new(move |_| route.with(|route| route.view)),
            date: Memo::new(move |_| {
                route.with(|route| route.date.as_deref().and_then(day::parse)).unwrap_or_else(|| today.get())
            }),
            now,
            today,
            calendars: records.calendars(),
            editing: RwSignal::new(None),
            quick: RwSignal::new(None),
            deleting: RwSignal::new(None),
            selected: RwSignal::new(None),
            me: Memo::new(move |_| me.get().map(|me| vec![me.address]).unwrap_or_default()),
            unsaved: StoredValue::new(None),
            last_done: StoredValue::new_local(None),
            go: StoredValue::new_local(Box::new(use_navigate())),
        };
        provide_context(desk);
        desk
    }

    // --- what is shown -----------------------------------------------------------------------

    /// The events of days, the last included, of the calendars that are shown. Those of as many days before and after
    /// are got too, so that the next page is there.
    pub(crate) fn events(self, days: Memo<(Day, Day)>) -> Events {
        let window = Memo::new(move |_| {
            let (first, last) = days.get();
            let length = last - first + 1;
            let window = self.records.events(query(first, last));
            // Held, and so kept true, as long as this page is shown.
            for (first, last) in [(first + length, last + length), (first - length, last - length)] {
                let _near = self.records.events(query(first, last));
            }
            window.events()
        });
        let calendars = self.calendars;
        Memo::new(move |_| {
            let visible: Vec<Id> = calendars
                .with(|all| all.iter().filter(|it| it.is_visible).map(|it| Id::from(it.id.as_str())).collect());
            window.get().get().map(|events| {
                let is_shown =
                    |event: &&Arc<Event>| event.calendar_ids.iter().any(|calendar| visible.contains(calendar));
                Arc::new(events.iter().filter(is_shown).cloned().collect::<Vec<_>>())
            })
        })
        .into()
    }

    /// The hue of an event: its own, or its calendar's.
    pub(crate) fn hue(self, event: &Event) -> Hue {
        let own = event.color.as_deref().and_then(colour::hue_of);
        own.unwrap_or_else(|| {
            let id = event.calendar_ids.first().map(Id::as_str);
            self.calendars.with(|all| all.iter().find(|it| Some(it.id.as_str()) == id).map_or(Hue::Slate, calendar_hue))
        })
    }

    /// A calendar by its id.
    pub(crate) fn calendar(self, id: &str) -> Option<Calendar> {
        self.calendars.with(|all| all.iter().find(|calendar| calendar.id.as_str() == id).cloned())
    }

    /// Where new events go.
    pub(crate) fn default_calendar(self) -> Option<Calendar> {
        self.calendars.with(|all| {
            let writable =
                || all.iter().filter(|calendar| calendar.my_rights.may_write_all || calendar.my_rights.may_write_own);
            writable().find(|calendar| calendar.is_default).or_else(|| writable().next()).cloned()
        })
    }

    /// Whether this person may change an event.
    pub(crate) fn may_change(self, event: &Event) -> bool {
        // An invitation is the organiser's: it is answered, not changed.
        let me = self.me.get_untracked();
        if event.guest_of(&me).is_some_and(|me| !me.is_owner) {
            return false;
        }
        event.calendar_ids.iter().filter_map(|id| self.calendar(id.as_str())).any(|calendar| {
            let mine = event.guests.is_empty() || event.guest_of(&me).is_some();
            calendar.my_rights.may_write_all || (calendar.my_rights.may_write_own && mine)
        })
    }

    // --- where one is ------------------------------------------------------------------------

    /// To another view or day. A step in time takes the place of the one before in the history.
    pub(crate) fn go(self, view: CalendarView, date: Day) {
        let replace = view == self.view.get_untracked();
        let date = (date != self.today.get_untracked()).then(|| day::text(date));
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        self.go.with_value(|go| go(&CalendarRoute { view, date }.href(), options));
    }

    /// The next page of the view, or the one before.
    pub(crate) fn step(self, by: i64) {
        let (view, date) = (self.view.get_untracked(), self.date.get_untracked());
        let to = match view {
            CalendarView::Day => date + by,
            CalendarView::WorkWeek | CalendarView::Week => date + 7 * by,
            CalendarView::Month => day::add_months(date, i32::try_from(by).unwrap_or_default()),
            CalendarView::Agenda => date + 14 * by,
        };
        self.go(view, to);
    }

    /// Chooses an event, or nothing.
    pub(crate) fn select(self, id: Option<Id>) {
        self.selected.set(id);
    }

    /// Chooses an event and opens it in the form.
    pub(crate) fn open(self, event: &Arc<Event>) {
        self.selected.set(Some(event.id.clone()));
        self.quick.set(None);
        self.editing.set(Some(Editing::Event(event.clone())));
    }

    /// Begins a new event with a title and a time, in the small popover.
    pub(crate) fn make(self, start: Millis, end: Millis, all_day: bool) {
        self.selected.set(None);
        self.quick.set(Some(Editing::New { start, end, all_day, title: String::new() }));
    }

    /// Begins a new event in the form: the next whole half hour of the day that is shown.
    pub(crate) fn make_here(self) {
        const HALF: f64 = 1_800_000.0;
        let date = self.date.get_untracked();
        let now = self.now.get_untracked();
        let start = if date == self.today.get_untracked() {
            (now / HALF).ceil() * HALF
        } else {
            zones::instant(&format!("{}T09:00:00", day::text(date)), None)
        };
        self.selected.set(None);
        self.editing.set(Some(Editing::New { start, end: start + HALF, all_day: false, title: String::new() }));
    }

    // --- changing ----------------------------------------------------------------------------

    /// An event at another time, or longer or shorter, as it was dragged or moved by keys; of a series this occurrence.
    pub(crate) fn place(self, event: &Arc<Event>, start: Millis, end: Millis) {
        if (start, end) == (event.start, event.end) || !self.may_change(event) {
            return;
        }
        let (local, duration) = if event.all_day {
            let (first, last) = (dates::day(start), dates::day(end - 1.0));
            (format!("{}T00:00:00", day::text(first)), format_duration((last - first + 1).max(1), 0.0))
        } else {
            (zones::local(start, event.time_zone.as_deref()), format_duration(0, end - start))
        };
        let mut patch = serde_json::Map::new();
        if local != event.local_start {
            patch.insert("start".to_owned(), json!(local));
        }
        if end - start != event.end - event.start {
            patch.insert("duration".to_owned(), json!(duration));
        }
        let undo = self.records.change_event(&event.id, patch);
        let words =
            t_with("calendar.moved", &[("title", &self.title(event)), ("when", &dates::medium(start, dates::now()))]);
        self.done(words, undo);
    }

    /// What an event is called.
    pub(crate) fn title(self, event: &Event) -> String {
        title(event)
    }

    /// Says what was done, with the way back.
    pub(crate) fn done(self, words: String, undo: Undo) {
        self.last_done.set_value(Some(undo));
        let back = Callback::new(move |()| undo.undo());
        self.toasts.show(Toast::new(words).act(t("calendar.undo"), back));
    }

    /// Takes the last change back.
    pub(crate) fn undo(self) {
        if let Some(undo) = self.last_done.try_update_value(Option::take).flatten() {
            undo.undo();
        }
    }

    /// An event goes: at once where nobody else is concerned, else it is asked.
    pub(crate) fn delete(self, event: &Arc<Event>) {
        if event.recurs || !event.guests.is_empty() {
            return self.deleting.set(Some(event.clone()));
        }
        let event = event.clone();
        self.close(&event.id);
        spawn_local(async move {
            match self.records.destroy_event(&event.id, true).await {
                Ok(()) => {
                    let words = t_with("calendar.deleted", &[("title", &self.title(&event))]);
                    let again = event.clone();
                    let back = Callback::new(move |()| self.restore(again.clone()));
                    self.toasts.show(Toast::new(words).act(t("calendar.undo"), back));
                }
                Err(failure) => self.failed(&failure),
            }
        });
    }

    /// Makes a deleted event anew.
    fn restore(self, event: Arc<Event>) {
        spawn_local(async move {
            let mut object = (*event.raw).clone();
            for name in ["id", "baseEventId", "isOrigin", "utcStart", "utcEnd", "recurrenceId", "recurrenceIdTimeZone"]
            {
                object.remove(name);
            }
            object.retain(|_, value| *value != Value::Null);
            if let Err(failure) = self.records.create_event(object, false).await {
                self.failed(&failure);
            }
        });
    }

    /// The event is not edited or chosen any more.
    pub(crate) fn close(self, id: &Id) {
        if self.selected.with_untracked(|selected| selected.as_ref() == Some(id)) {
            self.selected.set(None);
        }
        let is_edited = |editing: &Option<Editing>| matches!(editing, Some(Editing::Event(event)) if event.id == *id);
        if self.editing.with_untracked(is_edited) {
            self.editing.set(None);
        }
    }

    /// Says that something did not work; nothing was changed.
    pub(crate) fn failed(self, failure: &Failure) {
        self.toasts.show(Toast::new(failure_words(failure)));
    }
}

/// Why something did not work, for people.
pub(crate) fn failure_words(failure: &Failure) -> String {
    match failure {
        Failure::Offline => t("calendar.failedOffline"),
        Failure::SignedOut | Failure::Cancelled => t("calendar.failedSignedOut"),
        Failure::TooMany { .. } => t("calendar.failedTooMany"),
        Failure::TooLarge { .. } => t("calendar.failedTooLarge"),
        Failure::Refused { .. } => t("calendar.failedRefused"),
        Failure::Server { .. } => t("calendar.failedServer"),
    }
}

/// The hue of a calendar.
pub(crate) fn calendar_hue(calendar: &Calendar) -> Hue {
    let own = calendar.color.as_deref().and_then(colour::hue_of);
    own.unwrap_or_else(|| Hue::of(calendar.id.as_str()))
}

fn query(first: Day, last: Day) -> EventQuery {
    EventQuery {
        after: format!("{}T00:00:00", day::text(first)),
        before: format!("{}T00:00:00", day::text(last + 1)),
        time_zone: zones::here(),
    }
}

/// When a day begins here.
pub(super) fn midnight(day: Day) -> Millis {
    zones::instant(&format!("{}T00:00:00", day::text(day)), None)
}
