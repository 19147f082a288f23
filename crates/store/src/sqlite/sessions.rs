//! Who is signed in, by the hash of a token.

use jmap::{AccountId, UtcDate};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::Store;
use crate::ids::AccountNumber;
use crate::{Error, NewSession, Result, Session};

/// How old the noted time of the last use may be: reading must not write each time.
const TOUCH_MILLIS: i64 = 60_000;

impl Store {
    /// Signs somebody in. [`Error::NoAccount`].
    pub async fn create_session(&self, new: NewSession, now: UtcDate) -> Result<Session> {
        let inserted = sqlx::query(
            "insert into sessions (token_hash, account, user_agent, created_at, last_used_at, expires_at)
             select ?1, number, ?3, ?4, ?4, ?5 from accounts where number = ?2",
        )
        .bind(new.token_hash.to_vec())
        .bind(AccountNumber::of(&new.account)?.0)
        .bind(&new.user_agent)
        .bind(now.millis())
        .bind(new.expires_at.millis())
        .execute(&self.inner.writer)
        .await?;
        self.synced().await?;
        if inserted.rows_affected() == 0 {
            return Err(Error::NoAccount(new.account));
        }
        Ok(Session {
            token_hash: new.token_hash,
            account: new.account,
            user_agent: new.user_agent,
            created_at: now,
            last_used_at: now,
            expires_at: new.expires_at,
        })
    }

    /// The session of a token, unless it expired. Notes the time, at most once a minute, and then with `extend_to`
    /// moves the end.
    pub async fn find_session(
        &self,
        token_hash: &[u8; 32],
        now: UtcDate,
        extend_to: Option<UtcDate>,
    ) -> Result<Option<Session>> {
        let row = sqlx::query(
            "select token_hash, account, user_agent, created_at, last_used_at, expires_at from sessions
             where token_hash = ? and expires_at > ?",
        )
        .bind(token_hash.to_vec())
        .bind(now.millis())
        .fetch_optional(&self.inner.readers)
        .await?;
        let Some(mut session) = row.as_ref().map(session).transpose()? else { return Ok(None) };
        if session.last_used_at.millis() + TOUCH_MILLIS <= now.millis() {
            session.last_used_at = now;
            session.expires_at = extend_to.unwrap_or(session.expires_at);
            sqlx::query("update sessions set last_used_at = ?, expires_at = ? where token_hash = ?")
                .bind(now.millis())
                .bind(session.expires_at.millis())
                .bind(token_hash.to_vec())
                .execute(&self.inner.writer)
                .await?;
        }
        Ok(Some(session))
    }

    /// Where somebody is signed in, last used first.
    pub async fn sessions(&self, account: &AccountId, now: UtcDate) -> Result<Vec<Session>> {
        let rows = sqlx::query(
            "select token_hash, account, user_agent, created_at, last_used_at, expires_at from sessions
             where account = ? and expires_at > ? order by last_used_at desc, created_at desc",
        )
        .bind(AccountNumber::of(account)?.0)
        .bind(now.millis())
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter().map(session).collect()
    }

    /// Signs out one session; `false` if there was none.
    pub async fn delete_session(&self, token_hash: &[u8; 32]) -> Result<bool> {
        let deleted = sqlx::query("delete from sessions where token_hash = ?")
            .bind(token_hash.to_vec())
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Signs somebody out everywhere, but for the session of `keep`. How many sessions ended.
    pub async fn delete_sessions(&self, account: &AccountId, keep: Option<&[u8; 32]>) -> Result<u64> {
        let deleted = sqlx::query("delete from sessions where account = ? and token_hash <> ?")
            .bind(AccountNumber::of(account)?.0)
            .bind(keep.map(|hash| hash.to_vec()).unwrap_or_default())
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        Ok(deleted.rows_affected())
    }
}

fn session(row: &SqliteRow) -> Result<Session> {
    let hash: &[u8] = row.try_get(0)?;
    let time = |column| Ok::<_, Error>(UtcDate::from_millis(row.try_get(column)?));
    Ok(Session {
        token_hash: hash.try_into().map_err(|_| Error::Damaged("a token's hash is not one".to_owned()))?,
        account: AccountNumber(row.try_get(1)?).id(),
        user_agent: row.try_get(2)?,
        created_at: time(3)?,
        last_used_at: time(4)?,
        expires_at: time(5)?,
    })
}
