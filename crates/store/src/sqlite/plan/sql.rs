//! SQL that is put together, with its values. What it asks for is known to who puts it together.

use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite};

/// A value of a statement.
#[derive(Clone, Debug)]
enum Value {
    Integer(i64),
    Text(String),
}

/// SQL with its values.
#[derive(Clone, Debug, Default)]
pub(in crate::sqlite) struct Sql {
    pub(super) text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(in crate::sqlite) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(in crate::sqlite) fn integer(&mut self, value: i64) -> &mut Self {
        self.values.push(Value::Integer(value));
        self.push("?")
    }

    pub(in crate::sqlite) fn text(&mut self, value: impl Into<String>) -> &mut Self {
        self.values.push(Value::Text(value.into()));
        self.push("?")
    }

    pub(in crate::sqlite) fn append(&mut self, other: &Self) -> &mut Self {
        self.values.extend(other.values.iter().cloned());
        self.push(&other.text)
    }

    pub(in crate::sqlite) fn query(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
        })
    }
}
