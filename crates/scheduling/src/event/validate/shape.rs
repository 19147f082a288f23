//! Whether a value is of its kind.

use serde_json::Value;

use super::{
    Limits, Report, rule,
    schema::{ABSOLUTE_TRIGGER, OFFSET_TRIGGER, Shape},
};
use crate::{
    date::{Duration, parse_local, parse_utc},
    event::Event,
    invalid::Problem,
    zone::ZoneError,
};

impl Shape {
    /// Tells what is wrong with `value`, which stands at `pointer` of an event like `event`.
    pub(super) fn check(&self, value: &Value, pointer: &str, event: &Event, report: &mut Report) {
        match self {
            Self::Text(most) => match value.as_str() {
                None => report.add(pointer, Problem::Expected("a string")),
                Some(text) if text.len() > *most => report.add(pointer, Problem::TooLong(*most)),
                Some(_) => {}
            },
            Self::Bool if !value.is_boolean() => report.add(pointer, Problem::Expected("true or false")),
            Self::Number(least, most) if value.as_i64().is_none_or(|it| !(*least..=*most).contains(&it)) => {
                report.add(pointer, Problem::Range(*least, *most));
            }
            Self::Local if value.as_str().and_then(parse_local).is_none() => {
                report.add(pointer, Problem::Expected("a local date-time such as 2026-01-31T09:00:00"));
            }
            Self::Utc if value.as_str().and_then(parse_utc).is_none() => {
                report.add(pointer, Problem::Expected("a date-time in UTC such as 2026-01-31T09:00:00Z"));
            }
            Self::Duration | Self::SignedDuration => {
                let duration = value.as_str().and_then(|text| text.parse::<Duration>().ok());
                let signed = matches!(self, Self::SignedDuration);
                if duration.is_none_or(|duration| duration.is_negative() && !signed) {
                    report.add(pointer, Problem::Expected("a duration such as PT1H"));
                }
            }
            Self::Zone => match value.as_str().map(|name| event.zone_named(name)) {
                None => report.add(pointer, Problem::Expected("a string")),
                Some(Err(ZoneError::Unknown(_) | ZoneError::Definition(_))) => {
                    report.add(pointer, Problem::UnknownZone);
                }
                Some(Ok(_)) => {}
            },
            Self::Rule => rule(value, pointer, report),
            Self::Trigger => trigger(value, pointer, event, report),
            Self::Overrides => match value.as_object() {
                None => report.add(pointer, Problem::Expected("an object")),
                Some(map) if map.len() > Limits::OVERRIDES => report.add(pointer, Problem::TooMany(Limits::OVERRIDES)),
                Some(_) => {}
            },
            Self::Set => match value.as_object() {
                None => report.add(pointer, Problem::Expected("an object whose values are true")),
                Some(map) if map.len() > Limits::ENTRIES => report.add(pointer, Problem::TooMany(Limits::ENTRIES)),
                Some(map) => {
                    for (key, _) in map.iter().filter(|(_, value)| **value != Value::Bool(true)) {
                        report.add(&at(pointer, key), Problem::Expected("true"));
                    }
                }
            },
            Self::Object(required, properties) => {
                let Some(map) = value.as_object() else { return report.add(pointer, Problem::Expected("an object")) };
                for name in required.iter().filter(|name| map.get(**name).is_none_or(Value::is_null)) {
                    report.add(&at(pointer, name), Problem::Missing);
                }
                for (name, shape) in *properties {
                    if let Some(value) = map.get(*name).filter(|value| !value.is_null()) {
                        shape.check(value, &at(pointer, name), event, report);
                    }
                }
            }
            Self::Map(most, shape) => {
                let Some(map) = value.as_object() else { return report.add(pointer, Problem::Expected("an object")) };
                if map.len() > *most {
                    return report.add(pointer, Problem::TooMany(*most));
                }
                for (key, value) in map {
                    if key.is_empty() || key.len() > 1024 {
                        report.add(&at(pointer, key), Problem::Expected("under an id"));
                    }
                    shape.check(value, &at(pointer, key), event, report);
                }
            }
            Self::WordOrSet => {
                let shape = if value.is_object() { Self::Set } else { Self::Text(255) };
                shape.check(value, pointer, event, report);
            }
            Self::Bool | Self::Number(..) | Self::Local | Self::Utc => {}
        }
    }
}

/// A trigger of a type that is not known is kept.
fn trigger(value: &Value, pointer: &str, event: &Event, report: &mut Report) {
    match value.get("@type").and_then(Value::as_str) {
        None | Some("OffsetTrigger") => OFFSET_TRIGGER.check(value, pointer, event, report),
        Some("AbsoluteTrigger") => ABSOLUTE_TRIGGER.check(value, pointer, event, report),
        Some(_) => {}
    }
}

fn at(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", crate::patch::escape(key))
}
