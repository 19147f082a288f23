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
/// draft-ietf-jmap-calendars: Calendar, CalendarEvent, CalendarEventNotification, ParticipantIdentity.
pub const CALENDARS: &str = "urn:ietf:params:jmap:calendars";
/// draft-ietf-jmap-calendars: CalendarEvent/parse.
pub const CALENDARS_PARSE: &str = "urn:ietf:params:jmap:calendars:parse";
/// RFC 9670: Principal, ShareNotification.
pub const PRINCIPALS: &str = "urn:ietf:params:jmap:principals";
/// RFC 9670: a key of an account's capabilities only; whose account it is.
pub const PRINCIPALS_OWNER: &str = "urn:ietf:params:jmap:principals:owner";
/// draft-ietf-jmap-calendars: Principal/getAvailability.
pub const PRINCIPALS_AVAILABILITY: &str = "urn:ietf:params:jmap:principals:availability";
/// Our own: `threadSummary` of an Email, recipient suggestions. Described in docs/capabilities/mail.md.
pub const OWLET_MAIL: &str = "urn:x-owlet:jmap:mail";
/// Our own: what a room or thing is, and how it answers when it is booked. Described in docs/capabilities/rooms.md.
pub const OWLET_ROOMS: &str = "urn:x-owlet:jmap:rooms";
/// Our own: proposals, invitations passed on, times that suit. Described in docs/capabilities/calendars.md.
pub const OWLET_CALENDARS: &str = "urn:x-owlet:jmap:calendars";
