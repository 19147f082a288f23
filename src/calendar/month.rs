//! A month.

use leptos::prelude::*;

use super::day::Day;

/// The grid.
#[component]
pub(super) fn MonthGrid(month: Memo<Day>) -> impl IntoView {
    let _ = month;
}
