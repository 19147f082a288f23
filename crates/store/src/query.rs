//! Queries for emails and their answers (RFC 8621 §4.4 and §4.5).

use jmap::email::FilterCondition;
use jmap::method::AddedItem;
use jmap::{Comparator, EmailId, Filter, State};

/// A question for emails. [`crate::Store::email_query_changes`] looks at `filter`, `sort` and `collapse_threads`
/// only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EmailQuery {
    /// Which; all, if `None`.
    pub filter: Option<Filter<FilterCondition>>,
    /// In which order; newest first, if empty. What it leaves equal is ordered by id, so that the order is always
    /// the same.
    pub sort: Vec<Comparator>,
    /// Of each thread only the first (RFC 8621 §4.4.3).
    pub collapse_threads: bool,
    /// From this index; from the end if negative.
    pub position: i64,
    /// From this email instead.
    pub anchor: Option<EmailId>,
    /// Relative to the anchor.
    pub anchor_offset: i64,
    /// At most so many.
    pub limit: Option<u64>,
    /// Say how many there are in all.
    pub calculate_total: bool,
}

/// A part of a query's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryPage {
    /// Of the result.
    pub query_state: State,
    /// Index of the first of `ids`.
    pub position: u64,
    /// The part asked for.
    pub ids: Vec<EmailId>,
    /// If asked.
    pub total: Option<u64>,
}

/// How a query's result changed (RFC 8620 §5.6): take out `removed`, then put in `added`, lowest index first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryChanges {
    /// As asked.
    pub old_query_state: State,
    /// Of the new result.
    pub new_query_state: State,
    /// Of the new result, if asked.
    pub total: Option<u64>,
    /// May name ids that were not in the old result.
    pub removed: Vec<EmailId>,
    /// Lowest index first.
    pub added: Vec<AddedItem>,
}
