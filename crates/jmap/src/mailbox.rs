//! Mailbox: a folder of mail (RFC 8621 §2).

use serde::{Deserialize, Serialize};

use crate::MailboxId;
use crate::error::kinds;

/// A folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mailbox {
    /// Its id.
    pub id: MailboxId,
    /// For people; unique among its siblings.
    pub name: String,
    /// The folder it is in.
    #[serde(default)]
    pub parent_id: Option<MailboxId>,
    /// What it is for; at most one folder of an account has a role.
    #[serde(default)]
    pub role: Option<Role>,
    /// Lower first, among siblings.
    #[serde(default)]
    pub sort_order: u32,
    /// Mails in it.
    #[serde(default)]
    pub total_emails: u64,
    /// Mails in it without `$seen` and `$draft`.
    #[serde(default)]
    pub unread_emails: u64,
    /// Threads with a mail in it.
    #[serde(default)]
    pub total_threads: u64,
    /// Those with an unread mail, here or (but for the trash) elsewhere.
    #[serde(default)]
    pub unread_threads: u64,
    /// What this person may do.
    #[serde(default)]
    pub my_rights: Rights,
    /// Shown in the folder list.
    #[serde(default)]
    pub is_subscribed: bool,
}

kinds!(
    /// What a folder is for (the IANA registry of mailbox name attributes, lower case).
    Role {
        /// Where mail comes in.
        Inbox = "inbox",
        /// Put away.
        Archive = "archive",
        /// Not sent yet.
        Drafts = "drafts",
        /// Sent.
        Sent = "sent",
        /// Deleted, not gone yet.
        Trash = "trash",
        /// Unwanted.
        Junk = "junk",
        /// Waiting for its time.
        Scheduled = "scheduled",
        /// All mail.
        All = "all",
        /// Flagged mail.
        Flagged = "flagged",
        /// Thought important.
        Important = "important",
        /// Folders that are shown.
        Subscribed = "subscribed",
    }
);

/// What a person may do with a folder (RFC 8621 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rights {
    /// See what is in it.
    pub may_read_items: bool,
    /// Put mail in.
    pub may_add_items: bool,
    /// Take mail out.
    pub may_remove_items: bool,
    /// Change `$seen`.
    pub may_set_seen: bool,
    /// Change other keywords.
    pub may_set_keywords: bool,
    /// Make folders in it.
    pub may_create_child: bool,
    /// Rename or move it.
    pub may_rename: bool,
    /// Destroy it.
    pub may_delete: bool,
    /// Send mail that is in it.
    pub may_submit: bool,
}

impl Rights {
    /// Everything: the owner's.
    pub const ALL: Self = Self {
        may_read_items: true,
        may_add_items: true,
        may_remove_items: true,
        may_set_seen: true,
        may_set_keywords: true,
        may_create_child: true,
        may_rename: true,
        may_delete: true,
        may_submit: true,
    };
}

impl Default for Rights {
    fn default() -> Self {
        Self::ALL
    }
}

/// A condition of `Mailbox/query` (RFC 8621 §2.3). `Some(None)` asks for null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FilterCondition {
    /// In this folder; at the top, if `Some(None)`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub parent_id: Option<Option<MailboxId>>,
    /// Contained in the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With this role; with none, if `Some(None)`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub role: Option<Option<Role>>,
    /// With or without a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_any_role: Option<bool>,
    /// Shown in the folder list or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_subscribed: Option<bool>,
}

fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
