//! Between moments and the wall's clock here, and how the times of an event are said. What stands where is
//! [`placing`](super::placing)'s.

use super::day::{self, Day};
use super::desk::midnight;
use super::placing::{Stand, Wall, stand};
use crate::locale::{dates, t, t_with, zones};
use crate::records::{Event, Millis};

/// A moment as the wall shows it.
pub(super) fn wall(millis: Millis) -> Wall {
    Wall { day: dates::day(millis), minute: dates::minute(millis) }
}

/// When the wall shows a time.
pub(super) fn instant(at: Wall) -> Millis {
    zones::instant(&day::local(at.day, at.minute), None)
}

/// "Wednesday, 25 November 2026".
pub(super) fn day_words(day: Day) -> String {
    dates::day_full(midnight(day))
}

/// "10:00 – 11:30".
pub(super) fn span_words(from: Wall, to: Wall) -> String {
    t_with("calendar.span", &[("from", &dates::time(instant(from))), ("to", &dates::time(instant(to)))])
}

/// The time of an event where its day is known: "10:00 – 11:30", "All day".
pub(super) fn time_words(event: &Event) -> String {
    match stand(event, wall) {
        Stand::Days(..) if event.all_day => t("calendar.allDay"),
        Stand::Days(first, last) => {
            let at = |day, millis| format!("{} {}", dates::day_month_short(midnight(day)), dates::time(millis));
            t_with("calendar.span", &[("from", &at(first, event.start)), ("to", &at(last, event.end))])
        }
        Stand::Hours(from, to) if from == to => dates::time(event.start),
        Stand::Hours(from, to) => span_words(from, to),
    }
}

/// When an event is, in full.
pub(super) fn when_words(event: &Event) -> String {
    match stand(event, wall) {
        Stand::Days(first, last) if first == last => t_with("calendar.wholeDay", &[("day", &day_words(first))]),
        Stand::Days(first, last) => {
            t_with("calendar.wholeDays", &[("from", &day_words(first)), ("to", &day_words(last))])
        }
        Stand::Hours(from, _) => {
            t_with("calendar.timeOfDay", &[("time", &time_words(event)), ("day", &day_words(from.day))])
        }
    }
}
