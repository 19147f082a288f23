//! Errors of a whole request, of one method call, and of one record of a `/set` (RFC 8620 §3.6, §5.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Id;

/// A problem with a whole request, sent as `application/problem+json` (RFC 7807, RFC 8620 §3.6.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct RequestError {
    /// A URI, for example [`RequestError::NOT_JSON`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it, for a person.
    #[serde(default)]
    pub detail: String,
    /// The name of the limit that was passed, with [`RequestError::LIMIT`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<String>,
}

impl RequestError {
    /// A capability in `using` is not known.
    pub const UNKNOWN_CAPABILITY: &str = "urn:ietf:params:jmap:error:unknownCapability";
    /// The body is not I-JSON, or not of type `application/json`.
    pub const NOT_JSON: &str = "urn:ietf:params:jmap:error:notJSON";
    /// The body is JSON, but not a Request object.
    pub const NOT_REQUEST: &str = "urn:ietf:params:jmap:error:notRequest";
    /// A limit of the core capability was passed.
    pub const LIMIT: &str = "urn:ietf:params:jmap:error:limit";

    /// An error of a kind above with status 400.
    pub fn new(kind: &str, detail: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), status: 400, detail: detail.into(), limit: None }
    }

    /// The limit of this name was passed.
    pub fn limit(limit: &str, detail: impl Into<String>) -> Self {
        Self { limit: Some(limit.to_owned()), ..Self::new(Self::LIMIT, detail) }
    }
}

/// Why one method call did nothing (RFC 8620 §3.6.2, §5.1 to §5.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind}: {}", description.as_deref().unwrap_or("no description"))]
pub struct MethodError {
    /// The type, for example `invalidArguments`.
    #[serde(rename = "type")]
    pub kind: MethodErrorKind,
    /// For a developer: what is wrong and what would be right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
}

impl MethodError {
    /// An error with its reason in words.
    pub fn new(kind: MethodErrorKind, description: impl Into<String>) -> Self {
        Self { kind, description: Some(description.into()) }
    }

    /// `invalidArguments`, with the reason.
    pub fn invalid_arguments(description: impl Into<String>) -> Self {
        Self::new(MethodErrorKind::InvalidArguments, description)
    }
}

impl From<MethodErrorKind> for MethodError {
    fn from(kind: MethodErrorKind) -> Self {
        Self { kind, description: None }
    }
}

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// One that this version does not know; kept as it was said.
            Other(String),
        }

        impl $name {
            /// As it is written on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text),
                }
            }
        }

        impl From<$name> for String {
            fn from(kind: $name) -> Self {
                kind.as_str().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use kinds;

kinds!(
    /// What became of a method call that failed.
    MethodErrorKind {
        /// The account is not one of the session's.
        AccountNotFound = "accountNotFound",
        /// The account has no data of this capability.
        AccountNotSupportedByMethod = "accountNotSupportedByMethod",
        /// The account may only be read.
        AccountReadOnly = "accountReadOnly",
        /// The anchor is not in the query's result.
        AnchorNotFound = "anchorNotFound",
        /// The state is too old, or the query's changes can't be told.
        CannotCalculateChanges = "cannotCalculateChanges",
        /// This person may not do that.
        Forbidden = "forbidden",
        /// The source account of a copy is not one of the session's.
        FromAccountNotFound = "fromAccountNotFound",
        /// The source account of a copy has no data of this capability.
        FromAccountNotSupportedByMethod = "fromAccountNotSupportedByMethod",
        /// An argument is missing, of the wrong type, or contradicts another.
        InvalidArguments = "invalidArguments",
        /// A result reference points nowhere.
        InvalidResultReference = "invalidResultReference",
        /// More objects in one call than the server takes.
        RequestTooLarge = "requestTooLarge",
        /// Something went wrong in the server; nothing was changed.
        ServerFail = "serverFail",
        /// Some of the changes were made; the client must resynchronise.
        ServerPartialFail = "serverPartialFail",
        /// Try again later.
        ServerUnavailable = "serverUnavailable",
        /// A series cannot be expanded for this query (draft-ietf-jmap-calendars).
        CannotCalculateOccurrences = "cannotCalculateOccurrences",
        /// A query over more time than `maxExpandedQueryDuration` (draft-ietf-jmap-calendars).
        ExpandDurationTooLarge = "expandDurationTooLarge",
        /// No such principal (`Principal/getAvailability`).
        NotFound = "notFound",
        /// More time than `maxAvailabilityDuration` (`Principal/getAvailability`).
        TooLarge = "tooLarge",
        /// Too many too fast (`Principal/getAvailability`).
        RateLimit = "rateLimit",
        /// `ifInState` is not the state.
        StateMismatch = "stateMismatch",
        /// More changes than `maxChanges`.
        TooManyChanges = "tooManyChanges",
        /// No such method.
        UnknownMethod = "unknownMethod",
        /// No such data type (`Blob/lookup`).
        UnknownDataType = "unknownDataType",
        /// The filter cannot be answered.
        UnsupportedFilter = "unsupportedFilter",
        /// The sort cannot be answered.
        UnsupportedSort = "unsupportedSort",
    }
);

/// Why one record was not created, updated or destroyed (RFC 8620 §5.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind}: {}", description.as_deref().unwrap_or("no description"))]
#[serde(rename_all = "camelCase")]
pub struct SetError {
    /// The type, for example `invalidProperties`.
    #[serde(rename = "type")]
    pub kind: SetErrorKind,
    /// For a developer: what is wrong and what would be right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// The properties at fault, with `invalidProperties`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub properties: Option<Vec<String>>,
    /// What else the type of error says: `existingId`, `notFound`, `maxRecipients`, `invalidRecipients`, `maxSize`.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl SetError {
    /// An error with its reason in words.
    pub fn new(kind: SetErrorKind, description: impl Into<String>) -> Self {
        Self { kind, description: Some(description.into()), properties: None, more: Map::new() }
    }

    /// `invalidProperties`, naming them.
    pub fn invalid_properties<'a>(
        properties: impl IntoIterator<Item = &'a str>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            properties: Some(properties.into_iter().map(str::to_owned).collect()),
            ..Self::new(SetErrorKind::InvalidProperties, description)
        }
    }

    /// With one more member of the error object.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

impl From<SetErrorKind> for SetError {
    fn from(kind: SetErrorKind) -> Self {
        Self { kind, description: None, properties: None, more: Map::new() }
    }
}

kinds!(
    /// What became of one record of a `/set`, `/copy` or `/import`.
    SetErrorKind {
        /// The same is there already; `existingId` says which.
        AlreadyExists = "alreadyExists",
        /// Blobs that were named are not there; `notFound` lists them.
        BlobNotFound = "blobNotFound",
        /// The calendar has events in it.
        CalendarHasEvent = "calendarHasEvent",
        /// Somebody takes part whom no invitation can reach.
        NoSupportedScheduleMethods = "noSupportedScheduleMethods",
        /// The sender may not use this From.
        ForbiddenFrom = "forbiddenFrom",
        /// The sender may not use this envelope sender.
        ForbiddenMailFrom = "forbiddenMailFrom",
        /// This person may not send.
        ForbiddenToSend = "forbiddenToSend",
        /// This person may not do that.
        Forbidden = "forbidden",
        /// The mail to send lacks what every mail needs.
        InvalidEmail = "invalidEmail",
        /// The patch points where nothing can be.
        InvalidPatch = "invalidPatch",
        /// Properties that are unknown, immutable or wrong; `properties` lists them.
        InvalidProperties = "invalidProperties",
        /// Recipients that cannot be reached; `invalidRecipients` lists them.
        InvalidRecipients = "invalidRecipients",
        /// The folder has folders in it.
        MailboxHasChild = "mailboxHasChild",
        /// The folder has mail in it.
        MailboxHasEmail = "mailboxHasEmail",
        /// No recipients.
        NoRecipients = "noRecipients",
        /// No such record.
        NotFound = "notFound",
        /// The quota is used up.
        OverQuota = "overQuota",
        /// Too many too fast.
        RateLimit = "rateLimit",
        /// There is only one of these.
        Singleton = "singleton",
        /// Larger than the server takes.
        TooLarge = "tooLarge",
        /// More keywords than a mail may have.
        TooManyKeywords = "tooManyKeywords",
        /// In more folders than a mail may be.
        TooManyMailboxes = "tooManyMailboxes",
        /// More recipients than a mail may have; `maxRecipients` says how many.
        TooManyRecipients = "tooManyRecipients",
        /// Too late to take it back.
        CannotUnsend = "cannotUnsend",
        /// It is destroyed in the same call.
        WillDestroy = "willDestroy",
    }
);

/// Errors of a `/set` by the id or creation id they are about.
pub type SetErrors = BTreeMap<Id, SetError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_kind_is_kept() {
        let error: MethodError = serde_json::from_str(r#"{"type":"x:tooSleepy"}"#).unwrap();
        assert_eq!(error.kind, MethodErrorKind::Other("x:tooSleepy".to_owned()));
        assert_eq!(serde_json::to_string(&error).unwrap(), r#"{"type":"x:tooSleepy"}"#);
    }

    #[test]
    fn a_set_error_says_what_else_its_type_says() {
        let error = SetError::from(SetErrorKind::AlreadyExists).with("existingId", "e1");
        assert_eq!(serde_json::to_string(&error).unwrap(), r#"{"type":"alreadyExists","existingId":"e1"}"#);
    }
}
