//! The form and everything that fills it: a part of the app, fetched when somebody first writes.
//!
//! What is always there, [`Composers`], reaches it through [`Part`] alone: a direct call would draw all of it back into
//! the first download.

use jmap::EmailId;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::composers::Composers;
use super::form::Composer;
use super::reply::Answer;
use super::writing::{Place, Writing};
use crate::records::{Draft, EmailAddress};

/// What is to be written.
#[derive(Clone, Debug)]
pub(super) enum Opening {
    /// A new mail to these.
    New(Vec<EmailAddress>),
    /// A new mail as a `mailto:` link says.
    Link(String),
    /// A mail of the Drafts folder.
    Draft(EmailId),
    /// A draft that `records` gave back, where it was written.
    Kept(Draft, Place),
    /// An answer to a mail.
    Answer(EmailId, Answer),
}

/// The way into the part.
pub(super) struct Part {
    /// Opens a form.
    pub(super) open: fn(Composers, Opening),
    /// Closes a form; what was written stays in Drafts.
    pub(super) close: fn(Composers, Writing),
    /// The form of a mail.
    pub(super) form: fn(Writing) -> AnyView,
}

pub(super) static PART: Part = Part {
    open: Composers::open,
    close: Composers::put_away,
    form: |writing| view! { <Composer writing /> }.into_any(),
};

/// The part, once it is there.
#[wasm_split(composer, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn part() -> Result<&'static Part, SplitLoaderError> {
    Ok(&PART)
}
