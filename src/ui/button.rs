//! A button that says a verb. Pattern: WAI-ARIA button, by the native element.
//!
//! | key | does |
//! |---|---|
//! | Enter, Space | presses |
//!
//! Name: its words. While busy it keeps the focus and its name, says `aria-busy`, and takes no second press.

use std::time::Duration;

use leptos::{ev, html, prelude::*};

use super::{icon::Icon, icon_name::IconName, keys::aria_keyshortcuts, steady::steady};

/// What pressing means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// The one act that this place is for.
    Primary,
    /// Another act beside it.
    #[default]
    Secondary,
    /// An act in a bar or a line, without an edge.
    Quiet,
    /// An act in a line of text, in the colour of links.
    Link,
    /// A loss that can't be undone.
    Danger,
    /// A loss, without an edge.
    QuietDanger,
}

impl ButtonKind {
    /// The value of `data-kind`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Link => "link",
            Self::Danger => "danger",
            Self::QuietDanger => "quiet-danger",
        }
    }
}

/// How much room the button takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonSize {
    /// As its words need.
    #[default]
    Normal,
    /// 1.75rem high, within notices and rows.
    Compact,
    /// The whole line.
    Full,
}

impl ButtonSize {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::Compact => Some("compact"),
            Self::Full => Some("full"),
        }
    }
}

/// A button with words.
#[component]
pub(crate) fn Button(
    /// What pressing means.
    #[prop(optional)]
    kind: ButtonKind,
    /// How much room it takes.
    #[prop(optional)]
    size: ButtonSize,
    /// Drawn before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The act is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Can't be pressed, and is not reached by Tab.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Submits the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// The key that does the same, shown in the tooltip.
    #[prop(optional, into)]
    keys: MaybeProp<String>,
    /// Has the focus when the dialog it stands in opens.
    #[prop(optional)]
    autofocus: bool,
    /// It was pressed, and not busy.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// The element, for one who gives it the focus.
    #[prop(optional)]
    node_ref: NodeRef<html::Button>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let spins = steady(busy, Duration::from_millis(400), Duration::from_millis(300));
    let press = move |event: ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=kind.as_str()
            data-size=size.as_str()
            data-keys=move || keys.get()
            aria-keyshortcuts=move || keys.get().map(|keys| aria_keyshortcuts(&keys))
            autofocus=autofocus
            disabled=move || disabled.get()
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=press
            node_ref=node_ref
        >
            {icon.map(|icon| view! { <Icon name=icon /> })}
            <span>{children()}</span>
            {move || spins.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
        </button>
    }
}

/// A link that looks like a button, for what has an address of its own.
#[component]
pub(crate) fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// Drawn before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Saves instead of opening, under this file name.
    #[prop(optional, into)]
    download: MaybeProp<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="button" data-kind=kind.as_str() href=move || href.get() download=move || download.get()>
            {icon.map(|icon| view! { <Icon name=icon /> })}
            <span>{children()}</span>
        </a>
    }
}

/// Something is under way, where no button was pressed for it. Words beside it say what.
#[component]
pub(crate) fn Spinner() -> impl IntoView {
    view! { <span class="spinner" aria-hidden="true"></span> }
}
