//! What outlives a reload: the mirror's recent windows and records, and the queue of changes.
//!
//! Both are plain serde values; where they are kept (IndexedDB) is the caller's matter.

use serde::{Deserialize, Serialize};

use crate::{Change, ChangeId};

/// A part of a mirror, to be restored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {}

/// The changes that the server has not confirmed, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outbox {
    /// Each with what is left of it.
    pub changes: Vec<(ChangeId, Change)>,
}
