//! A mail as views see it: for a row, and whole for the reading pane; and its conversation.

use std::collections::BTreeSet;
use std::sync::Arc;

use jmap::email::EmailAddress;
use jmap::{BlobId, Date, EmailId, Id, MailboxId, ThreadId, UtcDate};

/// What a list shows of a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Email {
    /// Its id.
    pub id: EmailId,
    /// Its conversation.
    pub thread_id: ThreadId,
    /// The folders it is in.
    pub mailbox_ids: BTreeSet<MailboxId>,
    /// Read.
    pub seen: bool,
    /// Flagged.
    pub flagged: bool,
    /// Not sent yet.
    pub draft: bool,
    /// It has an answer.
    pub answered: bool,
    /// It was forwarded.
    pub forwarded: bool,
    /// All keywords, those above included (`$seen`), and categories.
    pub keywords: BTreeSet<String>,
    /// Who wrote it.
    pub from: Vec<EmailAddress>,
    /// To whom.
    pub to: Vec<EmailAddress>,
    /// May be empty.
    pub subject: String,
    /// When it came.
    pub received_at: UtcDate,
    /// The beginning of its text.
    pub preview: String,
    /// It has an attachment that is not shown in the body.
    pub has_attachment: bool,
    /// Octets.
    pub size: u64,
}

/// What the reading pane and the composer need besides [`Email`].
#[derive(Clone, Debug, PartialEq)]
pub struct EmailDetails {
    /// What lists show.
    pub email: Arc<Email>,
    /// The whole message, for "Show source" and "Save as".
    pub blob_id: BlobId,
    /// Who sent it for whom it is from; often nobody.
    pub sender: Vec<EmailAddress>,
    /// Where answers go, if not to the writer.
    pub reply_to: Vec<EmailAddress>,
    /// Who has a copy.
    pub cc: Vec<EmailAddress>,
    /// Who has a hidden copy: known only of own mail.
    pub bcc: Vec<EmailAddress>,
    /// When its writer sent it, in the writer's zone.
    pub sent_at: Option<Date>,
    /// Without angle brackets.
    pub message_id: Vec<String>,
    /// Without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Without angle brackets.
    pub references: Vec<String>,
    /// Files, and pictures that belong into the body (`inline`).
    pub attachments: Vec<Attachment>,
    /// The plain text of the body; of HTML mail its words, if the mail carries them. At most 64 KiB.
    pub text: String,
    /// It has a body in HTML.
    pub is_html: bool,
    /// Where `List-Unsubscribe` points, raw.
    pub list_unsubscribe: Option<String>,
    /// 1 (high) to 5 (low) from `X-Priority`.
    pub priority: Option<u8>,
}

/// A file in a mail, or uploaded for one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its content.
    pub blob_id: BlobId,
    /// Its name; empty if it has none.
    pub name: String,
    /// `image/png`.
    pub media_type: String,
    /// Octets.
    pub size: u64,
    /// The body refers to it by `cid:`.
    pub cid: Option<String>,
    /// Shown within the body, not listed.
    pub inline: bool,
}

/// A conversation, in all folders.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Oldest first. Mail in the trash, junk and drafts is among them: see `mailbox_ids`.
    pub emails: Vec<Arc<Email>>,
}

/// What a row says of its conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadSummary {
    /// Who wrote in it: each once, the last writer last.
    pub participants: Vec<EmailAddress>,
    /// Mails in it, without those in the trash or junk (unless the list shows these).
    pub emails: usize,
    /// Unread ones among them.
    pub unread: usize,
    /// One of them is flagged.
    pub flagged: bool,
    /// One of them has an attachment.
    pub has_attachment: bool,
}

/// One row of a list. Equal rows look equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What selection, focus and a keyed `<For>` hold on to: the thread's id in a list of conversations,
    /// the mail's otherwise. A reply replaces `email`, not `key`.
    pub key: Id,
    /// The newest mail that matches.
    pub email: Arc<Email>,
    /// Its conversation; of that one mail only, in a list of single messages.
    pub thread: Arc<ThreadSummary>,
}
