//! Sending: handed over at once, held by the server for a while, taken back until then.

use jmap::UtcDate;
use leptos::prelude::*;

use super::{Draft, Failure, Records};

/// A mail on its way out. `Copy`; outlives the composer, for the toast "Sent · Undo".
#[derive(Clone, Copy)]
pub struct Submission {}

/// What became of a mail that was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum SubmissionStatus {
    /// Being handed over, or waiting in the outbox for a connection.
    Sending,
    /// The server has it and can still give it back.
    Held {
        /// Until then.
        until: UtcDate,
    },
    /// Out.
    Sent,
    /// Taken back; it is a draft again: open it in the composer.
    Undone(Draft),
    /// Not sent; it is a draft still. `Refused` with `invalidRecipients`, `forbiddenFrom`, `overQuota` …
    Failed {
        /// Why.
        failure: Failure,
        /// The recipients at fault.
        recipients: Vec<String>,
        /// To go on with.
        draft: Draft,
    },
}

impl Submission {
    /// What became of it.
    pub fn status(self) -> Signal<SubmissionStatus> {
        Signal::derive(|| SubmissionStatus::Sending)
    }

    /// Takes it back, while [`SubmissionStatus::Sending`] or `Held`; the status tells how it went.
    pub fn undo(self) {}
}

impl Records {
    /// Sends a draft; the server holds it for so many seconds (10), so closing the tab changes nothing.
    pub fn send(self, draft: Draft, hold: u32) -> Submission {
        let _ = (draft, hold);
        Submission {}
    }

    /// Sends a draft at a time.
    pub fn send_at(self, draft: Draft, at: UtcDate) -> Submission {
        let _ = (draft, at);
        Submission {}
    }
}
