//! What Owlet keeps of its accounts: records, changes, mail, blobs, sessions, and search over all of it.
//!
//! One engine for every JMAP type. A record is JSON with an id; `changes` is read from a log of the last thirty
//! days; mail has columns to sort and filter by, a materialised row per (mailbox, thread), counters and a full-text
//! index, all kept in the transaction that changes the mail. Readers never wait for the one [`Writer`].
//!
//! It leaves to others: JMAP's argument checks, error names and derived properties (the gateway), the reading of
//! MIME (the gateway hands over what it read as [`NewEmail`]), passwords' hashing, and any clock but that of the
//! change log.
//!
//! - [`Store::open`] → reads on [`Store`], writes on the [`Writer`] that [`Store::begin`] gives;
//! - [`Store::subscribe`] tells what was committed, for push;
//! - [`search`] folds and tokenises text the same way for the index, for queries and for highlighting;
//! - with the feature `conformance`, [`conformance!`] runs every promise of this page against a back end.

pub mod account;
pub mod blob;
pub mod calendar;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod email;
mod error;
mod ids;
pub mod principal;
pub mod push;
pub mod query;
pub mod record;
pub mod search;
mod sqlite;

pub use account::{Account, AppPassword, NewAccount, NewSession, Session, Suggestion, Usage};
pub use blob::{BlobHolders, BlobInfo, Swept};
pub use calendar::{
    Discretion, DueAlert, EventCondition, EventHit, EventIndex, EventList, EventQuery, EventText, Moment, Share,
    SharedCalendar,
};
pub use email::{EmailRow, Envelope, IndexText, Inserted, NewEmail, SearchText, ThreadMember};
pub use error::{Error, Result};
pub use principal::{Principal, PrincipalChanges, PrincipalPatch};
pub use push::{Credential, NewPushSubscription, PushChange, PushKeys, PushSubscription};
pub use query::{EmailQuery, QueryChanges, QueryPage};
pub use record::{Changes, Committed, Counts, DataType, Record, States};
pub use sqlite::{Store, Writer};
