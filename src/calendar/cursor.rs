//! The keyboard's place in a grid of days and hours: a half hour, a whole day or an event, and where keys lead from
//! there. Pure.
//!
//! Down a day the cursor goes through its whole-day events, then through the half hours, each followed by the events
//! that begin in it. Sideways it keeps its time.

use jmap::Id;

use super::day::{DAY_MINUTES, Day};

/// Minutes of a step of the cursor.
pub(super) const SLOT: i64 = 30;

/// Where in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// The lane of whole days.
    Whole,
    /// An event in that lane.
    Banner(Id),
    /// The "+n" of that lane.
    MoreWhole,
    /// The half hour that begins at this minute.
    Slot(i64),
    /// An event in the column.
    Event(Id),
    /// The "+n" that begins at this minute.
    More(i64),
}

/// The cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The column.
    pub(super) day: Day,
    /// Where in it.
    pub(super) at: At,
}

/// What a day has besides half hours, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stops {
    /// The day.
    pub(super) day: Day,
    /// In the lane of whole days.
    pub(super) whole: Vec<At>,
    /// In the column, by the minute at which they begin.
    pub(super) timed: Vec<(i64, At)>,
}

impl Stops {
    /// All places of the day, from above.
    fn all(&self) -> Vec<At> {
        let mut all = vec![At::Whole];
        all.extend(self.whole.iter().cloned());
        for minute in (0..DAY_MINUTES).step_by(SLOT as usize) {
            all.push(At::Slot(minute));
            let begins = self.timed.iter().filter(|(from, _)| (minute..minute + SLOT).contains(from));
            all.extend(begins.map(|(_, at)| at.clone()));
        }
        all
    }

    /// The minute of a place; `None` in the lane of whole days.
    fn minute(&self, at: &At) -> Option<i64> {
        match at {
            At::Whole | At::Banner(_) | At::MoreWhole => None,
            At::Slot(minute) | At::More(minute) => Some(*minute),
            At::Event(_) => self.timed.iter().find(|(_, it)| it == at).map(|(minute, _)| *minute),
        }
    }

    /// What a place of another day is on this one.
    fn beside(&self, other: &Self, at: &At) -> At {
        let Some(minute) = other.minute(at) else {
            return match at {
                At::Banner(_) if self.whole.contains(at) => at.clone(),
                _ => At::Whole,
            };
        };
        let slot = minute.clamp(0, DAY_MINUTES - 1) / SLOT * SLOT;
        if matches!(at, At::Slot(_)) {
            return At::Slot(slot);
        }
        let near = self.timed.iter().find(|(from, _)| (slot..slot + SLOT).contains(from));
        near.map_or(At::Slot(slot), |(_, at)| at.clone())
    }
}

/// Where a key leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To a place of these days.
    To(Cursor),
    /// To the same place so many pages on, on the first (`Some(false)`) or last (`Some(true)`) day of it, or on the day
    /// that stands where this one does.
    Page(i64, Option<bool>),
}

/// Where a key leads from a place; `None` if it does not move.
pub(super) fn step(cursor: &Cursor, key: &str, with_ctrl: bool, days: &[Stops]) -> Option<Step> {
    let column = days.iter().position(|it| it.day == cursor.day)?;
    let stops = days.get(column)?;
    let sideways = |to: usize| {
        let beside = days.get(to)?;
        Some(Step::To(Cursor { day: beside.day, at: beside.beside(stops, &cursor.at) }))
    };
    match key {
        "ArrowDown" | "ArrowUp" if with_ctrl => to_event(cursor, key == "ArrowDown", days),
        "ArrowDown" | "ArrowUp" => {
            let all = stops.all();
            let at = all.iter().position(|it| *it == cursor.at).or_else(|| {
                let slot = stops.minute(&cursor.at)? / SLOT * SLOT;
                all.iter().position(|it| *it == At::Slot(slot))
            })?;
            let to = if key == "ArrowDown" { at + 1 } else { at.checked_sub(1)? };
            Some(Step::To(Cursor { day: cursor.day, at: all.get(to)?.clone() }))
        }
        "ArrowLeft" => column.checked_sub(1).map_or(Some(Step::Page(-1, Some(true))), sideways),
        "ArrowRight" if column + 1 < days.len() => sideways(column + 1),
        "ArrowRight" => Some(Step::Page(1, Some(false))),
        "Home" => sideways(0),
        "End" => sideways(days.len() - 1),
        "PageUp" => Some(Step::Page(-1, None)),
        "PageDown" => Some(Step::Page(1, None)),
        _ => None,
    }
}

/// The next event, or the one before, in all the days.
fn to_event(cursor: &Cursor, on: bool, days: &[Stops]) -> Option<Step> {
    let all = days.iter().flat_map(|day| day.all().into_iter().map(|at| Cursor { day: day.day, at }));
    let is_event = |it: &Cursor| !matches!(it.at, At::Whole | At::Slot(_));
    let mut places: Vec<Cursor> = all.collect();
    if !on {
        places.reverse();
    }
    places.into_iter().skip_while(|it| it != cursor).skip(1).find(is_event).map(Step::To)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str) -> At {
        At::Event(id.into())
    }

    fn days() -> Vec<Stops> {
        vec![
            Stops { day: 1, whole: vec![At::Banner("trip".into())], timed: vec![(555, event("a")), (600, event("b"))] },
            Stops { day: 2, whole: vec![At::Banner("trip".into())], timed: vec![(540, event("c"))] },
        ]
    }

    #[track_caller]
    fn check(from: (Day, At), key: &str, ctrl: bool, expect: Option<(Day, At)>) {
        let step = step(&Cursor { day: from.0, at: from.1 }, key, ctrl, &days());
        assert_eq!(step, expect.map(|(day, at)| Step::To(Cursor { day, at })));
    }

    #[test]
    fn down_a_day_are_its_half_hours_and_what_begins_in_them() {
        check((1, At::Whole), "ArrowDown", false, Some((1, At::Banner("trip".into()))));
        check((1, At::Banner("trip".into())), "ArrowDown", false, Some((1, At::Slot(0))));
        check((1, At::Slot(540)), "ArrowDown", false, Some((1, event("a"))));
        check((1, event("a")), "ArrowDown", false, Some((1, At::Slot(570))));
        check((1, At::Slot(600)), "ArrowUp", false, Some((1, At::Slot(570))));
        check((1, At::Whole), "ArrowUp", false, None);
        check((1, At::Slot(1410)), "ArrowDown", false, None);
    }

    #[test]
    fn sideways_the_time_is_kept() {
        check((1, At::Slot(570)), "ArrowRight", false, Some((2, At::Slot(570))));
        check((1, event("a")), "ArrowRight", false, Some((2, event("c"))));
        check((1, event("b")), "ArrowRight", false, Some((2, At::Slot(600))));
        check((2, At::Banner("trip".into())), "ArrowLeft", false, Some((1, At::Banner("trip".into()))));
        check((2, At::Slot(570)), "Home", false, Some((1, At::Slot(570))));
    }

    #[test]
    fn past_the_edge_is_the_next_page() {
        let from = |day, key| step(&Cursor { day, at: At::Slot(0) }, key, false, &days());
        assert_eq!(from(1, "ArrowLeft"), Some(Step::Page(-1, Some(true))));
        assert_eq!(from(2, "ArrowRight"), Some(Step::Page(1, Some(false))));
        assert_eq!(from(1, "PageDown"), Some(Step::Page(1, None)));
        assert_eq!(from(3, "PageDown"), None);
    }

    #[test]
    fn with_control_arrows_go_from_event_to_event() {
        check((1, At::Slot(0)), "ArrowDown", true, Some((1, event("a"))));
        check((1, event("b")), "ArrowDown", true, Some((2, At::Banner("trip".into()))));
        check((1, event("b")), "ArrowUp", true, Some((1, event("a"))));
        check((2, event("c")), "ArrowDown", true, None);
    }

    #[test]
    fn an_event_that_has_gone_leaves_its_day() {
        check((1, event("gone")), "ArrowDown", false, None);
        check((1, event("gone")), "ArrowRight", false, Some((2, At::Whole)));
    }
}
