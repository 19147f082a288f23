//! Mails and conversations for the reading pane, and the addresses of their documents and files.

use std::sync::Arc;

use jmap::{BlobId, EmailId, ThreadId};
use leptos::prelude::*;

use super::{Email, EmailDetails, Failure, Load, Records, Thread};

/// Whether a mail's document shows pictures from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteImages {
    /// As the sender is trusted or not: what one starts with.
    BySender,
    /// Shown, fetched by the gateway: the reader asked for it.
    Shown,
}

impl Records {
    /// A mail as lists show it.
    pub fn email(self, id: EmailId) -> Signal<Load<Arc<Email>>> {
        let _ = id;
        Signal::derive(Load::default)
    }

    /// A conversation with all its mails, in all folders.
    pub fn thread(self, id: ThreadId) -> Signal<Load<Thread>> {
        let _ = id;
        Signal::derive(Load::default)
    }

    /// A mail with headers, recipients and attachments.
    pub fn email_details(self, id: EmailId) -> Signal<Load<Arc<EmailDetails>>> {
        let _ = id;
        Signal::derive(Load::default)
    }

    /// All header fields as they stand in the message: "Show headers".
    ///
    /// # Errors
    /// As any request.
    pub async fn headers(self, id: EmailId) -> Result<Vec<(String, String)>, Failure> {
        let _ = id;
        Ok(Vec::new())
    }

    /// The address of the mail's safe document, for a sandboxed iframe's `src`.
    pub fn body_url(self, id: &EmailId, images: RemoteImages) -> String {
        let _ = (id, images);
        String::new()
    }

    /// The same document as text: what a reply or forward quotes. Already sanitised.
    ///
    /// # Errors
    /// As any request.
    pub async fn body_document(self, id: EmailId) -> Result<String, Failure> {
        let _ = id;
        Ok(String::new())
    }

    /// The address of a file, of a whole message (`message/rfc822`), of a picture.
    pub fn download_url(self, blob: &BlobId, name: &str, media_type: &str) -> String {
        let _ = (blob, name, media_type);
        String::new()
    }

    /// Gets ready to open these at once: the next and the previous message. When idle.
    pub fn prefetch(self, ids: &[EmailId]) {
        let _ = ids;
    }

    /// Shows remote images of this sender from now on (or no more).
    ///
    /// # Errors
    /// As any request.
    pub async fn trust_sender(self, address: String, trusted: bool) -> Result<(), Failure> {
        let _ = (address, trusted);
        Ok(())
    }
}
