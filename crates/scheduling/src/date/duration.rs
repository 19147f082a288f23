//! Durations (RFC 8984 §1.4.6, RFC 5545 §3.3.6): nominal days and exact seconds, apart, since a day is not always
//! twenty-four hours.

use std::{fmt, str::FromStr};

use chrono::{NaiveDateTime, TimeDelta};

/// The longest duration that is read: more than the years that dates can hold.
const MOST_DAYS: i64 = 4_000_000;

/// A signed duration. Weeks are days; hours, minutes and seconds are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    /// Nominal days: the same time of the clock that many days later.
    pub days: i64,
    /// Exact seconds, added after the days.
    pub seconds: i64,
}

/// The text is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a duration such as PT1H or P1D")]
pub struct ParseDurationError;

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { days: 0, seconds: 0 };

    /// A duration of nominal days.
    #[must_use]
    pub fn days(days: i64) -> Self {
        Self { days, seconds: 0 }
    }

    /// A duration of exact seconds.
    #[must_use]
    pub fn seconds(seconds: i64) -> Self {
        Self { days: 0, seconds }
    }

    /// Whether it is no time at all.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Whether it points backward.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.days < 0 || self.seconds < 0
    }

    /// How long it is when each day has twenty-four hours.
    #[must_use]
    pub fn nominal_seconds(self) -> i64 {
        self.days.saturating_mul(86_400).saturating_add(self.seconds)
    }

    /// The duration from one local time to another, in days and seconds when it is whole days, else in days and the
    /// rest; never negative.
    #[must_use]
    pub fn between(from: NaiveDateTime, to: NaiveDateTime) -> Self {
        let seconds = (to - from).num_seconds().max(0);
        Self { days: seconds / 86_400, seconds: seconds % 86_400 }
    }

    /// The nominal part added to a local time. None beyond the years there are.
    pub(crate) fn add_days(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        local.checked_add_signed(TimeDelta::try_days(self.days)?)
    }
}

impl FromStr for Duration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sign, rest) = match text.as_bytes().first() {
            Some(b'-') => (-1, text.get(1..)),
            Some(b'+') => (1, text.get(1..)),
            _ => (1, Some(text)),
        };
        let rest = rest.and_then(|rest| rest.strip_prefix('P')).ok_or(ParseDurationError)?;
        let mut units: &[u8] = b"WD";
        let (mut days, mut seconds, mut digits, mut parts) = (0i64, 0i64, None::<i64>, 0);
        for byte in rest.bytes() {
            match byte {
                b'0'..=b'9' => {
                    let value = digits.unwrap_or(0).saturating_mul(10).saturating_add(i64::from(byte - b'0'));
                    digits = Some(value.min(MOST_DAYS * 86_400));
                }
                b'T' if digits.is_none() && units.first() != Some(&b'H') && units != b"" => units = b"HMS",
                b'T' if digits.is_none() && units == b"" && parts > 0 => units = b"HMS",
                b'.' if digits.is_some() && units.contains(&b'S') => return fraction(rest, sign, days, seconds),
                unit => {
                    let at = units.iter().position(|known| *known == unit).ok_or(ParseDurationError)?;
                    units = units.get(at + 1..).unwrap_or_default();
                    let value = digits.take().ok_or(ParseDurationError)?;
                    parts += 1;
                    match unit {
                        b'W' => days += value.saturating_mul(7),
                        b'D' => days += value,
                        b'H' => seconds += value.saturating_mul(3600),
                        b'M' => seconds += value.saturating_mul(60),
                        _ => seconds += value,
                    }
                }
            }
        }
        if digits.is_some() || parts == 0 || rest.ends_with('T') {
            return Err(ParseDurationError);
        }
        bounded(sign * days, sign * seconds)
    }
}

/// The end of a duration whose seconds have a fraction, which is dropped.
fn fraction(rest: &str, sign: i64, days: i64, seconds: i64) -> Result<Duration, ParseDurationError> {
    let (whole, fraction) = rest.split_once('.').ok_or(ParseDurationError)?;
    let fraction = fraction.strip_suffix('S').ok_or(ParseDurationError)?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseDurationError);
    }
    let at = whole.rfind(|char: char| !char.is_ascii_digit()).map_or(0, |at| at + 1);
    let last: i64 = whole.get(at..).and_then(|last| last.parse().ok()).ok_or(ParseDurationError)?;
    bounded(sign * days, sign * seconds.saturating_add(last))
}

fn bounded(days: i64, seconds: i64) -> Result<Duration, ParseDurationError> {
    let fits = days.abs() <= MOST_DAYS && seconds.abs() <= MOST_DAYS * 86_400;
    fits.then_some(Duration { days, seconds }).ok_or(ParseDurationError)
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut days, mut seconds) = (self.days, self.seconds);
        // One sign for the whole: where the parts disagree, days become seconds.
        if days.signum() * seconds.signum() < 0 {
            seconds += days * 86_400;
            days = 0;
        }
        f.write_str(if days < 0 || seconds < 0 { "-P" } else { "P" })?;
        let (days, seconds) = (days.abs(), seconds.abs());
        if days > 0 && days % 7 == 0 && seconds == 0 {
            return write!(f, "{}W", days / 7);
        }
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if seconds == 0 {
            return if days == 0 { f.write_str("T0S") } else { Ok(()) };
        }
        f.write_str("T")?;
        for (unit, letter) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M'), (seconds % 60, 'S')] {
            if unit > 0 {
                write!(f, "{unit}{letter}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<(i64, i64)>) {
        let read = text.parse::<Duration>().ok();
        assert_eq!(read.map(|read| (read.days, read.seconds)), expect, "{text}");
    }

    #[test]
    fn days_and_seconds_are_kept_apart() {
        check("PT1H", Some((0, 3600)));
        check("P1D", Some((1, 0)));
        check("PT24H", Some((0, 86_400)));
        check("P2W", Some((14, 0)));
        check("P1W2DT3H4M5S", Some((9, 11_045)));
        check("-PT15M", Some((0, -900)));
        check("+P1D", Some((1, 0)));
        check("PT0S", Some((0, 0)));
        check("PT1.5S", Some((0, 1)));
        check("P1DT1H2.25S", Some((1, 3602)));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "1H",
            "P1",
            "PT1",
            "P1H",
            "PT1D",
            "P1DT",
            "P1D1W",
            "PT1S1M",
            "P-1D",
            "PTT1S",
            "P1M",
            "P99999999999999999999D",
            "PT1.S",
            "PT.5S",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn it_is_written_in_the_shortest_way() {
        for text in ["PT0S", "P1D", "P1W", "P8D", "PT24H", "P1DT1H", "-PT15M", "PT1H1M1S", "PT1H1S"] {
            assert_eq!(text.parse::<Duration>().map(|read| read.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(Duration { days: 1, seconds: -3600 }.to_string(), "PT23H");
    }
}
