//! `Email/query`.

use jmap::AccountId;

use super::{Store, unfinished};
use crate::{EmailQuery, QueryPage, Result};

impl Store {
    /// A part of a query's result. [`Error::AnchorNotFound`](crate::Error::AnchorNotFound),
    /// [`Error::UnsupportedFilter`](crate::Error::UnsupportedFilter),
    /// [`Error::UnsupportedSort`](crate::Error::UnsupportedSort).
    pub async fn query_emails(&self, account: &AccountId, query: &EmailQuery) -> Result<QueryPage> {
        let _ = (account, query);
        unfinished()
    }
}
