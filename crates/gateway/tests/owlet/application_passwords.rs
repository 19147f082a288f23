//! A password of its own for each other program.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;

use super::organisation::{Organisation, basic};

async fn status(owlery: &Organisation, password: &str) -> StatusCode {
    let request = Request::get("/owlet/session").header(header::AUTHORIZATION, basic("alice", password));
    owlery.send(request.body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn an_applications_password_works_until_it_is_removed() {
    let owlery = Organisation::new().await;
    let alice = owlery.sign_in("alice").await;
    let made =
        owlery.ask(&alice, Method::POST, "/owlet/application-passwords", Some(json!({ "label": "Phone" }))).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.json();
    let password = made["password"].as_str().unwrap();
    assert_eq!(status(&owlery, password).await, StatusCode::OK);
    assert_eq!(status(&owlery, password).await, StatusCode::OK, "also when it is remembered");
    let list = owlery.get(&alice, "/owlet/application-passwords").await.json();
    assert_eq!(list[0]["label"], "Phone");
    assert!(list[0]["password"].is_null() && list[0]["lastUsed"].is_string(), "{list}");
    // It is not for signing in to the app.
    let body = json!({ "username": "alice@owlery.example", "password": password });
    assert_eq!(owlery.ask("", Method::POST, "/owlet/session", Some(body)).await.status, StatusCode::UNAUTHORIZED);
    let uri = format!("/owlet/application-passwords/{}", made["id"]);
    let bob = owlery.sign_in("bob").await;
    assert_eq!(owlery.ask(&bob, Method::DELETE, &uri, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owlery.ask(&alice, Method::DELETE, &uri, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(status(&owlery, password).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_password_that_was_changed_is_refused_at_once() {
    let owlery = Organisation::new().await;
    assert_eq!(status(&owlery, "owlet").await, StatusCode::OK);
    let hash = gateway::auth::password::hash("hoot".into()).await.unwrap();
    owlery.state.store.set_password_hash(&owlery.account("alice").await, &hash).await.unwrap();
    assert_eq!(status(&owlery, "owlet").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&owlery, "hoot").await, StatusCode::OK);
}
