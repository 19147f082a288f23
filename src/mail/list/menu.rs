//! The menu of a row: the same acts as keys, buttons and drags.

use jmap::Id;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::locale::t;
use crate::mail::Action;
use crate::mail::composer::Answer;
use crate::mail::desk::Desk;
use crate::records::EmailId;
use crate::shell::key_of;
use crate::ui::{Anchor, AnchorSignal, Menu, MenuItem, MenuRule};

/// A row's menu was asked for.
#[derive(Clone, Debug)]
pub(super) struct RowMenuAsked {
    /// The rows it acts on: the one, or those that are chosen if it is one of them.
    keys: Vec<Id>,
    /// It is one of all, which were chosen without their keys.
    all: bool,
    /// The mail that Reply answers.
    email: Option<EmailId>,
    anchor: Anchor,
}

impl RowMenuAsked {
    /// For a row; it becomes chosen, unless it is one of several.
    pub(super) fn of(desk: Desk, key: Id, anchor: Anchor) -> Self {
        let all = desk.selection.with_untracked(|it| it.is_all() && it.contains(&key));
        let chosen: Vec<Id> = desk.selection.with_untracked(|it| it.keys().into_iter().flatten().cloned().collect());
        let keys = if chosen.len() > 1 && chosen.contains(&key) { chosen } else { vec![key.clone()] };
        if keys.len() == 1 {
            desk.selection.update(|selection| selection.point(key.clone()));
        }
        let window = desk.window_now();
        let email = window.and_then(|window| window.row_now(window.index_of(&key)?)).map(|row| row.email.id.clone());
        Self { email: email.filter(|_| keys.len() == 1 && !all), keys, all, anchor }
    }
}

type Draw = fn(RwSignal<Option<RowMenuAsked>, LocalStorage>) -> AnyView;

/// What draws the menu; it stands once beside the grid.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn row_menu() -> Result<Draw, SplitLoaderError> {
    Ok(|asked| view! { <RowMenu asked /> }.into_any())
}

#[component]
fn RowMenu(asked: RwSignal<Option<RowMenuAsked>, LocalStorage>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    Effect::new(move |_| {
        if let Some(asked) = asked.get() {
            anchor.set(asked.anchor);
            open.set(true);
        }
    });
    let item = move |action: Action| {
        let command = action.command();
        let run = move |()| match asked.get_untracked() {
            Some(asked) if asked.all => desk.run(action),
            Some(asked) => desk.run_on(action, asked.keys),
            None => {}
        };
        view! {
            <MenuItem words=t(command.words) icon=command.icon keys=key_of(command) danger=action == Action::Delete on_press=run />
        }
    };
    let answer = move |action: Action, answer: Answer| {
        let command = action.command();
        let run = move |()| {
            let Some(asked) = asked.get_untracked() else { return };
            if let (Some(email), Some(key)) = (asked.email, asked.keys.first()) {
                desk.selection.update(|selection| selection.only(key.clone()));
                desk.open_row(key);
                desk.answer_email(email, answer);
            }
        };
        view! { <MenuItem words=t(command.words) icon=command.icon keys=key_of(command) on_press=run /> }
    };
    view! {
        <Menu open anchor label=t("mail.rowMenu")>
            {move || {
                let single = asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.email.is_some()));
                single
                    .then(|| {
                        view! {
                            {answer(Action::Reply, Answer::Reply)}
                            {answer(Action::ReplyAll, Answer::ReplyAll)}
                            {answer(Action::Forward, Answer::Forward)}
                            <MenuRule />
                        }
                    })
            }}
            {item(Action::ToggleSeen)}
            {item(Action::Flag)}
            {item(Action::Categorise)}
            {item(Action::Move)}
            <MenuRule />
            {item(Action::Archive)}
            {item(Action::Junk)}
            {item(Action::Delete)}
        </Menu>
    }
}
