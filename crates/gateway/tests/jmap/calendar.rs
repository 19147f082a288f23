//! Calendars: what one begins with, what may be set, the default, events in what is destroyed; participant identities;
//! what is shared.

use serde_json::{Value, json};

use super::world::{Person, World};

pub(crate) async fn calendar(person: &Person) -> String {
    let got = person.call("Calendar/get", json!({ "ids": null })).await;
    let list = got["list"].as_array().unwrap();
    list.iter().find(|calendar| calendar["isDefault"] == true).unwrap()["id"].as_str().unwrap().to_owned()
}

fn principal(person: &Person) -> String {
    person.account().replacen('a', "u", 1)
}

#[tokio::test]
async fn an_account_begins_with_a_calendar_and_an_identity() {
    let world = World::new().await;
    let got = world.alice.call("Calendar/get", json!({ "ids": null })).await;
    let id = got["list"][0]["id"].clone();
    assert_eq!(
        got["list"],
        json!([{
            "id": id, "name": "Calendar", "description": null, "color": null, "sortOrder": 10, "isSubscribed": true,
            "isVisible": true, "isDefault": true, "includeInAvailability": "all", "defaultAlertsWithTime": null,
            "defaultAlertsWithoutTime": null, "timeZone": null, "shareWith": null, "publication": null,
            "myRights": {
                "mayReadFreeBusy": true, "mayReadItems": true, "mayWriteAll": true, "mayWriteOwn": true,
                "mayUpdatePrivate": true, "mayRSVP": true, "mayShare": true, "mayDelete": true,
            },
        }])
    );
    let got = world.alice.call("ParticipantIdentity/get", json!({ "ids": null })).await;
    assert_eq!(got["list"][0]["calendarAddress"], "mailto:alice@owlery.example");
    assert_eq!((&got["list"][0]["name"], &got["list"][0]["isDefault"]), (&json!("Alice Archer"), &json!(true)));
}

#[tokio::test]
async fn the_session_says_what_calendars_can_do() {
    let world = World::new().await;
    let (_, _, body) = world.alice.get("/jmap/session").await;
    let session: Value = serde_json::from_slice(&body).unwrap();
    let account = &session["accounts"][world.alice.account()]["accountCapabilities"];
    assert_eq!(account["urn:ietf:params:jmap:calendars"]["mayCreateCalendar"], true);
    assert_eq!(account["urn:ietf:params:jmap:calendars"]["maxExpandedQueryDuration"], "P1100D");
    assert_eq!(account["urn:ietf:params:jmap:principals"]["currentUserPrincipalId"], principal(&world.alice));
    let owner = &account["urn:ietf:params:jmap:principals:owner"];
    assert_eq!(
        (&owner["principalId"], &owner["accountIdForPrincipal"]),
        (&json!(principal(&world.alice)), &json!(world.alice.account()))
    );
    assert!(session["capabilities"].get("urn:ietf:params:jmap:principals:owner").is_none());
    assert_eq!(session["primaryAccounts"]["urn:ietf:params:jmap:calendars"], world.alice.account());
}

#[tokio::test]
async fn a_calendar_is_made_changed_and_destroyed() {
    let world = World::new().await;
    let alice = &world.alice;
    let before = alice.call("Calendar/get", json!({ "ids": [] })).await["state"].clone();
    let alerts = json!({ "a": { "@type": "Alert", "trigger": { "@type": "OffsetTrigger", "offset": "-PT15M" } } });
    let made =
        json!({ "name": "Rehearsals", "color": "teal", "timeZone": "Europe/Berlin", "defaultAlertsWithTime": alerts });
    let answer = alice.call("Calendar/set", json!({ "create": { "c": made }, "onSuccessSetIsDefault": "#c" })).await;
    let created = &answer["created"]["c"];
    let id = created["id"].as_str().unwrap();
    assert_eq!((&created["isDefault"], &created["isVisible"], created.get("name")), (&json!(true), &json!(true), None));
    assert_eq!(answer["updated"].as_object().unwrap().len(), 1, "the one that was it: {answer}");
    assert_eq!(calendar(alice).await, id);
    let patch = json!({ "color": "#ff8800", "isVisible": false, "defaultAlertsWithTime": null, "isDefault": true });
    let answer = alice.call("Calendar/set", json!({ "update": { id: patch } })).await;
    assert_eq!(answer["updated"], json!({ id: null }), "{answer}");
    let got = alice.call("Calendar/get", json!({ "ids": [id] })).await;
    assert_eq!((&got["list"][0]["color"], &got["list"][0]["isVisible"]), (&json!("#ff8800"), &json!(false)));
    let changes = alice.call("Calendar/changes", json!({ "sinceState": before })).await;
    assert_eq!(changes["created"], json!([id]));
    let answer = alice.call("Calendar/set", json!({ "destroy": [id] })).await;
    assert_eq!(answer["destroyed"], json!([id]));
    let last = calendar(alice).await;
    let answer = alice.call("Calendar/set", json!({ "destroy": [&last] })).await;
    assert_eq!(answer["notDestroyed"][&last]["type"], "forbidden", "an account has a calendar");
}

#[tokio::test]
async fn what_a_calendar_cannot_have_is_refused() {
    let world = World::new().await;
    let alice = &world.alice;
    let own = principal(alice);
    let bob = principal(&world.bob);
    for (object, property) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(256) }), "name"),
        (json!({ "name": "A", "color": "owlish" }), "color"),
        (json!({ "name": "A", "color": "#12345" }), "color"),
        (json!({ "name": "A", "timeZone": "Berlin" }), "timeZone"),
        (json!({ "name": "A", "sortOrder": -1 }), "sortOrder"),
        (json!({ "name": "A", "includeInAvailability": "some" }), "includeInAvailability"),
        (json!({ "name": "A", "isDefault": true }), "isDefault"),
        (json!({ "name": "A", "colour": "red" }), "colour"),
        (json!({ "name": "A", "shareWith": { own: { "mayReadItems": true } } }), "shareWith"),
        (json!({ "name": "A", "shareWith": { "u99": { "mayReadItems": true } } }), "shareWith"),
        (json!({ "name": "A", "shareWith": { &bob: { "mayFly": true } } }), "shareWith"),
        (json!({ "name": "A", "shareWith": { &bob: { "mayWriteAll": true } } }), "shareWith"),
        (
            json!({ "name": "A", "defaultAlertsWithTime": { "a": { "trigger": { "@type": "AbsoluteTrigger", "when": "2026-11-24T10:00:00Z" } } } }),
            "defaultAlertsWithTime",
        ),
    ] {
        let answer = alice.call("Calendar/set", json!({ "create": { "c": object } })).await;
        assert_eq!(answer["notCreated"]["c"]["properties"], json!([property]), "{answer}");
    }
}

#[tokio::test]
async fn a_calendar_with_events_goes_only_if_they_may_go() {
    let world = World::new().await;
    let alice = &world.alice;
    let first = calendar(alice).await;
    let made = alice.call("Calendar/set", json!({ "create": { "c": { "name": "Second" } } })).await;
    let second = made["created"]["c"]["id"].as_str().unwrap();
    let event = |calendars: Value| json!({ "title": "E", "start": "2026-11-24T10:00:00", "calendarIds": calendars });
    let made = alice
        .call("CalendarEvent/set", json!({ "create": { "a": event(json!({ second: true })), "b": event(json!({ second: true, &first: true })) } }))
        .await;
    let (a, b) = (&made["created"]["a"]["id"], &made["created"]["b"]["id"]);
    let refused = alice.call("Calendar/set", json!({ "destroy": [second] })).await;
    assert_eq!(refused["notDestroyed"][second]["type"], "calendarHasEvent");
    let done = alice.call("Calendar/set", json!({ "destroy": [second], "onDestroyRemoveEvents": true })).await;
    assert_eq!(done["destroyed"], json!([second]));
    let got = alice.call("CalendarEvent/get", json!({ "ids": [a, b], "properties": ["calendarIds"] })).await;
    assert_eq!(got["notFound"], json!([a]));
    assert_eq!(got["list"][0]["calendarIds"], json!({ &first: true }));
}

#[tokio::test]
async fn one_takes_part_as_oneself_only() {
    let world = World::new().await;
    let alice = &world.alice;
    let first = alice.call("ParticipantIdentity/get", json!({ "ids": null })).await["list"][0]["id"].clone();
    let foreign = json!({ "name": "Bob", "calendarAddress": "mailto:bob@owlery.example" });
    let own = json!({ "name": "Alice at work", "calendarAddress": "mailto:Alice@owlery.example" });
    let answer = alice
        .call("ParticipantIdentity/set", json!({ "create": { "a": foreign, "b": own }, "onSuccessSetIsDefault": "#b" }))
        .await;
    assert_eq!(answer["notCreated"]["a"]["type"], "forbidden");
    assert_eq!(answer["created"]["b"]["isDefault"], false, "since not all was done");
    let answer = alice.call("ParticipantIdentity/set", json!({ "destroy": [&first] })).await;
    assert_eq!(answer["notDestroyed"][first.as_str().unwrap()]["type"], "forbidden");
}

#[tokio::test]
async fn anothers_calendar_is_seen_once_it_is_shared_and_as_far() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let id = calendar(alice).await;
    let hers = json!({ "accountId": alice.account(), "ids": null });
    assert_eq!(bob.error("Calendar/get", hers.clone()).await, "accountNotFound");
    let event = json!({
        "title": "Stocktaking", "start": "2026-11-24T10:00:00", "timeZone": "Europe/Berlin", "calendarIds": { &id: true },
        "color": "red", "alerts": { "a": { "trigger": { "@type": "OffsetTrigger", "offset": "-PT5M" } } },
    });
    let private = json!({ "title": "Dentist", "start": "2026-11-25T10:00:00", "calendarIds": { &id: true }, "privacy": "private" });
    let secret =
        json!({ "title": "Party", "start": "2026-11-26T10:00:00", "calendarIds": { &id: true }, "privacy": "secret" });
    let made = alice.call("CalendarEvent/set", json!({ "create": { "e": event, "p": private, "s": secret } })).await;
    let made = |name: &str| made["created"][name]["id"].as_str().unwrap().to_owned();
    let share = async |rights: Value| {
        let patch = json!({ "shareWith": { principal(bob): rights } });
        let answer = alice.call("Calendar/set", json!({ "update": { &id: patch } })).await;
        assert!(answer["notUpdated"].is_null(), "{answer}");
    };
    share(json!({ "mayReadFreeBusy": true })).await;
    assert_eq!(bob.error("Calendar/get", hers.clone()).await, "accountNotFound", "busy or not is not this");
    share(json!({ "mayReadFreeBusy": true, "mayReadItems": true, "mayUpdatePrivate": true, "mayRSVP": true })).await;
    let got = bob.call("Calendar/get", hers.clone()).await;
    assert_eq!(
        (&got["list"][0]["isSubscribed"], &got["list"][0]["includeInAvailability"]),
        (&json!(false), &json!("none"))
    );
    assert_eq!(got["list"][0]["myRights"]["mayWriteAll"], false);

    let events = bob.call("CalendarEvent/get", hers.clone()).await;
    assert_eq!(events["list"].as_array().unwrap().len(), 2, "the secret one is not there: {events}");
    let of = |id: String| {
        events["list"].as_array().unwrap().iter().find(|event| event["id"] == id).cloned().unwrap_or_default()
    };
    let shown = of(made("e"));
    assert_eq!((&shown["title"], shown.get("color"), shown.get("alerts")), (&json!("Stocktaking"), None, None));
    assert!(of(made("p")).get("title").is_none());
    let by_name = json!({ "accountId": alice.account(), "filter": { "text": "dentist" } });
    assert_eq!(bob.call("CalendarEvent/query", by_name).await["ids"], json!([]));

    let set = async |id: String, patch: Value| {
        bob.call("CalendarEvent/set", json!({ "accountId": alice.account(), "update": { id: patch } })).await
    };
    let answer = set(made("e"), json!({ "title": "Mine now" })).await;
    assert_eq!(answer["notUpdated"][made("e")]["type"], "forbidden");
    let answer = set(made("p"), json!({ "color": "blue" })).await;
    assert_eq!(answer["notUpdated"][made("p")]["type"], "forbidden");
    let answer = set(made("s"), json!({ "color": "blue" })).await;
    assert_eq!(answer["notUpdated"][made("s")]["type"], "notFound");
    let answer = set(made("e"), json!({ "color": "blue" })).await;
    assert!(answer["notUpdated"].is_null(), "{answer}");
    let colour = json!({ "ids": [made("e")], "properties": ["color", "title"] });
    let mut his = colour.clone();
    his["accountId"] = json!(alice.account());
    assert_eq!(bob.call("CalendarEvent/get", his).await["list"][0]["color"], "blue");
    assert_eq!(alice.call("CalendarEvent/get", colour).await["list"][0]["color"], "red");

    let own = json!({ "accountId": alice.account(), "update": { &id: { "name": "Alice", "isSubscribed": true } } });
    let answer = bob.call("Calendar/set", own).await;
    assert!(answer["notUpdated"].is_null(), "{answer}");
    assert_eq!(bob.call("Calendar/get", hers.clone()).await["list"][0]["name"], "Alice");
    assert_eq!(alice.call("Calendar/get", json!({ "ids": null })).await["list"][0]["name"], "Calendar");
    let (_, _, body) = bob.get("/jmap/session").await;
    let session: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(session["accounts"][alice.account()]["isPersonal"], false);

    let state =
        bob.call("CalendarEvent/get", json!({ "accountId": alice.account(), "ids": [] })).await["state"].clone();
    let since = json!({ "accountId": alice.account(), "sinceState": state });
    assert_eq!(bob.call("CalendarEvent/changes", since.clone()).await["newState"], state);
    share(json!({ "mayReadItems": true, "mayWriteAll": true, "mayWriteOwn": true, "mayUpdatePrivate": true, "mayRSVP": true })).await;
    assert_eq!(bob.error("CalendarEvent/changes", since).await, "cannotCalculateChanges", "other rights, other view");
    let answer = set(made("e"), json!({ "title": "Ours", "color": "green" })).await;
    assert_eq!(answer["updated"][made("e")]["sequence"], 1, "{answer}");
    let hers = alice.call("CalendarEvent/get", json!({ "ids": [made("e")] })).await["list"][0].clone();
    assert_eq!((&hers["title"], &hers["color"], &hers["sequence"]), (&json!("Ours"), &json!("red"), &json!(1)));
    let unshare = json!({ "update": { &id: { "shareWith": null } } });
    alice.call("Calendar/set", unshare).await;
    assert_eq!(
        bob.error("Calendar/get", json!({ "accountId": alice.account(), "ids": null })).await,
        "accountNotFound"
    );
}

#[tokio::test]
async fn a_calendar_is_published_read_and_taken_back() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let id = calendar(alice).await;
    let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A//B//EN\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20261120T100000Z\r\n\
                SUMMARY:Dentist\r\nDTSTART:20261124T100000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:two\r\nDTSTAMP:20261120T100000Z\r\n\
                END:VEVENT\r\nEND:VCALENDAR\r\n";
    let blob = alice.upload(file, "text/calendar").await;
    let answer = alice.call("CalendarEvent/import", json!({ "blobId": blob, "calendarId": &id })).await;
    assert_eq!((&answer["created"], &answer["known"]), (&json!(1), &json!(0)), "{answer}");
    assert_eq!(answer["problems"][0]["uid"], "two");
    assert_eq!(
        alice.error("CalendarEvent/import", json!({ "blobId": blob, "calendarId": "c999" })).await,
        "invalidArguments"
    );
    let (_, headers, body) = alice.get(&format!("/owlet/calendars/{id}.ics")).await;
    assert!(headers["content-disposition"].to_str().unwrap().contains("Calendar.ics"));
    assert!(String::from_utf8_lossy(&body).contains("SUMMARY:Dentist"));
    let (_, _, his) = bob.get(&format!("/owlet/calendars/{id}.ics")).await;
    assert!(!String::from_utf8_lossy(&his).contains("Dentist"), "the same id is his own in his account");
    assert_eq!(bob.get("/owlet/calendars/c999.ics").await.0, 404);

    let set = async |publication: Value| {
        let answer = alice.call("Calendar/set", json!({ "update": { &id: { "publication": publication } } })).await;
        answer["updated"][&id]["publication"].clone()
    };
    let busy = set(json!({ "detail": "freeBusy" })).await;
    let path = busy["path"].as_str().unwrap();
    let (status, headers, body) = bob.get(path).await;
    let text = String::from_utf8_lossy(&body).into_owned();
    assert!(status == 200 && text.contains("SUMMARY:Busy") && !text.contains("Dentist"), "{text}");
    let request = axum::http::Request::get(path).header("if-none-match", &headers["etag"]);
    assert_eq!(bob.send(request.body(axum::body::Body::empty()).unwrap()).await.0, 304);
    let full = set(json!({ "detail": "full" })).await;
    assert_eq!(full["path"], busy["path"]);
    assert!(String::from_utf8_lossy(&bob.get(path).await.2).contains("SUMMARY:Dentist"));
    alice.call("Calendar/set", json!({ "update": { &id: { "name": "Mine" } } })).await;
    assert_eq!(bob.get(path).await.0, 200, "another change leaves it");
    let share = json!({ bob.account().replacen('a', "u", 1): { "mayReadItems": true } });
    alice.call("Calendar/set", json!({ "update": { &id: { "shareWith": share } } })).await;
    let his = bob.call("Calendar/get", json!({ "accountId": alice.account(), "ids": null })).await;
    assert_eq!(his["list"][0]["publication"], Value::Null);
    assert_eq!(set(Value::Null).await, Value::Null);
    assert_eq!(bob.get(path).await.0, 404);
    assert_ne!(set(json!({ "detail": "full" })).await["path"], busy["path"]);
    for path in ["/owlet/published/a1-c1-.ics", "/owlet/published/a1.ics", "/owlet/published/a9-c9-x.ics"] {
        assert_eq!(bob.get(path).await.0, 404, "{path}");
    }
}
