//! The only code that talks to the network: JMAP requests, push, uploads, and the `/owlet` API.
//!
//! `records` and `session` are its only users; a view never sees it. It knows how to ask, how long to wait
//! and when to ask again; it keeps no records and draws nothing.
//!
//! Calls made in the same moment travel in one request. When the session has ended, what was asked waits
//! until the person has signed in again, and is then asked: nobody above has to know.

pub mod backoff;
pub mod batch;
pub mod error;
pub mod limits;

#[cfg(target_family = "wasm")]
mod connection;
#[cfg(target_family = "wasm")]
mod http;
#[cfg(target_family = "wasm")]
pub mod owlet;
#[cfg(target_family = "wasm")]
pub mod push;
#[cfg(target_family = "wasm")]
pub mod upload;

pub use batch::{Answers, Batch};
#[cfg(target_family = "wasm")]
pub use connection::{Client, path_of};
pub use error::ClientError;
