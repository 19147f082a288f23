//! How much one person may ask for at once (RFC 8620 §2), and who is asking how much now.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jmap::AccountId;

/// Octets of one request.
pub const MAX_SIZE_REQUEST: usize = 10_000_000;
/// Requests of one account at the same time.
pub const MAX_CONCURRENT_REQUESTS: usize = 16;
/// Uploads of one account at the same time.
pub const MAX_CONCURRENT_UPLOAD: usize = 8;
/// Method calls in one request.
pub const MAX_CALLS_IN_REQUEST: usize = 64;
/// Ids in one `/get`.
pub const MAX_OBJECTS_IN_GET: usize = 1000;
/// Records in one `/set`.
pub const MAX_OBJECTS_IN_SET: usize = 1000;
/// Ids in the answer of one `/query`.
pub const MAX_QUERY_LIMIT: u64 = 5000;
/// Mailboxes in mailboxes.
pub const MAX_MAILBOX_DEPTH: usize = 20;
/// Octets of the name of a mailbox.
pub const MAX_MAILBOX_NAME: usize = 255;
/// Keywords of one mail.
pub const MAX_KEYWORDS: usize = 128;
/// Recipients of one submission.
pub const MAX_RECIPIENTS: usize = 500;
/// Seconds that a submission may be held back: 400 days.
pub const MAX_DELAYED_SEND: u64 = 34_560_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Requests to the API.
    Request,
    /// Uploads.
    Upload,
}

/// What is under way, by account.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashMap<(AccountId, Kind), usize>>>);

impl Running {
    /// Counts one more until the [`Turn`] is dropped; `None` if there are `max` already.
    pub fn begin(&self, account: &AccountId, kind: Kind, max: usize) -> Option<Turn> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry((account.clone(), kind)).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Turn { running: self.clone(), key: (account.clone(), kind) })
    }
}

/// One that is under way.
#[derive(Debug)]
pub struct Turn {
    running: Running,
    key: (AccountId, Kind),
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.running.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(&self.key) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                running.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_when_it_is_dropped() {
        let running = Running::default();
        let account = AccountId::from("a1");
        let first = running.begin(&account, Kind::Upload, 1).unwrap();
        assert!(running.begin(&account, Kind::Upload, 1).is_none());
        assert!(running.begin(&account, Kind::Request, 1).is_some());
        drop(first);
        assert!(running.begin(&account, Kind::Upload, 1).is_some());
    }
}
