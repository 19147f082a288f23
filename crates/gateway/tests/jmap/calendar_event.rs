//! Events: made, changed, found; series expanded, and single occurrences of them changed and taken out.

use serde_json::{Value, json};

use super::calendar::calendar;
use super::world::{Person, World};

async fn create(person: &Person, event: Value) -> Value {
    let mut event = event;
    if event.get("calendarIds").is_none() {
        event["calendarIds"] = json!({ calendar(person).await: true });
    }
    let answer = person.call("CalendarEvent/set", json!({ "create": { "e": event } })).await;
    match answer["created"].get("e") {
        Some(created) => created.clone(),
        None => panic!("{answer}"),
    }
}

async fn id(person: &Person, event: Value) -> String {
    create(person, event).await["id"].as_str().unwrap().to_owned()
}

async fn get(person: &Person, id: &str, properties: Value) -> Value {
    let got = person.call("CalendarEvent/get", json!({ "ids": [id], "properties": properties })).await;
    got["list"][0].clone()
}

async fn update(person: &Person, id: &str, patch: Value) -> Value {
    let answer = person.call("CalendarEvent/set", json!({ "update": { id: patch } })).await;
    assert!(answer["notUpdated"].is_null(), "{answer}");
    answer["updated"][id].clone()
}

fn weekly() -> Value {
    json!({
        "title": "Team", "start": "2026-10-19T09:00:00", "duration": "PT1H", "timeZone": "Europe/Berlin",
        "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "weekly" },
    })
}

async fn month(person: &Person, more: Value) -> Value {
    let mut query = json!({
        "filter": { "after": "2026-10-01T00:00:00", "before": "2026-11-09T00:00:00" },
        "sort": [{ "property": "start" }], "timeZone": "Europe/Berlin", "expandRecurrences": true,
    });
    for (name, value) in more.as_object().unwrap() {
        query[name] = value.clone();
    }
    person.call("CalendarEvent/query", query).await
}

#[tokio::test]
async fn an_event_gets_what_every_event_has() {
    let world = World::new().await;
    let made = create(
        &world.alice,
        json!({ "title": "Lunch", "start": "2026-11-24T12:30:00", "duration": "PT1H", "status": null }),
    )
    .await;
    assert_eq!((&made["@type"], &made["isOrigin"], &made["isDraft"]), (&json!("Event"), &json!(true), &json!(false)));
    assert_eq!(made["uid"].as_str().unwrap().len(), 36);
    assert!(made["created"].is_string() && made["updated"].is_string() && made.get("title").is_none());
    let got = get(&world.alice, made["id"].as_str().unwrap(), Value::Null).await;
    assert_eq!((&got["title"], &got["duration"], got.get("status")), (&json!("Lunch"), &json!("PT1H"), None));
    let got = get(
        &world.alice,
        made["id"].as_str().unwrap(),
        json!(["status", "freeBusyStatus", "recurrenceRule", "utcStart"]),
    )
    .await;
    assert_eq!(
        got,
        json!({ "id": made["id"], "status": "confirmed", "freeBusyStatus": "busy", "recurrenceRule": null, "utcStart": "2026-11-24T12:30:00Z" })
    );
}

#[tokio::test]
async fn what_is_no_event_is_refused() {
    let world = World::new().await;
    let alice = &world.alice;
    let calendar = calendar(alice).await;
    let foreign = super::calendar::calendar(&world.bob).await;
    let valid = json!({ "title": "E", "start": "2026-11-24T10:00:00", "calendarIds": { &calendar: true } });
    for (name, value) in [
        ("start", json!("2026-11-24")),
        ("duration", json!("an hour")),
        ("timeZone", json!("Owlery/Attic")),
        ("calendarIds", json!({})),
        ("calendarIds", json!({ &calendar: false })),
        ("calendarIds", json!({ "c99": true })),
        ("method", json!("request")),
        ("isOrigin", json!(true)),
        ("id", json!("k1")),
        ("recurrenceRule", json!({ "@type": "RecurrenceRule", "frequency": "often" })),
    ] {
        let mut event = valid.clone();
        event[name] = value;
        let answer = alice.call("CalendarEvent/set", json!({ "create": { "e": event } })).await;
        assert_eq!(answer["notCreated"]["e"]["type"], "invalidProperties", "{name}: {answer}");
        assert_eq!(answer["notCreated"]["e"]["properties"], json!([name]), "{answer}");
    }
    let _ = foreign;
    let uid =
        json!({ "uid": "the-one", "title": "E", "start": "2026-11-24T10:00:00", "calendarIds": { &calendar: true } });
    let first = id(alice, uid.clone()).await;
    let answer = alice.call("CalendarEvent/set", json!({ "create": { "e": uid } })).await;
    assert_eq!(answer["notCreated"]["e"]["type"], "alreadyExists");
    assert_eq!(answer["notCreated"]["e"]["existingId"], first);
}

#[tokio::test]
async fn instants_become_local_times() {
    let world = World::new().await;
    let alice = &world.alice;
    let made = create(alice, json!({ "title": "Call", "utcStart": "2026-07-01T10:00:00Z", "utcEnd": "2026-07-01T11:30:00Z", "timeZone": "Europe/Berlin" })).await;
    assert_eq!((&made["start"], &made["duration"]), (&json!("2026-07-01T12:00:00"), &json!("PT1H30M")));
    let id = made["id"].as_str().unwrap();
    let changed = update(alice, id, json!({ "utcStart": "2026-12-01T10:00:00Z" })).await;
    assert_eq!((&changed["start"], &changed["sequence"]), (&json!("2026-12-01T11:00:00"), &json!(1)), "{changed}");
    let got = get(alice, id, json!(["utcStart", "utcEnd"])).await;
    assert_eq!((&got["utcStart"], &got["utcEnd"]), (&json!("2026-12-01T10:00:00Z"), &json!("2026-12-01T11:30:00Z")));
    let both = json!({ "update": { id: { "utcStart": "2026-12-01T10:00:00Z", "start": "2026-12-01T10:00:00" } } });
    let answer = alice.call("CalendarEvent/set", both).await;
    assert_eq!(answer["notUpdated"][id]["type"], "invalidProperties");
    let made = create(alice, json!({ "title": "Call", "utcStart": "2026-07-01T10:00:00Z" })).await;
    assert_eq!(made["timeZone"], "Etc/UTC");
    let asked = json!({ "ids": [id], "properties": ["utcStart", "recurrenceOverrides"] });
    assert_eq!(alice.error("CalendarEvent/get", asked).await, "invalidArguments");
}

#[tokio::test]
async fn a_series_is_expanded_across_the_end_of_summer_time() {
    let world = World::new().await;
    let alice = &world.alice;
    let series = id(alice, weekly()).await;
    let single = id(
        alice,
        json!({ "title": "Once", "start": "2026-10-20T08:00:00", "timeZone": "Europe/Berlin", "duration": "PT1H" }),
    )
    .await;
    let found = month(alice, json!({ "calculateTotal": true })).await;
    let expected = [
        format!("{series}-20261019T090000"),
        single.clone(),
        format!("{series}-20261026T090000"),
        format!("{series}-20261102T090000"),
    ];
    assert_eq!(found["ids"], json!(expected));
    assert_eq!((&found["total"], &found["canCalculateChanges"]), (&json!(4), &json!(false)));
    let properties =
        json!(["start", "utcStart", "recurrenceId", "recurrenceRule", "baseEventId", "title", "calendarIds"]);
    let got = alice.call("CalendarEvent/get", json!({ "ids": expected, "properties": properties })).await;
    let of = |index: usize, name: &str| got["list"][index][name].clone();
    assert_eq!((of(0, "utcStart"), of(2, "utcStart")), (json!("2026-10-19T07:00:00Z"), json!("2026-10-26T08:00:00Z")));
    assert_eq!((of(2, "recurrenceId"), of(2, "start")), (json!("2026-10-26T09:00:00"), json!("2026-10-26T09:00:00")));
    assert_eq!(
        (of(2, "baseEventId"), of(2, "recurrenceRule"), of(1, "baseEventId")),
        (json!(series), Value::Null, Value::Null)
    );
    assert_eq!(of(2, "calendarIds"), of(1, "calendarIds"));
    let whole = alice.call("CalendarEvent/query", json!({ "filter": { "after": "2026-10-25T00:00:00" } })).await;
    assert_eq!(whole["ids"], json!([series]));
    let part = month(alice, json!({ "position": 1, "limit": 2 })).await;
    assert_eq!(part["ids"], json!(expected[1..3]));
}

#[tokio::test]
async fn one_occurrence_is_changed_and_another_taken_out() {
    let world = World::new().await;
    let alice = &world.alice;
    let series = id(alice, weekly()).await;
    let second = format!("{series}-20261026T090000");
    let third = format!("{series}-20261102T090000");
    update(alice, &second, json!({ "title": "Team, later", "start": "2026-10-26T11:00:00" })).await;
    let answer = alice.call("CalendarEvent/set", json!({ "destroy": [&third] })).await;
    assert_eq!(answer["destroyed"], json!([third]));
    let got = get(alice, &series, json!(["recurrenceOverrides", "sequence"])).await;
    assert_eq!(
        got["recurrenceOverrides"],
        json!({
            "2026-10-26T09:00:00": { "title": "Team, later", "start": "2026-10-26T11:00:00" },
            "2026-11-02T09:00:00": { "excluded": true },
        })
    );
    assert_eq!(got["sequence"], 2);
    assert_eq!(month(alice, json!({})).await["ids"], json!([format!("{series}-20261019T090000"), second]));
    let shown = get(alice, &second, json!(["title", "start", "recurrenceId", "utcStart"])).await;
    assert_eq!((&shown["title"], &shown["utcStart"]), (&json!("Team, later"), &json!("2026-10-26T10:00:00Z")));
    let got = alice.call("CalendarEvent/get", json!({ "ids": [third, format!("{series}-20261027T090000")] })).await;
    assert_eq!(got["notFound"].as_array().unwrap().len(), 2, "no such occurrences");
    for (patch, property) in [
        (json!({ "recurrenceRule": null, "calendarIds": { "c1": true } }), "calendarIds"),
        (json!({ "isDraft": true }), "isDraft"),
        (json!({ "uid": "other" }), "uid"),
    ] {
        let answer = alice.call("CalendarEvent/set", json!({ "update": { &second: patch } })).await;
        assert_eq!(answer["notUpdated"][&second]["properties"], json!([property]), "{answer}");
    }
    let found = month(
        alice,
        json!({ "filter": { "after": "2026-10-01T00:00:00", "before": "2026-11-09T00:00:00", "title": "later" } }),
    )
    .await;
    assert_eq!(found["ids"], json!([second]), "only the occurrence that has the word");
    let by_patch = json!({ "recurrenceOverrides/2026-10-19T09:00:00/title": "First" });
    update(alice, &series, by_patch).await;
    assert_eq!(get(alice, &format!("{series}-20261019T090000"), json!(["title"])).await["title"], "First");
    let got = alice
        .call("CalendarEvent/get", json!({ "ids": [&series], "properties": ["recurrenceOverrides"], "recurrenceOverridesAfter": "2026-10-26T08:00:00Z", "recurrenceOverridesBefore": "2026-11-01T00:00:00Z" }))
        .await;
    let overrides = got["list"][0]["recurrenceOverrides"].as_object().unwrap();
    assert_eq!(overrides.keys().collect::<Vec<_>>(), ["2026-10-26T09:00:00"]);
}

#[tokio::test]
async fn what_is_kept_for_oneself_does_not_count_as_a_change_for_all() {
    let world = World::new().await;
    let alice = &world.alice;
    let event = id(alice, json!({ "title": "E", "start": "2026-11-24T10:00:00" })).await;
    assert_eq!(update(alice, &event, json!({ "color": "red" })).await.get("sequence"), None);
    assert_eq!(update(alice, &event, json!({ "title": "F" })).await["sequence"], 1);
    assert_eq!(update(alice, &event, json!({ "title": "G", "sequence": 7 })).await.get("sequence"), None);
    assert_eq!(update(alice, &event, json!({ "title": "H", "sequence": 3 })).await["sequence"], 8);
    let answer = alice.call("CalendarEvent/set", json!({ "update": { &event: { "isDraft": true } } })).await;
    assert_eq!(answer["notUpdated"][&event]["properties"], json!(["isDraft"]));
}

#[tokio::test]
async fn who_takes_part_makes_an_organizer() {
    let world = World::new().await;
    let alice = &world.alice;
    let participant = |address: &str, role: &str| json!({ "@type": "Participant", "calendarAddress": format!("mailto:{address}"), "roles": { role: true } });
    let made = create(
        alice,
        json!({
            "title": "Meeting", "start": "2026-11-24T10:00:00",
            "participants": { "a": participant("alice@owlery.example", "owner"), "b": participant("bob@owlery.example", "attendee"), "c": participant("carol@hollow.example", "attendee") },
        }),
    )
    .await;
    assert_eq!(made["organizerCalendarAddress"], "mailto:alice@owlery.example");
    let got = alice.call("CalendarEvent/get", json!({ "ids": [made["id"]], "reduceParticipants": true })).await;
    assert_eq!(got["list"][0]["participants"].as_object().unwrap().keys().collect::<Vec<_>>(), ["a"]);
    let theirs = create(alice, json!({ "title": "Theirs", "start": "2026-11-24T10:00:00", "organizerCalendarAddress": "mailto:carol@hollow.example", "updated": "2026-11-01T00:00:00Z" })).await;
    assert_eq!((&theirs["isOrigin"], theirs.get("updated")), (&json!(false), None));
    for (filter, count) in [
        (json!({ "attendee": "carol" }), 1),
        (json!({ "owner": "carol" }), 0),
        (json!({ "text": "bob@owlery.example" }), 1),
        (json!({ "operator": "NOT", "conditions": [{ "title": "meeting" }] }), 1),
    ] {
        let found = alice.call("CalendarEvent/query", json!({ "filter": filter })).await;
        assert_eq!(found["ids"].as_array().unwrap().len(), count, "{filter}");
    }
}

#[tokio::test]
async fn query_changes_bring_an_old_result_up_to_date() {
    let world = World::new().await;
    let alice = &world.alice;
    for day in 10..20 {
        id(alice, json!({ "title": "E", "start": format!("2026-11-{day}T10:00:00") })).await;
    }
    let query = json!({ "sort": [{ "property": "start" }], "filter": { "after": "2026-11-12T00:00:00" } });
    let before = alice.call("CalendarEvent/query", query.clone()).await;
    assert_eq!(before["canCalculateChanges"], true);
    let ids: Vec<String> = serde_json::from_value(before["ids"].clone()).unwrap();
    update(alice, &ids[2], json!({ "start": "2026-12-01T10:00:00" })).await;
    update(alice, &ids[3], json!({ "start": "2026-01-01T10:00:00" })).await;
    id(alice, json!({ "title": "E", "start": "2026-11-13T09:00:00" })).await;
    alice.call("CalendarEvent/set", json!({ "destroy": [&ids[0]] })).await;
    let mut asked = query.clone();
    asked["sinceQueryState"] = before["queryState"].clone();
    let changes = alice.call("CalendarEvent/queryChanges", asked.clone()).await;
    let mut now = ids.clone();
    now.retain(|id| !changes["removed"].as_array().unwrap().contains(&json!(id)));
    for added in changes["added"].as_array().unwrap() {
        now.insert(added["index"].as_u64().unwrap() as usize, added["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(json!(now), alice.call("CalendarEvent/query", query).await["ids"]);
    asked["expandRecurrences"] = json!(true);
    assert_eq!(alice.error("CalendarEvent/queryChanges", asked).await, "cannotCalculateChanges");
}

#[tokio::test]
async fn a_query_is_bounded() {
    let world = World::new().await;
    let alice = &world.alice;
    let mut every_second = weekly();
    every_second["recurrenceRule"]["frequency"] = json!("secondly");
    id(alice, every_second).await;
    let filter = |after: &str, before: &str| json!({ "expandRecurrences": true, "filter": { "after": after, "before": before } });
    assert_eq!(
        alice.error("CalendarEvent/query", filter("2026-10-01T00:00:00", "2027-10-01T00:00:00")).await,
        "cannotCalculateOccurrences"
    );
    assert_eq!(
        alice.error("CalendarEvent/query", filter("2026-10-01T00:00:00", "2036-10-01T00:00:00")).await,
        "expandDurationTooLarge"
    );
    for wrong in [
        json!({ "expandRecurrences": true }),
        json!({ "expandRecurrences": true, "filter": { "after": "2026-10-01T00:00:00" } }),
        json!({ "expandRecurrences": true, "filter": { "operator": "AND", "conditions": [] } }),
        json!({ "timeZone": "Owlery/Attic" }),
        json!({ "filter": { "after": "2026-10-01" } }),
    ] {
        assert_eq!(alice.error("CalendarEvent/query", wrong.clone()).await, "invalidArguments", "{wrong}");
    }
    assert_eq!(alice.error("CalendarEvent/query", json!({ "filter": { "colour": "red" } })).await, "unsupportedFilter");
    assert_eq!(
        alice.error("CalendarEvent/query", json!({ "sort": [{ "property": "title" }] })).await,
        "unsupportedSort"
    );
}

#[tokio::test]
async fn an_all_day_event_is_on_the_day_of_who_asks() {
    let world = World::new().await;
    let alice = &world.alice;
    let event = id(
        alice,
        json!({ "title": "Holiday", "start": "2026-11-24T00:00:00", "duration": "P1D", "showWithoutTime": true }),
    )
    .await;
    let mut every_day =
        json!({ "title": "Daily", "start": "2026-11-24T00:00:00", "duration": "P1D", "showWithoutTime": true });
    every_day["recurrenceRule"] = json!({ "@type": "RecurrenceRule", "frequency": "daily", "count": 1 });
    let series = id(alice, every_day).await;
    for zone in ["Etc/UTC", "Pacific/Auckland", "America/Los_Angeles"] {
        for (day, count) in [(23, 0), (24, 2), (25, 0)] {
            let filter = json!({ "after": format!("2026-11-{day}T00:00:00"), "before": format!("2026-11-{}T00:00:00", day + 1) });
            let found = alice
                .call("CalendarEvent/query", json!({ "filter": filter, "timeZone": zone, "expandRecurrences": true }))
                .await;
            assert_eq!(found["ids"].as_array().unwrap().len(), count, "{zone} {day}: {event} {series}");
        }
    }
}

#[tokio::test]
async fn an_event_is_copied_from_a_shared_calendar() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let event = id(alice, json!({ "title": "Stocktaking", "start": "2026-11-24T10:00:00" })).await;
    let copy = json!({
        "fromAccountId": alice.account(),
        "create": { "x": { "id": &event, "calendarIds": { calendar(bob).await: true }, "title": "Counting" } },
    });
    assert_eq!(bob.error("CalendarEvent/copy", copy.clone()).await, "fromAccountNotFound");
    let share = json!({ bob.account().replacen('a', "u", 1): { "mayReadItems": true } });
    alice.call("Calendar/set", json!({ "update": { calendar(alice).await: { "shareWith": share } } })).await;
    let mut copies = copy.clone();
    copies["create"]["y"] = json!({ "id": "k999" });
    let answer = bob.call("CalendarEvent/copy", copies).await;
    assert_eq!(answer["notCreated"]["y"]["type"], "notFound");
    let made = answer["created"]["x"]["id"].as_str().unwrap();
    assert_eq!(get(bob, made, json!(["title"])).await["title"], "Counting");
}
