//! The session resource: what the server offers to whom (RFC 8620 §2). Its URLs are absolute: many clients want that.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jmap::capability::{
    BLOB, CALENDARS, CALENDARS_PARSE, CORE, MAIL, OWLET_CALENDARS, OWLET_MAIL, PRINCIPALS, PRINCIPALS_AVAILABILITY,
    PRINCIPALS_OWNER, QUOTA, SUBMISSION, VACATION_RESPONSE, WEBPUSH_VAPID, WEBSOCKET,
};
use jmap::session::{Account, CoreCapability, Session};
use jmap::{AccountId, MailboxId};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::{DataType, Store};

use super::email::query::SORTS;
use super::limits::{
    MAX_CALLS_IN_REQUEST, MAX_CONCURRENT_REQUESTS, MAX_CONCURRENT_UPLOAD, MAX_DELAYED_SEND, MAX_MAILBOX_DEPTH,
    MAX_MAILBOX_NAME, MAX_OBJECTS_IN_GET, MAX_OBJECTS_IN_SET, MAX_SIZE_REQUEST,
};
use super::{blob, calendar_event, query};
use crate::auth::Principal;
use crate::calendar::access;
use crate::config::Config;
use crate::problem::Problem;
use crate::state::AppState;

/// Every capability that a request may use.
pub const CAPABILITIES: [&str; 14] = [
    CORE,
    MAIL,
    SUBMISSION,
    VACATION_RESPONSE,
    WEBSOCKET,
    WEBPUSH_VAPID,
    BLOB,
    QUOTA,
    CALENDARS,
    CALENDARS_PARSE,
    PRINCIPALS,
    PRINCIPALS_AVAILABILITY,
    OWLET_MAIL,
    OWLET_CALENDARS,
];

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
    let shared = shared_accounts(&state.store, principal).await?;
    Ok(session(principal, &state.config, push_key.as_deref(), &origin(&state.config, headers), inbox, shared))
}

/// The accounts of others in which the person has subscribed to a calendar (RFC 9670 §1.4), and whose they are.
async fn shared_accounts(store: &Store, principal: &Principal) -> Result<BTreeMap<AccountId, String>, store::Error> {
    let mut accounts = BTreeMap::new();
    for owner in access::subscribed(store, &principal.account_id).await? {
        accounts.extend(store.account(&owner).await?.map(|account| (owner, account.address)));
    }
    Ok(accounts)
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
    shared: BTreeMap<AccountId, String>,
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
    let state = state_from(principal, config, push_key, &shared);
    let mut account_capabilities = account_capabilities(principal, config);
    if let (Some(own), Some(inbox)) = (account_capabilities.get_mut(OWLET_MAIL), inbox) {
        own.insert("inboxId".to_owned(), json!(inbox));
    }
    let primary = account_capabilities.keys().filter(|uri| CAPABILITIES.contains(&uri.as_str()));
    let primary_accounts = primary.map(|uri| (uri.clone(), principal.account_id.clone())).collect();
    let account =
        Account { name: principal.address.clone(), is_personal: true, is_read_only: false, account_capabilities };
    let mut accounts: BTreeMap<AccountId, Account> = shared
        .into_iter()
        .map(|(id, name)| {
            let account_capabilities = shared_capabilities(principal, &id);
            (id, Account { name, is_personal: false, is_read_only: false, account_capabilities })
        })
        .collect();
    accounts.insert(principal.account_id.clone(), account);
    Session {
        capabilities,
        accounts,
        primary_accounts,
        username: principal.address.clone(),
        api_url: format!("{origin}/jmap/api"),
        download_url: format!("{origin}/jmap/download/{{accountId}}/{{blobId}}/{{name}}?accept={{type}}"),
        upload_url: format!("{origin}/jmap/upload/{{accountId}}"),
        event_source_url: format!("{origin}/jmap/eventsource?types={{types}}&closeafter={{closeafter}}&ping={{ping}}"),
        state,
    }
}

/// Changes when anything in the session does, or the person's name. The inbox stays the same for ever.
pub async fn state_of(state: &AppState, principal: &Principal) -> jmap::State {
    let push_key = state.push.public_key(&state.store).await;
    let shared = shared_accounts(&state.store, principal).await.unwrap_or_else(|error| {
        tracing::error!(%error, "what others share could not be read");
        BTreeMap::new()
    });
    state_from(principal, &state.config, push_key.as_deref(), &shared)
}

fn state_from(
    principal: &Principal,
    config: &Config,
    push_key: Option<&str>,
    shared: &BTreeMap<AccountId, String>,
) -> jmap::State {
    let what = json!([
        principal.account_id,
        principal.address,
        principal.name,
        account_capabilities(principal, config),
        push_key,
        shared,
        env!("CARGO_PKG_VERSION")
    ]);
    let hash = Sha256::digest(what.to_string());
    let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    jmap::State::from(short)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// What an account with calendars says, and whose it is. Principals are in everybody's own account.
fn calendar_capabilities(principal: &Principal, account: &AccountId) -> [(String, Map<String, Value>); 2] {
    let is_own = *account == principal.account_id;
    [
        (
            CALENDARS.to_owned(),
            object(json!({
                "maxCalendarsPerEvent": null,
                "minDateTime": calendar_event::MIN_DATE_TIME,
                "maxDateTime": calendar_event::MAX_DATE_TIME,
                "maxExpandedQueryDuration": format!("P{}D", calendar_event::MAX_EXPANDED_DAYS),
                "maxParticipantsPerEvent": calendar_event::MAX_PARTICIPANTS,
                "mayCreateCalendar": is_own,
            })),
        ),
        (
            PRINCIPALS_OWNER.to_owned(),
            object(json!({
                "accountIdForPrincipal": principal.account_id,
                "principalId": store::Principal::id_of(account),
            })),
        ),
    ]
}

/// What can be done in an account of somebody else.
fn shared_capabilities(principal: &Principal, account: &AccountId) -> BTreeMap<String, Map<String, Value>> {
    let mut capabilities = BTreeMap::from([(CORE.to_owned(), Map::new())]);
    capabilities.extend(calendar_capabilities(principal, account));
    capabilities
}

fn account_capabilities(principal: &Principal, config: &Config) -> BTreeMap<String, Map<String, Value>> {
    let max_upload = config.limits.upload_bytes;
    let mut capabilities = BTreeMap::from([
        (CORE.to_owned(), Map::new()),
        (CALENDARS_PARSE.to_owned(), Map::new()),
        (
            MAIL.to_owned(),
            object(json!({
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
            object(json!({
                "maxDelayedSend": MAX_DELAYED_SEND,
                "submissionExtensions": { "FUTURERELEASE": [MAX_DELAYED_SEND.to_string()], "SIZE": [max_upload.to_string()] },
            })),
        ),
        (VACATION_RESPONSE.to_owned(), Map::new()),
        (
            BLOB.to_owned(),
            object(json!({
                "maxSizeBlobSet": max_upload,
                "maxDataSources": blob::MAX_DATA_SOURCES,
                "supportedTypeNames": ["Email", "Thread", "Mailbox"],
                "supportedDigestAlgorithms": ["sha", "sha-256", "sha-512"],
            })),
        ),
        (QUOTA.to_owned(), Map::new()),
        (OWLET_MAIL.to_owned(), Map::new()),
        (OWLET_CALENDARS.to_owned(), Map::new()),
        (
            PRINCIPALS.to_owned(),
            object(json!({ "currentUserPrincipalId": store::Principal::id_of(&principal.account_id) })),
        ),
        (
            PRINCIPALS_AVAILABILITY.to_owned(),
            object(json!({ "maxAvailabilityDuration": format!("P{}D", calendar_event::MAX_EXPANDED_DAYS) })),
        ),
    ]);
    capabilities.extend(calendar_capabilities(principal, &principal.account_id));
    capabilities
}
