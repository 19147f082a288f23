//! Where events stand: lanes of a day's column, rows of bars over days. Pure: stretches in, places out.
//!
//! **Invariant:** no two blocks that overlap share a lane, and blocks that overlap are equally wide. No two bars of a
//! row share a day. Nothing is lost: what has no room is in a "+n" of its own time or day.

/// Blocks beside each other in a narrow column; from the fifth on they are in "+n".
pub(super) const NARROW_LANES: usize = 4;

/// The same where one day has the whole width.
pub(super) const WIDE_LANES: usize = 12;

/// Events shorter than this are drawn as long as this, so that their titles can be read.
pub(super) const SHORTEST: i64 = 25;

/// A stretch of a day's column, in minutes on the wall's clock; the end is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// 0 to 1440.
    pub(super) from: i64,
    /// After `from`.
    pub(super) to: i64,
}

impl Stretch {
    /// One that is long enough to be seen, and within the day.
    pub(super) fn new(from: i64, to: i64) -> Self {
        let day = super::day::DAY_MINUTES;
        let from = from.clamp(0, day - SHORTEST);
        Self { from, to: to.clamp(from + SHORTEST, day) }
    }

    fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// A stretch with its place in the width of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Which of those given.
    pub(super) index: usize,
    /// Counted from the start of the line.
    pub(super) lane: usize,
    /// How many share the width.
    pub(super) lanes: usize,
    /// A "+n" stands beside them.
    pub(super) beside_more: bool,
}

/// Those that have no room beside the others: "+n".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct More {
    /// The time that they take together.
    pub(super) stretch: Stretch,
    /// Which of those given.
    pub(super) indexes: Vec<usize>,
}

/// A day's column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// In the order of their beginnings, the longer first.
    pub(super) blocks: Vec<Block>,
    /// In the order of their beginnings.
    pub(super) more: Vec<More>,
}

/// Puts the stretches of a day beside each other where they overlap, at most so many.
pub(super) fn column(stretches: &[Stretch], most: usize) -> Column {
    let mut order: Vec<(usize, Stretch)> = stretches.iter().copied().enumerate().collect();
    order.sort_by_key(|(index, it)| (it.from, -it.to, *index));
    let mut column = Column::default();
    let mut cluster: Vec<(usize, Stretch)> = Vec::new();
    let mut end = i64::MIN;
    for (index, stretch) in order {
        if stretch.from >= end && !cluster.is_empty() {
            column.add(&std::mem::take(&mut cluster), most);
        }
        end = if cluster.is_empty() { stretch.to } else { end.max(stretch.to) };
        cluster.push((index, stretch));
    }
    column.add(&cluster, most);
    column
}

impl Column {
    /// Adds stretches that overlap, each with some other, sorted by their beginnings.
    fn add(&mut self, cluster: &[(usize, Stretch)], most: usize) {
        // When each lane is free again.
        let mut ends: Vec<i64> = Vec::new();
        let mut placed = Vec::new();
        let mut rest: Vec<More> = Vec::new();
        for &(index, stretch) in cluster {
            let free = ends.iter().position(|end| *end <= stretch.from);
            if let Some((lane, end)) = free.and_then(|lane| Some((lane, ends.get_mut(lane)?))) {
                *end = stretch.to;
                placed.push((index, lane));
            } else if ends.len() < most {
                placed.push((index, ends.len()));
                ends.push(stretch.to);
            } else {
                match rest.last_mut().filter(|more| more.stretch.overlaps(stretch)) {
                    Some(more) => {
                        more.stretch.to = more.stretch.to.max(stretch.to);
                        more.indexes.push(index);
                    }
                    None => rest.push(More { stretch, indexes: vec![index] }),
                }
            }
        }
        let (lanes, beside_more) = (ends.len(), !rest.is_empty());
        self.blocks.extend(placed.into_iter().map(|(index, lane)| Block { index, lane, lanes, beside_more }));
        self.more.append(&mut rest);
    }
}

/// A stretch of days, by their places among those shown; both included, and both may lie outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    /// The first.
    pub(super) first: i64,
    /// The last.
    pub(super) last: i64,
}

/// A bar over days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    /// Which of those given.
    pub(super) index: usize,
    /// Its row.
    pub(super) row: usize,
    /// The first day shown.
    pub(super) first: usize,
    /// The last day shown.
    pub(super) last: usize,
    /// It began before the days shown.
    pub(super) from_before: bool,
    /// It goes on after them.
    pub(super) goes_on: bool,
}

/// Bars over days, and what has no room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bars {
    /// Those shown.
    pub(super) bars: Vec<Bar>,
    /// Of each day, those that have no room: "+n", in the last row.
    pub(super) more: Vec<Vec<usize>>,
    /// How many rows are taken, that of "+n" with them.
    pub(super) rows: usize,
}

/// Puts stretches of days into rows, in the order given, each as high up as there is room for it; at most so many rows,
/// of which a day with more gives its last to "+n".
pub(super) fn bars(stretches: &[Days], days: usize, most: usize) -> Bars {
    let count = i64::try_from(days).unwrap_or_default();
    // Of each row the days that are taken.
    let mut rows: Vec<Vec<bool>> = Vec::new();
    let mut all = Vec::new();
    for (index, stretch) in stretches.iter().enumerate() {
        if stretch.last < 0 || stretch.first >= count || stretch.first > stretch.last {
            continue;
        }
        let place = |day: i64| usize::try_from(day.clamp(0, count - 1)).unwrap_or_default();
        let (first, last) = (place(stretch.first), place(stretch.last));
        let is_free = |row: &Vec<bool>| row.get(first..=last).is_some_and(|days| !days.contains(&true));
        let row = rows.iter().position(is_free).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(vec![false; days]);
        }
        if let Some(taken) = rows.get_mut(row).and_then(|row| row.get_mut(first..=last)) {
            taken.fill(true);
        }
        let (from_before, goes_on) = (stretch.first < 0, stretch.last >= count);
        all.push(Bar { index, row, first, last, from_before, goes_on });
    }
    let overflows = |day: usize| rows.iter().skip(most).any(|row| row.get(day) == Some(&true));
    // The last row is "+n"'s on a day that needs one.
    let is_shown = |bar: &Bar| bar.row + 1 < most || (bar.row < most && !(bar.first..=bar.last).any(overflows));
    let (shown, hidden): (Vec<Bar>, Vec<Bar>) = all.into_iter().partition(is_shown);
    let mut more = vec![Vec::new(); days];
    for bar in &hidden {
        for day in more.iter_mut().take(bar.last + 1).skip(bar.first) {
            day.push(bar.index);
        }
    }
    Bars { bars: shown, more, rows: rows.len().min(most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from: i64, to: i64) -> Stretch {
        Stretch { from, to }
    }

    /// Lane and lanes of each.
    #[track_caller]
    fn check(stretches: &[(i64, i64)], expect: &[(usize, usize)]) {
        let given: Vec<Stretch> = stretches.iter().map(|(from, to)| stretch(*from, *to)).collect();
        let column = column(&given, NARROW_LANES);
        let lane_of = |index| column.blocks.iter().find(|it| it.index == index).map(|it| (it.lane, it.lanes)).unwrap();
        assert_eq!((0..given.len()).map(lane_of).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn what_does_not_overlap_has_the_whole_width() {
        check(&[(540, 600), (600, 660)], &[(0, 1), (0, 1)]);
        check(&[(600, 660), (540, 600)], &[(0, 1), (0, 1)]);
    }

    #[test]
    fn what_overlaps_shares_the_width() {
        check(&[(540, 660), (600, 690)], &[(0, 2), (1, 2)]);
        // The third begins when the first has ended, and takes its lane.
        check(&[(540, 600), (570, 690), (600, 660)], &[(0, 2), (1, 2), (0, 2)]);
        // The longer stands first.
        check(&[(540, 570), (540, 660)], &[(1, 2), (0, 2)]);
    }

    #[test]
    fn from_the_fifth_on_they_are_counted() {
        let given: Vec<Stretch> = (0..6).map(|at| stretch(540 + at, 600)).collect();
        let column = column(&given, NARROW_LANES);
        assert_eq!(column.blocks.len(), 4);
        assert!(column.blocks.iter().all(|block| block.beside_more && block.lanes == 4));
        assert_eq!(column.more, [More { stretch: stretch(544, 600), indexes: vec![4, 5] }]);
    }

    #[test]
    fn what_is_short_is_drawn_as_long_as_a_title_is_high() {
        assert_eq!(Stretch::new(600, 600), stretch(600, 625));
        assert_eq!(Stretch::new(1435, 1440), stretch(1415, 1440));
        assert_eq!(Stretch::new(-60, 1500), stretch(0, 1440));
    }

    fn days(first: i64, last: i64) -> Days {
        Days { first, last }
    }

    #[test]
    fn bars_are_as_high_up_as_there_is_room() {
        let laid = bars(&[days(2, 4), days(4, 5), days(5, 6), days(-3, 0)], 7, 4);
        let rows: Vec<_> = laid.bars.iter().map(|it| (it.index, it.row, it.first, it.last)).collect();
        assert_eq!(rows, [(0, 0, 2, 4), (1, 1, 4, 5), (2, 0, 5, 6), (3, 0, 0, 0)]);
        assert!(laid.bars[3].from_before && !laid.bars[3].goes_on);
        assert_eq!(laid.rows, 2);
    }

    #[test]
    fn a_day_with_more_than_there_is_room_for_gives_its_last_row_to_their_number() {
        let laid = bars(&[days(0, 0), days(0, 0), days(0, 1), days(0, 0)], 2, 3);
        // The third would have had the last row, which "+2" has on the first day.
        assert_eq!(laid.bars.iter().map(|it| it.index).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(laid.more, [vec![2, 3], vec![2]]);
        assert_eq!(bars(&[days(0, 0), days(0, 0), days(0, 1)], 2, 3).more, [vec![], Vec::<usize>::new()]);
    }

    /// Numbers that look like chance, the same each time.
    fn numbers(mut seed: u64) -> impl FnMut(i64) -> i64 {
        move |below| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) as i64) % below
        }
    }

    #[test]
    fn no_two_that_overlap_share_a_lane_and_none_is_lost() {
        for seed in 0..500 {
            let mut number = numbers(seed);
            let given: Vec<Stretch> = (0..number(40))
                .map(|_| {
                    let from = number(1_400);
                    Stretch::new(from, from + number(240))
                })
                .collect();
            let most = usize::try_from(1 + number(6)).unwrap();
            let column = column(&given, most);
            let mut found: Vec<usize> = column.blocks.iter().map(|it| it.index).collect();
            found.extend(column.more.iter().flat_map(|it| it.indexes.clone()));
            found.sort_unstable();
            assert_eq!(found, (0..given.len()).collect::<Vec<_>>());
            for (at, one) in column.blocks.iter().enumerate() {
                assert!(one.lane < one.lanes && one.lanes <= most);
                for other in &column.blocks[at + 1..] {
                    if given[one.index].overlaps(given[other.index]) {
                        assert_ne!(one.lane, other.lane, "{given:?}");
                        assert_eq!(one.lanes, other.lanes, "{given:?}");
                    }
                }
            }
            for pair in column.more.windows(2) {
                assert!(pair[0].stretch.to <= pair[1].stretch.from, "{given:?}");
            }
        }
    }

    #[test]
    fn no_two_bars_share_a_row_on_a_day_and_none_is_lost() {
        for seed in 0..500 {
            let mut number = numbers(seed);
            let given: Vec<Days> = (0..number(30))
                .map(|_| {
                    let first = number(12) - 3;
                    days(first, first + number(5))
                })
                .collect();
            let most = usize::try_from(1 + number(6)).unwrap();
            let laid = bars(&given, 7, most);
            assert!(laid.rows <= most);
            for day in 0..7_usize {
                let here: Vec<&Bar> = laid.bars.iter().filter(|it| it.first <= day && day <= it.last).collect();
                let mut rows: Vec<usize> = here.iter().map(|it| it.row).collect();
                rows.sort_unstable();
                rows.dedup();
                assert_eq!(rows.len(), here.len(), "{given:?}");
                let more = &laid.more[day];
                assert!(more.is_empty() || rows.iter().all(|row| row + 1 < most), "{given:?}");
                let at = i64::try_from(day).unwrap();
                let expected = given.iter().filter(|it| it.first <= at && at <= it.last).count();
                assert_eq!(here.len() + more.len(), expected, "{given:?}");
            }
        }
    }
}
