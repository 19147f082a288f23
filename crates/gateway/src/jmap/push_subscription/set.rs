//! `PushSubscription/set`: what may be a subscription, and for how long.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::TimeDelta;
use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::{Id, SetError, UtcDate};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{Credential, NewPushSubscription, PushChange, PushKeys, PushSubscription};

use super::of;
use crate::auth::password;
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::limits::MAX_OBJECTS_IN_SET;
use crate::jmap::patch;
use crate::jmap::set::Outcome;
use crate::push::encryption::Keys;

/// Subscriptions of one account.
pub const MAX_SUBSCRIPTIONS: u32 = 20;
/// How long a subscription lasts that was made with a password, which itself does not expire: as long as the RFC says
/// that it should at least. One that was made in a session lasts as long as the client wishes and the session does.
const LONGEST: TimeDelta = TimeDelta::days(7);
/// Octets of a `deviceClientId`, and of the name of a type.
const MAX_NAME: usize = 255;
/// Names in `types`; there are not as many.
const MAX_TYPES: usize = 64;

/// With or without padding: RFC 8620 does not say.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Set {
    #[serde(default)]
    create: Option<Map<String, Value>>,
    #[serde(default)]
    update: Option<Map<String, Value>>,
    #[serde(default)]
    destroy: Option<Vec<Id>>,
}

/// The whole method.
pub async fn set(context: &mut Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Set = arguments::read(call)?;
    let count = |map: &Option<Map<String, Value>>| map.as_ref().map_or(0, Map::len);
    if count(&asked.create) + count(&asked.update) + asked.destroy.as_ref().map_or(0, Vec::len) > MAX_OBJECTS_IN_SET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut outcome = Outcome::default();
    for (key, object) in asked.create.unwrap_or_default() {
        match create(context, &object).await {
            Ok((id, properties)) => {
                context.created.insert(Id::from(key.as_str()), id);
                outcome.created.insert(Id::from(key), properties);
            }
            Err(Refusal::Record(error)) => {
                outcome.not_created.insert(Id::from(key), error);
            }
            Err(Refusal::Call(failure)) => return Err(failure),
        }
    }
    let destroy: Vec<Id> = asked.destroy.unwrap_or_default();
    let doomed: BTreeSet<Id> = destroy.iter().filter_map(|id| context.resolve(id.as_str())).collect();
    for (key, wanted) in asked.update.unwrap_or_default() {
        let id = context.resolve(&key);
        let result = match &id {
            Some(id) if doomed.contains(id) => Err(SetErrorKind::WillDestroy.into()),
            Some(id) => update(context, id, &wanted).await,
            None => Err(SetErrorKind::NotFound.into()),
        };
        match result {
            Ok(changed) => {
                outcome.updated.insert(id.unwrap_or_else(|| Id::from(key)), changed);
            }
            Err(Refusal::Record(error)) => {
                outcome.not_updated.insert(Id::from(key), error);
            }
            Err(Refusal::Call(failure)) => return Err(failure),
        }
    }
    let own = if destroy.is_empty() { Vec::new() } else { of(context).await? };
    for key in destroy {
        let id = context.resolve(key.as_str()).filter(|id| own.iter().any(|subscription| subscription.id == *id));
        match id {
            Some(id) if outcome.destroyed.contains(&id) => {}
            Some(id) if context.store().destroy_push_subscription(&id).await? => outcome.destroyed.push(id),
            _ => {
                outcome.not_destroyed.insert(key, SetErrorKind::NotFound.into());
            }
        }
    }
    if outcome.changed_something() {
        context.state.push.ring(&context.principal.account_id);
    }
    outcome.answer_without_state()
}

async fn create(context: &Context<'_>, object: &Value) -> Result<(Id, Map<String, Value>), Refusal> {
    let (push, principal, now) = (&context.state.push, context.principal, context.now());
    if !push.is_on() {
        let reason = "This server pushes by event source and WebSocket only.";
        return Err(SetError::new(SetErrorKind::Forbidden, reason).into());
    }
    let Value::Object(object) = object else { return Err(SetErrorKind::InvalidProperties.into()) };
    let mut new = read_new(object, principal.credential, now)?;
    if let Err(error) = push.guard().check(&new.url) {
        return Err(SetError::invalid_properties(["url"], error.to_string()).into());
    }
    let asked_until = new.expires_at;
    new.expires_at = bounded(asked_until, principal.credential, now);
    let expires_at = new.expires_at;
    if !push.may_create(&principal.account_id) {
        let reason = "Too many subscriptions were made lately. Wait a few minutes.";
        return Err(SetError::new(SetErrorKind::RateLimit, reason).into());
    }
    new.verification_code = password::token().map_err(|error| {
        tracing::error!(%error, "a verification code could not be made");
        Failure::from(MethodErrorKind::ServerFail)
    })?;
    let made = context
        .store()
        .create_push_subscription(&principal.account_id, new, UtcDate::from_millis(now), MAX_SUBSCRIPTIONS)
        .await?;
    let Some(made) = made else {
        let reason = format!("An account has at most {MAX_SUBSCRIPTIONS} push subscriptions.");
        return Err(SetError::new(SetErrorKind::OverQuota, reason).into());
    };
    // What the client left out or does not have as it asked for (RFC 8620 §5.3).
    let mut properties = Map::from_iter([("id".to_owned(), json!(made.id))]);
    for name in ["keys", "verificationCode", "types"] {
        if !object.contains_key(name) {
            properties.insert(name.to_owned(), Value::Null);
        }
    }
    if expires_at != asked_until || !object.contains_key("expires") {
        properties.insert("expires".to_owned(), json!(expires_at));
    }
    Ok((made.id, properties))
}

async fn update(context: &Context<'_>, id: &Id, wanted: &Value) -> Result<Option<Map<String, Value>>, Refusal> {
    let Some(current) = of(context).await?.into_iter().find(|subscription| subscription.id == *id) else {
        return Err(SetErrorKind::NotFound.into());
    };
    let Value::Object(wanted) = wanted else { return Err(SetErrorKind::InvalidPatch.into()) };
    let asked = read_change(&current, wanted, context.now())?;
    let expires_at = match wanted.contains_key("expires") {
        true => bounded(asked.expires_at, current.credential, context.now()),
        false => asked.expires_at,
    };
    let change = PushChange { expires_at, ..asked.clone() };
    if !context.store().change_push_subscription(id, &change).await? {
        return Err(SetErrorKind::NotFound.into());
    }
    Ok((expires_at != asked.expires_at).then(|| Map::from_iter([("expires".to_owned(), json!(expires_at))])))
}

/// The end that a subscription has if its client asks for this one (RFC 8620 §7.2).
fn bounded(asked: Option<UtcDate>, credential: Credential, now: i64) -> Option<UtcDate> {
    match credential {
        Credential::Session(_) => asked,
        Credential::Password | Credential::AppPassword(_) => {
            // To the second, as it is told.
            let latest = UtcDate::from_millis((now + LONGEST.num_milliseconds()) / 1000 * 1000);
            Some(asked.map_or(latest, |asked| asked.min(latest)))
        }
    }
}

/// A subscription as the client describes it, without its verification code.
fn read_new(object: &Map<String, Value>, credential: Credential, now: i64) -> Result<NewPushSubscription, SetError> {
    let mut new = NewPushSubscription {
        credential,
        device_client_id: String::new(),
        url: String::new(),
        keys: None,
        verification_code: String::new(),
        expires_at: None,
        types: None,
    };
    for required in ["deviceClientId", "url"] {
        if !object.contains_key(required) {
            return Err(SetError::invalid_properties([required], "It is required."));
        }
    }
    for (name, value) in object {
        match name.as_str() {
            "deviceClientId" => new.device_client_id = device(value)?,
            "url" => value.as_str().ok_or_else(|| wrong(name, "A text is wanted."))?.clone_into(&mut new.url),
            "keys" => new.keys = keys(value)?,
            "verificationCode" if value.is_null() => {}
            "verificationCode" => return Err(wrong(name, "It is null until the code has been pushed.")),
            "expires" => new.expires_at = expires(value, now)?,
            "types" => new.types = types(value)?,
            "id" => return Err(wrong(name, "The server sets it.")),
            _ => return Err(wrong(name, "There is no such property.")),
        }
    }
    Ok(new)
}

/// What a patch makes of a subscription; the end is as the client asks.
fn read_change(current: &PushSubscription, wanted: &Map<String, Value>, now: i64) -> Result<PushChange, SetError> {
    let object = as_client_knows_it(current);
    let patched = patch::apply(&object, wanted)?;
    let mut change =
        PushChange { is_verified: current.is_verified, expires_at: current.expires_at, types: current.types.clone() };
    for (name, value) in &patched {
        if object.get(name) == Some(value) {
            continue;
        }
        match name.as_str() {
            "verificationCode" if value.as_str() == Some(&current.verification_code) => change.is_verified = true,
            "verificationCode" => return Err(wrong(name, "This is not the code that was pushed.")),
            "expires" => change.expires_at = expires(value, now)?,
            "types" => change.types = types(value)?,
            // The same, otherwise written.
            "keys" if keys(value).is_ok_and(|keys| keys == current.keys) => {}
            "id" | "deviceClientId" | "url" | "keys" => return Err(wrong(name, "It does not change.")),
            _ => return Err(wrong(name, "There is no such property.")),
        }
    }
    Ok(change)
}

/// With URL and keys: who gives them as they are changes nothing.
fn as_client_knows_it(subscription: &PushSubscription) -> Map<String, Value> {
    let keys = subscription.keys.as_ref();
    let keys = keys.map(|keys| json!({ "p256dh": BASE64.encode(&keys.p256dh), "auth": BASE64.encode(&keys.auth) }));
    Map::from_iter([
        ("id".to_owned(), json!(subscription.id)),
        ("deviceClientId".to_owned(), json!(subscription.device_client_id)),
        ("url".to_owned(), json!(subscription.url)),
        ("keys".to_owned(), json!(keys)),
        ("verificationCode".to_owned(), json!(super::code(subscription))),
        ("expires".to_owned(), json!(subscription.expires_at)),
        ("types".to_owned(), json!(subscription.types)),
    ])
}

fn wrong(name: &str, reason: &str) -> SetError {
    SetError::invalid_properties([name], reason)
}

fn device(value: &Value) -> Result<String, SetError> {
    let device = value.as_str().filter(|device| (1..=MAX_NAME).contains(&device.len()));
    Ok(device.ok_or_else(|| wrong("deviceClientId", "A text of 1 to 255 octets is wanted."))?.to_owned())
}

fn keys(value: &Value) -> Result<Option<PushKeys>, SetError> {
    if value.is_null() {
        return Ok(None);
    }
    let refused = || wrong("keys", "Null is wanted, or p256dh (a point of P-256) and auth (16 octets) in base64url.");
    let keys = jmap::push_subscription::Keys::deserialize(value).map_err(|_| refused())?;
    let decode = |text: &str| BASE64.decode(text).map_err(|_| refused());
    let keys = PushKeys { p256dh: decode(&keys.p256dh)?, auth: decode(&keys.auth)? };
    Keys::new(&keys.p256dh, &keys.auth).ok_or_else(refused)?;
    Ok(Some(keys))
}

fn expires(value: &Value, now: i64) -> Result<Option<UtcDate>, SetError> {
    let refused = || wrong("expires", "A UTCDate in the future or null is wanted.");
    let expires = Option::<UtcDate>::deserialize(value).map_err(|_| refused())?;
    if expires.is_some_and(|expires| expires.millis() <= now) { Err(refused()) } else { Ok(expires) }
}

fn types(value: &Value) -> Result<Option<BTreeSet<String>>, SetError> {
    let refused = || wrong("types", "A list of names of types or null is wanted.");
    let types = Option::<BTreeSet<String>>::deserialize(value).map_err(|_| refused())?;
    let is_too_much = types.iter().flatten().count() > MAX_TYPES;
    if is_too_much || types.iter().flatten().any(|name| name.len() > MAX_NAME) { Err(refused()) } else { Ok(types) }
}

#[cfg(test)]
mod tests;
