//! What a call to the mirror changed on screen: returned, never called back.

use std::collections::BTreeSet;

use jmap::Id;

use crate::{Refusal, TypeName, WindowChange};

/// The records and windows that look different after a call.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "somebody may be looking at what changed"]
pub struct Touched {
    /// Records whose shown properties or presence changed.
    pub records: BTreeSet<(TypeName, Id)>,
    /// Lists whose rows, total or status changed, each once.
    pub windows: Vec<WindowChange>,
    /// Edits that the server refused: undone already, and to be told.
    pub refusals: Vec<Refusal>,
    /// The queue of changes is different: store it anew.
    pub outbox: bool,
}

impl Touched {
    /// Whether nothing looks different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.windows.is_empty() && self.refusals.is_empty() && !self.outbox
    }
}
