//! `Email/queryChanges`.

use jmap::{AccountId, State};

use super::{Store, unfinished};
use crate::{EmailQuery, QueryChanges, Result};

impl Store {
    /// How a query's result changed since a query state. There is no `upToId`: it may only be used where filter and
    /// sort are of immutable properties, and elsewhere is ignored (RFC 8620 §5.6).
    /// [`Error::CannotCalculateChanges`](crate::Error::CannotCalculateChanges),
    /// [`Error::TooManyChanges`](crate::Error::TooManyChanges) and those of [`Store::query_emails`].
    pub async fn email_query_changes(
        &self,
        account: &AccountId,
        query: &EmailQuery,
        since: &State,
        max: Option<u64>,
    ) -> Result<QueryChanges> {
        let _ = (account, query, since, max);
        unfinished()
    }
}
