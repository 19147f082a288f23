//! Whether an event is one: each property of the kind that it is to be, within bounds, and nothing that contradicts
//! another. Properties that are not known are let through; only their size counts.

use serde_json::{Map, Value};

use super::{Event, Kind};
use crate::{
    date::parse_local,
    invalid::{Invalid, Problem},
    patch,
    recurrence::{Rule, RuleError},
};

mod schema;
mod shape;

use schema::EVENT;

/// The bounds on an event. They are wider than any that a person has made, and narrow enough that nothing here takes
/// long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits;

impl Limits {
    /// Bytes of all texts in it, attachments among them.
    pub const BYTES: usize = 16 << 20;
    /// Values in it.
    pub const VALUES: usize = 400_000;
    /// Objects inside objects.
    pub const DEPTH: usize = 24;
    /// Occurrences that differ from the series.
    pub const OVERRIDES: usize = 10_000;
    /// Participants.
    pub const PARTICIPANTS: usize = 5_000;
    /// Entries of any other map.
    pub const ENTRIES: usize = 1_000;
    /// Bytes of a text of one line.
    pub const LINE: usize = 8_192;
    /// Bytes of a text of many.
    pub const TEXT: usize = 1 << 20;
    /// Errors that are told.
    pub(super) const ERRORS: usize = 50;
}

/// Whether it is small enough to be looked at.
pub(super) fn size(map: &Map<String, Value>) -> Vec<Invalid> {
    let mut size = Size { bytes: 0, values: 0 };
    for (name, value) in map {
        if let Err(problem) = size.add(name, value, 1) {
            return vec![Invalid::new(name.clone(), problem)];
        }
    }
    Vec::new()
}

struct Size {
    bytes: usize,
    values: usize,
}

impl Size {
    fn add(&mut self, name: &str, value: &Value, depth: usize) -> Result<(), Problem> {
        self.values += 1;
        self.bytes += name.len() + value.as_str().map_or(0, str::len);
        if self.values > Limits::VALUES {
            return Err(Problem::TooMany(Limits::VALUES));
        }
        if self.bytes > Limits::BYTES {
            return Err(Problem::TooLong(Limits::BYTES));
        }
        if depth > Limits::DEPTH {
            return Err(Problem::TooDeep);
        }
        match value {
            Value::Array(list) => list.iter().try_for_each(|inner| self.add("", inner, depth + 1)),
            Value::Object(map) => map.iter().try_for_each(|(name, inner)| self.add(name, inner, depth + 1)),
            _ => Ok(()),
        }
    }
}

/// Everything that is wrong with an event whose names are those of 2.0.
pub(super) fn check(event: &Event) -> Vec<Invalid> {
    let mut report = Report { list: Vec::new() };
    for (name, shape) in EVENT {
        if let Some(value) = event.get(name) {
            shape.check(value, name, event, &mut report);
        }
    }
    together(event, &mut report);
    if report.list.is_empty() {
        overrides(event, &mut report);
    }
    report.list
}

/// What is wrong, up to a number.
pub(super) struct Report {
    list: Vec<Invalid>,
}

impl Report {
    pub(super) fn add(&mut self, pointer: &str, problem: Problem) {
        if self.list.len() < Limits::ERRORS {
            self.list.push(Invalid::new(pointer, problem));
        }
    }
}

/// What properties say together.
fn together(event: &Event, report: &mut Report) {
    match event.get("@type").and_then(Value::as_str) {
        Some("Event" | "Task") => {}
        _ => report.add("@type", Problem::Expected("Event or Task")),
    }
    if event.uid().is_empty() {
        report.add("uid", Problem::Missing);
    }
    for name in ["method", "entries"] {
        if event.get(name).is_some() {
            report.add(name, Problem::Forbidden);
        }
    }
    match event.kind() {
        Kind::Event => {
            if event.get("start").is_none() {
                report.add("start", Problem::Missing);
            }
            if event.get("due").is_some() {
                report.add("due", Problem::Conflict("@type Event"));
            }
        }
        Kind::Task => {
            if let (Some(start), Some(due)) = (event.start(), event.due())
                && due < start
            {
                report.add("due", Problem::BeforeStart);
            }
            if event.is_recurring() && event.start().or(event.due()).is_none() {
                report.add("start", Problem::Missing);
            }
        }
    }
    if event.get("recurrenceId").is_some() && event.is_recurring() {
        report.add("recurrenceId", Problem::Conflict("recurrenceRule or recurrenceOverrides"));
    }
    if let Some(id) = event.get("mainLocationId").and_then(Value::as_str)
        && event.get("locations").and_then(|locations| locations.get(id)).is_none()
    {
        report.add("mainLocationId", Problem::Dangling(id.chars().take(80).collect()));
    }
}

/// Each occurrence that differs: the patch leads somewhere, and what it makes is right.
fn overrides(event: &Event, report: &mut Report) {
    let Some(overrides) = event.get("recurrenceOverrides").and_then(Value::as_object) else { return };
    for (id, value) in overrides {
        let pointer = format!("recurrenceOverrides/{id}");
        if parse_local(id).is_none() {
            report.add(&pointer, Problem::Expected("under a local date-time"));
            continue;
        }
        let Some(map) = value.as_object() else {
            report.add(&pointer, Problem::Expected("an object"));
            continue;
        };
        for invalid in occurrence(event, map) {
            let invalid = Invalid { pointer: patch::escape(&invalid.pointer), ..invalid }.within(&pointer);
            report.add(&invalid.pointer, invalid.problem);
        }
        if report.list.len() >= Limits::ERRORS {
            return;
        }
    }
}

/// What is wrong with the patch of one occurrence. Only the properties that it touches are looked at.
fn occurrence(event: &Event, map: &Map<String, Value>) -> Vec<Invalid> {
    if map.get("excluded") == Some(&Value::Bool(true)) {
        return Vec::new();
    }
    let mut touched = Event(Map::new());
    for pointer in map.keys() {
        if let Some(property) = patch::segments(pointer).first()
            && !touched.0.contains_key(property)
            && let Some(value) = event.0.get(property)
        {
            touched.0.insert(property.clone(), value.clone());
        }
    }
    if let Err(invalid) = patch::apply(&mut touched.0, map) {
        return invalid;
    }
    let mut report = Report { list: Vec::new() };
    for (name, shape) in EVENT {
        if let Some(value) = touched.get(name) {
            // A zone may be one that the series defines.
            shape.check(value, name, event, &mut report);
        }
    }
    if event.kind() == Kind::Event && touched.0.get("start").is_some_and(Value::is_null) {
        report.add("start", Problem::Missing);
    }
    report.list
}

fn rule(value: &Value, pointer: &str, report: &mut Report) {
    match Rule::from_json(value) {
        // Another calendar's rule is kept, though it cannot be expanded.
        Ok(_) | Err(RuleError::Scale(_)) => {}
        Err(RuleError::Invalid(invalid)) => {
            let invalid = invalid.within(pointer);
            report.add(&invalid.pointer, invalid.problem);
        }
    }
}
