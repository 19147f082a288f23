//! What the browser remembers from the last visit: who was signed in, and what the JMAP server offered them.
//! With it the page shows the inbox before the gateway has answered anything. Forgotten at sign-out.

use jmap::Session;
use serde::{Deserialize, Serialize};

use super::Me;
use crate::json;

const KEY: &str = "owlet.session";

/// The last visit.
#[derive(Serialize, Deserialize)]
pub(super) struct Memory {
    pub(super) me: Me,
    pub(super) session: Option<Session>,
    /// The organisation's name.
    #[serde(default)]
    pub(super) organisation: Option<String>,
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What the last visit left.
pub(super) fn recall() -> Option<Memory> {
    let text = storage()?.get_item(KEY).ok()??;
    json::read(&text)
}

/// For the next visit.
pub(super) fn remember(memory: &Memory) {
    if let (Some(storage), Some(text)) = (storage(), json::write(memory)) {
        // Without storage the next visit takes a moment longer.
        let _full = storage.set_item(KEY, &text);
    }
}

/// Nobody was here.
pub(super) fn forget() {
    if let Some(storage) = storage() {
        let _gone = storage.remove_item(KEY);
    }
}
