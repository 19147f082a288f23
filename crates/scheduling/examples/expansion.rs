//! How many occurrences a second: ours, and calcard's alone, on the same events read from the same iCalendar.
//!
//!     cargo run --profile gateway -p owlet-scheduling --example expansion
//!
//! "from the start": the first 10,000 occurrences of a series. "a week in 2035": what a calendar view asks, ten years
//! after the series began; calcard has no way to begin elsewhere than at the start, so that it walks there.
#![expect(clippy::unwrap_used, reason = "an example")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use calcard::{
    common::timezone::Tz,
    icalendar::{ICalendar, dates::TimeOrDelta},
};
use chrono::{DateTime, Utc};
use scheduling::{Event, Zone, date::parse_utc, icalendar::read};

const RULES: &[(&str, &str)] = &[
    ("each day", "FREQ=DAILY"),
    ("each weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every second Tuesday and Thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
    ("the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("the last Friday", "FREQ=MONTHLY;BYDAY=-1FR"),
    ("the last weekday of the month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("a birthday", "FREQ=YEARLY"),
    ("the fourth Thursday of November", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
    ("each hour of work", "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16"),
    ("every quarter of an hour", "FREQ=MINUTELY;INTERVAL=15"),
];
const MOST: usize = 10_000;

fn file(rule: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20250101T000000Z\r\n\
         DTSTART;TZID=Europe/Berlin:20250106T090000\r\nDURATION:PT1H\r\nRRULE:{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// Occurrences a second of what gives some each time, for half a second.
fn rate(mut once: impl FnMut() -> usize) -> (f64, Duration) {
    let begun = Instant::now();
    let (mut found, mut times) = (0, 0u32);
    while begun.elapsed() < Duration::from_millis(500) || times == 0 {
        found += once();
        times += 1;
    }
    let elapsed = begun.elapsed();
    (found as f64 / elapsed.as_secs_f64(), elapsed / times)
}

fn ours(event: &Event, from: DateTime<Utc>, to: DateTime<Utc>) -> usize {
    black_box(event.occurrences(from, to, &Zone::UTC, MOST).unwrap().list).len()
}

fn calcards(calendar: &ICalendar, from: i64, to: i64, most: usize) -> usize {
    let expanded = black_box(calendar.expand_dates(Tz::UTC, most));
    let starts = expanded.events.iter().map(|event| {
        let end = match &event.end {
            TimeOrDelta::Time(end) => end.timestamp(),
            TimeOrDelta::Delta(length) => event.start.timestamp() + length.num_seconds(),
        };
        (event.start.timestamp(), end)
    });
    starts.filter(|(start, end)| *start < to && *end > from).count()
}

fn main() {
    let at = |text: &str| parse_utc(text).unwrap();
    let (first, last) = (at("2025-01-01T00:00:00Z"), at("9999-01-01T00:00:00Z"));
    let (monday, sunday) = (at("2035-01-01T00:00:00Z"), at("2035-01-08T00:00:00Z"));
    println!(
        "{:36} {:>14} {:>14} {:>7}   {:>12} {:>12}",
        "", "from the start", "calcard", "times", "a week 2035", "calcard"
    );
    for (name, rule) in RULES {
        let text = file(rule);
        let event = read(text.as_bytes()).unwrap().events.remove(0);
        let calendar = ICalendar::parse(&text).unwrap();
        let (own, _) = rate(|| ours(&event, first, last));
        let (theirs, _) = rate(|| calcards(&calendar, i64::MIN, i64::MAX, MOST));
        let (_, week) = rate(|| ours(&event, monday, sunday).max(1));
        // As many as it takes to get there.
        let needed = ours_until(&event, sunday);
        let (_, their_week) = rate(|| calcards(&calendar, monday.timestamp(), sunday.timestamp(), needed).max(1));
        println!("{name:36} {own:>12.0}/s {theirs:>12.0}/s {:>7.1}   {week:>12.1?} {their_week:>12.1?}", own / theirs);
    }
}

fn ours_until(event: &Event, end: DateTime<Utc>) -> usize {
    event.occurrences(DateTime::UNIX_EPOCH, end, &Zone::UTC, 1_000_000).unwrap().list.len() + 1
}
