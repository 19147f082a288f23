//! The session as signals.

use leptos::prelude::*;

use crate::client::ClientError;

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// For people.
    pub name: String,
    /// `alice@owlery.example`.
    pub address: String,
}

/// Whether somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Not known yet, and nobody was signed in the last time: a quiet page.
    Unknown,
    /// Nobody: the sign-in page.
    SignedOut,
    /// Somebody. Also before the gateway has answered, if somebody was signed in the last time.
    SignedIn(Me),
    /// Somebody, but the session ended: a dialog over the page asks for the password again.
    Ended(Me),
}

/// The session. `Copy`; a context from the app's root on.
#[derive(Clone, Copy)]
pub struct Session {}

/// The session of the app.
///
/// # Panics
/// Outside of the app's root, where [`Session::provide`] was not called.
#[track_caller]
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Makes the context, once, at the app's root, and asks the gateway who is signed in.
    pub fn provide() -> Self {
        let session = Self {};
        provide_context(session);
        session
    }

    /// Whether somebody is signed in.
    pub fn presence(self) -> Signal<Presence> {
        Signal::derive(|| Presence::Unknown)
    }

    /// The person, while there is one.
    pub fn me(self) -> Signal<Option<Me>> {
        Signal::derive(|| None)
    }

    /// The organisation's name, for the sign-in page.
    pub fn organisation(self) -> Signal<String> {
        Signal::derive(String::new)
    }

    /// Signs in.
    ///
    /// # Errors
    /// `Refused` if name or password is wrong, `TooMany` after many attempts, `Offline`.
    pub async fn sign_in(self, address: String, password: String) -> Result<(), ClientError> {
        let _ = (address, password);
        Ok(())
    }

    /// Signs out here and in every tab, and forgets what this browser keeps. What waits to go out is sent
    /// first, if there is a connection.
    pub fn sign_out(self) {}
}
