//! A copy of an account's records and lists: what the server said, and on top of it what the
//! person changed and the server does not know yet.
//!
//! [`Mirror`] is a state machine without I/O. The caller sends what [`Mirror::wishes`] asks and
//! gives the answers back in whatever order they come, late, twice or never; each call returns
//! a [`Touched`] that names the records and lists that look different now. No callbacks, no
//! clock, no browser: `records` in the app puts signals over it.
//!
//! Two laws hold at every moment, and `tests/` proves them against a simulated server:
//! what is shown is the known truth plus the pending changes; and when everything is answered,
//! what is shown is what the server has.
//!
//! Speaking: RFC 8620 §5 (`get`, `changes`, `set`, `query`, `queryChanges`).

pub mod change;
mod id;
pub mod json;
mod mirror;
mod record;
pub mod selection;
pub mod snapshot;
mod touched;
pub mod window;
pub mod wish;

pub use change::{Action, Change, ChangeId, Changed, Counter, Edit, Refusal, RowEffect, Shown};
pub use id::{TypeName, WindowKey};
pub use mirror::{Mirror, Presence, WindowRows};
pub use selection::{Rows, Selection};
pub use snapshot::{Outbox, Snapshot};
pub use touched::Touched;
pub use window::report::{RowAt, WindowChange};
pub use window::{Row, Status, WindowSpec};
pub use wish::{Ask, Limits, Place, Ticket, Wish};

/// A record's properties as JSON. A property that is absent was never loaded.
pub type Properties = serde_json::Map<String, serde_json::Value>;
