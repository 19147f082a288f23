//! The design system: one small component a file, shown with named examples at `/gallery`.
//!
//! It knows no word of the domain: every string comes in by a property, wishes go out by a [`Callback`].
//! Each component's file says which WAI-ARIA pattern it follows, which keys it knows and where its accessible name
//! comes from. The look is in `style/ui/`, a sheet a component, by functional tokens only.
//! What needs no browser (initials, hues, placement, roving, typing ahead) builds and tests natively.
//!
//! [`Callback`]: leptos::prelude::Callback

#![allow(dead_code, reason = "a component is whole before a feature uses each of its sides")]

pub(crate) mod hue;
pub(crate) mod icon_name;
pub(crate) mod initials;
pub(crate) mod keys;
pub(crate) mod placement;
pub(crate) mod roving;
pub(crate) mod typeahead;

/// Declares the modules that only a browser has, and makes their contents the face of `ui`.
macro_rules! browser {
    ($($name:ident),* $(,)?) => {
        $(
            #[cfg(target_family = "wasm")]
            pub(crate) mod $name;
            #[cfg(target_family = "wasm")]
            #[allow(unused_imports, reason = "a component is offered before a feature needs it")]
            pub(crate) use $name::*;
        )*
    };
}

browser!(
    appearance,
    avatar,
    badge,
    bones,
    button,
    checkbox,
    chip,
    choice,
    combobox,
    dialog,
    dom,
    empty_state,
    field,
    icon,
    icon_button,
    live,
    menu,
    notice,
    owl,
    popover,
    presence,
    progress,
    radio,
    select,
    sheet,
    splitter,
    steady,
    switch,
    toast,
    toolbar,
    tooltip,
    tree,
);

#[cfg(target_family = "wasm")]
#[cfg(feature = "gallery")]
pub(crate) mod gallery;

#[allow(unused_imports, reason = "offered to features")]
pub(crate) use {hue::Hue, icon_name::IconName};
