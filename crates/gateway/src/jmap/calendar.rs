//! Calendar/get and Calendar/changes (draft-ietf-jmap-calendars §4). Changing is in [`set`].

pub mod set;
mod share;

use std::collections::{HashMap, HashSet};

use jmap::capability::OWLET_CALENDARS;
use jmap::error::MethodErrorKind;
use jmap::method::ChangesResponse;
use jmap::{AccountId, CalendarId, Id};
use serde_json::{Map, Value, json};
use store::{DataType, EventQuery};

use super::arguments;
use super::changes::Changes;
use super::context::Context;
use super::failure::Failure;
use super::get::Get;
use crate::calendar::access::{Access, SeenCalendar};
use crate::calendar::publish;

/// Every property of a Calendar.
pub const PROPERTIES: [&str; 14] = [
    "id",
    "name",
    "description",
    "color",
    "sortOrder",
    "isSubscribed",
    "isVisible",
    "isDefault",
    "includeInAvailability",
    "defaultAlertsWithTime",
    "defaultAlertsWithoutTime",
    "timeZone",
    "shareWith",
    "myRights",
];

/// What the asker sees of an account's calendars.
pub async fn access(context: &Context<'_>, account: &AccountId) -> Result<Access, Failure> {
    Ok(Access::load(context.store(), &context.principal.account_id, account).await?)
}

/// `Calendar/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let knows_publication = context.using.contains(OWLET_CALENDARS);
    let mut known = PROPERTIES.to_vec();
    known.extend(knows_publication.then_some(publish::PROPERTY));
    let asked = Get::read(context, call, &known)?;
    let state = context.store().state(&asked.account_id, DataType::Calendar).await?;
    let access = access(context, &asked.account_id).await?;
    let state = access.seen(state);
    let shown = |(id, seen): (&CalendarId, &SeenCalendar)| {
        let mut object = object(seen);
        if knows_publication {
            let kept = seen.body.get(publish::PROPERTY).filter(|_| access.is_owner());
            object.insert(publish::PROPERTY.to_owned(), publish::shown(&access.account, id, kept));
        }
        (Id::from(id), object)
    };
    let found: HashMap<Id, Map<String, Value>> = access.calendars.iter().map(shown).collect();
    asked.answer(state, found)
}

/// A calendar as JMAP shows it.
pub(super) fn object(seen: &SeenCalendar) -> Map<String, Value> {
    let mut object = seen.body.clone();
    object.retain(|name, _| PROPERTIES.contains(&name.as_str()));
    for (name, default) in defaults() {
        object.entry(name).or_insert(default);
    }
    object.insert("myRights".to_owned(), json!(seen.rights));
    object
}

/// What a property is that was never set, in one's own account.
pub(super) fn defaults() -> [(&'static str, Value); 11] {
    [
        ("description", Value::Null),
        ("color", Value::Null),
        ("sortOrder", json!(0)),
        ("isSubscribed", json!(true)),
        ("isVisible", json!(true)),
        ("isDefault", json!(false)),
        ("includeInAvailability", json!("all")),
        ("defaultAlertsWithTime", Value::Null),
        ("defaultAlertsWithoutTime", Value::Null),
        ("timeZone", Value::Null),
        ("shareWith", Value::Null),
    ]
}

/// `Calendar/changes`.
pub async fn changes(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    changes_of(context, call, DataType::Calendar).await
}

/// `Calendar/changes` or `CalendarEvent/changes` in an account of which the asker may see a part: of what is there,
/// only what they see is told; what is gone is told whatever it was.
pub(super) async fn changes_of(
    context: &Context<'_>,
    call: Map<String, Value>,
    data_type: DataType,
) -> Result<Map<String, Value>, Failure> {
    let asked = Changes::read(context, call)?;
    let access = access(context, &asked.account_id).await?;
    if access.is_before_rights(&asked.since_state) {
        return Err(MethodErrorKind::CannotCalculateChanges.into());
    }
    let newest = context.store().state(&asked.account_id, data_type).await?;
    let mut answer = ChangesResponse {
        account_id: asked.account_id.clone(),
        old_state: asked.since_state.clone(),
        new_state: access.seen(newest.clone()),
        has_more_changes: false,
        created: Vec::new(),
        updated: Vec::new(),
        destroyed: Vec::new(),
        updated_properties: None,
    };
    // Rights that were given after the last change: nothing has changed since.
    if asked.since_state == answer.new_state && newest != answer.new_state {
        return arguments::answer(&answer);
    }
    let found = context.store().changes(&asked.account_id, data_type, &asked.since_state, asked.max_changes).await?;
    answer.new_state = access.seen(found.new_state);
    answer.has_more_changes = found.has_more;
    answer.destroyed = found.destroyed;
    answer.created = visible(context, &access, data_type, found.created).await?;
    answer.updated = visible(context, &access, data_type, found.updated).await?;
    arguments::answer(&answer)
}

async fn visible(
    context: &Context<'_>,
    access: &Access,
    data_type: DataType,
    mut ids: Vec<Id>,
) -> Result<Vec<Id>, Failure> {
    if access.is_owner() || ids.is_empty() {
        return Ok(ids);
    }
    if data_type == DataType::Calendar {
        ids.retain(|id| access.calendars.contains_key(&CalendarId::from(id.clone())));
        return Ok(ids);
    }
    let query = EventQuery { within: access.within(), ..EventQuery::default() };
    let seen = context.store().query_events(&access.account, &query).await?;
    let seen: HashSet<Id> = seen.events.into_iter().map(|event| event.id.into()).collect();
    ids.retain(|id| seen.contains(id));
    Ok(ids)
}
