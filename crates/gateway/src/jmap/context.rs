//! What a method call knows: who asks, which capabilities are used, which records this request has created.

use std::collections::{BTreeMap, BTreeSet};

use jmap::error::MethodErrorKind;
use jmap::{AccountId, Id};
use store::Store;

use super::failure::Failure;
use crate::auth::Principal;
use crate::state::AppState;

/// One request under way.
pub struct Context<'a> {
    /// The gateway.
    pub state: &'a AppState,
    /// Who asks.
    pub principal: &'a Principal,
    /// The capabilities in `using`.
    pub using: BTreeSet<String>,
    /// By creation id: what was created in this request, or in earlier ones that the client names.
    pub created: BTreeMap<Id, Id>,
    /// Accounts of others that the present call may name, since they share something that it is about.
    pub shared: BTreeSet<AccountId>,
}

impl Context<'_> {
    /// Where records are.
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// Refuses every account but the asker's own, and those that share what the call is about.
    pub fn check_account(&self, account: &AccountId) -> Result<(), Failure> {
        let is_known = *account == self.principal.account_id || self.shared.contains(account);
        if is_known { Ok(()) } else { Err(MethodErrorKind::AccountNotFound.into()) }
    }

    /// An id, or `#creationId` of a record created before.
    pub fn resolve(&self, text: &str) -> Option<Id> {
        match text.strip_prefix('#') {
            Some(creation_id) => self.created.get(&Id::from(creation_id)).cloned(),
            None => Some(Id::from(text)),
        }
    }

    /// Now, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        chrono::Utc::now().timestamp_millis()
    }
}
