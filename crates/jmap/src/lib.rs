//! JMAP as types: the session, the envelope of requests and responses, errors, and then one file an object.
//!
//! Shared by the app and the gateway. It knows serde and little else: no I/O, no clock, no policy.
//! Each object has only the properties that Owlet asks for by name; what a server may ask for beyond that
//! (`header:*` properties, unknown properties of others) travels as JSON.
//!
//! RFC 8620 (core), RFC 8621 (mail), RFC 8887 (WebSocket), RFC 9404 (blobs), RFC 9425 (quotas), RFC 9670 (sharing), RFC 9749 (VAPID),
//! draft-ietf-jmap-calendars (calendars).

pub mod blob;
pub mod calendar;
pub mod calendar_event;
pub mod calendar_event_notification;
pub mod capability;
pub mod date;
pub mod email;
pub mod email_submission;
pub mod error;
pub mod id;
pub mod identity;
pub mod mailbox;
pub mod method;
pub mod participant_identity;
pub mod principal;
pub mod push;
pub mod push_subscription;
pub mod query;
pub mod quota;
pub mod reference;
pub mod request;
pub mod search_snippet;
pub mod session;
pub mod share_notification;
pub mod subject;
pub mod thread;
pub mod vacation_response;

pub use date::{Date, UtcDate};
pub use error::{MethodError, RequestError, SetError};
pub use id::{
    AccountId, BlobId, CalendarEventId, CalendarEventNotificationId, CalendarId, EmailId, EmailSubmissionId, Id,
    IdentityId, MailboxId, ParticipantIdentityId, PrincipalId, QuotaId, ShareNotificationId, State, ThreadId,
};
pub use query::{Comparator, Filter, Operator};
pub use request::{Invocation, Request, Response};
pub use session::Session;
