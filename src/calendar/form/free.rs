//! Whether somebody is free at a time, from the periods in which they are busy. Pure.

use crate::records::Millis;

/// A time that somebody has given away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::calendar) struct Taken {
    pub(in crate::calendar) from: Millis,
    pub(in crate::calendar) until: Millis,
    /// Perhaps only.
    pub(in crate::calendar) is_tentative: bool,
}

/// What there is to say of somebody at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::calendar) enum Free {
    /// Free all the time.
    Free,
    /// Perhaps busy.
    Perhaps,
    /// Busy all the time.
    Busy,
    /// Busy at first.
    BusyTo(Millis),
    /// Busy later.
    BusyFrom(Millis),
    /// Not told.
    Unknown,
}

/// Somebody's time between two moments; `own` is the event itself as it stands in their calendar, which is no reason.
pub(in crate::calendar) fn at(taken: &[Taken], (from, until): (Millis, Millis), own: Option<(Millis, Millis)>) -> Free {
    let is_own = |it: &Taken| own == Some((it.from, it.until));
    let mut busy: Vec<&Taken> = taken.iter().filter(|it| it.from < until && it.until > from && !is_own(it)).collect();
    busy.sort_by(|a, b| a.from.total_cmp(&b.from));
    let sure: Vec<&&Taken> = busy.iter().filter(|it| !it.is_tentative).collect();
    let Some(first) = sure.first() else {
        return if busy.is_empty() { Free::Free } else { Free::Perhaps };
    };
    if first.from > from {
        return Free::BusyFrom(first.from);
    }
    let end = sure.iter().fold(from, |end, it| if it.from <= end { end.max(it.until) } else { end });
    if end >= until { Free::Busy } else { Free::BusyTo(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(taken: &[(f64, f64)], expect: Free) {
        let taken: Vec<Taken> =
            taken.iter().map(|(from, until)| Taken { from: *from, until: *until, is_tentative: false }).collect();
        assert_eq!(at(&taken, (10.0, 12.0), Some((10.0, 11.5))), expect);
    }

    #[test]
    fn one_is_busy_as_far_as_ones_events_reach_into_the_time() {
        check(&[], Free::Free);
        check(&[(8.0, 10.0), (12.0, 13.0)], Free::Free);
        check(&[(9.0, 10.5)], Free::BusyTo(10.5));
        check(&[(9.0, 10.5), (10.5, 11.0)], Free::BusyTo(11.0));
        check(&[(9.0, 10.5), (11.0, 13.0)], Free::BusyTo(10.5));
        check(&[(11.0, 13.0)], Free::BusyFrom(11.0));
        check(&[(9.0, 11.0), (10.5, 13.0)], Free::Busy);
    }

    #[test]
    fn the_event_itself_makes_nobody_busy() {
        check(&[(10.0, 11.5)], Free::Free);
        let perhaps = Taken { from: 9.0, until: 11.0, is_tentative: true };
        assert_eq!(at(&[perhaps], (10.0, 12.0), None), Free::Perhaps);
    }
}
