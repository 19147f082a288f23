//! What can become of a request, named by what it means for the person who waits.

use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::{MethodError, SetError};
use serde_json::Value;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The gateway cannot be reached. A change is kept and goes out later.
    #[error("the gateway cannot be reached")]
    Offline,
    /// The session has ended. What waits goes on after signing in again.
    #[error("the session has ended")]
    SignedOut,
    /// The server understood and said no; nothing was changed.
    #[error("refused: {reason}")]
    Refused {
        /// The error's type, such as `forbidden` or `overQuota` (RFC 8620 §3.6.2, §5.3).
        reason: String,
        /// To find it in the gateway's log.
        reference: Option<String>,
    },
    /// What was sent is larger than the server takes.
    #[error("larger than the server takes")]
    TooLarge {
        /// Octets, if the server says.
        limit: Option<u64>,
    },
    /// Too many attempts; the server asks to wait.
    #[error("too many attempts")]
    TooMany {
        /// Seconds to wait.
        wait: Option<u32>,
    },
    /// Something went wrong in the server; the data there is as it was.
    #[error("the server failed")]
    Server {
        /// To find it in the gateway's log.
        reference: Option<String>,
    },
    /// The person, or a view that went away, took the request back.
    #[error("cancelled")]
    Cancelled,
}

impl From<&MethodError> for ClientError {
    fn from(error: &MethodError) -> Self {
        match &error.kind {
            MethodErrorKind::ServerFail | MethodErrorKind::ServerPartialFail | MethodErrorKind::ServerUnavailable => {
                Self::Server { reference: None }
            }
            MethodErrorKind::RequestTooLarge => Self::TooLarge { limit: None },
            kind => Self::Refused { reason: kind.to_string(), reference: None },
        }
    }
}

impl From<&SetError> for ClientError {
    fn from(error: &SetError) -> Self {
        match &error.kind {
            SetErrorKind::TooLarge => Self::TooLarge { limit: error.more.get("maxSize").and_then(Value::as_u64) },
            SetErrorKind::RateLimit => Self::TooMany { wait: None },
            kind => Self::Refused { reason: kind.to_string(), reference: None },
        }
    }
}

impl ClientError {
    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Offline | Self::Server { .. } | Self::TooMany { .. } => true,
            Self::SignedOut | Self::Refused { .. } | Self::TooLarge { .. } | Self::Cancelled => false,
        }
    }

    /// What a person can tell those who run the gateway.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Refused { reference, .. } | Self::Server { reference } => reference.as_deref(),
            Self::Offline | Self::SignedOut | Self::TooLarge { .. } | Self::TooMany { .. } | Self::Cancelled => None,
        }
    }
}
