//! A number where people wait, or a dot where something is new. Pattern: text, or an image with a name.
//! Keys: none. Name: `label` ("2 new"); without one the number itself is read.

use leptos::prelude::*;

/// A number in a pill; above 99 it says "99+". Nothing at nought.
#[component]
pub(crate) fn Count(
    /// How many.
    #[prop(into)]
    count: Signal<usize>,
    /// The number in words.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Without the pill.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    move || {
        let count = count.get();
        let text = if count > 99 && !quiet { "99+".to_owned() } else { count.to_string() };
        (count > 0).then(|| {
            view! {
                <span class="count" data-quiet=quiet.then_some("")>
                    <span aria-hidden=move || label.get().map(|_| "true")>{text}</span>
                    {move || label.get().map(|label| view! { <span class="visually-hidden">{label}</span> })}
                </span>
            }
        })
    }
}

/// Something new is there.
#[component]
pub(crate) fn Dot(
    /// What the dot means.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! { <span class="dot" role="img" aria-label=move || label.get()></span> }
}

/// A key, as it is written on a keyboard.
#[component]
pub(crate) fn Kbd(
    /// The key or keys.
    #[prop(into)]
    keys: Signal<String>,
) -> impl IntoView {
    view! { <kbd class="kbd">{move || keys.get()}</kbd> }
}
