//! What stands in the reading pane while nothing is open, or several rows are chosen.

use leptos::prelude::*;

use crate::locale::{t, t_count};
use crate::mail::Action;
use crate::mail::desk::Desk;
use crate::ui::{Button, ButtonKind, EmptyState, OwlPicture};

/// "4 chosen", with the same acts as for one, what is wanted most first: a phone shows the first few, and the
/// others when one scrolls.
#[component]
pub(super) fn Several() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let total = Memo::new(move |_| desk.window.get().and_then(|window| window.total().get()).unwrap_or_default());
    let count = Memo::new(move |_| desk.selection.with(|selection| selection.count(total.get())));
    let act = move |action: Action| {
        let command = action.command();
        view! {
            <Button
                kind=ButtonKind::Secondary
                icon=command.icon
                disabled=Signal::derive(move || count.get() == 0)
                on_press=move |()| desk.run(action)
            >
                {t(command.words)}
            </Button>
        }
    };
    view! {
        <div class="several">
            <h2 class="several__title">{move || t_count("mail.chosen", count.get() as u64, &[])}</h2>
            <div class="several__acts">
                {act(Action::Archive)}
                {act(Action::Delete)}
                {act(Action::Move)}
                {act(Action::Flag)}
                {act(Action::MarkSeen)}
                {act(Action::MarkUnseen)}
                {act(Action::Categorise)}
                {act(Action::Junk)}
            </div>
            <Button kind=ButtonKind::Link on_press=move |()| desk.stop_choosing()>{t("mail.stopChoosing")}</Button>
        </div>
    }
}

/// Nothing is open.
#[component]
pub(super) fn NothingOpen() -> impl IntoView {
    view! { <EmptyState picture=OwlPicture::Asleep title=t("mail.nothingOpen") words=t("mail.nothingOpenWords") /> }
}
