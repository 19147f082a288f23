//! Signing in and out, and who is let in.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use gateway::config::Config;
use serde_json::json;

use super::organisation::{Organisation, basic};

#[tokio::test]
async fn a_session_lasts_from_sign_in_to_sign_out() {
    let owlery = Organisation::new().await;
    let nobody = json!({ "organisation": "owlery.example" });
    assert_eq!(owlery.get("", "/owlet/session").await.json(), nobody);
    let cookie = owlery.sign_in("alice").await;
    let who = owlery.get(&cookie, "/owlet/session").await.json();
    assert_eq!((who["address"].as_str(), who["name"].as_str()), (Some("alice@owlery.example"), Some("Alice Moreau")));
    assert_eq!(owlery.get(&cookie, "/.well-known/jmap").await.status, StatusCode::OK, "JMAP takes the cookie too");
    let out = owlery.ask(&cookie, Method::DELETE, "/owlet/session", None).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    // A kept cookie is no good.
    assert_eq!(owlery.get(&cookie, "/owlet/session").await.json(), nobody);
    assert_eq!(owlery.get(&cookie, "/.well-known/jmap").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_page_begins_with_one_request() {
    let mut config = Config::default();
    config.organisation.name = Some("The Owlery".into());
    let owlery = Organisation::with(config).await;
    let cookie = owlery.sign_in("alice").await;
    let beginning = owlery.get(&cookie, "/owlet/session").await.json();
    assert_eq!(beginning["organisation"], "The Owlery");
    assert_eq!(beginning["jmap"], owlery.get(&cookie, "/jmap/session").await.json());
    let account = beginning["accountId"].as_str().unwrap();
    let own = &beginning["jmap"]["accounts"][account]["accountCapabilities"]["urn:x-owlet:jmap:mail"];
    let request = json!({
        "using": ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"],
        "methodCalls": [["Mailbox/query", { "accountId": account, "filter": { "role": "inbox" } }, "0"]],
    });
    let answer = owlery.ask(&cookie, Method::POST, "/jmap/api", Some(request)).await.json();
    assert_eq!(own["inboxId"], answer["methodResponses"][0][1]["ids"][0]);
}

#[tokio::test]
async fn the_cookie_is_kept_only_if_one_asks() {
    let owlery = Organisation::new().await;
    for (remember, expect) in [(false, false), (true, true)] {
        let body = json!({ "username": "ALICE@owlery.example", "password": "owlet", "remember": remember });
        let answer = owlery.ask("", Method::POST, "/owlet/session", Some(body)).await;
        let cookie = answer.header("set-cookie");
        assert_eq!(cookie.contains("Max-Age"), expect, "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let owlery = Organisation::new().await;
    let mut answers = Vec::new();
    for username in ["alice@owlery.example", "nobody@owlery.example"] {
        let body = json!({ "username": username, "password": "wrong" });
        answers.push(owlery.ask("", Method::POST, "/owlet/session", Some(body)).await.json());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0]["type"], "wrongPassword");
}

#[tokio::test]
async fn after_too_many_wrong_passwords_the_right_one_waits_too() {
    let mut config = Config::default();
    config.limits.failed_sign_ins = 2;
    let owlery = Organisation::with(config).await;
    for (password, expect) in
        [("a", StatusCode::UNAUTHORIZED), ("b", StatusCode::UNAUTHORIZED), ("owlet", StatusCode::TOO_MANY_REQUESTS)]
    {
        let body = json!({ "username": "alice@owlery.example", "password": password });
        assert_eq!(owlery.ask("", Method::POST, "/owlet/session", Some(body)).await.status, expect);
    }
}

#[tokio::test]
async fn another_sites_page_cannot_sign_anybody_in_or_out() {
    let owlery = Organisation::new().await;
    let cookie = owlery.sign_in("alice").await;
    for (method, uri) in
        [(Method::POST, "/owlet/session"), (Method::DELETE, "/owlet/session"), (Method::POST, "/jmap/api")]
    {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header(header::HOST, "owlet.test")
            .header(header::ORIGIN, "https://evil.example")
            .header(header::COOKIE, &cookie)
            .body(Body::from("{}"))
            .unwrap();
        assert_eq!(owlery.send(request).await.status, StatusCode::FORBIDDEN, "{uri}");
    }
    assert_eq!(owlery.get(&cookie, "/owlet/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_other_programs_are_asked_for_a_password_by_the_browser() {
    let owlery = Organisation::new().await;
    let page = owlery.get("", "/owlet/settings").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.header("www-authenticate"), "");
    let program = owlery.send(Request::get("/.well-known/jmap").body(Body::empty()).unwrap()).await;
    assert!(program.header("www-authenticate").starts_with("Basic"));
    let signed = Request::get("/owlet/session").header(header::AUTHORIZATION, basic("bob", "owlet"));
    assert_eq!(owlery.send(signed.body(Body::empty()).unwrap()).await.json()["name"], "Bob Okafor");
}

#[tokio::test]
async fn every_answer_has_its_policy_and_its_reference() {
    let owlery = Organisation::new().await;
    for uri in ["/healthz", "/owlet/session", "/owlet/openapi.json", "/jmap/api", "/nothing.js"] {
        let answer = owlery.get("", uri).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{uri}");
        assert_eq!(answer.header("x-request-id").len(), 12, "{uri}");
    }
}
