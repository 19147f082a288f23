//! Identity: as whom a person may send (RFC 8621 §6).

use serde::{Deserialize, Serialize};

use crate::IdentityId;
use crate::email::EmailAddress;

/// A sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// For From.
    #[serde(default)]
    pub name: String,
    /// For From; immutable.
    pub email: String,
    /// For Reply-To.
    #[serde(default)]
    pub reply_to: Option<Vec<EmailAddress>>,
    /// Added to Bcc.
    #[serde(default)]
    pub bcc: Option<Vec<EmailAddress>>,
    /// Below a plain text.
    #[serde(default)]
    pub text_signature: String,
    /// Below a rich text.
    #[serde(default)]
    pub html_signature: String,
    /// May be destroyed.
    #[serde(default)]
    pub may_delete: bool,
}
