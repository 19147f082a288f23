//! The small popover of a new event: one line, from which the time, the place, the people and how it repeats are read
//! as one types.
//!
//! | key | does |
//! |---|---|
//! | Enter | saves what is read |
//! | Escape | closes |

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::{EventDraft, Organizer};
use super::editor::Unsaved;
use super::people::{Found, find};
use super::reader::{self, CLOCK, Reader};
use super::words::sentence;
use crate::calendar::desk::{CalendarDesk, Editing, failure_words};
use crate::calendar::sentence::{Slot, read};
use crate::locale::{t, t_count, t_with, zones};
use crate::session::use_session;
use crate::ui::placement::Placement;
use crate::ui::{
    Anchor, AnchorSignal, Button, ButtonKind, Icon, IconName, IconSize, Notice, NoticeKind, Popover, TextField, Toast,
    Token,
};

/// The popover of what the desk has for it.
#[component]
pub(in crate::calendar) fn QuickEvent() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    let quick = Memo::new(move |_| desk.quick.get());
    Effect::new(move |_| {
        if quick.with(Option::is_none) {
            return open.set(false);
        }
        // By the next frame the grid shows where the event will be: the popover goes beside that.
        request_animation_frame(move || {
            let shape = document().query_selector("[data-ghost], [data-meant]").ok().flatten();
            let beside = shape.or_else(|| crate::ui::focused().map(Into::into));
            if quick.try_with_untracked(Option::is_some) == Some(true) {
                anchor.try_set(beside.map(Anchor::Element).unwrap_or_default());
                open.try_set(true);
            }
        });
    });
    // It closed itself.
    Effect::new(move |_| {
        if !open.get() && desk.quick.with_untracked(Option::is_some) {
            desk.quick.set(None);
        }
    });
    view! {
        <Popover open anchor label=t("event.newEvent") placement=Placement::Below>
            {move || quick.get().map(|editing| view! { <Line desk editing /> })}
        </Popover>
    }
}

#[component]
fn Line(desk: CalendarDesk, editing: Editing) -> impl IntoView {
    let Editing::New { start, end, all_day, title } = editing.clone() else { return ().into_any() };
    let calendar = move || desk.default_calendar().map(|calendar| jmap::Id::from(calendar.id.as_str()));
    let wall = |millis| CLOCK.wall(millis, None).unwrap_or_default();
    let slot = Slot { start: wall(start), end: wall(end), all_day };
    let text = RwSignal::new(title);
    let read = Memo::new(move |_| read(&text.get(), wall(desk.now.get()), slot));
    // Who is meant by the names: the first that is found, to be taken away if it is somebody else.
    let found = RwSignal::new(Vec::<(String, Found)>::new());
    let refused = RwSignal::new(Vec::<String>::new());
    let people = Memo::new(move |_| read.with(|read| read.people.clone()));
    Effect::new(move |_| {
        let missing: Vec<String> = people.with(|people| {
            people
                .iter()
                .filter(|name| found.with_untracked(|found| !found.iter().any(|it| it.0 == **name)))
                .cloned()
                .collect()
        });
        if missing.is_empty() {
            return;
        }
        set_timeout(
            move || {
                // One goes on typing.
                if people.try_with_untracked(|people| missing.iter().all(|name| people.contains(name))) != Some(true) {
                    return;
                }
                spawn_local(async move {
                    for name in missing {
                        if let Some(first) = find(desk.records, &name).await.into_iter().next() {
                            found.try_update(|found| found.push((name, first)));
                        }
                    }
                });
            },
            Duration::from_millis(200),
        );
    });
    let me = StoredValue::new(use_session().me().get_untracked());
    let guests = Memo::new(move |_| {
        let is_me =
            |it: &Found| me.with_value(|me| me.as_ref().is_some_and(|me| me.address.eq_ignore_ascii_case(&it.address)));
        let people = people.get();
        let is_wanted = |(name, it): &&(String, Found)| {
            people.contains(name) && !is_me(it) && refused.with(|refused| !refused.contains(&it.address))
        };
        found.with(|found| found.iter().filter(is_wanted).map(|it| it.1.clone()).collect::<Vec<_>>())
    });
    let draft = move || {
        let read = read.get_untracked();
        let zone = zones::here();
        let when = |local| CLOCK.when(local, None);
        let range = (when(read.start), when(read.end));
        let mut draft = EventDraft::new(read.title.clone(), range, read.all_day, &zone, calendar(), &CLOCK);
        draft.repeat = read.repeat;
        draft.location = read.place.unwrap_or_default();
        for guest in guests.get_untracked() {
            draft.invite(guest.invitee());
        }
        draft
    };
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let is_done = StoredValue::new(false);
    let save = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let draft = draft();
        if let Some(fault) = draft.fault() {
            return failure.set(Some(t(fault.key())));
        }
        busy.set(true);
        let me = me.get_value().map(|me| Organizer { name: me.name, address: me.address }).unwrap_or_default();
        spawn_local(async move {
            let event = draft.create(&me, &CLOCK);
            let tells = event.contains_key("participants");
            match desk.records.create_event(event, tells).await {
                Ok(id) => {
                    is_done.try_set_value(true);
                    desk.quick.set(None);
                    let title = if draft.title.is_empty() { t("calendar.untitled") } else { draft.title };
                    let back = Callback::new(move |()| {
                        let id = id.clone();
                        spawn_local(async move {
                            if let Err(failure) = desk.records.destroy_event(&id, tells).await {
                                desk.failed(&failure);
                            }
                        });
                    });
                    let key = if tells { "event.sent" } else { "event.made" };
                    desk.toasts.show(Toast::new(t_with(key, &[("title", &title)])).act(t("calendar.undo"), back));
                }
                Err(error) => {
                    busy.try_set(false);
                    failure.try_set(Some(t_with("event.notSaved", &[("why", &failure_words(&error))])));
                }
            }
        });
    });
    let keep = {
        let editing = editing.clone();
        move || desk.unsaved.set_value(Some(Unsaved { editing: editing.clone(), draft: draft() }))
    };
    let more = {
        let (keep, editing) = (keep.clone(), editing.clone());
        Callback::new(move |()| {
            is_done.set_value(true);
            keep();
            desk.quick.set(None);
            desk.editing.set(Some(editing.clone()));
        })
    };
    // A press beside it closes it; the line is not lost with it.
    on_cleanup(move || {
        if is_done.get_value() || text.with_untracked(|text| text.trim().is_empty()) {
            return;
        }
        keep();
    });
    let when = move || {
        read.with(|read| {
            let last = if read.all_day { read.end - chrono::TimeDelta::days(1) } else { read.end };
            reader::when(read.start, last, read.all_day)
        })
    };
    let repeats = move || read.with(|read| read.repeat.as_ref().map(|rule| sentence(rule, &Reader)));
    let place = move || read.with(|read| read.place.clone());
    let token = move |it: Found| {
        let name = if it.name.is_empty() { it.address.clone() } else { it.name.clone() };
        let (label, hint) = (t_with("event.takeAwayNamed", &[("name", &name)]), it.address.clone());
        let on_remove = Callback::new(move |()| refused.update(|refused| refused.push(it.address.clone())));
        view! { <Token words=name remove_label=label hint=hint on_remove=on_remove /> }
    };
    let line = |icon: IconName, words: String| view! { <p class="quick__line"><Icon name=icon size=IconSize::Small />{words}</p> };
    view! {
        <div class="quick">
            <TextField
                label=t("event.title")
                label_hidden=true
                placeholder=t("event.sentence")
                value=text
                on_input=move |typed| {
                    failure.set(None);
                    text.set(typed);
                }
                on_enter=save
            />
            <div class="quick__read" aria-live="polite">
                {move || line(IconName::Clock, when())}
                {move || repeats().map(|words| line(IconName::Sync, words))}
                {move || place().map(|place| line(IconName::Location, place))}
            </div>
            {move || (!guests.with(Vec::is_empty)).then(|| view! {
                <div class="event-form__chips">{guests.get().into_iter().map(token).collect_view()}</div>
            })}
            {move || failure.get().map(|words| view! { <Notice kind=NoticeKind::Error words=words /> })}
            <div class="quick__foot">
                <Button kind=ButtonKind::Quiet on_press=more>{t("event.more")}</Button>
                <Button kind=ButtonKind::Primary busy=busy on_press=save>
                    {move || match guests.with(Vec::len) {
                        0 => t("event.save"),
                        count => t_count("event.sendTo", count as u64, &[]),
                    }}
                </Button>
            </div>
        </div>
    }
    .into_any()
}
