//! The session resource: what the server offers to whom (RFC 8620 §2). Its URLs are absolute: many clients want that.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jmap::MailboxId;
use jmap::capability::{BLOB, CORE, MAIL, OWLET_MAIL, QUOTA, SUBMISSION, VACATION_RESPONSE, WEBPUSH_VAPID, WEBSOCKET};
use jmap::session::{Account, CoreCapability, Session};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::DataType;

use super::email::query::SORTS;
use super::limits::{
    MAX_CALLS_IN_REQUEST, MAX_CONCURRENT_REQUESTS, MAX_CONCURRENT_UPLOAD, MAX_DELAYED_SEND, MAX_MAILBOX_DEPTH,
    MAX_MAILBOX_NAME, MAX_OBJECTS_IN_GET, MAX_OBJECTS_IN_SET, MAX_SIZE_REQUEST,
};
use super::{blob, query};
use crate::auth::Principal;
use crate::config::Config;
use crate::problem::Problem;
use crate::state::AppState;

/// Every capability that a request may use.
pub const CAPABILITIES: [&str; 9] =
    [CORE, MAIL, SUBMISSION, VACATION_RESPONSE, WEBSOCKET, WEBPUSH_VAPID, BLOB, QUOTA, OWLET_MAIL];

/// `GET /jmap/session` and `/.well-known/jmap`. No redirect: some clients lose their password on the way.
pub async fn show(State(state): State<AppState>, principal: Principal, headers: HeaderMap) -> Response {
    match of(&state, &principal, &headers).await {
        Ok(session) => {
            ([(header::CACHE_CONTROL, "no-cache, no-store, must-revalidate")], Json(session)).into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// The session of somebody who asks.
///
/// # Errors
/// The store's.
pub async fn of(state: &AppState, principal: &Principal, headers: &HeaderMap) -> Result<Session, store::Error> {
    let mailboxes = state.store.records(&principal.account_id, DataType::Mailbox, None).await?;
    let is_inbox = |mailbox: &store::Record| mailbox.body.get("role").and_then(Value::as_str) == Some("inbox");
    let inbox = mailboxes.into_iter().find(is_inbox).map(|mailbox| mailbox.id.into());
    let push_key = state.push.public_key(&state.store).await;
    Ok(session(principal, &state.config, push_key.as_deref(), &origin(&state.config, headers), inbox))
}

/// How this client reaches the gateway: as the administrator says, else by the name that the client used.
fn origin(config: &Config, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_plain = |host: &&str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    };
    match (&config.public_origin, host.filter(is_plain)) {
        (None, Some(host)) => {
            let scheme = if config.is_https() { "https" } else { "http" };
            format!("{scheme}://{host}")
        }
        _ => config.origin(),
    }
}

/// The session of somebody who reaches the gateway by this origin.
fn session(
    principal: &Principal,
    config: &Config,
    push_key: Option<&str>,
    origin: &str,
    inbox: Option<MailboxId>,
) -> Session {
    let web_socket = origin.replacen("http", "ws", 1);
    let core = CoreCapability {
        max_size_upload: config.limits.upload_bytes,
        max_concurrent_upload: MAX_CONCURRENT_UPLOAD as u64,
        max_size_request: MAX_SIZE_REQUEST as u64,
        max_concurrent_requests: MAX_CONCURRENT_REQUESTS as u64,
        max_calls_in_request: MAX_CALLS_IN_REQUEST as u64,
        max_objects_in_get: MAX_OBJECTS_IN_GET as u64,
        max_objects_in_set: MAX_OBJECTS_IN_SET as u64,
        collation_algorithms: query::COLLATIONS.map(str::to_owned).to_vec(),
    };
    let mut capabilities: BTreeMap<String, Value> =
        CAPABILITIES.iter().map(|uri| ((*uri).to_owned(), json!({}))).collect();
    capabilities.insert(CORE.to_owned(), json!(core));
    capabilities.insert(WEBSOCKET.to_owned(), json!({ "url": format!("{web_socket}/jmap/ws"), "supportsPush": true }));
    match push_key {
        Some(key) => capabilities.insert(WEBPUSH_VAPID.to_owned(), json!({ "applicationServerKey": key })),
        None => capabilities.remove(WEBPUSH_VAPID),
    };
    let mut account_capabilities = account_capabilities(config);
    if let (Some(own), Some(inbox)) = (account_capabilities.get_mut(OWLET_MAIL), inbox) {
        own.insert("inboxId".to_owned(), json!(inbox));
    }
    let primary_accounts = account_capabilities.keys().map(|uri| (uri.clone(), principal.account_id.clone())).collect();
    let account =
        Account { name: principal.address.clone(), is_personal: true, is_read_only: false, account_capabilities };
    Session {
        capabilities,
        accounts: BTreeMap::from([(principal.account_id.clone(), account)]),
        primary_accounts,
        username: principal.address.clone(),
        api_url: format!("{origin}/jmap/api"),
        download_url: format!("{origin}/jmap/download/{{accountId}}/{{blobId}}/{{name}}?accept={{type}}"),
        upload_url: format!("{origin}/jmap/upload/{{accountId}}"),
        event_source_url: format!("{origin}/jmap/eventsource?types={{types}}&closeafter={{closeafter}}&ping={{ping}}"),
        state: state_from(principal, config, push_key),
    }
}

/// Changes when anything in the session does, or the person's name. The inbox stays the same for ever.
pub async fn state_of(state: &AppState, principal: &Principal) -> jmap::State {
    let push_key = state.push.public_key(&state.store).await;
    state_from(principal, &state.config, push_key.as_deref())
}

fn state_from(principal: &Principal, config: &Config, push_key: Option<&str>) -> jmap::State {
    let what = json!([
        principal.account_id,
        principal.address,
        principal.name,
        account_capabilities(config),
        push_key,
        env!("CARGO_PKG_VERSION")
    ]);
    let hash = Sha256::digest(what.to_string());
    let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    jmap::State::from(short)
}

fn account_capabilities(config: &Config) -> BTreeMap<String, Map<String, Value>> {
    let of = |value: Value| match value {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    let max_upload = config.limits.upload_bytes;
    BTreeMap::from([
        (CORE.to_owned(), Map::new()),
        (
            MAIL.to_owned(),
            of(json!({
                "maxMailboxesPerEmail": null,
                "maxMailboxDepth": MAX_MAILBOX_DEPTH,
                "maxSizeMailboxName": MAX_MAILBOX_NAME,
                "maxSizeAttachmentsPerEmail": max_upload,
                "emailQuerySortOptions": SORTS,
                "mayCreateTopLevelMailbox": true,
            })),
        ),
        (
            SUBMISSION.to_owned(),
            of(json!({
                "maxDelayedSend": MAX_DELAYED_SEND,
                "submissionExtensions": { "FUTURERELEASE": [MAX_DELAYED_SEND.to_string()], "SIZE": [max_upload.to_string()] },
            })),
        ),
        (VACATION_RESPONSE.to_owned(), Map::new()),
        (
            BLOB.to_owned(),
            of(json!({
                "maxSizeBlobSet": max_upload,
                "maxDataSources": blob::MAX_DATA_SOURCES,
                "supportedTypeNames": ["Email", "Thread", "Mailbox"],
                "supportedDigestAlgorithms": ["sha", "sha-256", "sha-512"],
            })),
        ),
        (QUOTA.to_owned(), Map::new()),
        (OWLET_MAIL.to_owned(), Map::new()),
    ])
}
