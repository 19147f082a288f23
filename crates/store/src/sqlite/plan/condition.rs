//! Conditions of a filter as SQL, for whichever source.

use jmap::Filter;
use jmap::email::FilterCondition;

use super::filter::{too_deep, write_filter};
use super::search::{match_header, match_text};
use super::sql::Sql;
use super::{MAX_DEPTH, Source, alias};
use crate::ids::AccountNumber;
use crate::sqlite::emails::{FLAGGED, FLAGS, SEEN};
use crate::sqlite::json;
use crate::{DataType, Result};

/// Whether an email is found by a search, which is `from … where …` of the index.
pub(super) fn is_found(search: &Sql) -> Sql {
    let mut sql = Sql::default();
    sql.push("e.document in (select rowid").append(search).push(")");
    sql
}

/// Writes conditions for a source.
pub(super) struct ConditionWriter {
    account: AccountNumber,
    pub(super) source: Source,
    pub(super) needs_emails: bool,
    pub(super) looks_at_threads: bool,
    /// `from … where …` of the search index, of what was searched for last.
    pub(super) search: Option<Sql>,
}

impl ConditionWriter {
    pub(super) fn new(account: AccountNumber, source: Source) -> Self {
        Self { account, source, needs_emails: false, looks_at_threads: false, search: None }
    }

    pub(super) fn filter(&mut self, filter: &Filter<FilterCondition>, depth: usize, sql: &mut Sql) -> Result<()> {
        let levels = MAX_DEPTH.checked_sub(depth).ok_or_else(too_deep)?;
        write_filter(filter, levels, sql, &mut |condition, sql| self.condition(condition, sql))
    }

    /// Its properties, joined by "and"; nothing, if it has none.
    pub(super) fn condition(&mut self, condition: &FilterCondition, sql: &mut Sql) -> Result<()> {
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
                Some(matches) => {
                    let mut search = Sql::default();
                    search.push(" from email_text where email_text match ").text(matches.join(" AND "));
                    search.push(" and rowid between ").integer(first).push(" and ").integer(last);
                    part(&mut |sql| *sql = is_found(&search));
                    self.search = Some(search);
                }
                // Of what has no letter or digit nothing is found.
                None => part(&mut |sql| {
                    sql.push("false");
                }),
            }
        }
        if let Some(id) = in_mailbox {
            let mailbox = self.account.parse(DataType::Mailbox, id.as_str()).unwrap_or_default();
            part(&mut |sql| {
                let is_of_emails = row == "e";
                if is_of_emails {
                    // Most emails are in one mailbox.
                    sql.push("(e.mailboxes = ").text(format!("[{mailbox}]")).push(" or ");
                }
                sql.push("exists (select 1 from email_mailbox m where m.mailbox = ").integer(mailbox);
                sql.push(&format!(" and m.received_at = {row}.received_at and m.email = {row}.email)"));
                if is_of_emails {
                    sql.push(")");
                }
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

pub(super) fn in_thread_keyword(sql: &mut Sql, row: &str, exists: &str, not: &str, keyword: &str) {
    sql.push(&format!("{exists} (select 1 from emails t where t.thread = {row}.thread and {not}"));
    keyword_of(sql, "t", keyword);
    sql.push(")");
}

/// Whether the row of `emails` of this alias has a keyword. A keyword has no quote in it (RFC 8621 §4.1.1), so it is
/// found in the JSON as it is.
pub(super) fn keyword_of(sql: &mut Sql, alias: &str, keyword: &str) {
    let keyword = keyword.to_lowercase();
    match FLAGS.iter().find(|(flag, _)| *flag == keyword) {
        Some((_, bit)) => sql.push(&format!("({alias}.flags & {bit} <> 0)")),
        None => sql.push(&format!("(instr({alias}.keywords, ")).text(json(&keyword).unwrap_or_default()).push(") > 0)"),
    };
}
