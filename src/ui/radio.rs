//! One of a few: cards, each with what it means, or segments side by side. Pattern: WAI-ARIA radio group, by native
//! radios.
//!
//! | key | does |
//! |---|---|
//! | Tab | to the chosen one |
//! | arrows | choose the next or the one before |
//! | Space | chooses |
//!
//! Name: the group by `label`, each choice by its words and hint.

use leptos::prelude::*;

use super::{
    choice::Choice,
    dom::fresh_id,
    icon::{Icon, IconSize},
    icon_name::IconName,
};

/// How the choices stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RadioLook {
    /// One below the other, with hints.
    #[default]
    Cards,
    /// Two to five side by side; of words only.
    Segments,
}

/// A group of radios.
#[component]
pub(crate) fn RadioGroup<T>(
    /// What is being chosen; read, not seen.
    #[prop(into)]
    label: Signal<String>,
    /// Between what.
    #[prop(into)]
    choices: Signal<Vec<Choice<T>>>,
    /// What holds.
    #[prop(into)]
    value: Signal<T>,
    /// How they stand.
    #[prop(optional)]
    look: RadioLook,
    /// Another was chosen.
    #[prop(into)]
    on_change: Callback<T>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let group = fresh_id("radio");
    let (of_group, of_choice) = match look {
        RadioLook::Cards => ("radio-group", "radio-card"),
        RadioLook::Segments => ("segmented", "segment"),
    };
    let one = move |choice: Choice<T>| {
        let Choice { value: own, label, hint, disabled } = choice;
        let picked = own.clone();
        let lock = disabled.then(|| view! { <Icon name=IconName::Lock size=IconSize::Small inline=true /> " " });
        let words = match look {
            RadioLook::Cards => view! {
                <span class="radio-card__words">
                    <span>{lock} {label}</span>
                    {hint.map(|hint| view! { <span class="radio-card__hint">{hint}</span> })}
                </span>
            }
            .into_any(),
            RadioLook::Segments => view! { <span>{lock} {label}</span> }.into_any(),
        };
        view! {
            <label class=of_choice>
                <input
                    type="radio"
                    name=group.clone()
                    disabled=disabled
                    prop:checked=move || value.get() == own
                    on:change=move |_| on_change.run(picked.clone())
                />
                {words}
            </label>
        }
    };
    view! {
        <div class=of_group role="radiogroup" aria-label=move || label.get()>
            {move || choices.get().into_iter().map(&one).collect_view()}
        </div>
    }
}
