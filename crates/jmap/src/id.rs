//! Identifiers as newtypes, so that one kind is never taken for another (RFC 8620 §1.2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 255 characters, each a letter, a digit, `-` or `_` (RFC 8620 §1.2)")]
pub struct InvalidId;

fn is_valid(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

macro_rules! newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes a text as it is; for what a server said, which is opaque to us.
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }
    };
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        newtype!($(#[$doc])* $name);

        impl From<Id> for $name {
            fn from(id: Id) -> Self {
                Self(id.0)
            }
        }

        impl From<$name> for Id {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }

        impl From<&$name> for Id {
            fn from(id: &$name) -> Self {
                Self(id.0.clone())
            }
        }
    };
}

newtype!(
    /// The id of a record of any type.
    Id
);

impl FromStr for Id {
    type Err = InvalidId;

    /// For what a client sends: refuses what cannot be an id.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if is_valid(text) { Ok(Self(text.into())) } else { Err(InvalidId) }
    }
}

newtype!(
    /// The state of all records of a type in an account, or of a query's result; opaque to clients.
    State
);

id!(
    /// A collection of data that a person may use: their own mail, or somebody's who shares it.
    AccountId
);
id!(
    /// A folder of mail.
    MailboxId
);
id!(
    /// A mail.
    EmailId
);
id!(
    /// A conversation of mails.
    ThreadId
);
id!(
    /// Binary data: a whole mail, one of its parts, or an upload.
    BlobId
);
id!(
    /// A sender that a person may use.
    IdentityId
);
id!(
    /// A mail on its way out.
    EmailSubmissionId
);
id!(
    /// A limit and how much of it is used.
    QuotaId
);

id!(
    /// A collection of events.
    CalendarId
);
id!(
    /// An event, a series of events, or (synthetic) one occurrence of a series.
    CalendarEventId
);
id!(
    /// What somebody else did to an event.
    CalendarEventNotificationId
);
id!(
    /// An address as which a person takes part in events.
    ParticipantIdentityId
);
id!(
    /// A person, room or thing of the organisation.
    PrincipalId
);
id!(
    /// A change of what somebody shares with a person.
    ShareNotificationId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_only_url_safe_characters() {
        for (text, valid) in [("a", true), ("A-z_9", true), ("", false), ("a b", false), ("é", false)] {
            assert_eq!(text.parse::<Id>().is_ok(), valid, "{text:?}");
        }
        assert!("x".repeat(255).parse::<Id>().is_ok());
        assert!("x".repeat(256).parse::<Id>().is_err());
    }
}
