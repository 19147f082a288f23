//! A button that is only an icon. Pattern: WAI-ARIA button; a toggle button where `pressed` is given, a menu button
//! where `has_popup` is.
//!
//! | key | does |
//! |---|---|
//! | Enter, Space | presses |
//!
//! Name: `name`, which the tooltip shows with its key (after 500 ms, at once on focus). A toggle keeps its name and
//! tells its state by `aria-pressed`.

use leptos::{ev, html, prelude::*};

use super::{icon::Icon, icon_name::IconName, keys::aria_keyshortcuts};

/// What an icon button opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HasPopup {
    /// A menu.
    Menu,
    /// A popover with other content.
    Dialog,
}

/// A button that is only an icon.
#[component]
pub(crate) fn IconButton(
    /// What it does, in words; never cut, also the tooltip.
    #[prop(into)]
    name: Signal<String>,
    /// Its drawing.
    #[prop(into)]
    icon: Signal<IconName>,
    /// The key that does the same, as people write it: `E`, `Ctrl K`.
    #[prop(optional, into)]
    keys: MaybeProp<String>,
    /// On or off, for a toggle.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// What it opens.
    #[prop(optional, into)]
    has_popup: Option<HasPopup>,
    /// Whether that is open.
    #[prop(optional, into)]
    expanded: MaybeProp<bool>,
    /// 1.75rem instead of a control's size.
    #[prop(optional)]
    small: bool,
    /// Can't be pressed now. It keeps its place in the tab order, so that the focus is not lost.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Takes no tab stop of its own, for rows and bars that move the focus themselves.
    #[prop(optional)]
    skip_tab: bool,
    /// It was pressed.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// The element, for one who gives it the focus or hangs a popover on it.
    #[prop(optional)]
    node_ref: NodeRef<html::Button>,
) -> impl IntoView {
    let press = move |_: ev::MouseEvent| {
        if !disabled.get_untracked()
            && let Some(on_press) = on_press
        {
            on_press.run(());
        }
    };
    view! {
        <button
            class="icon-button"
            type="button"
            data-size=small.then_some("small")
            data-tooltip=move || name.get()
            data-keys=move || keys.get()
            aria-keyshortcuts=move || keys.get().map(|keys| aria_keyshortcuts(&keys))
            tabindex=skip_tab.then_some("-1")
            aria-label=move || name.get()
            aria-pressed=move || pressed.get().map(|pressed| pressed.to_string())
            aria-haspopup=has_popup.map(|popup| match popup {
                HasPopup::Menu => "menu",
                HasPopup::Dialog => "dialog",
            })
            aria-expanded=move || expanded.get().map(|expanded| expanded.to_string())
            aria-disabled=move || disabled.get().then_some("true")
            on:click=press
            node_ref=node_ref
        >
            <Icon name=icon />
        </button>
    }
}
