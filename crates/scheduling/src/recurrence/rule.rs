//! A recurrence rule as data.

use chrono::NaiveDateTime;

use super::Expansion;
use crate::invalid::Invalid;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// A second.
    Secondly,
    /// A minute.
    Minutely,
    /// An hour.
    Hourly,
    /// A day.
    Daily,
    /// A week, which begins on the rule's first day.
    Weekly,
    /// A month.
    Monthly,
    /// A year.
    Yearly,
}

/// What becomes of a date that does not exist, as the 30th of February (RFC 7529 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Skip {
    /// It is left out.
    #[default]
    Omit,
    /// The day before it that exists.
    Backward,
    /// The day after it that exists.
    Forward,
}

/// A day of the week, or the nth such day of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NthDay {
    /// 0 for Monday to 6 for Sunday.
    pub day: u8,
    /// Which one of the month or year; from the end if negative. None: each.
    pub nth: Option<i32>,
}

/// A recurrence rule. Its lists are sorted and hold nothing twice; an empty one is one that was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The period.
    pub frequency: Frequency,
    /// How many periods from one to the next; at least 1.
    pub interval: u32,
    /// What becomes of dates that do not exist.
    pub skip: Skip,
    /// The first day of the week: 0 for Monday to 6 for Sunday.
    pub first_day: u8,
    /// Days of the week.
    pub by_day: Vec<NthDay>,
    /// Days of the month, 1 to 31, −1 being the last.
    pub by_month_day: Vec<i32>,
    /// Months, 1 to 12.
    pub by_month: Vec<u32>,
    /// Days of the year, 1 to 366, −1 being the last.
    pub by_year_day: Vec<i32>,
    /// Weeks of the year, 1 to 53, −1 being the last.
    pub by_week_no: Vec<i32>,
    /// Hours, 0 to 23.
    pub by_hour: Vec<u32>,
    /// Minutes, 0 to 59.
    pub by_minute: Vec<u32>,
    /// Seconds, 0 to 60; the leap second is the one before it.
    pub by_second: Vec<u32>,
    /// Which of the period's times are taken, −1 being the last.
    pub by_set_position: Vec<i32>,
    /// How many there are, the start being the first.
    pub count: Option<u32>,
    /// The last that there may be, itself allowed.
    pub until: Option<NaiveDateTime>,
}

/// Why there is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Something in it is wrong. The pointer begins at the rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// It is counted in another calendar than the Gregorian (RFC 7529), which is kept but cannot be expanded.
    #[error("recurrence in the calendar {0:?} cannot be computed")]
    Scale(String),
}

impl Rule {
    /// Every `frequency`, without anything else.
    #[must_use]
    pub fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            skip: Skip::Omit,
            first_day: 0,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_hour: Vec::new(),
            by_minute: Vec::new(),
            by_second: Vec::new(),
            by_set_position: Vec::new(),
            count: None,
            until: None,
        }
    }

    /// The local times of the rule from a start, which is always the first of them (RFC 8984 §4.3.3).
    #[must_use]
    pub fn expand(&self, start: NaiveDateTime) -> Expansion {
        Expansion::new(self, start)
    }

    /// Whether it goes on for ever.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.count.is_none() && self.until.is_none()
    }

    /// Puts the lists in order.
    pub(crate) fn sort(&mut self) {
        for list in [&mut self.by_month_day, &mut self.by_year_day, &mut self.by_week_no, &mut self.by_set_position] {
            list.sort_unstable();
            list.dedup();
        }
        for list in [&mut self.by_month, &mut self.by_hour, &mut self.by_minute, &mut self.by_second] {
            list.sort_unstable();
            list.dedup();
        }
        self.by_day.sort_unstable();
        self.by_day.dedup();
    }
}
