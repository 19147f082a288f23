//! Events: what is accepted, what occurrences they have, how one occurrence is changed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::*;
use crate::date::{format_local, format_utc};

pub(crate) fn event(extra: Value) -> Event {
    Event::new(with(extra)).unwrap_or_else(|invalid| panic!("{invalid:?}"))
}

fn with(extra: Value) -> Map<String, Value> {
    let mut map = json!({"@type": "Event", "uid": "u1", "start": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin", "duration": "PT1H", "title": "Weekly"})
        .as_object()
        .unwrap()
        .clone();
    map.extend(extra.as_object().unwrap().clone());
    map
}

fn refused(extra: Value, expect: &[&str]) {
    let invalid = Event::new(with(extra)).unwrap_err();
    let text: Vec<String> = invalid.iter().map(ToString::to_string).collect();
    assert_eq!(text, expect);
}

fn starts(event: &Event, from: &str, to: &str) -> Vec<String> {
    let at = |text: &str| parse_utc(&format!("{text}T00:00:00Z")).unwrap();
    let found = event.occurrences(at(from), at(to), &Zone::UTC, 1000).unwrap();
    assert!(found.complete);
    found.list.iter().map(|it| format_utc(it.start)).collect()
}

fn at(text: &str) -> NaiveDateTime {
    parse_local(text).unwrap()
}

fn patch(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn the_names_of_version_one_become_those_of_two() {
    let event = event(json!({
        "recurrenceRules": [{"frequency": "weekly"}],
        "replyTo": {"imip": "mailto:alice@example.com"},
        "timeZone": "W. Europe Standard Time",
        "locations": {"a": {"relativeTo": "end", "timeZone": "Europe/London"}},
        "participants": {"p": {"sendTo": {"imip": "mailto:bob@example.com"}, "roles": {"attendee": true}}},
        "recurrenceOverrides": {"2026-03-09T10:00:00": {"uid": "other", "title": "Once", "privacy": "secret"},
            "2026-03-16T10:00:00": {"excluded": true, "title": "gone"}, "2026-03-23T10:00:00": {"excluded": false}},
        "x:kept": {"as": "it is"},
    }));
    assert_eq!(event.get("recurrenceRule"), Some(&json!({"frequency": "weekly"})));
    assert_eq!(event.organizer(), Some(CalendarAddress::new("alice@example.com")));
    assert_eq!(event.time_zone(), Some("Europe/Berlin"));
    assert_eq!(event.end_time_zone(), Some("Europe/London"));
    let participant = event.participants().next().unwrap();
    assert_eq!(participant.calendar_address(), Some(CalendarAddress::new("bob@example.com")));
    assert!(participant.has_role("required"));
    assert_eq!(
        event.get("recurrenceOverrides"),
        Some(
            &json!({"2026-03-09T10:00:00": {"title": "Once"}, "2026-03-16T10:00:00": {"excluded": true}, "2026-03-23T10:00:00": {}})
        )
    );
    assert_eq!(event.get("x:kept"), Some(&json!({"as": "it is"})));
    assert_eq!(event.get("version"), Some(&json!("2.0")));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    refused(json!({"start": "2026-03-02"}), &["start must be a local date-time such as 2026-01-31T09:00:00"]);
    refused(json!({"start": null}), &["start is missing"]);
    refused(json!({"uid": ""}), &["uid is missing"]);
    refused(json!({"@type": "Group"}), &["@type must be Event or Task"]);
    refused(json!({"method": "request"}), &["method cannot be set here"]);
    refused(json!({"duration": "-PT1H"}), &["duration must be a duration such as PT1H"]);
    refused(json!({"priority": 10}), &["priority must be between 0 and 9"]);
    refused(json!({"timeZone": "Nowhere/Land"}), &["timeZone is no time zone that is known"]);
    refused(json!({"keywords": {"a": false}}), &["keywords/a must be true"]);
    refused(json!({"mainLocationId": "x"}), &["mainLocationId names \"x\", which is not there"]);
    refused(
        json!({"alerts": {"1": {"trigger": {"offset": 5}}}}),
        &["alerts/1/trigger/offset must be a duration such as PT1H"],
    );
    refused(json!({"alerts": {"1": {}}}), &["alerts/1/trigger is missing"]);
    refused(json!({"virtualLocations": {"v": {}}}), &["virtualLocations/v/uri is missing"]);
    refused(json!({"recurrenceRules": [{}, {}]}), &["recurrenceRules must have at most 1 entries"]);
    refused(
        json!({"recurrenceRule": {"frequency": "daily", "byHour": [25]}}),
        &["recurrenceRule/byHour/0 must be between 0 and 23"],
    );
    refused(
        json!({"recurrenceRule": {"frequency": "daily"}, "recurrenceId": "2026-03-02T10:00:00"}),
        &["recurrenceId cannot be given together with recurrenceRule or recurrenceOverrides"],
    );
    refused(
        json!({"recurrenceOverrides": {"soon": {}, "2026-03-09T10:00:00": {"participants/x/name": "X"}, "2026-03-16T10:00:00": {"start": 5}}}),
        &[
            "recurrenceOverrides/2026-03-09T10:00:00/participants~1x~1name does not lead to anything",
            "recurrenceOverrides/2026-03-16T10:00:00/start must be a local date-time such as 2026-01-31T09:00:00",
            "recurrenceOverrides/soon must be under a local date-time",
        ],
    );
    assert_eq!(Event::new(with(json!({"start": 1}))).unwrap_err()[0].property(), "start");
}

#[test]
fn another_calendars_rule_is_kept_and_says_that_it_cannot_be_expanded() {
    let event = event(json!({"recurrenceRule": {"frequency": "yearly", "rscale": "hebrew", "byMonth": ["5L"]}}));
    let error = event.series(&Zone::UTC).unwrap_err();
    assert_eq!(error.to_string(), "recurrence in the calendar \"hebrew\" cannot be computed");
}

#[test]
fn what_is_too_large_is_refused_at_once() {
    let many: Map<String, Value> = (0..100_000i64)
        .map(|n| (format_local(at("2026-03-02T10:00:00") + chrono::TimeDelta::hours(n)), json!({"title": "x"})))
        .collect();
    let begun = Instant::now();
    refused(json!({"recurrenceOverrides": many}), &["recurrenceOverrides must have at most 10000 entries"]);
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    refused(json!({"x": deep}), &["x is nested too deeply"]);
    refused(json!({"title": "x".repeat(9000)}), &["title must have at most 8192 bytes"]);
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_series_keeps_the_time_of_the_clock_when_the_clock_changes() {
    let weekly = event(json!({"recurrenceRule": {"frequency": "weekly"}}));
    assert_eq!(
        starts(&weekly, "2026-03-20", "2026-04-10"),
        ["2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z", "2026-04-06T08:00:00Z"]
    );
}

#[test]
fn an_occurrence_is_found_where_it_was_moved_to() {
    let weekly = event(json!({"recurrenceRule": {"frequency": "weekly"}, "recurrenceOverrides": {
        "2026-03-09T10:00:00": {"start": "2026-08-01T10:00:00"},
        "2026-03-16T10:00:00": {"excluded": true},
        "2026-03-20T12:00:00": {"title": "extra"},
        "2026-03-23T10:00:00": {"timeZone": "America/New_York"},
    }}));
    assert_eq!(
        starts(&weekly, "2026-03-01", "2026-03-25"),
        ["2026-03-02T09:00:00Z", "2026-03-20T11:00:00Z", "2026-03-23T14:00:00Z"]
    );
    assert_eq!(starts(&weekly, "2026-08-01", "2026-08-02"), ["2026-08-01T08:00:00Z"]);
    assert!(weekly.has_occurrence(at("2026-03-09T10:00:00")));
    assert!(!weekly.has_occurrence(at("2026-03-16T10:00:00")));
    assert!(weekly.has_occurrence(at("2026-03-20T12:00:00")));
    assert!(!weekly.has_occurrence(at("2026-03-21T10:00:00")));
}

#[test]
fn what_overlaps_the_edge_of_a_range_is_in_it() {
    let long = event(json!({"start": "2026-03-02T23:30:00", "timeZone": "Etc/UTC", "duration": "P2DT1H"}));
    assert_eq!(starts(&long, "2026-03-05", "2026-03-06"), ["2026-03-02T23:30:00Z"]);
    assert_eq!(starts(&long, "2026-03-06", "2026-03-07"), [""; 0]);
    let moment = event(json!({"start": "2026-03-02T00:00:00", "timeZone": "Etc/UTC", "duration": null}));
    assert_eq!(starts(&moment, "2026-03-02", "2026-03-03").len(), 1);
    assert_eq!(starts(&moment, "2026-03-01", "2026-03-02").len(), 0);
}

#[test]
fn an_all_day_event_is_that_day_wherever_one_is() {
    let day =
        event(json!({"start": "2026-03-29T00:00:00", "timeZone": null, "duration": "P1D", "showWithoutTime": true}));
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let found = day.series(&berlin).unwrap().next_after(parse_utc("2026-01-01T00:00:00Z").unwrap()).unwrap();
    assert_eq!(
        (format_utc(found.start), format_utc(found.end)),
        ("2026-03-28T23:00:00Z".into(), "2026-03-29T22:00:00Z".into())
    );
    assert_eq!(found.recurrence_id, None);
}

#[test]
fn the_span_holds_everything() {
    let check = |extra: Value, start: &str, end: Option<&str>| {
        let span = event(extra).span(&Zone::UTC).unwrap();
        assert_eq!((span.start.map(format_utc).as_deref(), span.end.map(format_utc).as_deref()), (Some(start), end));
    };
    check(json!({}), "2026-03-02T09:00:00Z", Some("2026-03-02T10:00:00Z"));
    check(json!({"recurrenceRule": {"frequency": "daily"}}), "2026-03-02T09:00:00Z", None);
    check(
        json!({"recurrenceRule": {"frequency": "daily", "count": 3}}),
        "2026-03-02T09:00:00Z",
        Some("2026-03-04T10:00:00Z"),
    );
    check(
        json!({"recurrenceRule": {"frequency": "daily", "until": "2026-03-04T10:00:00"},
            "recurrenceOverrides": {"2026-03-03T10:00:00": {"start": "2026-02-01T10:00:00"}, "2026-03-04T10:00:00": {"duration": "PT48H"}}}),
        "2026-02-01T09:00:00Z",
        Some("2026-03-06T09:00:00Z"),
    );
    let task = Event::new(patch(json!({"@type": "Task", "uid": "t"}))).unwrap();
    assert_eq!(task.span(&Zone::UTC).unwrap(), Span::default());
}

#[test]
fn one_occurrence_is_an_event_of_its_own() {
    let weekly = event(json!({"recurrenceRule": {"frequency": "weekly"}, "participants": {"p": {"name": "Bob"}},
        "recurrenceOverrides": {"2026-03-09T10:00:00": {"title": "Once", "participants/p/participationStatus": "accepted"}}}));
    let once = weekly.occurrence(at("2026-03-09T10:00:00")).unwrap();
    assert_eq!(once.title(), "Once");
    assert_eq!(once.start(), Some(at("2026-03-09T10:00:00")));
    assert_eq!(once.recurrence_id(), Some(at("2026-03-09T10:00:00")));
    assert_eq!(once.get("recurrenceIdTimeZone"), Some(&json!("Europe/Berlin")));
    assert_eq!(once.participants().next().unwrap().status(), "accepted");
    assert!(!once.is_recurring());
    assert!(weekly.occurrence(at("2026-03-10T10:00:00")).is_none());
    assert!(event(json!({})).occurrence(at("2026-03-02T10:00:00")).is_none());
}

#[test]
fn a_change_of_one_occurrence_says_only_what_differs() {
    let weekly = event(json!({"recurrenceRule": {"frequency": "weekly"}, "participants": {"p": {"name": "Bob"}}}));
    let id = at("2026-03-09T10:00:00");
    let changed = weekly
        .with_occurrence_patched(id, &patch(json!({"start": "2026-03-09T11:00:00", "participants/p/participationStatus": "declined", "title": "Weekly"})))
        .unwrap();
    assert_eq!(
        changed.get("recurrenceOverrides"),
        Some(
            &json!({"2026-03-09T10:00:00": {"start": "2026-03-09T11:00:00", "participants/p/participationStatus": "declined"}})
        )
    );
    let back = changed
        .with_occurrence_patched(
            id,
            &patch(json!({"start": "2026-03-09T10:00:00", "participants/p/participationStatus": null})),
        )
        .unwrap();
    assert_eq!(back, weekly);
    let invalid = weekly.with_occurrence_patched(id, &patch(json!({"privacy": "secret"}))).unwrap_err();
    assert_eq!(invalid[0].to_string(), "privacy cannot be changed for one occurrence");
    let gone = weekly.without_occurrence(id).unwrap();
    assert!(!gone.has_occurrence(id));
    assert!(gone.with_occurrence_patched(id, &patch(json!({"title": "x"}))).is_err());
}

#[test]
fn a_patch_makes_the_override_that_it_leads_into() {
    let weekly = event(json!({"recurrenceRule": {"frequency": "weekly"}}));
    let changed = weekly
        .patched(&patch(json!({"recurrenceOverrides/2026-03-09T10:00:00/title": "Once", "title": "All"})))
        .unwrap();
    assert_eq!(changed.occurrence(at("2026-03-09T10:00:00")).unwrap().title(), "Once");
    assert_eq!(changed.title(), "All");
    assert!(weekly.patched(&patch(json!({"participants/x/name": "X"}))).is_err());
}

#[test]
fn a_series_is_split_without_losing_an_occurrence() {
    let weekly =
        event(json!({"sequence": 4, "recurrenceRule": {"frequency": "weekly", "count": 6}, "recurrenceOverrides": {
        "2026-03-09T10:00:00": {"title": "second"}, "2026-03-30T10:00:00": {"title": "fifth"}}}));
    let (past, future) = weekly.split(at("2026-03-16T10:00:00"), "u2").unwrap();
    let mut both = starts(&past, "2026-01-01", "2027-01-01");
    both.extend(starts(&future, "2026-01-01", "2027-01-01"));
    assert_eq!(both, starts(&weekly, "2026-01-01", "2027-01-01"));
    assert_eq!((past.overrides().count(), future.overrides().count()), (1, 1));
    assert_eq!(past.get("relatedTo").unwrap()["u2"]["relation"], json!({"next": true}));
    assert_eq!(future.get("relatedTo").unwrap()["u1"]["relation"], json!({"first": true}));
    assert_eq!((future.uid(), future.sequence()), ("u2", 0));
    assert_eq!(weekly.split(at("2026-03-02T10:00:00"), "u2"), Err(SplitError::First));
    assert_eq!(weekly.split(at("2026-03-17T10:00:00"), "u2"), Err(SplitError::NoOccurrence));
}

#[test]
fn what_others_may_see_of_a_private_event_is_when_it_is() {
    let private =
        event(json!({"privacy": "private", "description": "secret", "recurrenceRule": {"frequency": "weekly"},
        "recurrenceOverrides": {"2026-03-09T10:00:00": {"title": "secret", "start": "2026-03-09T11:00:00"}}}));
    let shown = private.redacted();
    assert!(!serde_json::to_string(&shown).unwrap().contains("secret"));
    assert_eq!(starts(&shown, "2026-03-01", "2026-04-01"), starts(&private, "2026-03-01", "2026-04-01"));
}

#[test]
fn a_custom_zone_is_used_by_its_definition() {
    let custom = event(json!({"timeZone": "/custom", "timeZones": {"/custom": {"standard": [
        {"start": "2000-01-01T00:00:00", "offsetFrom": "+03:17", "offsetTo": "+03:17"}]}}}));
    assert_eq!(starts(&custom, "2026-03-01", "2026-03-03"), ["2026-03-02T06:43:00Z"]);
}

#[test]
fn a_range_with_more_than_was_asked_for_says_so() {
    let always = event(json!({"recurrenceRule": {"frequency": "secondly"}}));
    let (from, to) = (parse_utc("2030-01-01T00:00:00Z").unwrap(), parse_utc("9000-01-01T00:00:00Z").unwrap());
    let found = always.occurrences(from, to, &Zone::UTC, 10).unwrap();
    assert_eq!((found.list.len(), found.complete), (10, false));
    // The hour before the range reaches into it.
    assert_eq!(format_utc(found.list[0].start), "2029-12-31T23:00:01Z");
}
