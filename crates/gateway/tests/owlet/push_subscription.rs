//! Whose a push subscription is, by what one signed in with: a cookie, the account's password, an application's.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use jmap::UtcDate;
use serde_json::{Value, json};

use super::organisation::{Organisation, basic};

/// How somebody signs in.
enum By {
    Cookie(String),
    Password(String),
}

async fn call(owlery: &Organisation, by: &By, name: &str, arguments: Value) -> Value {
    let body = json!({ "using": ["urn:ietf:params:jmap:core"], "methodCalls": [[name, arguments, "0"]] });
    let answer = match by {
        By::Cookie(cookie) => owlery.ask(cookie, Method::POST, "/jmap/api", Some(body)).await,
        By::Password(password) => {
            let request = Request::post("/jmap/api")
                .header(header::AUTHORIZATION, basic("alice", password))
                .header(header::CONTENT_TYPE, "application/json");
            owlery.send(request.body(Body::from(body.to_string())).unwrap()).await
        }
    };
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()["methodResponses"][0][1].clone()
}

async fn subscribe(owlery: &Organisation, by: &By) -> String {
    let wanted = json!({ "deviceClientId": "owl-1", "url": "https://push.example/a" });
    let answer = call(owlery, by, "PushSubscription/set", json!({ "create": { "s": wanted } })).await;
    answer["created"]["s"]["id"].as_str().unwrap().to_owned()
}

async fn ids(owlery: &Organisation, by: &By) -> Vec<String> {
    let found = call(owlery, by, "PushSubscription/get", json!({ "ids": null, "properties": ["id"] })).await;
    found["list"].as_array().unwrap().iter().map(|found| found["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_sign_in_has_its_own_and_takes_them_along() {
    let owlery = Organisation::new().await;
    let cookie = owlery.sign_in("alice").await;
    let uri = "/owlet/application-passwords";
    let made = owlery.ask(&cookie, Method::POST, uri, Some(json!({ "label": "Phone" }))).await.json();
    let ways = [
        By::Cookie(cookie.clone()),
        By::Cookie(owlery.sign_in("alice").await),
        By::Password("owlet".to_owned()),
        By::Password(made["password"].as_str().unwrap().to_owned()),
    ];
    let mut all = Vec::new();
    for way in &ways {
        // Twice: the second time a password is known without being hashed.
        let own = [subscribe(&owlery, way).await, subscribe(&owlery, way).await];
        assert_eq!(ids(&owlery, way).await, own);
        all.extend(own);
    }
    let kept = async || {
        let kept = owlery.state.store.push_subscriptions(None, UtcDate(chrono::Utc::now())).await.unwrap();
        kept.into_iter().map(|subscription| subscription.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, all);
    let phone = format!("{uri}/{}", made["id"]);
    assert_eq!(owlery.ask(&cookie, Method::DELETE, &phone, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(kept().await, all[..6]);
    assert_eq!(owlery.ask(&cookie, Method::DELETE, "/owlet/session", None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(kept().await, all[2..6]);
    let hash = gateway::auth::password::hash("hoot".into()).await.unwrap();
    owlery.state.store.set_password_hash(&owlery.account("alice").await, &hash).await.unwrap();
    assert_eq!(kept().await, all[2..4]);
}
