//! The reading pane: a conversation with one's own replies from other folders, each mail's safe document,
//! its files; and what stands there while nothing or several are chosen.

pub(crate) mod fold;

#[cfg(target_family = "wasm")]
mod attachments;
#[cfg(target_family = "wasm")]
mod body;
#[cfg(target_family = "wasm")]
mod invitation;
#[cfg(target_family = "wasm")]
mod message;
#[cfg(target_family = "wasm")]
mod pane;
#[cfg(target_family = "wasm")]
mod preview;
#[cfg(target_family = "wasm")]
mod several;
#[cfg(target_family = "wasm")]
mod source;
#[cfg(target_family = "wasm")]
mod tools;

#[cfg(target_family = "wasm")]
pub(crate) use {body::is_dark_anywhere, pane::{ReadingPane, contents}};
