//! Who is busy when, and what is suggested.

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::date::{format_utc, parse_utc};

fn at(text: &str) -> DateTime<Utc> {
    parse_utc(&format!("{text}:00Z")).unwrap()
}

fn event(extra: Value) -> Event {
    let mut map = json!({"@type": "Event", "uid": "u", "start": "2026-03-02T10:00:00", "timeZone": "Etc/UTC", "duration": "PT1H"});
    map.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    Event::new(map.as_object().unwrap().clone()).unwrap()
}

fn bob(status: &str) -> Value {
    json!({"bob": {"calendarAddress": "mailto:bob@example.com", "participationStatus": status}})
}

fn check(extra: Value, expect: &[(&str, BusyStatus)]) {
    let event = event(extra);
    let found = busy(
        [&event],
        &[CalendarAddress::new("bob@example.com")],
        at("2026-03-01T00:00"),
        at("2026-03-31T00:00"),
        &Zone::UTC,
    );
    let found: Vec<(String, BusyStatus)> =
        found.iter().map(|it| (format_utc(it.start)[..16].to_owned(), it.status)).collect();
    let expect: Vec<(String, BusyStatus)> =
        expect.iter().map(|(start, status)| ((*start).to_owned(), *status)).collect();
    assert_eq!(found, expect);
}

#[test]
fn an_event_makes_busy_as_far_as_it_says_and_one_has_answered() {
    use BusyStatus::{Confirmed, Tentative, Unavailable};
    let only = |status| [("2026-03-02T10:00", status)];
    check(json!({}), &only(Confirmed));
    check(json!({"status": "tentative"}), &only(Tentative));
    check(json!({"freeBusyStatus": "unavailable"}), &only(Unavailable));
    check(json!({"participants": bob("accepted")}), &only(Confirmed));
    check(json!({"participants": bob("needs-action")}), &only(Tentative));
    check(json!({"participants": bob("declined")}), &[]);
    check(json!({"status": "cancelled"}), &[]);
    check(json!({"freeBusyStatus": "free"}), &[]);
    check(json!({"isDraft": true}), &[]);
    check(json!({"duration": null}), &[]);
    check(
        json!({"recurrenceRule": {"frequency": "weekly", "count": 4}, "participants": bob("accepted"), "recurrenceOverrides": {
            "2026-03-09T10:00:00": {"participants/bob/participationStatus": "declined"},
            "2026-03-16T10:00:00": {"status": "cancelled"},
            "2026-03-23T10:00:00": {"participants/bob/participationStatus": "tentative", "start": "2026-03-24T10:00:00"}}}),
        &[("2026-03-02T10:00", Confirmed), ("2026-03-24T10:00", Tentative)],
    );
}

#[test]
fn a_period_is_cut_to_what_was_asked() {
    let event = event(json!({"duration": "P3D"}));
    let found = busy([&event], &[], at("2026-03-03T00:00"), at("2026-03-04T00:00"), &Zone::UTC);
    assert_eq!((found[0].start, found[0].end), (at("2026-03-03T00:00"), at("2026-03-04T00:00")));
}

fn period(start: i64, length: i64, status: u8) -> Busy {
    let start = at("2026-03-02T00:00") + TimeDelta::minutes(start);
    let status = [BusyStatus::Tentative, BusyStatus::Confirmed, BusyStatus::Unavailable][usize::from(status)];
    Busy { start, end: start + TimeDelta::minutes(length), status, event: None }
}

proptest! {
    #[test]
    fn a_merged_line_says_of_each_minute_what_the_periods_say(
        periods in prop::collection::vec((0i64..200, 0i64..60, 0u8..3), 0..20)
    ) {
        let periods: Vec<Busy> = periods.into_iter().map(|(start, length, status)| period(start, length, status)).collect();
        let line = merge(&periods);
        let on = |list: &[Busy], minute: i64| {
            let time = at("2026-03-02T00:00") + TimeDelta::minutes(minute);
            list.iter().filter(|it| it.start <= time && time < it.end).map(|it| it.status).max()
        };
        for minute in 0..260 {
            prop_assert_eq!(on(&line, minute), on(&periods, minute));
        }
        for pair in line.windows(2) {
            prop_assert!(pair[0].end < pair[1].start || (pair[0].end == pair[1].start && pair[0].status != pair[1].status));
        }
        let (from, to) = (at("2026-03-02T00:00"), at("2026-03-02T00:00") + TimeDelta::minutes(230));
        for minute in 0..230 {
            let time = from + TimeDelta::minutes(minute);
            let is_free = free(&periods, from, to).iter().any(|(start, end)| *start <= time && time < *end);
            prop_assert_eq!(is_free, on(&periods, minute).is_none());
        }
    }
}

fn person(zone: &str, busy: &[(&str, &str)], required: bool) -> Person {
    let busy = busy.iter().map(|(start, end)| Busy {
        start: at(start),
        end: at(end),
        status: BusyStatus::Confirmed,
        event: None,
    });
    Person {
        busy: busy.collect(),
        working: Some(WorkingHours::weekdays(9 * 3600, 17 * 3600)),
        zone: Zone::named(zone).unwrap(),
        required,
    }
}

fn request(from: &str, to: &str, most: usize) -> Request {
    Request { from: at(from), to: at(to), duration: 3600, step: 1800, most }
}

fn starts(suggestions: &[Suggestion]) -> Vec<(String, u32)> {
    suggestions.iter().map(|it| (format_utc(it.start)[..16].to_owned(), it.cost)).collect()
}

#[test]
fn people_in_two_zones_meet_when_both_work() {
    // Nine in New York is two in London; on 9 March New York has summer time already and London not.
    let people = [person("Europe/London", &[], true), person("America/New_York", &[], true)];
    let found = suggest(&people, &request("2026-03-02T00:00", "2026-03-03T00:00", 3));
    assert_eq!(
        starts(&found),
        [("2026-03-02T14:00".into(), 0), ("2026-03-02T15:00".into(), 0), ("2026-03-02T16:00".into(), 0)]
    );
    let found = suggest(&people, &request("2026-03-09T00:00", "2026-03-10T00:00", 1));
    assert_eq!(starts(&found), [("2026-03-09T13:00".into(), 0)]);
}

#[test]
fn what_suits_those_who_have_to_be_there_comes_before_what_suits_the_others() {
    let people = [
        person("Etc/UTC", &[("2026-03-02T09:00", "2026-03-02T12:00")], true),
        person("Etc/UTC", &[("2026-03-02T12:00", "2026-03-02T17:00")], false),
    ];
    let found = suggest(&people, &request("2026-03-02T09:00", "2026-03-02T17:00", 1));
    assert_eq!(found[0].start, at("2026-03-02T12:00"));
    assert_eq!(found[0].conflicts, [Conflict::Busy(1, BusyStatus::Confirmed)]);
}

#[test]
fn nobody_works_at_the_weekend_and_it_is_said() {
    let found = suggest(&[person("Etc/UTC", &[], true)], &request("2026-03-07T00:00", "2026-03-08T00:00", 1));
    assert_eq!(found[0].conflicts, [Conflict::OutsideHours(0)]);
    assert!(suggest(&[], &request("2026-03-07T00:00", "2026-03-07T00:30", 5)).is_empty());
}

#[test]
fn a_zone_whose_hours_are_not_those_of_greenwich_begins_at_its_own() {
    let found = suggest(&[person("Asia/Kathmandu", &[], true)], &request("2026-03-02T00:00", "2026-03-03T00:00", 1));
    // Nine in Kathmandu is a quarter past three.
    assert_eq!(starts(&found), [("2026-03-02T03:15".into(), 0)]);
}
