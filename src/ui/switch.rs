//! A setting that holds at once. Pattern: WAI-ARIA switch on a button.
//!
//! | key | does |
//! |---|---|
//! | Enter, Space | on or off |
//!
//! Name: `label`; the hint describes it. While it can't be changed it stays in the tab order and says why in its hint.

use leptos::prelude::*;

use super::dom::fresh_id;

/// A switch with words.
#[component]
pub(crate) fn Switch(
    /// What is on or off.
    #[prop(into)]
    label: Signal<String>,
    /// A sentence more.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// On.
    #[prop(into)]
    checked: Signal<bool>,
    /// Can't be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// It was switched, to this.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let (label_id, hint_id) = (fresh_id("switch"), fresh_id("hint"));
    let (labelled_by, described_by) = (label_id.clone(), hint_id.clone());
    let press = move |_| {
        if !disabled.get_untracked() {
            on_change.run(!checked.get_untracked());
        }
    };
    view! {
        <button
            class="switch"
            type="button"
            role="switch"
            aria-checked=move || checked.get().to_string()
            aria-disabled=move || disabled.get().then_some("true")
            aria-labelledby=labelled_by
            aria-describedby=move || hint.get().map(|_| described_by.clone())
            on:click=press
        >
            <span class="switch__words">
                <span id=label_id>{move || label.get()}</span>
                {move || {
                    let hint_id = hint_id.clone();
                    hint.get().map(|hint| view! { <span class="switch__hint" id=hint_id>{hint}</span> })
                }}
            </span>
            <span class="switch__track" aria-hidden="true"></span>
        </button>
    }
}
