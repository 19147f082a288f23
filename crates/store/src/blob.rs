//! What the store says about blobs.

use jmap::{EmailId, MailboxId, ThreadId};

/// A blob without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobInfo {
    /// Octets.
    pub size: u64,
    /// As said in the upload; of an email `message/rfc822`.
    pub media_type: Option<String>,
}

/// Who in an account uses a blob (RFC 9404 §4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlobHolders {
    /// The emails whose whole message it is.
    pub emails: Vec<EmailId>,
    /// Their threads.
    pub threads: Vec<ThreadId>,
    /// The mailboxes they are in.
    pub mailboxes: Vec<MailboxId>,
}

/// What [`crate::Store::sweep`] took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads whose day is over.
    pub uploads: u64,
    /// Blobs that nobody used.
    pub blobs: u64,
    /// Entries of the change log.
    pub changes: u64,
    /// Sessions that expired.
    pub sessions: u64,
}
