//! The context that views hold, and what concerns all of it at once.

use leptos::prelude::*;

use super::{Connection, Email};

/// The signed-in person's mail. `Copy`; a context from the app's root on.
#[derive(Clone, Copy)]
pub struct Records {}

/// The records of the app.
///
/// # Panics
/// Outside of the app's root, where [`Records::provide`] was not called.
#[track_caller]
pub fn use_records() -> Records {
    expect_context()
}

impl Records {
    /// Makes the context, once, at the app's root. It starts to load when a person is signed in, or
    /// earlier from what the last visit left in the browser.
    pub fn provide() -> Self {
        let records = Self {};
        provide_context(records);
        records
    }

    /// How the app is connected and how many changes wait.
    pub fn connection(self) -> Signal<Connection> {
        Signal::derive(Connection::default)
    }

    /// Asks again what failed.
    pub fn retry(self) {}

    /// Looks for changes now; the person pressed "Refresh".
    pub fn refresh(self) {}

    /// Calls for every mail that has just come into the inbox and is unread: for notifications and live
    /// announcements. In the leading tab only, so that there is one notification. Ends with the owner.
    pub fn on_new_mail(self, call: impl Fn(&[Email]) + 'static) {
        let _ = call;
    }
}
