//! Mail that waits for its time.

use jmap::{AccountId, EmailSubmissionId, UtcDate};

use super::{Store, Writer, unfinished};
use crate::Result;

impl Store {
    /// The submissions that were scheduled for `now` or earlier, the earliest first.
    pub async fn due_submissions(&self, now: UtcDate) -> Result<Vec<(AccountId, EmailSubmissionId)>> {
        let _ = now;
        unfinished()
    }

    /// When the next submission is due.
    pub async fn next_due(&self) -> Result<Option<UtcDate>> {
        unfinished()
    }
}

impl Writer {
    /// When [`Store::due_submissions`] is to name a submission, or (`None`) no more. Destroying the record does the
    /// latter.
    pub async fn schedule_submission(&mut self, id: &EmailSubmissionId, at: Option<UtcDate>) -> Result<()> {
        let _ = (id, at);
        unfinished()
    }
}
