//! From a filter and a sort to SQL.
//!
//! A query is answered from one of four sources: the (mailbox, email) rows, the (mailbox, thread) rows, the search
//! index, or all emails of the account. Every source offers the same columns (`email`, `thread`, `received_at`), so
//! that conditions and order are written once.

use jmap::email::FilterCondition;
use jmap::{Comparator, Filter, Operator};
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite};

use super::emails::{FLAGGED, FLAGS, SEEN};
use super::flush::{LIST_ALL, LIST_ATTACHMENT, LIST_FLAGGED, LIST_UNSEEN};
use super::json;
use crate::ids::AccountNumber;
use crate::search::{Terms, header_name};
use crate::{DataType, EmailQuery, Error, Result};

/// Deeper ones are refused: SQLite has a limit, and so has our stack.
const MAX_DEPTH: usize = 100;

/// A value of a statement.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Integer(i64),
    Text(String),
}

/// SQL with its values.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Sql {
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(super) fn integer(&mut self, value: i64) -> &mut Self {
        self.values.push(Value::Integer(value));
        self.push("?")
    }

    pub(super) fn text(&mut self, value: impl Into<String>) -> &mut Self {
        self.values.push(Value::Text(value.into()));
        self.push("?")
    }

    pub(super) fn append(&mut self, other: &Self) -> &mut Self {
        self.values.extend(other.values.iter().cloned());
        self.push(&other.text)
    }

    pub(super) fn query(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
        })
    }
}

/// Where rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// `email_mailbox`: what is in one mailbox.
    Mailbox(i64),
    /// `mailbox_thread`: the newest of each thread in a list of one mailbox.
    Threads(i64, i64),
    /// `emails`, by what the search index finds.
    Search,
    /// `emails`.
    All,
}

/// How a query is answered.
#[derive(Debug)]
pub(super) struct Plan {
    account: AccountNumber,
    source: Source,
    /// Conditions or order need `emails` beside the source.
    needs_emails: bool,
    /// True for what is in the result (before collapsing).
    conditions: Sql,
    /// Each with its direction.
    order: Order,
    /// The result must yet be collapsed.
    pub(super) collapses: bool,
    /// What is in the result depends on other emails of the thread.
    pub(super) looks_at_threads: bool,
    /// The order is by `received_at` and id alone, so that a place in it can be counted from.
    pub(super) is_by_time: Option<bool>,
    /// The conditions are exactly one mailbox: its counters tell the total.
    pub(super) counted: Option<(i64, bool)>,
}

impl Plan {
    /// [`Error::UnsupportedFilter`], [`Error::UnsupportedSort`].
    pub(super) fn of(account: AccountNumber, query: &EmailQuery) -> Result<Self> {
        let empty = Filter::Operator { operator: Operator::And, conditions: Vec::new() };
        let filter = query.filter.as_ref().unwrap_or(&empty);
        let mut parts = Vec::new();
        conjuncts(filter, 0, &mut parts)?;

        let in_mailbox = parts.iter().find_map(|part| match part {
            Part::Condition(condition) => condition.in_mailbox.as_ref(),
            Part::Other(_) => None,
        });
        // A mailbox that cannot be has no key, and nothing in it.
        let mailbox = in_mailbox.map(|id| account.parse(DataType::Mailbox, id.as_str()).unwrap_or_default());
        let searches = parts.iter().any(|part| matches!(part, Part::Condition(condition) if is_search(condition)));
        let source = match mailbox {
            _ if searches => Source::Search,
            Some(mailbox) => Source::Mailbox(mailbox),
            None => Source::All,
        };

        let mut writer = ConditionWriter { account, source, needs_emails: false, looks_at_threads: false };
        let mut conditions = Sql::default();
        let mut is_mailbox_alone = mailbox.is_some() && source != Source::Search;
        let list = mailbox.zip(list_of(&parts));
        let mut taken = false;
        for part in &parts {
            let mut condition = Sql::default();
            match part {
                Part::Condition(wanted) => {
                    let mut wanted = (*wanted).clone();
                    if matches!(source, Source::Mailbox(_)) && !taken && wanted.in_mailbox.is_some() {
                        wanted.in_mailbox = None;
                        taken = true;
                    }
                    writer.condition(&wanted, &mut condition)?;
                }
                Part::Other(filter) => writer.filter(filter, 0, &mut condition)?,
            }
            if !condition.text.is_empty() {
                is_mailbox_alone = false;
                conditions.push(" and ").append(&condition);
            }
        }

        let (order, is_by_time) = order(&query.sort, &mut writer)?;
        let mut plan = Self {
            account,
            source,
            needs_emails: writer.needs_emails,
            looks_at_threads: writer.looks_at_threads || query.collapse_threads,
            conditions,
            order,
            collapses: query.collapse_threads,
            is_by_time,
            counted: mailbox.filter(|_| is_mailbox_alone).map(|mailbox| (mailbox, query.collapse_threads)),
        };
        if let (Some((mailbox, list)), true, Some(false)) = (list, query.collapse_threads, is_by_time) {
            plan.source = Source::Threads(mailbox, list);
            plan.conditions = Sql::default();
            plan.needs_emails = false;
            plan.collapses = false;
        }
        Ok(plan)
    }

    /// `from … where …` of the source; of only those emails that the JSON array names, if there is one.
    fn rows(&self, only: Option<&[i64]>) -> Result<Sql> {
        let mut sql = Sql::default();
        sql.push(" from ");
        if let Some(keys) = only {
            sql.push("json_each(").text(json(keys)?).push(") named cross join emails e on e.email = named.value ");
        }
        match self.source {
            Source::Mailbox(mailbox) | Source::Threads(mailbox, _) => {
                let table = if matches!(self.source, Source::Threads(..)) { "mailbox_thread" } else { "email_mailbox" };
                if only.is_some() {
                    sql.push("cross join ")
                        .push(table)
                        .push(" r on r.received_at = e.received_at and r.email = e.email");
                } else {
                    sql.push(table).push(" r");
                    if self.needs_emails {
                        sql.push(" cross join emails e on e.email = r.email");
                    }
                }
                sql.push(" where r.mailbox = ").integer(mailbox);
                if let Source::Threads(_, list) = self.source {
                    sql.push(" and r.list = ").integer(list);
                }
            }
            Source::Search => {
                if only.is_none() {
                    sql.push("emails e");
                }
                // The search itself is one of the conditions, and keeps to the account.
                sql.push(" where true");
            }
            Source::All => {
                if only.is_none() {
                    sql.push("emails e");
                }
                let (first, last) = self.account.keys();
                sql.push(" where e.email between ").integer(first).push(" and ").integer(last);
            }
        }
        sql.append(&self.conditions);
        Ok(sql)
    }

    /// The alias that has `email`, `thread` and `received_at`.
    fn alias(&self) -> &'static str {
        alias(self.source)
    }

    /// `order by` of the source's own expressions.
    fn order_by(&self, sql: &mut Sql) {
        sql.push(" order by ");
        for (index, (expression, is_ascending)) in self.order.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.append(expression).push(if *is_ascending { " asc" } else { " desc" });
        }
    }

    /// Every row of the result with its index, as `(email, place)`: for what an index tells nothing about.
    fn places(&self) -> Result<Sql> {
        let mut sql = Sql::default();
        sql.push("select email, row_number() over (order by place) - 1 as place from (select ")
            .push(self.alias())
            .push(".email as email, row_number() over (");
        self.order_by(&mut sql);
        sql.push(") as place, ");
        if self.collapses {
            sql.push("row_number() over (partition by ").push(self.alias()).push(".thread");
            self.order_by(&mut sql);
            sql.push(") as nth");
        } else {
            sql.push("1 as nth");
        }
        let rows = self.rows(None)?;
        sql.append(&rows).push(") where nth = 1");
        Ok(sql)
    }

    /// A part of the result: `email`.
    pub(super) fn page(&self, offset: i64, limit: i64) -> Result<Sql> {
        let mut sql = Sql::default();
        if self.collapses {
            let places = self.places()?;
            sql.push("select email from (").append(&places).push(") order by place");
        } else {
            let rows = self.rows(None)?;
            sql.push("select ").push(self.alias()).push(".email").append(&rows);
            self.order_by(&mut sql);
        }
        sql.push(" limit ").integer(limit).push(" offset ").integer(offset);
        Ok(sql)
    }

    /// The same with the total beside each row: `(email, total)`; what matches is looked for once. Nothing is said
    /// of the total if the part is empty.
    pub(super) fn page_and_total(&self, offset: i64, limit: i64) -> Result<Sql> {
        let mut sql = Sql::default();
        sql.push("with found as materialized (");
        if self.collapses {
            let places = self.places()?;
            sql.append(&places);
        } else {
            let rows = self.rows(None)?;
            sql.push("select ").push(self.alias()).push(".email as email, row_number() over (");
            self.order_by(&mut sql);
            sql.push(") as place").append(&rows);
        }
        sql.push(") select email, (select count(*) from found) from found order by place limit ").integer(limit);
        sql.push(" offset ").integer(offset);
        Ok(sql)
    }

    /// What is to be collapsed can be read in its order, newest first or oldest first, until there is enough of it.
    pub(super) fn can_collapse_on_the_way(&self) -> bool {
        self.collapses && self.is_by_time.is_some() && self.source != Source::Search
    }

    /// Every row in its order, not collapsed: `(email, thread)`.
    pub(super) fn uncollapsed(&self) -> Result<Sql> {
        let mut sql = Sql::default();
        let rows = self.rows(None)?;
        sql.push(&format!("select {0}.email, {0}.thread", self.alias())).append(&rows);
        self.order_by(&mut sql);
        Ok(sql)
    }

    /// What matches must be found as a whole for a page of it.
    pub(super) fn is_found_whole(&self) -> bool {
        let is_sorted_and_collapsed = self.collapses && !self.can_collapse_on_the_way();
        self.counted.is_none() && (self.source == Source::Search || is_sorted_and_collapsed)
    }

    /// How many there are.
    pub(super) fn total(&self) -> Result<Sql> {
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
    pub(super) fn named(&self, keys: &[i64]) -> Result<Sql> {
        let mut sql = Sql::default();
        if self.is_countable() {
            let rows = self.rows(Some(keys))?;
            sql.push("select ")
                .push(self.alias())
                .push(".email, ")
                .push(self.alias())
                .push(".received_at")
                .append(&rows);
        } else {
            let places = self.places()?;
            sql.push("select email, place from (")
                .append(&places)
                .push(") where email in (select value from json_each(");
            sql.text(json(keys)?).push("))");
        }
        Ok(sql)
    }

    /// Places can be counted: there is an order by time and nothing to collapse.
    pub(super) fn is_countable(&self) -> bool {
        self.is_by_time.is_some() && !self.collapses
    }

    /// How many rows come between two places in the order (the first `None`: from the beginning), of an order by
    /// time; both are `(received_at, email)`, the first counts, the last does not.
    pub(super) fn between(&self, from: Option<(i64, i64)>, to: (i64, i64)) -> Result<Sql> {
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

fn alias(source: Source) -> &'static str {
    match source {
        Source::Mailbox(_) | Source::Threads(..) => "r",
        Source::Search | Source::All => "e",
    }
}

/// What must all be true.
enum Part<'a> {
    Condition(&'a FilterCondition),
    Other(&'a Filter<FilterCondition>),
}

fn conjuncts<'a>(filter: &'a Filter<FilterCondition>, depth: usize, parts: &mut Vec<Part<'a>>) -> Result<()> {
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
fn list_of(parts: &[Part<'_>]) -> Option<i64> {
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

fn too_deep() -> Error {
    Error::UnsupportedFilter("it is nested too deeply".to_owned())
}

fn is_search(condition: &FilterCondition) -> bool {
    let FilterCondition { text, from, to, cc, bcc, subject, body, header, .. } = condition;
    [text, from, to, cc, bcc, subject, body].into_iter().any(Option::is_some) || header.is_some()
}

/// Writes conditions for a source.
struct ConditionWriter {
    account: AccountNumber,
    source: Source,
    needs_emails: bool,
    looks_at_threads: bool,
}

impl ConditionWriter {
    fn filter(&mut self, filter: &Filter<FilterCondition>, depth: usize, sql: &mut Sql) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        match filter {
            Filter::Condition(condition) => {
                let mut written = Sql::default();
                self.condition(condition, &mut written)?;
                // A condition that asks for nothing is met by all.
                if written.text.is_empty() {
                    sql.push("true")
                } else {
                    sql.append(&written)
                };
            }
            Filter::Operator { operator, conditions } => {
                let (before, joint, none) = match operator {
                    Operator::And => ("(", " and ", "true"),
                    Operator::Or => ("(", " or ", "false"),
                    Operator::Not => ("not (", " or ", "false"),
                };
                sql.push(before);
                for (index, condition) in conditions.iter().enumerate() {
                    if index > 0 {
                        sql.push(joint);
                    }
                    self.filter(condition, depth + 1, sql)?;
                }
                sql.push(if conditions.is_empty() { none } else { "" }).push(")");
            }
        }
        Ok(())
    }

    /// Its properties, joined by "and"; nothing, if it has none.
    fn condition(&mut self, condition: &FilterCondition, sql: &mut Sql) -> Result<()> {
        let FilterCondition {
            in_mailbox,
            in_mailbox_other_than,
            before,
            after,
            min_size,
            max_size,
            all_in_thread_have_keyword,
            some_in_thread_have_keyword,
            none_in_thread_have_keyword,
            has_keyword,
            not_keyword,
            has_attachment,
            text,
            from,
            to,
            cc,
            bcc,
            subject,
            body,
            header,
        } = condition;
        let row = alias(self.source);
        let mut parts: Vec<Sql> = Vec::new();
        let mut part = |write: &mut dyn FnMut(&mut Sql)| {
            let mut sql = Sql::default();
            write(&mut sql);
            parts.push(sql);
        };
        let integer = |number: &u64| i64::try_from(*number).unwrap_or(i64::MAX);

        // Searches first: the planner then begins with what the index finds.
        let texts = [
            (text, "subject from to cc bcc body attachments"),
            (from, "from"),
            (to, "to"),
            (cc, "cc"),
            (bcc, "bcc"),
            (subject, "subject"),
            (body, "body"),
        ];
        let mut matches: Vec<Option<String>> = Vec::new();
        for (query, columns) in texts.into_iter().filter_map(|(query, columns)| Some((query.as_ref()?, columns))) {
            matches.push(match_text(query, columns, ""));
        }
        if let Some(header) = header {
            matches.push(match_header(header)?);
        }
        if !matches.is_empty() {
            self.needs_emails = true;
            let (first, last) = self.account.keys();
            match matches.into_iter().collect::<Option<Vec<String>>>() {
                Some(matches) => part(&mut |sql| {
                    sql.push("e.document in (select rowid from email_text where email_text match ")
                        .text(matches.join(" AND "))
                        .push(" and rowid between ")
                        .integer(first)
                        .push(" and ")
                        .integer(last)
                        .push(")");
                }),
                // Of what has no letter or digit nothing is found.
                None => part(&mut |sql| {
                    sql.push("false");
                }),
            }
        }
        if let Some(id) = in_mailbox {
            let mailbox = self.account.parse(DataType::Mailbox, id.as_str()).unwrap_or_default();
            part(&mut |sql| {
                sql.push("exists (select 1 from email_mailbox m where m.mailbox = ").integer(mailbox);
                sql.push(&format!(" and m.received_at = {row}.received_at and m.email = {row}.email)"));
            });
        }
        if let Some(ids) = in_mailbox_other_than {
            self.needs_emails = true;
            let keys: Vec<i64> =
                ids.iter().filter_map(|id| self.account.parse(DataType::Mailbox, id.as_str())).collect();
            let keys = json(&keys)?;
            part(&mut |sql| {
                sql.push(
                    "exists (select 1 from json_each(e.mailboxes) m where m.value not in (select value from json_each(",
                )
                .text(keys.clone())
                .push(")))");
            });
        }
        for (time, comparison) in [(before, "<"), (after, ">=")] {
            if let Some(time) = time {
                part(&mut |sql| {
                    sql.push(&format!("{row}.received_at {comparison} ")).integer(time.millis());
                });
            }
        }
        for (size, comparison) in [(min_size, ">="), (max_size, "<")] {
            if let Some(size) = size {
                self.needs_emails = true;
                part(&mut |sql| {
                    sql.push(&format!("e.size {comparison} ")).integer(integer(size));
                });
            }
        }
        if let Some(has_attachment) = has_attachment {
            self.needs_emails = true;
            part(&mut |sql| {
                sql.push("e.has_attachment = ").integer(i64::from(*has_attachment));
            });
        }
        for (keyword, is_there) in [(has_keyword, true), (not_keyword, false)] {
            if let Some(keyword) = keyword {
                let written = self.keyword(keyword, is_there);
                part(&mut |sql| {
                    sql.append(&written);
                });
            }
        }
        let in_thread = [
            (all_in_thread_have_keyword, "not exists", "not "),
            (some_in_thread_have_keyword, "exists", ""),
            (none_in_thread_have_keyword, "not exists", ""),
        ];
        for (keyword, exists, not) in in_thread {
            if let Some(keyword) = keyword {
                self.looks_at_threads = true;
                part(&mut |sql| in_thread_keyword(sql, row, exists, not, keyword));
            }
        }
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                sql.push(" and ");
            }
            sql.append(part);
        }
        Ok(())
    }

    /// Whether an email has a keyword, by an index where there is one.
    fn keyword(&mut self, keyword: &str, is_there: bool) -> Sql {
        let mut sql = Sql::default();
        let keyword = keyword.to_lowercase();
        let bit = FLAGS.iter().find(|(flag, _)| *flag == keyword).map(|(_, bit)| *bit);
        match (self.source, bit) {
            (Source::Mailbox(_), Some(SEEN)) => {
                sql.push(if is_there { "r.seen = 1" } else { "r.seen = 0" });
            }
            (Source::Mailbox(_), Some(FLAGGED)) => {
                sql.push(if is_there { "r.flagged = 1" } else { "r.flagged = 0" });
            }
            (_, Some(bit)) => {
                self.needs_emails = true;
                sql.push(&format!("e.flags & {bit} {} 0", if is_there { "<>" } else { "=" }));
            }
            (_, None) => {
                let (row, not) = (alias(self.source), if is_there { "" } else { "not " });
                sql.push(&format!(
                    "{not}exists (select 1 from email_keyword k where k.email = {row}.email and k.keyword = "
                ));
                sql.text(keyword).push(")");
            }
        }
        sql
    }
}

fn in_thread_keyword(sql: &mut Sql, row: &str, exists: &str, not: &str, keyword: &str) {
    sql.push(&format!("{exists} (select 1 from emails t where t.thread = {row}.thread and {not}"));
    keyword_of(sql, "t", keyword);
    sql.push(")");
}

/// Whether the row of `emails` of this alias has a keyword. A keyword has no quote in it (RFC 8621 §4.1.1), so it is
/// found in the JSON as it is.
fn keyword_of(sql: &mut Sql, alias: &str, keyword: &str) {
    let keyword = keyword.to_lowercase();
    match FLAGS.iter().find(|(flag, _)| *flag == keyword) {
        Some((_, bit)) => sql.push(&format!("({alias}.flags & {bit} <> 0)")),
        None => sql.push(&format!("(instr({alias}.keywords, ")).text(json(&keyword).unwrap_or_default()).push(") > 0)"),
    };
}

/// An expression of the search index; `None` if there is no word in the query. Before each token comes `name`.
fn match_text(query: &str, columns: &str, name: &str) -> Option<String> {
    let terms: Vec<String> = Terms::parse(query)
        .iter()
        .map(|term| {
            let tokens: Vec<String> = term.tokens.iter().map(|token| format!("{name}{token}")).collect();
            format!("\"{}\"{}", tokens.join(" "), if term.is_prefix { " *" } else { "" })
        })
        .collect();
    (!terms.is_empty()).then(|| format!("({{{columns}}} : ({}))", terms.join(" AND ")))
}

fn match_header(header: &[String]) -> Result<Option<String>> {
    match header {
        [name] => Ok(Some(format!("({{headers}} : \"{}\")", header_name(name)))),
        [name, text] => Ok(match_text(text, "headers", &header_name(name))),
        _ => Err(Error::UnsupportedFilter("`header` has one or two elements".to_owned())),
    }
}

/// Expressions to sort by; true: from the smallest.
type Order = Vec<(Sql, bool)>;

/// Expressions and their directions, the id last; and, if the order is by time alone, its direction.
fn order(sort: &[Comparator], writer: &mut ConditionWriter) -> Result<(Order, Option<bool>)> {
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
