//! The hours in which somebody works, by the clock where he is.

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::zone::Zone;

/// Days that are looked at.
const MOST_DAYS: usize = 800;

/// Working hours: for each day of the week from Monday, when they begin and end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingHours {
    /// Seven lists of times of day, seconds from midnight, each from and to.
    pub days: [Vec<(u32, u32)>; 7],
}

impl Default for WorkingHours {
    /// Monday to Friday, eight to five.
    fn default() -> Self {
        Self::weekdays(8 * 3600, 17 * 3600)
    }
}

impl WorkingHours {
    /// The same on Monday to Friday.
    #[must_use]
    pub fn weekdays(from: u32, to: u32) -> Self {
        let day = vec![(from, to)];
        Self { days: [day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new(), Vec::new()] }
    }

    /// The working hours that touch `[from, to)`, as instants, by start.
    #[must_use]
    pub fn periods(&self, from: DateTime<Utc>, to: DateTime<Utc>, zone: &Zone) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let first = zone.to_local(from).date().pred_opt().unwrap_or(zone.to_local(from).date());
        let last = zone.to_local(to).date();
        let mut periods = Vec::new();
        for day in first.iter_days().take(MOST_DAYS).take_while(|day| *day <= last) {
            let hours = self.days.get(day.weekday().num_days_from_monday() as usize).into_iter().flatten();
            for (begin, end) in hours {
                let at = |seconds: u32| -> NaiveDateTime {
                    day.and_time(NaiveTime::MIN) + TimeDelta::seconds(i64::from(seconds.min(86_400)))
                };
                let (begin, end) = (zone.to_utc(at(*begin)), zone.to_utc(at(*end)));
                if begin < end && begin < to && end > from {
                    periods.push((begin, end));
                }
            }
        }
        periods.sort_unstable();
        periods
    }
}
