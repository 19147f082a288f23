//! A mail being written. The composer holds one; `records` keeps it here and on the server.

use jmap::email::EmailAddress;
use jmap::{EmailId, IdentityId, UtcDate};
use serde::{Deserialize, Serialize};

use super::{Attachment, Failure};

/// Names a draft from its first letter on, also before the server knows it and after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftKey(
    /// Random.
    pub String,
);

/// A mail being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its name.
    pub key: DraftKey,
    /// The sender; the first identity, if `None`.
    pub identity: Option<IdentityId>,
    /// To whom.
    pub to: Vec<EmailAddress>,
    /// Copies.
    pub cc: Vec<EmailAddress>,
    /// Hidden copies.
    pub bcc: Vec<EmailAddress>,
    /// May be empty.
    pub subject: String,
    /// The plain text; always there, made from `html` by the composer for rich mail.
    pub text: String,
    /// The rich text; pictures in it by `cid:` of an inline attachment. `None` for plain mail.
    pub html: Option<String>,
    /// Uploaded files and inline pictures.
    pub attachments: Vec<Attachment>,
    /// Message-IDs without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Message-IDs without angle brackets.
    pub references: Vec<String>,
    /// The mail that this answers: becomes `$answered` when this is sent.
    pub answers: Option<EmailId>,
    /// The mail that this forwards: becomes `$forwarded`.
    pub forwards: Option<EmailId>,
    /// 1 (high) to 5 (low).
    pub priority: Option<u8>,
    /// Ask for a read receipt.
    pub wants_receipt: bool,
    /// The copy on the server that this replaces, when a draft from the Drafts folder is opened.
    /// `records` keeps track of later copies itself.
    pub email: Option<EmailId>,
}

impl Draft {
    /// An empty one.
    pub fn new(key: DraftKey) -> Self {
        Self {
            key,
            identity: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
            in_reply_to: Vec::new(),
            references: Vec::new(),
            answers: None,
            forwards: None,
            priority: None,
            wants_receipt: false,
            email: None,
        }
    }
}

/// How safe a draft is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DraftStatus {
    /// Nothing was written yet.
    #[default]
    Empty,
    /// On its way to the server; already safe in this browser.
    Saving,
    /// On the server: "Draft kept 10:31".
    Kept {
        /// When.
        at: UtcDate,
    },
    /// In this browser only, until the connection is back: "Kept on this device".
    KeptHere {
        /// When.
        at: UtcDate,
    },
    /// In this browser only: the server does not take it.
    Failed(Failure),
}
