//! An invitation as it is read and answered: Yes, Maybe, No, with a word to the organiser; of a series to all of it or
//! to this one.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::{Map, json};

use super::draft::{EventDraft, escaped};
use super::editor::Editor;
use super::people::{answer_words, name_of};
use super::reader::{self, Reader};
use super::row::Row;
use super::words::sentence;
use crate::locale::{t, t_with};
use crate::records::{Event, EventStatus, Participation};
use crate::ui::{Avatar, AvatarSize, Choice, IconName, RadioGroup, RadioLook, TextField};

/// The three answers.
#[component]
pub(super) fn AnswerBar(editor: Editor, event: Arc<Event>) -> impl IntoView {
    let desk = editor.desk;
    let me = event.guest_of(&desk.me.get_untracked()).cloned();
    let answered = RwSignal::new(me.as_ref().map(|me| me.participation).unwrap_or_default());
    let note = RwSignal::new(me.as_ref().and_then(|me| me.comment.clone()).unwrap_or_default());
    let is_all = RwSignal::new(true);
    let has_series = event.base.is_some();
    let key = me.map(|me| escaped(&me.key)).unwrap_or_default();
    let is_cancelled = event.status == EventStatus::Cancelled;
    let title = desk.title(&event);
    let answer = {
        let event = event.clone();
        move |participation: Participation| {
            let mut patch = Map::new();
            patch.insert(format!("participants/{key}/participationStatus"), json!(participation.as_str()));
            let said = note.get_untracked().trim().to_owned();
            let said = if said.is_empty() { json!(null) } else { json!(said) };
            patch.insert(format!("participants/{key}/participationComment"), said);
            answered.set(participation);
            let to = if has_series && is_all.get_untracked() { event.series() } else { &event.id };
            let undo = desk.records.change_event(to, patch);
            let words = t_with("event.answered", &[("title", &title), ("answer", &answer_words(participation))]);
            desk.done(words, undo);
        }
    };
    let one = move |participation: Participation, words: String, icon: IconName| {
        let answer = answer.clone();
        view! {
            <button
                class="answer"
                type="button"
                data-answer=participation.as_str()
                aria-pressed=move || (answered.get() == participation).to_string()
                on:click=move |_| answer(participation)
            >
                <crate::ui::Icon name=icon />
                <span>{words}</span>
            </button>
        }
    };
    if is_cancelled {
        return view! { <p class="event-form__hint">{t("event.cancelled")}</p> }.into_any();
    }
    view! {
        <section class="event-form__answer" aria-label=t("event.answer")>
            <div class="event-form__answers">
                {one(Participation::Accepted, t("event.yes"), IconName::Check)}
                {one(Participation::Tentative, t("event.maybe"), IconName::Clock)}
                {one(Participation::Declined, t("event.no"), IconName::Dismiss)}
            </div>
            <TextField label=t("event.note") label_hidden=true placeholder=t("event.note") value=note on_input=move |text| note.set(text) />
            {has_series.then(|| view! {
                <RadioGroup
                    label=t("event.answerFor")
                    look=RadioLook::Segments
                    choices=vec![Choice::new(true, t("event.forAll")), Choice::new(false, t("event.forThis"))]
                    value=is_all
                    on_change=move |all| is_all.set(all)
                />
            })}
        </section>
    }
    .into_any()
}

/// What is said of an event that one only reads.
#[component]
pub(super) fn Said(editor: Editor, event: Arc<Event>) -> impl IntoView {
    let draft = EventDraft::of(&event, &reader::CLOCK);
    let zone = draft.time_zone.clone();
    let here = {
        let wall = |millis| reader::CLOCK.wall(millis, None).unwrap_or_default();
        if event.all_day {
            reader::when(draft.start, draft.end, true)
        } else {
            reader::when(wall(event.start), wall(event.end), false)
        }
    };
    let is_elsewhere = zone.as_ref().is_some_and(|zone| *zone != crate::locale::zones::here());
    let there = is_elsewhere.then(|| {
        let when = reader::when(draft.start, draft.end, event.all_day);
        t_with("event.there", &[("when", &when), ("zone", &reader::zone(zone.as_deref()))])
    });
    let repeats = move || editor.field(|draft| draft.repeat.clone()).get().map(|rule| sentence(&rule, &Reader));
    let guests = event
        .guests
        .iter()
        .filter(|guest| guest.kind != "location")
        .map(|guest| {
            let (name, guest) = (name_of(guest), guest.clone());
            let address = guest.address.clone();
            let answer = Memo::new(move |_| (editor.answer_of(&guest), guest.is_owner));
            let comment =
                move || answer.get().0.1.map(|comment| view! { <span class="guest__comment">{comment}</span> });
            let state = move || {
                let ((participation, _), is_owner) = answer.get();
                if is_owner { t("event.organiser") } else { answer_words(participation) }
            };
            let is_good = move || matches!(answer.get(), ((Participation::Accepted, _), false)).then_some("");
            view! {
                <li class="guest">
                    <Avatar name=name.clone() seed=address.clone() size=AvatarSize::Small />
                    <span class="guest__name">
                        <span class="truncate" data-tooltip=address>{name}</span>
                        {comment}
                    </span>
                    <span class="guest__state" data-good=is_good>{state}</span>
                </li>
            }
        })
        .collect_view();
    let has_guests = !event.guests.is_empty();
    let meeting = event.meeting.clone().map(|link| {
        let is_web = link.starts_with("https://") || link.starts_with("http://");
        if is_web {
            view! { <a class="link" href=link.clone() target="_blank" rel="noopener noreferrer">{link.clone()}</a> }
                .into_any()
        } else {
            view! { <span>{link}</span> }.into_any()
        }
    });
    let notes = draft.description.clone();
    view! {
        <Row icon=IconName::Clock>
            <p>{here}</p>
            {there.map(|there| view! { <p class="event-form__hint">{there}</p> })}
            {move || repeats().map(|words| view! { <p class="event-form__hint">{words}</p> })}
        </Row>
        {has_guests.then(|| view! {
            <Row icon=IconName::People><ul class="guests" aria-label=t("event.people")>{guests}</ul></Row>
        })}
        {event.location.clone().map(|place| view! { <Row icon=IconName::Location><p>{place}</p></Row> })}
        {meeting.map(|meeting| view! { <Row icon=IconName::Video><p class="event-form__link">{meeting}</p></Row> })}
        {(!notes.is_empty()).then(|| view! {
            <Row icon=IconName::DocumentText><p class="event-form__notes">{notes}</p></Row>
        })}
    }
}
