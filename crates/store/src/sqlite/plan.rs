//! From a filter and a sort to SQL: where the rows come from ([`Source`]), what must be true of them, and in which
//! order they are; [`statements`] asks for them.
//!
//! A query is answered from one of four sources: the (mailbox, email) rows, the (mailbox, thread) rows, the search
//! index, or all emails of the account. Every source offers the same columns (`email`, `thread`, `received_at`), so
//! that conditions and order are written once.

mod condition;
pub(super) mod filter;
mod order;
mod parts;
pub(super) mod search;
pub(super) mod sql;
mod statements;

use jmap::{Filter, Operator};

use self::condition::{ConditionWriter, is_found};
use self::order::{Order, order};
use self::parts::{Part, conjuncts, is_search, list_of};
use self::sql::Sql;
use super::json;
use crate::ids::{AccountNumber, NUMBER_BITS};
use crate::{DataType, EmailQuery, Result};

/// Deeper ones are refused: SQLite has a limit, and so has our stack.
const MAX_DEPTH: usize = 100;

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
    pub(super) account: AccountNumber,
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
    /// Where the total stands already.
    pub(super) counted: Option<Counted>,
    /// `from … where …` of the search index, if the conditions are exactly a search.
    searched: Option<Sql>,
}

/// A total that need not be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// All emails of a mailbox.
    Emails(i64),
    /// All threads of a mailbox.
    Threads(i64),
    /// All emails of the account.
    Account,
    /// It was counted on the way.
    Known(i64),
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

        let mut writer = ConditionWriter::new(account, source);
        let mut conditions = Sql::default();
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
                conditions.push(" and ").append(&condition);
            }
        }

        let (order, is_by_time) = order(&query.sort, &mut writer)?;
        let counted = match (source, query.collapse_threads) {
            _ if !conditions.text.is_empty() => None,
            (Source::Mailbox(mailbox), false) => Some(Counted::Emails(mailbox)),
            (Source::Mailbox(mailbox), true) => Some(Counted::Threads(mailbox)),
            (Source::All, false) => Some(Counted::Account),
            _ => None,
        };
        let searched = writer.search.filter(|search| conditions.text == format!(" and {}", is_found(search).text));
        let mut plan = Self {
            account,
            source,
            needs_emails: writer.needs_emails,
            looks_at_threads: writer.looks_at_threads || query.collapse_threads,
            conditions,
            order,
            collapses: query.collapse_threads,
            is_by_time,
            counted,
            searched,
        };
        if let (Some((mailbox, list)), true, Some(false)) = (list, query.collapse_threads, is_by_time) {
            plan.source = Source::Threads(mailbox, list);
            plan.conditions = Sql::default();
            plan.needs_emails = false;
            plan.collapses = false;
        }
        Ok(plan)
    }

    /// How many emails a search alone finds, if that is all that is asked for and the order is by time.
    pub(super) fn searched(&self) -> Option<Sql> {
        let search = self.searched.as_ref().filter(|_| self.is_by_time.is_some())?;
        let mut sql = Sql::default();
        sql.push("select count(*)").append(search);
        Some(sql)
    }

    /// Goes through all emails, newest or oldest first, and asks of each whether the search finds it, in the place of
    /// looking up what it finds and sorting that: cheaper for a page of what is found in many.
    pub(super) fn go_through_all(&mut self) {
        if let Some(search) = &self.searched {
            self.source = Source::All;
            self.conditions = Sql::default();
            // The sign keeps SQLite from beginning with what is found.
            self.conditions.push(" and +").append(&is_found(search));
        }
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
                if self.is_by_time.is_some() {
                    // As `emails_by_time` has it.
                    sql.push(&format!(" where e.email >> {NUMBER_BITS} = ")).integer(self.account.0);
                } else {
                    let (first, last) = self.account.keys();
                    sql.push(" where e.email between ").integer(first).push(" and ").integer(last);
                }
            }
        }
        sql.append(&self.conditions);
        Ok(sql)
    }

    /// The alias that has `email`, `thread` and `received_at`.
    fn alias(&self) -> &'static str {
        alias(self.source)
    }
}

fn alias(source: Source) -> &'static str {
    match source {
        Source::Mailbox(_) | Source::Threads(..) => "r",
        Source::Search | Source::All => "e",
    }
}
