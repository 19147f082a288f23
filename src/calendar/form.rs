//! The form of an event.

use leptos::prelude::*;

/// The form.
#[component]
pub(super) fn EventForm() -> impl IntoView {}

/// The small popover of a new event.
#[component]
pub(super) fn QuickEvent() -> impl IntoView {}

/// Asks how an event is to go.
#[component]
pub(super) fn DeleteDialog() -> impl IntoView {}
