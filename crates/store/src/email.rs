//! Emails as they go into the store and come out of it.

use std::collections::BTreeSet;

use jmap::email::EmailAddress;
use jmap::{BlobId, Date, EmailId, MailboxId, ThreadId, UtcDate};
use serde::{Deserialize, Serialize};

use crate::search::{header_text, index_text};

/// The header fields of an email that JMAP has as properties (RFC 8621 §4.1.2.3). A field that the message has not
/// is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Envelope {
    /// Without angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<Vec<String>>,
    /// Without angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<Vec<String>>,
    /// Without angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<Vec<String>>,
    /// Who sent it for whom it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Vec<EmailAddress>>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Vec<EmailAddress>>,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<EmailAddress>>,
    /// Who has a copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc: Option<Vec<EmailAddress>>,
    /// Who has a copy that the others do not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bcc: Option<Vec<EmailAddress>>,
    /// Where answers go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Vec<EmailAddress>>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When its writer sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Date>,
}

/// What of an email is searched besides its envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// The text of the body; of an HTML body what a reader sees.
    pub body: String,
    /// The text of text attachments, and the names of all.
    pub attachments: String,
    /// Every header field, decoded: name and value.
    pub headers: Vec<(String, String)>,
}

/// A [`SearchText`] as the index takes it. Folding costs more than anything else of an insert: make this before the
/// writer is begun, where nobody waits for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexText {
    pub(crate) body: String,
    pub(crate) attachments: String,
    pub(crate) headers: String,
}

impl From<SearchText> for IndexText {
    fn from(text: SearchText) -> Self {
        Self {
            body: index_text([text.body.as_str()]),
            attachments: index_text([text.attachments.as_str()]),
            headers: header_text(&text.headers),
        }
    }
}

/// An email to insert.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEmail {
    /// The whole message; from [`crate::Store::put_blob`] or [`crate::Store::stage_blob`].
    pub blob_id: BlobId,
    /// Octets of the whole message.
    pub size: u64,
    /// When it came in.
    pub received_at: UtcDate,
    /// At least one.
    pub mailbox_ids: BTreeSet<MailboxId>,
    /// Lower case.
    pub keywords: BTreeSet<String>,
    /// Its header fields.
    pub envelope: Envelope,
    /// As RFC 8621 §4.1.4 has it.
    pub has_attachment: bool,
    /// At most 256 characters.
    pub preview: String,
    /// What is searched.
    pub text: IndexText,
}

/// What became of a [`NewEmail`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inserted {
    /// Its id.
    pub email_id: EmailId,
    /// Its thread: a new one, or that of a mail it answers.
    pub thread_id: ThreadId,
}

/// An email as it is kept; its parts are read from its blob.
#[derive(Clone, Debug, PartialEq)]
pub struct EmailRow {
    /// Its id.
    pub id: EmailId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// The whole message.
    pub blob_id: BlobId,
    /// Octets of the whole message.
    pub size: u64,
    /// When it came in.
    pub received_at: UtcDate,
    /// At least one.
    pub mailbox_ids: BTreeSet<MailboxId>,
    /// Lower case.
    pub keywords: BTreeSet<String>,
    /// Its header fields.
    pub envelope: Envelope,
    /// Has an attachment that is not shown in the body.
    pub has_attachment: bool,
    /// At most 256 characters.
    pub preview: String,
}

/// An email of a thread, as far as a list says something of it in the thread's row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadMember {
    /// Where it is.
    pub mailbox_ids: BTreeSet<MailboxId>,
    /// Has neither `$seen` nor `$draft`.
    pub is_unread: bool,
    /// Has `$flagged`.
    pub is_flagged: bool,
    /// Has `$draft`.
    pub is_draft: bool,
    /// Has an attachment that is not shown in the body.
    pub has_attachment: bool,
    /// The first whom it is from.
    pub author: Option<EmailAddress>,
}
