//! Blobs by upload, download and method; quota.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use gateway::config::Config;
use serde_json::json;

use super::world::World;

#[tokio::test]
async fn an_upload_comes_back_in_whole_and_in_part() {
    let world = World::new().await;
    let alice = &world.alice;
    let blob = alice.upload("hello owls", "text/html; charset=utf-8").await;
    let uri = format!("/jmap/download/{}/{blob}/na%C3%AFve%20owls.html?accept=text/html", alice.account());
    let (status, headers, body) = alice.get(&uri).await;
    assert_eq!((status, body.as_ref()), (StatusCode::OK, &b"hello owls"[..]));
    assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment"), "HTML is never shown");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    let tag = headers["etag"].clone();
    let range = Request::get(&uri).header(header::RANGE, "bytes=6-").body(Body::empty()).unwrap();
    let (status, headers, body) = alice.send(range).await;
    assert_eq!((status, body.as_ref()), (StatusCode::PARTIAL_CONTENT, &b"owls"[..]));
    assert_eq!(headers["content-range"], "bytes 6-9/10");
    let again = Request::get(&uri).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    assert_eq!(alice.send(again).await.0, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_refused() {
    let mut config = Config::default();
    config.limits.upload_bytes = 10;
    let world = World::with(config).await;
    let uri = format!("/jmap/upload/{}", world.alice.account());
    let (status, _, body) = world.alice.send(Request::post(&uri).body(Body::from("12345678901")).unwrap()).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(String::from_utf8_lossy(&body).contains("maxSizeUpload"));
    let foreign = format!("/jmap/upload/{}", world.bob.account());
    assert_eq!(world.alice.send(Request::post(&foreign).body(Body::from("1")).unwrap()).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn blobs_are_put_together_read_and_looked_up() {
    let world = World::new().await;
    let alice = &world.alice;
    let answers = alice
        .calls(vec![
            ("Blob/upload", json!({ "create": {
                "a": { "data": [{ "data:asText": "Subject: x\r\n\r\n" }, { "data:asBase64": "aGVsbG8=" }], "type": "message/rfc822" },
                "b": { "data": [{ "blobId": "nothing" }] },
                "c": { "data": [{ "data:asText": "x", "data:asBase64": "eA==" }] },
            } })),
            ("Blob/upload", json!({ "create": { "d": { "data": [{ "blobId": "#a", "offset": 14, "length": 4 }, { "data:asText": "!" }] } } })),
            ("Blob/get", json!({ "ids": ["#d", "nothing"], "properties": ["data:asText", "size", "digest:sha-256"] })),
        ])
        .await;
    assert_eq!(answers[0].1["notCreated"]["b"]["type"], "blobNotFound");
    assert_eq!(answers[0].1["notCreated"]["c"]["type"], "invalidProperties");
    assert_eq!(answers[2].1["list"][0]["data:asText"], "hell!");
    assert_eq!(answers[2].1["notFound"], json!(["nothing"]));

    let message = answers[0].1["created"]["a"]["id"].as_str().unwrap();
    let inbox = alice.mailbox("inbox").await;
    let made = alice
        .call("Email/import", json!({ "emails": { "e": { "blobId": message, "mailboxIds": { &inbox: true } } } }))
        .await;
    let found =
        alice.call("Blob/lookup", json!({ "typeNames": ["Email", "Mailbox"], "ids": [message, "nothing"] })).await;
    assert_eq!(found["list"][0]["matchedIds"], json!({ "Email": [made["created"]["e"]["id"]], "Mailbox": [inbox] }));
    assert_eq!(found["notFound"], json!(["nothing"]));
    assert_eq!(alice.error("Blob/lookup", json!({ "typeNames": ["Owl"], "ids": [] })).await, "unknownDataType");
}

#[tokio::test]
async fn a_quota_is_told_and_kept() {
    let mut config = Config::default();
    config.limits.account_bytes = 300;
    let world = World::with(config).await;
    let alice = &world.alice;
    let inbox = alice.mailbox("inbox").await;
    let before = alice.call("Quota/get", json!({ "ids": null })).await;
    assert_eq!(before["list"][0]["hardLimit"], 300);
    alice.import(&format!("Subject: x\r\n\r\n{}", "x".repeat(100)), &inbox).await;
    let changes = alice.call("Quota/changes", json!({ "sinceState": before["state"] })).await;
    assert_eq!(changes["updated"], json!([before["list"][0]["id"]]));
    let blob = alice.upload(format!("Subject: y\r\n\r\n{}", "y".repeat(300)), "message/rfc822").await;
    let refused = alice
        .call("Email/import", json!({ "emails": { "e": { "blobId": blob, "mailboxIds": { &inbox: true } } } }))
        .await;
    assert_eq!(refused["notCreated"]["e"]["type"], "overQuota");
}
