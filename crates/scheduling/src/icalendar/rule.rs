//! Recurrence rules as calcard has them, from and to ours.
//!
//! The two read one kind of rule differently. `FREQ=YEARLY;BYMONTHDAY=15` is the 15th of each month in RFC 5545, and
//! of the start's month in RFC 8984 §4.3.3.1: what is meant is written out on the way.

use calcard::{
    common::{CalendarScale, IanaString},
    icalendar::{
        ICalendarDay, ICalendarFrequency, ICalendarMonth, ICalendarRecurrenceRule, ICalendarSkip, ICalendarWeekday,
    },
};
use chrono::{Datelike, NaiveDateTime};
use serde_json::{Value, json};

use super::entry::{Stamp, stamp};
use crate::recurrence::{Frequency, NthDay, Rule, Skip};

const WEEKDAYS: [ICalendarWeekday; 7] = [
    ICalendarWeekday::Monday,
    ICalendarWeekday::Tuesday,
    ICalendarWeekday::Wednesday,
    ICalendarWeekday::Thursday,
    ICalendarWeekday::Friday,
    ICalendarWeekday::Saturday,
    ICalendarWeekday::Sunday,
];

const FREQUENCIES: [(ICalendarFrequency, Frequency); 7] = [
    (ICalendarFrequency::Yearly, Frequency::Yearly),
    (ICalendarFrequency::Monthly, Frequency::Monthly),
    (ICalendarFrequency::Weekly, Frequency::Weekly),
    (ICalendarFrequency::Daily, Frequency::Daily),
    (ICalendarFrequency::Hourly, Frequency::Hourly),
    (ICalendarFrequency::Minutely, Frequency::Minutely),
    (ICalendarFrequency::Secondly, Frequency::Secondly),
];

fn weekday(day: ICalendarWeekday) -> u8 {
    WEEKDAYS.iter().position(|known| *known == day).and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
}

fn to_weekday(day: u8) -> ICalendarWeekday {
    WEEKDAYS.get(usize::from(day)).copied().unwrap_or(ICalendarWeekday::Monday)
}

/// The rule, and its end as it stands there: what it means depends on the start's zone.
pub(super) fn from_ical(value: &ICalendarRecurrenceRule) -> (Rule, Option<Stamp>) {
    let frequency = FREQUENCIES.iter().find(|(ical, _)| *ical == value.freq).map_or(Frequency::Daily, |it| it.1);
    let mut rule = Rule::every(frequency);
    rule.interval = u32::from(value.interval.unwrap_or(1).max(1));
    rule.skip = match value.skip {
        None | Some(ICalendarSkip::Omit) => Skip::Omit,
        Some(ICalendarSkip::Backward) => Skip::Backward,
        Some(ICalendarSkip::Forward) => Skip::Forward,
    };
    rule.first_day = value.wkst.map_or(0, weekday);
    // Numbers of days mean nothing in a week, and some write them there.
    let counts = frequency >= Frequency::Monthly && value.byweekno.is_empty();
    rule.by_day = value
        .byday
        .iter()
        .map(|day| {
            let nth = day.ordwk.map(i32::from).filter(|nth| counts && *nth != 0 && nth.abs() <= 53);
            NthDay { day: weekday(day.weekday), nth }
        })
        .collect();
    let within = |most: i32| move |number: &i32| *number != 0 && number.abs() <= most;
    rule.by_month_day = value.bymonthday.iter().copied().map(i32::from).filter(within(31)).collect();
    rule.by_year_day = value.byyearday.iter().copied().map(i32::from).filter(within(366)).collect();
    rule.by_week_no = value.byweekno.iter().copied().map(i32::from).filter(within(53)).collect();
    rule.by_set_position = value.bysetpos.iter().copied().filter(within(i32::MAX)).collect();
    let months = value.bymonth.iter().map(|month| u32::from(month.month()));
    rule.by_month = months.filter(|month| (1..=12).contains(month)).collect();
    let below = |most: u32| move |number: &u32| *number <= most;
    rule.by_hour = value.byhour.iter().copied().map(u32::from).filter(below(23)).collect();
    rule.by_minute = value.byminute.iter().copied().map(u32::from).filter(below(59)).collect();
    rule.by_second = value.bysecond.iter().copied().map(u32::from).filter(below(60)).collect();
    rule.count = value.count.filter(|count| *count > 0);
    if takes_each_month(&rule) {
        rule.by_month = (1..=12).collect();
    }
    rule.sort();
    let until = value.until.as_ref().and_then(stamp).filter(|_| rule.count.is_none());
    (rule, until)
}

/// The rule as JSON: one in another calendar keeps its name, and its leap months.
pub(super) fn json(value: &ICalendarRecurrenceRule, rule: &Rule) -> Value {
    let mut object = rule.to_json();
    if let (Some(scale), Some(map)) = (&value.rscale, object.as_object_mut())
        && *scale != CalendarScale::Gregorian
    {
        map.insert("rscale".into(), scale.as_str().to_ascii_lowercase().into());
        let months = value.bymonth.iter().map(|month| match month.is_leap() {
            true => format!("{}L", month.month()),
            false => month.month().to_string(),
        });
        let months: Vec<String> = months.collect();
        if !months.is_empty() {
            map.insert("byMonth".into(), json!(months));
        }
    }
    object
}

/// Our rule as calcard's, without its end.
pub(super) fn to_ical(rule: &Rule, start: NaiveDateTime) -> ICalendarRecurrenceRule {
    let small = |list: &[u32]| list.iter().filter_map(|number| u8::try_from(*number).ok()).collect();
    let months = if takes_each_month(rule) { vec![start.month()] } else { rule.by_month.clone() };
    ICalendarRecurrenceRule {
        freq: FREQUENCIES.iter().find(|(_, own)| *own == rule.frequency).map_or_else(Default::default, |it| it.0),
        until: None,
        count: rule.count,
        interval: (rule.interval != 1).then(|| u16::try_from(rule.interval).unwrap_or(u16::MAX)),
        bysecond: small(&rule.by_second),
        byminute: small(&rule.by_minute),
        byhour: small(&rule.by_hour),
        byday: rule
            .by_day
            .iter()
            .map(|day| ICalendarDay {
                ordwk: day.nth.and_then(|nth| i16::try_from(nth).ok()),
                weekday: to_weekday(day.day),
            })
            .collect(),
        bymonthday: rule.by_month_day.iter().filter_map(|day| i8::try_from(*day).ok()).collect(),
        byyearday: rule.by_year_day.iter().filter_map(|day| i16::try_from(*day).ok()).collect(),
        byweekno: rule.by_week_no.iter().filter_map(|week| i8::try_from(*week).ok()).collect(),
        bymonth: months
            .iter()
            .filter_map(|month| u8::try_from(*month).ok())
            .map(|month| ICalendarMonth::new(month, false))
            .collect(),
        bysetpos: rule.by_set_position.clone(),
        wkst: (rule.first_day != 0).then(|| to_weekday(rule.first_day)),
        rscale: (rule.skip != Skip::Omit).then_some(CalendarScale::Gregorian),
        skip: match rule.skip {
            Skip::Omit => None,
            Skip::Backward => Some(ICalendarSkip::Backward),
            Skip::Forward => Some(ICalendarSkip::Forward),
        },
    }
}

/// Days of the month, each year, and no word of which months.
fn takes_each_month(rule: &Rule) -> bool {
    rule.frequency == Frequency::Yearly
        && !rule.by_month_day.is_empty()
        && rule.by_month.is_empty()
        && rule.by_week_no.is_empty()
        && rule.by_year_day.is_empty()
}
