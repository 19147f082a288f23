//! Who is signed in, by the hash of a token.

use jmap::{AccountId, UtcDate};

use super::{Store, unfinished};
use crate::{NewSession, Result, Session};

impl Store {
    /// Signs somebody in.
    pub async fn create_session(&self, new: NewSession, now: UtcDate) -> Result<Session> {
        let _ = (new, now);
        unfinished()
    }

    /// The session of a token, unless it expired. Notes the time, at most once a minute; `extend_to` moves the end.
    pub async fn find_session(
        &self,
        token_hash: &[u8; 32],
        now: UtcDate,
        extend_to: Option<UtcDate>,
    ) -> Result<Option<Session>> {
        let _ = (token_hash, now, extend_to);
        unfinished()
    }

    /// Where somebody is signed in, last used first.
    pub async fn sessions(&self, account: &AccountId, now: UtcDate) -> Result<Vec<Session>> {
        let _ = (account, now);
        unfinished()
    }

    /// Signs out one session; `false` if there was none.
    pub async fn delete_session(&self, token_hash: &[u8; 32]) -> Result<bool> {
        let _ = token_hash;
        unfinished()
    }

    /// Signs somebody out everywhere, but for the session of `keep`.
    pub async fn delete_sessions(&self, account: &AccountId, keep: Option<&[u8; 32]>) -> Result<u64> {
        let _ = (account, keep);
        unfinished()
    }
}
