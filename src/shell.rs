//! The shell: the frame that every page stands in, the rail, the top bar with Search or do, keys, notices,
//! and which of several tabs leads. It knows no mail: features offer it [`Command`]s.

mod commands;
mod shortcuts;

#[cfg(target_family = "wasm")]
mod failure;
#[cfg(target_family = "wasm")]
mod frame;
#[cfg(target_family = "wasm")]
mod help;
#[cfg(target_family = "wasm")]
mod keys;
#[cfg(target_family = "wasm")]
pub mod leadership;
#[cfg(target_family = "wasm")]
mod me;
#[cfg(target_family = "wasm")]
mod notices;
#[cfg(target_family = "wasm")]
mod offers;
#[cfg(target_family = "wasm")]
mod palette;
#[cfg(target_family = "wasm")]
mod panes;
#[cfg(target_family = "wasm")]
pub(crate) mod parts;
#[cfg(target_family = "wasm")]
mod preferences;
#[cfg(target_family = "wasm")]
mod rail;

pub(crate) use commands::{Command, Group};
#[cfg(target_family = "wasm")]
pub(crate) use {
    failure::prepare as prepare_failure,
    frame::{Frame, FrameState},
    offers::{Offer, Offers, key_of},
    palette::{Face, Finding, Palette, SearchBox, Source},
    panes::{is_narrow, system_is_dark},
    preferences::{Preferences, ReadingAt},
    rail::Places,
};
