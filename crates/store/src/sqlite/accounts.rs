//! Accounts and their app passwords.

use jmap::{AccountId, UtcDate};

use super::{Store, unfinished};
use crate::{Account, AppPassword, NewAccount, Result, Usage};

impl Store {
    /// Creates an account with the mailboxes Inbox, Drafts, Sent, Archive, Junk and Trash (with their roles), an
    /// identity and a vacation response that is off. [`Error::AddressTaken`](crate::Error::AddressTaken).
    pub async fn create_account(&self, new: NewAccount) -> Result<Account> {
        let _ = new;
        unfinished()
    }

    /// The account with this id.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        let _ = id;
        unfinished()
    }

    /// The account with this address, whatever its case.
    pub async fn account_by_address(&self, address: &str) -> Result<Option<Account>> {
        let _ = address;
        unfinished()
    }

    /// Every account, by address.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        unfinished()
    }

    /// Changes the hash of the account's password. Sessions and app passwords stay as they are.
    pub async fn set_password_hash(&self, id: &AccountId, password_hash: &str) -> Result<()> {
        let _ = (id, password_hash);
        unfinished()
    }

    /// Changes the name that people see.
    pub async fn set_account_name(&self, id: &AccountId, name: &str) -> Result<()> {
        let _ = (id, name);
        unfinished()
    }

    /// Removes an account with all that it has; its blobs go with the next [`Store::sweep`]. Its id is not used again.
    pub async fn remove_account(&self, id: &AccountId) -> Result<()> {
        let _ = id;
        unfinished()
    }

    /// Adds an app password.
    pub async fn add_app_password(&self, account: &AccountId, label: &str, hash: &str) -> Result<AppPassword> {
        let _ = (account, label, hash);
        unfinished()
    }

    /// The account's app passwords, oldest first.
    pub async fn app_passwords(&self, account: &AccountId) -> Result<Vec<AppPassword>> {
        let _ = account;
        unfinished()
    }

    /// Removes an app password; `false` if the account has none with this id.
    pub async fn remove_app_password(&self, account: &AccountId, id: i64) -> Result<bool> {
        let _ = (account, id);
        unfinished()
    }

    /// Notes that an app password was used.
    pub async fn touch_app_password(&self, id: i64, now: UtcDate) -> Result<()> {
        let _ = (id, now);
        unfinished()
    }

    /// How much the account holds.
    pub async fn usage(&self, account: &AccountId) -> Result<Usage> {
        let _ = account;
        unfinished()
    }
}
