//! Writing mail: new, an answer, a forward, a draft, a `mailto:` link.
//!
//! It holds one [`Draft`](crate::records::Draft) and shows it as a form. What is typed is given to `records`, which
//! keeps it in this browser at once and on the server soon; sending, holding and taking back are the server's. It
//! leaves to others: reading, lists, and where on the screen a composer stands.
//!
//! # Use
//! ```ignore
//! let composers = Composers::provide();                 // once, where signed in
//! composers.new_mail();                                  // also: new_mail_to(address), mailto(url), edit(draft_email_id)
//! composers.answer(email_id, Answer::ReplyAll);          // opens in place in its thread
//! view! {
//!     <ThreadComposer thread=thread_id />                // at the foot of the open thread; empty if nothing is written
//!     <SheetComposer />                                  // over or instead of the reading pane; empty if nothing is written
//!     <ComposerBars />                                   // once, at the window's lower end: minimised ones
//!     <RecoveredNotice />                                // once, above the list: "You were writing… Continue"
//! }
//! composers.in_sheet()                                   // Signal<bool>: the reading pane is a composer now
//! composers.writes_in(thread_id)                         // Signal<bool>: hide the reply line
//! ```

pub mod body;
pub mod checks;
pub mod html;
pub mod mailto;
pub mod recipients;
pub mod reply;
pub mod schedule;

#[cfg(target_family = "wasm")]
mod closing;
#[cfg(target_family = "wasm")]
mod composers;
#[cfg(target_family = "wasm")]
mod deck;
#[cfg(target_family = "wasm")]
mod editor;
#[cfg(target_family = "wasm")]
mod files;
#[cfg(target_family = "wasm")]
mod form;
#[cfg(target_family = "wasm")]
mod later;
#[cfg(target_family = "wasm")]
mod opening;
#[cfg(target_family = "wasm")]
mod outcome;
#[cfg(target_family = "wasm")]
mod part;
#[cfg(target_family = "wasm")]
mod token_field;
#[cfg(target_family = "wasm")]
mod writing;

pub use reply::Answer;

#[cfg(target_family = "wasm")]
#[allow(unused_imports, reason = "the public face")]
pub(crate) use {
    composers::Composers,
    deck::{ComposerBars, RecoveredNotice, SheetComposer, ThreadComposer},
};
