//! Push subscriptions. Those that expired, or whose session did, are there for nobody; [`Store::sweep_push_subscriptions`]
//! takes them away. `secure_delete` has their URLs and keys overwritten (RFC 8620 §7.2).

use jmap::{AccountId, Id, UtcDate};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, json};
use crate::ids::AccountNumber;
use crate::{Credential, Error, NewPushSubscription, PushChange, PushKeys, PushSubscription, Result};

const COLUMNS: &str = "select id, account, app_password, session, device_client_id, url, p256dh, auth,
    verification_code, code_sent, is_verified, expires_at, types, pushed from push_subscriptions";

/// Those that hold at `?1`.
const HOLDS: &str = "(expires_at = 0 or expires_at > ?1)
    and (session is null or session in (select token_hash from sessions where sessions.expires_at > ?1))";

impl Store {
    /// Makes a push subscription, unless the account has `max` of them. Changes from now on count as not yet told.
    /// [`Error::NoAccount`].
    pub async fn create_push_subscription(
        &self,
        account: &AccountId,
        new: NewPushSubscription,
        now: UtcDate,
        max: u32,
    ) -> Result<Option<PushSubscription>> {
        let number = AccountNumber::of(account)?;
        let (app_password, session) = columns(&new.credential);
        let (p256dh, auth) = new.keys.clone().map(|keys| (keys.p256dh, keys.auth)).unwrap_or_default();
        let mut tx = self.write().await?;
        let row = sqlx::query("select modseq, (select count(*) from push_subscriptions where account = number) from accounts where number = ?")
            .bind(number.0)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| Error::NoAccount(account.clone()))?;
        let (pushed, count): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if count >= i64::from(max) {
            return Ok(None);
        }
        let inserted = sqlx::query(
            "insert into push_subscriptions (account, app_password, session, device_client_id, url, p256dh, auth,
                 verification_code, created_at, expires_at, types, pushed)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(number.0)
        .bind(app_password)
        .bind(session)
        .bind(&new.device_client_id)
        .bind(&new.url)
        .bind(p256dh)
        .bind(auth)
        .bind(&new.verification_code)
        .bind(now.millis())
        .bind(new.expires_at.map_or(0, UtcDate::millis))
        .bind(json(&new.types)?)
        .bind(pushed)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.synced().await?;
        Ok(Some(PushSubscription {
            id: id(inserted.last_insert_rowid()),
            account: account.clone(),
            credential: new.credential,
            device_client_id: new.device_client_id,
            url: new.url,
            keys: new.keys,
            verification_code: new.verification_code,
            code_sent: false,
            is_verified: false,
            expires_at: new.expires_at,
            types: new.types,
            pushed: pushed.unsigned_abs(),
        }))
    }

    /// Those that a credential of the account made, oldest first.
    pub async fn push_subscriptions_of(
        &self,
        account: &AccountId,
        credential: &Credential,
        now: UtcDate,
    ) -> Result<Vec<PushSubscription>> {
        let (app_password, session) = columns(credential);
        let sql =
            format!("{COLUMNS} where account = ?2 and app_password is ?3 and session is ?4 and {HOLDS} order by id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now.millis())
            .bind(AccountNumber::of(account)?.0)
            .bind(app_password)
            .bind(session)
            .fetch_all(&self.inner.readers)
            .await?;
        rows.iter().map(subscription).collect()
    }

    /// Those of an account, or all.
    pub async fn push_subscriptions(&self, account: Option<&AccountId>, now: UtcDate) -> Result<Vec<PushSubscription>> {
        let number = account.map(AccountNumber::of).transpose()?.map(|number| number.0);
        self.holding("?2 is null or account = ?2", number, now).await
    }

    /// The one with this id.
    pub async fn push_subscription(&self, id: &Id, now: UtcDate) -> Result<Option<PushSubscription>> {
        // An id that is not ours is null, which no id equals.
        Ok(self.holding("id = ?2", number(id), now).await?.pop())
    }

    /// Those that hold at `now` and meet a condition on a number, `?2`; oldest first.
    async fn holding(
        &self,
        condition: &'static str,
        number: Option<i64>,
        now: UtcDate,
    ) -> Result<Vec<PushSubscription>> {
        let sql = format!("{COLUMNS} where ({condition}) and {HOLDS} order by id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now.millis())
            .bind(number)
            .fetch_all(&self.inner.readers)
            .await?;
        rows.iter().map(subscription).collect()
    }

    /// Changes one; `false` if it is not there.
    pub async fn change_push_subscription(&self, id: &Id, change: &PushChange) -> Result<bool> {
        let updated =
            sqlx::query("update push_subscriptions set is_verified = ?, expires_at = ?, types = ? where id = ?")
                .bind(change.is_verified)
                .bind(change.expires_at.map_or(0, UtcDate::millis))
                .bind(json(&change.types)?)
                .bind(number(id))
                .execute(&self.inner.writer)
                .await?;
        self.synced().await?;
        Ok(updated.rows_affected() > 0)
    }

    /// Notes that the verification code was sent.
    pub async fn note_code_sent(&self, id: &Id) -> Result<()> {
        sqlx::query("update push_subscriptions set code_sent = 1 where id = ?")
            .bind(number(id))
            .execute(&self.inner.writer)
            .await?;
        self.synced().await
    }

    /// Notes up to which modseq changes were told, for each.
    pub async fn note_pushed(&self, pushed: &[(Id, u64)]) -> Result<()> {
        let rows: Vec<_> = pushed.iter().map(|(id, modseq)| (number(id), modseq)).collect();
        sqlx::query(
            "update push_subscriptions set pushed = told.value ->> 1
             from (select value from json_each(?)) as told where push_subscriptions.id = told.value ->> 0",
        )
        .bind(json(&rows)?)
        .execute(&self.inner.writer)
        .await?;
        Ok(())
    }

    /// Destroys one; `false` if it is not there.
    pub async fn destroy_push_subscription(&self, id: &Id) -> Result<bool> {
        let deleted = sqlx::query("delete from push_subscriptions where id = ?")
            .bind(number(id))
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Takes away those that have expired, and those made before `unverified_before` whose client never told the code.
    /// How many. Writes only if there is one.
    pub async fn sweep_push_subscriptions(&self, now: UtcDate, unverified_before: UtcDate) -> Result<u64> {
        let over = format!("not ({HOLDS}) or (is_verified = 0 and created_at < ?2)");
        let sql = format!("select 1 from push_subscriptions where {over} limit 1");
        let found = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now.millis())
            .bind(unverified_before.millis())
            .fetch_optional(&self.inner.readers)
            .await?;
        if found.is_none() {
            return Ok(0);
        }
        let sql = format!("delete from push_subscriptions where {over}");
        let deleted = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now.millis())
            .bind(unverified_before.millis())
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        Ok(deleted.rows_affected())
    }
}

/// `app_password` and `session`.
fn columns(credential: &Credential) -> (Option<i64>, Option<Vec<u8>>) {
    match credential {
        Credential::Password => (None, None),
        Credential::AppPassword(id) => (Some(*id), None),
        Credential::Session(hash) => (None, Some(hash.to_vec())),
    }
}

fn id(number: i64) -> Id {
    Id::from(format!("p{number}"))
}

/// Only the way we write it.
fn number(id: &Id) -> Option<i64> {
    let number = id.as_str().strip_prefix('p')?.parse().ok()?;
    (self::id(number) == *id).then_some(number)
}

fn subscription(row: &SqliteRow) -> Result<PushSubscription> {
    let hash = |bytes: Vec<u8>| bytes.try_into().map_err(|_| Error::Damaged("a token's hash is not one".to_owned()));
    let credential = match (row.try_get::<Option<i64>, _>(2)?, row.try_get::<Option<Vec<u8>>, _>(3)?) {
        (Some(id), _) => Credential::AppPassword(id),
        (None, Some(session)) => Credential::Session(hash(session)?),
        (None, None) => Credential::Password,
    };
    let keys = PushKeys { p256dh: row.try_get(6)?, auth: row.try_get(7)? };
    let expires_at: i64 = row.try_get(11)?;
    Ok(PushSubscription {
        id: id(row.try_get(0)?),
        account: AccountNumber(row.try_get(1)?).id(),
        credential,
        device_client_id: row.try_get(4)?,
        url: row.try_get(5)?,
        keys: (!keys.p256dh.is_empty()).then_some(keys),
        verification_code: row.try_get(8)?,
        code_sent: row.try_get(9)?,
        is_verified: row.try_get(10)?,
        expires_at: (expires_at != 0).then(|| UtcDate::from_millis(expires_at)),
        types: serde_json::from_str(row.try_get(12)?)?,
        pushed: row.try_get::<i64, _>(13)?.unsigned_abs(),
    })
}
