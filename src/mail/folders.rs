//! The folder pane: the tree of folders with counts, and what is done to a folder.

pub(crate) mod summary;

#[cfg(target_family = "wasm")]
pub(crate) mod ask;
#[cfg(target_family = "wasm")]
mod menu;
#[cfg(target_family = "wasm")]
mod pane;

#[cfg(target_family = "wasm")]
pub(crate) use pane::{FolderPane, folder_name};
