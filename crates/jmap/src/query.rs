//! Filters and sorts of every `/query` (RFC 8620 §5.5).

use serde::{Deserialize, Serialize};

/// A tree of conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Filter<C> {
    /// Conditions joined by an operator.
    Operator {
        /// How.
        operator: Operator,
        /// Of what.
        conditions: Vec<Filter<C>>,
    },
    /// One condition of the type's own.
    Condition(C),
}

/// How the conditions of a filter are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Operator {
    /// All.
    And,
    /// At least one.
    Or,
    /// None.
    Not,
}

/// One key of a sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparator {
    /// The property to compare by.
    pub property: String,
    /// From the smallest; the default.
    #[serde(default = "yes")]
    pub is_ascending: bool,
    /// For text; only `i;ascii-casemap`, `i;octet` and `i;unicode-casemap` are known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub collation: Option<String>,
    /// The keyword of `hasKeyword` and its kin (RFC 8621 §4.4.2).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub keyword: Option<String>,
}

impl Comparator {
    /// From the largest.
    pub fn descending(property: &str) -> Self {
        Self { property: property.to_owned(), is_ascending: false, collation: None, keyword: None }
    }

    /// From the smallest.
    pub fn ascending(property: &str) -> Self {
        Self { is_ascending: true, ..Self::descending(property) }
    }
}

fn yes() -> bool {
    true
}
