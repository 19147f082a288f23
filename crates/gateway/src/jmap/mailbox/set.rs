//! Mailbox/set (RFC 8621 §2.5).

use std::collections::{BTreeSet, HashMap};

use jmap::error::SetErrorKind;
use jmap::mailbox::Role;
use jmap::{Id, MailboxId, SetError};
use serde_json::{Map, Value, json};
use store::{Counts, DataType, Record, Writer};

use super::{PROPERTIES, object};
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::limits::{MAX_MAILBOX_DEPTH, MAX_MAILBOX_NAME};
use crate::jmap::patch;
use crate::jmap::set::{self, Changer, Set};

const SETTABLE: [&str; 5] = ["name", "parentId", "role", "sortOrder", "isSubscribed"];

/// `Mailbox/set`.
pub async fn set(context: &mut Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let remove_emails = arguments::take(&mut call, "onDestroyRemoveEmails")?.unwrap_or(false);
    let asked = Set::read(context, call)?;
    set::set(context, asked, &mut Mailboxes { remove_emails }).await
}

struct Mailboxes {
    remove_emails: bool,
}

type All = HashMap<Id, Map<String, Value>>;

async fn all(writer: &mut Writer) -> Result<All, store::Error> {
    let records = writer.records(DataType::Mailbox, None).await?;
    Ok(records.into_iter().map(|record| (record.id, record.body)).collect())
}

impl Changer for Mailboxes {
    const DATA_TYPE: DataType = DataType::Mailbox;

    fn needs(&self, object: &Map<String, Value>) -> Vec<String> {
        let parent = object.get("parentId").and_then(Value::as_str).and_then(|id| id.strip_prefix('#'));
        parent.map(str::to_owned).into_iter().collect()
    }

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        _: &str,
        asked: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        let all = all(writer).await?;
        let mut mailbox = asked.clone();
        for (name, default) in
            [("parentId", Value::Null), ("role", Value::Null), ("sortOrder", json!(0)), ("isSubscribed", json!(true))]
        {
            mailbox.entry(name).or_insert(default);
        }
        if let Some(unsettable) = asked.keys().find(|name| !SETTABLE.contains(&name.as_str())) {
            return Err(SetError::invalid_properties([unsettable.as_str()], "This cannot be set.").into());
        }
        resolve_parent(context, &mut mailbox)?;
        validate(None, &mailbox, &all)?;
        let id = writer.new_id(DataType::Mailbox);
        writer.put_record(DataType::Mailbox, &id, mailbox.clone(), true).await?;
        let record = Record { id: id.clone(), body: mailbox, modseq: 0 };
        let mut properties = object(record, Counts::default());
        properties.retain(|name, _| !asked.contains_key(name));
        Ok((id, properties))
    }

    async fn update(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        let all = all(writer).await?;
        let current = all.get(id).ok_or(SetErrorKind::NotFound)?;
        let mut mailbox = patch::apply(current, patch)?;
        let mut wrong = Vec::new();
        for name in patch.keys().filter(|name| !SETTABLE.contains(&name.as_str())) {
            if !PROPERTIES.contains(&name.as_str()) || !is_as_it_is(context, id, current, name, patch.get(name)).await?
            {
                wrong.push(name.as_str());
            }
        }
        if !wrong.is_empty() {
            return Err(SetError::invalid_properties(wrong, "This cannot be set.").into());
        }
        mailbox.retain(|name, _| SETTABLE.contains(&name.as_str()));
        resolve_parent(context, &mut mailbox)?;
        for (name, default) in [("sortOrder", json!(0)), ("isSubscribed", json!(true))] {
            if mailbox.get(name).is_none_or(Value::is_null) {
                mailbox.insert(name.to_owned(), default);
            }
        }
        validate(Some(id), &mailbox, &all)?;
        if role(current) == Some("inbox") && role(&mailbox) != Some("inbox") {
            return Err(SetError::invalid_properties(["role"], "An account has an inbox.").into());
        }
        writer.put_record(DataType::Mailbox, id, mailbox, false).await?;
        Ok(None)
    }

    async fn destroy_order(&mut self, writer: &mut Writer, mut ids: Vec<Id>) -> Result<Vec<Id>, Failure> {
        let all = all(writer).await?;
        ids.sort_by_key(|id| std::cmp::Reverse(depth(id, &all)));
        Ok(ids)
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        let all = all(writer).await?;
        let mailbox = all.get(id).ok_or(SetErrorKind::NotFound)?;
        if role(mailbox) == Some("inbox") {
            return Err(SetError::new(SetErrorKind::Forbidden, "An account has an inbox.").into());
        }
        if all.values().any(|other| parent(other) == Some(id.as_str())) {
            return Err(SetErrorKind::MailboxHasChild.into());
        }
        let mailbox_id = MailboxId::from(id.clone());
        let emails = writer.mailbox_emails(&mailbox_id).await?;
        if !emails.is_empty() && !self.remove_emails {
            return Err(SetErrorKind::MailboxHasEmail.into());
        }
        for row in writer.emails(&emails).await? {
            let rest: BTreeSet<MailboxId> =
                row.mailbox_ids.iter().filter(|other| **other != mailbox_id).cloned().collect();
            if rest.is_empty() {
                writer.destroy_email(&row.id).await?;
            } else {
                writer.update_email(&row.id, &rest, &row.keywords).await?;
            }
        }
        writer.destroy_record(DataType::Mailbox, id).await?;
        Ok(())
    }
}

/// A property that only the server sets may be sent back as it is (RFC 8620 §5.3).
async fn is_as_it_is(
    context: &Context<'_>,
    id: &Id,
    current: &Map<String, Value>,
    name: &str,
    value: Option<&Value>,
) -> Result<bool, Refusal> {
    if name == "id" {
        return Ok(value == Some(&json!(id)));
    }
    let ids = [MailboxId::from(id.clone())];
    let counts = context.store().mailbox_counts(&context.principal.account_id, Some(&ids)).await?;
    let counts = counts.into_values().next().unwrap_or_default();
    let record = Record { id: id.clone(), body: current.clone(), modseq: 0 };
    Ok(object(record, counts).get(name) == value)
}

fn role(mailbox: &Map<String, Value>) -> Option<&str> {
    mailbox.get("role").and_then(Value::as_str)
}

fn parent(mailbox: &Map<String, Value>) -> Option<&str> {
    mailbox.get("parentId").and_then(Value::as_str)
}

fn resolve_parent(context: &Context<'_>, mailbox: &mut Map<String, Value>) -> Result<(), SetError> {
    if let Some(asked) = parent(mailbox).map(str::to_owned) {
        let id = context
            .resolve(&asked)
            .ok_or_else(|| SetError::invalid_properties(["parentId"], "There is no such mailbox."))?;
        mailbox.insert("parentId".to_owned(), json!(id));
    }
    Ok(())
}

/// How many mailboxes it is in; a loop counts as too many.
fn depth(id: &Id, all: &All) -> usize {
    let mut depth = 0;
    let mut at = all.get(id);
    while let Some(parent) = at.and_then(parent) {
        depth += 1;
        if depth > MAX_MAILBOX_DEPTH {
            break;
        }
        at = all.get(&Id::from(parent));
    }
    depth
}

fn validate(id: Option<&Id>, mailbox: &Map<String, Value>, all: &All) -> Result<(), SetError> {
    let wrong = |property: &str, reason: &str| Err(SetError::invalid_properties([property], reason));
    let name = match mailbox.get("name") {
        Some(Value::String(name)) if !name.trim().is_empty() && name.len() <= MAX_MAILBOX_NAME => name,
        Some(Value::String(_)) => return wrong("name", "A name has 1 to 255 octets."),
        _ => return wrong("name", "A name is a text."),
    };
    if name.chars().any(char::is_control) {
        return wrong("name", "A name has no control characters.");
    }
    let others = || all.iter().filter(|(other, _)| Some(*other) != id);
    match mailbox.get("parentId") {
        None | Some(Value::Null) => {}
        Some(Value::String(parent)) => {
            let parent = Id::from(parent.as_str());
            if !all.contains_key(&parent) {
                return wrong("parentId", "There is no such mailbox.");
            }
            let mut at = Some(parent.clone());
            let mut steps = 0;
            while let Some(ancestor) = at {
                if Some(&ancestor) == id {
                    return wrong("parentId", "A mailbox is not in itself.");
                }
                steps += 1;
                if steps > MAX_MAILBOX_DEPTH {
                    return wrong("parentId", "The mailboxes are too deep.");
                }
                at = all.get(&ancestor).and_then(self::parent).map(Id::from);
            }
        }
        Some(_) => return wrong("parentId", "An id or null is wanted."),
    }
    // Names are compared as people read them: "Work" and "work" side by side would be one to them.
    let same = |other: &Map<String, Value>| {
        self::parent(other) == self::parent(mailbox)
            && other
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|other| other.to_lowercase() == name.to_lowercase())
    };
    if let Some((existing, _)) = others().find(|(_, other)| same(other)) {
        let reason = "There is a mailbox of this name there already.";
        return Err(SetError::new(SetErrorKind::AlreadyExists, reason).with("existingId", existing.as_str()));
    }
    match mailbox.get("role") {
        None | Some(Value::Null) => {}
        Some(Value::String(asked)) => {
            if matches!(Role::from(asked.clone()), Role::Other(_)) {
                return wrong("role", "There is no such role.");
            }
            if others().any(|(_, other)| role(other) == Some(asked)) {
                return wrong("role", "Another mailbox has this role.");
            }
        }
        Some(_) => return wrong("role", "A role is a text or null."),
    }
    if mailbox.get("sortOrder").and_then(Value::as_u64).is_none_or(|order| order >= 1 << 31) {
        return wrong("sortOrder", "A number from 0 to 2147483647 is wanted.");
    }
    if !mailbox.get("isSubscribed").is_some_and(Value::is_boolean) {
        return wrong("isSubscribed", "True or false is wanted.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: Option<&str>, mailbox: Value, at_fault: Option<&str>) {
        let all: All = [
            ("m1", json!({ "name": "Inbox", "role": "inbox" })),
            ("m2", json!({ "name": "Work", "parentId": null })),
            ("m3", json!({ "name": "Deep", "parentId": "m2" })),
        ]
        .into_iter()
        .map(|(id, mailbox)| (Id::from(id), mailbox.as_object().unwrap().clone()))
        .collect();
        let mut full = json!({ "sortOrder": 0, "isSubscribed": true });
        for (name, value) in mailbox.as_object().unwrap() {
            full[name] = value.clone();
        }
        let error = validate(id.map(Id::from).as_ref(), full.as_object().unwrap(), &all).err();
        let at_fault_is = error.map(|error| match error.properties {
            Some(properties) => properties.join(","),
            None => error.kind.to_string(),
        });
        assert_eq!(at_fault_is.as_deref(), at_fault, "{mailbox}");
    }

    #[test]
    fn a_mailbox_is_valid_or_its_fault_is_named() {
        check(None, json!({ "name": "New" }), None);
        check(None, json!({ "name": "Deep" }), None);
        check(None, json!({ "name": "work" }), Some("alreadyExists"));
        check(None, json!({ "name": "Deep", "parentId": "m2" }), Some("alreadyExists"));
        check(None, json!({ "name": "" }), Some("name"));
        check(None, json!({ "name": "a\nb" }), Some("name"));
        check(None, json!({ "name": "x".repeat(256) }), Some("name"));
        check(None, json!({ "name": 1 }), Some("name"));
        check(None, json!({ "name": "New", "parentId": "m9" }), Some("parentId"));
        check(None, json!({ "name": "New", "role": "inbox" }), Some("role"));
        check(None, json!({ "name": "New", "role": "throne" }), Some("role"));
        check(None, json!({ "name": "New", "sortOrder": -1 }), Some("sortOrder"));
        check(Some("m2"), json!({ "name": "Work", "parentId": "m3" }), Some("parentId"));
        check(Some("m2"), json!({ "name": "Work", "parentId": "m2" }), Some("parentId"));
        check(Some("m2"), json!({ "name": "WORK" }), None);
    }
}
