//! The list of messages: a grid of any length. The pure parts say where rows stand and which are chosen.

pub(crate) mod layout;
pub(crate) mod scroll;
pub(crate) mod selection;

#[cfg(target_family = "wasm")]
mod chips;
#[cfg(target_family = "wasm")]
mod grid;
#[cfg(target_family = "wasm")]
mod head;
#[cfg(target_family = "wasm")]
mod keys;
#[cfg(target_family = "wasm")]
mod menu;
#[cfg(target_family = "wasm")]
mod pane;
#[cfg(target_family = "wasm")]
mod row;
#[cfg(target_family = "wasm")]
mod swipe;
#[cfg(target_family = "wasm")]
mod view;

#[cfg(target_family = "wasm")]
pub(crate) use {head::title, pane::ListPane, row::DRAGGED};
