//! The days of one period: a year, a month, a week or a day.
//!
//! They are made from the filter that leaves the fewest (days of the year, weeks, days of the month) and then asked of
//! the others. Dates that do not exist are moved here, when the rule says so, before days of the week are asked
//! (RFC 7529 §4.1).

use super::{
    Skip,
    calendar::{Date, date, day_number, days_in_month, days_in_year, first_week},
    plan::Plan,
};

impl Plan {
    /// Fills `days` with the days of a year, ascending.
    pub(super) fn days_of_year(&self, year: i32, days: &mut Vec<i32>) {
        days.clear();
        let filters = &self.days;
        if !filters.year_days.is_empty() {
            self.year_days(year, days);
            days.retain(|day| {
                let date = date(*day);
                filters.allows_week(*day, self.first_day) && filters.allows_weekday(*day, date)
            });
        } else if !filters.week_numbers.is_empty() {
            for week_year in year - 1..=year + 1 {
                let (first, next) = (first_week(week_year, self.first_day), first_week(week_year + 1, self.first_day));
                for number in &filters.week_numbers {
                    let start = if *number > 0 { first + (number - 1) * 7 } else { next + number * 7 };
                    if (first..next).contains(&start) {
                        days.extend((start..start + 7).filter(|day| date(*day).year == year));
                    }
                }
            }
            days.retain(|day| {
                let date = date(*day);
                filters.allows_month(date.month) && filters.allows_month_day(date) && filters.allows_weekday(*day, date)
            });
        } else {
            for month in (1..=12).filter(|month| filters.allows_month(*month)) {
                self.month(year, month, days);
            }
        }
        days.sort_unstable();
        days.dedup();
    }

    /// Fills `days` with the days of a month, ascending.
    pub(super) fn days_of_month(&self, year: i32, month: u32, days: &mut Vec<i32>) {
        days.clear();
        if !self.days.allows_month(month) {
            return;
        }
        self.month(year, month, days);
        days.retain(|day| {
            self.days.allows_year_day(*day, date(*day).year) && self.days.allows_week(*day, self.first_day)
        });
        days.sort_unstable();
        days.dedup();
    }

    /// Fills `days` with the days of a week.
    pub(super) fn days_of_week(&self, first: i32, days: &mut Vec<i32>) {
        days.clear();
        days.extend((first..first + 7).filter(|day| self.days.allow(*day, self.first_day)));
    }

    /// Days of a month by its number, then by the day of the week.
    fn month(&self, year: i32, month: u32, days: &mut Vec<i32>) {
        let length = days_in_month(year, month);
        let first = day_number(year, month, 1);
        let filters = &self.days;
        if filters.month_days.is_empty() {
            days.extend(
                (1..=length)
                    .map(|day| (first + day - 1, Date { year, month, day }))
                    .filter_map(|(number, date)| filters.allows_weekday(number, date).then_some(number)),
            );
            return;
        }
        for wanted in &filters.month_days {
            let day = if *wanted > 0 { *wanted } else { length + 1 + wanted };
            let day = match self.skip {
                _ if (1..=length).contains(&day) => day,
                Skip::Omit => continue,
                // Before the first there is the last of the month before.
                Skip::Backward => day.clamp(0, length),
                Skip::Forward => day.clamp(1, length + 1),
            };
            let number = first + day - 1;
            let exists = (1..=length).contains(&day);
            let date = if exists { Date { year, month, day } } else { date(number) };
            if filters.allows_weekday(number, date) {
                days.push(number);
            }
        }
    }

    /// Days of a year by their number in it.
    fn year_days(&self, year: i32, days: &mut Vec<i32>) {
        let length = days_in_year(year);
        let first = day_number(year, 1, 1);
        for wanted in &self.days.year_days {
            let of_year = if *wanted > 0 { *wanted } else { length + 1 + wanted };
            let of_year = match self.skip {
                _ if (1..=length).contains(&of_year) => of_year,
                Skip::Omit => continue,
                Skip::Backward => of_year.clamp(0, length),
                Skip::Forward => of_year.clamp(1, length + 1),
            };
            let number = first + of_year - 1;
            let date = date(number);
            if self.days.allows_month(date.month) && self.days.allows_month_day(date) {
                days.push(number);
            }
        }
    }
}
