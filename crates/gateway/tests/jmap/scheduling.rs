//! Invitations between people of the organisation, rooms that answer, and what mail from elsewhere carries.

use std::time::Duration;

use serde_json::{Value, json};
use store::PrincipalPatch;

use super::calendar::calendar;
use super::world::{Person, World};

/// Waits until something is so of a person's data.
async fn eventually<T>(world: &World, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut commits = world.state.store.subscribe();
    let wait = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            let _ = commits.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it comes to be")
}

async fn events(person: &Person) -> Vec<Value> {
    let got = person.call("CalendarEvent/get", json!({ "ids": null })).await;
    got["list"].as_array().unwrap().clone()
}

/// Waits for a person's only event to be so.
async fn event(world: &World, person: &Person, is: impl Fn(&Value) -> bool) -> Value {
    eventually(world, async || events(person).await.into_iter().find(|event| is(event))).await
}

fn status(event: &Value, who: &str) -> String {
    let participants = event["participants"].as_object().unwrap();
    let found = participants.values().find(|one| one["calendarAddress"] == format!("mailto:{who}@owlery.example"));
    found.and_then(|one| one["participationStatus"].as_str()).unwrap_or("needs-action").to_owned()
}

async fn send(person: &Person, arguments: Value) -> Value {
    let mut arguments = arguments;
    arguments["sendSchedulingMessages"] = json!(true);
    let answer = person.call("CalendarEvent/set", arguments).await;
    for not in ["notCreated", "notUpdated", "notDestroyed"] {
        assert!(answer[not].is_null(), "{answer}");
    }
    answer
}

async fn invite(person: &Person, more: Value) -> String {
    let participant = |who: &str, role: &str, status: &str| json!({ "@type": "Participant", "calendarAddress": format!("mailto:{who}@owlery.example"), "roles": { role: true, "attendee": true }, "participationStatus": status });
    let mut event = json!({
        "title": "Stocktaking", "start": "2031-11-24T10:00:00", "duration": "PT1H", "timeZone": "Europe/Berlin",
        "calendarIds": { calendar(person).await: true },
        "participants": { "1": participant("alice", "owner", "accepted"), "2": participant("bob", "attendee", "needs-action") },
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    let answer = send(person, json!({ "create": { "e": event } })).await;
    answer["created"]["e"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_is_answered_changed_and_cancelled() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let hers =
        invite(alice, json!({ "alerts": { "a": { "trigger": { "@type": "OffsetTrigger", "offset": "-PT5M" } } } }))
            .await;
    let invited = event(&world, bob, |_| true).await;
    assert_eq!(
        (&invited["title"], &invited["isOrigin"], invited.get("alerts")),
        (&json!("Stocktaking"), &json!(false), None)
    );
    assert_eq!(
        (status(&invited, "bob"), status(&invited, "alice")),
        ("needs-action".to_owned(), "accepted".to_owned())
    );
    let told = bob.call("CalendarEventNotification/get", json!({ "ids": null })).await;
    assert_eq!(
        (&told["list"][0]["type"], &told["list"][0]["changedBy"]["principalId"]),
        (&json!("created"), &json!("u1"))
    );
    let mail = bob.await_emails(&world.state, json!({ "subject": "Invitation" }), 1).await;
    assert_eq!(mail.len(), 1);

    let his = invited["id"].as_str().unwrap();
    let me = invited["participants"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(_, one)| one["calendarAddress"] == "mailto:bob@owlery.example")
        .unwrap()
        .0;
    send(bob, json!({ "update": { his: { format!("participants/{me}/participationStatus"): "tentative" } } })).await;
    let answered = event(&world, alice, |event| status(event, "bob") == "tentative").await;
    assert_eq!(answered["id"], hers);
    assert!(answered["alerts"].is_object(), "what she keeps for herself stays");
    let told = alice.call("CalendarEventNotification/get", json!({ "ids": null })).await;
    assert_eq!(
        (&told["list"][0]["type"], &told["list"][0]["changedBy"]["name"]),
        (&json!("updated"), &json!("Bob Baker"))
    );

    send(alice, json!({ "update": { &hers: { "description": "Bring gloves." } } })).await;
    let changed = event(&world, bob, |event| event["description"] == "Bring gloves.").await;
    assert_eq!(status(&changed, "bob"), "tentative", "an answer stays when the time does");
    send(alice, json!({ "update": { &hers: { "start": "2031-11-24T11:00:00" } } })).await;
    let moved = event(&world, bob, |event| event["start"] == "2031-11-24T11:00:00").await;
    assert_eq!(status(&moved, "bob"), "needs-action");
    send(alice, json!({ "destroy": [&hers] })).await;
    event(&world, bob, |event| event["status"] == "cancelled").await;
}

#[tokio::test]
async fn one_occurrence_is_answered_and_taken_out() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let rule = json!({ "@type": "RecurrenceRule", "frequency": "weekly", "count": 5 });
    let hers = invite(alice, json!({ "recurrenceRule": rule })).await;
    let invited = event(&world, bob, |_| true).await;
    let his = invited["id"].as_str().unwrap();
    let me = invited["participants"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(_, one)| one["calendarAddress"] == "mailto:bob@owlery.example")
        .unwrap()
        .0;
    let second = format!("{his}-20311201T100000");
    send(bob, json!({ "update": { &second: { format!("participants/{me}/participationStatus"): "declined" } } })).await;
    let shown = eventually(&world, async || {
        let got = alice.call("CalendarEvent/get", json!({ "ids": [format!("{hers}-20311201T100000")] })).await;
        Some(got["list"][0].clone()).filter(|event| status(event, "bob") == "declined")
    })
    .await;
    assert_eq!(shown["baseEventId"], hers);
    let series = alice.call("CalendarEvent/get", json!({ "ids": [&hers] })).await;
    assert_eq!(status(&series["list"][0], "bob"), "needs-action");
    send(alice, json!({ "destroy": [format!("{hers}-20311208T100000")] })).await;
    eventually(&world, async || {
        let got = bob.call("CalendarEvent/get", json!({ "ids": [his] })).await;
        let third = &got["list"][0]["recurrenceOverrides"]["2031-12-08T10:00:00"];
        (third["excluded"] == true || third["status"] == "cancelled").then_some(())
    })
    .await;
}

#[tokio::test]
async fn another_time_is_proposed_and_turned_down_and_an_invitation_passed_on() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let hers = invite(alice, json!({})).await;
    let his = event(&world, bob, |_| true).await["id"].as_str().unwrap().to_owned();
    let proposal = json!({ "id": his, "changes": { "start": "2031-11-25T09:00:00" }, "comment": "I am away." });
    let answer = bob.call("CalendarEvent/propose", proposal).await;
    assert_eq!(answer["sentTo"], json!(["mailto:alice@owlery.example"]));
    let mail = alice.await_emails(&world.state, json!({ "subject": "New time proposed" }), 1).await;
    let got = alice.call("Email/get", json!({ "ids": mail, "properties": ["bodyStructure", "blobId"], "bodyProperties": ["blobId", "type", "subParts"] })).await;
    let parts = got["list"][0]["bodyStructure"]["subParts"].as_array().unwrap();
    let blob = parts.iter().find(|part| part["type"] == "text/calendar").unwrap()["blobId"].as_str().unwrap();
    let asked = json!({ "blobIds": [blob], "properties": ["method", "start", "uid"] });
    let parsed = alice.call("CalendarEvent/parse", asked).await["parsed"][blob][0].clone();
    assert_eq!((&parsed["method"], &parsed["start"]), (&json!("counter"), &json!("2031-11-25T09:00:00")));
    let stored = alice.call("CalendarEvent/get", json!({ "ids": [&hers] })).await["list"][0].clone();
    assert_eq!(
        (&stored["start"], &stored["uid"]),
        (&json!("2031-11-24T10:00:00"), &parsed["uid"]),
        "nothing is changed by it"
    );
    let refusal = json!({ "id": hers, "to": ["mailto:bob@owlery.example"] });
    assert_eq!(
        bob.error("CalendarEvent/declineProposal", json!({ "id": his, "to": ["mailto:alice@owlery.example"] })).await,
        "forbidden"
    );
    alice.call("CalendarEvent/declineProposal", refusal).await;
    bob.await_emails(&world.state, json!({ "subject": "Proposal declined" }), 1).await;
    let passed = json!({ "id": his, "to": ["mailto:alice@owlery.example"], "comment": "Look." });
    assert_eq!(bob.call("CalendarEvent/forward", passed).await["sentTo"], json!(["mailto:alice@owlery.example"]));
    for (method, wrong, kind) in [
        ("CalendarEvent/propose", json!({ "id": "k999", "changes": { "start": "2031-11-25T09:00:00" } }), "notFound"),
        ("CalendarEvent/propose", json!({ "id": his, "changes": { "start": "tomorrow" } }), "invalidArguments"),
        ("CalendarEvent/forward", json!({ "id": his, "to": ["mailto:carol@hollow.example"] }), "invalidArguments"),
    ] {
        assert_eq!(bob.error(method, wrong).await, kind, "{method}");
    }
}

#[tokio::test]
async fn a_room_takes_what_is_free_and_declines_what_is_not() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let patch = PrincipalPatch {
        kind: Some("location".into()),
        booking: Some(json!({ "policy": { "horizonDays": 0 } })),
        ..PrincipalPatch::default()
    };
    world.state.store.set_principal(&bob.principal.account_id, &patch).await.unwrap();
    // The room looks two years ahead.
    let soon = |hour: u8| {
        let day = chrono::Utc::now().date_naive() + chrono::Days::new(9);
        json!({ "start": format!("{day}T{hour:02}:00:00") })
    };
    let first = invite(alice, soon(10)).await;
    event(&world, alice, |event| event["id"] == first && status(event, "bob") == "accepted").await;
    let second = invite(alice, soon(10)).await;
    let refused = event(&world, alice, |event| event["id"] == second && status(event, "bob") == "declined").await;
    assert_eq!(refused["id"], second);
    assert_eq!(events(bob).await.len(), 1, "the room keeps what it has given away");
    let told = alice.call("CalendarEventNotification/get", json!({ "ids": null })).await;
    let comments = told["list"].to_string();
    assert!(comments.contains("The room is yours.") && comments.contains("The room is taken"), "{comments}");
    send(alice, json!({ "destroy": [first] })).await;
    eventually(&world, async || events(bob).await.is_empty().then_some(())).await;
    let third = invite(alice, soon(10)).await;
    event(&world, alice, |event| event["id"] == third && status(event, "bob") == "accepted").await;
}

#[tokio::test]
async fn nobody_is_invited_who_cannot_be_reached() {
    let world = World::new().await;
    let participant =
        |address: &str| json!({ "@type": "Participant", "calendarAddress": address, "roles": { "attendee": true } });
    let event = json!({
        "title": "E", "start": "2031-11-24T10:00:00", "calendarIds": { calendar(&world.alice).await: true },
        "participants": { "c": participant("mailto:carol@hollow.example") },
    });
    let create = json!({ "create": { "e": event }, "sendSchedulingMessages": true });
    let answer = world.alice.call("CalendarEvent/set", create.clone()).await;
    assert_eq!(answer["notCreated"]["e"]["type"], "noSupportedScheduleMethods", "there is no relay: {answer}");
    assert!(events(&world.alice).await.is_empty());
    let mut draft = create;
    draft["create"]["e"]["isDraft"] = json!(true);
    assert!(world.alice.call("CalendarEvent/set", draft).await["notCreated"].is_null(), "a draft is sent to nobody");
}

#[tokio::test]
async fn an_alert_is_told_when_it_is_due() {
    use futures::StreamExt as _;
    let (world, _background) = World::delivering().await;
    let alice = &world.alice;
    let mut told =
        alice.stream("/jmap/eventsource?types=CalendarAlert&closeafter=no&ping=0").await.into_body().into_data_stream();
    let mut his = world
        .bob
        .stream("/jmap/eventsource?types=CalendarAlert&closeafter=no&ping=0")
        .await
        .into_body()
        .into_data_stream();
    let soon = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let alert = |action: &str| json!({ "@type": "Alert", "action": action, "trigger": { "@type": "AbsoluteTrigger", "when": &soon } });
    let event = json!({
        "uid": "soon", "title": "Tea", "start": "2031-11-24T10:00:00", "calendarIds": { calendar(alice).await: true },
        "alerts": { "shown": alert("display"), "sent": alert("email") },
    });
    let made = alice.call("CalendarEvent/set", json!({ "create": { "e": event } })).await;
    let mut heard = String::new();
    while heard.matches("event: calendarAlert").count() < 2 {
        let chunk =
            tokio::time::timeout(Duration::from_secs(20), told.next()).await.expect("in time").unwrap().unwrap();
        heard.push_str(&String::from_utf8_lossy(&chunk));
    }
    let lines = heard.lines().filter_map(|line| line.strip_prefix("data: "));
    let alerts: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let shown = alerts.iter().find(|alert| alert["alertId"] == "shown").unwrap();
    assert_eq!(
        *shown,
        json!({ "@type": "CalendarAlert", "accountId": alice.account(), "calendarEventId": made["created"]["e"]["id"], "uid": "soon", "recurrenceId": null, "alertId": "shown" })
    );
    assert_eq!(alice.await_emails(&world.state, json!({ "subject": "Reminder Tea" }), 1).await.len(), 1);
    assert_eq!(world.state.store.next_alert().await.unwrap(), None);
    assert!(futures::poll!(his.next()).is_pending(), "it is nothing to Bob");
}

#[tokio::test]
async fn who_has_subscribed_hears_of_anothers_calendar() {
    use futures::StreamExt as _;
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let hers = calendar(alice).await;
    let share = json!({ bob.account().replacen('a', "u", 1): { "mayReadItems": true } });
    alice.call("Calendar/set", json!({ "update": { &hers: { "shareWith": share } } })).await;
    let subscribe = json!({ "accountId": alice.account(), "update": { &hers: { "isSubscribed": true } } });
    bob.call("Calendar/set", subscribe).await;
    let mut told = bob
        .stream("/jmap/eventsource?types=CalendarEvent&closeafter=state&ping=0")
        .await
        .into_body()
        .into_data_stream();
    let event = json!({ "title": "E", "start": "2031-11-24T10:00:00", "calendarIds": { &hers: true } });
    alice.call("CalendarEvent/set", json!({ "create": { "e": event } })).await;
    let chunk = tokio::time::timeout(Duration::from_secs(20), told.next()).await.expect("in time").unwrap().unwrap();
    let text = String::from_utf8_lossy(&chunk).into_owned();
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let change: Value = serde_json::from_str(data).unwrap();
    let state =
        bob.call("CalendarEvent/get", json!({ "accountId": alice.account(), "ids": [] })).await["state"].clone();
    assert_eq!(change["changed"], json!({ alice.account(): { "CalendarEvent": state } }));
}

fn foreign(method: &str, from: &str, lines: &str) -> String {
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Hollow//Mail//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:from-hollow\r\n\
         DTSTAMP:20261120T100000Z\r\nSUMMARY:Visit\r\nORGANIZER:mailto:carol@hollow.example\r\n\
         ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@owlery.example\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    format!(
        "From: Carol <{from}>\r\nTo: alice@owlery.example\r\nSubject: Visit\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nVisit\r\n\
         --b\r\nContent-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{calendar}\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn mail_from_elsewhere_carries_invitations() {
    let world = World::new().await;
    let alice = &world.alice;
    let take = async |raw: String| {
        let from = gateway::calendar::inbox::From::Elsewhere;
        let account = &alice.principal.account_id;
        gateway::calendar::inbox::receive(&world.state.store, account, raw.as_bytes(), from).await.unwrap();
    };
    let times = "DTSTART;TZID=W. Europe Standard Time:20261201T100000\r\nDTEND;TZID=W. Europe Standard Time:20261201T110000\r\n";
    take(foreign("REQUEST", "carol@hollow.example", times)).await;
    let visit = events(alice).await.remove(0);
    assert_eq!(
        (&visit["title"], &visit["start"], &visit["timeZone"]),
        (&json!("Visit"), &json!("2026-12-01T10:00:00"), &json!("Europe/Berlin"))
    );
    assert_eq!((&visit["isOrigin"], &visit["useDefaultAlerts"]), (&json!(false), &json!(true)));
    take(foreign("CANCEL", "mallory@elsewhere.example", "SEQUENCE:1\r\nDTSTART:20261201T090000Z\r\n")).await;
    assert_ne!(events(alice).await[0]["status"], "cancelled", "not by somebody else");
    take(foreign("CANCEL", "carol@hollow.example", "SEQUENCE:1\r\nDTSTART:20261201T090000Z\r\n")).await;
    assert_eq!(events(alice).await[0]["status"], "cancelled");
    let spoofed = foreign("REQUEST", "bob@owlery.example", times)
        .replace("carol@hollow", "bob@owlery")
        .replace("from-hollow", "from-bob");
    take(spoofed).await;
    assert_eq!(events(alice).await.len(), 1, "nobody elsewhere is Bob");
    take("Subject: x\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:NONSENSE".to_owned()).await;
    assert_eq!(events(alice).await.len(), 1);
}

#[tokio::test]
async fn a_calendar_file_is_read() {
    let world = World::new().await;
    let alice = &world.alice;
    let file = foreign("REQUEST", "carol@hollow.example", "DTSTART:20261201T090000Z\r\n");
    let (_, calendar) = file.split_once("BEGIN:VCALENDAR").unwrap();
    let calendar = format!("BEGIN:VCALENDAR{}", calendar.split_once("\r\n--b--").unwrap().0);
    let blob = alice.upload(calendar, "text/calendar").await;
    let other = alice.upload("nothing of the kind", "text/plain").await;
    let asked = json!({ "blobIds": [&blob, &other, "bnone"], "properties": ["title", "method", "calendarIds"] });
    let answer = alice.call("CalendarEvent/parse", asked).await;
    assert_eq!(answer["parsed"][&blob], json!([{ "title": "Visit", "method": "request", "calendarIds": null }]));
    assert_eq!((&answer["notParsable"], &answer["notFound"]), (&json!([other]), &json!(["bnone"])));
}
