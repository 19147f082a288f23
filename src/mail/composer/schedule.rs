//! Times that one may want a mail to go out: later today, tomorrow morning, Monday morning. Pure, in local time.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// A time that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// In about three hours, within the working day.
    LaterToday,
    /// The next day at 8:00.
    Tomorrow,
    /// The next Monday at 8:00, if that is not tomorrow.
    Monday,
}

impl Occasion {
    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::LaterToday => "composer.laterToday",
            Self::Tomorrow => "composer.laterTomorrow",
            Self::Monday => "composer.laterMonday",
        }
    }
}

/// What is offered at a local time, soonest first.
pub fn occasions(now: NaiveDateTime) -> Vec<(Occasion, NaiveDateTime)> {
    let mut offered = Vec::new();
    let later = next_half_hour(now + TimeDelta::hours(3));
    if later.date() == now.date() && (8..20).contains(&later.hour()) {
        offered.push((Occasion::LaterToday, later));
    }
    offered.extend(morning(now.date(), 1).map(|time| (Occasion::Tomorrow, time)));
    let to_monday = u64::from(7 - now.weekday().num_days_from_monday());
    if to_monday > 1 {
        offered.extend(morning(now.date(), to_monday).map(|time| (Occasion::Monday, time)));
    }
    offered
}

fn morning(day: NaiveDate, days: u64) -> Option<NaiveDateTime> {
    Some(day.checked_add_days(Days::new(days))?.and_time(NaiveTime::from_hms_opt(8, 0, 0)?))
}

fn next_half_hour(time: NaiveDateTime) -> NaiveDateTime {
    let past = i64::from(time.minute() % 30) * 60 + i64::from(time.second());
    if past == 0 { time } else { time + TimeDelta::seconds(30 * 60 - past) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_occasions_fit_the_hour_and_the_weekday() {
        use Occasion::*;
        for (now, expect) in [
            // A Tuesday.
            (
                "2026-11-24T10:12:00",
                vec![
                    (LaterToday, "2026-11-24T13:30:00"),
                    (Tomorrow, "2026-11-25T08:00:00"),
                    (Monday, "2026-11-30T08:00:00"),
                ],
            ),
            (
                "2026-11-24T10:30:00",
                vec![
                    (LaterToday, "2026-11-24T13:30:00"),
                    (Tomorrow, "2026-11-25T08:00:00"),
                    (Monday, "2026-11-30T08:00:00"),
                ],
            ),
            ("2026-11-24T18:00:00", vec![(Tomorrow, "2026-11-25T08:00:00"), (Monday, "2026-11-30T08:00:00")]),
            // A Sunday: tomorrow is Monday.
            ("2026-11-29T23:00:00", vec![(Tomorrow, "2026-11-30T08:00:00")]),
            (
                "2026-11-30T09:00:00",
                vec![
                    (LaterToday, "2026-11-30T12:00:00"),
                    (Tomorrow, "2026-12-01T08:00:00"),
                    (Monday, "2026-12-07T08:00:00"),
                ],
            ),
        ] {
            let expect: Vec<_> = expect.into_iter().map(|(what, time)| (what, time.parse().unwrap())).collect();
            assert_eq!(occasions(now.parse().unwrap()), expect, "{now}");
        }
    }
}
