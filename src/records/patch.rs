//! What a person does to mails, as an intention; turned into patches where folders are known.

use jmap::{EmailId, MailboxId, ThreadId};

/// What becomes of mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailPatch {
    /// Read or unread.
    Seen(bool),
    /// Flagged or not.
    Flagged(bool),
    /// A category or another keyword, set or removed.
    Keyword(String, bool),
    /// Out of the folder they are seen in (see [`Targets::within`]), into this one.
    Move(MailboxId),
    /// Into the archive.
    Archive,
    /// Into junk.
    Junk,
    /// Out of junk, into the inbox.
    NotJunk,
    /// Into the trash.
    Trash,
    /// Gone for good. Has no undo.
    Destroy,
}

/// Which mails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Single mails.
    pub emails: Vec<EmailId>,
    /// Whole conversations: of each, the mails in `within`, or all if that is `None`.
    pub threads: Vec<ThreadId>,
    /// The folder that the list shows: what "move" moves out of, and what limits `threads`.
    pub within: Option<MailboxId>,
}

impl Targets {
    /// Single mails.
    pub fn emails(ids: impl IntoIterator<Item = EmailId>) -> Self {
        Self { emails: ids.into_iter().collect(), ..Self::default() }
    }

    /// Whole conversations.
    pub fn threads(ids: impl IntoIterator<Item = ThreadId>) -> Self {
        Self { threads: ids.into_iter().collect(), ..Self::default() }
    }

    /// As seen in this folder.
    #[must_use]
    pub fn within(mut self, mailbox: MailboxId) -> Self {
        self.within = Some(mailbox);
        self
    }

    /// Whether nothing is meant.
    pub fn is_empty(&self) -> bool {
        self.emails.is_empty() && self.threads.is_empty()
    }
}
