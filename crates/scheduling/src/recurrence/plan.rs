//! A rule compiled against a start: what the start says where the rule is silent, filters as bit masks, the times of a
//! period in order.

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::{Frequency, NthDay, Rule, Skip, calendar};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Which days a rule allows, and which times of a period.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    pub(super) skip: Skip,
    pub(super) first_day: u8,
    pub(super) days: Days,
    /// Seconds from the beginning of the day, or of the period when that is shorter; ascending.
    pub(super) times: Vec<i64>,
    /// Bit n: hour n is allowed. Only looked at when periods are shorter than a day.
    pub(super) hours: u32,
    pub(super) minutes: u64,
    pub(super) seconds: u64,
    pub(super) positions: Vec<i64>,
}

/// The filters on days. An empty list lets everything through.
#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    /// Bit n: month n is allowed. 0: all are.
    pub(super) months: u32,
    pub(super) month_days: Vec<i32>,
    pub(super) year_days: Vec<i32>,
    pub(super) week_numbers: Vec<i32>,
    /// Bit n: every such day of the week is allowed.
    pub(super) weekdays: u8,
    /// Days of the week that are allowed only as the nth of their period.
    pub(super) nth_weekdays: Vec<NthDay>,
    /// The nth of the year, rather than of the month.
    pub(super) nth_of_year: bool,
}

impl Plan {
    /// What RFC 8984 §4.3.3.1 fills in from the start is filled in.
    pub(super) fn new(rule: &Rule, start: NaiveDateTime) -> Self {
        let frequency = rule.frequency;
        let mut days = Days {
            months: mask(&rule.by_month),
            month_days: rule.by_month_day.clone(),
            year_days: rule.by_year_day.clone(),
            week_numbers: rule.by_week_no.clone(),
            ..Days::default()
        };
        let nth_counts = frequency >= Frequency::Monthly && rule.by_week_no.is_empty();
        for day in &rule.by_day {
            match day.nth {
                Some(_) if nth_counts => days.nth_weekdays.push(*day),
                _ => days.weekdays |= 1 << day.day,
            }
        }
        let start_day = i32::try_from(start.day()).unwrap_or(1);
        let start_weekday = 1 << start.weekday().num_days_from_monday();
        match frequency {
            Frequency::Weekly if rule.by_day.is_empty() => days.weekdays = start_weekday,
            Frequency::Monthly if rule.by_day.is_empty() && rule.by_month_day.is_empty() => {
                days.month_days.push(start_day);
            }
            Frequency::Yearly if rule.by_year_day.is_empty() => {
                let no_week = rule.by_week_no.is_empty();
                let (no_day, no_month_day) = (rule.by_day.is_empty(), rule.by_month_day.is_empty());
                if rule.by_month.is_empty() && no_week && (!no_month_day || no_day) {
                    days.months = 1 << start.month();
                }
                if no_month_day && no_week && no_day {
                    days.month_days.push(start_day);
                }
                if !no_week && no_month_day && no_day {
                    days.weekdays = start_weekday;
                }
            }
            _ => {}
        }
        days.nth_of_year = frequency == Frequency::Yearly && days.months == 0;
        Self {
            frequency,
            interval: i64::from(rule.interval.max(1)),
            skip: rule.skip,
            first_day: rule.first_day,
            days,
            times: times(rule, start),
            hours: if rule.by_hour.is_empty() { u32::MAX } else { mask(&rule.by_hour) },
            minutes: if rule.by_minute.is_empty() { u64::MAX } else { wide_mask(&rule.by_minute) },
            seconds: if rule.by_second.is_empty() { u64::MAX } else { wide_mask(&rule.by_second) },
            positions: rule.by_set_position.iter().copied().map(i64::from).collect(),
        }
    }

    /// How long a period is in seconds, when all are as long.
    pub(super) fn unit(&self) -> i64 {
        match self.frequency {
            Frequency::Secondly => 1,
            Frequency::Minutely => 60,
            Frequency::Hourly => 3600,
            Frequency::Daily | Frequency::Monthly | Frequency::Yearly => DAY,
            Frequency::Weekly => 7 * DAY,
        }
    }
}

impl Days {
    pub(super) fn allows_month(&self, month: u32) -> bool {
        self.months == 0 || self.months >> month & 1 == 1
    }

    pub(super) fn allows_month_day(&self, date: calendar::Date) -> bool {
        let from_end = date.day - calendar::days_in_month(date.year, date.month) - 1;
        self.month_days.is_empty() || self.month_days.contains(&date.day) || self.month_days.contains(&from_end)
    }

    pub(super) fn allows_year_day(&self, day: i32, year: i32) -> bool {
        if self.year_days.is_empty() {
            return true;
        }
        let of_year = day - calendar::day_number(year, 1, 1) + 1;
        let from_end = of_year - calendar::days_in_year(year) - 1;
        self.year_days.contains(&of_year) || self.year_days.contains(&from_end)
    }

    pub(super) fn allows_week(&self, day: i32, first_day: u8) -> bool {
        if self.week_numbers.is_empty() {
            return true;
        }
        let (number, weeks) = calendar::week_number(day, first_day);
        self.week_numbers.contains(&number) || self.week_numbers.contains(&(number - weeks - 1))
    }

    pub(super) fn allows_weekday(&self, day: i32, date: calendar::Date) -> bool {
        if self.weekdays == 0 && self.nth_weekdays.is_empty() {
            return true;
        }
        let weekday = calendar::weekday(day);
        if self.weekdays >> weekday & 1 == 1 {
            return true;
        }
        let (into, length) = if self.nth_of_year {
            (day - calendar::day_number(date.year, 1, 1), calendar::days_in_year(date.year))
        } else {
            (date.day - 1, calendar::days_in_month(date.year, date.month))
        };
        let (nth, from_end) = (into / 7 + 1, -((length - 1 - into) / 7 + 1));
        self.nth_weekdays
            .iter()
            .any(|wanted| wanted.day == weekday && (wanted.nth == Some(nth) || wanted.nth == Some(from_end)))
    }

    /// Whether every filter lets the day through.
    pub(super) fn allow(&self, day: i32, first_day: u8) -> bool {
        let date = calendar::date(day);
        self.allows_month(date.month)
            && self.allows_month_day(date)
            && self.allows_weekday(day, date)
            && self.allows_year_day(day, date.year)
            && self.allows_week(day, first_day)
    }
}

fn mask(list: &[u32]) -> u32 {
    list.iter().fold(0, |mask, bit| mask | 1 << bit.min(&31))
}

fn wide_mask(list: &[u32]) -> u64 {
    // There are no leap seconds here: the 60th is the 59th (RFC 5545 §3.3.12).
    list.iter().fold(0, |mask, bit| mask | 1 << bit.min(&59))
}

/// The times of a day, or of a shorter period.
fn times(rule: &Rule, start: NaiveDateTime) -> Vec<i64> {
    let or_start = |list: &[u32], of_start: u32| if list.is_empty() { vec![of_start] } else { list.to_vec() };
    let hours = match rule.frequency {
        Frequency::Secondly | Frequency::Minutely | Frequency::Hourly => vec![0],
        _ => or_start(&rule.by_hour, start.hour()),
    };
    let minutes = match rule.frequency {
        Frequency::Secondly | Frequency::Minutely => vec![0],
        _ => or_start(&rule.by_minute, start.minute()),
    };
    let seconds = match rule.frequency {
        Frequency::Secondly => vec![0],
        _ => or_start(&rule.by_second, start.second()),
    };
    let mut times = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in &hours {
        for minute in &minutes {
            times.extend(seconds.iter().map(|second| i64::from(hour * 3600 + minute * 60 + second.min(&59))));
        }
    }
    times.dedup();
    times
}
