//! Mail as signals: what the views read and change. Records live once, by id, in `mirror`; this module asks
//! the server for what a view wants to see, keeps it true, shows a person's changes at once and sends them.
//!
//! It draws nothing and has no words; it leaves the algorithm of windows and deltas to `crates/mirror` and
//! the wire to [`client`](crate::client).
//!
//! # Use
//! [`Records`] is a `Copy` context: `let records = use_records();`
//!
//! ```ignore
//! // Folders and their counts. Empty until the first answer.
//! let folders: Signal<Arc<Vec<Mailbox>>> = records.mailboxes();
//! // A list. A window is a handle; making it twice with an equal query is cheap and shares everything.
//! let window = records.window(EmailListQuery { filter: ListFilter::Flagged, ..EmailListQuery::everywhere() });
//! window.show(0..20);                                             // rows in view, after 60 ms of rest
//! let rows: Signal<Option<usize>> = window.total();
//! let row: Signal<Option<Row>> = window.row(17);                  // make it inside the row's own owner
//! window.on_change(move |change| { /* keep the scroll position: change.shift, change.moved(i) */ });
//! // Reading.
//! let thread: Signal<Load<Thread>> = records.thread(thread_id);
//! let email: Signal<Load<Arc<Email>>> = records.email(email_id);
//! let details: Signal<Load<Arc<EmailDetails>>> = records.email_details(email_id);
//! let url = records.body_url(&email_id, RemoteImages::Withheld);  // for the iframe's src
//! // Changing: shown at once, sent in order; Undo goes into the toast.
//! let undo = records.change_emails(Targets::threads([thread_id]).within(inbox), EmailPatch::Archive);
//! undo.undo();
//! // Writing.
//! records.save_draft(&draft);
//! let submission = records.send(draft, 10);
//! submission.undo();
//! ```
//!
//! A [`Load`] that was once ready stays ready: a failure to refresh it shows in [`Records::connection`]
//! only. Every signal is derived: dropping the owner that made it is all the cleaning up there is.

pub mod calendars;
pub mod draft;
pub mod email;
pub mod event;
pub mod load;
pub mod patch;
pub mod query;
pub mod snippet;
mod wishes;

pub use crate::client::ClientError as Failure;
pub use calendars::{EventQuery, Invite, MeetingTime};
pub use draft::{Draft, DraftKey, DraftStatus};
pub use email::{Attachment, Email, EmailDetails, Row, Thread, ThreadSummary};
pub use event::{Event, EventStatus, FreeBusy, Guest, Millis, Participation};
pub use jmap::calendar::Calendar;
pub use jmap::email::EmailAddress;
pub use jmap::identity::Identity;
pub use jmap::mailbox::{Mailbox, Rights, Role};
pub use jmap::principal::{Principal, PrincipalKind};
pub use jmap::push::CalendarAlert;
pub use jmap::{BlobId, EmailId, IdentityId, MailboxId, ThreadId, UtcDate};
pub use load::{Connection, Load};
pub use mirror::WindowChange;
pub use patch::{EmailPatch, Targets};
pub use query::{EmailListQuery, EmailSearch, EmailSort, ListFilter, Scope};
pub use snippet::{Marked, Snippet, Span};

#[cfg(target_family = "wasm")]
mod account;
#[cfg(target_family = "wasm")]
mod changes;
#[cfg(target_family = "wasm")]
mod engine;
#[cfg(target_family = "wasm")]
mod folders;
#[cfg(target_family = "wasm")]
mod handle;
#[cfg(target_family = "wasm")]
mod idb;
#[cfg(target_family = "wasm")]
mod leaving;
#[cfg(target_family = "wasm")]
mod original;
#[cfg(target_family = "wasm")]
mod reading;
#[cfg(target_family = "wasm")]
mod sending;
#[cfg(target_family = "wasm")]
mod uploading;
#[cfg(target_family = "wasm")]
mod window;
#[cfg(target_family = "wasm")]
mod writing;

#[cfg(target_family = "wasm")]
pub use account::Recipient;
#[cfg(target_family = "wasm")]
pub use changes::{Refused, Undo};
#[cfg(target_family = "wasm")]
pub use handle::{Records, use_records};
#[cfg(target_family = "wasm")]
pub use reading::RemoteImages;
#[cfg(target_family = "wasm")]
pub use sending::{Submission, SubmissionStatus};
#[cfg(target_family = "wasm")]
pub use uploading::{Upload, UploadStatus};
#[cfg(target_family = "wasm")]
pub use window::EmailWindow;
