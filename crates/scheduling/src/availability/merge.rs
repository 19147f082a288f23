//! Busy times as one line, and the times that are free beside it.

use chrono::{DateTime, Utc};

use super::{Busy, BusyStatus};

const STATUSES: [BusyStatus; 3] = [BusyStatus::Tentative, BusyStatus::Confirmed, BusyStatus::Unavailable];

/// Periods that do not overlap, by start: where several do, the busiest counts; those that touch and are as busy are
/// one.
#[must_use]
pub fn merge(periods: &[Busy]) -> Vec<Busy> {
    // Begins and ends, in order of time.
    let mut marks: Vec<(DateTime<Utc>, bool, &Busy)> = Vec::with_capacity(periods.len() * 2);
    for busy in periods.iter().filter(|busy| busy.start < busy.end) {
        marks.push((busy.start, true, busy));
        marks.push((busy.end, false, busy));
    }
    marks.sort_by_key(|(at, begins, _)| (*at, *begins));
    let mut open = [0usize; 3];
    // Which event makes it so, as long as it is one.
    let mut last: Option<DateTime<Utc>> = None;
    let mut merged: Vec<Busy> = Vec::new();
    let mut running: Vec<&Busy> = Vec::new();
    for (at, begins, busy) in marks {
        if let Some(start) = last.filter(|start| *start < at) {
            let busiest = STATUSES.iter().zip(open).rev().find(|(_, count)| *count > 0).map(|(status, _)| *status);
            if let Some(status) = busiest {
                let mut events = running.iter().filter(|it| it.status == status).map(|it| it.event);
                let first = events.next().flatten();
                let event = first.filter(|first| events.all(|event| event == Some(*first)));
                push(&mut merged, Busy { start, end: at, status, event });
            }
        }
        last = Some(at);
        let count = STATUSES.iter().position(|status| *status == busy.status).and_then(|at| open.get_mut(at));
        match (begins, count) {
            (true, Some(count)) => {
                *count += 1;
                running.push(busy);
            }
            (false, Some(count)) => {
                *count -= 1;
                if let Some(at) = running.iter().position(|it| std::ptr::eq(*it, busy)) {
                    running.swap_remove(at);
                }
            }
            (_, None) => {}
        }
    }
    merged
}

fn push(merged: &mut Vec<Busy>, next: Busy) {
    match merged.last_mut() {
        Some(last) if last.end == next.start && last.status == next.status => {
            last.end = next.end;
            if last.event != next.event {
                last.event = None;
            }
        }
        _ => merged.push(next),
    }
}

/// The times within `[from, to)` that none of the periods touches.
#[must_use]
pub fn free(periods: &[Busy], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut free = Vec::new();
    let mut at = from;
    for busy in merge(periods) {
        if busy.start > at {
            free.push((at, busy.start.min(to)));
        }
        at = at.max(busy.end);
        if at >= to {
            break;
        }
    }
    if at < to {
        free.push((at, to));
    }
    free.retain(|(start, end)| start < end);
    free
}
