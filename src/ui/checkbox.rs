//! A checkbox, also in the middle of yes and no. Pattern: WAI-ARIA checkbox, by the native element.
//!
//! | key | does |
//! |---|---|
//! | Space | on or off |
//!
//! Name: `label`, visible unless `bare`.

use leptos::{html, prelude::*};

use super::{hue::Hue, icon::Icon, icon_name::IconName};

/// A checkbox with words.
#[component]
pub(crate) fn Checkbox(
    /// What is on or off.
    #[prop(into)]
    label: Signal<String>,
    /// A sentence more.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// Only the box, as in a row; the label is read.
    #[prop(optional)]
    bare: bool,
    /// On.
    #[prop(into)]
    checked: Signal<bool>,
    /// Some of several are on.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    /// The colour of what it stands for.
    #[prop(optional, into)]
    hue: Option<Hue>,
    /// Can't be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Takes no tab stop of its own, in rows that move the focus themselves.
    #[prop(optional)]
    skip_tab: bool,
    /// It was switched, to this.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let changed = move |_| {
        if let Some(input) = input.get_untracked() {
            on_change.run(input.checked());
            // The signal decides, also when it does not follow.
            input.set_checked(checked.get_untracked());
        }
    };
    view! {
        <label class="checkbox" data-bare=bare.then_some("") data-hue=hue.map(Hue::as_str)>
            <span class="checkbox__box">
                <input
                    type="checkbox"
                    tabindex=skip_tab.then_some("-1")
                    prop:checked=move || checked.get()
                    prop:indeterminate=move || mixed.get()
                    disabled=move || disabled.get()
                    on:change=changed
                    node_ref=input
                />
                <span class="checkbox__mark" data-mark="check">
                    <Icon name=IconName::CheckBold />
                </span>
                <span class="checkbox__mark" data-mark="dash">
                    <Icon name=IconName::Dash />
                </span>
            </span>
            <span class=if bare { "visually-hidden" } else { "checkbox__words" }>
                <span>{move || label.get()}</span>
                {move || hint.get().map(|hint| view! { <span class="checkbox__hint">{hint}</span> })}
            </span>
        </label>
    }
}
