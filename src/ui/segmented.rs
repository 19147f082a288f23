//! Two to five choices side by side. Pattern: WAI-ARIA radio group, by native radios.
//!
//! | key | does |
//! |---|---|
//! | Tab | to the chosen one |
//! | arrows | choose the next or the one before |
//!
//! Name: the group by `label`, each segment by its words.

use leptos::prelude::*;

use super::{choice::Choice, dom::fresh_id};

/// A segmented control.
#[component]
pub(crate) fn Segmented<T>(
    /// What is being chosen; read, not seen.
    #[prop(into)]
    label: Signal<String>,
    /// Between what.
    #[prop(into)]
    choices: Signal<Vec<Choice<T>>>,
    /// What holds.
    #[prop(into)]
    value: Signal<T>,
    /// Another was chosen.
    #[prop(into)]
    on_change: Callback<T>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let group = fresh_id("segmented");
    let segment = move |choice: Choice<T>| {
        let Choice { value: own, label, disabled, hint: _ } = choice;
        let picked = own.clone();
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=group.clone()
                    disabled=disabled
                    prop:checked=move || value.get() == own
                    on:change=move |_| on_change.run(picked.clone())
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label=move || label.get()>
            {move || choices.get().into_iter().map(&segment).collect_view()}
        </div>
    }
}
