//! The owl: the mark of the app, and its line drawings for states. Pattern: decorative images.
//! Keys: none. Name: none; words beside it say what is meant.

use leptos::prelude::*;

/// The mark, as on the rail and at sign-in.
#[component]
pub(crate) fn Owl() -> impl IntoView {
    view! {
        <svg class="owl" viewBox="0 0 32 32" aria-hidden="true">
            <use href="#owl" />
        </svg>
    }
}

/// What the owl does in an empty state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwlPicture {
    /// All is done.
    Asleep,
    /// Nothing was found.
    Looking,
    /// The connection is gone.
    Offline,
    /// Something went wrong.
    Puzzled,
}

impl OwlPicture {
    /// What `<use>` points at.
    pub(crate) fn href(self) -> &'static str {
        match self {
            Self::Asleep => "#owl-asleep",
            Self::Looking => "#owl-looking",
            Self::Offline => "#owl-offline",
            Self::Puzzled => "#owl-puzzled",
        }
    }
}
