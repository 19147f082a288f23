//! Push to URLs, from the subscription to what a client reads.

use std::time::Duration;

use axum::http::StatusCode;
use gateway::config::{self, Config};
use gateway::push::pace::Pace;
use gateway::push::{Background, start_at};
use gateway::state::AppState;
use jmap::{Id, UtcDate};
use serde_json::{Value, json};
use store::{Credential, NewSession, PushChange};

use super::push_service::{Client, PushService, Pushed};
use super::world::{Person, World};

const MILLI: Duration = Duration::from_millis(1);

/// So that no test waits.
const FAST: Pace = Pace {
    moment: MILLI,
    gap: MILLI,
    longest_gap: Duration::from_millis(20),
    retry: MILLI,
    longest_retry: Duration::from_millis(20),
    upkeep: Duration::from_millis(20),
};

fn config() -> Config {
    Config { push: config::Push { allow_loopback: true, ..config::Push::default() }, ..Config::default() }
}

async fn pushing() -> (World, Background, PushService) {
    let world = World::with(config()).await;
    let background = start_at(&world.state, FAST);
    (world, background, PushService::new().await)
}

async fn subscribe(person: &Person, url: &str, more: Value) -> String {
    let mut wanted = json!({ "deviceClientId": "owl-1", "url": url });
    wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = person.call("PushSubscription/set", json!({ "create": { "s": wanted } })).await;
    answer["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The error of a subscription that is not made.
async fn refusal(person: &Person, wanted: Value) -> Value {
    let answer = person.call("PushSubscription/set", json!({ "create": { "s": wanted } })).await;
    assert!(answer["created"].is_null(), "{answer}");
    answer["notCreated"]["s"].clone()
}

async fn update(person: &Person, id: &str, patch: Value) -> Value {
    person.call("PushSubscription/set", json!({ "update": { id: patch } })).await
}

async fn verify(person: &Person, id: &str, pushed: &Pushed) {
    let code = pushed.json()["verificationCode"].clone();
    let answer = update(person, id, json!({ "verificationCode": code })).await;
    assert_eq!(answer["updated"], json!({ id: null }), "{answer}");
}

/// One that is verified.
async fn verified(person: &Person, service: &mut PushService, path: &str, more: Value) -> String {
    let id = subscribe(person, &service.url(path), more).await;
    let pushed = service.next().await;
    assert_eq!((pushed.path.as_str(), &pushed.json()["@type"]), (path, &json!("PushVerification")));
    verify(person, &id, &pushed).await;
    id
}

async fn receive(person: &Person) {
    person.import("Subject: x\r\n\r\nx", &person.mailbox("inbox").await).await;
}

async fn ids(person: &Person) -> Vec<String> {
    let found = person.call("PushSubscription/get", json!({ "ids": null })).await;
    let id = |subscription: &Value| subscription["id"].as_str().unwrap().to_owned();
    found["list"].as_array().unwrap().iter().map(id).collect()
}

/// Waits until the person's subscriptions are these.
async fn await_ids(person: &Person, expect: &[String]) {
    let wait = async {
        while ids(person).await != expect {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("they come or go in time");
}

async fn public_key(person: &Person) -> String {
    let (_, _, body) = person.get("/jmap/session").await;
    let session: jmap::Session = serde_json::from_slice(&body).unwrap();
    session.application_server_key().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_that_shows_that_it_hears_is_told_of_changes() {
    let (world, _background, mut service) = pushing().await;
    let (alice, client) = (&world.alice, Client::new());
    let key = public_key(alice).await;
    let types = ["Email", "Mailbox"];
    let id = subscribe(alice, &service.url("/a"), json!({ "keys": client.keys(), "types": types })).await;

    let first = service.next().await;
    assert_eq!((first.path.as_str(), first.header("content-type")), ("/a", "application/json"));
    assert_eq!((first.header("ttl"), first.header("urgency")), ("3600", "high"));
    let claims = first.claims(&key);
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(service.origin), &json!("mailto:postmaster@owlery.example")));
    let verification = client.read(&first);
    assert_eq!(verification["@type"], "PushVerification");
    assert_eq!(verification["pushSubscriptionId"], json!(id));

    // Nothing more comes before the right code is told.
    let answer = update(alice, &id, json!({ "verificationCode": "guessed" })).await;
    assert_eq!(answer["notUpdated"][&id]["type"], "invalidProperties");
    assert_eq!(answer["notUpdated"][&id]["properties"], json!(["verificationCode"]));
    receive(alice).await;
    let other = verified(&world.bob, &mut service, "/b", json!({})).await;
    assert!(service.heard().is_none());
    world.bob.call("PushSubscription/set", json!({ "destroy": [other] })).await;

    let answer = update(alice, &id, json!({ "verificationCode": verification["verificationCode"] })).await;
    assert_eq!(answer["updated"], json!({ id.as_str(): null }));
    let second = service.next().await;
    second.claims(&key);
    let change = client.read(&second);
    let email = alice.call("Email/get", json!({ "ids": [] })).await["state"].clone();
    assert_eq!(change["@type"], "StateChange");
    let changed = change["changed"][alice.account()].as_object().unwrap();
    assert_eq!(changed.keys().collect::<Vec<_>>(), types, "only what it wants");
    assert_eq!(changed["Email"], email);
    assert_eq!(change["changed"].as_object().unwrap().len(), 1, "only of this account");
    assert_eq!((second.header("urgency"), second.header("topic").len()), ("low", 32), "an import is no delivery");

    // What it does not want does not come, and what is another's neither.
    alice.call("VacationResponse/set", json!({ "update": { "singleton": { "isEnabled": true } } })).await;
    receive(&world.bob).await;
    receive(alice).await;
    let third = client.read(&service.next().await);
    assert_ne!(third["changed"][alice.account()]["Email"], email);
    assert!(service.heard().is_none());
}

#[tokio::test]
async fn new_mail_is_worth_more_than_a_flag() {
    let (world, _background, mut service) = pushing().await;
    verified(&world.alice, &mut service, "/a", json!({})).await;
    let mut writer = world.state.store.begin(&world.alice.principal.account_id).await.unwrap();
    writer.delivered();
    writer.commit().await.unwrap();
    let pushed = service.next().await;
    assert_eq!((pushed.header("urgency"), pushed.header("ttl")), ("normal", "345600"));
    receive(&world.alice).await;
    assert_eq!(service.next().await.header("urgency"), "low");
}

#[tokio::test]
async fn a_subscription_is_shown_without_its_secrets() {
    let (world, _background, mut service) = pushing().await;
    let alice = &world.alice;
    let wanted = json!({ "deviceClientId": "owl-1", "url": service.url("/a"), "keys": Client::new().keys() });
    let before = chrono::Utc::now();
    let answer = alice.call("PushSubscription/set", json!({ "create": { "s": wanted } })).await;
    let created = answer["created"]["s"].as_object().unwrap();
    assert_eq!(created.keys().collect::<Vec<_>>(), ["expires", "id", "types", "verificationCode"]);
    assert!(answer.get("accountId").is_none() && answer.get("newState").is_none());
    let expires = created["expires"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let days = (expires - before).num_hours() as f64 / 24.0;
    assert!((6.9..=7.0).contains(&days), "a password does not expire, so the server says when");
    let id = created["id"].as_str().unwrap();

    let shown = alice.call("PushSubscription/get", json!({})).await;
    let expected = json!({
        "id": id, "deviceClientId": "owl-1", "verificationCode": null, "expires": created["expires"], "types": null,
    });
    assert_eq!(shown, json!({ "list": [expected], "notFound": [] }));
    let pushed = service.next().await;
    assert_eq!(alice.error("PushSubscription/get", json!({ "properties": ["id", "url"] })).await, "forbidden");
    assert_eq!(alice.error("PushSubscription/get", json!({ "properties": ["keys"] })).await, "forbidden");
    assert_eq!(alice.error("PushSubscription/get", json!({ "properties": ["owl"] })).await, "invalidArguments");
    assert_eq!(alice.error("PushSubscription/get", json!({ "accountId": "a1" })).await, "invalidArguments");

    let code = Client::new().read(&pushed)["verificationCode"].clone();
    let answer = update(alice, id, json!({ "verificationCode": code, "expires": "2099-01-01T00:00:00Z" })).await;
    assert!(answer["updated"][id]["expires"].as_str().unwrap() < "2099", "{answer}");
    let shown = alice.call("PushSubscription/get", json!({ "ids": [id, "p99"], "properties": ["verificationCode"] }));
    let expected = json!({ "list": [{ "id": id, "verificationCode": code }], "notFound": ["p99"] });
    assert_eq!(shown.await, expected, "once it was told it is no secret");
    let answer = update(alice, id, json!({ "url": "https://elsewhere.example" })).await;
    assert_eq!(answer["notUpdated"][id]["properties"], json!(["url"]));
}

#[tokio::test]
async fn made_changed_and_destroyed_in_one_call() {
    let (world, _background, mut service) = pushing().await;
    let create = json!({ "deviceClientId": "owl-1", "url": service.url("/a") });
    let answers = world
        .alice
        .calls(vec![
            ("PushSubscription/set", json!({ "create": { "s": create }, "update": { "#s": { "types": ["Email"] } } })),
            ("PushSubscription/get", json!({ "ids": ["#s"] })),
            ("PushSubscription/set", json!({ "update": { "#s": { "types": null } }, "destroy": ["#s", "#t"] })),
        ])
        .await;
    let id = answers[0].1["created"]["s"]["id"].as_str().unwrap();
    assert_eq!(answers[0].1["updated"], json!({ id: null }));
    assert_eq!(answers[1].1["list"][0]["types"], json!(["Email"]));
    assert_eq!(answers[2].1["notUpdated"]["#s"]["type"], "willDestroy");
    assert_eq!(answers[2].1["destroyed"], json!([id]));
    assert_eq!(answers[2].1["notDestroyed"]["#t"]["type"], "notFound");
    receive(&world.alice).await;
    subscribe(&world.bob, &service.url("/b"), json!({})).await;
    // Of the first the code may have been on its way, and nothing else.
    let pushed = service.next().await;
    assert_eq!(pushed.json()["@type"], "PushVerification");
    if pushed.path != "/b" {
        assert_eq!(service.next().await.path, "/b");
    }
}

#[tokio::test]
async fn urls_that_lead_inside_are_refused() {
    let world = World::new().await;
    for url in [
        "http://push.example/a",
        "http://127.0.0.1:8190/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://10.1.2.3/a",
        "https://169.254.169.254/a",
        "https://user:secret@push.example/a",
        "nonsense",
    ] {
        let error = refusal(&world.alice, json!({ "deviceClientId": "d", "url": url })).await;
        assert_eq!(error["properties"], json!(["url"]), "{url}: {error}");
    }
    let without = Config { push: config::Push { enabled: false, ..config::Push::default() }, ..Config::default() };
    let world = World::with(without).await;
    let error = refusal(&world.alice, json!({ "deviceClientId": "d", "url": "https://push.example/a" })).await;
    assert_eq!(error["type"], "forbidden");
    let (_, _, body) = world.alice.get("/jmap/session").await;
    assert!(!String::from_utf8_lossy(&body).contains("webpush-vapid"));
}

#[tokio::test]
async fn another_persons_and_another_sign_ins_are_not_there() {
    let (world, _background, mut service) = pushing().await;
    let (alice, store) = (&world.alice, &world.state.store);
    let session = NewSession {
        token_hash: [1; 32],
        account: alice.principal.account_id.clone(),
        user_agent: String::new(),
        expires_at: UtcDate(chrono::Utc::now() + chrono::TimeDelta::hours(1)),
    };
    store.create_session(session, UtcDate(chrono::Utc::now())).await.unwrap();
    let in_session = alice.by(&world.state, Credential::Session([1; 32]));
    let id = verified(&in_session, &mut service, "/a", json!({})).await;
    let shown = in_session.call("PushSubscription/get", json!({ "ids": null })).await;
    assert_eq!(shown["list"][0]["expires"], Value::Null, "it ends with the session");
    for other in [alice, &world.bob] {
        assert_eq!(ids(other).await, [""; 0]);
        let got = other.call("PushSubscription/get", json!({ "ids": [id] })).await;
        assert_eq!(got, json!({ "list": [], "notFound": [id] }));
        let set = json!({ "update": { id.as_str(): { "types": [] } } });
        assert_eq!(other.call("PushSubscription/set", set).await["notUpdated"][&id]["type"], "notFound");
        let set = json!({ "destroy": [id] });
        assert_eq!(other.call("PushSubscription/set", set).await["notDestroyed"][&id]["type"], "notFound");
    }
    assert_eq!(ids(&in_session).await, [id]);

    // Signed out: it is pushed to no more.
    store.delete_session(&[1; 32]).await.unwrap();
    receive(alice).await;
    let other = verified(alice, &mut service, "/b", json!({})).await;
    receive(alice).await;
    assert_eq!(service.next().await.path, "/b");
    assert_eq!(ids(alice).await, [other]);
}

#[tokio::test]
async fn one_that_is_gone_or_expired_is_taken_away() {
    let (world, _background, mut service) = pushing().await;
    let (alice, store) = (&world.alice, &world.state.store);
    let mut kept = Vec::new();
    for (path, status) in [("/404", StatusCode::NOT_FOUND), ("/410", StatusCode::GONE), ("/ok", StatusCode::OK)] {
        kept.push(verified(alice, &mut service, path, json!({})).await);
        service.answer(path, status);
    }
    receive(alice).await;
    let mut paths = [service.next().await.path, service.next().await.path, service.next().await.path];
    paths.sort_unstable();
    assert_eq!(paths, ["/404", "/410", "/ok"]);
    await_ids(alice, &kept[2..]).await;

    let past = UtcDate::from_millis(1);
    let change = PushChange { is_verified: true, expires_at: Some(past), types: None };
    let expired = Id::from(kept[2].as_str());
    assert!(store.change_push_subscription(&expired, &change).await.unwrap());
    receive(alice).await;
    assert_eq!(ids(alice).await, [""; 0]);
    verified(&world.bob, &mut service, "/b", json!({})).await;
    assert!(service.heard().is_none());
}

#[tokio::test]
async fn what_was_not_taken_is_told_again() {
    let (world, _background, mut service) = pushing().await;
    let alice = &world.alice;
    let id = subscribe(alice, &service.url("/a"), json!({ "types": ["Email"] })).await;
    verify(alice, &id, &service.next().await).await;
    let busy = (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]);
    service.answer("/a", StatusCode::SERVICE_UNAVAILABLE);
    service.answer("/a", busy);
    service.answer("/a", (StatusCode::FOUND, [("location", service.url("/elsewhere"))]));
    receive(alice).await;
    let mut pushed = Vec::new();
    for _ in 0..4 {
        pushed.push(service.next().await);
    }
    assert!(pushed.iter().all(|pushed| pushed.path == "/a"), "no redirect is followed");
    assert!(pushed.iter().all(|each| each.json() == pushed[0].json()), "until it is taken");
    receive(alice).await;
    assert_ne!(service.next().await.json(), pushed[0].json());
    assert_eq!(ids(alice).await, [id]);
}

#[tokio::test]
async fn one_that_does_not_answer_keeps_nobody_waiting() {
    let (world, _background, mut service) = pushing().await;
    for number in 0..6 {
        subscribe(&world.alice, &service.url(&format!("/never/{number}")), json!({})).await;
    }
    let id = subscribe(&world.bob, &service.url("/b"), json!({})).await;
    loop {
        let pushed = service.next().await;
        if pushed.path == "/b" {
            verify(&world.bob, &id, &pushed).await;
            break;
        }
    }
    receive(&world.bob).await;
    while service.next().await.path != "/b" {}
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let (world, background, mut service) = pushing().await;
    let key = public_key(&world.alice).await;
    let id = verified(&world.alice, &mut service, "/a", json!({ "types": ["Email"] })).await;
    drop(background);
    receive(&world.alice).await;
    let state = AppState::new(world.state.store.clone(), config(), [7; 32]);
    let alice = world.alice.by(&state, Credential::Password);
    assert_eq!(ids(&alice).await, [id]);
    let _background = start_at(&state, FAST);
    let pushed = service.next().await;
    pushed.claims(&key);
    let email = alice.call("Email/get", json!({ "ids": [] })).await["state"].clone();
    assert_eq!(pushed.json()["changed"][alice.account()], json!({ "Email": email }), "also what came meanwhile");
}

#[tokio::test]
async fn nobody_has_or_makes_too_many() {
    let world = World::with(config()).await;
    let alice = &world.alice;
    let wanted = json!({ "deviceClientId": "d", "url": "http://127.0.0.1:1/a" });
    for _ in 0..20 {
        subscribe(alice, "http://127.0.0.1:1/a", json!({})).await;
    }
    assert_eq!(refusal(alice, wanted.clone()).await["type"], "overQuota");
    let all = ids(alice).await;
    let gone = alice.call("PushSubscription/set", json!({ "destroy": all })).await;
    assert_eq!(gone["destroyed"].as_array().unwrap().len(), 20);
    for _ in 0..9 {
        subscribe(alice, "http://127.0.0.1:1/a", json!({})).await;
    }
    assert_eq!(refusal(alice, wanted).await["type"], "rateLimit");
    subscribe(&world.bob, "http://127.0.0.1:1/a", json!({})).await;
    let many: serde_json::Map<String, Value> = (0..1001).map(|n| (format!("p{n}"), json!({}))).collect();
    assert_eq!(alice.error("PushSubscription/set", json!({ "update": many })).await, "requestTooLarge");
}
