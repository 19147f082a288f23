//! What the gateway makes once and must keep, such as a signing key; it is in every backup, so that what was signed
//! with it stays good.

use sqlx::Row;

use super::Store;
use crate::Result;

impl Store {
    /// What is kept under a name.
    pub async fn secret(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let row = sqlx::query("select value from secrets where name = ?")
            .bind(name)
            .fetch_optional(&self.inner.readers)
            .await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// Keeps a value under a name, unless there is one already: the one that is kept then.
    pub async fn keep_secret(&self, name: &str, value: &[u8]) -> Result<Vec<u8>> {
        sqlx::query("insert or ignore into secrets (name, value) values (?, ?)")
            .bind(name)
            .bind(value)
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        let kept = self.secret(name).await?;
        Ok(kept.unwrap_or_else(|| value.to_vec()))
    }
}
