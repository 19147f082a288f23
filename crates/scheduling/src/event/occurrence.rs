//! One occurrence of a series, as an event of its own, and changes to it alone (RFC 8984 §4.3.5).

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use super::{Event, Series};
use crate::{
    date::format_local,
    invalid::{Invalid, Problem},
    patch,
    zone::Zone,
};

/// What belongs to the series and cannot differ in an occurrence: JSCalendar's (draft-ietf-calext-jscalendarbis), then
/// JMAP's. `participants/<id>/calendarAddress` is one too.
pub const SERIES_ONLY: &[&str] = &[
    "@type",
    "excludedRecurrenceRules",
    "method",
    "organizerCalendarAddress",
    "privacy",
    "prodId",
    "recurrenceId",
    "recurrenceIdTimeZone",
    "recurrenceOverrides",
    "recurrenceRule",
    "recurrenceRules",
    "replyTo",
    "sentBy",
    "timeZones",
    "uid",
    "version",
    "baseEventId",
    "calendarIds",
    "hideAttendees",
    "id",
    "isDraft",
    "isOrigin",
    "mayInviteOthers",
    "mayInviteSelf",
    "utcEnd",
    "utcStart",
];

/// Whether a pointer of an override leads to something that belongs to the series.
pub(super) fn is_series_only(pointer: &str) -> bool {
    match patch::segments(pointer).as_slice() {
        [property, ..] if SERIES_ONLY.contains(&property.as_str()) => true,
        [property, _, address] => property == "participants" && address == "calendarAddress",
        _ => false,
    }
}

impl Event {
    /// The event of one occurrence: what the series says, and what differs. None if there is no such occurrence.
    #[must_use]
    pub fn occurrence(&self, id: NaiveDateTime) -> Option<Self> {
        // Which occurrences there are does not depend on where a floating time is seen.
        let series = self.series(&Zone::Floating).ok()?;
        self.is_recurring().then(|| self.occurrence_in(&series, id))?
    }

    /// The same, where the series is at hand.
    #[must_use]
    pub fn occurrence_in(&self, series: &Series, id: NaiveDateTime) -> Option<Self> {
        if !series.contains(id) {
            return None;
        }
        let mut event = self.plain_occurrence(id);
        if let Some(different) = self.override_of(id) {
            let mut different = different.clone();
            different.retain(|pointer, _| !is_series_only(pointer) && pointer != "excluded");
            // One that no longer applies is what it was without.
            let _ = patch::apply(&mut event.0, &different);
        }
        Some(event)
    }

    /// Whether there is an occurrence of that id.
    #[must_use]
    pub fn has_occurrence(&self, id: NaiveDateTime) -> bool {
        self.is_recurring() && self.series(&Zone::Floating).is_ok_and(|series| series.contains(id))
    }

    pub(crate) fn override_of(&self, id: NaiveDateTime) -> Option<&Map<String, Value>> {
        self.object("recurrenceOverrides")?.get(&format_local(id))?.as_object()
    }

    /// The occurrence as the series has it, without what differs.
    pub(crate) fn plain_occurrence(&self, id: NaiveDateTime) -> Self {
        let mut map = Map::new();
        for (name, value) in &self.0 {
            if name != "recurrenceRule" && name != "recurrenceOverrides" {
                map.insert(name.clone(), value.clone());
            }
        }
        let mut event = Self(map);
        event.set("recurrenceId", format_local(id));
        if let Some(zone) = self.time_zone() {
            event.set("recurrenceIdTimeZone", zone);
        }
        match (self.start(), self.due()) {
            (Some(start), due) => {
                event.set("start", format_local(id));
                if let Some(due) = due {
                    event.set("due", format_local(id + (due - start)));
                }
            }
            (None, _) => event.set("due", format_local(id)),
        }
        event
    }

    /// The series with one occurrence changed by a patch against what it shows now.
    ///
    /// # Errors
    /// There is no such occurrence, the patch changes what belongs to the series, or what it makes is wrong. Pointers
    /// are relative to the occurrence.
    pub fn with_occurrence_patched(
        &self,
        id: NaiveDateTime,
        changes: &Map<String, Value>,
    ) -> Result<Self, Vec<Invalid>> {
        let now = self.occurrence(id).ok_or_else(|| vec![Invalid::new("recurrenceId", Problem::NoPath)])?;
        let series_only: Vec<Invalid> = changes
            .iter()
            .filter(|(pointer, value)| is_series_only(pointer) && now.0.get(*pointer) != Some(*value))
            .filter(|(pointer, value)| !(value.is_null() && now.get(pointer).is_none()))
            .map(|(pointer, _)| Invalid::new(pointer.clone(), Problem::SeriesOnly))
            .collect();
        if !series_only.is_empty() {
            return Err(series_only);
        }
        let mut changed = now.0;
        patch::apply(&mut changed, changes)?;
        let changed = Self::new(changed)?;
        self.with_occurrence(id, &changed)
    }

    /// The series with one occurrence made to be as `changed` is.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn with_occurrence(&self, id: NaiveDateTime, changed: &Self) -> Result<Self, Vec<Invalid>> {
        let mut different = patch::diff(&self.plain_occurrence(id).0, &changed.0);
        different.retain(|pointer, _| !is_series_only(pointer));
        let natural = self.series(&Zone::Floating).is_ok_and(|series| series.is_natural(id));
        let value = if different.is_empty() && natural { None } else { Some(Value::Object(different)) };
        Self::new(self.with_override(id, value).0)
    }

    /// The series without one occurrence.
    ///
    /// # Errors
    /// The event had something wrong before.
    pub fn without_occurrence(&self, id: NaiveDateTime) -> Result<Self, Vec<Invalid>> {
        let natural = self.series(&Zone::Floating).is_ok_and(|series| series.is_natural(id));
        let excluded = natural.then(|| Value::Object(Map::from_iter([("excluded".to_owned(), true.into())])));
        Self::new(self.with_override(id, excluded).0)
    }

    fn with_override(&self, id: NaiveDateTime, value: Option<Value>) -> Self {
        let mut event = self.clone();
        let mut overrides = match event.0.remove("recurrenceOverrides") {
            Some(Value::Object(overrides)) => overrides,
            _ => Map::new(),
        };
        match value {
            Some(value) => _ = overrides.insert(format_local(id), value),
            None => _ = overrides.remove(&format_local(id)),
        }
        if !overrides.is_empty() {
            event.set("recurrenceOverrides", overrides);
        }
        event
    }
}
