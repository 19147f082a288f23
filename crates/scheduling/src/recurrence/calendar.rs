//! Arithmetic of the Gregorian calendar on day numbers (days since 1970-01-01), without any checks or allocation.

/// A date in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i32,
    /// 1 to 12.
    pub(super) month: u32,
    /// 1 to 31.
    pub(super) day: i32,
}

pub(super) const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) const fn days_in_year(year: i32) -> i32 {
    if is_leap(year) { 366 } else { 365 }
}

pub(super) const fn days_in_month(year: i32, month: u32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a day. The day may be outside its month.
pub(super) const fn day_number(year: i32, month: u32, day: i32) -> i32 {
    // Years that begin in March, in eras of 400 of them.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month as i32 + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

pub(super) const fn date(day: i32) -> Date {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + if month <= 2 { 1 } else { 0 };
    Date { year, month: month as u32, day }
}

/// 0 for Monday to 6 for Sunday.
pub(super) const fn weekday(day: i32) -> u8 {
    (day + 3).rem_euclid(7) as u8
}

/// The first day of week 1 of a year: the week with at least four days in it (RFC 5545 §3.3.10).
pub(super) const fn first_week(year: i32, first_day: u8) -> i32 {
    let january = day_number(year, 1, 1);
    let into = (weekday(january) as i32 - first_day as i32).rem_euclid(7);
    if into <= 3 { january - into } else { january - into + 7 }
}

/// The number of the week that a day is in, and how many weeks that week's year has.
pub(super) const fn week_number(day: i32, first_day: u8) -> (i32, i32) {
    let mut year = date(day).year;
    if day < first_week(year, first_day) {
        year -= 1;
    } else if day >= first_week(year + 1, first_day) {
        year += 1;
    }
    let start = first_week(year, first_day);
    ((day - start) / 7 + 1, (first_week(year + 1, first_day) - start) / 7)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;

    #[test]
    fn it_agrees_with_chrono_on_every_day() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let mut known = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        while known.year() < 2600 {
            let number = i32::try_from((known - epoch).num_days()).unwrap();
            let parts = Date { year: known.year(), month: known.month(), day: i32::try_from(known.day()).unwrap() };
            assert_eq!(date(number), parts);
            assert_eq!(day_number(parts.year, parts.month, parts.day), number);
            assert_eq!(u32::from(weekday(number)), known.weekday().num_days_from_monday());
            assert_eq!(week_number(number, 0).0, i32::try_from(known.iso_week().week()).unwrap());
            known = known.succ_opt().unwrap();
        }
    }
}
