//! Session, request-level errors, result references, creation ids, states.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::world::World;

#[tokio::test]
async fn the_session_has_absolute_urls_and_all_capabilities() {
    let world = World::new().await;
    for path in ["/jmap/session", "/.well-known/jmap"] {
        let request = Request::get(path).header(header::HOST, "mail.example:8080").body(Body::empty()).unwrap();
        let (status, _, body) = world.alice.send(request).await;
        assert_eq!(status, StatusCode::OK);
        let session: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(session["apiUrl"], "http://mail.example:8080/jmap/api");
        assert_eq!(session["username"], "alice@owlery.example");
        assert_eq!(session["accounts"].as_object().unwrap().len(), 1);
        assert_eq!(session["capabilities"]["urn:ietf:params:jmap:websocket"]["url"], "ws://mail.example:8080/jmap/ws");
        assert_eq!(session["primaryAccounts"]["urn:x-owlet:jmap:mail"], world.alice.account());
    }
}

#[tokio::test]
async fn a_bad_request_gets_the_error_of_the_rfc() {
    let world = World::new().await;
    let core = "urn:ietf:params:jmap:core";
    for (body, error) in [
        ("{".to_owned(), "notJSON"),
        (format!(r#"{{"using":["{core}"],"using":["{core}"],"methodCalls":[]}}"#), "notJSON"),
        ("[]".to_owned(), "notRequest"),
        (json!({ "using": ["urn:x"], "methodCalls": [] }).to_string(), "unknownCapability"),
        (format!("[{}]", "0,".repeat(6_000_000)), "limit"),
    ] {
        let (status, answer) = world.alice.post(body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(answer["type"], format!("urn:ietf:params:jmap:error:{error}"));
    }
    let request = Request::post("/jmap/api").header(header::CONTENT_TYPE, "text/plain").body(Body::from("{}")).unwrap();
    assert_eq!(world.alice.send(request).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_call_without_its_capability_is_unknown() {
    let world = World::new().await;
    let call = json!([["Mailbox/get", { "accountId": world.alice.account() }, "0"]]);
    let body = json!({ "using": ["urn:ietf:params:jmap:core"], "methodCalls": call });
    let (_, answer) = world.alice.post(body.to_string()).await;
    assert_eq!(answer["methodResponses"][0], json!(["error", { "type": "unknownMethod" }, "0"]));
}

#[tokio::test]
async fn answers_are_referred_to_and_creation_ids_carried_on() {
    let world = World::new().await;
    let answers = world
        .alice
        .calls(vec![
            ("Mailbox/set", json!({ "create": { "a": { "name": "A" }, "b": { "name": "B", "parentId": "#a" } } })),
            ("Mailbox/query", json!({ "filter": { "parentId": null }, "sort": [{ "property": "name" }] })),
            (
                "Mailbox/get",
                json!({ "#ids": { "resultOf": "1", "name": "Mailbox/query", "path": "/ids" }, "properties": ["name"] }),
            ),
            ("Mailbox/get", json!({ "#ids": { "resultOf": "1", "name": "Mailbox/get", "path": "/ids" } })),
            ("Mailbox/get", json!({ "ids": [], "#ids": { "resultOf": "1", "name": "Mailbox/query", "path": "/ids" } })),
            ("Mailbox/get", json!({ "ids": ["#b"] })),
        ])
        .await;
    assert_eq!(answers[2].1["list"][0]["name"], "A");
    assert_eq!(answers[3].1["type"], "invalidResultReference");
    assert_eq!(answers[4].1["type"], "invalidArguments");
    assert_eq!(answers[5].1["list"][0]["parentId"], answers[0].1["created"]["a"]["id"]);

    let created = json!({ "x": answers[0].1["created"]["b"]["id"] });
    let call =
        json!([["Mailbox/set", { "accountId": world.alice.account(), "update": { "#x": { "name": "C" } } }, "0"]]);
    let body = json!({ "using": super::world::ALL, "methodCalls": call, "createdIds": created });
    let (_, answer) = world.alice.post(body.to_string()).await;
    assert_eq!(answer["createdIds"], created);
    assert!(answer["methodResponses"][0][1]["updated"].is_object(), "{answer}");
}

#[tokio::test]
async fn a_set_in_another_state_does_nothing() {
    let world = World::new().await;
    let error =
        world.alice.error("Mailbox/set", json!({ "ifInState": "old", "create": { "a": { "name": "A" } } })).await;
    assert_eq!(error, "stateMismatch");
    let found = world.alice.call("Mailbox/query", json!({ "filter": { "name": "A", "hasAnyRole": false } })).await;
    assert_eq!(found["ids"], json!([]));
}

#[tokio::test]
async fn nobody_reaches_the_account_of_another() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    for (name, arguments) in [
        ("Mailbox/get", json!({})),
        ("Email/query", json!({})),
        ("Email/get", json!({ "ids": [] })),
        ("Email/set", json!({})),
        ("Email/changes", json!({ "sinceState": "0" })),
        ("Thread/get", json!({ "ids": [] })),
        ("Identity/get", json!({})),
        ("EmailSubmission/set", json!({})),
        ("VacationResponse/get", json!({})),
        ("Blob/get", json!({ "ids": [] })),
        ("Quota/get", json!({})),
        ("SearchSnippet/get", json!({ "emailIds": [] })),
        ("Recipient/suggest", json!({ "text": "a" })),
    ] {
        let mut arguments = arguments;
        arguments["accountId"] = json!(bob.account());
        assert_eq!(alice.error(name, arguments).await, "accountNotFound", "{name}");
    }
    let blob = bob.upload("a secret", "text/plain").await;
    for account in [alice.account(), bob.account()] {
        let (status, _, _) = alice.get(&format!("/jmap/download/{account}/{blob}/x?accept=text/plain")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let got = alice.call("Blob/get", json!({ "ids": [blob] })).await;
    assert_eq!(got["notFound"], json!([blob]));
    let inbox = bob.mailbox("inbox").await;
    let email = bob.import("Subject: x\r\n\r\nsecret", &inbox).await;
    let got = alice.call("Email/get", json!({ "ids": [email] })).await;
    assert_eq!(got["list"], json!([]));
    let imported = alice
        .call(
            "Email/import",
            json!({ "emails": { "a": { "blobId": blob, "mailboxIds": { alice.mailbox("inbox").await: true } } } }),
        )
        .await;
    assert!(imported["notCreated"]["a"]["type"].is_string());
}
