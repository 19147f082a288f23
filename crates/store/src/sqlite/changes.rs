//! States, and what changed since one.

use jmap::{AccountId, State};

use super::{Store, unfinished};
use crate::{Changes, DataType, Result};

impl Store {
    /// The state of a type.
    pub async fn state(&self, account: &AccountId, data_type: DataType) -> Result<State> {
        let _ = (account, data_type);
        unfinished()
    }

    /// What changed since a state, at most `max` ids.
    /// [`Error::CannotCalculateChanges`](crate::Error::CannotCalculateChanges).
    pub async fn changes(
        &self,
        account: &AccountId,
        data_type: DataType,
        since: &State,
        max: Option<u64>,
    ) -> Result<Changes> {
        let _ = (account, data_type, since, max);
        unfinished()
    }
}
