//! Words of mail in the reader's language, asked for once and kept.

use crate::locale::t;
use crate::records::{Failure, Role};

use super::summary::Said;

thread_local! {
    static SAID: Said = Said {
        you: t("mail.you"),
        no_subject: t("mail.noSubject"),
        no_sender: t("mail.noSender"),
        nobody: t("mail.nobody"),
    };
}

/// The words that summaries need.
pub(super) fn with_said<T>(f: impl FnOnce(&Said) -> T) -> T {
    SAID.with(f)
}

/// The name of a well-known folder; `None` for one that a person named.
pub(super) fn role_name(role: &Role) -> Option<String> {
    let key = match role {
        Role::Inbox => "mail.inbox",
        Role::Archive => "mail.archiveFolder",
        Role::Drafts => "mail.drafts",
        Role::Sent => "mail.sent",
        Role::Trash => "mail.deleted",
        Role::Junk => "mail.junkFolder",
        Role::Scheduled => "mail.later",
        Role::Flagged => "mail.flagged",
        Role::All | Role::Important | Role::Subscribed | Role::Other(_) => return None,
    };
    Some(t(key))
}

/// What went wrong, and whether one's mail is safe.
pub(super) fn failure(failure: &Failure) -> String {
    let key = match failure {
        Failure::Offline => "mail.failedOffline",
        Failure::SignedOut => "mail.failedSignedOut",
        Failure::Refused { .. } => "mail.failedRefused",
        Failure::TooLarge { .. } => "mail.failedTooLarge",
        Failure::TooMany { .. } | Failure::Server { .. } => "mail.failedServer",
        Failure::Cancelled => "mail.failedCancelled",
    };
    t(key)
}
