//! What a person chose, as JSON by key, and whose remote pictures they trust.

use jmap::AccountId;
use serde_json::Value;

use super::{Store, unfinished};
use crate::Result;

impl Store {
    /// What the account has under a key.
    pub async fn setting(&self, account: &AccountId, key: &str) -> Result<Option<Value>> {
        let _ = (account, key);
        unfinished()
    }

    /// Puts a value under a key; `None` takes it away.
    pub async fn set_setting(&self, account: &AccountId, key: &str, value: Option<&Value>) -> Result<()> {
        let _ = (account, key, value);
        unfinished()
    }

    /// The senders whose remote pictures are shown, by address.
    pub async fn trusted_senders(&self, account: &AccountId) -> Result<Vec<String>> {
        let _ = account;
        unfinished()
    }

    /// Whether a sender's remote pictures are shown; whatever the address's case.
    pub async fn is_trusted_sender(&self, account: &AccountId, address: &str) -> Result<bool> {
        let _ = (account, address);
        unfinished()
    }

    /// Trusts a sender, or no more.
    pub async fn set_trusted_sender(&self, account: &AccountId, address: &str, trusted: bool) -> Result<()> {
        let _ = (account, address, trusted);
        unfinished()
    }
}
