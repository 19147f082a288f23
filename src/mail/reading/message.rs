//! One mail of a conversation: folded to a line, or open with its head, notices, body and files.

use std::sync::Arc;

use leptos::prelude::*;

use super::attachments::Attachments;
use super::body::{Body, is_dark};
use super::invitation::Invitation;
use super::source::{SourceAsked, source as source_of};
use crate::locale::{dates, t, t_with};
use crate::mail::composer::Answer;
use crate::mail::desk::Desk;
use crate::mail::said::{self, with_said};
use crate::mail::summary::{first_name, full_name, is};
use crate::records::{Email, EmailAddress, EmailDetails, EmailPatch, Load, Targets};
use crate::shell::parts::{Typing, later};
use crate::ui::{
    Avatar, AvatarSize, Bones, BonesKind, IconName, MenuButton, MenuFace, MenuItem, MenuRule, Notice, NoticeKind,
    bones_due, placement::Placement,
};

/// One mail.
#[component]
pub(super) fn Message(
    /// Which.
    #[prop(into)]
    email: Signal<Arc<Email>>,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// The other of open and folded was wished.
    on_toggle: Callback<()>,
) -> impl IntoView {
    move || {
        if open.get() {
            view! { <OpenMessage email on_toggle /> }.into_any()
        } else {
            view! { <FoldedMessage email on_toggle /> }.into_any()
        }
    }
}

fn writer(email: &Email) -> EmailAddress {
    email.from.first().cloned().unwrap_or(EmailAddress { name: None, email: String::new() })
}

/// The writer's name: "You" for oneself.
fn writer_name(email: &Email, me: &str) -> String {
    let writer = writer(email);
    if is(&writer, me) { t("mail.you") } else { full_name(&writer).to_owned() }
}

/// One line: who, how it begins, when. It opens.
#[component]
fn FoldedMessage(email: Signal<Arc<Email>>, on_toggle: Callback<()>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let name = Signal::derive(move || writer_name(&email.get(), &desk.me.get()));
    let face = Signal::derive(move || full_name(&writer(&email.get())).to_owned());
    let seed = Signal::derive(move || writer(&email.get()).email);
    view! {
        <button class="email email--folded" type="button" aria-expanded="false" on:click=move |_| on_toggle.run(())>
            <Avatar name=face seed size=AvatarSize::Small />
            <b>{move || name.get()}</b>
            {move || email.with(|email| email.draft).then(|| view! { <span class="email__draft">{t("mail.draft")}</span> })}
            <span class="secondary truncate">{move || email.with(|email| email.preview.clone())}</span>
            <time class="secondary">
                {move || dates::short(email.with(|email| email.received_at.millis() as f64), dates::now())}
            </time>
        </button>
    }
}

/// "To you and Greta Olsen".
fn recipients(details: &EmailDetails, me: &str) -> String {
    let all: Vec<&EmailAddress> = details.email.to.iter().chain(&details.cc).chain(&details.bcc).collect();
    let single = all.len() == 1;
    let name = |person: &&EmailAddress| {
        if is(person, me) {
            t("mail.youLower")
        } else if single || all.len() == 2 {
            full_name(person).to_owned()
        } else {
            first_name(person).to_owned()
        }
    };
    // Oneself first: that is what one looks for.
    let mut ordered: Vec<&EmailAddress> = all.clone();
    ordered.sort_by_key(|person| !is(person, me));
    let names: Vec<String> = ordered.iter().take(4).map(name).collect();
    let more = ordered.len().saturating_sub(4);
    match (names.as_slice(), more) {
        ([], _) => t("mail.toNobody"),
        ([one], 0) => t_with("mail.to", &[("names", one)]),
        ([rest @ .., last], 0) => {
            let names = t_with("mail.and", &[("names", &rest.join(", ")), ("last", last)]);
            t_with("mail.to", &[("names", &names)])
        }
        (names, more) => {
            let names = crate::locale::t_count("mail.andMore", more as u64, &[("names", &names.join(", "))]);
            t_with("mail.to", &[("names", &names)])
        }
    }
}

/// Head, notices, body, files.
#[component]
fn OpenMessage(email: Signal<Arc<Email>>, on_toggle: Callback<()>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let id = email.with_untracked(|email| email.id.clone());
    let details = desk.records.email_details(id);
    let source = RwSignal::new(None::<SourceAsked>);
    let original = RwSignal::new(false);
    let full = RwSignal::new(false);
    let name = Signal::derive(move || full_name(&writer(&email.get())).to_owned());
    let seed = Signal::derive(move || writer(&email.get()).email);
    let address = Memo::new(move |_| {
        let writer = writer(&email.get());
        // Only where the name does not say it already.
        if writer.name.as_deref().is_some_and(|name| name != writer.email) { writer.email } else { String::new() }
    });
    let to = Memo::new(move |_| {
        details.with(|details| details.ready().map(|details| recipients(details, &desk.me.get()))).unwrap_or_default()
    });
    let millis = Memo::new(move |_| email.with(|email| email.received_at.millis() as f64));
    let loading = Signal::derive(move || details.with(|details| matches!(details, Load::Loading)));
    let bones = bones_due(loading);
    // A mail's words never change (RFC 8621 §4.1), and its document must not be made anew for a flag.
    let body = Memo::new_with_compare(
        move |_| details.get(),
        |before, now| match (before, now) {
            (Some(Load::Ready(before)), Some(Load::Ready(now))) => before.blob_id != now.blob_id,
            (before, now) => before != now,
        },
    );
    let reference = move |failure: &crate::records::Failure| {
        let reference = failure.reference().map(|reference| t_with("mail.reference", &[("reference", reference)]));
        format!("{} {}", said::failure(failure), reference.unwrap_or_default())
    };
    view! {
        <article class="email email--open" aria-label=move || t_with("mail.messageFrom", &[("name", &name.get())])>
            <header class="email__head">
                <button
                    class="email__who"
                    type="button"
                    aria-expanded="true"
                    on:click=move |_| on_toggle.run(())
                >
                    <Avatar name seed />
                    <span class="visually-hidden">
                        {move || t_with("mail.foldMessage", &[("name", &name.get())])}
                    </span>
                </button>
                <div class="email__names">
                    <p class="email__from truncate">
                        {move || writer_name(&email.get(), &desk.me.get())}
                        " "
                        <span class="email__address">{move || address.get()}</span>
                    </p>
                    <button
                        class="email__to truncate"
                        type="button"
                        aria-expanded=move || full.get().to_string()
                        on:click=move |_| full.update(|full| *full = !*full)
                    >
                        {move || to.get()}
                    </button>
                </div>
                <time class="secondary email__time" data-tooltip=move || dates::full(millis.get())>
                    {move || dates::medium(millis.get(), dates::now())}
                </time>
                <MessageMenu email details source original />
            </header>
            {move || {
                let details = details.get();
                let details = details.ready().filter(|_| full.get()).cloned()?;
                Some(view! { <FullHead details /> })
            }}
            {move || {
                let draft = email.with(|email| email.draft.then(|| email.id.clone()))?;
                Some(
                    view! {
                        <div class="email__notice">
                            <Notice
                                kind=NoticeKind::Caution
                                icon=IconName::Edit
                                words=t("mail.isDraft")
                                act=t("mail.goOnWriting")
                                on_act=move |()| desk.composers.edit(draft.clone())
                            />
                        </div>
                    },
                )
            }}
            {move || match body.get() {
                Load::Ready(details) => {
                    view! {
                        <Invitation details=details.clone() />
                        <Body details=details.clone() original />
                        <Attachments details />
                    }
                        .into_any()
                }
                Load::Loading if bones.get() => {
                    view! { <Bones kind=BonesKind::Lines(5) label=t("mail.loadingMessage") /> }.into_any()
                }
                Load::Loading => view! { <div class="email__waiting"></div> }.into_any(),
                Load::Missing => view! { <p class="email__gone">{t("mail.messageGone")}</p> }.into_any(),
                Load::Failed(failure) => {
                    view! {
                        <div class="email__notice">
                            <Notice
                                kind=NoticeKind::Error
                                words=reference(&failure)
                                act=t("mail.tryAgain")
                                on_act=move |()| desk.records.retry()
                            />
                        </div>
                    }
                        .into_any()
                }
            }}
            {later(move || source.with(Option::is_some), Typing::Awaits, source_of, move |draw| draw(source))}
        </article>
    }
}

/// Everybody with address, and the time in full.
#[component]
fn FullHead(details: Arc<EmailDetails>) -> impl IntoView {
    let people = |people: &[EmailAddress]| {
        let one = |person: &EmailAddress| match person.name.as_deref().filter(|name| *name != person.email) {
            Some(name) => format!("{name} <{}>", person.email),
            None => person.email.clone(),
        };
        people.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let time = dates::full(details.email.received_at.millis() as f64);
    let lines = [
        ("mail.fieldFrom", people(&details.email.from)),
        ("mail.fieldSender", people(&details.sender)),
        ("mail.fieldReplyTo", people(&details.reply_to)),
        ("mail.fieldTo", people(&details.email.to)),
        ("mail.fieldCc", people(&details.cc)),
        ("mail.fieldBcc", people(&details.bcc)),
        ("mail.fieldDate", time),
    ];
    view! {
        <dl class="email__full">
            {lines
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| view! { <dt>{t(key)}</dt><dd>{value}</dd> })
                .collect_view()}
        </dl>
    }
}

/// What can be done with this one mail.
#[component]
fn MessageMenu(
    email: Signal<Arc<Email>>,
    details: Signal<Load<Arc<EmailDetails>>>,
    source: RwSignal<Option<SourceAsked>>,
    original: RwSignal<bool>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let dark = is_dark(desk);
    let id = move || email.with_untracked(|email| email.id.clone());
    let answer = move |answer: Answer| Callback::new(move |()| desk.answer_email(id(), answer));
    let one = move || Targets::emails([id()]);
    let change = move |patch: EmailPatch, words: &'static str| {
        Callback::new(move |()| {
            let done = desk.records.change_emails(one(), patch.clone());
            desk.toast(crate::locale::t_count(words, 1, &[]), done);
        })
    };
    let trash = Callback::new(move |()| {
        let subject =
            email.with_untracked(|email| with_said(|said| crate::mail::summary::subject(&email.subject, said)));
        let folder = said::role_name(&crate::records::Role::Trash).unwrap_or_default();
        let done = desk.records.change_emails(one(), EmailPatch::Trash);
        desk.toast(t_with("mail.moved", &[("subject", &subject), ("folder", &folder)]), done);
    });
    let ask = move |headers: bool| {
        Callback::new(move |()| {
            if let Some(details) = details.get_untracked().ready() {
                source.set(Some(SourceAsked { details: details.clone(), headers }));
            }
        })
    };
    let source_url = move || {
        let name = with_said(|said| email.with(|email| crate::mail::summary::subject(&email.subject, said)));
        details.with(|details| {
            details.ready().map(|it| desk.records.download_url(&it.blob_id, &format!("{name}.eml"), "message/rfc822"))
        })
    };
    let save = move |()| {
        if let Some(url) = untrack(source_url) {
            super::attachments::download(&url);
        }
    };
    view! {
        <MenuButton
            name=t("mail.messageMenu")
            face=MenuFace::Icon(IconName::More)
            placement=Placement::BelowEnd
            small=true
        >
            <MenuItem words=t("mail.reply") icon=IconName::Reply on_press=answer(Answer::Reply) />
            <MenuItem words=t("mail.replyAll") icon=IconName::ReplyAll on_press=answer(Answer::ReplyAll) />
            <MenuItem words=t("mail.forward") icon=IconName::Forward on_press=answer(Answer::Forward) />
            <MenuRule />
            <MenuItem words=t("mail.markUnseen") icon=IconName::MailUnread on_press=change(EmailPatch::Seen(false), "mail.unseenDone") />
            <MenuItem words=t("mail.deleteThis") icon=IconName::Delete on_press=trash />
            <MenuRule />
            <Show when=move || dark.get()>
                <MenuItem
                    words=Signal::derive(move || t(if original.get() { "mail.adaptColours" } else { "mail.originalColours" }))
                    icon=IconName::Sun
                    on_press=move |()| original.update(|original| *original = !*original)
                />
            </Show>
            <MenuItem words=t("mail.headers") icon=IconName::Info on_press=ask(true) />
            <MenuItem words=t("mail.source") icon=IconName::Code on_press=ask(false) />
            <MenuItem words=t("mail.saveAs") icon=IconName::Download on_press=save />
        </MenuButton>
    }
}
