//! A line of the form: an icon that says what it is about, and what stands there.

use leptos::prelude::*;

use crate::ui::{Icon, IconName, dom};

/// Gives the focus to the first field in something.
pub(super) fn focus_first(root: &web_sys::Element) {
    if let Some(first) = dom::all(root, "input, select, textarea").first() {
        dom::focus(first);
    }
}

/// A line.
#[component]
pub(super) fn Row(
    /// What it is about; decoration, the fields have labels.
    icon: IconName,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="event-form__row">
            <Icon name=icon />
            <div class="event-form__fields">{children()}</div>
        </div>
    }
}
