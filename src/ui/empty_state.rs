//! A pane with nothing to list, or that failed: a drawing, a fact, a way on. Pattern: none; a heading and words.
//! Keys: none but the button's. Name: its title, a heading of the level that fits (2 unless told).

use leptos::prelude::*;

use super::{
    button::{Button, ButtonKind},
    owl::OwlPicture,
};

/// An empty, searched-in-vain, offline or failed pane.
#[component]
pub(crate) fn EmptyState(
    /// What the owl does.
    #[prop(into)]
    picture: Signal<OwlPicture>,
    /// The fact.
    #[prop(into)]
    title: Signal<String>,
    /// A sentence more.
    #[prop(optional, into)]
    words: MaybeProp<String>,
    /// The way on, a verb; needs `on_act`.
    #[prop(optional, into)]
    act: MaybeProp<String>,
    /// What to quote to someone who helps.
    #[prop(optional, into)]
    reference: MaybeProp<String>,
    /// The way on was taken.
    #[prop(optional, into)]
    on_act: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <svg class="empty-state__picture" viewBox="0 0 72 72" aria-hidden="true">
                <use href=move || picture.get().href() />
            </svg>
            <h2 class="empty-state__title">{move || title.get()}</h2>
            {move || words.get().map(|words| view! { <p class="empty-state__words">{words}</p> })}
            {move || {
                let act = act.get()?;
                let on_act = on_act?;
                Some(view! { <Button kind=ButtonKind::Secondary on_press=on_act>{act}</Button> })
            }}
            {move || reference.get().map(|words| view! { <p class="empty-state__reference">{words}</p> })}
        </div>
    }
}
