//! Walking a rule period by period.
//!
//! A period gives days times times of day; `bySetPosition` picks from their product without writing it out. Periods in
//! which nothing can be are passed over by a jump where the next possible one can be computed. What cannot match, ends:
//! with the last year, or after so many empty periods in a row that nothing is to be expected.

use chrono::{DateTime, Datelike, NaiveDateTime};

use super::{
    Frequency, Rule,
    calendar::{date, day_number, weekday},
    plan::{DAY, Plan},
};
use crate::{date::LAST_YEAR, zone::Zone};

/// Empty periods in a row after which a rule is given up. Longer than any that recurs within a cycle of the calendar
/// and is asked in days or more; a rule of seconds that misses so often misses always.
const MOST_EMPTY: u32 = 500_000;
/// Occurrences that are counted through to find the ones that were asked for.
const MOST_COUNTED: u32 = 5_000_000;

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The rule's end, or the bound that was asked for.
    Complete,
    /// The last year there is.
    LastYear,
    /// Too many periods without anything in them, or too many occurrences before the ones asked for.
    GaveUp,
}

/// The local times of a rule, ascending, none of them twice.
#[derive(Debug, Clone)]
pub struct Expansion {
    plan: Plan,
    start: i64,
    /// The first that is wanted.
    from: i64,
    /// The last that is wanted.
    last: i64,
    end: Ended,
    left: Option<u32>,
    walked: u32,
    /// In which zone times are left out that its clock skips.
    skipping: Option<Zone>,
    /// The number of the next period.
    period: i64,
    /// When the period 0 begins: seconds, or the number of a month or year.
    origin: i64,
    /// What this period gives: beginnings, in seconds, of its days or of itself.
    bases: Vec<i64>,
    days: Vec<i32>,
    /// Which of its times are next, as numbers into the product of bases and times; or which are picked.
    next: Cursor,
    previous: i64,
    ended: Option<Ended>,
    allowed_day: i32,
}

#[derive(Debug, Clone, Default)]
struct Cursor {
    base: usize,
    time: usize,
    /// Only with positions.
    picked: Vec<i64>,
    pick: usize,
}

impl Expansion {
    pub(super) fn new(rule: &Rule, start: NaiveDateTime) -> Self {
        let plan = Plan::new(rule, start);
        let seconds = start.and_utc().timestamp();
        let day = i32::try_from(seconds.div_euclid(DAY)).unwrap_or(0);
        let origin = match plan.frequency {
            Frequency::Yearly => i64::from(start.year()),
            Frequency::Monthly => i64::from(start.year()) * 12 + i64::from(start.month0()),
            Frequency::Weekly => {
                i64::from(day - (i32::from(weekday(day)) - i32::from(plan.first_day)).rem_euclid(7)) * DAY
            }
            Frequency::Daily | Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
                seconds.div_euclid(plan.unit()) * plan.unit()
            }
        };
        let end_of_time = i64::from(day_number(LAST_YEAR + 1, 1, 1)) * DAY - 1;
        let until = rule.until.map(|until| until.and_utc().timestamp());
        let (last, end) = match until {
            Some(until) if until <= end_of_time => (until, Ended::Complete),
            _ => (end_of_time, Ended::LastYear),
        };
        Self {
            plan,
            start: seconds,
            from: i64::MIN,
            last,
            end,
            left: rule.count,
            walked: 0,
            skipping: None,
            period: -1,
            origin,
            bases: Vec::new(),
            days: Vec::new(),
            next: Cursor::default(),
            previous: i64::MIN,
            ended: None,
            allowed_day: i32::MIN,
        }
    }

    /// Only those at or after `from`. What lies before is jumped over, or counted through when the rule has a count.
    #[must_use]
    pub fn from(mut self, from: NaiveDateTime) -> Self {
        self.from = from.and_utc().timestamp();
        self
    }

    /// Only those before `to`.
    #[must_use]
    pub fn to(mut self, to: NaiveDateTime) -> Self {
        let last = to.and_utc().timestamp().saturating_sub(1);
        if last < self.last {
            self.last = last;
            self.end = Ended::Complete;
        }
        self
    }

    /// Times that the clock of a zone skips are left out, and not counted, when periods are shorter than a day: moved,
    /// they would fall on the ones after them (RFC 5545 §3.3.10). Of longer periods they are kept, to be read with the
    /// offset before the gap (§3.3.5): who meets every day does so on that day too.
    #[must_use]
    pub fn skipping(mut self, zone: &Zone) -> Self {
        if self.plan.frequency < Frequency::Daily && *zone != Zone::Floating {
            self.skipping = Some(zone.clone());
        }
        self
    }

    /// How it ended; None as long as it has not.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    fn end(&mut self, how: Ended) -> Option<i64> {
        self.ended = Some(how);
        None
    }

    /// The next time of the rule after the previous one, wanted or not.
    fn step(&mut self) -> Option<i64> {
        if self.ended.is_some() {
            return None;
        }
        if self.left == Some(0) {
            return self.end(Ended::Complete);
        }
        // The start is always the first, whether or not the rule gives it.
        if self.period < 0 {
            self.period = 0;
            self.previous = self.start;
            if self.left.is_none() {
                self.jump();
            }
            return self.checked(self.start);
        }
        loop {
            while let Some(time) = self.next_in_period() {
                if time > self.previous {
                    self.previous = time;
                    if self.skipping.as_ref().is_some_and(|zone| skipped(zone, time)) {
                        continue;
                    }
                    return self.checked(time);
                }
            }
            let mut empty = 0;
            while !self.load_period() {
                empty += 1;
                if self.ended.is_some() {
                    return None;
                }
                if empty > MOST_EMPTY {
                    return self.end(Ended::GaveUp);
                }
            }
        }
    }

    fn checked(&mut self, time: i64) -> Option<i64> {
        if time > self.last {
            return self.end(self.end);
        }
        if let Some(left) = &mut self.left {
            *left -= 1;
        }
        Some(time)
    }

    fn next_in_period(&mut self) -> Option<i64> {
        let (base, time) = if self.plan.positions.is_empty() {
            if self.next.time == self.plan.times.len() {
                self.next.time = 0;
                self.next.base += 1;
            }
            self.next.time += 1;
            (self.next.base, self.next.time - 1)
        } else {
            let picked = usize::try_from(*self.next.picked.get(self.next.pick)?).ok()?;
            self.next.pick += 1;
            (picked / self.plan.times.len(), picked % self.plan.times.len())
        };
        Some(self.bases.get(base)? + self.plan.times.get(time)?)
    }

    /// Passes over the periods before the one that `from` is in, and one more for dates that were moved forward.
    fn jump(&mut self) {
        if self.from <= self.start {
            return;
        }
        let from = date(i32::try_from(self.from.div_euclid(DAY)).unwrap_or(i32::MAX / 2));
        let passed = match self.plan.frequency {
            Frequency::Yearly => i64::from(from.year) - self.origin,
            Frequency::Monthly => i64::from(from.year) * 12 + i64::from(from.month) - 1 - self.origin,
            _ => (self.from - self.origin) / self.plan.unit(),
        };
        self.period = (passed / self.plan.interval - 1).max(0);
    }

    /// Fills in what the next period gives. False if nothing, or if it has ended.
    fn load_period(&mut self) -> bool {
        let number = self.period.saturating_mul(self.plan.interval);
        self.bases.clear();
        let begins = match self.plan.frequency {
            Frequency::Yearly => {
                let year = self.origin.saturating_add(number);
                i64::from(day_number(i32::try_from(year.min(20_000)).unwrap_or(0), 1, 1)) * DAY
            }
            Frequency::Monthly => {
                let month = self.origin.saturating_add(number).min(240_000);
                let (year, month) = (i32::try_from(month / 12).unwrap_or(0), u32::try_from(month % 12).unwrap_or(0));
                i64::from(day_number(year, month + 1, 1)) * DAY
            }
            _ => self.origin.saturating_add(number.saturating_mul(self.plan.unit())),
        };
        // A date moved backward lies a day before its period.
        let moved = if matches!(self.plan.frequency, Frequency::Yearly | Frequency::Monthly) { DAY } else { 0 };
        if begins.saturating_sub(moved) > self.last {
            self.end(self.end);
            return false;
        }
        self.period += 1;
        let day = i32::try_from(begins.div_euclid(DAY)).unwrap_or(i32::MAX / 2);
        match self.plan.frequency {
            Frequency::Yearly => self.plan.days_of_year(date(day).year, &mut self.days),
            Frequency::Monthly => {
                let first = date(day);
                self.plan.days_of_month(first.year, first.month, &mut self.days);
            }
            Frequency::Weekly => {
                self.plan.days_of_week(day, &mut self.days);
                if self.days.is_empty() {
                    self.pass_months(day + 6);
                }
            }
            Frequency::Daily => {
                self.days.clear();
                if self.plan.days.allow(day, self.plan.first_day) {
                    self.days.push(day);
                } else {
                    self.pass_months(day);
                }
            }
            Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
                if !self.admits(begins, day) {
                    return false;
                }
                self.bases.push(begins);
                return self.pick();
            }
        }
        self.bases.extend(self.days.iter().map(|day| i64::from(*day) * DAY));
        self.pick()
    }

    /// Makes the cursor ready for what `bases` has.
    fn pick(&mut self) -> bool {
        self.next.base = 0;
        self.next.time = 0;
        if self.plan.positions.is_empty() {
            return !self.bases.is_empty();
        }
        let size = i64::try_from(self.bases.len() * self.plan.times.len()).unwrap_or(i64::MAX);
        let picked = &mut self.next.picked;
        picked.clear();
        picked.extend(self.plan.positions.iter().filter_map(|position| {
            let at = if *position > 0 { position - 1 } else { size + position };
            (0..size).contains(&at).then_some(at)
        }));
        picked.sort_unstable();
        picked.dedup();
        self.next.pick = 0;
        !picked.is_empty()
    }

    /// Whether a period shorter than a day may have something. If not, the next that may is gone to.
    fn admits(&mut self, begins: i64, day: i32) -> bool {
        if day != self.allowed_day {
            if !self.plan.days.allow(day, self.plan.first_day) {
                self.pass_to(i64::from(day + 1) * DAY);
                self.pass_months(day);
                return false;
            }
            self.allowed_day = day;
        }
        let of_day = begins.rem_euclid(DAY);
        if self.plan.hours >> (of_day / 3600) & 1 == 0 {
            self.pass_to(begins - begins.rem_euclid(3600) + 3600);
            return false;
        }
        if self.plan.frequency < Frequency::Hourly && self.plan.minutes >> (of_day / 60 % 60) & 1 == 0 {
            self.pass_to(begins - begins.rem_euclid(60) + 60);
            return false;
        }
        self.plan.frequency != Frequency::Secondly || self.plan.seconds >> (of_day % 60) & 1 == 1
    }

    /// After a day whose month is not allowed, goes to the next month that is.
    fn pass_months(&mut self, day: i32) {
        let today = date(day);
        if self.plan.days.months & 0x1ffe == 0 || self.plan.days.allows_month(today.month) {
            return;
        }
        let (mut year, mut month) = (today.year, today.month);
        while !self.plan.days.allows_month(month) {
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        self.pass_to(i64::from(day_number(year, month, 1)) * DAY);
    }

    /// Goes on with the first period that ends after `time`.
    fn pass_to(&mut self, time: i64) {
        let step = self.plan.interval.saturating_mul(self.plan.unit());
        let passed = (time - self.origin - self.plan.unit()).div_euclid(step) + 1;
        self.period = self.period.max(passed);
    }
}

impl Iterator for Expansion {
    type Item = NaiveDateTime;

    fn next(&mut self) -> Option<NaiveDateTime> {
        loop {
            let time = self.step()?;
            if time >= self.from {
                return DateTime::from_timestamp(time, 0).map(|instant| instant.naive_utc());
            }
            self.walked += 1;
            if self.walked > MOST_COUNTED {
                self.ended = Some(Ended::GaveUp);
                return None;
            }
        }
    }
}

fn skipped(zone: &Zone, time: i64) -> bool {
    DateTime::from_timestamp(time, 0).is_some_and(|instant| zone.skips(instant.naive_utc()))
}
