//! How much of something is there to show, and how the app is connected.

use super::Failure;

/// Something that comes from the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Load<T> {
    /// Nothing is known yet.
    #[default]
    Loading,
    /// The value; perhaps from the last visit, and brought up to date behind the scenes.
    Ready(T),
    /// It is not there, or not any more.
    Missing,
    /// It could not be got and there is nothing older to show. [`Records::retry`](super::Records::retry)
    /// asks again.
    Failed(Failure),
}

impl<T> Load<T> {
    /// The value, if there is one.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Missing | Self::Failed(_) => None,
        }
    }

    /// Of the value, something else.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Load<U> {
        match self {
            Self::Ready(value) => Load::Ready(f(value)),
            Self::Loading => Load::Loading,
            Self::Missing => Load::Missing,
            Self::Failed(failure) => Load::Failed(failure),
        }
    }
}

/// How the app is connected, for the notice at the top and the words of the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Requests are not answered: no network, or the gateway is down. Reading and writing go on.
    pub offline: bool,
    /// Changes that wait to go out. "3 changes go out when the connection is back."
    pub waiting: usize,
}
