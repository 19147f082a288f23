//! Days of the local calendar, as counts since 1970-01-01: what a column, a cell and an address stand for.
//!
//! Pure; which day a moment is on is [`dates::day`](crate::locale::dates::day)'s, and how a day is said is `dates`' too.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A day: 0 is 1970-01-01, a Thursday.
pub(crate) type Day = i64;

/// The first and the last day that the calendar goes to: years 1 to 9999.
const FIRST: Day = -719_162;
const LAST: Day = 2_932_896;

/// Year, month and day of the month, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// 1 to 9999.
    pub(super) year: i32,
    /// 1 to 12.
    pub(super) month: u32,
    /// 1 to 31.
    pub(super) day: u32,
}

fn naive(day: Day) -> NaiveDate {
    let day = day.clamp(FIRST, LAST);
    let from_epoch = Days::new(day.unsigned_abs());
    let epoch = NaiveDate::default();
    let date = if day < 0 { epoch.checked_sub_days(from_epoch) } else { epoch.checked_add_days(from_epoch) };
    date.unwrap_or(epoch)
}

fn of_naive(date: NaiveDate) -> Day {
    date.signed_duration_since(NaiveDate::default()).num_days().clamp(FIRST, LAST)
}

/// The date of a day.
pub(super) fn date(day: Day) -> Date {
    let date = naive(day);
    Date { year: date.year(), month: date.month(), day: date.day() }
}

/// Reads `2026-11-25`; what follows a `T` does not matter.
pub(super) fn parse(text: &str) -> Option<Day> {
    let text = text.split_once('T').map_or(text, |(date, _)| date);
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(of_naive)
}

/// Writes `2026-11-25`.
pub(super) fn text(day: Day) -> String {
    naive(day).format("%Y-%m-%d").to_string()
}

/// A time of a day as JSCalendar writes it, `2026-11-25T10:30:00`; minutes past the day's last are the next day's.
pub(super) fn local(day: Day, minute: i64) -> String {
    let (day, minute) = (day + minute.div_euclid(DAY_MINUTES), minute.rem_euclid(DAY_MINUTES));
    format!("{}T{:02}:{:02}:00", text(day), minute / 60, minute % 60)
}

/// Minutes of a day on the wall's clock.
pub(super) const DAY_MINUTES: i64 = 24 * 60;

/// Monday is 0, Sunday 6.
pub(super) fn weekday(day: Day) -> u32 {
    u32::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}

/// Saturday or Sunday.
pub(super) fn is_weekend(day: Day) -> bool {
    weekday(day) >= 5
}

/// The first day of the week of a day, where weeks begin with this [`weekday`].
pub(super) fn week_start(day: Day, first: u32) -> Day {
    day - (Day::from(weekday(day)) - Day::from(first)).rem_euclid(7)
}

/// The number of the week of a day by ISO 8601: the week of its Thursday.
pub(super) fn week_number(day: Day) -> u32 {
    naive(day).iso_week().week()
}

/// The first day of the month of a day.
pub(super) fn month_start(day: Day) -> Day {
    day - Day::from(naive(day).day0())
}

/// So many months later, or earlier; of a month that is shorter the last day.
pub(super) fn add_months(day: Day, months: i32) -> Day {
    let (date, by) = (naive(day), Months::new(months.unsigned_abs()));
    let moved = if months < 0 { date.checked_sub_months(by) } else { date.checked_add_months(by) };
    moved.map_or(day, of_naive)
}

/// The first days of the weeks that a month's page shows: all that have a day of it.
pub(super) fn month_weeks(day: Day, first: u32) -> Vec<Day> {
    let start = month_start(day);
    let end = add_months(start, 1);
    let begins = week_start(start, first);
    (0..6).map(|week| begins + 7 * week).filter(|week| *week < end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY: u32 = 0;
    const SUNDAY: u32 = 6;

    fn day(text: &str) -> Day {
        parse(text).unwrap()
    }

    #[test]
    fn a_day_is_read_and_written() {
        for text in ["1970-01-01", "2026-11-25", "2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31"] {
            assert_eq!(super::text(day(text)), text);
        }
        assert_eq!(day("1970-01-01"), 0);
        assert_eq!(day("2026-11-25T10:00:00"), day("2026-11-25"));
        assert_eq!(date(day("2026-11-25")), Date { year: 2026, month: 11, day: 25 });
        for text in ["", "2026-02-30", "2026-13-01", "tomorrow"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_calendar_ends_rather_than_breaks() {
        assert_eq!(text(i64::MAX), "9999-12-31");
        assert_eq!(text(i64::MIN), "0001-01-01");
        assert_eq!(add_months(day("9999-12-31"), 240_000_000), day("9999-12-31"));
    }

    #[test]
    fn a_time_past_midnight_is_the_next_days() {
        assert_eq!(local(day("2026-11-25"), 10 * 60 + 30), "2026-11-25T10:30:00");
        assert_eq!(local(day("2026-12-31"), 24 * 60), "2027-01-01T00:00:00");
        assert_eq!(local(day("2026-12-01"), -15), "2026-11-30T23:45:00");
    }

    #[test]
    fn a_week_begins_where_the_reader_has_it_begin() {
        assert_eq!(weekday(day("2026-11-25")), 2);
        assert_eq!(week_start(day("2026-11-25"), MONDAY), day("2026-11-23"));
        assert_eq!(week_start(day("2026-11-25"), SUNDAY), day("2026-11-22"));
        assert_eq!(week_start(day("2026-11-22"), SUNDAY), day("2026-11-22"));
        assert_eq!(week_start(day("2026-11-22"), MONDAY), day("2026-11-16"));
        assert!(is_weekend(day("2026-11-28")) && !is_weekend(day("2026-11-27")));
    }

    #[test]
    fn the_week_of_a_year_is_that_of_its_thursday() {
        for (text, week) in [("2026-11-25", 48), ("2027-01-01", 53), ("2024-12-30", 1), ("2026-01-01", 1)] {
            assert_eq!(week_number(day(text)), week, "{text}");
        }
    }

    #[test]
    fn a_month_later_is_in_the_next_month() {
        assert_eq!(add_months(day("2026-01-31"), 1), day("2026-02-28"));
        assert_eq!(add_months(day("2026-03-31"), -1), day("2026-02-28"));
        assert_eq!(add_months(day("2026-11-25"), 14), day("2028-01-25"));
        assert_eq!(month_start(day("2026-11-25")), day("2026-11-01"));
    }

    #[test]
    fn a_months_page_has_all_its_days_and_no_week_without_one() {
        // November 2026 begins on a Sunday: six weeks from Monday, five from Sunday.
        assert_eq!(month_weeks(day("2026-11-25"), MONDAY).len(), 6);
        assert_eq!(month_weeks(day("2026-11-25"), SUNDAY).len(), 5);
        // February 2027 is four weeks from Monday.
        assert_eq!(month_weeks(day("2027-02-10"), MONDAY).len(), 4);
        for month in 0..240 {
            let of = add_months(day("2020-01-15"), month);
            let weeks = month_weeks(of, MONDAY);
            let (first, last) = (month_start(of), add_months(month_start(of), 1) - 1);
            assert!(weeks[0] <= first && weeks[weeks.len() - 1] + 6 >= last && weeks.iter().all(|it| it + 6 >= first));
        }
    }
}
