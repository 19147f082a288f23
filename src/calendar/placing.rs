//! Where events stand on a page of days: in the columns of their hours, or as bars over whole days. Pure: events and the
//! wall's clock in, [`layout`](super::layout)'s places out.

use std::sync::Arc;

use super::day::{self, DAY_MINUTES, Day};
use super::layout::{self, Bar, Block, Days, Stretch};
use crate::records::{Event, Millis};

/// Milliseconds of a day without a change of clocks.
const DAY: Millis = 86_400_000.0;

/// A time as the wall's clock and calendar show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wall {
    /// The day.
    pub(super) day: Day,
    /// Minutes since midnight.
    pub(super) minute: i64,
}

impl Wall {
    /// Minutes since the first midnight of 1970, as if no clock were ever changed.
    pub(super) fn total(self) -> i64 {
        self.day * DAY_MINUTES + self.minute
    }

    /// The reverse of [`total`](Self::total).
    pub(super) fn of_total(minutes: i64) -> Self {
        Self { day: minutes.div_euclid(DAY_MINUTES), minute: minutes.rem_euclid(DAY_MINUTES) }
    }
}

/// How an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// A bar over days, the last included.
    Days(Day, Day),
    /// Blocks in the columns of their hours.
    Hours(Wall, Wall),
}

/// How an event stands: over days, if it is of whole days or lasts as long as one.
pub(super) fn stand(event: &Event, wall: impl Fn(Millis) -> Wall) -> Stand {
    let (from, to) = (wall(event.start), wall(event.end));
    if event.all_day {
        // By its own words: a day is the same day wherever one is.
        let first = day::parse(&event.local_start).unwrap_or(from.day);
        let days = ((event.end - event.start) / DAY).round().max(1.0) as Day;
        return Stand::Days(first, first + days - 1);
    }
    if to.total() - from.total() >= DAY_MINUTES {
        let last = if to.minute == 0 { to.day - 1 } else { to.day };
        return Stand::Days(from.day, last);
    }
    // Where the clocks go back, an event may end before it began.
    Stand::Hours(from, to.max(from))
}

/// The first and the last day that an event touches.
pub(super) fn touched(stand: Stand) -> (Day, Day) {
    match stand {
        Stand::Days(first, last) => (first, last),
        Stand::Hours(from, to) if to.minute == 0 && to > from => (from.day, to.day - 1),
        Stand::Hours(from, to) => (from.day, to.day),
    }
}

/// An event in a day's column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// What stands there.
    pub(super) event: Arc<Event>,
    /// From when to when.
    pub(super) stretch: Stretch,
    /// Beside what.
    pub(super) block: Block,
    /// It began the day before.
    pub(super) from_before: bool,
    /// It goes on the day after.
    pub(super) goes_on: bool,
}

/// A day's column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Column {
    /// In the order of their beginnings.
    pub(super) pieces: Vec<Piece>,
    /// Those that have no room, by the time that they take.
    pub(super) more: Vec<(Stretch, Vec<Arc<Event>>)>,
}

/// A bar with its event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Banner {
    /// What it stands for.
    pub(super) event: Arc<Event>,
    /// Over what.
    pub(super) bar: Bar,
    /// Over days; else it has a time, in a month's cell.
    pub(super) is_whole: bool,
}

/// Bars over days with their events.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lane {
    /// Those shown.
    pub(super) banners: Vec<Banner>,
    /// Of each day those that have no room.
    pub(super) more: Vec<Vec<Arc<Event>>>,
    /// How many rows are taken.
    pub(super) rows: usize,
}

/// The columns of some days, one beside another.
pub(super) fn columns(
    events: &[Arc<Event>],
    days: &[Day],
    lanes: usize,
    wall: impl Fn(Millis) -> Wall + Copy,
) -> Vec<Column> {
    let timed: Vec<(&Arc<Event>, Wall, Wall)> = events
        .iter()
        .filter_map(|event| match stand(event, wall) {
            Stand::Hours(from, to) => Some((event, from, to)),
            Stand::Days(..) => None,
        })
        .collect();
    days.iter().map(|day| column(&timed, *day, lanes)).collect()
}

fn column(timed: &[(&Arc<Event>, Wall, Wall)], day: Day, lanes: usize) -> Column {
    let (midnight, next) = (day * DAY_MINUTES, (day + 1) * DAY_MINUTES);
    let here: Vec<(&Arc<Event>, Stretch, bool, bool)> = timed
        .iter()
        .filter(|(_, from, to)| from.total() < next && (to.total() > midnight || from.total() == midnight))
        .map(|(event, from, to)| {
            let stretch = Stretch::new(from.total() - midnight, to.total() - midnight);
            (*event, stretch, from.total() < midnight, to.total() > next)
        })
        .collect();
    let stretches: Vec<Stretch> = here.iter().map(|(_, stretch, ..)| *stretch).collect();
    let laid = layout::column(&stretches, lanes);
    let event = |index: usize| here.get(index).map(|(event, ..)| (*event).clone());
    let piece = |block: &Block| {
        let (event, stretch, from_before, goes_on) = here.get(block.index)?;
        let (from_before, goes_on) = (*from_before, *goes_on);
        Some(Piece { event: (*event).clone(), stretch: *stretch, block: *block, from_before, goes_on })
    };
    Column {
        pieces: laid.blocks.iter().filter_map(piece).collect(),
        more: laid
            .more
            .into_iter()
            .map(|more| (more.stretch, more.indexes.into_iter().filter_map(event).collect()))
            .collect(),
    }
}

/// The lane above the columns: events of whole days only.
pub(super) fn whole_days(events: &[Arc<Event>], days: &[Day], rows: usize, wall: impl Fn(Millis) -> Wall) -> Lane {
    lane(events, days, rows, wall, |stand| matches!(stand, Stand::Days(..)))
}

/// A week of a month: all events, those of whole days first.
pub(super) fn week(events: &[Arc<Event>], days: &[Day], rows: usize, wall: impl Fn(Millis) -> Wall) -> Lane {
    lane(events, days, rows, wall, |_| true)
}

fn lane(
    events: &[Arc<Event>],
    days: &[Day],
    rows: usize,
    wall: impl Fn(Millis) -> Wall,
    is_meant: impl Fn(&Stand) -> bool,
) -> Lane {
    let Some((first_day, last_day)) = days.first().copied().zip(days.last().copied()) else { return Lane::default() };
    let mut meant: Vec<(&Arc<Event>, bool, Day, Day)> = events
        .iter()
        .map(|event| (event, stand(event, &wall)))
        .filter(|(_, stand)| is_meant(stand))
        .map(|(event, stand)| {
            let (first, last) = touched(stand);
            (event, matches!(stand, Stand::Days(..)), first, last)
        })
        .filter(|(_, _, first, last)| *first <= last_day && *last >= first_day)
        .collect();
    // What is over days first, that which began first and the longer first; then by time, as they came.
    meant.sort_by_key(|(_, is_whole, first, last)| (!is_whole, *first, if *is_whole { -last } else { 0 }));
    let stretches: Vec<Days> =
        meant.iter().map(|(_, _, first, last)| Days { first: first - first_day, last: last - first_day }).collect();
    let laid = layout::bars(&stretches, days.len(), rows);
    let event = |index: usize| meant.get(index).map(|(event, ..)| (*event).clone());
    Lane {
        banners: laid
            .bars
            .iter()
            .filter_map(|bar| {
                let (event, is_whole, ..) = meant.get(bar.index)?;
                Some(Banner { event: (*event).clone(), bar: *bar, is_whole: *is_whole })
            })
            .collect(),
        more: laid.more.into_iter().map(|day| day.into_iter().filter_map(event).collect()).collect(),
        rows: laid.rows,
    }
}

/// The events that touch each of some days, in the order that a list has them.
pub(super) fn by_day(
    events: &[Arc<Event>],
    days: impl Iterator<Item = Day>,
    wall: impl Fn(Millis) -> Wall,
) -> Vec<(Day, Vec<Arc<Event>>)> {
    let all: Vec<(&Arc<Event>, Stand)> = events.iter().map(|event| (event, stand(event, &wall))).collect();
    days.map(|day| {
        let is_here = |(_, stand): &&(&Arc<Event>, Stand)| {
            let (first, last) = touched(*stand);
            first <= day && day <= last
        };
        let mut here: Vec<_> = all.iter().filter(is_here).collect();
        here.sort_by_key(|(_, stand)| matches!(stand, Stand::Hours(..)));
        (day, here.into_iter().map(|(event, _)| (*event).clone()).collect::<Vec<_>>())
    })
    .filter(|(_, events)| !events.is_empty())
    .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    fn utc(local: &str, _: Option<&str>) -> Millis {
        let time = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M:%S").unwrap();
        time.and_utc().timestamp_millis() as f64
    }

    pub(in crate::calendar) fn event(start: &str, duration: &str) -> Arc<Event> {
        let all_day = !start.contains('T');
        let start = if all_day { format!("{start}T00:00:00") } else { format!("{start}:00") };
        let value = json!({ "title": start, "start": start, "duration": duration, "showWithoutTime": all_day });
        let serde_json::Value::Object(map) = value else { panic!("no object") };
        Arc::new(Event::read(&start.as_str().into(), &Arc::new(map), &utc).unwrap())
    }

    fn wall(millis: Millis) -> Wall {
        Wall::of_total((millis / 60_000.0).floor() as i64)
    }

    fn day(text: &str) -> Day {
        day::parse(text).unwrap()
    }

    #[test]
    fn an_event_of_a_day_or_more_is_a_bar() {
        let (mon, tue, wed) = (day("2026-11-23"), day("2026-11-24"), day("2026-11-25"));
        let stand = |start, duration| stand(&event(start, duration), wall);
        assert_eq!(stand("2026-11-23", "P1D"), Stand::Days(mon, mon));
        assert_eq!(stand("2026-11-23", "P2D"), Stand::Days(mon, tue));
        assert_eq!(stand("2026-11-23T12:00", "PT24H"), Stand::Days(mon, tue));
        assert_eq!(stand("2026-11-23T00:00", "PT48H"), Stand::Days(mon, tue));
        assert_eq!(touched(stand("2026-11-23T22:00", "PT2H")), (mon, mon));
        assert_eq!(touched(stand("2026-11-23T22:00", "PT3H")), (mon, tue));
        assert_eq!(touched(stand("2026-11-25T00:00", "PT0S")), (wed, wed));
    }

    #[test]
    fn an_event_over_midnight_stands_in_both_columns() {
        let days = [day("2026-11-23"), day("2026-11-24")];
        let columns = columns(&[event("2026-11-23T22:00", "PT3H"), event("2026-11-24T09:00", "PT1H")], &days, 4, wall);
        let of = |column: &Column| {
            let places = column.pieces.iter().map(|it| (it.stretch.from, it.stretch.to, it.from_before, it.goes_on));
            places.collect::<Vec<_>>()
        };
        assert_eq!(of(&columns[0]), [(1320, 1440, false, true)]);
        assert_eq!(of(&columns[1]), [(0, 60, true, false), (540, 600, false, false)]);
    }

    #[test]
    fn an_event_that_ends_at_midnight_is_not_on_the_next_day() {
        let days = [day("2026-11-23"), day("2026-11-24")];
        let columns = columns(&[event("2026-11-23T22:00", "PT2H")], &days, 4, wall);
        assert_eq!((columns[0].pieces.len(), columns[1].pieces.len()), (1, 0));
    }

    #[test]
    fn a_week_of_a_month_has_whole_days_first() {
        let days: Vec<Day> = (day("2026-11-23")..day("2026-11-30")).collect();
        let events = [event("2026-11-24T09:00", "PT1H"), event("2026-11-20", "P6D"), event("2026-11-24", "P1D")];
        let lane = week(&events, &days, 3, wall);
        let places: Vec<_> = lane.banners.iter().map(|it| (it.event.local_start.as_str(), it.bar.row)).collect();
        let expected = [("2026-11-20T00:00:00", 0), ("2026-11-24T00:00:00", 1), ("2026-11-24T09:00:00", 2)];
        assert_eq!(places, expected);
        assert_eq!(whole_days(&events, &days, 3, wall).banners.len(), 2);
        assert_eq!(week(&events, &days, 2, wall).more[1].len(), 2);
    }

    #[test]
    fn a_list_has_each_day_that_an_event_touches() {
        let days = day("2026-11-23")..day("2026-11-30");
        let list = by_day(&[event("2026-11-24T09:00", "PT1H"), event("2026-11-24", "P2D")], days, wall);
        let days: Vec<_> = list.iter().map(|(day, events)| (day::text(*day), events.len())).collect();
        assert_eq!(days, [("2026-11-24".to_owned(), 2), ("2026-11-25".to_owned(), 1)]);
        assert!(list[0].1[0].all_day);
    }
}
