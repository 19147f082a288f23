//! A window: a query whose result is known in parts (RFC 8620 §5.5, §5.6), however long it is.

use jmap::{Id, MethodError};
use serde::{Deserialize, Serialize};

use crate::TypeName;

pub mod report;

/// What a window lists. The filter and sort themselves stay with the caller, under the
/// window's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSpec {
    /// The type queried.
    pub of: TypeName,
    /// What a row needs to be drawn; got for every row in view.
    pub properties: Vec<String>,
    /// The property that is a row's identity, if not the id: `threadId` where threads are
    /// collapsed, so that a reply replaces the row's mail but not the row. Must be one of
    /// `properties`, and immutable.
    pub row_key: Option<String>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's identity; what selection, focus and the view's keys hold on to.
    pub key: Id,
    /// The record to draw.
    pub id: Id,
}

/// How much of a list can be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Nothing is known yet.
    Loading,
    /// Known, at least in part.
    Ready,
    /// The server cannot answer this query; [`Mirror::retry`](crate::Mirror::retry) asks again.
    Failed(MethodError),
}
