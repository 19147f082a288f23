//! Records as JSON, of any type that has no tables of its own.

use std::collections::HashMap;

use jmap::{AccountId, Id, MailboxId};
use serde_json::{Map, Value};

use super::{Store, Writer, unfinished};
use crate::{Counts, DataType, Record, Result};

impl Store {
    /// The records of a type; all of them, or those of `ids` that are there. Of Mailbox, Identity, EmailSubmission
    /// and VacationResponse; other types have none.
    pub async fn records(&self, account: &AccountId, data_type: DataType, ids: Option<&[Id]>) -> Result<Vec<Record>> {
        let _ = (account, data_type, ids);
        unfinished()
    }

    /// The counters of mailboxes; of all, or of those of `ids` that are there. Kept, not counted.
    pub async fn mailbox_counts(
        &self,
        account: &AccountId,
        ids: Option<&[MailboxId]>,
    ) -> Result<HashMap<MailboxId, Counts>> {
        let _ = (account, ids);
        unfinished()
    }
}

impl Writer {
    /// The records of a type as this transaction sees them; all of them, or those of `ids` that are there.
    pub async fn records(&mut self, data_type: DataType, ids: Option<&[Id]>) -> Result<Vec<Record>> {
        let _ = (data_type, ids);
        unfinished()
    }

    /// One record as this transaction sees it.
    pub async fn get_record(&mut self, data_type: DataType, id: &Id) -> Result<Option<Record>> {
        let _ = (data_type, id);
        unfinished()
    }

    /// Creates a record, or replaces its body. A body that is the same already changes nothing, not even the state.
    /// Of a Mailbox the store reads `role`, and leaves out `totalEmails` and the like, which are its own.
    /// [`Error::Exists`](crate::Error::Exists), [`Error::NotFound`](crate::Error::NotFound).
    pub async fn put_record(
        &mut self,
        data_type: DataType,
        id: &Id,
        body: Map<String, Value>,
        create: bool,
    ) -> Result<()> {
        let _ = (data_type, id, body, create);
        unfinished()
    }

    /// Destroys a record. [`Error::NotFound`](crate::Error::NotFound);
    /// [`Error::MailboxNotEmpty`](crate::Error::MailboxNotEmpty).
    pub async fn destroy_record(&mut self, data_type: DataType, id: &Id) -> Result<()> {
        let _ = (data_type, id);
        unfinished()
    }
}
