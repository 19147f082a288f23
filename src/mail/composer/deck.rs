//! Where forms stand: at the foot of a conversation, in the reading pane, as bars below, and the one found again
//! after a crash.

use jmap::ThreadId;
use leptos::prelude::*;

use super::composers::{Composers, names};
use super::writing::Writing;
use crate::locale::{t, t_with};
use crate::ui::{Icon, IconButton, IconName, IconSize, Notice, NoticeKind};

/// The answer that is written in a conversation, if there is one.
#[component]
pub(crate) fn ThreadComposer(
    /// The conversation on show.
    #[prop(into)]
    thread: Signal<ThreadId>,
) -> impl IntoView {
    let composers = expect_context::<Composers>();
    let writing = composers.thread(thread);
    move || writing.get().map(|writing| (writing.part.form)(writing))
}

/// What is written in the reading pane, if there is something.
#[component]
pub(crate) fn SheetComposer() -> impl IntoView {
    let composers = expect_context::<Composers>();
    let writing = composers.sheet();
    move || writing.get().map(|writing| (writing.part.form)(writing))
}

/// The minimised ones, at the window's lower end.
#[component]
pub(crate) fn ComposerBars() -> impl IntoView {
    let composers = expect_context::<Composers>();
    let bars = composers.minimised();
    let bar = move |writing: Writing| {
        let title = writing.title();
        let close_label = Signal::derive(move || t_with("composer.closeThis", &[("title", &title.get())]));
        view! {
            <li class="composer-bar">
                <button class="composer-bar__open" type="button" on:click=move |_| composers.bring_to_front(writing)>
                    <Icon name=IconName::Edit size=IconSize::Small />
                    <span class="truncate">{move || title.get()}</span>
                </button>
                <IconButton
                    small=true
                    name=close_label
                    icon=IconName::Dismiss
                    on_press=Callback::new(move |()| composers.close(writing))
                />
            </li>
        }
    };
    view! {
        <ul class="composer-bars" aria-label=t("composer.bars") hidden=move || bars.with(Vec::is_empty)>
            <For each=move || bars.get() key=|writing| writing.number() children=bar />
        </ul>
    }
}

/// "You were writing…": drafts that a crash or a closed tab left in this browser only.
#[component]
pub(crate) fn RecoveredNotice() -> impl IntoView {
    let composers = expect_context::<Composers>();
    let recovered = composers.records.recovered_drafts();
    let hidden = RwSignal::new(Vec::new());
    move || {
        let drafts = recovered.get();
        let draft = drafts.into_iter().find(|draft| !composers.has(draft) && !hidden.read().contains(&draft.key))?;
        let subject = draft.subject.trim().to_owned();
        let words = match (subject.is_empty(), draft.to.is_empty()) {
            (false, _) => t_with("composer.wereWriting", &[("subject", &subject)]),
            (true, false) => t_with("composer.wereWritingTo", &[("names", &names(&draft.to))]),
            (true, true) => t("composer.wereWritingSomething"),
        };
        let key = draft.key.clone();
        let go_on = Callback::new(move |()| {
            composers.go_on(draft.clone());
        });
        let put_away = Callback::new(move |()| {
            composers.records.leave_draft(&key);
            hidden.update(|hidden| hidden.push(key.clone()));
        });
        Some(view! {
            <Notice
                kind=NoticeKind::Caution
                icon=IconName::Edit
                words=words
                act=t("composer.goOn")
                on_act=go_on
                dismiss_label=t("composer.keepInDrafts")
                on_dismiss=put_away
            />
        })
    }
}
