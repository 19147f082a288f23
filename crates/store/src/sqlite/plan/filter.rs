//! Filters of filters as SQL (RFC 8620 §5.5), whatever their conditions are.

use jmap::{Filter, Operator};

use super::sql::Sql;
use crate::{Error, Result};

pub(super) fn too_deep() -> Error {
    Error::UnsupportedFilter("it is nested too deeply".to_owned())
}

/// Writes a filter with at most so many levels of filters within it; `condition` writes what asks for something.
pub(in crate::sqlite) fn write_filter<C>(
    filter: &Filter<C>,
    levels: usize,
    sql: &mut Sql,
    condition: &mut dyn FnMut(&C, &mut Sql) -> Result<()>,
) -> Result<()> {
    match filter {
        Filter::Condition(asked) => {
            let mut written = Sql::default();
            condition(asked, &mut written)?;
            // A condition that asks for nothing is met by all.
            if written.text.is_empty() {
                sql.push("true");
            } else {
                sql.append(&written);
            }
        }
        Filter::Operator { operator, conditions } => {
            let (before, joint, none) = match operator {
                Operator::And => ("(", " and ", "true"),
                Operator::Or => ("(", " or ", "false"),
                Operator::Not => ("not (", " or ", "false"),
            };
            sql.push(before);
            for (index, within) in conditions.iter().enumerate() {
                let levels = levels.checked_sub(1).ok_or_else(too_deep)?;
                sql.push(if index > 0 { joint } else { "" });
                write_filter(within, levels, sql, condition)?;
            }
            sql.push(if conditions.is_empty() { none } else { "" }).push(")");
        }
    }
    Ok(())
}
