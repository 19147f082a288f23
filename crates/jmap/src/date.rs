//! Times as JMAP writes them: to the second, without a fraction that is zero (RFC 8620 §1.4).

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A `UTCDate`: always with `Z`. Kept to the millisecond, written to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcDate(pub DateTime<Utc>);

impl UtcDate {
    /// From milliseconds since 1970; the nearest time that can be said, if out of range.
    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }
}

impl Serialize for UtcDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl<'de> Deserialize<'de> for UtcDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if !text.ends_with('Z') || text.contains(|c: char| c.is_ascii_lowercase()) {
            return Err(de::Error::custom("a UTCDate ends with Z (RFC 8620 §1.4)"));
        }
        DateTime::parse_from_rfc3339(&text).map(|date| Self(date.to_utc())).map_err(de::Error::custom)
    }
}

/// A `Date`: with the offset that its writer had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub DateTime<FixedOffset>);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(Self).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_utc_date_is_written_to_the_second() {
        let date: UtcDate = serde_json::from_str("\"2026-11-24T10:12:00.250Z\"").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-11-24T10:12:00Z\"");
    }

    #[test]
    fn a_utc_date_with_an_offset_is_refused() {
        assert!(serde_json::from_str::<UtcDate>("\"2026-11-24T10:12:00+01:00\"").is_err());
    }

    #[test]
    fn a_date_keeps_its_offset() {
        let date: Date = serde_json::from_str("\"2026-11-24T10:12:00+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-11-24T10:12:00+01:00\"");
    }
}
