//! Settings and oneself: the two menus at the rail's foot. Each choice holds at once.

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos::{ev, prelude::*};

use super::parts::{Typing, later};
use super::preferences::{Preferences, ReadingAt};
use crate::locale::t;
use crate::session::use_session;
use crate::ui::{
    Anchor, AnchorSignal, Avatar, AvatarSize, Choice, Density, Icon, IconName, Menu, MenuChoice, MenuChoices, MenuItem,
    MenuRule, MenuTitle, Scheme, placement::Placement,
};

/// How the page looks and where mail is read.
#[component]
pub(super) fn SettingsMenu() -> impl IntoView {
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    let toggle = move |event: ev::MouseEvent| {
        anchor.set(Anchor::of(&event));
        open.update(|open| *open = !*open);
    };
    view! {
        <button
            class="rail__link"
            type="button"
            aria-label=t("shell.settings")
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            data-tooltip=t("shell.settings")
            on:click=toggle
        >
            <span class="rail__icon"><Icon name=IconName::Settings /></span>
            <span class="rail__words">{t("shell.settings")}</span>
        </button>
        {later(move || open.get(), Typing::Awaits, settings_menu, move |draw| draw(open, anchor))}
    }
}

/// The choices of the settings menu.
#[component]
fn LookChoices() -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let schemes = vec![
        Choice::new(Scheme::System, t("shell.schemeSystem")),
        Choice::new(Scheme::Light, t("shell.schemeLight")),
        Choice::new(Scheme::Dark, t("shell.schemeDark")),
    ];
    let densities = vec![
        Choice::new(Density::Comfortable, t("shell.comfortable")),
        Choice::new(Density::Compact, t("shell.compact")),
    ];
    let panes = ReadingAt::ALL.map(|(at, words)| Choice::new(at, t(words))).into();
    view! {
        <MenuTitle words=t("shell.colours") />
        <MenuChoices choices=schemes value=preferences.scheme on_change=move |to| preferences.choose_scheme(to) />
        <MenuRule />
        <MenuTitle words=t("shell.density") />
        <MenuChoices choices=densities value=preferences.density on_change=move |to| preferences.choose_density(to) />
        <MenuRule />
        <MenuTitle words=t("shell.readingPane") />
        <MenuChoices choices=panes value=preferences.reading_at on_change=move |to| preferences.choose_reading(to) />
        <MenuRule />
        <MenuChoice
            words=t("shell.conversations")
            checked=preferences.conversations
            on_press=move |()| preferences.choose_conversations(!preferences.conversations.get_untracked())
        />
    }
}

/// Oneself, and signing out.
#[component]
pub(super) fn MeMenu() -> impl IntoView {
    let (name, address) = myself();
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    let toggle = move |event: ev::MouseEvent| {
        anchor.set(Anchor::of(&event));
        open.update(|open| *open = !*open);
    };
    view! {
        <button
            class="me"
            type="button"
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            data-tooltip=move || name.get()
            on:click=toggle
        >
            <Avatar name seed=address size=AvatarSize::Rail />
            <span class="visually-hidden">{move || name.get()}</span>
        </button>
        {later(move || open.get(), Typing::Awaits, me_menu, move |draw| draw(open, anchor))}
    }
}

/// One's name and address.
fn myself() -> (Signal<String>, Signal<String>) {
    let me = use_session().me();
    let name = Signal::derive(move || me.get().map(|me| me.name).unwrap_or_default());
    let address = Signal::derive(move || me.get().map(|me| me.address).unwrap_or_default());
    (name, address)
}

type DrawMenu = fn(RwSignal<bool>, AnchorSignal) -> AnyView;

/// What draws the settings menu.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
fn settings_menu() -> Result<DrawMenu, SplitLoaderError> {
    Ok(|open, anchor| {
        view! {
            <Menu open anchor label=t("shell.settings") placement=Placement::End>
                <LookChoices />
            </Menu>
        }
        .into_any()
    })
}

/// What draws the menu of oneself.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
fn me_menu() -> Result<DrawMenu, SplitLoaderError> {
    Ok(|open, anchor| view! { <Me open anchor /> }.into_any())
}

#[component]
fn Me(open: RwSignal<bool>, anchor: AnchorSignal) -> impl IntoView {
    let session = use_session();
    let (name, address) = myself();
    view! {
        <Menu open anchor label=name placement=Placement::End>
            <div class="me__who" role="presentation">
                <Avatar name seed=address size=AvatarSize::Large />
                <div class="truncate">
                    <div class="me__name truncate">{move || name.get()}</div>
                    <div class="secondary truncate">{move || address.get()}</div>
                </div>
            </div>
            <MenuRule />
            <MenuItem words=t("shell.signOut") icon=IconName::SignOut on_press=move |()| session.sign_out() />
        </Menu>
    }
}
