//! One of many in little room. Pattern: the native select, which phones and screen readers know best.
//! Keys: the browser's own. Name: `label`, above it unless `label_hidden`.

use leptos::{ev, prelude::*};

use super::{choice::Choice, dom::fresh_id, icon::Icon, icon_name::IconName};

/// A select with a label.
#[component]
pub(crate) fn Select<T>(
    /// What is being chosen.
    #[prop(into)]
    label: Signal<String>,
    /// The label is read, not seen.
    #[prop(optional)]
    label_hidden: bool,
    /// Between what.
    #[prop(into)]
    choices: Signal<Vec<Choice<T>>>,
    /// What holds.
    #[prop(into)]
    value: Signal<T>,
    /// Can't be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Another was chosen.
    #[prop(into)]
    on_change: Callback<T>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let id = fresh_id("select");
    let changed = move |event: ev::Event| {
        let index = event_target_value(&event).parse::<usize>().ok();
        let choice = index.and_then(|index| choices.with_untracked(|choices| choices.get(index).cloned()));
        if let Some(choice) = choice {
            on_change.run(choice.value);
        }
    };
    let options = move || {
        choices
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, choice)| {
                let Choice { value: own, label, disabled, hint: _ } = choice;
                view! {
                    <option value=index.to_string() disabled=disabled prop:selected=move || value.get() == own>
                        {label}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <div class="field">
            <label class=if label_hidden { "visually-hidden" } else { "field__label" } for=id.clone()>
                {move || label.get()}
            </label>
            <div class="select">
                <select id=id disabled=move || disabled.get() on:change=changed>
                    {options}
                </select>
                <Icon name=IconName::ChevronDown />
            </div>
        </div>
    }
}
