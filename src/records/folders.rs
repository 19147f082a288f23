//! Folders: the list of them with counts, and what a person does to one.

use std::collections::BTreeMap;
use std::sync::Arc;

use jmap::mailbox::{Mailbox, Role};
use jmap::method::{GetResponse, QueryResponse, SetResponse};
use jmap::{AccountId, Id, MailboxId, SetError};
use leptos::prelude::*;
use mirror::{Change, Edit, Properties};
use serde::Deserialize;
use serde_json::{Value, json};

use super::email::mailbox_ids;
use super::engine::mailbox;
use super::{Failure, Records, Undo};
use crate::client::Batch;

/// Mails of one step of a long work.
const STEP: usize = 500;

fn read(folder: &Properties) -> Option<Mailbox> {
    Mailbox::deserialize(folder).ok()
}

impl Records {
    /// All folders with their counts, in the server's order (`sortOrder`, then name). Empty until known.
    pub fn mailboxes(self) -> Signal<Arc<Vec<Mailbox>>> {
        Memo::new(move |_| {
            let engine = self.engine();
            engine.track(&mailbox());
            let mirror = engine.mirror.borrow();
            let mut folders: Vec<Mailbox> = mirror.records(&mailbox()).filter_map(|(_, folder)| read(folder)).collect();
            folders.sort_by(|a, b| {
                (a.sort_order, a.name.to_lowercase(), &a.id).cmp(&(b.sort_order, b.name.to_lowercase(), &b.id))
            });
            Arc::new(folders)
        })
        .into()
    }

    /// The folder of a role, without subscribing: for actions.
    pub fn mailbox_with_role(self, role: &Role) -> Option<Mailbox> {
        let engine = self.engine();
        let id = Id::from(engine.role(role)?);
        read(engine.mirror.borrow().record(&mailbox(), &id)?)
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// `Refused` with `invalidProperties` or `alreadyExists` if there is one of this name already.
    pub async fn create_mailbox(self, name: String, parent: Option<MailboxId>) -> Result<MailboxId, Failure> {
        let account = self.account_now()?;
        let mut batch = Batch::new();
        let folder = json!({ "name": name, "parentId": parent, "isSubscribed": true });
        let call = batch.call("Mailbox/set", &account, json!({ "create": { "new": folder } }));
        let answer: SetResponse = self.engine().client.ask(batch).await?.take(call)?;
        self.heard("Mailbox", &answer);
        let new = Id::from("new");
        if let Some(error) = answer.not_created.as_ref().and_then(|errors| errors.get(&new)) {
            return Err(error.into());
        }
        let id = answer.created.as_ref().and_then(|created| created.get(&new)?.get("id")?.as_str());
        id.map(MailboxId::from).ok_or(Failure::Server { reference: None })
    }

    /// Shown at once.
    pub fn rename_mailbox(self, id: &MailboxId, name: String) -> Undo {
        self.patch_mailbox(id, Properties::from_iter([("name".to_owned(), json!(name))]))
    }

    /// Into another folder, or to the top. Shown at once.
    pub fn move_mailbox(self, id: &MailboxId, parent: Option<MailboxId>) -> Undo {
        self.patch_mailbox(id, Properties::from_iter([("parentId".to_owned(), json!(parent))]))
    }

    fn patch_mailbox(self, id: &MailboxId, patch: Properties) -> Undo {
        self.change(Change { of: mailbox(), edits: vec![Edit::patch(id.into(), patch)] })
    }

    /// Destroys a folder and the mail that is only in it. Ask before: it can't be undone.
    ///
    /// # Errors
    /// `Refused` with `mailboxHasChild` if folders are in it.
    pub async fn destroy_mailbox(self, id: MailboxId) -> Result<(), Failure> {
        let account = self.account_now()?;
        let mut batch = Batch::new();
        let arguments = json!({ "destroy": [id], "onDestroyRemoveEmails": true });
        let call = batch.call("Mailbox/set", &account, arguments);
        let answer: SetResponse = self.engine().client.ask(batch).await?.take(call)?;
        self.heard("Mailbox", &answer);
        let error = answer.not_destroyed.as_ref().and_then(|errors| errors.get(&Id::from(&id)));
        error.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Destroys all mail in a folder (trash, junk); mail that is in another folder too stays there. Ask
    /// before: it can't be undone. Gives how many went.
    ///
    /// # Errors
    /// What the server said no to is still there.
    pub async fn empty_mailbox(self, id: MailboxId) -> Result<usize, Failure> {
        let filter = json!({ "inMailbox": id });
        self.step_through(filter, move |email| {
            let folders = mailbox_ids(email)?;
            let is_only_here = folders.len() <= 1;
            Some((!is_only_here).then(|| json!({ format!("mailboxIds/{id}"): null })))
        })
        .await
    }

    /// Marks all mail in a folder as read; gives how many were.
    ///
    /// # Errors
    /// Those that were not marked are unread still.
    pub async fn mark_all_seen(self, id: MailboxId) -> Result<usize, Failure> {
        let filter = json!({ "inMailbox": id, "notKeyword": "$seen" });
        self.step_through(filter, |_| Some(Some(json!({ "keywords/$seen": true })))).await
    }

    /// Changes all mails of a filter, some at a time, until none is left: `action` gives the patch, or `None`
    /// within `Some` to destroy. For more mails than a list has seen.
    async fn step_through(
        self,
        filter: Value,
        action: impl Fn(&Properties) -> Option<Option<Value>>,
    ) -> Result<usize, Failure> {
        let account = self.account_now()?;
        let engine = self.engine();
        let limits = engine.client.limits();
        let step = STEP.min(limits.get).min(limits.set);
        let mut done = 0;
        loop {
            let emails = self.some_emails(&account, &filter, step).await?;
            let (mut update, mut destroy) = (serde_json::Map::new(), Vec::new());
            for email in &emails {
                let Some(id) = email.get("id").and_then(Value::as_str) else { continue };
                match action(email) {
                    Some(Some(patch)) => drop(update.insert(id.to_owned(), patch)),
                    Some(None) => destroy.push(id.to_owned()),
                    None => {}
                }
            }
            let count = update.len() + destroy.len();
            if count == 0 {
                return Ok(done);
            }
            let mut batch = Batch::new();
            let call = batch.call("Email/set", &account, json!({ "update": update, "destroy": destroy }));
            let answer: SetResponse = engine.client.ask_again(batch).await?.take(call)?;
            self.heard("Email", &answer);
            let refusals = [&answer.not_updated, &answer.not_destroyed];
            let refused: Vec<&SetError> = refusals.into_iter().flatten().flat_map(BTreeMap::values).collect();
            done += count - refused.len().min(count);
            // Going on would ask for the same mails again, for ever.
            if let Some(error) = refused.first() {
                return Err((*error).into());
            }
        }
    }

    async fn some_emails(self, account: &AccountId, filter: &Value, limit: usize) -> Result<Vec<Properties>, Failure> {
        let mut batch = Batch::new();
        let query = batch.call("Email/query", account, json!({ "filter": filter, "limit": limit }));
        let get = batch.call("Email/get", account, json!({ "properties": ["id", "mailboxIds"] }));
        batch.refer("ids", query, "/ids");
        let mut answers = self.engine().client.ask_again(batch).await?;
        let _ids: QueryResponse = answers.take(query)?;
        let emails: GetResponse = answers.take(get)?;
        Ok(emails.list)
    }
}
