//! An icon of the sprite. Pattern: a decorative image, always hidden from screen readers.
//! Keys: none. Name: from the control it stands in; an icon never is a control's only name-giver.

use leptos::prelude::*;

use super::icon_name::IconName;

/// How large an icon is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum IconSize {
    /// 1.25rem, in controls.
    #[default]
    Normal,
    /// 1rem, within a line of words.
    Small,
    /// 1.5rem, in a floating button.
    Large,
}

impl IconSize {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::Small => Some("small"),
            Self::Large => Some("large"),
        }
    }
}

/// A drawing from the sprite in index.html.
#[component]
pub(crate) fn Icon(
    /// Which.
    #[prop(into)]
    name: Signal<IconName>,
    /// How large.
    #[prop(optional)]
    size: IconSize,
    /// Stands in running text, on its baseline.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            aria-hidden="true"
            data-size=size.as_str()
            data-inline=inline.then_some("")
            data-turns=move || name.get().turns().then_some("")
        >
            <use href=move || name.get().href() />
        </svg>
    }
}
