//! The form of an event, the small popover of a new one, the answers to an invitation and the question before an event
//! goes. Shows JSCalendar's Event.
//!
//! Pure: [`draft`] is the fields and what is sent of them, [`repeat`] and [`words`] are how an event repeats, [`free`]
//! is whether somebody is free. [`Editor`](editor::Editor) is what a form holds; `saving` is what becomes of it.

pub(in crate::calendar) mod draft;
pub(in crate::calendar) mod free;
pub(in crate::calendar) mod repeat;
pub(in crate::calendar) mod words;

#[cfg(target_family = "wasm")]
mod answer;
#[cfg(target_family = "wasm")]
mod assistant;
#[cfg(target_family = "wasm")]
mod availability;
#[cfg(target_family = "wasm")]
mod delete;
#[cfg(target_family = "wasm")]
mod details;
#[cfg(target_family = "wasm")]
mod editor;
#[cfg(target_family = "wasm")]
mod people;
#[cfg(target_family = "wasm")]
mod place;
#[cfg(target_family = "wasm")]
mod quick;
#[cfg(target_family = "wasm")]
mod reader;
#[cfg(target_family = "wasm")]
mod repeat_fields;
#[cfg(target_family = "wasm")]
mod row;
#[cfg(target_family = "wasm")]
mod saving;
#[cfg(target_family = "wasm")]
mod view;
#[cfg(target_family = "wasm")]
mod when;

#[cfg(target_family = "wasm")]
pub(in crate::calendar) use {delete::DeleteDialog, editor::Unsaved, quick::QuickEvent, view::EventForm};
