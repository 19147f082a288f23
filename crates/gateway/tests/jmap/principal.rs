//! Principals: who there is, when they are busy, and who is told when something is shared with them.

use serde_json::{Value, json};
use store::PrincipalPatch;

use super::calendar::calendar;
use super::world::{Person, World};

fn principal(person: &Person) -> String {
    person.account().replacen('a', "u", 1)
}

async fn busy(asker: &Person, of: &Person, more: Value) -> Value {
    let mut asked =
        json!({ "id": principal(of), "utcStart": "2026-11-24T00:00:00Z", "utcEnd": "2026-11-25T00:00:00Z" });
    for (name, value) in more.as_object().unwrap() {
        asked[name] = value.clone();
    }
    asker.call("Principal/getAvailability", asked).await["list"].clone()
}

async fn create(person: &Person, events: Value) -> Value {
    let mut create = json!({});
    let calendar = calendar(person).await;
    for (index, event) in events.as_array().unwrap().iter().enumerate() {
        let mut event = event.clone();
        event["calendarIds"] = json!({ &calendar: true });
        create[index.to_string()] = event;
    }
    let answer = person.call("CalendarEvent/set", json!({ "create": create })).await;
    assert!(answer["notCreated"].is_null(), "{answer}");
    answer["created"].clone()
}

#[tokio::test]
async fn everybody_sees_who_there_is() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let booking = json!({ "capacity": 8, "floor": "First floor" });
    let patch = PrincipalPatch { kind: Some("location".into()), booking: Some(booking), ..PrincipalPatch::default() };
    world.state.store.set_principal(&bob.principal.account_id, &patch).await.unwrap();
    let before = alice.call("Principal/get", json!({ "ids": [] })).await["state"].clone();
    let got = alice.call("Principal/get", json!({ "ids": [principal(bob)] })).await;
    let room = &got["list"][0];
    assert_eq!(
        (&room["type"], &room["email"], &room["accounts"]),
        (&json!("location"), &json!("bob@owlery.example"), &Value::Null)
    );
    let calendars = &room["capabilities"]["urn:ietf:params:jmap:calendars"];
    assert_eq!(
        *calendars,
        json!({ "accountId": null, "mayGetAvailability": true, "mayShareWith": false, "calendarAddress": "mailto:bob@owlery.example" })
    );
    assert_eq!(room["capabilities"]["urn:x-owlet:jmap:rooms"]["capacity"], 8);
    for (filter, count) in [
        (json!({ "type": "location" }), 1),
        (json!({ "text": "owlery" }), 2),
        (json!({ "name": "ALICE" }), 1),
        (json!({ "calendarAddress": "mailto:Alice@owlery.example" }), 1),
        (json!({ "accountIds": [bob.account()] }), 0),
        (json!({ "accountIds": [alice.account()] }), 1),
        (json!({ "operator": "NOT", "conditions": [{ "type": "individual" }] }), 1),
    ] {
        let found = alice.call("Principal/query", json!({ "filter": filter })).await;
        assert_eq!(found["ids"].as_array().unwrap().len(), count, "{filter}");
    }
    let set = json!({ "update": { principal(alice): { "timeZone": "Europe/Berlin", "description": "Director" }, principal(bob): { "description": "x" } } });
    let answer = alice.call("Principal/set", set).await;
    assert_eq!(answer["updated"], json!({ principal(alice): null }));
    assert_eq!(answer["notUpdated"][principal(bob)]["type"], "forbidden");
    let wrong = json!({ "update": { principal(alice): { "name": "The Queen" } } });
    assert_eq!(alice.call("Principal/set", wrong).await["notUpdated"][principal(alice)]["type"], "forbidden");
    let changes = bob.call("Principal/changes", json!({ "sinceState": before })).await;
    assert_eq!((&changes["updated"], &changes["created"]), (&json!([principal(alice)]), &json!([])));
}

#[tokio::test]
async fn everybody_knows_when_others_are_busy_and_with_what_if_they_may() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let me = |status: &str| json!({ "b": { "@type": "Participant", "calendarAddress": "mailto:bob@owlery.example", "roles": { "attendee": true }, "participationStatus": status } });
    let at = |hour: u8, more: Value| {
        let mut event = json!({ "title": format!("At {hour}"), "start": format!("2026-11-24T{hour:02}:00:00"), "duration": "PT1H", "timeZone": "Etc/UTC" });
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let made = create(
        bob,
        json!([
            at(8, json!({})),
            at(9, json!({ "privacy": "private" })),
            at(10, json!({ "participants": me("accepted"), "organizerCalendarAddress": "mailto:carol@hollow.example" })),
            at(11, json!({ "participants": me("tentative"), "organizerCalendarAddress": "mailto:carol@hollow.example" })),
            at(12, json!({ "participants": me("declined"), "organizerCalendarAddress": "mailto:carol@hollow.example" })),
            at(13, json!({ "freeBusyStatus": "free" })),
            at(14, json!({ "status": "cancelled" })),
            at(15, json!({ "privacy": "secret" })),
            at(16, json!({ "isDraft": true })),
            at(18, json!({
                "start": "2026-11-20T18:00:00", "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "daily" },
                "recurrenceOverrides": { "2026-11-24T18:00:00": { "start": "2026-11-24T20:00:00" } },
            })),
        ]),
    )
    .await;
    let period = |start: u8, end: u8, status: &str| json!({ "utcStart": format!("2026-11-24T{start:02}:00:00Z"), "utcEnd": format!("2026-11-24T{end:02}:00:00Z"), "busyStatus": status, "event": null, "accountId": null });
    let expected = json!([
        period(8, 10, "unavailable"),
        period(10, 11, "confirmed"),
        period(11, 12, "tentative"),
        period(20, 21, "unavailable")
    ]);
    assert_eq!(busy(alice, bob, json!({})).await, expected);
    assert_eq!(busy(alice, bob, json!({ "showDetails": true })).await, expected, "nothing is shared");
    let share = json!({ "shareWith": { principal(alice): { "mayReadItems": true } } });
    bob.call("Calendar/set", json!({ "update": { calendar(bob).await: share } })).await;
    let shown = busy(alice, bob, json!({ "showDetails": true, "eventProperties": ["title", "id"] })).await;
    assert_eq!(shown[0]["event"], json!({ "title": "At 8", "id": made["0"]["id"] }));
    assert_eq!((&shown[0]["accountId"], &shown[1]["event"]), (&json!(bob.account()), &Value::Null), "the private one");
    let series = made["9"]["id"].as_str().unwrap();
    let last = shown.as_array().unwrap().last().unwrap();
    assert_eq!(last["event"]["id"], format!("{series}-20261124T180000"));
    bob.call("Calendar/set", json!({ "update": { calendar(bob).await: { "includeInAvailability": "attending" } } }))
        .await;
    assert_eq!(busy(alice, bob, json!({})).await.as_array().unwrap().len(), 2);
    let asked = |id: &str, until: &str| json!({ "id": id, "utcStart": "2026-11-24T00:00:00Z", "utcEnd": until });
    assert_eq!(alice.error("Principal/getAvailability", asked("u99", "2026-11-25T00:00:00Z")).await, "notFound");
    assert_eq!(alice.error("Principal/getAvailability", asked("u2", "2036-11-25T00:00:00Z")).await, "tooLarge");
}

#[tokio::test]
async fn who_is_shared_with_and_whose_event_is_changed_is_told() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let made = create(alice, json!([{ "title": "Plan", "start": "2026-11-24T10:00:00" }])).await;
    let event = made["0"]["id"].as_str().unwrap();
    let all = json!({ "mayReadItems": true, "mayWriteAll": true, "mayWriteOwn": true, "mayUpdatePrivate": true, "mayRSVP": true });
    alice
        .call("Calendar/set", json!({ "update": { calendar(alice).await: { "shareWith": { principal(bob): all } } } }))
        .await;
    let told = bob.call("ShareNotification/get", json!({ "ids": null })).await;
    let notification = &told["list"][0];
    assert_eq!((&notification["objectType"], &notification["name"]), (&json!("Calendar"), &json!("Calendar")));
    assert_eq!(notification["changedBy"]["principalId"], principal(alice));
    assert_eq!((&notification["oldRights"], &notification["newRights"]["mayWriteAll"]), (&Value::Null, &json!(true)));
    let query = json!({ "filter": { "objectAccountId": alice.account() } });
    assert_eq!(bob.call("ShareNotification/query", query).await["ids"], json!([notification["id"]]));

    let change = json!({ "accountId": alice.account(), "update": { event: { "title": "Better plan" } } });
    bob.call("CalendarEvent/set", change).await;
    let told = alice.call("CalendarEventNotification/get", json!({ "ids": null })).await;
    let notification = &told["list"][0];
    assert_eq!((&notification["type"], &notification["calendarEventId"]), (&json!("updated"), &json!(event)));
    assert_eq!(notification["event"]["title"], "Plan");
    assert_eq!(notification["eventPatch"]["title"], "Better plan");
    assert_eq!(notification["changedBy"]["email"], "bob@owlery.example");
    let of_type = json!({ "filter": { "type": "created" } });
    assert_eq!(alice.call("CalendarEventNotification/query", of_type).await["ids"], json!([]));
    let id = notification["id"].as_str().unwrap();
    let answer = alice
        .call("CalendarEventNotification/set", json!({ "update": { id: { "comment": "x" } }, "create": { "a": {} } }))
        .await;
    assert_eq!(
        (&answer["notUpdated"][id]["type"], &answer["notCreated"]["a"]["type"]),
        (&json!("forbidden"), &json!("forbidden"))
    );
    alice.call("CalendarEvent/set", json!({ "update": { event: { "title": "Best plan" } } })).await;
    assert_eq!(
        alice.call("CalendarEventNotification/get", json!({ "ids": null })).await["list"],
        json!([]),
        "she knows"
    );
    let gone = json!({ "accountId": alice.account(), "destroy": [event] });
    bob.call("CalendarEvent/set", gone).await;
    let told = alice.call("CalendarEventNotification/get", json!({ "ids": null })).await;
    assert_eq!(
        (&told["list"][0]["type"], &told["list"][0]["event"]["title"]),
        (&json!("destroyed"), &json!("Best plan"))
    );
    let id = told["list"][0]["id"].clone();
    assert_eq!(alice.call("CalendarEventNotification/set", json!({ "destroy": [id] })).await["destroyed"], json!([id]));
}

#[tokio::test]
async fn times_are_suggested_at_which_all_are_free() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let at = |start: &str, duration: &str| json!([{ "title": "E", "start": format!("2026-11-24T{start}:00"), "duration": duration, "timeZone": "Etc/UTC" }]);
    create(alice, at("09:00", "PT2H")).await;
    create(bob, at("11:30", "PT4H")).await;
    let asked = |hours: Value| {
        json!({
            "required": [principal(alice)], "optional": [principal(bob)], "duration": "PT30M", "limit": 2,
            "utcStart": "2026-11-24T09:00:00Z", "utcEnd": "2026-11-24T18:00:00Z", "workingHours": hours,
        })
    };
    let free = alice.call("Principal/suggestTimes", asked(json!(["09:00", "17:00"]))).await;
    assert_eq!(
        free["list"],
        json!([
            { "utcStart": "2026-11-24T11:00:00Z", "utcEnd": "2026-11-24T11:30:00Z", "conflicts": [] },
            { "utcStart": "2026-11-24T15:30:00Z", "utcEnd": "2026-11-24T16:00:00Z", "conflicts": [] },
        ])
    );
    let busy = alice
        .call(
            "Principal/suggestTimes",
            json!({
                "required": [principal(alice), principal(bob)], "duration": "PT1H", "limit": 1,
                "utcStart": "2026-11-24T09:00:00Z", "utcEnd": "2026-11-24T11:00:00Z",
            }),
        )
        .await;
    assert_eq!(busy["list"][0]["conflicts"], json!([principal(alice)]));
    let mut wrong = asked(json!(["17:00", "09:00"]));
    assert_eq!(alice.error("Principal/suggestTimes", wrong.clone()).await, "invalidArguments");
    wrong["utcEnd"] = json!("2027-11-24T18:00:00Z");
    wrong["workingHours"] = Value::Null;
    assert_eq!(alice.error("Principal/suggestTimes", wrong).await, "tooLarge");
}
