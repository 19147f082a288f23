//! Mailbox/query and Mailbox/queryChanges (RFC 8621 §2.3, §2.4).

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use jmap::mailbox::FilterCondition;
use jmap::{AccountId, Comparator, Filter, Id};
use serde_json::{Map, Value};
use store::{DataType, Record};

use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::query::{self, Query, QueryChanges};

const CONDITIONS: [&str; 5] = ["parentId", "name", "role", "hasAnyRole", "isSubscribed"];
const SORTS: [&str; 2] = ["sortOrder", "name"];

/// `Mailbox/query`.
pub async fn query(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let tree = Tree::take(&mut call)?;
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let state = context.store().state(&asked.account_id, DataType::Mailbox).await?;
    let ids = find(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref(), tree).await?;
    query::page(asked, ids, state)
}

/// `Mailbox/queryChanges`.
pub async fn query_changes(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let tree = Tree::take(&mut call)?;
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let ids = find(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref(), tree).await?;
    query::changes_of(context, asked, DataType::Mailbox, ids, tree.sort || tree.filter).await
}

#[derive(Clone, Copy)]
struct Tree {
    sort: bool,
    filter: bool,
}

impl Tree {
    fn take(call: &mut Map<String, Value>) -> Result<Self, Failure> {
        let sort = arguments::take(call, "sortAsTree")?.unwrap_or(false);
        let filter = arguments::take(call, "filterAsTree")?.unwrap_or(false);
        Ok(Self { sort, filter })
    }
}

async fn find(
    context: &Context<'_>,
    account: &AccountId,
    filter: Option<&Value>,
    sort: Option<&[Value]>,
    tree: Tree,
) -> Result<Vec<Id>, Failure> {
    let filter = query::filter::<FilterCondition>(filter, &CONDITIONS)?;
    let sort = query::sort(sort, &SORTS)?;
    let records = context.store().records(account, DataType::Mailbox, None).await?;
    Ok(find_in(records, filter.as_ref(), &sort, tree))
}

fn find_in(
    mut records: Vec<Record>,
    filter: Option<&Filter<FilterCondition>>,
    sort: &[Comparator],
    tree: Tree,
) -> Vec<Id> {
    records.sort_by(|a, b| compare(a, b, sort));
    let parents: HashMap<Id, Option<Id>> =
        records.iter().map(|record| (record.id.clone(), text(record, "parentId").map(Id::from))).collect();
    if tree.sort {
        records = as_tree(records);
    }
    let passing: HashSet<Id> = records
        .iter()
        .filter(|record| query::passes(filter, &|condition| passes(record, condition)))
        .map(|record| record.id.clone())
        .collect();
    let has_all_ancestors = |id: &Id| {
        let mut at = parents.get(id).cloned().flatten();
        let mut steps = 0;
        while let Some(parent) = at {
            if !passing.contains(&parent) || steps > parents.len() {
                return false;
            }
            at = parents.get(&parent).cloned().flatten();
            steps += 1;
        }
        true
    };
    let ids = records.into_iter().map(|record| record.id);
    ids.filter(|id| passing.contains(id) && (!tree.filter || has_all_ancestors(id))).collect()
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.body.get(name).and_then(Value::as_str)
}

fn compare(a: &Record, b: &Record, sort: &[Comparator]) -> Ordering {
    let order = sort.iter().map(|comparator| {
        let order = match comparator.property.as_str() {
            "sortOrder" => {
                let of = |record: &Record| record.body.get("sortOrder").and_then(Value::as_u64).unwrap_or(0);
                of(a).cmp(&of(b))
            }
            _ => {
                let of = |record: &Record| match comparator.collation.as_deref() {
                    Some("i;octet") => text(record, "name").unwrap_or_default().to_owned(),
                    _ => text(record, "name").unwrap_or_default().to_lowercase(),
                };
                of(a).cmp(&of(b))
            }
        };
        if comparator.is_ascending { order } else { order.reverse() }
    });
    order
        .fold(Ordering::Equal, Ordering::then)
        .then_with(|| (a.id.as_str().len(), &a.id).cmp(&(b.id.as_str().len(), &b.id)))
}

/// Each mailbox before those in it, siblings in the order that they have.
fn as_tree(sorted: Vec<Record>) -> Vec<Record> {
    let known: HashSet<Id> = sorted.iter().map(|record| record.id.clone()).collect();
    let mut children: HashMap<Option<Id>, Vec<Record>> = HashMap::new();
    for record in sorted {
        let parent = text(&record, "parentId").map(Id::from).filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(record);
    }
    let mut ordered = Vec::new();
    let mut waiting: Vec<Record> = children.remove(&None).unwrap_or_default().into_iter().rev().collect();
    while let Some(record) = waiting.pop() {
        waiting.extend(children.remove(&Some(record.id.clone())).unwrap_or_default().into_iter().rev());
        ordered.push(record);
    }
    ordered
}

fn passes(record: &Record, condition: &FilterCondition) -> bool {
    let is = |name: &str, asked: Option<&str>| text(record, name) == asked;
    condition.parent_id.as_ref().is_none_or(|parent| is("parentId", parent.as_ref().map(AsRef::as_ref)))
        && condition
            .name
            .as_ref()
            .is_none_or(|name| text(record, "name").unwrap_or_default().to_lowercase().contains(&name.to_lowercase()))
        && condition.role.as_ref().is_none_or(|role| is("role", role.as_ref().map(|role| role.as_str())))
        && condition.has_any_role.is_none_or(|has| has == text(record, "role").is_some())
        && condition.is_subscribed.is_none_or(|subscribed| {
            subscribed == record.body.get("isSubscribed").and_then(Value::as_bool).unwrap_or(true)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn records() -> Vec<Record> {
        [("m1", "Inbox", None, 1), ("m2", "b", Some("m3"), 1), ("m3", "Work", None, 0), ("m4", "A", Some("m3"), 1)]
            .into_iter()
            .map(|(id, name, parent, order)| Record {
                id: Id::from(id),
                body: json!({ "name": name, "parentId": parent, "sortOrder": order }).as_object().unwrap().clone(),
                modseq: 1,
            })
            .collect()
    }

    fn check(filter: Value, sort: Value, tree: Tree, expect: &[&str]) {
        let filter = query::filter(Some(&filter), &CONDITIONS).unwrap();
        let sort = query::sort(sort.as_array().map(Vec::as_slice), &SORTS).unwrap();
        let found = find_in(records(), filter.as_ref(), &sort, tree);
        assert_eq!(found.iter().map(Id::as_str).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn mailboxes_sort_by_order_and_name_and_as_a_tree() {
        let flat = Tree { sort: false, filter: false };
        let by_both = json!([{ "property": "sortOrder" }, { "property": "name" }]);
        check(json!(null), by_both.clone(), flat, &["m3", "m4", "m2", "m1"]);
        check(json!(null), json!([{ "property": "name", "isAscending": false }]), flat, &["m3", "m1", "m2", "m4"]);
        check(
            json!(null),
            json!([{ "property": "name" }]),
            Tree { sort: true, filter: false },
            &["m1", "m3", "m4", "m2"],
        );
    }

    #[test]
    fn filtering_as_a_tree_wants_all_ancestors() {
        let name = json!({ "name": "a" });
        check(name.clone(), json!([]), Tree { sort: false, filter: false }, &["m4"]);
        check(name, json!([]), Tree { sort: false, filter: true }, &[]);
        check(json!({ "parentId": null }), json!([]), Tree { sort: false, filter: false }, &["m1", "m3"]);
    }
}
