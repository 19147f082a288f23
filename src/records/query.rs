//! Which mails a list shows, as a person thinks of it; and its form on the wire (RFC 8621 §4.4).

use crate::json;
use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use jmap::email::FilterCondition;
use jmap::{Comparator, Filter, MailboxId, Operator, UtcDate};
use mirror::WindowKey;
use serde::{Deserialize, Serialize};

/// A list of mail. Equal queries share one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmailListQuery {
    /// Where.
    pub scope: Scope,
    /// Only such.
    pub filter: ListFilter,
    /// What is searched, if anything.
    pub search: Option<EmailSearch>,
    /// In which order.
    pub sort: EmailSort,
    /// One row a conversation, not one a mail.
    pub conversations: bool,
}

/// Where a list looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// The inbox, before its id is known.
    Inbox,
    /// One folder.
    Mailbox(MailboxId),
    /// Every folder but the trash and junk.
    Everywhere,
}

/// The quick filters of the list's head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListFilter {
    /// No filter.
    #[default]
    All,
    /// With an unread mail. A row that is read stays until the list is shown anew: see
    /// [`EmailWindow::hold`](super::EmailWindow::hold).
    Unread,
    /// Flagged.
    Flagged,
    /// With a file.
    WithFile,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmailSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By sender, then newest.
    From,
    /// By subject, then newest.
    Subject,
    /// Largest first.
    Largest,
}

/// What is searched, from the words in the search field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailSearch {
    /// Words and "phrases" anywhere in the mail.
    pub text: String,
    /// `from:`.
    pub from: Vec<String>,
    /// `to:` (also finds copies).
    pub to: Vec<String>,
    /// `subject:`.
    pub subject: Vec<String>,
    /// `has:attachment`.
    pub has_attachment: bool,
    /// `before:2026-11-01`: received before that day began.
    pub before: Option<UtcDate>,
    /// `after:2026-11-01`: received on that day or later.
    pub after: Option<UtcDate>,
    /// `is:unread` or `is:read`.
    pub unread: Option<bool>,
    /// `is:flagged`.
    pub flagged: bool,
}

impl EmailListQuery {
    /// All mail but trash and junk.
    pub fn everywhere() -> Self {
        Self::of(Scope::Everywhere)
    }

    /// Conversations, newest first.
    pub(super) fn of(scope: Scope) -> Self {
        Self { scope, filter: ListFilter::All, search: None, sort: EmailSort::Newest, conversations: true }
    }

    /// Only what this search finds.
    #[must_use]
    pub fn searching(mut self, search: EmailSearch) -> Self {
        self.search = Some(search);
        self
    }
}

/// A list as `Email/query` takes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WireQuery {
    /// Which.
    pub filter: Filter<FilterCondition>,
    /// In which order.
    pub sort: Vec<Comparator>,
    /// One mail a thread.
    pub collapse_threads: bool,
    /// Words are looked for, and rows show where they were found.
    pub has_snippets: bool,
}

impl EmailListQuery {
    /// Words are looked for that can be shown where they were found.
    pub(super) fn has_snippets(&self) -> bool {
        self.search.as_ref().is_some_and(|search| !search.text.is_empty() || !search.subject.is_empty())
    }

    /// The same list with the inbox by its id. `None` if that is not known.
    pub(super) fn resolve(&self, inbox: Option<&MailboxId>) -> Option<Self> {
        let mut resolved = self.clone();
        if self.scope == Scope::Inbox {
            resolved.scope = Scope::Mailbox(inbox?.clone());
        }
        Some(resolved)
    }

    /// Names its window: equal lists have equal names.
    pub(super) fn key(&self) -> WindowKey {
        json::write(self).unwrap_or_default().into()
    }

    /// For the wire; `hidden` are the folders that "everywhere" does not mean.
    pub(super) fn wire(&self, hidden: &[MailboxId]) -> WireQuery {
        let mut whole = FilterCondition::default();
        match &self.scope {
            Scope::Mailbox(id) => whole.in_mailbox = Some(id.clone()),
            Scope::Everywhere if !hidden.is_empty() => whole.in_mailbox_other_than = Some(hidden.to_vec()),
            Scope::Everywhere | Scope::Inbox => {}
        }
        let keyword = |name: &str| Some(name.to_owned());
        match self.filter {
            ListFilter::All => {}
            ListFilter::Unread => whole.not_keyword = keyword("$seen"),
            ListFilter::Flagged => whole.has_keyword = keyword("$flagged"),
            ListFilter::WithFile => whole.has_attachment = Some(true),
        }
        let mut more = Vec::new();
        if let Some(search) = &self.search {
            search.conditions(&mut whole, &mut more);
        }
        let filter = if more.is_empty() {
            Filter::Condition(whole)
        } else {
            if whole != FilterCondition::default() {
                more.insert(0, Filter::Condition(whole));
            }
            Filter::Operator { operator: Operator::And, conditions: more }
        };
        WireQuery {
            filter,
            sort: self.sort.comparators(),
            collapse_threads: self.conversations,
            has_snippets: self.has_snippets(),
        }
    }
}

impl EmailSort {
    fn comparators(self) -> Vec<Comparator> {
        let newest = Comparator::descending("receivedAt");
        match self {
            Self::Newest => vec![newest],
            Self::Oldest => vec![Comparator::ascending("receivedAt")],
            Self::From => vec![Comparator::ascending("from"), newest],
            Self::Subject => vec![Comparator::ascending("subject"), newest],
            Self::Largest => vec![Comparator::descending("size"), newest],
        }
    }
}

impl EmailSearch {
    /// Reads `from: to: subject: has:attachment before: after: is:unread is:flagged` and words.
    ///
    /// `zone` is the reader's, in minutes east of UTC: where a day begins.
    pub fn parse(text: &str, zone: i32) -> Self {
        let mut search = Self::default();
        let mut words = Vec::new();
        for token in tokens(text) {
            let (name, value) = token.split_once(':').unwrap_or(("", &token));
            let value = value.trim_matches('"');
            let known = !value.is_empty()
                && match name.to_ascii_lowercase().as_str() {
                    "from" => push(&mut search.from, value),
                    "to" => push(&mut search.to, value),
                    "subject" => push(&mut search.subject, value),
                    "has" if value.eq_ignore_ascii_case("attachment") => set(&mut search.has_attachment, true),
                    "is" if value.eq_ignore_ascii_case("unread") => set(&mut search.unread, Some(true)),
                    "is" if value.eq_ignore_ascii_case("read") => set(&mut search.unread, Some(false)),
                    "is" if value.eq_ignore_ascii_case("flagged") => set(&mut search.flagged, true),
                    "before" => day(value, zone).is_some_and(|day| set(&mut search.before, Some(day))),
                    "after" => day(value, zone).is_some_and(|day| set(&mut search.after, Some(day))),
                    _ => false,
                };
            if !known {
                words.push(token);
            }
        }
        search.text = words.join(" ");
        search
    }

    /// What fits into one condition goes into `whole`, the rest beside it.
    fn conditions(&self, whole: &mut FilterCondition, more: &mut Vec<Filter<FilterCondition>>) {
        whole.before = self.before;
        whole.after = self.after;
        if self.has_attachment {
            whole.has_attachment = Some(true);
        }
        if !self.text.is_empty() {
            whole.text = Some(self.text.clone());
        }
        let none = FilterCondition::default;
        let condition = Filter::Condition;
        match self.unread {
            Some(true) => more.push(condition(FilterCondition { not_keyword: Some("$seen".to_owned()), ..none() })),
            Some(false) => more.push(condition(FilterCondition { has_keyword: Some("$seen".to_owned()), ..none() })),
            None => {}
        }
        if self.flagged {
            more.push(condition(FilterCondition { has_keyword: Some("$flagged".to_owned()), ..none() }));
        }
        for from in &self.from {
            more.push(condition(FilterCondition { from: Some(from.clone()), ..none() }));
        }
        for subject in &self.subject {
            more.push(condition(FilterCondition { subject: Some(subject.clone()), ..none() }));
        }
        for to in &self.to {
            let conditions = vec![
                condition(FilterCondition { to: Some(to.clone()), ..none() }),
                condition(FilterCondition { cc: Some(to.clone()), ..none() }),
            ];
            more.push(Filter::Operator { operator: Operator::Or, conditions });
        }
    }
}

fn push(list: &mut Vec<String>, value: &str) -> bool {
    list.push(value.to_owned());
    true
}

fn set<T>(field: &mut T, value: T) -> bool {
    *field = value;
    true
}

/// When a day begins for the reader.
fn day(text: &str, zone: i32) -> Option<UtcDate> {
    let date: NaiveDate = text.parse().ok()?;
    let offset = FixedOffset::east_opt(zone.checked_mul(60)?)?;
    let start = offset.from_local_datetime(&date.and_time(NaiveTime::MIN)).single()?;
    Some(UtcDate(start.with_timezone(&Utc)))
}

/// Words, with quoted phrases whole: `from:"Bob Ash" "parking permit"`.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quoted = false;
    for letter in text.chars() {
        if letter == '"' {
            quoted = !quoted;
        }
        if letter.is_whitespace() && !quoted {
            if !token.is_empty() {
                tokens.push(std::mem::take(&mut token));
            }
        } else {
            token.push(letter);
        }
    }
    if quoted {
        // Still typing the phrase: it ends here for now.
        token.push('"');
    }
    if !token.is_empty() && token != "\"\"" {
        tokens.push(token);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(query: &EmailListQuery, filter: Value) {
        let wire = query.resolve(Some(&MailboxId::from("in"))).unwrap().wire(&["trash".into(), "junk".into()]);
        assert_eq!(serde_json::to_value(wire.filter).unwrap(), filter);
    }

    #[test]
    fn a_folder_is_one_condition() {
        check(&EmailListQuery::of(Scope::Inbox), json!({ "inMailbox": "in" }));
        check(
            &EmailListQuery { filter: ListFilter::Unread, ..EmailListQuery::of(Scope::Inbox) },
            json!({ "inMailbox": "in", "notKeyword": "$seen" }),
        );
        check(&EmailListQuery::everywhere(), json!({ "inMailboxOtherThan": ["trash", "junk"] }));
    }

    #[test]
    fn a_search_keeps_every_word_of_it() {
        let search = EmailSearch::parse("lantern from:bob to:carol is:unread", 0);
        check(
            &EmailListQuery { filter: ListFilter::Flagged, ..EmailListQuery::of(Scope::Inbox) }.searching(search),
            json!({ "operator": "AND", "conditions": [
                { "inMailbox": "in", "hasKeyword": "$flagged", "text": "lantern" },
                { "notKeyword": "$seen" },
                { "from": "bob" },
                { "operator": "OR", "conditions": [{ "to": "carol" }, { "cc": "carol" }] },
            ] }),
        );
    }

    fn check_parse(text: &str, expect: EmailSearch) {
        assert_eq!(EmailSearch::parse(text, 60), expect, "{text}");
    }

    #[test]
    fn words_and_fields_are_told_apart() {
        let none = EmailSearch::default;
        check_parse("  ", none());
        check_parse("parking permit", EmailSearch { text: "parking permit".into(), ..none() });
        check_parse("\"parking permit", EmailSearch { text: "\"parking permit\"".into(), ..none() });
        check_parse("from:\"Bob Ash\" x", EmailSearch { from: vec!["Bob Ash".into()], text: "x".into(), ..none() });
        check_parse("has:attachment IS:Read", EmailSearch { has_attachment: true, unread: Some(false), ..none() });
        check_parse("re:zero from: 10:30", EmailSearch { text: "re:zero from: 10:30".into(), ..none() });
        check_parse("before:yesterday", EmailSearch { text: "before:yesterday".into(), ..none() });
    }

    #[test]
    fn a_day_begins_where_the_reader_is() {
        let search = EmailSearch::parse("after:2026-11-01", 60);
        assert_eq!(serde_json::to_value(search.after).unwrap(), json!("2026-10-31T23:00:00Z"));
    }

    #[test]
    fn the_inbox_and_its_folder_are_one_window() {
        let inbox = MailboxId::from("in");
        let by_role = EmailListQuery::of(Scope::Inbox).resolve(Some(&inbox)).unwrap();
        assert_eq!(by_role.key(), EmailListQuery::of(Scope::Mailbox(inbox)).key());
        assert_eq!(EmailListQuery::of(Scope::Inbox).resolve(None), None);
    }
}
