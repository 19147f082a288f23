//! Small things in a line: a category chip, a token that can be taken away, a filter. Patterns: text; text with a
//! button; toggle button.
//!
//! | key | does |
//! |---|---|
//! | Enter, Space | on a filter: on or off; on a token's cross: takes it away |
//! | Delete, Backspace | on a focused token: takes it away |
//!
//! Name: its words; the cross of a token by `remove_label`, which names the token ("Remove Bob Okafor").

use leptos::{ev, prelude::*};

use super::{hue::Hue, icon::Icon, icon_button::IconButton, icon_name::IconName};

/// A category or another short fact, tinted.
#[component]
pub(crate) fn Chip(
    /// Its hue.
    #[prop(into)]
    hue: Signal<Hue>,
    /// Its words.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="chip" data-hue=move || hue.get().as_str()>
            <span class="chip__words">{move || words.get()}</span>
        </span>
    }
}

/// A person or thing that was chosen, and can be taken away.
#[component]
pub(crate) fn Token(
    /// Its words; cut with … where they are long, and whole in the tooltip.
    #[prop(into)]
    words: Signal<String>,
    /// Names the cross: "Remove Bob Okafor".
    #[prop(into)]
    remove_label: Signal<String>,
    /// It can't be used as it is (an address without a domain).
    #[prop(optional, into)]
    invalid: Signal<bool>,
    /// Why, or the address behind the name.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// It was taken away.
    #[prop(into)]
    on_remove: Callback<()>,
    /// An avatar before the words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let remove_by_key = move |event: ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "Delete" | "Backspace") {
            event.prevent_default();
            on_remove.run(());
        }
    };
    view! {
        <span
            class="token"
            data-invalid=move || invalid.get().then_some("")
            data-tooltip=move || hint.get()
            on:keydown=remove_by_key
        >
            {children.map(|children| children())}
            <span class="chip__words">{move || words.get()}</span>
            <IconButton small=true name=remove_label icon=IconName::Dismiss on_press=on_remove />
        </span>
    }
}

/// One of several filters above a list.
#[component]
pub(crate) fn FilterChip(
    /// Its words.
    #[prop(into)]
    words: Signal<String>,
    /// Whether it holds.
    #[prop(into)]
    pressed: Signal<bool>,
    /// Drawn before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// It was pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="filter"
            type="button"
            aria-pressed=move || pressed.get().to_string()
            on:click=move |_| on_press.run(())
        >
            {icon.map(|icon| view! { <Icon name=icon size=super::icon::IconSize::Small /> })}
            {move || words.get()}
        </button>
    }
}
