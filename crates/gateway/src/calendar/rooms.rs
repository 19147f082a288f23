//! Rooms and equipment: what people see of them, and how they may be booked.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is kept of a room or a thing, beside its name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Room {
    /// Seats; 0: not said.
    pub capacity: u32,
    /// The house it is in.
    pub building: String,
    /// The floor it is on.
    pub floor: String,
    /// What is in it.
    pub equipment: Vec<String>,
    /// How it answers when it is invited.
    pub policy: Policy,
}

/// How a room answers. A person decides where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    /// It answers by itself; else it says "tentative" and waits for somebody who looks after it.
    pub answers: bool,
    /// Takes what overlaps with what it has.
    pub allows_conflicts: bool,
    /// Takes series; with one occurrence that conflicts, it takes the others.
    pub allows_series: bool,
    /// Of the occurrences of a series, so many in a hundred may conflict before it takes none.
    pub conflict_percent: u32,
    /// How far ahead, in days; 0: as far as one likes.
    pub horizon_days: u32,
    /// How long one booking may be, in minutes; 0: as long as one likes.
    pub longest_minutes: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            answers: true,
            allows_conflicts: false,
            allows_series: true,
            conflict_percent: 25,
            horizon_days: 365,
            longest_minutes: 24 * 60,
        }
    }
}

impl Room {
    /// As it is kept of a principal; `None`, if it is none.
    pub fn of(principal: &store::Principal) -> Option<Self> {
        if principal.booking == Value::Null { None } else { Self::deserialize(&principal.booking).ok() }
    }
}
