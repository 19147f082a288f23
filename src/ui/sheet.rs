//! White paper on the frame, and words for screen readers only. Patterns: none.
//! Keys: none. Name: the landmark inside a sheet has one; a sheet is only paper.

use leptos::prelude::*;

/// A sheet with round corners; sets the ground and the hover of what stands on it.
#[component]
pub(crate) fn Sheet(
    /// Takes the room that is left.
    #[prop(optional)]
    grow: bool,
    /// What stands on it.
    children: Children,
) -> impl IntoView {
    view! { <div class="sheet" data-grow=grow.then_some("")>{children()}</div> }
}

/// Words that only a screen reader gives.
#[component]
pub(crate) fn VisuallyHidden(
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <span class="visually-hidden">{children()}</span> }
}
