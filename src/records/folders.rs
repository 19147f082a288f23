//! Folders: the list of them with counts, and what a person does to one.

use std::sync::Arc;

use jmap::MailboxId;
use jmap::mailbox::{Mailbox, Role};
use leptos::prelude::*;

use super::{Failure, Records, Undo};

impl Records {
    /// All folders with their counts, in the server's order (`sortOrder`, then name). Empty until known.
    pub fn mailboxes(self) -> Signal<Arc<Vec<Mailbox>>> {
        Signal::derive(Default::default)
    }

    /// One folder.
    pub fn mailbox(self, id: MailboxId) -> Signal<Option<Mailbox>> {
        let _ = id;
        Signal::derive(Default::default)
    }

    /// The folder of a role, without subscribing: for actions.
    pub fn mailbox_with_role(self, role: &Role) -> Option<Mailbox> {
        let _ = role;
        None
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// `Refused` with `invalidProperties` if there is one of this name already.
    pub async fn create_mailbox(self, name: String, parent: Option<MailboxId>) -> Result<MailboxId, Failure> {
        let _ = (name, parent);
        Err(Failure::Offline)
    }

    /// Shown at once.
    pub fn rename_mailbox(self, id: &MailboxId, name: String) -> Undo {
        let _ = (id, name);
        Undo::none()
    }

    /// Into another folder, or to the top. Shown at once.
    pub fn move_mailbox(self, id: &MailboxId, parent: Option<MailboxId>) -> Undo {
        let _ = (id, parent);
        Undo::none()
    }

    /// Destroys a folder and the mail that is only in it. Ask before: it can't be undone.
    ///
    /// # Errors
    /// `Refused` with `mailboxHasChild` if folders are in it.
    pub async fn destroy_mailbox(self, id: MailboxId) -> Result<(), Failure> {
        let _ = id;
        Ok(())
    }

    /// Destroys all mail in a folder (trash, junk). Ask before: it can't be undone. Gives how many went.
    ///
    /// # Errors
    /// What the server said no to is still there.
    pub async fn empty_mailbox(self, id: MailboxId) -> Result<usize, Failure> {
        let _ = id;
        Ok(0)
    }

    /// Marks all mail in a folder as read; gives how many were.
    ///
    /// # Errors
    /// Those that were not marked are unread still.
    pub async fn mark_all_seen(self, id: MailboxId) -> Result<usize, Failure> {
        let _ = id;
        Ok(0)
    }
}
