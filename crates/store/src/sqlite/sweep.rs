//! Takes away what is over.

use jmap::UtcDate;

use super::{Store, unfinished};
use crate::{Result, Swept};

impl Store {
    /// Takes away uploads older than a day and blobs that nobody uses, changes older than thirty days and expired
    /// sessions. To be called every hour or so.
    pub async fn sweep(&self, now: UtcDate) -> Result<Swept> {
        let _ = now;
        unfinished()
    }
}
