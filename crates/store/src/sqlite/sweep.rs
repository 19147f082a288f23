//! Takes away what is over.

use std::collections::HashSet;

use jmap::UtcDate;
use sqlx::Row;

use super::blobs::{hash, hex};
use super::{Store, json};
use crate::{Result, Swept};

const DAY_MILLIS: i64 = 86_400_000;

/// How long `changes` can be asked for (RFC 8620 §5.2 wishes for thirty days).
const CHANGES_DAYS: i64 = 30;

impl Store {
    /// Takes away uploads older than a day and blobs that nobody uses, changes older than thirty days and expired
    /// sessions. To be called every hour or so.
    pub async fn sweep(&self, now: UtcDate) -> Result<Swept> {
        let now = now.millis();
        let mut tx = self.write().await?;
        let uploads = sqlx::query("delete from uploads where created_at <= ?")
            .bind(now - DAY_MILLIS)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        let sessions = sqlx::query("delete from sessions where expires_at <= ?")
            .bind(now)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        let oldest = (now - CHANGES_DAYS * DAY_MILLIS) / 1000;
        sqlx::query(
            "update states set oldest = gone.modseq from
                 (select account, type, max(modseq) as modseq from changes where at < ? group by account, type) as gone
             where gone.account = states.account and gone.type = states.type",
        )
        .bind(oldest)
        .execute(&mut *tx)
        .await?;
        let changes =
            sqlx::query("delete from changes where at < ?").bind(oldest).execute(&mut *tx).await?.rows_affected();
        sqlx::query("delete from thread_reference where not exists (select 1 from emails where emails.thread = thread_reference.thread)")
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "delete from blobs where created_at <= ?
                 and not exists (select 1 from emails where blob = hash)
                 and not exists (select 1 from uploads where uploads.hash = blobs.hash)
                 and not exists (select 1 from calendar_event_blob where blob = blobs.hash)",
        )
        .bind(now - DAY_MILLIS)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.synced().await?;
        let blobs = self.sweep_files(now).await?;
        Ok(Swept { uploads, blobs, changes, sessions })
    }

    /// Removes files that no row names. Whoever puts or stages a blob writes its file anew, so one that is a day old
    /// is awaited by nobody; and while we hold the writer, nobody can make a row for it. A folder at a time, so that
    /// others write in between and no list of all is in memory.
    async fn sweep_files(&self, now: i64) -> Result<u64> {
        let _no_backup = self.inner.files.write().await;
        let mut removed = 0;
        for folder in 0..=u8::MAX {
            let mut old = self.inner.blobs.list(folder).await?;
            old.retain(|(_, written_at)| *written_at <= now - DAY_MILLIS);
            if old.is_empty() {
                continue;
            }
            let mut tx = self.write().await?;
            let names: Vec<String> = old.iter().map(|(file, _)| hex(file)).collect();
            let rows = sqlx::query("select hash from json_each(?) cross join blobs on hash = unhex(value)")
                .bind(json(&names)?)
                .fetch_all(&mut *tx)
                .await?;
            let named = rows.iter().map(|row| hash(row.try_get(0)?)).collect::<Result<HashSet<_>>>()?;
            for (file, _) in old.iter().filter(|(file, _)| !named.contains(file)) {
                self.inner.blobs.delete(file).await?;
                removed += 1;
            }
            tx.rollback().await?;
        }
        Ok(removed)
    }
}
