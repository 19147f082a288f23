//! What can become of a call to the store.

use jmap::{AccountId, Id};

use crate::DataType;

/// The answer of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed. Whatever it was, the transaction it was in is rolled back unless the caller commits: what a
/// failed call of a [`crate::Writer`] did itself is undone or was never done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such account.
    #[error("there is no account {0}")]
    NoAccount(AccountId),
    /// Another account has this address.
    #[error("an account with this address exists already")]
    AddressTaken,
    /// The record to change or destroy, or that is referred to, is not there.
    #[error("there is no {0} {1}")]
    NotFound(DataType, Id),
    /// The record to create is there already.
    #[error("there is a {0} {1} already")]
    Exists(DataType, Id),
    /// A mailbox that has emails is not destroyed: take them out first (RFC 8621 §2.5).
    #[error("the mailbox {0} is not empty")]
    MailboxNotEmpty(Id),
    /// A calendar that has events is not destroyed: take them out first.
    #[error("the calendar {0} is not empty")]
    CalendarNotEmpty(Id),
    /// An event is always in at least one calendar.
    #[error("an event must be in a calendar")]
    NoCalendar,
    /// Another event of the account has this uid (and recurrence id).
    #[error("there is an event with this uid already: {0}")]
    UidTaken(Id),
    /// An email is always in at least one mailbox (RFC 8621 §4.1.1).
    #[error("an email must be in a mailbox")]
    NoMailbox,
    /// The blob that a new email names was not put into the store.
    #[error("there is no such blob")]
    NoBlob,
    /// The state is no state of ours, or older than the change log.
    #[error("changes since that state are not known")]
    CannotCalculateChanges,
    /// There are more changes than `max`.
    #[error("there are more changes than were asked for")]
    TooManyChanges,
    /// The anchor is not in the query's result.
    #[error("the anchor is not in the result")]
    AnchorNotFound,
    /// The filter asks for what the store cannot look for.
    #[error("unsupported filter: {0}")]
    UnsupportedFilter(String),
    /// The sort compares by what the store cannot sort by.
    #[error("unsupported sort: {0}")]
    UnsupportedSort(String),
    /// The data folder was written by a later version, or what is in it is not what this version writes.
    #[error("the store is damaged or of another version: {0}")]
    Damaged(String),
    /// The database failed; nothing of the call was done.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The migrations could not be applied; the database is as it was.
    #[error("the database could not be brought to this version")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The blobs' folder or bucket failed.
    #[error("the blobs failed")]
    Blobs(#[from] object_store::Error),
    /// A file could not be written or read.
    #[error("a file failed")]
    File(#[from] std::io::Error),
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
