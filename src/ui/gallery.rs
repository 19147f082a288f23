//! Every component with its named examples, at `/gallery`. Browser tests loop over `[data-example]`.
//! The only file of `ui` with words of its own: they are examples, not the app's.

use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn Gallery() -> impl IntoView {
    view! { <main class="gallery-page"></main> }
}
