//! Drafts and uploads: what is being written is safe in this browser at once, and on the server soon.

use jmap::EmailId;
use leptos::prelude::*;

use super::{Attachment, Draft, DraftKey, DraftStatus, Failure, Records};

/// A file on its way to the server. `Copy`.
#[derive(Clone, Copy)]
pub struct Upload {}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadStatus {
    /// From 0 to 1.
    Uploading(f64),
    /// There; put it into the draft's `attachments`.
    Done(Attachment),
    /// `TooLarge` and `Offline` among others; [`Upload::retry`] sends it again.
    Failed(Failure),
}

impl Upload {
    /// How far it is.
    pub fn status(self) -> Signal<UploadStatus> {
        Signal::derive(|| UploadStatus::Uploading(0.0))
    }

    /// Stops it.
    pub fn cancel(self) {}

    /// Sends it again after a failure.
    pub fn retry(self) {}
}

impl Records {
    /// A name for a new draft.
    pub fn new_draft_key(self) -> DraftKey {
        DraftKey(String::new())
    }

    /// Keeps a draft. Call it after every change (as often as one types): it is written here within 300 ms
    /// and on the server after two seconds of rest, at most every ten.
    pub fn save_draft(self, draft: &Draft) {
        let _ = draft;
    }

    /// Writes to the server now: the composer closes.
    pub fn flush_draft(self, key: &DraftKey) {
        let _ = key;
    }

    /// How safe a draft is.
    pub fn draft_status(self, key: DraftKey) -> Signal<DraftStatus> {
        let _ = key;
        Signal::derive(DraftStatus::default)
    }

    /// Throws a draft away, here and on the server. Gives a way back.
    pub fn discard_draft(self, key: &DraftKey) -> super::Undo {
        let _ = key;
        super::Undo::none()
    }

    /// Drafts that were being written when the browser or the tab went away and that the server does not
    /// have in their last form. Empty most of the time.
    pub fn recovered_drafts(self) -> Signal<Vec<Draft>> {
        Signal::derive(Vec::new)
    }

    /// A draft from the Drafts folder, to go on writing; the newer one, if this browser has a newer copy.
    ///
    /// # Errors
    /// As any request.
    pub async fn open_draft(self, email: EmailId) -> Result<Draft, Failure> {
        let _ = email;
        Err(Failure::Offline)
    }

    /// Sends a file to the server, for a draft. Cancelled with the owner that started it.
    pub fn upload(self, file: &web_sys::File) -> Upload {
        let _ = file;
        Upload {}
    }
}
