//! The tools above what is read. Pattern: WAI-ARIA toolbar; Tab goes through its buttons.

use leptos::prelude::*;

use crate::locale::t;
use crate::mail::Action;
use crate::mail::desk::Desk;
use crate::shell::{ReadingAt, key_of};
use crate::ui::{
    Button, ButtonKind, IconButton, IconName, MenuButton, MenuFace, MenuItem, MenuRule, placement::Placement,
};

/// The tools.
#[component]
pub(super) fn Tools(
    /// What is open is flagged.
    #[prop(into)]
    flagged: Signal<bool>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let icon = move |action: Action| {
        let command = action.command();
        view! {
            <IconButton
                name=t(command.words)
                icon=command.icon
                keys=key_of(command)
                on_press=move |()| desk.run(action)
            />
        }
    };
    let item = move |action: Action| {
        let command = action.command();
        view! {
            <MenuItem words=t(command.words) icon=command.icon keys=key_of(command) on_press=move |()| desk.run(action) />
        }
    };
    view! {
        <div class="reading__tools" role="toolbar" aria-label=t("mail.tools")>
            <Back />
            <Button
                kind=ButtonKind::Quiet
                icon=IconName::Reply
                keys=key_of(Action::Reply.command())
                on_press=move |()| desk.run(Action::Reply)
            >
                {t("mail.reply")}
            </Button>
            {icon(Action::ReplyAll)}
            {icon(Action::Forward)}
            <span class="spread"></span>
            {icon(Action::Archive)}
            {icon(Action::Delete)}
            <IconButton
                name=t("mail.flag")
                icon=Signal::derive(move || if flagged.get() { IconName::FlagFilled } else { IconName::Flag })
                keys=key_of(Action::Flag.command())
                pressed=Signal::derive(move || Some(flagged.get()))
                on_press=move |()| desk.run(Action::Flag)
            />
            {icon(Action::Move)}
            <MenuButton name=t("mail.more") face=MenuFace::Icon(IconName::More) placement=Placement::BelowEnd>
                {item(Action::MarkUnseen)}
                {item(Action::Categorise)}
                {item(Action::Junk)}
                <MenuRule />
                {item(Action::Print)}
            </MenuButton>
        </div>
    }
}

/// The way back to the list, where that is not beside it.
#[component]
pub(super) fn Back() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let off = move || desk.preferences.reading_at.get() == ReadingAt::Off;
    view! {
        <span class="reading__back" data-always=move || off().then_some("")>
            <IconButton
                name=t("mail.backToList")
                icon=IconName::ArrowLeft
                keys="Esc"
                on_press=move |()| desk.run(Action::Back)
            />
        </span>
    }
}
