//! Email: a mail, its addresses, its parts, and how it is asked for (RFC 8621 §4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{BlobId, Date, EmailId, MailboxId, ThreadId, UtcDate};

/// A mail. Every property is optional, since a client asks for some only; the rest is in `more`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Email {
    /// Its id; the same in every folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<EmailId>,
    /// The whole message as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob_id: Option<BlobId>,
    /// Its conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<ThreadId>,
    /// The folders it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_ids: Option<BTreeMap<MailboxId, bool>>,
    /// `$seen`, `$flagged` and the like; lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<BTreeMap<String, bool>>,
    /// Octets of the whole message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_at: Option<UtcDate>,
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
    /// It has an attachment that is not shown in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_attachment: Option<bool>,
    /// At most 256 characters of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// The tree of its parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_structure: Option<EmailBodyPart>,
    /// By part id: the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_values: Option<BTreeMap<String, EmailBodyValue>>,
    /// The parts to show if plain text is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_body: Option<Vec<EmailBodyPart>>,
    /// The parts to show if HTML is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html_body: Option<Vec<EmailBodyPart>>,
    /// The rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<EmailBodyPart>>,
    /// `headers`, `header:*` and whatever else a server sends.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// An address with the name that goes with it (RFC 8621 §4.1.2.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EmailAddress {
    /// For people.
    #[serde(default)]
    pub name: Option<String>,
    /// `alice@owlery.example`.
    pub email: String,
}

/// Addresses under a group's name, or under none (RFC 8621 §4.1.2.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailAddressGroup {
    /// The group's.
    pub name: Option<String>,
    /// Its members.
    pub addresses: Vec<EmailAddress>,
}

/// A header field as it stands in the message (RFC 8621 §4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailHeader {
    /// As written.
    pub name: String,
    /// Raw.
    pub value: String,
}

/// One part of a mail (RFC 8621 §4.1.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmailBodyPart {
    /// Unique in the mail; null for a multipart.
    pub part_id: Option<String>,
    /// Its decoded content; null for a multipart.
    pub blob_id: Option<BlobId>,
    /// Octets, decoded.
    pub size: u64,
    /// Its file name.
    pub name: Option<String>,
    /// Media type, without parameters.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Of a text.
    pub charset: Option<String>,
    /// `attachment` or `inline`.
    pub disposition: Option<String>,
    /// Without angle brackets.
    pub cid: Option<String>,
    /// Content-Language.
    pub language: Option<Vec<String>>,
    /// Content-Location.
    pub location: Option<String>,
    /// Of a multipart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_parts: Option<Vec<EmailBodyPart>>,
    /// `headers`, `header:*`.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// The text of a part (RFC 8621 §4.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailBodyValue {
    /// Decoded, with `\n` line ends.
    pub value: String,
    /// Something could not be decoded.
    #[serde(default)]
    pub is_encoding_problem: bool,
    /// Cut at `maxBodyValueBytes`.
    #[serde(default)]
    pub is_truncated: bool,
}

/// A condition of `Email/query` (RFC 8621 §4.4.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilterCondition {
    /// In this folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_mailbox: Option<MailboxId>,
    /// In a folder that is none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_mailbox_other_than: Option<Vec<MailboxId>>,
    /// Received before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<UtcDate>,
    /// Received then or after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<UtcDate>,
    /// At least so many octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_size: Option<u64>,
    /// Fewer octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u64>,
    /// Every mail of the thread has this keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_in_thread_have_keyword: Option<String>,
    /// A mail of the thread has this keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub some_in_thread_have_keyword: Option<String>,
    /// No mail of the thread has this keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none_in_thread_have_keyword: Option<String>,
    /// Has this keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_keyword: Option<String>,
    /// Has not this keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_keyword: Option<String>,
    /// Has an attachment or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_attachment: Option<bool>,
    /// In an address, the subject, the text or a text attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In From.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// In To.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// In Cc.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc: Option<String>,
    /// In Bcc.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bcc: Option<String>,
    /// In the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// In the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// A header's name, and then what it contains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Vec<String>>,
}
