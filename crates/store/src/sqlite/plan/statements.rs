//! What is asked of a plan: a page of its result, how many there are, where in it an email is.

use super::sql::Sql;
use super::{Plan, Source};
use crate::Result;
use crate::sqlite::json;

impl Plan {
    /// `order by` of the source's own expressions.
    fn order_by(&self, is_reversed: bool, sql: &mut Sql) {
        sql.push(" order by ");
        for (index, (expression, is_ascending)) in self.order.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.append(expression).push(direction(*is_ascending != is_reversed));
        }
    }

    /// Every row of the result once, with what it is sorted by: `(email, k0, k1, …)`.
    fn found(&self) -> Result<Sql> {
        let mut sql = Sql::default();
        let keys = |sql: &mut Sql| {
            for (index, (expression, _)) in self.order.iter().enumerate() {
                sql.push(", ").append(expression).push(&format!(" as k{index}"));
            }
        };
        let rows = self.rows(None)?;
        if self.collapses {
            sql.push(&format!("select * from (select {}.email as email", self.alias()));
            keys(&mut sql);
            sql.push(", row_number() over (partition by ").push(self.alias()).push(".thread");
            self.order_by(false, &mut sql);
            sql.push(") as nth").append(&rows).push(") where nth = 1");
        } else {
            sql.push(&format!("select {}.email as email", self.alias()));
            keys(&mut sql);
            sql.append(&rows);
        }
        Ok(sql)
    }

    /// `order by` of the keys of [`Plan::found`].
    fn order_by_keys(&self, sql: &mut Sql) {
        sql.push(" order by ");
        for (index, (_, is_ascending)) in self.order.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" }).push(&format!("k{index}")).push(direction(*is_ascending));
        }
    }

    /// Every row of the result with its index, as `(email, place)`: for what an index tells nothing about.
    fn places(&self) -> Result<Sql> {
        let mut sql = Sql::default();
        sql.push("select email, row_number() over (");
        self.order_by_keys(&mut sql);
        let found = self.found()?;
        sql.push(") - 1 as place from (").append(&found).push(")");
        Ok(sql)
    }

    /// A part of the result: `email`. With `is_reversed` the result is read from its end: its last is at 0.
    pub(in crate::sqlite) fn page(&self, offset: i64, limit: i64, is_reversed: bool) -> Result<Sql> {
        let mut sql = Sql::default();
        if self.collapses {
            let found = self.found()?;
            sql.push("select email from (").append(&found).push(")");
            self.order_by_keys(&mut sql);
        } else {
            let rows = self.rows(None)?;
            sql.push("select ").push(self.alias()).push(".email").append(&rows);
            self.order_by(is_reversed, &mut sql);
        }
        sql.push(" limit ").integer(limit).push(" offset ").integer(offset);
        Ok(sql)
    }

    /// The same with the total beside each row: `(email, total)`; what matches is looked for once. Nothing is said
    /// of the total if the part is empty.
    pub(in crate::sqlite) fn page_and_total(&self, offset: i64, limit: i64) -> Result<Sql> {
        let mut sql = Sql::default();
        let found = self.found()?;
        sql.push("with found as materialized (").append(&found);
        sql.push(") select email, (select count(*) from found) from found");
        self.order_by_keys(&mut sql);
        sql.push(" limit ").integer(limit).push(" offset ").integer(offset);
        Ok(sql)
    }

    /// What is to be collapsed can be read in its order until there is enough of it.
    pub(in crate::sqlite) fn can_collapse_on_the_way(&self) -> bool {
        let is_in_order = self.is_by_time.is_some() && self.source != Source::Search;
        self.collapses && (is_in_order || self.counted.is_some())
    }

    /// The result can be read from its end as well as from its beginning.
    pub(in crate::sqlite) fn can_be_reversed(&self) -> bool {
        self.is_countable() && self.source != Source::Search
    }

    /// Every row in its order, not collapsed: `(email, thread)`.
    pub(in crate::sqlite) fn uncollapsed(&self) -> Result<Sql> {
        let mut sql = Sql::default();
        let rows = self.rows(None)?;
        sql.push(&format!("select {0}.email, {0}.thread", self.alias())).append(&rows);
        self.order_by(false, &mut sql);
        Ok(sql)
    }

    /// What matches must be found as a whole for a page of it.
    pub(in crate::sqlite) fn is_found_whole(&self) -> bool {
        let is_sorted_and_collapsed = self.collapses && !self.can_collapse_on_the_way();
        self.counted.is_none() && (self.source == Source::Search || is_sorted_and_collapsed)
    }

    /// How many there are.
    pub(in crate::sqlite) fn total(&self) -> Result<Sql> {
        let mut sql = Sql::default();
        let rows = self.rows(None)?;
        if self.collapses {
            sql.push("select count(distinct ").push(self.alias()).push(".thread)");
        } else {
            sql.push("select count(*)");
        }
        sql.append(&rows);
        Ok(sql)
    }

    /// Of the named emails those that are in the result, with `received_at` if the order is by time and else with
    /// their place: `(email, received_at or place)`.
    pub(in crate::sqlite) fn named(&self, keys: &[i64]) -> Result<Sql> {
        let mut sql = Sql::default();
        if self.is_countable() {
            let rows = self.rows(Some(keys))?;
            sql.push(&format!("select {0}.email, {0}.received_at", self.alias())).append(&rows);
        } else {
            let places = self.places()?;
            sql.push("select email, place from (").append(&places);
            sql.push(") where email in (select value from json_each(").text(json(keys)?).push("))");
        }
        Ok(sql)
    }

    /// Places can be counted: there is an order by time and nothing to collapse.
    pub(in crate::sqlite) fn is_countable(&self) -> bool {
        self.is_by_time.is_some() && !self.collapses
    }

    /// How many rows come between two places in the order (the first `None`: from the beginning), of an order by
    /// time; both are `(received_at, email)`, the first counts, the last does not.
    pub(in crate::sqlite) fn between(&self, from: Option<(i64, i64)>, to: (i64, i64)) -> Result<Sql> {
        let mut sql = Sql::default();
        let (alias, rows) = (self.alias(), self.rows(None)?);
        let (after, before) = if self.is_by_time == Some(true) { (">=", "<") } else { ("<=", ">") };
        sql.push("select count(*)").append(&rows);
        for ((received_at, email), comparison) in from.map(|from| (from, after)).into_iter().chain([(to, before)]) {
            sql.push(&format!(" and ({alias}.received_at, {alias}.email) {comparison} ("));
            sql.integer(received_at).push(", ").integer(email).push(")");
        }
        Ok(sql)
    }
}

fn direction(is_ascending: bool) -> &'static str {
    if is_ascending { " asc" } else { " desc" }
}
