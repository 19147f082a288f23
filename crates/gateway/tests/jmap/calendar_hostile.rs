//! Events that nobody means well with: each is refused or takes no time to speak of.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::calendar::calendar;
use super::hostile::value;
use super::world::{ALL, Person, World};

/// In a debug build, on a machine that does other things.
const SOON: Duration = Duration::from_secs(10);

async fn create(person: &Person, event: Value) -> Value {
    let mut whole = json!({
        "title": "E", "start": "2026-11-24T10:00:00", "duration": "PT1H", "timeZone": "Europe/Berlin",
        "calendarIds": { calendar(person).await: true },
    });
    for (name, value) in event.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let began = Instant::now();
    let answer = person.call("CalendarEvent/set", json!({ "create": { "e": whole } })).await;
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
    answer
}

async fn look(person: &Person) {
    let began = Instant::now();
    let filter = json!({ "after": "2026-11-01T00:00:00", "before": "2026-12-01T00:00:00" });
    let calls = vec![
        (
            "CalendarEvent/query",
            json!({ "filter": filter, "expandRecurrences": true, "sort": [{ "property": "start" }] }),
        ),
        ("CalendarEvent/query", json!({ "filter": { "text": "e" } })),
        (
            "Principal/getAvailability",
            json!({ "id": "u1", "utcStart": "2026-11-01T00:00:00Z", "utcEnd": "2026-12-01T00:00:00Z" }),
        ),
        ("CalendarEvent/get", json!({ "ids": null, "properties": ["title", "utcStart", "utcEnd"] })),
    ];
    person.calls(calls).await;
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
}

fn rule(rule: Value) -> Value {
    let mut rule = rule;
    rule["@type"] = json!("RecurrenceRule");
    json!({ "recurrenceRule": rule })
}

#[tokio::test]
async fn rules_that_never_or_always_meet_take_no_time() {
    let world = World::new().await;
    let alice = &world.alice;
    for hostile in [
        json!({ "frequency": "yearly", "byMonth": ["2"], "byMonthDay": [30] }),
        json!({ "frequency": "secondly", "interval": 1 }),
        json!({ "frequency": "secondly", "byMonth": ["2"], "byMonthDay": [31], "bySetPosition": [366] }),
        json!({ "frequency": "minutely", "byHour": [3], "byDay": [{ "@type": "NDay", "day": "mo" }], "bySetPosition": [-1] }),
        json!({ "frequency": "daily", "count": 1_000_000_000 }),
        json!({ "frequency": "yearly", "byYearDay": [366], "interval": 999 }),
        json!({ "frequency": "yearly", "until": "9999-12-31T23:59:59" }),
    ] {
        let answer = create(alice, rule(hostile.clone())).await;
        assert!(
            answer["created"].is_object() || answer["notCreated"]["e"]["type"] == "invalidProperties",
            "{hostile}: {answer}"
        );
    }
    look(alice).await;
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    let world = World::new().await;
    let alice = &world.alice;
    let many = |count: usize, make: &dyn Fn(usize) -> (String, Value)| {
        Value::Object((0..count).map(make).collect::<Map<_, _>>())
    };
    let overrides = many(100_000, &|n| {
        let at = chrono::DateTime::from_timestamp(1_764_000_000 + n as i64 * 3600, 0).unwrap();
        (at.format("%Y-%m-%dT%H:%M:%S").to_string(), json!({ "title": "x" }))
    });
    let participants = many(1001, &|n| {
        (
            n.to_string(),
            json!({ "@type": "Participant", "calendarAddress": format!("mailto:{n}@x.example"), "roles": { "attendee": true } }),
        )
    });
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({ "x": deep });
    }
    for (name, value) in [
        ("recurrenceOverrides", overrides),
        ("participants", participants),
        ("x:deep", deep),
        ("description", json!("x".repeat(3_000_000))),
        ("timeZone", json!("x".repeat(100_000))),
    ] {
        let answer = create(alice, json!({ name: value })).await;
        let error = &answer["notCreated"]["e"]["type"];
        assert!(
            error == "invalidProperties" || error == "tooLarge",
            "{name}: {}",
            answer.to_string().chars().take(300).collect::<String>()
        );
    }
    look(alice).await;
}

#[tokio::test]
async fn the_ends_of_time_are_times() {
    let world = World::new().await;
    let alice = &world.alice;
    for (start, more) in [
        ("9999-12-31T23:00:00", json!({})),
        ("9999-12-31T23:00:00", json!({ "duration": "P100000W" })),
        ("9999-12-31T23:00:00", rule(json!({ "frequency": "daily" }))),
        ("0001-01-01T00:00:00", json!({})),
        ("0001-01-01T00:00:00", rule(json!({ "frequency": "weekly" }))),
        (
            "2026-11-24T10:00:00",
            json!({ "alerts": { "a": { "trigger": { "@type": "OffsetTrigger", "offset": "-P9999999W" } } } }),
        ),
    ] {
        let mut event = more.clone();
        event["start"] = json!(start);
        let answer = create(alice, event).await;
        assert!(answer["created"].is_object() || answer["notCreated"].is_object(), "{start}: {answer}");
    }
    look(alice).await;
    let filter = |after: &str, before: &str| json!({ "expandRecurrences": true, "filter": { "after": after, "before": before } });
    for (after, before) in [
        ("0001-01-01T00:00:00", "0001-02-01T00:00:00"),
        ("9999-12-01T00:00:00", "9999-12-31T23:59:59"),
        ("2026-12-01T00:00:00", "2026-11-01T00:00:00"),
    ] {
        let began = Instant::now();
        alice.calls(vec![("CalendarEvent/query", filter(after, before))]).await;
        assert!(began.elapsed() < SOON);
    }
}

#[tokio::test]
async fn five_hundred_endless_series_are_a_month_like_any_other() {
    let world = World::new().await;
    let alice = &world.alice;
    let home = calendar(alice).await;
    let events: Map<String, Value> = (0..500)
        .map(|n| {
            let event = json!({
                "title": format!("E {n}"), "start": "2006-01-02T10:00:00", "duration": "PT1H", "timeZone": "Europe/Berlin",
                "calendarIds": { &home: true }, "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "weekly", "interval": 1 + n % 4 },
            });
            (n.to_string(), event)
        })
        .collect();
    let began = Instant::now();
    let answer = alice.call("CalendarEvent/set", json!({ "create": events })).await;
    assert!(answer["notCreated"].is_null());
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
    look(alice).await;
}

/// What an event may be made of, and where a patch may point.
const POINTERS: [&str; 36] = [
    "@type",
    "uid",
    "title",
    "description",
    "start",
    "utcStart",
    "utcEnd",
    "duration",
    "timeZone",
    "endTimeZone",
    "timeZones",
    "showWithoutTime",
    "recurrenceRule",
    "recurrenceRule/frequency",
    "recurrenceRule/byDay",
    "recurrenceRules",
    "recurrenceOverrides",
    "recurrenceOverrides/2026-12-01T10:00:00",
    "recurrenceOverrides/2026-12-01T10:00:00/title",
    "recurrenceId",
    "participants",
    "participants/1/participationStatus",
    "replyTo",
    "organizerCalendarAddress",
    "alerts",
    "alerts/a/trigger",
    "useDefaultAlerts",
    "keywords",
    "privacy",
    "freeBusyStatus",
    "status",
    "locations",
    "links",
    "calendarIds",
    "isDraft",
    "sequence",
];

#[test]
fn whatever_an_event_is_made_of_gets_an_answer() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let alice = &world.alice;
    let home = runtime.block_on(calendar(alice));
    let strange = || proptest::collection::btree_map(proptest::sample::select(&POINTERS[..]), value(), 0..3);
    let mut runner = TestRunner::new(Config { cases: 300, ..Config::default() });
    let strategy = (strange(), strange(), strange());
    runner
        .run(&strategy, |(made_of, patch, of_one)| {
            let mut event = json!({
                "title": "E", "start": "2026-11-24T10:00:00", "duration": "PT1H", "calendarIds": { &home: true },
                "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "weekly", "count": 3 },
            });
            let mut other = event.clone();
            for (name, value) in made_of {
                other[name] = value;
            }
            event["title"] = json!("F");
            let object = |map: std::collections::BTreeMap<&str, Value>| {
                Value::Object(map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            };
            let account = alice.account();
            let range = json!({ "after": "2026-11-01T00:00:00", "before": "2026-12-31T00:00:00" });
            let calls = json!([
                ["CalendarEvent/set", { "accountId": account, "sendSchedulingMessages": true, "create": { "e": event, "o": other } }, "0"],
                ["CalendarEvent/set", { "accountId": account, "update": { "#e": object(patch), "#o": { "title": "x" } } }, "1"],
                ["CalendarEvent/query", { "accountId": account, "filter": range, "expandRecurrences": true, "limit": 5 }, "2"],
                ["CalendarEvent/get", { "accountId": account, "#ids": { "resultOf": "2", "name": "CalendarEvent/query", "path": "/ids" } }, "3"],
                ["Principal/getAvailability", { "accountId": account, "id": "u1", "utcStart": "2026-11-01T00:00:00Z", "utcEnd": "2026-12-31T00:00:00Z", "showDetails": true }, "4"],
            ]);
            let post = |calls: Value| {
                let body = json!({ "using": ALL, "methodCalls": calls }).to_string();
                runtime.block_on(alice.post(body))
            };
            let (status, answer) = post(calls);
            prop_assert_eq!(status, StatusCode::OK);
            let answers = answer["methodResponses"].as_array().unwrap();
            for answer in answers {
                prop_assert_ne!(&answer[1]["type"], "serverFail", "{}", answer);
            }
            let created = answers[0][1]["created"].as_object().cloned().unwrap_or_default();
            let id = created["e"]["id"].as_str().unwrap();
            let single = format!("{id}-20261201T100000");
            let ids: Vec<&Value> = created.values().map(|made| &made["id"]).collect();
            let (_, answer) = post(json!([
                ["CalendarEvent/set", { "accountId": account, "update": { single: object(of_one) } }, "0"],
                ["CalendarEvent/set", { "accountId": account, "destroy": ids }, "1"],
            ]));
            for answer in answer["methodResponses"].as_array().unwrap() {
                prop_assert_ne!(&answer[1]["type"], "serverFail", "{}", answer);
            }
            Ok(())
        })
        .unwrap();
    let faults = runtime.block_on(world.state.store.check_integrity()).unwrap();
    assert_eq!(faults, Vec::<String>::new());
}
