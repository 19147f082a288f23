//! How far something is. Pattern: WAI-ARIA progressbar, by the native element.
//! Keys: none. Name: `label`.

use leptos::prelude::*;

/// A bar; without a value it only says that something goes on.
#[component]
pub(crate) fn Progress(
    /// What is under way.
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 1.
    #[prop(optional, into)]
    value: MaybeProp<f64>,
) -> impl IntoView {
    view! {
        <progress
            class="progress"
            max="1"
            aria-label=move || label.get()
            value=move || value.get().map(|value| format!("{:.3}", value.clamp(0.0, 1.0)))
        ></progress>
    }
}
