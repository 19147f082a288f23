//! What a person chose.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::organisation::Organisation;

#[tokio::test]
async fn settings_are_each_persons_own() {
    let owlery = Organisation::new().await;
    let (alice, bob) = (owlery.sign_in("alice").await, owlery.sign_in("bob").await);
    assert_eq!(owlery.get(&alice, "/owlet/settings").await.json(), json!({ "trustedSenders": [] }));
    let chosen = json!({ "scheme": "dark", "trustedSenders": ["Letter@ReadingWeek.example"] });
    assert_eq!(owlery.ask(&alice, Method::PUT, "/owlet/settings", Some(chosen)).await.status, StatusCode::NO_CONTENT);
    let kept = owlery.get(&alice, "/owlet/settings").await.json();
    assert_eq!(kept["scheme"], "dark");
    assert_eq!(kept["trustedSenders"], json!(["letter@readingweek.example"]));
    assert_eq!(owlery.get(&bob, "/owlet/settings").await.json(), json!({ "trustedSenders": [] }));
    // Without the key the senders stay; with an empty list they go.
    owlery.ask(&alice, Method::PUT, "/owlet/settings", Some(json!({ "scheme": "light" }))).await;
    assert_eq!(owlery.get(&alice, "/owlet/settings").await.json()["trustedSenders"].as_array().unwrap().len(), 1);
    owlery.ask(&alice, Method::PUT, "/owlet/settings", Some(json!({ "trustedSenders": [] }))).await;
    assert_eq!(owlery.get(&alice, "/owlet/settings").await.json(), json!({ "trustedSenders": [] }));
}

#[tokio::test]
async fn settings_have_a_limit() {
    let owlery = Organisation::new().await;
    let alice = owlery.sign_in("alice").await;
    for (body, expect) in [
        (json!({ "a": "x".repeat(70_000) }), StatusCode::PAYLOAD_TOO_LARGE),
        (json!({ "a": "x".repeat(300_000) }), StatusCode::PAYLOAD_TOO_LARGE),
        (json!({ "trustedSenders": 1 }), StatusCode::BAD_REQUEST),
        (json!([1]), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(owlery.ask(&alice, Method::PUT, "/owlet/settings", Some(body)).await.status, expect);
    }
}
