//! What comes, day by day, as a list.

use leptos::prelude::*;

use super::day::Day;

/// The list.
#[component]
pub(super) fn Agenda(from: Memo<Day>) -> impl IntoView {
    let _ = from;
}
