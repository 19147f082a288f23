//! Years after the built-in table's end. Its rules go on as they were: a late year is looked up as an early one that
//! begins on the same day of the week and is as long.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Weekday};

/// The table holds transitions to the end of 2099. The last 28 years have every kind of year there is.
const LAST: i32 = 2098;

/// The same time in a year that the table knows.
pub(super) fn fold(time: NaiveDateTime) -> NaiveDateTime {
    if time.year() <= LAST {
        return time;
    }
    let kind = |year: i32| -> Option<(Weekday, bool)> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        Some((first.weekday(), first.leap_year()))
    };
    let wanted = kind(time.year());
    (LAST - 27..=LAST)
        .find(|year| kind(*year) == wanted)
        .and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        .and_then(|first| first.checked_add_days(Days::new(u64::from(time.ordinal0()))))
        .map_or(time, |date| date.and_time(time.time()))
}
