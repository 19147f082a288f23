//! What a person changes in mails: shown at once, sent in order, taken back if refused.

use leptos::prelude::*;

use super::{EmailPatch, Failure, Records, Targets};

/// Takes a change back. `Copy`, for a toast's button and Ctrl Z.
#[derive(Clone, Copy)]
pub struct Undo {}

impl Undo {
    pub(super) fn none() -> Self {
        Self {}
    }

    /// How many mails were changed; 0 if nothing was to do.
    pub fn count(self) -> usize {
        0
    }

    /// Whether there is a way back.
    pub fn is_possible(self) -> bool {
        false
    }

    /// Takes it back; once.
    pub fn undo(self) {}
}

/// A change that the server did not take; it is undone already.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// How many records were affected.
    pub count: usize,
    /// Why.
    pub failure: Failure,
}

impl Records {
    /// Changes mails or whole conversations: at once on screen, then on the server, across reloads and
    /// without a connection.
    pub fn change_emails(self, targets: Targets, patch: EmailPatch) -> Undo {
        let _ = (targets, patch);
        Undo::none()
    }

    /// Calls when the server took a change back, for a toast. Ends with the owner.
    pub fn on_refused(self, call: impl Fn(&Refused) + 'static) {
        let _ = call;
        on_cleanup(|| {});
    }
}
