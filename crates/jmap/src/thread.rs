//! Thread: a conversation of mails (RFC 8621 §3).

use serde::{Deserialize, Serialize};

use crate::{EmailId, ThreadId};

/// The mails of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Oldest first, in all folders.
    pub email_ids: Vec<EmailId>,
}
