//! The URIs of capabilities, as a session lists and a request uses them.

/// RFC 8620.
pub const CORE: &str = "urn:ietf:params:jmap:core";
/// RFC 8621: Mailbox, Thread, Email, SearchSnippet.
pub const MAIL: &str = "urn:ietf:params:jmap:mail";
/// RFC 8621: Identity, EmailSubmission.
pub const SUBMISSION: &str = "urn:ietf:params:jmap:submission";
/// RFC 8621: VacationResponse.
pub const VACATION_RESPONSE: &str = "urn:ietf:params:jmap:vacationresponse";
/// RFC 8887: requests and pushes over one WebSocket.
pub const WEBSOCKET: &str = "urn:ietf:params:jmap:websocket";
/// RFC 9404: Blob/upload, get, lookup.
pub const BLOB: &str = "urn:ietf:params:jmap:blob";
/// RFC 9425: Quota.
pub const QUOTA: &str = "urn:ietf:params:jmap:quota";
/// RFC 9749: the key that pushes to URLs are signed with.
pub const WEBPUSH_VAPID: &str = "urn:ietf:params:jmap:webpush-vapid";
/// Our own: `threadSummary` of an Email, recipient suggestions. Described in docs/capabilities/mail.md.
pub const OWLET_MAIL: &str = "urn:x-owlet:jmap:mail";
