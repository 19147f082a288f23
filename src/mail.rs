//! Mail: folders, the list, reading, searching. Shows JMAP's Mailbox, Thread and Email; writing is
//! [`composer`]'s, what is on the server and how it changes is [`records`](crate::records)'.
//!
//! [`MailPage`] is the page. [`Desk`] is what it shows and what is chosen on it; [`Action`] is all that a
//! person can do with mail, shared by menus, keys, drags and the palette.

mod actions;
pub mod composer;
mod folders;
mod list;
mod reading;
mod search;
mod summary;

#[cfg(target_family = "wasm")]
mod act;
#[cfg(target_family = "wasm")]
mod ask;
#[cfg(target_family = "wasm")]
mod desk;
#[cfg(target_family = "wasm")]
mod finding;
#[cfg(target_family = "wasm")]
mod notify;
#[cfg(target_family = "wasm")]
mod page;
#[cfg(target_family = "wasm")]
mod range;
#[cfg(target_family = "wasm")]
mod said;

pub(crate) use actions::Action;
#[cfg(target_family = "wasm")]
pub(crate) use page::{MailPage, provide};
