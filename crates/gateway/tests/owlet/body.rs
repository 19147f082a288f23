//! A message as a page, its pictures, its source and its attachments.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use gateway::config::Config;
use serde_json::json;

use super::organisation::Organisation;

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn letter() -> String {
    format!(
        "From: Reading Week <letter@readingweek.example>\r\nTo: alice@owlery.example\r\nSubject: Rooms\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\
         Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p style=\"color:#000\">Grüße <script>alert(1)</script><img src=\"cid:owl@x\"><img src=\"http://127.0.0.1:1/x.png\"></p>\r\n\
         --b\r\nContent-Type: image/png\r\nContent-ID: <owl@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n{PNG}\r\n--b--\r\n\
         --a\r\nContent-Type: text/csv; name=\"list.csv\"\r\nContent-Disposition: attachment; filename=\"list.csv\"\r\n\r\n1,2\r\n--a--\r\n"
    )
}

/// The value of the first attribute `src` in a page.
fn source(page: &str) -> String {
    let rest = page.split_once("src=\"").unwrap().1;
    rest.split_once('"').unwrap().0.replace("&amp;", "&")
}

#[tokio::test]
async fn a_message_is_a_page_of_its_own_policy() {
    let owlery = Organisation::new().await;
    let id = owlery.receive("alice", &letter()).await;
    let alice = owlery.sign_in("alice").await;
    let page = owlery.get(&alice, &format!("/owlet/messages/{id}/body")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Grüße") && !page.text().contains("script"), "{}", page.text());
    assert_eq!(page.header("x-owlet-withheld-images"), "1");
    assert!(page.text().contains("data-withheld-images=\"1\""));
    let policy = page.header("content-security-policy");
    assert!(!policy.contains("allow-scripts") && !policy.contains("script-src"), "{policy}");
    for rule in [
        "default-src 'none'",
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    let dark = owlery.get(&alice, &format!("/owlet/messages/{id}/body?scheme=dark")).await;
    assert!(dark.text().contains("data-scheme=\"dark\"") && !dark.text().contains("color:#000000"), "{}", dark.text());
}

#[tokio::test]
async fn another_persons_message_is_not_there() {
    let owlery = Organisation::new().await;
    let id = owlery.receive("alice", &letter()).await;
    let (alice, bob) = (owlery.account("alice").await, owlery.sign_in("bob").await);
    for what in ["body", "source", "attachments.zip"] {
        for account in [String::new(), format!("?account={alice}")] {
            let uri = format!("/owlet/messages/{id}/{what}{account}");
            assert_eq!(owlery.get(&bob, &uri).await.status, StatusCode::NOT_FOUND, "{uri}");
            assert_eq!(owlery.get("", &uri).await.status, StatusCode::UNAUTHORIZED, "{uri}");
        }
    }
}

#[tokio::test]
async fn a_picture_inside_is_shown_without_a_cookie_by_its_signed_address_only() {
    let owlery = Organisation::new().await;
    let id = owlery.receive("alice", &letter()).await;
    let alice = owlery.sign_in("alice").await;
    let page = owlery.get(&alice, &format!("/owlet/messages/{id}/body")).await;
    let address = source(page.text());
    let picture = owlery.get("", &address).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(picture.header("cross-origin-resource-policy"), "cross-origin");
    let (bob, own) = (owlery.account("bob").await, owlery.account("alice").await);
    for forged in [
        address.replace("parts/2", "parts/1"),
        address.replace(&format!("account={own}"), &format!("account={bob}")),
        address.replace("expires=", "expires=9"),
        address.replace("sig=", "sig=A"),
    ] {
        assert_eq!(owlery.get(&alice, &forged).await.status, StatusCode::FORBIDDEN, "{forged}");
    }
}

#[tokio::test]
async fn remote_pictures_come_through_us_when_asked_for_or_trusted() {
    let mut config = Config::default();
    config.images.allow_private_networks = true;
    let owlery = Organisation::with(config).await;
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    let routes = axum::Router::new()
        .route("/x.png", axum::routing::get(|| async { b"\x89PNG\r\n\x1a\nxx".to_vec() }))
        .route("/x.svg", axum::routing::get(|| async { "<svg/>" }));
    tokio::spawn(async move { axum::serve(server, routes).await });
    let text = letter().replace("127.0.0.1:1/", &format!("127.0.0.1:{port}/")).replace("<img src=\"cid:owl@x\">", "");
    let id = owlery.receive("alice", &text).await;
    let alice = owlery.sign_in("alice").await;
    let page = owlery.get(&alice, &format!("/owlet/messages/{id}/body?images=1")).await;
    assert_eq!(page.header("x-owlet-withheld-images"), "0");
    let address = source(page.text());
    let picture = owlery.get("", &address).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(owlery.get("", &address.replace("x.png", "x.svg")).await.status, StatusCode::FORBIDDEN, "not signed");

    let svg = owlery.receive("alice", &text.replace("x.png", "x.svg")).await;
    let page = owlery.get(&alice, &format!("/owlet/messages/{svg}/body?images=1")).await;
    assert_eq!(owlery.get("", &source(page.text())).await.status, StatusCode::BAD_GATEWAY, "not a picture of pixels");

    let trusted = json!({ "trustedSenders": ["letter@readingweek.example"] });
    owlery.ask(&alice, Method::PUT, "/owlet/settings", Some(trusted)).await;
    let page = owlery.get(&alice, &format!("/owlet/messages/{id}/body")).await;
    assert_eq!(page.header("x-owlet-withheld-images"), "0");
}

#[tokio::test]
async fn this_machine_and_its_neighbours_are_not_fetched_from() {
    let owlery = Organisation::new().await;
    let id = owlery.receive("alice", &letter().replace("<img src=\"cid:owl@x\">", "")).await;
    let alice = owlery.sign_in("alice").await;
    let page = owlery.get(&alice, &format!("/owlet/messages/{id}/body?images=1")).await;
    assert_eq!(owlery.get("", &source(page.text())).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn source_and_attachments_are_there_to_keep() {
    let owlery = Organisation::new().await;
    let id = owlery.receive("alice", &letter()).await;
    let alice = owlery.sign_in("alice").await;
    let raw = owlery.get(&alice, &format!("/owlet/messages/{id}/source")).await;
    assert!(raw.header("content-type").starts_with("text/plain"));
    assert_eq!(raw.text(), letter());
    let zip = owlery.get(&alice, &format!("/owlet/messages/{id}/attachments.zip")).await;
    assert_eq!(zip.header("content-type"), "application/zip");
    assert!(zip.header("content-disposition").contains("Rooms.zip"));
    assert!(zip.body.windows(8).any(|name| name == b"list.csv"));
}

#[tokio::test]
async fn an_expired_session_gets_no_page() {
    let owlery = Organisation::new().await;
    let request = Request::get("/owlet/messages/e1/body").header("cookie", "owlet=gone").body(Body::empty()).unwrap();
    assert_eq!(owlery.send(request).await.status, StatusCode::UNAUTHORIZED);
}
