//! A sort as expressions to order by.

use jmap::Comparator;

use super::alias;
use super::condition::{ConditionWriter, in_thread_keyword, keyword_of};
use super::sql::Sql;
use crate::{Error, Result};

/// Expressions to sort by; true: from the smallest.
pub(super) type Order = Vec<(Sql, bool)>;

/// Expressions and their directions, the id last; and, if the order is by time alone, its direction.
pub(super) fn order(sort: &[Comparator], writer: &mut ConditionWriter) -> Result<(Order, Option<bool>)> {
    let row = alias(writer.source);
    let default = [Comparator::descending("receivedAt")];
    let sort = if sort.is_empty() { &default } else { sort };
    let mut order = Vec::new();
    for comparator in sort {
        let known = ["i;ascii-casemap", "i;unicode-casemap", "i;octet"];
        if comparator.collation.as_deref().is_some_and(|collation| !known.contains(&collation)) {
            return Err(Error::UnsupportedSort("the collation is not known".to_owned()));
        }
        let mut sql = Sql::default();
        let column = match comparator.property.as_str() {
            "receivedAt" => None,
            "sentAt" => Some("e.sent_at"),
            "size" => Some("e.size"),
            "from" => Some("e.from_key"),
            "to" => Some("e.to_key"),
            "subject" => Some("e.subject_key"),
            "hasKeyword" | "allInThreadHaveKeyword" | "someInThreadHaveKeyword" => {
                let Some(keyword) = comparator.keyword.as_deref() else {
                    return Err(Error::UnsupportedSort("a sort by keyword names one".to_owned()));
                };
                writer.needs_emails = true;
                writer.looks_at_threads |= comparator.property != "hasKeyword";
                match comparator.property.as_str() {
                    "hasKeyword" => keyword_of(&mut sql, "e", keyword),
                    "allInThreadHaveKeyword" => in_thread_keyword(&mut sql, row, "not exists", "not ", keyword),
                    _ => in_thread_keyword(&mut sql, row, "exists", "", keyword),
                }
                order.push((sql, comparator.is_ascending));
                continue;
            }
            property => return Err(Error::UnsupportedSort(format!("`{property}`"))),
        };
        writer.needs_emails |= column.is_some();
        match column {
            Some(column) => sql.push(column),
            None => sql.push(row).push(".received_at"),
        };
        order.push((sql, comparator.is_ascending));
    }
    let last = sort.last().is_some_and(|comparator| comparator.is_ascending);
    let mut id = Sql::default();
    id.push(row).push(".email");
    order.push((id, last));
    let is_by_time = match sort {
        [only] if only.property == "receivedAt" => Some(only.is_ascending),
        _ => None,
    };
    Ok((order, is_by_time))
}
