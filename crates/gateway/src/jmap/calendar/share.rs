//! What follows from a change of whom a calendar is shared with: everyone concerned is told (ShareNotification).

use jmap::{AccountId, CalendarId, UtcDate};
use serde_json::{Map, Value, json};
use store::{DataType, Principal};

use crate::jmap::context::Context;
use crate::jmap::failure::Failure;

/// Notifications that somebody has at most; the oldest go.
const MAX_NOTIFICATIONS: usize = 200;

/// What somebody may do with a calendar, before and after.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// For whom.
    pub(super) person: AccountId,
    /// Which calendar.
    pub(super) calendar: CalendarId,
    /// What it is called.
    pub(super) name: String,
    /// What they could do.
    pub(super) old: Option<Value>,
    /// What they can do.
    pub(super) new: Option<Value>,
}

/// Tells everyone concerned but the one who changed it. Once the change itself is committed: each is told in an
/// account of their own.
pub(super) async fn tell(context: &Context<'_>, owner: AccountId, changes: Vec<Change>) -> Result<(), Failure> {
    let by = context.principal;
    let changed_by = json!({
        "name": by.name, "email": by.address, "principalId": Principal::id_of(&by.account_id),
    });
    for change in changes {
        if change.person == by.account_id {
            continue;
        }
        let notification = json!({
            "created": UtcDate::from_millis(context.now() / 1000 * 1000),
            "changedBy": changed_by,
            "objectType": "Calendar",
            "objectAccountId": owner,
            "objectId": change.calendar,
            "name": change.name,
            "oldRights": change.old,
            "newRights": change.new,
        });
        let Value::Object(notification) = notification else { continue };
        put(context, &change.person, notification).await?;
    }
    Ok(())
}

async fn put(context: &Context<'_>, person: &AccountId, notification: Map<String, Value>) -> Result<(), Failure> {
    let mut writer = match context.store().begin(person).await {
        Ok(writer) => writer,
        // Whoever left meanwhile is told nothing.
        Err(store::Error::NoAccount(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut before = writer.records(DataType::ShareNotification, None).await?;
    before.sort_by_key(|record| record.modseq);
    let too_many = (before.len() + 1).saturating_sub(MAX_NOTIFICATIONS);
    for old in before.into_iter().take(too_many) {
        writer.destroy_record(DataType::ShareNotification, &old.id).await?;
    }
    let id = writer.new_id(DataType::ShareNotification);
    writer.put_record(DataType::ShareNotification, &id, notification, true).await?;
    writer.commit().await?;
    Ok(())
}
