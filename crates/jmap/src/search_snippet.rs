//! SearchSnippet: where a search found its words (RFC 8621 §5).

use serde::{Deserialize, Serialize};

use crate::EmailId;

/// HTML with `<mark>` round the words that were found, everything else escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchSnippet {
    /// Of which mail.
    pub email_id: EmailId,
    /// The whole subject, if something was found in it.
    pub subject: Option<String>,
    /// At most 255 octets of the text round what was found.
    pub preview: Option<String>,
}
