//! CalendarEvent/copy (draft-ietf-jmap-calendars §5.10): from a calendar that somebody shares into one's own, or back.

use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::{Id, SetError};
use serde_json::{Map, Value, json};
use store::DataType;

use super::get::Viewer;
use super::set::Events;
use crate::jmap::calendar::access;
use crate::jmap::context::Context;
use crate::jmap::copy::Copy;
use crate::jmap::failure::Failure;
use crate::jmap::set::{self, Set};

/// `CalendarEvent/copy`: the answer, and that of the destroying of the originals, if that was asked for.
pub async fn copy(
    context: &mut Context<'_>,
    call: Map<String, Value>,
) -> Result<crate::jmap::dispatch::Answers, Failure> {
    let asked = Copy::read(context, call)?;
    let from = access(context, &asked.from_account_id).await?;
    let state = from.seen(context.store().state(&asked.from_account_id, DataType::CalendarEvent).await?);
    if asked.if_from_in_state.is_some_and(|expected| expected != state) {
        return Err(MethodErrorKind::StateMismatch.into());
    }
    let ids: Vec<Id> = asked
        .create
        .values()
        .filter_map(|copy| copy.get("id")?.as_str())
        .filter_map(|id| context.resolve(id))
        .collect();
    let viewer = Viewer::new(context, from).await?;
    let events = viewer.events(context, ids).await?;
    let (mut create, mut not_found, mut originals) = (Map::new(), Map::new(), Map::new());
    for (creation_id, copy) in asked.create {
        let id = copy.get("id").and_then(Value::as_str).and_then(|id| context.resolve(id));
        let (Some(id), Value::Object(mut copy)) = (id, copy) else {
            not_found.insert(creation_id, json!(SetError::from(SetErrorKind::NotFound)));
            continue;
        };
        let Some(event) = events.get(&id) else {
            not_found.insert(creation_id, json!(SetError::from(SetErrorKind::NotFound)));
            continue;
        };
        copy.remove("id");
        let mut object = event.as_map().clone();
        for name in ["calendarIds", "isDraft"] {
            object.remove(name);
        }
        object.extend(copy);
        originals.insert(creation_id.clone(), json!(id));
        create.insert(creation_id, Value::Object(object));
    }
    let mut events = Events::new(context, access(context, &asked.account_id).await?, false).await?;
    let asked_set = Set {
        account_id: asked.account_id,
        if_in_state: asked.if_in_state,
        create: Some(create),
        update: None,
        destroy: None,
    };
    let mut answer = set::set(context, asked_set, &mut events).await?;
    for name in ["updated", "destroyed", "notUpdated", "notDestroyed"] {
        answer.remove(name);
    }
    answer.insert("fromAccountId".to_owned(), json!(asked.from_account_id));
    if !not_found.is_empty() {
        match answer.get_mut("notCreated") {
            Some(Value::Object(refused)) => refused.extend(not_found),
            _ => drop(answer.insert("notCreated".to_owned(), Value::Object(not_found))),
        }
    }
    let created: Vec<Value> = match answer.get("created") {
        Some(Value::Object(created)) => created.keys().filter_map(|id| originals.get(id).cloned()).collect(),
        _ => Vec::new(),
    };
    let mut answers = vec![("CalendarEvent/copy".to_owned(), answer)];
    if asked.on_success_destroy_original == Some(true) && !created.is_empty() {
        let destroy = json!({
            "accountId": asked.from_account_id,
            "ifInState": asked.destroy_from_if_in_state,
            "destroy": created,
        });
        let Value::Object(destroy) = destroy else { return Ok(answers) };
        answers.push(("CalendarEvent/set".to_owned(), super::set::set(context, destroy).await?));
    }
    Ok(answers)
}
