//! Recurrence rules (RFC 8984 §4.3.3, RFC 5545 §3.3.10, RFC 7529) and the local times they give.
//!
//! A [`Rule`] is read from JSON once. [`Rule::expand`] compiles it against a start into a [`plan`] and walks it period
//! by period ([`Expansion`]); it jumps to a range that is far away, and ends at a bound whatever the rule says. Time is
//! local throughout: which instants these are, what is excluded, and what was moved is known to
//! the event.

mod calendar;
mod days;
mod expansion;
mod json;
mod plan;
mod rule;
mod text;

pub use expansion::{Ended, Expansion};
pub use rule::{Frequency, NthDay, Rule, RuleError, Skip};
pub use text::ParseRuleError;

#[cfg(test)]
mod tests;
