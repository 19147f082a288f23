//! An event or task: a JSCalendar object (draft-ietf-calext-jscalendarbis) as it was written, with readers.
//!
//! What is not understood is kept. What comes from outside goes through [`Event::new`], which turns RFC 8984's names
//! into those of 2.0 and checks everything; a reader of what was checked answers the default where nothing is given.
//! JMAP's own properties (ids, calendars, drafts) are kept like any other and mean nothing here.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    date::{Duration, parse_local, parse_utc},
    invalid::Invalid,
    patch,
    recurrence::{Rule, RuleError},
    zone::{Definition, Zone, ZoneError},
};

mod address;
mod legacy;
mod occurrence;
mod participant;
mod privacy;
mod series;
mod split;
mod validate;

pub use address::CalendarAddress;
pub use occurrence::SERIES_ONLY;
pub use participant::Participant;
pub use series::{ExpandError, Occurrence, Occurrences, Series, Span};
pub use split::SplitError;
pub use validate::Limits;

/// A JSCalendar Event or Task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Event(Map<String, Value>);

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something that takes place at a time.
    Event,
    /// Something to do.
    Task,
}

impl Event {
    /// An event that comes from outside: RFC 8984's names become those of 2.0, names of time zones IANA's, and
    /// everything is checked.
    ///
    /// # Errors
    /// Each thing that is wrong, with its place.
    pub fn new(map: Map<String, Value>) -> Result<Self, Vec<Invalid>> {
        let mut event = Self(map);
        let mut invalid = validate::size(&event.0);
        if invalid.is_empty() {
            invalid = legacy::renew(&mut event.0);
            invalid.extend(validate::check(&event));
        }
        if invalid.is_empty() { Ok(event) } else { Err(invalid) }
    }

    /// An event that [`new`](Self::new) has once accepted, as it was kept.
    #[must_use]
    pub fn stored(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// Everything in it.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Everything in it.
    #[must_use]
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// A property. One that is null is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Sets a property, without any check.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Takes a property away.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    pub(crate) fn map_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The event with a patch applied, checked as one from outside. A pointer into `recurrenceOverrides` for an
    /// occurrence that has none yet makes one.
    ///
    /// # Errors
    /// What is wrong with the patch, or with what it makes of the event.
    pub fn patched(&self, patch: &Map<String, Value>) -> Result<Self, Vec<Invalid>> {
        let mut map = self.0.clone();
        for pointer in patch.keys() {
            let parts = patch::segments(pointer);
            if let [property, id, _, ..] = parts.as_slice()
                && property == "recurrenceOverrides"
                && parse_local(id).is_some()
                && !patch.contains_key(property)
            {
                let overrides = map.entry(property.clone()).or_insert_with(|| Value::Object(Map::new()));
                if overrides.is_null() {
                    *overrides = Value::Object(Map::new());
                }
                if let Some(overrides) = overrides.as_object_mut() {
                    overrides.entry(id.clone()).or_insert_with(|| Value::Object(Map::new()));
                }
            }
        }
        patch::apply(&mut map, patch)?;
        Self::new(map)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.get(name).and_then(Value::as_object)
    }

    /// Whether it is an event or a task.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.text("@type") == Some("Task") { Kind::Task } else { Kind::Event }
    }

    /// What it is the same as everywhere. Empty if it has none.
    #[must_use]
    pub fn uid(&self) -> &str {
        self.text("uid").unwrap_or_default()
    }

    /// Its title, or nothing.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text("title").unwrap_or_default()
    }

    /// Its description, or nothing.
    #[must_use]
    pub fn description(&self) -> &str {
        self.text("description").unwrap_or_default()
    }

    /// `confirmed`, `tentative` or `cancelled` (of a task: its progress is what counts).
    #[must_use]
    pub fn status(&self) -> &str {
        self.text("status").unwrap_or("confirmed")
    }

    /// Whether it does not take place.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status() == "cancelled" || self.text("progress") == Some("cancelled")
    }

    /// `public`, `private` or `secret`. What is not known is private (RFC 8984 §4.4.3).
    #[must_use]
    pub fn privacy(&self) -> &str {
        match self.text("privacy") {
            None | Some("public") => "public",
            Some("secret") => "secret",
            Some(_) => "private",
        }
    }

    /// `busy`, `free`, or something of somebody's.
    #[must_use]
    pub fn free_busy_status(&self) -> &str {
        self.text("freeBusyStatus").unwrap_or("busy")
    }

    /// How often it was changed by its organizer.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.get("sequence").and_then(Value::as_u64).unwrap_or(0)
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> Option<DateTime<Utc>> {
        parse_utc(self.text("created")?)
    }

    /// When it was last changed.
    #[must_use]
    pub fn updated(&self) -> Option<DateTime<Utc>> {
        parse_utc(self.text("updated")?)
    }

    /// When it begins, in its own zone. An event always has one.
    #[must_use]
    pub fn start(&self) -> Option<NaiveDateTime> {
        parse_local(self.text("start")?)
    }

    /// When a task is due, in its own zone.
    #[must_use]
    pub fn due(&self) -> Option<NaiveDateTime> {
        parse_local(self.text("due")?)
    }

    /// How long it takes: of a task, from start to due, or what was estimated.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let given = |name| self.text(name).and_then(|text| text.parse().ok());
        match self.kind() {
            Kind::Event => given("duration").unwrap_or_default(),
            Kind::Task => match (self.start(), self.due()) {
                (Some(start), Some(due)) => Duration::between(start, due),
                _ => given("estimatedDuration").unwrap_or_default(),
            },
        }
    }

    /// The name of its zone; None if it is floating.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.text("timeZone")
    }

    /// The zone in which its end is told, when that is another.
    #[must_use]
    pub fn end_time_zone(&self) -> Option<&str> {
        self.text("endTimeZone")
    }

    /// Whether only the days count.
    #[must_use]
    pub fn show_without_time(&self) -> bool {
        self.get("showWithoutTime").and_then(Value::as_bool).unwrap_or(false)
    }

    /// Its zone.
    ///
    /// # Errors
    /// The name is not known, or its definition cannot be used.
    pub fn zone(&self) -> Result<Zone, ZoneError> {
        self.time_zone().map_or(Ok(Zone::Floating), |name| self.zone_named(name))
    }

    /// A zone by the name that the event uses: one it defines itself, or one that is known.
    ///
    /// # Errors
    /// The name is not known, or its definition cannot be used.
    pub fn zone_named(&self, name: &str) -> Result<Zone, ZoneError> {
        if let Some(zone) = Zone::named(name) {
            return Ok(zone);
        }
        let definition = self.object("timeZones").and_then(|zones| zones.get(name)?.as_object());
        let definition = definition.ok_or_else(|| ZoneError::Unknown(name.chars().take(255).collect()))?;
        Ok(Zone::Custom(Definition::from_json(name, definition)?.into()))
    }

    /// Its recurrence rule.
    #[must_use]
    pub fn rule(&self) -> Option<Result<Rule, RuleError>> {
        self.get("recurrenceRule").map(Rule::from_json)
    }

    /// Whether there may be more than one of it.
    #[must_use]
    pub fn is_recurring(&self) -> bool {
        self.get("recurrenceRule").is_some() || self.object("recurrenceOverrides").is_some_and(|map| !map.is_empty())
    }

    /// Of which occurrence it is the event, when it stands for one alone.
    #[must_use]
    pub fn recurrence_id(&self) -> Option<NaiveDateTime> {
        parse_local(self.text("recurrenceId")?)
    }

    /// What is different in single occurrences, by recurrence id.
    pub fn overrides(&self) -> impl Iterator<Item = (NaiveDateTime, &Map<String, Value>)> {
        let overrides = self.object("recurrenceOverrides").into_iter().flatten();
        overrides.filter_map(|(id, patch)| Some((parse_local(id)?, patch.as_object()?)))
    }

    /// Who organizes it, when it is scheduled with others.
    #[must_use]
    pub fn organizer(&self) -> Option<CalendarAddress> {
        self.text("organizerCalendarAddress").map(CalendarAddress::new)
    }

    /// Who takes part.
    pub fn participants(&self) -> impl Iterator<Item = Participant<'_>> {
        let participants = self.object("participants").into_iter().flatten();
        participants.filter_map(|(id, participant)| Some(Participant::new(id, participant.as_object()?)))
    }

    /// The participant that has one of these addresses.
    #[must_use]
    pub fn participant_of(&self, who: &[CalendarAddress]) -> Option<Participant<'_>> {
        self.participants().find(|participant| participant.calendar_address().is_some_and(|it| who.contains(&it)))
    }

    /// Whether one of these addresses is the organizer's.
    #[must_use]
    pub fn is_organized_by(&self, who: &[CalendarAddress]) -> bool {
        self.organizer().is_some_and(|organizer| who.contains(&organizer))
    }
}

#[cfg(test)]
mod tests;
