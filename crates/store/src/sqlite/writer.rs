//! The one who writes.

use jmap::{AccountId, Id, State};

use super::{Store, unfinished};
use crate::{DataType, Result, States};

/// A transaction in one account.
#[must_use = "a writer that is dropped takes everything back"]
pub struct Writer {
    store: Store,
}

impl Writer {
    pub(super) async fn begin(store: Store, account: &AccountId) -> Result<Self> {
        let _ = (store, account);
        unfinished()
    }

    /// Whose.
    pub fn account_id(&self) -> &AccountId {
        unreachable!()
    }

    /// The state of a type as of this transaction so far; what [`Writer::commit`] makes everybody's, if nothing of
    /// the type changes any more.
    pub fn state(&self, data_type: DataType) -> State {
        let _ = (&self.store, data_type);
        unreachable!()
    }

    /// A new id: a letter and a number, never used before in the account.
    pub fn new_id(&mut self, data_type: DataType) -> Id {
        let _ = data_type;
        unreachable!()
    }

    /// Mail was delivered: changes the state of [`DataType::EmailDelivery`].
    pub fn delivered(&mut self) {}

    /// Makes everything visible at once, and tells [`Store::subscribe`]. The new state of each type that changed.
    pub async fn commit(self) -> Result<States> {
        unfinished()
    }
}
