//! What was taken in already, so that a stopped import or delivery resumes without doubles.

use jmap::AccountId;

use super::{Store, Writer, unfinished};
use crate::Result;

impl Store {
    /// Whether a key was marked by a commit.
    pub async fn import_seen(&self, account: &AccountId, key: &[u8; 32]) -> Result<bool> {
        let _ = (account, key);
        unfinished()
    }
}

impl Writer {
    /// Whether a key was marked before; marks it. If this transaction does not commit, it is not marked.
    pub async fn import_seen(&mut self, key: &[u8; 32]) -> Result<bool> {
        let _ = key;
        unfinished()
    }
}
