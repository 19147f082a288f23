//! Who is signed in: the sign-in page, signing out, and the dialog when a session ends while one works.
//!
//! Shows the gateway's `/owlet/session`. What a person may do comes from the JMAP session's capabilities,
//! which `client` holds; mail is `records`'.
//!
//! # Use
//! ```ignore
//! let session = Session::provide();          // in app.rs, before Records::provide()
//! view! { <SessionGate><Shell/></SessionGate> }   // signed out: the sign-in page instead of the children
//! use_session().me()                         // Signal<Option<Me>>: name and address for the avatar
//! use_session().sign_out();                  // after what was written is on the server, or is let go
//! ```

#[cfg(target_family = "wasm")]
mod context;
#[cfg(target_family = "wasm")]
mod gate;
#[cfg(target_family = "wasm")]
mod leaving;
#[cfg(target_family = "wasm")]
mod memory;
#[cfg(target_family = "wasm")]
mod sign_in;

#[cfg(target_family = "wasm")]
pub use context::{Me, Presence, Session, use_session};
#[cfg(target_family = "wasm")]
pub use gate::SessionGate;
