//! What a mail says about an event (RFC 6047): an invitation with Yes, Maybe and No and what else is at that time, an
//! answer, a cancellation, another time that is proposed. Pattern: a group of buttons of which one is pressed.
//!
//! The calendar itself is not drawn here; the event in it is changed through records.

use std::sync::Arc;

use jmap::BlobId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use crate::calendar::{day_href, title};
use crate::locale::{dates, t, t_with, zones};
use crate::mail::desk::Desk;
use crate::mail::said;
use crate::records::{Attachment, EmailDetails, Event, EventQuery, EventStatus, Guest, Invite, Participation};
use crate::ui::{Button, ButtonKind, ButtonSize, Icon, IconName, Notice, NoticeKind, Toast};

/// Whether a file is what a mail says about an event.
pub(super) fn is_about_event(file: &Attachment) -> bool {
    file.media_type.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("text/calendar"))
}

fn file_of(details: &EmailDetails) -> Option<BlobId> {
    details.attachments.iter().find(|file| is_about_event(file)).map(|file| file.blob_id.clone())
}

/// What is known of the event; nothing, if the mail is about none.
#[component]
pub(super) fn Invitation(details: Arc<EmailDetails>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Some(file) = file_of(&details).filter(|_| desk.records.has_calendars()) else { return ().into_any() };
    let invite = RwSignal::new(None::<Arc<Invite>>);
    let failed = RwSignal::new(false);
    let load = Callback::new(move |()| {
        let file = file.clone();
        spawn_local(async move {
            match desk.records.invite(&file).await {
                Ok(found) => {
                    failed.try_set(false);
                    invite.try_set(found.map(Arc::new));
                }
                Err(_) => {
                    failed.try_set(true);
                }
            }
        });
    });
    load.run(());
    view! {
        {move || {
            failed
                .get()
                .then(|| {
                    view! {
                        <div class="email__notice">
                            <Notice
                                kind=NoticeKind::Error
                                words=t("invitation.failed")
                                act=t("mail.tryAgain")
                                on_act=move |()| load.run(())
                            />
                        </div>
                    }
                })
        }}
        {move || invite.get().map(|invite| view! { <Known invite again=load /> })}
    }
    .into_any()
}

/// When an event is, in words.
fn when(event: &Event) -> String {
    if event.all_day {
        let last = event.end - 1.0;
        let (first, last) = (dates::day_full(event.start), dates::day_full(last));
        return if first == last { first } else { t_with("invitation.fromTo", &[("from", &first), ("to", &last)]) };
    }
    let day = dates::day_full(event.start);
    let (from, to) = (dates::time(event.start), dates::time(event.end));
    t_with("invitation.dayTime", &[("day", &day), ("from", &from), ("to", &to)])
}

fn name_of(guest: &Guest) -> String {
    if guest.name.is_empty() { guest.address.clone() } else { guest.name.clone() }
}

#[component]
fn Known(invite: Arc<Invite>, again: Callback<()>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let me = vec![desk.me.get_untracked()];
    let shown = match (invite.method.as_str(), &invite.mine) {
        // What is in the calendar knows more of it than an older mail.
        ("request" | "add" | "publish", Some(mine)) => mine.clone(),
        _ => invite.event.clone(),
    };
    let title = title(&shown);
    let about = t_with("invitation.about", &[("title", &title)]);
    let href = day_href(&shown);
    let said = match invite.method.as_str() {
        "reply" => {
            let answer = invite.event.guests.iter().find(|guest| !guest.is_owner).or(invite.event.guests.first());
            answer.map(|guest| {
                let words = match guest.participation {
                    Participation::Accepted => "invitation.saidYes",
                    Participation::Declined => "invitation.saidNo",
                    Participation::Tentative => "invitation.saidMaybe",
                    Participation::Delegated => "invitation.saidDelegated",
                    Participation::NeedsAction => "invitation.saidNothing",
                };
                let words = t_with(words, &[("name", &name_of(guest))]);
                match &guest.comment {
                    Some(comment) => format!("{words} “{comment}”"),
                    None => words,
                }
            })
        }
        "cancel" => Some(t("invitation.cancelled")),
        "counter" => {
            let by = invite.event.guests.iter().find(|guest| !guest.is_owner).map(name_of).unwrap_or_default();
            Some(t_with("invitation.proposes", &[("name", &by)]))
        }
        "declinecounter" => Some(t("invitation.proposalDeclined")),
        _ if shown.status == EventStatus::Cancelled => Some(t("invitation.cancelled")),
        _ => None,
    };
    let own = invite.mine.as_ref().and_then(|mine| Some((mine.clone(), mine.guest_of(&me)?.clone())));
    let can_answer = invite.method == "request" && shown.status != EventStatus::Cancelled;
    let answers = own.filter(|(_, guest)| can_answer && !guest.is_owner);
    let proposal = (invite.method == "counter").then(|| invite.mine.clone()).flatten();
    let over = shown.end < dates::now();
    view! {
        <section class="invitation" aria-label=about>
            <span class="invitation__icon"><Icon name=IconName::Calendar /></span>
            <div class="invitation__facts">
                {said.map(|said| view! { <p class="invitation__said">{said}</p> })}
                <p class="invitation__title" data-cancelled=(shown.status == EventStatus::Cancelled || invite.method == "cancel").then_some("")>{title}</p>
                <p>{when(&shown)} {shown.recurs.then(|| format!(" · {}", t("invitation.repeats")))}</p>
                {shown.location.clone().map(|place| view! { <p class="secondary">{place}</p> })}
                {(can_answer && !over).then(|| view! { <Meanwhile event=shown.clone() /> })}
            </div>
            <div class="invitation__acts">
                {answers.map(|(mine, guest)| view! { <Answers mine guest /> })}
                {proposal.map(|mine| view! { <Proposal mine proposed=invite.event.clone() again /> })}
                <a class="invitation__link" href=href>{t("invitation.show")}</a>
            </div>
        </section>
    }
}

/// What else is in the calendar at that time.
#[component]
fn Meanwhile(event: Event) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let query = EventQuery {
        after: zones::local(event.start, None),
        before: zones::local(event.end.max(event.start + 60_000.0), None),
        time_zone: zones::here(),
    };
    let events = desk.records.events(query).events();
    let series = event.series().clone();
    let (start, end, all_day) = (event.start, event.end, event.all_day);
    move || {
        let events = events.get();
        let events = events.ready()?;
        let others: Vec<String> = events
            .iter()
            .filter(|other| *other.series() != series && other.all_day == all_day)
            .filter(|other| other.start < end && other.end > start && other.status != EventStatus::Cancelled)
            .map(|other| {
                let title = title(other);
                t_with(
                    "invitation.other",
                    &[("title", &title), ("from", &dates::time(other.start)), ("to", &dates::time(other.end))],
                )
            })
            .collect();
        Some(if others.is_empty() {
            view! { <p class="invitation__free">{t("invitation.free")}</p> }.into_any()
        } else {
            let others = others.join(", ");
            view! { <p class="invitation__busy">{t_with("invitation.meanwhile", &[("others", &others)])}</p> }
                .into_any()
        })
    }
}

/// Yes, Maybe, No: sent to who invited.
#[component]
fn Answers(mine: Event, guest: Guest) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let answer = RwSignal::new(guest.participation);
    let sending = RwSignal::new(None::<Participation>);
    let mine = StoredValue::new(mine);
    let key = StoredValue::new(guest.key);
    let send = move |now: Participation| {
        if sending.get_untracked().is_some() || answer.get_untracked() == now {
            return;
        }
        sending.set(Some(now));
        let path =
            format!("participants/{}/participationStatus", key.get_value().replace('~', "~0").replace('/', "~1"));
        let patch = serde_json::Map::from_iter([(path, json!(now.as_str()))]);
        let id = mine.with_value(|mine| mine.id.clone());
        spawn_local(async move {
            let done = desk.records.update_event(&id, patch, true).await;
            sending.try_set(None);
            match done {
                Ok(()) => {
                    answer.try_set(now);
                    desk.toasts.show(Toast::new(t("invitation.sent")));
                }
                Err(failure) => {
                    desk.toasts.show(Toast::new(said::failure(&failure)));
                }
            }
        });
    };
    let choices = [
        (Participation::Accepted, "invitation.yes"),
        (Participation::Tentative, "invitation.maybe"),
        (Participation::Declined, "invitation.no"),
    ];
    view! {
        <div class="invitation__answers" role="group" aria-label=t("invitation.answer")>
            {choices
                .into_iter()
                .map(|(own, words)| {
                    view! {
                        <button
                            class="invitation__answer"
                            type="button"
                            aria-pressed=move || (answer.get() == own).to_string()
                            aria-busy=move || (sending.get() == Some(own)).then_some("true")
                            on:click=move |_| send(own)
                        >
                            {move || (answer.get() == own).then(|| view! { <Icon name=IconName::Check /> })}
                            {t(words)}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// Another time that a guest proposes: taken, everybody is told.
#[component]
fn Proposal(mine: Event, proposed: Event, again: Callback<()>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let is_taken = mine.start == proposed.start && mine.end == proposed.end;
    if is_taken {
        return view! { <p class="secondary">{t("invitation.proposalTaken")}</p> }.into_any();
    }
    let sending = RwSignal::new(false);
    let take = move |()| {
        sending.set(true);
        let start = zones::local(proposed.start, mine.time_zone.as_deref());
        let patch = serde_json::Map::from_iter([
            ("start".to_owned(), json!(start)),
            ("duration".to_owned(), json!(proposed.duration)),
        ]);
        let id = mine.id.clone();
        spawn_local(async move {
            let done = desk.records.update_event(&id, patch, true).await;
            sending.try_set(false);
            match done {
                Ok(()) => again.run(()),
                Err(failure) => {
                    desk.toasts.show(Toast::new(said::failure(&failure)));
                }
            }
        });
    };
    view! {
        <Button kind=ButtonKind::Primary size=ButtonSize::Compact busy=sending on_press=take>
            {t("invitation.takeProposal")}
        </Button>
    }
    .into_any()
}
