//! The form of an event, the small popover of a new one and the question before one goes.
//!
//! [`draft`] is the fields and what is sent of them, [`repeat`] and [`words`] are how it repeats; these are pure.

pub(in crate::calendar) mod draft;
pub(in crate::calendar) mod repeat;
pub(in crate::calendar) mod words;

#[cfg(target_family = "wasm")]
mod stubs {
    use leptos::prelude::*;

    /// The form.
    #[component]
    pub(in crate::calendar) fn EventForm() -> impl IntoView {}

    /// The small popover of a new event.
    #[component]
    pub(in crate::calendar) fn QuickEvent() -> impl IntoView {}

    /// Asks how an event is to go.
    #[component]
    pub(in crate::calendar) fn DeleteDialog() -> impl IntoView {}
}
#[cfg(target_family = "wasm")]
pub(in crate::calendar) use stubs::*;
