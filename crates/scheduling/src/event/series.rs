//! The occurrences of an event, as instants.
//!
//! The rule gives local times; those that an override names are replaced by what it says, wherever that moved them;
//! the rest become instants in the event's zone. So an occurrence that was moved into a range is found in it, and one
//! that was moved out is not.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{Event, Kind};
use crate::{
    date::{Duration, parse_local},
    recurrence::{Ended, Rule, RuleError},
    zone::{Zone, ZoneError},
};

/// Occurrences that are counted to find a series' end. One that has more is taken for endless.
const MOST_COUNTED: usize = 100_000;
/// Further than any zone is from UTC, and than any overlap reaches.
const SLACK: TimeDelta = TimeDelta::hours(50);

/// One occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// Which it is; None for an event that does not recur.
    pub recurrence_id: Option<NaiveDateTime>,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it has ended.
    pub end: DateTime<Utc>,
    /// What the clock shows when it begins, in its own zone.
    pub local_start: NaiveDateTime,
    /// Whether something about it differs from the series.
    pub overridden: bool,
}

/// Occurrences within a range.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occurrences {
    /// By start.
    pub list: Vec<Occurrence>,
    /// Whether these are all; false if there were more than asked for, or the rule was given up.
    pub complete: bool,
}

/// When the first occurrence begins and the last has ended, at most: nothing of the event lies outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// None: it has no time at all, as a task without dates.
    pub start: Option<DateTime<Utc>>,
    /// None: it never ends, or too late to say.
    pub end: Option<DateTime<Utc>>,
}

/// Why the occurrences of an event cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// It has neither a start nor a due date.
    #[error("it has no time")]
    NoTime,
    /// Its zone cannot be used.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// Its rule cannot be used.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// An event prepared for expansion.
#[derive(Debug, Clone)]
pub struct Series {
    start: NaiveDateTime,
    zone: Zone,
    length: Length,
    rule: Option<Rule>,
    recurs: bool,
    /// By recurrence id. None: it does not take place.
    overrides: Vec<(NaiveDateTime, Option<Occurrence>)>,
}

/// How an end follows from a start.
#[derive(Debug, Clone, Copy)]
struct Length(Duration);

impl Length {
    fn end(self, local: NaiveDateTime, start: DateTime<Utc>, zone: &Zone) -> DateTime<Utc> {
        let Duration { days, seconds } = self.0;
        let begin = if days == 0 { start } else { self.0.add_days(local).map_or(start, |end| zone.to_utc(end)) };
        begin.checked_add_signed(TimeDelta::seconds(seconds)).unwrap_or(begin).max(start)
    }
}

impl Event {
    /// The event prepared for expansion; floating times are seen in `floating`.
    ///
    /// # Errors
    /// It has no time, or its zone or rule cannot be used.
    pub fn series(&self, floating: &Zone) -> Result<Series, ExpandError> {
        let start = self.start().or_else(|| self.due()).ok_or(ExpandError::NoTime)?;
        let of_event = |zone: Zone| if zone == Zone::Floating { floating.clone() } else { zone };
        let zone = of_event(self.zone()?);
        let length = Length(if self.start().is_some() { self.duration() } else { Duration::ZERO });
        let rule = self.rule().transpose()?;
        let mut overrides = Vec::new();
        for (id, patch) in self.overrides() {
            if patch.get("excluded") == Some(&Value::Bool(true)) {
                overrides.push((id, None));
                continue;
            }
            let zone = match patch.get("timeZone") {
                None => zone.clone(),
                Some(Value::String(name)) => of_event(self.zone_named(name)?),
                Some(_) => floating.clone(),
            };
            overrides.push((id, Some(self.overridden(id, patch, length, &zone))));
        }
        overrides.sort_unstable_by_key(|(id, _)| *id);
        Ok(Series { start, zone, length, recurs: self.is_recurring(), rule, overrides })
    }

    fn overridden(&self, id: NaiveDateTime, patch: &Map<String, Value>, length: Length, zone: &Zone) -> Occurrence {
        let text = |name: &str| patch.get(name).and_then(Value::as_str);
        let local = |name: &str| text(name).and_then(parse_local);
        let (local_start, length) = match self.kind() {
            Kind::Event => {
                let length = match patch.get("duration") {
                    None => length,
                    Some(_) => Length(text("duration").and_then(|text| text.parse().ok()).unwrap_or_default()),
                };
                (local("start").unwrap_or(id), length)
            }
            Kind::Task if self.start().is_none() => (local("due").unwrap_or(id), length),
            Kind::Task => {
                let start = local("start").unwrap_or(id);
                let length = local("due").map_or(length, |due| Length(Duration::between(start, due)));
                (start, length)
            }
        };
        let start = zone.to_utc(local_start);
        let end = length.end(local_start, start, zone);
        Occurrence { recurrence_id: Some(id), start, end, local_start, overridden: true }
    }

    /// The occurrences that overlap `[from, to)`, at most `max`; one without length counts where it begins.
    ///
    /// # Errors
    /// As [`series`](Self::series).
    pub fn occurrences(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        floating: &Zone,
        max: usize,
    ) -> Result<Occurrences, ExpandError> {
        Ok(self.series(floating)?.between(from, to, max))
    }

    /// What all its occurrences lie within.
    ///
    /// # Errors
    /// As [`series`](Self::series); an event without any time has an empty span.
    pub fn span(&self, floating: &Zone) -> Result<Span, ExpandError> {
        match self.series(floating) {
            Ok(series) => Ok(series.span()),
            Err(ExpandError::NoTime) => Ok(Span::default()),
            Err(error) => Err(error),
        }
    }
}

impl Series {
    /// The zone in which it recurs.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The occurrences that overlap `[from, to)`, at most `max`.
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>, max: usize) -> Occurrences {
        let overlaps = |it: &Occurrence| it.start < to && (it.end > from || (it.start == it.end && it.start >= from));
        let mut list: Vec<Occurrence> =
            self.overrides.iter().filter_map(|(_, occurrence)| *occurrence).filter(|it| overlaps(it)).collect();
        let mut complete = true;
        let moved = list.len();
        let mut natural = self.natural(self.reaching_back(from), Some(shift(to, SLACK).naive_utc()));
        for occurrence in natural.by_ref().filter(overlaps) {
            // The ones that were moved may all come later, so that this many are needed, and no more.
            if list.len() - moved > max {
                complete = false;
                break;
            }
            list.push(occurrence);
        }
        complete &= !natural.gave_up();
        list.sort_by_key(|it| (it.start, it.recurrence_id));
        if list.len() > max {
            list.truncate(max);
            complete = false;
        }
        Occurrences { list, complete }
    }

    /// The first occurrence that begins after an instant.
    #[must_use]
    pub fn next_after(&self, instant: DateTime<Utc>) -> Option<Occurrence> {
        let moved = self.overrides.iter().filter_map(|(_, it)| *it).filter(|it| it.start > instant);
        let natural = self.natural(shift(instant, -SLACK).naive_utc(), None).find(|it| it.start > instant);
        moved.chain(natural).min_by_key(|it| it.start)
    }

    /// Whether there is an occurrence of that id.
    #[must_use]
    pub fn contains(&self, id: NaiveDateTime) -> bool {
        match self.override_of(id) {
            Some(occurrence) => occurrence.is_some(),
            None => self.is_natural(id),
        }
    }

    /// Whether the rule gives that id, or it is the start; excluded or not.
    #[must_use]
    pub fn is_natural(&self, id: NaiveDateTime) -> bool {
        if id == self.start {
            return true;
        }
        let Some(rule) = &self.rule else { return false };
        let after = id + TimeDelta::seconds(1);
        rule.expand(self.start).skipping(&self.zone).from(id).to(after).next() == Some(id)
    }

    /// What all its occurrences lie within.
    #[must_use]
    pub fn span(&self) -> Span {
        let moved = || self.overrides.iter().filter_map(|(_, occurrence)| *occurrence);
        let first = self.occurrence(self.start);
        let start = moved().map(|it| it.start).fold(first.start, DateTime::min);
        let last = match &self.rule {
            None => Some(first),
            Some(rule) => match (rule.until, rule.count) {
                (Some(until), _) => Some(self.occurrence(until.max(self.start))),
                (None, Some(count)) if count as usize <= MOST_COUNTED => {
                    let mut walk = rule.expand(self.start);
                    let last = walk.by_ref().last().map(|local| self.occurrence(local));
                    last.filter(|_| walk.ended() == Some(Ended::Complete))
                }
                (None, _) => None,
            },
        };
        let end = last.map(|last| moved().map(|it| it.end).fold(last.end, DateTime::max));
        Span { start: Some(start), end }
    }

    fn override_of(&self, id: NaiveDateTime) -> Option<Option<Occurrence>> {
        let at = self.overrides.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.overrides.get(at).map(|(_, occurrence)| *occurrence)
    }

    /// The occurrence that the series has at a local time.
    fn occurrence(&self, local: NaiveDateTime) -> Occurrence {
        let start = self.zone.to_utc(local);
        let end = self.length.end(local, start, &self.zone);
        let recurrence_id = self.recurs.then_some(local);
        Occurrence { recurrence_id, start, end, local_start: local, overridden: false }
    }

    /// A local time before which no occurrence begins that reaches to `from`.
    fn reaching_back(&self, from: DateTime<Utc>) -> NaiveDateTime {
        let length = TimeDelta::try_seconds(self.length.0.nominal_seconds().max(0)).unwrap_or(TimeDelta::MAX);
        let reach = length.checked_add(&SLACK).unwrap_or(TimeDelta::MAX);
        from.naive_utc().checked_sub_signed(reach).unwrap_or(NaiveDateTime::MIN)
    }

    /// The occurrences that nothing overrides, with local times in a range.
    fn natural(&self, from: NaiveDateTime, to: Option<NaiveDateTime>) -> Natural<'_> {
        let walk = self.rule.as_ref().map(|rule| {
            let walk = rule.expand(self.start).skipping(&self.zone).from(from);
            match to {
                Some(to) => walk.to(to),
                None => walk,
            }
        });
        Natural { series: self, walk, single: self.rule.is_none().then_some(self.start) }
    }
}

struct Natural<'a> {
    series: &'a Series,
    walk: Option<crate::recurrence::Expansion>,
    single: Option<NaiveDateTime>,
}

impl Natural<'_> {
    fn gave_up(&self) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.ended() == Some(Ended::GaveUp))
    }
}

impl Iterator for Natural<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        loop {
            let local = match &mut self.walk {
                Some(walk) => walk.next()?,
                None => self.single.take()?,
            };
            if self.series.overrides.is_empty() || self.series.override_of(local).is_none() {
                return Some(self.series.occurrence(local));
            }
        }
    }
}

fn shift(instant: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    instant.checked_add_signed(by).unwrap_or(if by < TimeDelta::zero() {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}
