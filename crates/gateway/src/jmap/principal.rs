//! Principal (RFC 9670 §2) with what calendars add: the people, rooms and things of the organisation. Everybody sees
//! all of them, in their own account; what they are is the administrator's to say, but for one's own description and
//! time zone. When they are busy is in [`availability`], and when
//! they could meet in [`suggest`].

pub mod availability;
pub mod suggest;

use std::collections::{BTreeMap, HashMap, HashSet};

use jmap::capability::{CALENDARS, OWLET_ROOMS, PRINCIPALS_AVAILABILITY};
use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::principal::{CONDITIONS, FilterCondition};
use jmap::{AccountId, Id, MethodError, SetError};
use scheduling::event::CalendarAddress;
use scheduling::zone::Zone;
use serde_json::{Map, Value, json};
use store::{Principal, PrincipalPatch};

use super::changes::Changes;
use super::context::Context;
use super::failure::Failure;
use super::get::Get;
use super::query::{self, Query, QueryChanges};
use super::set::Set;
use super::{arguments, patch};
use crate::calendar::access;
use crate::calendar::rooms::Room;

const PROPERTIES: [&str; 8] = ["id", "type", "name", "description", "email", "timeZone", "capabilities", "accounts"];

/// Octets of a description.
const MAX_DESCRIPTION: usize = 10_000;

type Object = Map<String, Value>;

/// `Principal/get`.
pub async fn get(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked = Get::read(context, call, &PROPERTIES)?;
    let (state, principals) = context.store().principals().await?;
    let shared = sharing(context).await?;
    let wanted = |principal: &Principal| {
        asked.ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id.as_str() == principal.id().as_str()))
    };
    let found: HashMap<Id, Object> = principals
        .iter()
        .filter(|principal| wanted(principal))
        .map(|principal| (principal.id().into(), object(context, principal, &shared)))
        .collect();
    asked.answer(state, found)
}

/// The accounts of which the asker sees calendars.
async fn sharing(context: &Context<'_>) -> Result<HashSet<AccountId>, Failure> {
    let own = context.principal.account_id.clone();
    Ok(access::sharing(context.store(), &own).await?.into_iter().chain([own]).collect())
}

/// A principal as somebody sees it.
fn object(context: &Context<'_>, principal: &Principal, shared: &HashSet<AccountId>) -> Object {
    let account = shared.contains(&principal.account).then_some(&principal.account);
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut capabilities = BTreeMap::from([(
        CALENDARS,
        json!({
            "accountId": account,
            "mayGetAvailability": true,
            "mayShareWith": principal.kind == "individual" && principal.account != context.principal.account_id,
            "calendarAddress": format!("mailto:{}", principal.address),
        }),
    )]);
    if let Some(room) = Room::of(principal) {
        capabilities.insert(OWLET_ROOMS, json!(room));
    }
    let accounts = account.map(|account| {
        let is_own = *account == context.principal.account_id;
        json!({ account.as_str(): {
            "name": principal.address, "isPersonal": is_own, "isReadOnly": false,
            "accountCapabilities": { CALENDARS: {} },
        } })
    });
    let object = json!({
        "type": principal.kind,
        "name": principal.name,
        "description": some(&principal.description),
        "email": principal.address,
        "timeZone": some(&principal.time_zone),
        "capabilities": capabilities,
        "accounts": accounts,
    });
    match object {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

/// `Principal/changes`.
pub async fn changes(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked = Changes::read(context, call)?;
    let found = context.store().principal_changes(&asked.since_state, asked.max_changes).await?;
    let ids = |accounts: &[AccountId]| accounts.iter().map(Principal::id_of).collect::<Vec<_>>();
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "oldState": asked.since_state,
        "newState": found.new_state,
        "hasMoreChanges": found.has_more,
        "created": ids(&found.created),
        "updated": ids(&found.updated),
        "destroyed": ids(&found.destroyed),
    }))
}

/// `Principal/query`.
pub async fn query(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let (state, ids) = find(context, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    query::page(asked, ids, state)
}

/// `Principal/queryChanges`.
pub async fn query_changes(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let (_, ids) = find(context, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    let found = context.store().principal_changes(&asked.since_query_state, None).await?;
    let id = |account: &_| Id::from(Principal::id_of(account));
    let touched = found.created.iter().chain(&found.updated).map(id).collect();
    let gone = found.destroyed.iter().map(id).collect();
    query::difference(asked, &ids, &touched, gone, found.new_state, false)
}

async fn find(
    context: &Context<'_>,
    filter: Option<&Value>,
    sort: Option<&[Value]>,
) -> Result<(jmap::State, Vec<Id>), Failure> {
    let filter = query::filter::<FilterCondition>(filter, &CONDITIONS)?;
    let sort = query::sort(sort, &["name"])?;
    let asks_for_address = |condition: &FilterCondition| condition.calendar_address.is_some();
    if !context.using.contains(PRINCIPALS_AVAILABILITY) && mentions(filter.as_ref(), &asks_for_address) {
        let reason = "calendarAddress belongs to the capability principals:availability";
        return Err(MethodError::new(MethodErrorKind::UnsupportedFilter, reason).into());
    }
    let shared = sharing(context).await?;
    let (state, mut principals) = context.store().principals().await?;
    principals.retain(|principal| {
        query::passes(filter.as_ref(), &|condition: &FilterCondition| passes(principal, condition, &shared))
    });
    principals.sort_by_key(|principal| (principal.name.to_lowercase(), principal.account.clone()));
    if sort.first().is_some_and(|comparator| !comparator.is_ascending) {
        principals.reverse();
    }
    Ok((state, principals.iter().map(|principal| principal.id().into()).collect()))
}

fn mentions<C>(filter: Option<&jmap::Filter<C>>, what: &impl Fn(&C) -> bool) -> bool {
    match filter {
        None => false,
        Some(jmap::Filter::Condition(condition)) => what(condition),
        Some(jmap::Filter::Operator { conditions, .. }) => conditions.iter().any(|filter| mentions(Some(filter), what)),
    }
}

fn passes(principal: &Principal, asked: &FilterCondition, shared: &HashSet<AccountId>) -> bool {
    let has = |text: &str, asked: &Option<String>| {
        asked.as_ref().is_none_or(|asked| text.to_lowercase().contains(&asked.to_lowercase()))
    };
    let all = format!("{}\n{}\n{}", principal.name, principal.address, principal.description);
    let address = CalendarAddress::new(&principal.address);
    has(&principal.name, &asked.name)
        && has(&principal.address, &asked.email)
        && has(&all, &asked.text)
        && asked.kind.as_ref().is_none_or(|kind| kind.as_str() == principal.kind)
        && asked.time_zone.as_ref().is_none_or(|zone| *zone == principal.time_zone)
        && asked.calendar_address.as_ref().is_none_or(|asked| CalendarAddress::new(asked) == address)
        && asked
            .account_ids
            .as_ref()
            .is_none_or(|ids| shared.contains(&principal.account) && ids.contains(&principal.account))
}

/// `Principal/set`: one's own description and time zone.
pub async fn set(context: &mut Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked = Set::read(context, call)?;
    let (state, principals) = context.store().principals().await?;
    if asked.if_in_state.as_ref().is_some_and(|expected| *expected != state) {
        return Err(MethodErrorKind::StateMismatch.into());
    }
    let shared = sharing(context).await?;
    let refuse = |ids: Vec<String>| -> Option<Object> {
        let refused: Object = ids.into_iter().map(|id| (id, json!(SetError::from(SetErrorKind::Forbidden)))).collect();
        (!refused.is_empty()).then_some(refused)
    };
    let not_created = refuse(asked.create.into_iter().flatten().map(|(id, _)| id).collect());
    let not_destroyed = refuse(asked.destroy.into_iter().flatten().map(|id| id.to_string()).collect());
    let (mut updated, mut not_updated) = (Object::new(), Object::new());
    for (id, change) in asked.update.unwrap_or_default() {
        let found = principals.iter().find(|principal| principal.id().as_str() == id);
        let result = match (found, change) {
            (Some(principal), Value::Object(change)) => {
                let before = object(context, principal, &shared);
                own_patch(context, principal, &before, &change)
            }
            (None, _) => Err(SetErrorKind::NotFound.into()),
            (_, _) => Err(SetErrorKind::InvalidPatch.into()),
        };
        match result {
            Ok(change) => {
                context.store().set_principal(&context.principal.account_id, &change).await?;
                updated.insert(id, Value::Null);
            }
            Err(error) => {
                not_updated.insert(id, json!(error));
            }
        }
    }
    let new_state = context.store().principals().await?.0;
    let some = |object: Object| (!object.is_empty()).then_some(object);
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "oldState": state,
        "newState": new_state,
        "created": null,
        "updated": some(updated),
        "destroyed": null,
        "notCreated": not_created,
        "notUpdated": some(not_updated),
        "notDestroyed": not_destroyed,
    }))
}

fn own_patch(
    context: &Context<'_>,
    principal: &Principal,
    before: &Object,
    change: &Object,
) -> Result<PrincipalPatch, SetError> {
    if principal.account != context.principal.account_id {
        return Err(SetErrorKind::Forbidden.into());
    }
    let after = patch::apply(before, change)?;
    let mut own = PrincipalPatch::default();
    for (name, value) in &after {
        if before.get(name) == Some(value) || name == "id" && *value == json!(principal.id()) {
            continue;
        }
        let text = value.as_str().unwrap_or_default().to_owned();
        let is_text = value.is_null() || value.is_string();
        match name.as_str() {
            "description" if is_text && text.len() <= MAX_DESCRIPTION => own.description = Some(text),
            "timeZone" if value.is_null() || is_text && matches!(Zone::named(&text), Some(Zone::Iana(_))) => {
                own.time_zone = Some(text);
            }
            "description" | "timeZone" => {
                return Err(SetError::invalid_properties([name.as_str()], "This property cannot have this value."));
            }
            _ => {
                return Err(SetError::new(SetErrorKind::Forbidden, format!("{name} is for the administrator to say.")));
            }
        }
    }
    Ok(own)
}
