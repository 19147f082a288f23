//! Dates as JSCalendar writes them (RFC 8984 §1.4.4–1.4.7): local date-times, UTC date-times, durations.
//!
//! Strict in what it reads: a date that the format does not allow is no date. What iCalendar writes is read by
//! [`icalendar`](crate::icalendar).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

mod duration;

pub use duration::{Duration, ParseDurationError};

/// The last year there is. JSCalendar's dates have four digits.
pub const LAST_YEAR: i32 = 9999;

/// Reads a LocalDateTime (RFC 8984 §1.4.6), as `2026-03-01T10:00:00`. Fractions of a second are allowed by the
/// format, and dropped.
#[must_use]
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
        return None;
    }
    if let Some(rest) = bytes.get(19..).filter(|rest| !rest.is_empty()) {
        let (dot, fraction) = rest.split_first()?;
        let fits = *dot == b'.' && (1..=9).contains(&fraction.len());
        if !(fits && fraction.iter().all(u8::is_ascii_digit) && fraction.last() != Some(&b'0')) {
            return None;
        }
    }
    let year = i32::try_from(number(0, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?.and_hms_opt(
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    )
}

/// Writes a LocalDateTime.
#[must_use]
pub fn format_local(local: NaiveDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// Reads a UTCDateTime (RFC 8984 §1.4.5), as `2026-03-01T10:00:00Z`.
#[must_use]
pub fn parse_utc(text: &str) -> Option<DateTime<Utc>> {
    parse_local(text.strip_suffix('Z')?).map(|local| local.and_utc())
}

/// Writes a UTCDateTime.
#[must_use]
pub fn format_utc(instant: DateTime<Utc>) -> String {
    let mut text = format_local(instant.naive_utc());
    text.push('Z');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_date_time_is_read_as_it_was_written() {
        for text in ["2026-03-01T10:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"] {
            assert_eq!(parse_local(text).map(format_local).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_the_format_does_not_allow_is_no_date() {
        for text in [
            "",
            "2026-03-01",
            "2026-03-01T10:00",
            "2026-03-01 10:00:00",
            "2026-03-01T10:00:00Z",
            "2026-02-30T10:00:00",
            "2026-03-01T24:00:00",
            "2026-03-01T10:00:60",
            "2026-03-01T10:00:00.",
            "2026-03-01T10:00:00.10",
            "+026-03-01T10:00:00",
            "20260-3-01T10:00:00",
            "2026-03-01T10:00:0é",
        ] {
            assert_eq!(parse_local(text), None, "{text}");
        }
    }

    #[test]
    fn utc_date_times_end_in_z() {
        assert_eq!(parse_utc("2026-03-01T10:00:00Z").map(format_utc).as_deref(), Some("2026-03-01T10:00:00Z"));
        assert_eq!(parse_utc("2026-03-01T10:00:00"), None);
        assert!(parse_utc("2026-03-01T10:00:00.25Z").is_some());
    }
}
