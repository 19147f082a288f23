//! Radio cards: one of a few, each with what it means. Pattern: WAI-ARIA radio group, by native radios in a fieldset.
//!
//! | key | does |
//! |---|---|
//! | Tab | to the chosen one |
//! | arrows | choose the next or the one before |
//! | Space | chooses |
//!
//! Name: the group by `label`, each card by its words and hint.

use leptos::prelude::*;

use super::{choice::Choice, dom::fresh_id, icon::Icon, icon_name::IconName};

/// A group of radio cards.
#[component]
pub(crate) fn RadioCards<T>(
    /// What is being chosen.
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
    let group = fresh_id("radio");
    let card = move |choice: Choice<T>| {
        let Choice { value: own, label, hint, disabled } = choice;
        let picked = own.clone();
        view! {
            <label class="radio-card">
                <input
                    type="radio"
                    name=group.clone()
                    disabled=disabled
                    prop:checked=move || value.get() == own
                    on:change=move |_| on_change.run(picked.clone())
                />
                <span class="radio-card__words">
                    <span>
                        {disabled.then(|| view! { <Icon name=IconName::Lock size=super::icon::IconSize::Small inline=true /> " " })}
                        {label}
                    </span>
                    {hint.map(|hint| view! { <span class="radio-card__hint">{hint}</span> })}
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="radio-group">
            <legend class="visually-hidden">{move || label.get()}</legend>
            {move || choices.get().into_iter().map(&card).collect_view()}
        </fieldset>
    }
}
