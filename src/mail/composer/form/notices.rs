//! What is in the way of sending, said in the form, with the act that helps.

use leptos::prelude::*;

use super::super::outcome::{Problem, When};
use super::super::writing::{Focus, Writing};
use crate::locale::t;
use crate::records::DraftStatus;
use crate::ui::{Notice, NoticeKind};

#[component]
pub(super) fn Notices(writing: Writing, send: Callback<When>) -> impl IntoView {
    let status = writing.status();
    let problem = move || {
        let problem = writing.problem.get()?;
        let words = problem.words();
        let kind = if problem.is_hint() { NoticeKind::Caution } else { NoticeKind::Error };
        let anyway = problem.is_hint().then(|| t("composer.sendAnyway"));
        let other = (problem == Problem::NoSubject).then(|| t("composer.addSubject"));
        let on_other = Callback::new(move |()| {
            writing.problem.set(None);
            writing.shows_subject.set(true);
            writing.focus.set(Focus::Subject);
        });
        let dismiss = Callback::new(move |()| writing.problem.set(None));
        Some(view! {
            <Notice
                kind=kind
                words=words
                act=anyway
                on_act=Callback::new(move |()| send.run(When::Now))
                other=other
                on_other=on_other
                dismiss_label=t("composer.hide")
                on_dismiss=dismiss
            />
        })
    };
    let unsafe_draft = move || match status.get() {
        DraftStatus::Failed(failure) => {
            let words = t("composer.draftFailed");
            let words = match failure.reference() {
                Some(reference) => {
                    crate::locale::t_with("composer.withReference", &[("words", &words), ("reference", reference)])
                }
                None => words,
            };
            let again = Callback::new(move |()| {
                writing.records.save_draft(&untrack(|| writing.draft()));
                writing.records.flush_draft(&writing.key());
            });
            Some(view! { <Notice kind=NoticeKind::Error words=words act=t("composer.tryAgain") on_act=again /> })
        }
        DraftStatus::Empty | DraftStatus::Saving | DraftStatus::Kept { .. } | DraftStatus::KeptHere { .. } => None,
    };
    let waits = move || {
        writing.sends_soon.get().map(|_| {
            let stop = Callback::new(move |()| writing.sends_soon.set(None));
            view! { <Notice kind=NoticeKind::Caution words=t("composer.waitsForFiles") act=t("composer.stop") on_act=stop /> }
        })
    };
    view! { <div class="composer__notices">{problem} {unsafe_draft} {waits}</div> }
}
