//! What those may see who are not to know what an event is about.

use serde_json::{Map, Value};

use super::Event;
use crate::patch;

/// RFC 8984 §4.4.3 with erratum 6872, and what 2.0 renamed.
const SHARED: &[&str] = &[
    "@type",
    "version",
    "created",
    "due",
    "duration",
    "endTimeZone",
    "estimatedDuration",
    "excluded",
    "freeBusyStatus",
    "privacy",
    "recurrenceId",
    "recurrenceIdTimeZone",
    "recurrenceOverrides",
    "recurrenceRule",
    "sequence",
    "showWithoutTime",
    "start",
    "status",
    "timeZone",
    "timeZones",
    "uid",
    "updated",
];

impl Event {
    /// The event as it is shown to those who may know only when somebody is busy. JMAP's own properties are not in it.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let keep = |map: &Map<String, Value>| -> Map<String, Value> {
            let shared =
                |pointer: &str| patch::segments(pointer).first().is_some_and(|it| SHARED.contains(&it.as_str()));
            map.iter().filter(|(name, _)| shared(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let mut map = keep(&self.0);
        if let Some(Value::Object(overrides)) = map.get_mut("recurrenceOverrides") {
            for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
                *patch = keep(patch);
            }
        }
        Self(map)
    }
}
