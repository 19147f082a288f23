//! Days side by side with their hours.

use leptos::prelude::*;

use super::day::Day;

/// The grid.
#[component]
pub(super) fn TimeGrid(days: Memo<Vec<Day>>) -> impl IntoView {
    let _ = days;
}
