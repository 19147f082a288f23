//! A zone that came with its definition: RFC 8984's TimeZone object (§4.7.2), which is what a VTIMEZONE says.
//!
//! Its rules are expanded once, into a table of transitions that ends after whole cycles of the calendar; what lies
//! beyond is looked up a cycle earlier. So the cost is bounded, whatever the rules say.

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use crate::{
    date::parse_local,
    recurrence::{Rule, RuleError},
};

/// More transitions than any zone has had. One that claims more is refused.
const MOST_TRANSITIONS: usize = 8192;
/// More rules than any zone's history needs.
const MOST_RULES: usize = 512;
/// Seconds of 400 years, after which the calendar repeats itself, weekdays too.
const CYCLE: i64 = 146_097 * 86_400;
/// The table ends with this year: a cycle after the first year that has no history.
const HORIZON: &str = "2500-01-01T00:00:00";

/// The offsets of a zone, by instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    id: String,
    /// Seconds east of Greenwich before the first transition.
    first: i32,
    /// (instant, offset from then on), ascending.
    transitions: Vec<(i64, i32)>,
    horizon: i64,
}

/// Why a definition cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Nothing in it says an offset.
    #[error("it has no rule")]
    Empty,
    /// A rule lacks something, or has it wrong.
    #[error("{0} is missing or wrong")]
    Property(&'static str),
    /// A rule does not recur in a way that can be computed.
    #[error("a rule in it cannot be used: {0}")]
    Rule(#[from] RuleError),
    /// More transitions than a zone can have.
    #[error("it has too many rules or transitions")]
    TooMany,
}

impl Definition {
    /// A zone whose clock never changes.
    #[must_use]
    pub fn fixed(id: &str, offset: i32) -> Self {
        Self { id: id.to_owned(), first: offset, transitions: Vec::new(), horizon: i64::MAX }
    }

    /// Reads a TimeZone object.
    ///
    /// # Errors
    /// What in it cannot be used.
    pub fn from_json(id: &str, zone: &Map<String, Value>) -> Result<Self, DefinitionError> {
        let rules: Vec<&Map<String, Value>> = ["standard", "daylight"]
            .iter()
            .filter_map(|kind| zone.get(*kind).and_then(Value::as_array))
            .flatten()
            .filter_map(Value::as_object)
            .collect();
        if rules.len() > MOST_RULES {
            return Err(DefinitionError::TooMany);
        }
        let horizon = parse_local(HORIZON).map_or(i64::MAX, |time| time.and_utc().timestamp());
        let mut onsets = Vec::new();
        for rule in rules {
            let from = offset(rule, "offsetFrom")?;
            let to = offset(rule, "offsetTo")?;
            for local in local_onsets(rule, horizon)? {
                if onsets.len() == MOST_TRANSITIONS {
                    return Err(DefinitionError::TooMany);
                }
                onsets.push((local.and_utc().timestamp() - i64::from(from), from, to));
            }
        }
        onsets.sort_unstable();
        let first = onsets.first().ok_or(DefinitionError::Empty)?.1;
        let mut transitions: Vec<(i64, i32)> = Vec::with_capacity(onsets.len());
        for (at, _, to) in onsets {
            match transitions.last_mut() {
                Some(last) if last.0 == at => last.1 = to,
                Some(last) if last.1 == to => {}
                _ => transitions.push((at, to)),
            }
        }
        Ok(Self { id: id.to_owned(), first, transitions, horizon })
    }

    /// The id that events name it by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether its clock ever changes.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.transitions.is_empty()
    }

    pub(super) fn offset_at(&self, instant: i64) -> i32 {
        let instant = self.fold(instant);
        let after = self.transitions.partition_point(|(at, _)| *at <= instant);
        self.before(after)
    }

    /// The offset with which a local time is read; see [`Zone::to_utc`](super::Zone::to_utc).
    pub(super) fn offset_of_local(&self, local: i64) -> i32 {
        let local = self.fold(local);
        // The first transition whose clock could show this time or a later one, an offset never being two days.
        let mut at = self.transitions.partition_point(|(at, _)| *at < local - 2 * 86_400);
        loop {
            let before = self.before(at);
            match self.transitions.get(at) {
                Some((instant, _)) if local - i64::from(before) >= *instant => {
                    // In the gap that this transition makes, the offset before it counts.
                    let after = self.before(at + 1);
                    if local - i64::from(after) < *instant {
                        return before;
                    }
                    at += 1;
                }
                _ => return before,
            }
        }
    }

    /// The offset before the transition of that number.
    fn before(&self, transition: usize) -> i32 {
        transition.checked_sub(1).and_then(|last| self.transitions.get(last)).map_or(self.first, |last| last.1)
    }

    fn fold(&self, time: i64) -> i64 {
        if time < self.horizon { time } else { time - ((time - self.horizon) / CYCLE + 1) * CYCLE }
    }
}

/// When a rule begins to hold, by the clock before.
fn local_onsets(rule: &Map<String, Value>, horizon: i64) -> Result<Vec<NaiveDateTime>, DefinitionError> {
    let start =
        rule.get("start").and_then(Value::as_str).and_then(parse_local).ok_or(DefinitionError::Property("start"))?;
    let mut onsets = vec![start];
    let recurrence = rule.get("recurrenceRule").or_else(|| rule.get("recurrenceRules")?.get(0));
    if let Some(recurrence) = recurrence.filter(|recurrence| !recurrence.is_null()) {
        let recurrence = Rule::from_json(recurrence)?;
        for onset in recurrence.expand(start) {
            if onset.and_utc().timestamp() >= horizon {
                break;
            }
            if onsets.len() > MOST_TRANSITIONS {
                return Err(DefinitionError::TooMany);
            }
            onsets.push(onset);
        }
    }
    if let Some(extra) = rule.get("recurrenceOverrides").and_then(Value::as_object) {
        if extra.len() > MOST_TRANSITIONS {
            return Err(DefinitionError::TooMany);
        }
        onsets.extend(extra.keys().filter_map(|key| parse_local(key)));
    }
    Ok(onsets)
}

/// `+01:00`, `-0330`, `+00:19:32`.
fn offset(rule: &Map<String, Value>, name: &'static str) -> Result<i32, DefinitionError> {
    let read = || {
        let text = rule.get(name)?.as_str()?;
        let sign = match text.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let digits: String = text.get(1..)?.chars().filter(|char| *char != ':').collect();
        let part = |at: usize| -> Option<i32> { digits.get(at..at + 2)?.parse().ok() };
        let (hours, minutes) = (part(0)?, part(2)?);
        let seconds = match digits.len() {
            4 => 0,
            6 => part(4)?,
            _ => return None,
        };
        (hours < 24 && minutes < 60 && seconds < 60).then_some(sign * (hours * 3600 + minutes * 60 + seconds))
    };
    read().ok_or(DefinitionError::Property(name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{date::format_utc, zone::Zone};

    fn berlin() -> Value {
        json!({
            "standard": [{"start": "1996-10-27T03:00:00", "offsetFrom": "+02:00", "offsetTo": "+01:00",
                "recurrenceRule": {"frequency": "yearly", "byMonth": ["10"], "byDay": [{"day": "su", "nthOfPeriod": -1}]}}],
            "daylight": [{"start": "1981-03-29T02:00:00", "offsetFrom": "+01:00", "offsetTo": "+02:00",
                "recurrenceRules": [{"frequency": "yearly", "byMonth": ["3"], "byDay": [{"day": "su", "nthOfPeriod": -1}]}]}],
        })
    }

    fn definition(zone: &Value) -> Result<Definition, DefinitionError> {
        Definition::from_json("/zone", zone.as_object().unwrap())
    }

    #[test]
    fn a_definition_says_what_the_database_says() {
        let custom = Zone::Custom(Arc::new(definition(&berlin()).unwrap()));
        let known = Zone::named("Europe/Berlin").unwrap();
        let mut local = parse_local("1998-01-01T00:30:00").unwrap();
        while local < parse_local("2060-01-01T00:00:00").unwrap() {
            assert_eq!(custom.to_utc(local), known.to_utc(local), "{local}");
            let instant = local.and_utc();
            assert_eq!(custom.to_local(instant), known.to_local(instant), "{instant}");
            local += chrono::TimeDelta::hours(1);
        }
        let far = parse_local("9998-07-01T12:00:00").unwrap();
        assert_eq!(format_utc(custom.to_utc(far)), "9998-07-01T10:00:00Z");
    }

    #[test]
    fn an_absurd_definition_is_refused_in_bounded_time() {
        let mut zone = berlin();
        zone["standard"][0]["recurrenceRule"] = json!({"frequency": "secondly"});
        assert_eq!(definition(&zone), Err(DefinitionError::TooMany));
        assert_eq!(definition(&json!({})), Err(DefinitionError::Empty));
        let mut zone = berlin();
        zone["standard"][0]["offsetTo"] = json!("+99:00");
        assert_eq!(definition(&zone), Err(DefinitionError::Property("offsetTo")));
    }
}
