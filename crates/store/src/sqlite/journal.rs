//! What was taken in already, so that a stopped import or delivery resumes without doubles.

use std::collections::HashSet;

use jmap::AccountId;
use sqlx::Row;

use super::{Store, Writer, blobs, json};
use crate::Result;
use crate::ids::AccountNumber;

impl Store {
    /// Whether a key was marked by a commit.
    pub async fn import_seen(&self, account: &AccountId, key: &[u8; 32]) -> Result<bool> {
        Ok(!self.imports_seen(account, std::slice::from_ref(key)).await?.is_empty())
    }

    /// Those of many keys that were marked by a commit.
    pub async fn imports_seen(&self, account: &AccountId, keys: &[[u8; 32]]) -> Result<HashSet<[u8; 32]>> {
        let account = AccountNumber::of(account)?;
        let rows = sqlx::query(
            "select journal.key from json_each(?2) cross join journal on account = ?1 and journal.key = unhex(value)",
        )
        .bind(account.0)
        .bind(names(keys)?)
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter().map(|row| blobs::hash(row.try_get(0)?)).collect()
    }
}

impl Writer {
    /// Whether a key was marked before; marks it. If this transaction does not commit, it is not marked.
    pub async fn import_seen(&mut self, key: &[u8; 32]) -> Result<bool> {
        Ok(self.mark_imports(std::slice::from_ref(key)).await?.is_empty())
    }

    /// Marks keys: those that were not marked before. If this transaction does not commit, none is.
    pub async fn mark_imports(&mut self, keys: &[[u8; 32]]) -> Result<HashSet<[u8; 32]>> {
        let rows = sqlx::query(
            "insert or ignore into journal (account, key) select ?1, unhex(value) from json_each(?2) order by 2
             returning key",
        )
        .bind(self.account.0)
        .bind(names(keys)?)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(|row| blobs::hash(row.try_get(0)?)).collect()
    }
}

/// Keys for a statement.
fn names(keys: &[[u8; 32]]) -> Result<String> {
    json(&keys.iter().map(blobs::hex).collect::<Vec<_>>())
}
