//! What a drag over the hours means: a new event, one moved, one longer or shorter, all by quarters of an hour. Pure:
//! where it began and where the pointer is in, from when to when out. Keys use the same steps.

use super::day::{DAY_MINUTES, Day};
use super::placing::Wall;

/// Minutes of a step.
pub(super) const STEP: i64 = 15;

/// What is dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grip {
    /// Nothing yet: a new event.
    Make,
    /// The whole event.
    Move,
    /// Its beginning.
    Start,
    /// Its end.
    End,
}

/// A stretch of time on the wall's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// When it begins.
    pub(super) from: Wall,
    /// When it ends.
    pub(super) to: Wall,
}

fn floor(minutes: i64) -> i64 {
    minutes.div_euclid(STEP) * STEP
}

fn round(minutes: i64) -> i64 {
    floor(minutes + STEP / 2)
}

/// From when to when, with the pointer that came down at `down` now at `at`; `was` is the event's own time.
pub(super) fn dragged(grip: Grip, was: Times, down: Wall, at: Wall) -> Times {
    let (from, to) = (was.from.total(), was.to.total());
    let (from, to) = match grip {
        Grip::Make => {
            let day = down.day * DAY_MINUTES;
            // Its day is that where one began, however far to the side one goes.
            let at = day + at.minute;
            let (first, last) = (at.min(down.total()), at.max(down.total()));
            let from = floor(first).min(day + DAY_MINUTES - STEP);
            (from, (floor(last + STEP - 1)).max(from + STEP))
        }
        Grip::Move => {
            let moved = round(from + at.total() - down.total());
            (moved, moved + to - from)
        }
        Grip::Start => (round(at.total()).min(to - STEP), to),
        Grip::End => (from, round(at.total()).max(from + STEP)),
    };
    Times { from: Wall::of_total(from), to: Wall::of_total(to) }
}

/// From which day to which, both included, with the pointer that came down on one day now on another.
pub(super) fn dragged_days(grip: Grip, was: (Day, Day), down: Day, at: Day) -> (Day, Day) {
    match grip {
        Grip::Make => (down.min(at), down.max(at)),
        Grip::Move => (was.0 + at - down, was.1 + at - down),
        Grip::Start => (at.min(was.1), was.1),
        Grip::End => (was.0, at.max(was.0)),
    }
}

/// The step that an arrow key moves or lengthens by, in minutes; `None` for another key.
pub(super) fn key_step(key: &str, is_rtl: bool) -> Option<i64> {
    let ahead = if is_rtl { -DAY_MINUTES } else { DAY_MINUTES };
    match key {
        "ArrowUp" => Some(-STEP),
        "ArrowDown" => Some(STEP),
        "ArrowLeft" => Some(-ahead),
        "ArrowRight" => Some(ahead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(day: i64, hour: i64, minute: i64) -> Wall {
        Wall { day, minute: hour * 60 + minute }
    }

    #[track_caller]
    fn check(grip: Grip, down: Wall, at: Wall, expect: (Wall, Wall)) {
        let was = Times { from: wall(3, 10, 0), to: wall(3, 11, 30) };
        assert_eq!(dragged(grip, was, down, at), Times { from: expect.0, to: expect.1 });
    }

    #[test]
    fn a_new_event_is_from_where_one_began_to_where_one_is() {
        check(Grip::Make, wall(3, 9, 5), wall(3, 10, 20), (wall(3, 9, 0), wall(3, 10, 30)));
        check(Grip::Make, wall(3, 9, 5), wall(3, 8, 20), (wall(3, 8, 15), wall(3, 9, 15)));
        check(Grip::Make, wall(3, 9, 0), wall(3, 9, 0), (wall(3, 9, 0), wall(3, 9, 15)));
        // It stays on its day.
        check(Grip::Make, wall(3, 9, 0), wall(4, 8, 0), (wall(3, 8, 0), wall(3, 9, 0)));
        check(Grip::Make, wall(3, 9, 0), wall(3, 24, 0), (wall(3, 9, 0), wall(4, 0, 0)));
        check(Grip::Make, wall(3, 23, 59), wall(3, 23, 59), (wall(3, 23, 45), wall(4, 0, 0)));
    }

    #[test]
    fn a_moved_event_lasts_as_long() {
        check(Grip::Move, wall(3, 10, 40), wall(3, 11, 50), (wall(3, 11, 15), wall(3, 12, 45)));
        check(Grip::Move, wall(3, 10, 0), wall(5, 10, 0), (wall(5, 10, 0), wall(5, 11, 30)));
        check(Grip::Move, wall(3, 10, 0), wall(3, 10, 6), (wall(3, 10, 0), wall(3, 11, 30)));
    }

    #[test]
    fn an_edge_is_dragged_no_further_than_the_other() {
        check(Grip::End, wall(3, 11, 30), wall(3, 12, 10), (wall(3, 10, 0), wall(3, 12, 15)));
        check(Grip::End, wall(3, 11, 30), wall(3, 8, 0), (wall(3, 10, 0), wall(3, 10, 15)));
        check(Grip::Start, wall(3, 10, 0), wall(3, 12, 0), (wall(3, 11, 15), wall(3, 11, 30)));
    }

    #[test]
    fn whole_days_are_dragged_by_the_day() {
        assert_eq!(dragged_days(Grip::Make, (0, 0), 5, 3), (3, 5));
        assert_eq!(dragged_days(Grip::Move, (3, 4), 4, 6), (5, 6));
        assert_eq!(dragged_days(Grip::End, (3, 4), 4, 1), (3, 3));
        assert_eq!(dragged_days(Grip::Start, (3, 4), 3, 9), (4, 4));
    }

    #[test]
    fn arrows_step_by_a_quarter_and_by_a_day() {
        assert_eq!(key_step("ArrowDown", false), Some(15));
        assert_eq!(key_step("ArrowLeft", false), Some(-1440));
        assert_eq!(key_step("ArrowLeft", true), Some(1440));
        assert_eq!(key_step("Enter", false), None);
    }
}
