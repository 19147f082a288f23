//! The reader's own words for days, times and lists, for what the pure parts say.

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::draft::Clock;
use super::repeat::format_local;
use super::words::Say;
use crate::locale::{Arguments, dates, list, t, t_count, t_with, zones};
use crate::records::Millis;

/// The browser's zones.
pub(in crate::calendar) const CLOCK: Clock = Clock { instant: zones::instant, local: zones::local };

/// The reader.
pub(in crate::calendar) struct Reader;

/// A time on the wall, as a moment here: to be said, not to be reckoned with.
fn said(local: NaiveDateTime) -> Millis {
    zones::instant(&format_local(local), None)
}

impl Say for Reader {
    fn text(&self, key: &str, arguments: Arguments<'_>) -> String {
        t_with(key, arguments)
    }

    fn count(&self, key: &str, count: u64) -> String {
        t_count(key, count, &[])
    }

    fn weekday(&self, day: Weekday) -> String {
        let date = NaiveDate::from_isoywd_opt(2026, 2, day).unwrap_or_default();
        dates::weekday(said(date.and_hms_opt(12, 0, 0).unwrap_or_default()))
    }

    fn month(&self, month: u32) -> String {
        let date = NaiveDate::from_ymd_opt(2026, month, 1).unwrap_or_default();
        dates::month(said(date.and_hms_opt(12, 0, 0).unwrap_or_default()))
    }

    fn day_of_month(&self, month: u32, day: u32) -> String {
        let date = NaiveDate::from_ymd_opt(2024, month, day).unwrap_or_default();
        dates::day_month_long(said(date.and_hms_opt(12, 0, 0).unwrap_or_default()))
    }

    fn date(&self, date: NaiveDate) -> String {
        dates::date_long(said(date.and_hms_opt(12, 0, 0).unwrap_or_default()))
    }

    fn time(&self, hour: u32, minute: u32) -> String {
        dates::time(said(
            NaiveDate::from_ymd_opt(2026, 1, 5).and_then(|day| day.and_hms_opt(hour, minute, 0)).unwrap_or_default(),
        ))
    }

    fn list(&self, items: &[String]) -> String {
        list(items)
    }
}

/// "Wednesday 25 November", of a time on the wall.
pub(in crate::calendar) fn day(local: NaiveDateTime) -> String {
    dates::day_words(said(local))
}

/// "10:30", of a time on the wall.
pub(in crate::calendar) fn time(local: NaiveDateTime) -> String {
    dates::time(said(local))
}

/// "Wednesday 25 November, 10:00 – 11:30": a time as a whole.
pub(in crate::calendar) fn when(start: NaiveDateTime, end: NaiveDateTime, all_day: bool) -> String {
    if all_day {
        return if start.date() == end.date() {
            day(start)
        } else {
            t_with("event.range", &[("from", &day(start)), ("to", &day(end))])
        };
    }
    let to = if start.date() == end.date() { time(end) } else { format!("{}, {}", day(end), time(end)) };
    t_with("event.range", &[("from", &format!("{}, {}", day(start), time(start))), ("to", &to)])
}

/// What a time zone is called: its place.
pub(in crate::calendar) fn zone(name: Option<&str>) -> String {
    match name {
        None => t("event.zoneFloating"),
        Some(name) => name.rsplit('/').next().unwrap_or(name).replace('_', " "),
    }
}

/// `2026-11-25T10:00:00Z`.
pub(in crate::calendar) fn utc(millis: Millis) -> String {
    format!("{}Z", zones::local(millis, Some("Etc/UTC")))
}
