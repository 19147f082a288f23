//! PushSubscription (RFC 8620 §7.2): URLs that a client wants to be told of changes at. They belong to what the client
//! signed in with and are seen by nobody else; their URLs and keys are never told again. Pushing is
//! [`crate::push`]'s.

pub mod set;

use std::collections::BTreeSet;

use jmap::error::MethodErrorKind;
use jmap::{Id, MethodError, UtcDate};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::PushSubscription;

use super::arguments;
use super::context::Context;
use super::failure::Failure;
use super::get::unique;

/// All that may be asked for.
const PROPERTIES: [&str; 5] = ["id", "deviceClientId", "verificationCode", "expires", "types"];
/// The device's own.
const SECRET: [&str; 2] = ["url", "keys"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Get {
    #[serde(default)]
    ids: Option<Vec<Id>>,
    #[serde(default)]
    properties: Option<BTreeSet<String>>,
}

/// `PushSubscription/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Get = arguments::read(call)?;
    let properties = asked.properties.unwrap_or_else(|| PROPERTIES.map(str::to_owned).into());
    if properties.iter().any(|name| SECRET.contains(&name.as_str())) {
        let reason = "url and keys are not told to anybody.";
        return Err(MethodError::new(MethodErrorKind::Forbidden, reason).into());
    }
    if let Some(unknown) = properties.iter().find(|name| !PROPERTIES.contains(&name.as_str())) {
        return Err(MethodError::invalid_arguments(format!("there is no property {unknown}")).into());
    }
    let ids = asked.ids.map(|ids| unique(context, ids)).transpose()?;
    let mut found = of(context).await?;
    let mut not_found = ids.clone().unwrap_or_default();
    not_found.retain(|id| !found.iter().any(|subscription| subscription.id == *id));
    if let Some(ids) = ids {
        found.retain(|subscription| ids.contains(&subscription.id));
    }
    let list: Vec<Value> = found.iter().map(|subscription| shown(subscription, &properties)).collect();
    arguments::answer(&json!({ "list": list, "notFound": not_found }))
}

/// Those of the credentials that the asker uses.
async fn of(context: &Context<'_>) -> Result<Vec<PushSubscription>, Failure> {
    let (account, credential) = (&context.principal.account_id, &context.principal.credential);
    Ok(context.store().push_subscriptions_of(account, credential, UtcDate::from_millis(context.now())).await?)
}

fn shown(subscription: &PushSubscription, properties: &BTreeSet<String>) -> Value {
    let mut shown = json!(jmap::push_subscription::PushSubscription {
        id: subscription.id.clone(),
        device_client_id: subscription.device_client_id.clone(),
        verification_code: code(subscription),
        expires: subscription.expires_at,
        types: subscription.types.clone().map(Vec::from_iter),
    });
    if let Some(object) = shown.as_object_mut() {
        object.retain(|name, _| name == "id" || properties.contains(name));
    }
    shown
}

/// Told only once the client has told it: who gets it otherwise than by push has shown nothing.
fn code(subscription: &PushSubscription) -> Option<String> {
    subscription.is_verified.then(|| subscription.verification_code.clone())
}
