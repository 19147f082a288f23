//! The only code that talks to the network: JMAP requests, push, uploads, and the `/owlet` API.
//!
//! `records` and `session` are its only users; a view never sees it. It knows how to ask, how long to wait
//! and when to ask again; it keeps no records and draws nothing.

pub mod error;

pub use error::ClientError;
