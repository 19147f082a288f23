//! Times at which several people could meet, the best first.
//!
//! Each time that could be is weighed: whom it would cost what, by whether he has to be there, is busy, might be, or is
//! not at work then. The cheapest are told, earlier ones first, and none that overlaps a better one.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Busy, BusyStatus, WorkingHours, merge};
use crate::zone::Zone;

/// Times that are weighed. Two months by the quarter of an hour.
const MOST_CANDIDATES: i64 = 6_000;

/// Somebody who is to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// When he is busy.
    pub busy: Vec<Busy>,
    /// When he works. None: a room, or one who does not say.
    pub working: Option<WorkingHours>,
    /// Where he is.
    pub zone: Zone,
    /// Whether it is no meeting without him.
    pub required: bool,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Not before.
    pub from: DateTime<Utc>,
    /// Ended by.
    pub to: DateTime<Utc>,
    /// How long, in seconds.
    pub duration: i64,
    /// At which times it may begin: every so many seconds of the hour, such as 900.
    pub step: i64,
    /// How many times to tell.
    pub most: usize,
}

/// Why a time does not suit somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// The person of that number has something else.
    Busy(usize, BusyStatus),
    /// It is outside of his working hours.
    OutsideHours(usize),
}

/// A time at which they could meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// From when.
    pub start: DateTime<Utc>,
    /// To when.
    pub end: DateTime<Utc>,
    /// Whom it does not suit, and why.
    pub conflicts: Vec<Conflict>,
    /// What it costs, 0 being that it suits everybody.
    pub cost: u32,
}

/// The lines of one person, in order.
struct Lines {
    busy: Vec<Busy>,
    working: Option<Vec<(DateTime<Utc>, DateTime<Utc>)>>,
    required: bool,
}

/// The times at which they could meet, the best first.
#[must_use]
pub fn suggest(people: &[Person], request: &Request) -> Vec<Suggestion> {
    let (step, duration) = (request.step.clamp(60, 86_400), request.duration.clamp(60, 31 * 86_400));
    let lines: Vec<Lines> = people
        .iter()
        .map(|person| Lines {
            busy: merge(&person.busy),
            working: person.working.as_ref().map(|hours| joined(hours.periods(request.from, request.to, &person.zone))),
            required: person.required,
        })
        .collect();
    // By the clock of the first, whose quarter hours may not be those of Greenwich.
    let offset = people.first().map_or(0, |person| i64::from(person.zone.offset_at(request.from)));
    let first = (request.from.timestamp() + offset).div_euclid(step) * step - offset;
    let mut candidates: Vec<Suggestion> = (0..MOST_CANDIDATES)
        .filter_map(|number| DateTime::from_timestamp(first + number * step, 0))
        .filter(|start| *start >= request.from)
        .map_while(|start| {
            let end = start + TimeDelta::seconds(duration);
            (end <= request.to).then(|| weigh(&lines, start, end))
        })
        .collect();
    candidates.sort_by_key(|it| (it.cost, it.start));
    let mut best: Vec<Suggestion> = Vec::new();
    for candidate in candidates {
        if best.len() == request.most {
            break;
        }
        if best.iter().all(|better| candidate.end <= better.start || candidate.start >= better.end) {
            best.push(candidate);
        }
    }
    best
}

/// Hours that touch, as those over midnight do, are one.
fn joined(periods: Vec<(DateTime<Utc>, DateTime<Utc>)>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut joined: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::with_capacity(periods.len());
    for (start, end) in periods {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn weigh(lines: &[Lines], start: DateTime<Utc>, end: DateTime<Utc>) -> Suggestion {
    let mut conflicts = Vec::new();
    let mut cost = 0u32;
    for (number, line) in lines.iter().enumerate() {
        if let Some(status) = busiest(&line.busy, start, end) {
            conflicts.push(Conflict::Busy(number, status));
            cost += match (line.required, status) {
                (true, BusyStatus::Unavailable) => 12_000,
                (true, BusyStatus::Confirmed) => 10_000,
                (true, BusyStatus::Tentative) => 1_000,
                (false, BusyStatus::Unavailable) => 600,
                (false, BusyStatus::Confirmed) => 500,
                (false, BusyStatus::Tentative) => 50,
            };
        }
        if line.working.as_ref().is_some_and(|hours| !within(hours, start, end)) {
            conflicts.push(Conflict::OutsideHours(number));
            cost += if line.required { 2_000 } else { 100 };
        }
    }
    Suggestion { start, end, conflicts, cost }
}

fn busiest(busy: &[Busy], start: DateTime<Utc>, end: DateTime<Utc>) -> Option<BusyStatus> {
    let first = busy.partition_point(|it| it.end <= start);
    busy.iter().skip(first).take_while(|it| it.start < end).map(|it| it.status).max()
}

fn within(hours: &[(DateTime<Utc>, DateTime<Utc>)], start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
    let at = hours.partition_point(|(_, ends)| *ends <= start);
    hours.get(at).is_some_and(|(begins, ends)| *begins <= start && end <= *ends)
}
