//! Alice and Bob on a gateway in memory of the test, and a browser that keeps a cookie.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use bytes::Bytes;
use gateway::config::Config;
use gateway::message::{Import, import};
use gateway::state::AppState;
use jmap::{AccountId, UtcDate};
use serde_json::Value;
use store::{DataType, NewAccount, Store};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) struct Organisation {
    pub(crate) state: AppState,
    pub(crate) app: Router,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Organisation {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let password_hash = gateway::auth::password::hash("owlet".into()).await.unwrap();
        for (address, name) in [("alice@owlery.example", "Alice Moreau"), ("bob@owlery.example", "Bob Okafor")] {
            let new = NewAccount { address: address.into(), name: name.into(), password_hash: password_hash.clone() };
            store.create_account(new).await.unwrap();
        }
        let state = AppState::new(store, config, [7; 32]);
        Self { app: gateway::router(state.clone()), state, _folder: folder }
    }

    pub(crate) async fn account(&self, name: &str) -> AccountId {
        let address = format!("{name}@owlery.example");
        self.state.store.account_by_address(&address).await.unwrap().unwrap().id
    }

    /// Puts a message into somebody's inbox and gives its id.
    pub(crate) async fn receive(&self, name: &str, raw: &str) -> String {
        let (store, account) = (&self.state.store, self.account(name).await);
        let boxes = store.records(&account, DataType::Mailbox, None).await.unwrap();
        let inbox = boxes.iter().find(|record| record.body["role"] == "inbox").unwrap().id.clone();
        let wanted = Import {
            mailbox_ids: BTreeSet::from([inbox.into()]),
            keywords: BTreeSet::new(),
            received_at: UtcDate(chrono::Utc::now()),
        };
        import(store, &account, raw.to_owned().into(), wanted).await.unwrap().email_id.to_string()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap() }
    }

    /// As the app asks: with its cookie, from its own origin.
    pub(crate) async fn ask(&self, cookie: &str, method: Method, uri: &str, body: Option<Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header(header::HOST, "owlet.test")
            .header(header::ORIGIN, "http://owlet.test")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, cookie: &str, uri: &str) -> Answer {
        self.ask(cookie, Method::GET, uri, None).await
    }

    /// Signs in and gives the cookie.
    pub(crate) async fn sign_in(&self, name: &str) -> String {
        let body = serde_json::json!({ "username": format!("{name}@owlery.example"), "password": "owlet" });
        let answer = self.ask("", Method::POST, "/owlet/session", Some(body)).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

pub(crate) fn basic(name: &str, password: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{name}@owlery.example:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}
