//! What was taken in already, so that a stopped import or delivery resumes without doubles.

use jmap::AccountId;

use super::{Store, Writer};
use crate::Result;
use crate::ids::AccountNumber;

impl Store {
    /// Whether a key was marked by a commit.
    pub async fn import_seen(&self, account: &AccountId, key: &[u8; 32]) -> Result<bool> {
        let account = AccountNumber::of(account)?;
        let row = sqlx::query("select 1 from journal where account = ? and key = ?")
            .bind(account.0)
            .bind(key.as_slice())
            .fetch_optional(&self.inner.readers)
            .await?;
        Ok(row.is_some())
    }
}

impl Writer {
    /// Whether a key was marked before; marks it. If this transaction does not commit, it is not marked.
    pub async fn import_seen(&mut self, key: &[u8; 32]) -> Result<bool> {
        let marked = sqlx::query("insert or ignore into journal (account, key) values (?, ?)")
            .bind(self.account.0)
            .bind(key.to_vec())
            .execute(&mut *self.tx)
            .await?;
        Ok(marked.rows_affected() == 0)
    }
}
