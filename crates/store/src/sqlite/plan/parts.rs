//! A filter taken apart: what of it must all be true, and which list of a mailbox that says.

use jmap::email::FilterCondition;
use jmap::{Filter, Operator};

use super::MAX_DEPTH;
use super::filter::too_deep;
use crate::Result;
use crate::sqlite::flush::{LIST_ALL, LIST_ATTACHMENT, LIST_FLAGGED, LIST_UNSEEN};

/// What must all be true.
pub(super) enum Part<'a> {
    Condition(&'a FilterCondition),
    Other(&'a Filter<FilterCondition>),
}

pub(super) fn conjuncts<'a>(
    filter: &'a Filter<FilterCondition>,
    depth: usize,
    parts: &mut Vec<Part<'a>>,
) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    match filter {
        Filter::Condition(condition) => parts.push(Part::Condition(condition)),
        Filter::Operator { operator: Operator::And, conditions } => {
            for condition in conditions {
                conjuncts(condition, depth + 1, parts)?;
            }
        }
        Filter::Operator { operator: Operator::Or, conditions } if conditions.len() == 1 => {
            for condition in conditions {
                conjuncts(condition, depth + 1, parts)?;
            }
        }
        Filter::Operator { operator: Operator::Or | Operator::Not, .. } => parts.push(Part::Other(filter)),
    }
    Ok(())
}

/// The list of a mailbox's threads that these conditions say, if there is one that does: the mailbox, once, and at
/// most one thing more.
pub(super) fn list_of(parts: &[Part<'_>]) -> Option<i64> {
    let none = FilterCondition::default();
    let (mut mailboxes, mut lists) = (0, Vec::new());
    for part in parts {
        let Part::Condition(condition) = part else { return None };
        let mut rest = (*condition).clone();
        mailboxes += i32::from(rest.in_mailbox.take().is_some());
        let is =
            |keyword: Option<String>, flag: &str| keyword.is_some_and(|keyword| keyword.eq_ignore_ascii_case(flag));
        if rest.not_keyword.is_some() {
            lists.push(is(rest.not_keyword.take(), "$seen").then_some(LIST_UNSEEN)?);
        }
        if rest.has_keyword.is_some() {
            lists.push(is(rest.has_keyword.take(), "$flagged").then_some(LIST_FLAGGED)?);
        }
        if rest.has_attachment == Some(true) {
            rest.has_attachment = None;
            lists.push(LIST_ATTACHMENT);
        }
        if rest != none {
            return None;
        }
    }
    match (mailboxes, lists.as_slice()) {
        (1, []) => Some(LIST_ALL),
        (1, [list]) => Some(*list),
        _ => None,
    }
}

pub(super) fn is_search(condition: &FilterCondition) -> bool {
    let FilterCondition { text, from, to, cc, bcc, subject, body, header, .. } = condition;
    [text, from, to, cc, bcc, subject, body].into_iter().any(Option::is_some) || header.is_some()
}
