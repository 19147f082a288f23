//! `Foo/query` and `Foo/queryChanges` for the types of which an account has few records, and what every query has
//! in common: filters, sorts, positions (RFC 8620 §5.5, §5.6). Emails are queried in the store.

use std::collections::HashSet;

use jmap::error::MethodErrorKind;
use jmap::method::{AddedItem, QueryChangesResponse, QueryResponse};
use jmap::{AccountId, Comparator, Filter, Id, MethodError, Operator, State};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::DataType;

use super::arguments;
use super::context::Context;
use super::failure::Failure;
use super::limits::MAX_QUERY_LIMIT;

/// The collations that a sort may name (RFC 8620 §2).
pub const COLLATIONS: [&str; 3] = ["i;ascii-casemap", "i;octet", "i;unicode-casemap"];

/// Filters in filters: no deeper than this.
const MAX_FILTER_DEPTH: usize = 16;

/// The standard arguments of a query.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Query {
    /// Where.
    pub account_id: AccountId,
    /// Which; all, if null.
    #[serde(default)]
    pub filter: Option<Value>,
    /// In which order.
    #[serde(default)]
    pub sort: Option<Vec<Value>>,
    /// From this index; from the end if negative.
    #[serde(default)]
    pub position: Option<i64>,
    /// From this id instead.
    #[serde(default)]
    pub anchor: Option<Id>,
    /// Relative to the anchor.
    #[serde(default)]
    pub anchor_offset: Option<i64>,
    /// At most so many.
    #[serde(default)]
    pub limit: Option<u64>,
    /// Say how many there are in all.
    #[serde(default)]
    pub calculate_total: Option<bool>,
}

/// The standard arguments of a question for changes of a query.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryChanges {
    /// Where.
    pub account_id: AccountId,
    /// As in the query.
    #[serde(default)]
    pub filter: Option<Value>,
    /// As in the query.
    #[serde(default)]
    pub sort: Option<Vec<Value>>,
    /// Since when.
    pub since_query_state: State,
    /// More are an error.
    #[serde(default)]
    pub max_changes: Option<u64>,
    /// Changes after this id are not wanted.
    #[serde(default)]
    pub up_to_id: Option<Id>,
    /// Say how many there are in all.
    #[serde(default)]
    pub calculate_total: Option<bool>,
}

/// Reads a filter; `known` are the conditions of the type. What is not known is `unsupportedFilter`.
pub fn filter<C: DeserializeOwned>(value: Option<&Value>, known: &[&str]) -> Result<Option<Filter<C>>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => one_filter(value, known, 0).map(Some),
    }
}

fn one_filter<C: DeserializeOwned>(value: &Value, known: &[&str], depth: usize) -> Result<Filter<C>, Failure> {
    let unsupported = |reason: String| Failure(MethodError::new(MethodErrorKind::UnsupportedFilter, reason));
    let Some(object) = value.as_object() else {
        return Err(MethodError::invalid_arguments("a filter is an object").into());
    };
    if let Some(operator) = object.get("operator") {
        if depth >= MAX_FILTER_DEPTH {
            return Err(unsupported("the filter is too deep".into()));
        }
        let operator = Operator::deserialize(operator)
            .map_err(|_| MethodError::invalid_arguments("an operator is AND, OR or NOT"))?;
        let Some(Value::Array(conditions)) = object.get("conditions") else {
            return Err(MethodError::invalid_arguments("an operator has a list of conditions").into());
        };
        let conditions = conditions.iter().map(|condition| one_filter(condition, known, depth + 1));
        return Ok(Filter::Operator { operator, conditions: conditions.collect::<Result<_, _>>()? });
    }
    if let Some(unknown) = object.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(unsupported(format!("there is no condition {unknown}")));
    }
    serde_json::from_value(value.clone())
        .map(Filter::Condition)
        .map_err(|error| MethodError::invalid_arguments(format!("filter: {error}")).into())
}

/// Reads a sort; what is not among `known`, or has an unknown collation, is `unsupportedSort`.
pub fn sort(value: Option<&[Value]>, known: &[&str]) -> Result<Vec<Comparator>, Failure> {
    let comparators = value.unwrap_or_default().iter().map(|value| {
        let comparator =
            Comparator::deserialize(value).map_err(|error| MethodError::invalid_arguments(format!("sort: {error}")))?;
        let unsupported = |reason| Failure(MethodError::new(MethodErrorKind::UnsupportedSort, reason));
        if !known.contains(&comparator.property.as_str()) {
            return Err(unsupported(format!("there is no sort by {}", comparator.property)));
        }
        match &comparator.collation {
            Some(collation) if !COLLATIONS.contains(&collation.as_str()) => {
                Err(unsupported(format!("there is no collation {collation}")))
            }
            _ => Ok(comparator),
        }
    });
    comparators.collect()
}

/// Does a record pass? `None` passes all.
pub fn passes<C>(filter: Option<&Filter<C>>, condition: &impl Fn(&C) -> bool) -> bool {
    match filter {
        None => true,
        Some(Filter::Condition(asked)) => condition(asked),
        Some(Filter::Operator { operator, conditions }) => {
            let mut results = conditions.iter().map(|filter| passes(Some(filter), condition));
            match operator {
                Operator::And => results.all(|passed| passed),
                Operator::Or => results.any(|passed| passed),
                Operator::Not => !results.any(|passed| passed),
            }
        }
    }
}

/// A limit that the server keeps, and whether it is smaller than what was asked.
pub fn limit(asked: Option<u64>) -> (u64, Option<u64>) {
    match asked {
        Some(asked) if asked <= MAX_QUERY_LIMIT => (asked, None),
        _ => (MAX_QUERY_LIMIT, Some(MAX_QUERY_LIMIT)),
    }
}

/// The part of a whole result that a query asks for.
pub fn page(query: Query, ids: Vec<Id>, state: State) -> Result<Map<String, Value>, Failure> {
    let total = ids.len() as i64;
    let start = match &query.anchor {
        Some(anchor) => {
            let index = ids.iter().position(|id| id == anchor).ok_or(MethodErrorKind::AnchorNotFound)? as i64;
            index.saturating_add(query.anchor_offset.unwrap_or(0)).max(0)
        }
        None => match query.position.unwrap_or(0) {
            position if position < 0 => total.saturating_add(position).max(0),
            position => position,
        },
    };
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let (limit, shortened) = limit(query.limit);
    let ids: Vec<Id> = ids.into_iter().skip(start).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    arguments::answer(&QueryResponse {
        account_id: query.account_id,
        query_state: state,
        can_calculate_changes: true,
        position: start as u64,
        ids,
        total: query.calculate_total.unwrap_or(false).then_some(total.unsigned_abs()),
        limit: shortened.filter(|_| query.limit.is_some()),
    })
}

/// How a whole result changed: every record that changed is taken out, and put in where it is now. `whole` says that
/// one change can move the others (a tree), so all are taken out and put in.
pub async fn changes_of(
    context: &Context<'_>,
    asked: QueryChanges,
    data_type: DataType,
    ids: Vec<Id>,
    whole: bool,
) -> Result<Map<String, Value>, Failure> {
    let found = context.store().changes(&asked.account_id, data_type, &asked.since_query_state, None).await?;
    let touched = found.created.into_iter().chain(found.updated).collect();
    difference(asked, &ids, &touched, found.destroyed, found.new_state, whole)
}

/// The answer to `/queryChanges`, of the whole result as it is now and the records that came or changed (`touched`) or
/// went (`gone`); for `whole` see [`changes_of`].
pub fn difference(
    asked: QueryChanges,
    ids: &[Id],
    touched: &HashSet<Id>,
    gone: Vec<Id>,
    new_query_state: State,
    whole: bool,
) -> Result<Map<String, Value>, Failure> {
    let is_changed = !(touched.is_empty() && gone.is_empty());
    let mut added: Vec<AddedItem> = Vec::new();
    let mut removed: Vec<Id> = touched.iter().cloned().chain(gone).collect();
    for (index, id) in ids.iter().enumerate() {
        if touched.contains(id) || whole && is_changed {
            added.push(AddedItem { id: id.clone(), index: index as u64 });
            if !touched.contains(id) {
                removed.push(id.clone());
            }
        }
    }
    removed.sort();
    if asked.max_changes.is_some_and(|max| (removed.len() + added.len()) as u64 > max) {
        return Err(MethodErrorKind::TooManyChanges.into());
    }
    arguments::answer(&QueryChangesResponse {
        account_id: asked.account_id,
        old_query_state: asked.since_query_state,
        new_query_state,
        total: asked.calculate_total.unwrap_or(false).then_some(ids.len() as u64),
        removed,
        added,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(arguments: Value, expect: Value) {
        let mut arguments = arguments;
        arguments["accountId"] = json!("a1");
        let query: Query = serde_json::from_value(arguments.clone()).unwrap();
        let ids = ["a", "b", "c", "d"].map(Id::from).to_vec();
        let answer = page(query, ids, State::from("s")).unwrap();
        assert_eq!(json!([answer["position"], answer["ids"], answer.get("total")]), expect, "{arguments}");
    }

    #[test]
    fn a_page_is_found_by_position_or_anchor() {
        check(json!({}), json!([0, ["a", "b", "c", "d"], null]));
        check(json!({ "position": -2, "calculateTotal": true }), json!([2, ["c", "d"], 4]));
        check(json!({ "position": -9, "limit": 1 }), json!([0, ["a"], null]));
        check(json!({ "position": 9 }), json!([9, [], null]));
        check(json!({ "anchor": "c", "anchorOffset": -1, "limit": 2 }), json!([1, ["b", "c"], null]));
        check(json!({ "anchor": "b", "anchorOffset": -9 }), json!([0, ["a", "b", "c", "d"], null]));
        check(json!({ "limit": 0 }), json!([0, [], null]));
    }

    #[test]
    fn not_means_none_of_them() {
        let filter = |value: Value| filter::<Map<String, Value>>(Some(&value), &["n"]).unwrap();
        let pass = |filter: &Option<Filter<Map<String, Value>>>, n: i64| {
            passes(filter.as_ref(), &|asked| asked["n"] == json!(n))
        };
        let not = filter(json!({ "operator": "NOT", "conditions": [{ "n": 1 }, { "n": 2 }] }));
        assert!(!pass(&not, 1) && !pass(&not, 2) && pass(&not, 3));
    }

    #[test]
    fn unknown_conditions_and_sorts_are_unsupported() {
        let kind = |failure: Failure| failure.0.kind;
        let unknown = filter::<Map<String, Value>>(Some(&json!({ "colour": 1 })), &["n"]).unwrap_err();
        assert_eq!(kind(unknown), MethodErrorKind::UnsupportedFilter);
        let wrong = filter::<Map<String, Value>>(Some(&json!([])), &["n"]).unwrap_err();
        assert_eq!(kind(wrong), MethodErrorKind::InvalidArguments);
        let sorted = sort(Some(&[json!({ "property": "colour" })]), &["n"]).unwrap_err();
        assert_eq!(kind(sorted), MethodErrorKind::UnsupportedSort);
        let collated = sort(Some(&[json!({ "property": "n", "collation": "x" })]), &["n"]).unwrap_err();
        assert_eq!(kind(collated), MethodErrorKind::UnsupportedSort);
    }
}
