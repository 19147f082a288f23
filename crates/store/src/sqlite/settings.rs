//! What a person chose, as JSON by key, and whose remote pictures they trust.

use jmap::AccountId;
use serde_json::Value;
use sqlx::Row;

use super::{Store, json};
use crate::Result;
use crate::ids::AccountNumber;

impl Store {
    /// What the account has under a key.
    pub async fn setting(&self, account: &AccountId, key: &str) -> Result<Option<Value>> {
        let row = sqlx::query("select value from settings where account = ? and key = ?")
            .bind(AccountNumber::of(account)?.0)
            .bind(key)
            .fetch_optional(&self.inner.readers)
            .await?;
        row.map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).transpose()
    }

    /// Puts a value under a key; `None` takes it away.
    pub async fn set_setting(&self, account: &AccountId, key: &str, value: Option<&Value>) -> Result<()> {
        let number = AccountNumber::of(account)?.0;
        let query = match value {
            Some(value) => sqlx::query(
                "insert into settings (account, key, value) select number, ?2, ?3 from accounts where number = ?1
                 on conflict (account, key) do update set value = excluded.value",
            )
            .bind(number)
            .bind(key)
            .bind(json(value)?),
            None => sqlx::query("delete from settings where account = ? and key = ?").bind(number).bind(key),
        };
        query.execute(&self.inner.writer).await?;
        self.synced().await?;
        Ok(())
    }

    /// The senders whose remote pictures are shown, by address.
    pub async fn trusted_senders(&self, account: &AccountId) -> Result<Vec<String>> {
        let rows = sqlx::query("select address_key from trusted_senders where account = ? order by address_key")
            .bind(AccountNumber::of(account)?.0)
            .fetch_all(&self.inner.readers)
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Whether a sender's remote pictures are shown; whatever the address's case.
    pub async fn is_trusted_sender(&self, account: &AccountId, address: &str) -> Result<bool> {
        let row = sqlx::query("select 1 from trusted_senders where account = ? and address_key = ?")
            .bind(AccountNumber::of(account)?.0)
            .bind(address.to_lowercase())
            .fetch_optional(&self.inner.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Trusts a sender, or no more.
    pub async fn set_trusted_sender(&self, account: &AccountId, address: &str, trusted: bool) -> Result<()> {
        let sql = if trusted {
            "insert or ignore into trusted_senders (account, address_key)
             select number, ?2 from accounts where number = ?1"
        } else {
            "delete from trusted_senders where account = ?1 and address_key = ?2"
        };
        sqlx::query(sql)
            .bind(AccountNumber::of(account)?.0)
            .bind(address.to_lowercase())
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        Ok(())
    }
}
