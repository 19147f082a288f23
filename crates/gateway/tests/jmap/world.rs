//! A gateway with two people in it, and how a test talks to it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::{Extension, Router};
use bytes::Bytes;
use gateway::auth::Principal;
use gateway::config::Config;
use gateway::state::AppState;
use jmap::capability;
use serde_json::{Value, json};
use store::{NewAccount, Store};
use tower::ServiceExt;

pub(crate) struct World {
    pub(crate) state: AppState,
    pub(crate) alice: Person,
    pub(crate) bob: Person,
    _folder: tempfile::TempDir,
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) principal: Principal,
    router: Router,
}

pub(crate) const ALL: [&str; 13] = [
    capability::OWLET_CALENDARS,
    capability::CALENDARS_PARSE,
    capability::CORE,
    capability::MAIL,
    capability::SUBMISSION,
    capability::VACATION_RESPONSE,
    capability::BLOB,
    capability::QUOTA,
    capability::WEBSOCKET,
    capability::CALENDARS,
    capability::PRINCIPALS,
    capability::PRINCIPALS_AVAILABILITY,
    capability::OWLET_MAIL,
];

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        // A second time is no error: then another test did it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let state = AppState::new(store, config, [7; 32]);
        let alice = person(&state, "alice", "Alice Archer").await;
        let bob = person(&state, "bob", "Bob Baker").await;
        Self { state, alice, bob, _folder: folder }
    }

    /// The same, with mail being delivered.
    pub(crate) async fn delivering() -> (Self, gateway::delivery::Background) {
        let world = Self::new().await;
        let background = gateway::jmap::start(&world.state);
        (world, background)
    }
}

async fn person(state: &AppState, name: &str, full_name: &str) -> Person {
    let account = state
        .store
        .create_account(NewAccount {
            address: format!("{name}@owlery.example"),
            name: full_name.to_owned(),
            password_hash: String::new(),
        })
        .await
        .unwrap();
    let principal = Principal::new(account, store::Credential::Password);
    let router = gateway::router(state.clone()).layer(Extension(principal.clone()));
    Person { principal, router }
}

impl Person {
    pub(crate) fn account(&self) -> &str {
        self.principal.account_id.as_str()
    }

    pub(crate) fn address(&self) -> &str {
        &self.principal.address
    }

    /// The same person, signed in otherwise.
    pub(crate) fn by(&self, state: &AppState, credential: store::Credential) -> Self {
        let principal = Principal { credential, ..self.principal.clone() };
        Self { router: gateway::router(state.clone()).layer(Extension(principal.clone())), principal }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, axum::http::HeaderMap, Bytes) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 100_000_000).await.unwrap();
        (parts.status, parts.headers, body)
    }

    pub(crate) async fn stream(&self, uri: &str) -> axum::response::Response {
        self.router.clone().oneshot(Request::get(uri).body(Body::empty()).unwrap()).await.unwrap()
    }

    pub(crate) async fn get(&self, uri: &str) -> (StatusCode, axum::http::HeaderMap, Bytes) {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    /// The whole answer to a body that may be anything.
    pub(crate) async fn post(&self, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = Request::post("/jmap/api").header(header::CONTENT_TYPE, "application/json");
        let (status, _, body) = self.send(request.body(body.into()).unwrap()).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// The answers to calls `[name, arguments]`, each as `[name, arguments]`. `accountId` is put in.
    pub(crate) async fn calls(&self, calls: Vec<(&str, Value)>) -> Vec<(String, Value)> {
        let calls: Vec<Value> = calls
            .into_iter()
            .enumerate()
            .map(|(index, (name, mut arguments))| {
                let has_account = name != "Core/echo" && !name.starts_with("PushSubscription/");
                if arguments.get("accountId").is_none() && has_account {
                    arguments["accountId"] = json!(self.account());
                }
                json!([name, arguments, index.to_string()])
            })
            .collect();
        let (status, answer) = self.post(json!({ "using": ALL, "methodCalls": calls }).to_string()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["methodResponses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|answer| (answer[0].as_str().unwrap().to_owned(), answer[1].clone()))
            .collect()
    }

    /// The answer to one call, which must not be an error.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> Value {
        let (answered, answer) = self.calls(vec![(name, arguments)]).await.remove(0);
        assert_eq!(answered, name, "{answer}");
        answer
    }

    /// The type of error that a call gets.
    pub(crate) async fn error(&self, name: &str, arguments: Value) -> String {
        let (answered, answer) = self.calls(vec![(name, arguments)]).await.remove(0);
        assert_eq!(answered, "error", "{answer}");
        answer["type"].as_str().unwrap().to_owned()
    }

    /// The id of the mailbox with a role.
    pub(crate) async fn mailbox(&self, role: &str) -> String {
        let found = self.call("Mailbox/query", json!({ "filter": { "role": role } })).await;
        found["ids"][0].as_str().unwrap().to_owned()
    }

    pub(crate) async fn upload(&self, bytes: impl Into<Body>, media_type: &str) -> String {
        let uri = format!("/jmap/upload/{}", self.account());
        let request = Request::post(uri).header(header::CONTENT_TYPE, media_type).body(bytes.into()).unwrap();
        let (status, _, body) = self.send(request).await;
        assert_eq!(status, StatusCode::CREATED);
        serde_json::from_slice::<Value>(&body).unwrap()["blobId"].as_str().unwrap().to_owned()
    }

    /// Puts a message into a mailbox: its email id.
    pub(crate) async fn import(&self, raw: &str, mailbox: &str) -> String {
        let blob = self.upload(raw.to_owned(), "message/rfc822").await;
        let email = json!({ "blobId": blob, "mailboxIds": { mailbox: true } });
        let answer = self.call("Email/import", json!({ "emails": { "a": email } })).await;
        answer["created"]["a"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A draft to somebody: its email id.
    pub(crate) async fn draft(&self, to: &str, subject: &str) -> String {
        let drafts = self.mailbox("drafts").await;
        let email = json!({
            "mailboxIds": { drafts: true }, "keywords": { "$draft": true, "$seen": true },
            "from": [{ "email": self.address() }], "to": [{ "email": to }], "subject": subject,
            "bodyValues": { "1": { "value": format!("About {subject}.") } },
            "textBody": [{ "partId": "1", "type": "text/plain" }],
        });
        let answer = self.call("Email/set", json!({ "create": { "d": email } })).await;
        answer["created"]["d"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    pub(crate) async fn identity(&self) -> String {
        let found = self.call("Identity/get", json!({ "ids": null })).await;
        found["list"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Waits until a query finds so many emails: their ids, newest first.
    pub(crate) async fn await_emails(&self, state: &AppState, filter: Value, count: usize) -> Vec<String> {
        let mut commits = state.store.subscribe();
        let wait = async {
            loop {
                let found = self.call("Email/query", json!({ "filter": filter })).await;
                let ids: Vec<String> = serde_json::from_value(found["ids"].clone()).unwrap();
                if ids.len() == count {
                    return ids;
                }
                let _ = commits.recv().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the mail comes")
    }
}
