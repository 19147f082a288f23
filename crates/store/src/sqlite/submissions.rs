//! Mail that waits for its time.

use jmap::{AccountId, EmailSubmissionId, UtcDate};
use sqlx::Row;

use super::{Store, Writer};
use crate::Result;
use crate::ids::AccountNumber;

impl Store {
    /// The submissions that were scheduled for `now` or earlier, the earliest first; an account's of one moment in the
    /// order in which they were made.
    pub async fn due_submissions(&self, now: UtcDate) -> Result<Vec<(AccountId, EmailSubmissionId)>> {
        // An id is a letter and a number without leading zeros: the shorter is the earlier.
        let sql = "select account, id from due_submissions where at <= ? order by at, account, length(id), id";
        let rows = sqlx::query(sql).bind(now.millis()).fetch_all(&self.inner.readers).await?;
        rows.iter()
            .map(|row| Ok((AccountNumber(row.try_get(0)?).id(), EmailSubmissionId::from(row.try_get::<&str, _>(1)?))))
            .collect()
    }

    /// When the next submission is due; in the past, if one waits.
    pub async fn next_due(&self) -> Result<Option<UtcDate>> {
        let row = sqlx::query("select min(at) from due_submissions").fetch_one(&self.inner.readers).await?;
        Ok(row.try_get::<Option<i64>, _>(0)?.map(UtcDate::from_millis))
    }
}

impl Writer {
    /// When [`Store::due_submissions`] is to name a submission, or (`None`) no more. Destroying the record does the
    /// latter.
    pub async fn schedule_submission(&mut self, id: &EmailSubmissionId, at: Option<UtcDate>) -> Result<()> {
        let query = match at {
            Some(at) => sqlx::query(
                "insert into due_submissions (account, id, at) values (?, ?, ?)
                 on conflict (account, id) do update set at = excluded.at",
            )
            .bind(self.account.0)
            .bind(id.as_str())
            .bind(at.millis()),
            None => sqlx::query("delete from due_submissions where account = ? and id = ?")
                .bind(self.account.0)
                .bind(id.as_str()),
        };
        query.execute(&mut *self.tx).await?;
        Ok(())
    }
}
