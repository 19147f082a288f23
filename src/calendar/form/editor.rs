//! What the form holds while an event is edited: the fields, what they were, and the event behind them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::{EventDraft, Organizer};
use super::reader::CLOCK;
use crate::calendar::desk::{CalendarDesk, Editing};
use crate::locale::zones;
use crate::records::{Event, Guest, Participation};
use crate::session::use_session;

/// What was typed and is not saved, when the form goes.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::calendar) struct Unsaved {
    /// What it was about.
    pub(in crate::calendar) editing: Editing,
    /// The fields.
    pub(in crate::calendar) draft: EventDraft,
}

/// The state of a form. `Copy`; a context within the form.
#[derive(Clone, Copy)]
pub(in crate::calendar) struct Editor {
    pub(super) desk: CalendarDesk,
    pub(super) draft: RwSignal<EventDraft>,
    /// The fields as they were when they were last the server's.
    pub(super) before: RwSignal<EventDraft>,
    /// The event; `None` for a new one.
    pub(super) event: StoredValue<Option<Arc<Event>>>,
    /// The event as it is now: others answer while it is open.
    pub(super) live: Signal<Option<Arc<Event>>>,
    /// The series of an occurrence, once it is there; of another event itself.
    pub(super) series: RwSignal<Option<Arc<Event>>>,
    /// The series is on its way: which of its events a change is for can't be asked yet.
    pub(super) loads: RwSignal<bool>,
    /// It is being saved.
    pub(super) busy: RwSignal<bool>,
    /// Why it was not saved.
    pub(super) failure: RwSignal<Option<String>>,
    pub(super) me: StoredValue<Organizer>,
}

impl Editor {
    /// For something that is to be edited.
    pub(super) fn new(desk: CalendarDesk, editing: &Editing) -> Self {
        let event = match editing {
            Editing::New { .. } => None,
            Editing::Event(event) => Some(event.clone()),
        };
        let before = match editing {
            Editing::New { start, end, all_day, title } => {
                let calendar = desk.default_calendar().map(|calendar| calendar.id.to_string().into());
                EventDraft::new(title.clone(), (*start, *end), *all_day, &zones::here(), calendar, &CLOCK)
            }
            Editing::Event(event) => EventDraft::of(event, &CLOCK),
        };
        let unsaved = desk.unsaved.try_update_value(|unsaved| unsaved.take_if(|it| it.editing == *editing)).flatten();
        let draft = unsaved.map_or_else(|| before.clone(), |unsaved| unsaved.draft);
        let me = use_session().me().get_untracked();
        let me = me.map(|me| Organizer { name: me.name, address: me.address }).unwrap_or_default();
        let editor = Self {
            desk,
            draft: RwSignal::new(draft),
            before: RwSignal::new(before),
            series: RwSignal::new(event.clone().filter(|event| event.base.is_none())),
            live: event.as_ref().map_or_else(|| Signal::stored(None), |event| desk.records.event(&event.id)),
            event: StoredValue::new(event),
            loads: RwSignal::new(false),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            me: StoredValue::new(me),
        };
        editor.load_series();
        if editor.is_new() {
            editor.choose_calendar();
        }
        editor
    }

    /// The calendars may come after the form: then a new event is in the one where new ones go.
    fn choose_calendar(self) {
        Effect::new(move |_| {
            let Some(calendar) = self.desk.default_calendar() else { return };
            let calendar = Some(jmap::Id::from(calendar.id.as_str()));
            if self.draft.with_untracked(|draft| draft.calendar.is_none()) {
                self.draft.update(|draft| draft.calendar.clone_from(&calendar));
            }
            if self.before.with_untracked(|before| before.calendar.is_none()) {
                self.before.update(|before| before.calendar = calendar);
            }
        });
    }

    /// An occurrence does not know its rule: its series does.
    fn load_series(self) {
        let Some(event) = self.event.get_value().filter(|event| event.base.is_some()) else { return };
        self.loads.set(true);
        spawn_local(async move {
            let series = self.desk.records.load_event(event.series()).await;
            // Without the series the occurrence alone can be changed.
            let Ok(Some(series)) = series else {
                self.loads.try_set(false);
                return;
            };
            let repeat = EventDraft::of(&series, &CLOCK).repeat;
            self.before.try_update(|before| before.repeat.clone_from(&repeat));
            self.draft.try_update(|draft| {
                if draft.repeat.is_none() {
                    draft.repeat = repeat;
                }
            });
            self.series.try_set(Some(Arc::new(series)));
            self.loads.try_set(false);
        });
    }

    /// Changes the fields.
    pub(super) fn change(self, change: impl FnOnce(&mut EventDraft)) {
        self.draft.update(change);
        self.failure.set(None);
    }

    /// Of the fields, something.
    pub(super) fn field<T: Send + Sync + Clone + PartialEq + 'static>(
        self,
        get: impl Fn(&EventDraft) -> T + Send + Sync + 'static,
    ) -> Signal<T> {
        Memo::new(move |_| self.draft.with(&get)).into()
    }

    /// What a guest of the event has answered by now, and said with it.
    pub(super) fn answer_of(self, guest: &Guest) -> (Participation, Option<String>) {
        let live = self
            .live
            .with(|live| live.as_ref().and_then(|it| it.guests.iter().find(|it| it.key == guest.key).cloned()));
        let guest = live.unwrap_or_else(|| guest.clone());
        (guest.participation, guest.comment.filter(|comment| !comment.is_empty()))
    }

    /// It is not there yet.
    pub(super) fn is_new(self) -> bool {
        self.event.with_value(Option::is_none)
    }

    /// Something was changed.
    pub(super) fn is_changed(self) -> bool {
        self.draft.with(|draft| self.before.with(|before| draft != before))
    }

    /// The form goes; what was typed is kept for whoever goes on.
    pub(super) fn keep(self, editing: &Editing) -> bool {
        let is_changed = untrack(|| self.is_changed());
        if is_changed {
            let unsaved = Unsaved { editing: editing.clone(), draft: self.draft.get_untracked() };
            self.desk.unsaved.set_value(Some(unsaved));
        }
        is_changed
    }
}
