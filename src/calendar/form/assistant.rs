//! Finding a time: who is busy when on a day, one line a person, the event's time over all lines, and times that fit
//! everybody best.
//!
//! | key | does |
//! |---|---|
//! | ArrowLeft, ArrowRight on the time | a quarter of an hour earlier or later |
//! | PageUp, PageDown on the time | a day earlier or later |
//!
//! Name: the time says itself; each line says in words whether that person is free then.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use jmap::Id;
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};

use super::availability::{look_up, taken, words};
use super::editor::Editor;
use super::free::{self, Free, Taken};
use super::people::name_of;
use super::reader::{self, CLOCK, utc};
use crate::locale::{dates, t, t_with};
use crate::records::event::format_duration;
use crate::records::{MeetingTime, Millis, Principal};
use crate::ui::{Button, ButtonKind, Dialog, DialogSize, Icon, IconButton, IconName, IconSize};

/// The hours of a day that are shown.
const FIRST_HOUR: i64 = 7;
const LAST_HOUR: i64 = 20;
const QUARTER: Millis = 900_000.0;
const DAY: Millis = 86_400_000.0;
/// Days in which good times are looked for.
const AHEAD: i64 = 5;

/// Somebody's line.
#[derive(Clone, Debug, PartialEq)]
struct Person {
    address: String,
    name: String,
    is_optional: bool,
    is_thing: bool,
}

/// What is known of everybody's day.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    principals: BTreeMap<String, Option<Principal>>,
    taken: BTreeMap<Id, Option<Vec<Taken>>>,
}

impl Known {
    fn of(&self, address: &str) -> Option<&Vec<Taken>> {
        let principal = self.principals.get(address)?.as_ref()?;
        self.taken.get(&Id::from(principal.id.as_str()))?.as_ref()
    }
}

/// The link in the form, and what it opens.
#[component]
pub(super) fn FindTime(editor: Editor) -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    let start = RwSignal::new(0.0);
    let length = Memo::new(move |_| editor.draft.with(|draft| draft.until(&CLOCK) - draft.from(&CLOCK)));
    let press = Callback::new(move |()| {
        start.set(editor.draft.with_untracked(|draft| draft.from(&CLOCK)));
        open.set(true);
    });
    let use_it = Callback::new(move |()| {
        let start = start.get_untracked();
        editor.change(|draft| {
            if let Some(wall) = CLOCK.wall(start, draft.time_zone.as_deref()) {
                draft.start_at(wall);
            }
        });
        open.set(false);
    });
    let range = move || {
        let start = start.get();
        t_with("event.range", &[("from", &dates::time(start)), ("to", &dates::time(start + length.get()))])
    };
    view! {
        <Button kind=ButtonKind::Link on_press=press>{t("event.findTime")}</Button>
        <Dialog
            open=open
            on_cancel=close
            title=t("event.findTime")
            close_label=t("event.close")
            size=DialogSize::Large
            foot=move || view! {
                <Button kind=ButtonKind::Quiet on_press=close>{t("event.cancel")}</Button>
                <Button kind=ButtonKind::Primary on_press=use_it>{move || t_with("event.useTime", &[("time", &range())])}</Button>
            }
        >
            <Assistant editor start length />
        </Dialog>
    }
}

#[component]
fn Assistant(editor: Editor, start: RwSignal<Millis>, length: Memo<Millis>) -> impl IntoView {
    let me = editor.me.get_value();
    let people = StoredValue::new(people(editor, &me.address, &me.name));
    let known = RwSignal::new(Known::default());
    let good = RwSignal::new(None::<Vec<MeetingTime>>);
    let own = editor.event.with_value(|event| event.as_ref().map(|event| (event.start, event.end)));
    let midnight = Memo::new(move |_| {
        let wall = CLOCK.wall(start.get(), None).unwrap_or_default();
        CLOCK.when(wall.date().and_time(chrono::NaiveTime::MIN), None)
    });
    // Who they are is asked once, their time for each day that is shown.
    let ask = move |midnight: Millis| {
        spawn_local(async move {
            let records = editor.desk.records;
            let Some(unknown) = known.try_with_untracked(|known| {
                let addresses =
                    people.with_value(|people| people.iter().map(|it| it.address.clone()).collect::<Vec<_>>());
                addresses.into_iter().filter(|it| !known.principals.contains_key(it)).collect::<Vec<_>>()
            }) else {
                return;
            };
            let found = look_up(records, unknown.into_iter()).await;
            known.try_update(|known| known.principals.extend(found));
            let ids_of = |wanted: &dyn Fn(&Person) -> bool| -> Vec<Id> {
                let Some(Some(ids)) = known.try_with_untracked(|known| {
                    people.try_with_value(|people| {
                        let of = |it: &Person| {
                            known.principals.get(&it.address)?.as_ref().map(|it| Id::from(it.id.as_str()))
                        };
                        people.iter().filter(|it| wanted(it)).filter_map(of).collect::<Vec<_>>()
                    })
                }) else {
                    return Vec::new();
                };
                ids
            };
            let all = ids_of(&|_| true);
            if let Ok(told) = taken(records, &all, (midnight - DAY, midnight + 2.0 * DAY)).await {
                known.try_update(|known| known.taken = told);
            }
            let (required, optional) = (ids_of(&|it| !it.is_optional), ids_of(&|it| it.is_optional));
            let from = midnight.max(dates::now());
            let (from, until) = (utc(from), utc(midnight + AHEAD as Millis * DAY));
            let Some(length) = length.try_get_untracked() else { return };
            let times =
                records.suggest_times((&required, &optional), (&from, &until), &format_duration(0, length)).await;
            good.try_set(Some(times.unwrap_or_default()));
        });
    };
    Effect::new(move |_| ask(midnight.get()));

    let shown_from = move || midnight.get() + FIRST_HOUR as Millis * 3_600_000.0;
    let shown = (LAST_HOUR - FIRST_HOUR) as Millis * 3_600_000.0;
    // Where a moment is along a line.
    let along = move |millis: Millis| format!("{:.3}%", ((millis - shown_from()) / shown * 100.0).clamp(0.0, 100.0));
    let step_day = move |days: i64| {
        let wall = CLOCK.wall(start.get_untracked(), None).unwrap_or_default() + TimeDelta::days(days);
        start.set(CLOCK.when(wall, None));
    };
    let keydown = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "ArrowLeft" => start.update(|start| *start -= QUARTER),
            "ArrowRight" => start.update(|start| *start += QUARTER),
            "PageUp" => step_day(-1),
            "PageDown" => step_day(1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // A press into the lines is the time that the event is to begin at.
    let press = move |event: ev::MouseEvent| {
        let crate::ui::Anchor::Element(lines) = crate::ui::Anchor::of(&event) else { return };
        let rect = crate::ui::rect_of(&lines);
        let part = (f64::from(event.client_x()) - rect.x) / rect.width.max(1.0);
        let part = if crate::ui::is_rtl() { 1.0 - part } else { part };
        let at = shown_from() + part * shown;
        start.set((at / QUARTER).floor() * QUARTER);
    };
    let line = move |person: Person| {
        let address = StoredValue::new(person.address.clone());
        let state = move || {
            known.with(|known| match address.with_value(|it| known.principals.get(it).cloned()) {
                None => None,
                Some(None) => Some(Free::Unknown),
                Some(Some(_)) => {
                    Some(address.with_value(|it| known.of(it).cloned()).map_or(Free::Unknown, |taken| {
                        free::at(&taken, (start.get(), start.get() + length.get()), own)
                    }))
                }
            })
        };
        let blocks = move || {
            let day = (shown_from(), shown_from() + shown);
            let taken = known.with(|known| address.with_value(|it| known.of(it).cloned())).unwrap_or_default();
            let is_shown = |it: &Taken| it.from < day.1 && it.until > day.0 && own != Some((it.from, it.until));
            let block = |it: Taken| {
                view! { <span class="find-time__busy" data-tentative=it.is_tentative.then_some("") style:--from=move || along(it.from) style:--to=move || along(it.until)></span> }
            };
            taken.into_iter().filter(is_shown).map(block).collect_view()
        };
        view! {
            <li class="find-time__line">
                <span class="find-time__name">
                    {person.is_thing.then(|| view! { <Icon name=IconName::Door size=IconSize::Small /> })}
                    <span class="truncate">{person.name}</span>
                    {person.is_optional.then(|| view! { <span class="guest__role">{t("event.ifFree")}</span> })}
                    <span class="visually-hidden">{move || state().map(|free| format!(": {}", words(free)))}</span>
                </span>
                <span class="find-time__day" data-unknown=move || (state() == Some(Free::Unknown)).then_some("") on:click=press>
                    {blocks}
                    <span class="find-time__slot" aria-hidden="true" style:--from=move || along(start.get()) style:--to=move || along(start.get() + length.get())></span>
                </span>
            </li>
        }
    };
    let hours = (FIRST_HOUR..LAST_HOUR)
        .map(|hour| {
            let at = move || dates::hour(midnight.get() + hour as Millis * 3_600_000.0);
            view! { <span>{at}</span> }
        })
        .collect_view();
    let said = move || {
        let start = start.get();
        let wall = |millis| CLOCK.wall(millis, None).unwrap_or_default();
        reader::when(wall(start), wall(start + length.get()), false)
    };
    let time = move |it: MeetingTime| {
        let wall = |millis| CLOCK.wall(millis, None).unwrap_or_default();
        let when = reader::when(wall(it.start), wall(it.end), false);
        let names: Vec<String> = known.with_untracked(|known| {
            let name = |id: &Id| {
                known.principals.values().flatten().find(|it| it.id.as_str() == id.as_str()).map(|it| it.name.clone())
            };
            it.conflicts.iter().filter_map(name).collect()
        });
        let why = if names.is_empty() {
            t("event.everybodyFree")
        } else {
            t_with("event.notFree", &[("names", &crate::locale::list(&names))])
        };
        let begins = it.start;
        view! {
            <li>
                <button
                    class="good-time"
                    type="button"
                    aria-pressed=move || (start.get() == begins).to_string()
                    on:click=move |_| start.set(begins)
                >
                    <b>{when}</b>
                    <span>{why}</span>
                </button>
            </li>
        }
    };
    view! {
        <div class="find-time">
            <div class="find-time__head">
                <IconButton name=t("event.dayBefore") icon=IconName::ChevronLeft on_press=move |()| step_day(-1) />
                <button class="find-time__time" type="button" data-tooltip=t("event.moveTime") aria-describedby="find-time-hint" on:keydown=keydown>
                    {said}
                </button>
                <IconButton name=t("event.dayAfter") icon=IconName::ChevronRight on_press=move |()| step_day(1) />
                <span class="visually-hidden" id="find-time-hint">{t("event.moveTime")}</span>
            </div>
            <div class="find-time__hours" aria-hidden="true"><span></span><span class="find-time__scale">{hours}</span></div>
            <ul class="find-time__lines" aria-label=t("event.everyone")>
                {people.get_value().into_iter().map(line).collect_view()}
            </ul>
            <h3 class="find-time__title">{t("event.goodTimes")}</h3>
            <div aria-live="polite">
                {move || match good.get() {
                    None => ().into_any(),
                    Some(times) if times.is_empty() => view! { <p class="event-form__hint">{t("event.noGoodTimes")}</p> }.into_any(),
                    Some(times) => view! { <ul class="good-times">{times.into_iter().map(time).collect_view()}</ul> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// Myself first, then everybody who is invited.
fn people(editor: Editor, my_address: &str, my_name: &str) -> Vec<Person> {
    let me =
        Person { address: my_address.to_lowercase(), name: my_name.to_owned(), is_optional: false, is_thing: false };
    let guests = editor.draft.with_untracked(|draft| {
        let person = |it: &super::draft::Invitee| Person {
            address: it.guest.address.to_lowercase(),
            name: name_of(&it.guest),
            is_optional: it.guest.is_optional,
            is_thing: matches!(it.guest.kind.as_str(), "location" | "resource"),
        };
        draft.guests.iter().map(person).filter(|it| it.address != me.address).collect::<Vec<_>>()
    });
    std::iter::once(me).chain(guests).collect()
}
