//! Email/query and Email/queryChanges (RFC 8621 §4.4, §4.5). Arguments are checked here, the store answers.

use jmap::email::FilterCondition;
use jmap::method::{QueryChangesResponse, QueryResponse};
use jmap::{Comparator, EmailId, Filter, Id, MailboxId, MethodError};
use serde_json::{Map, Value};
use store::EmailQuery;

use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::query::{self, Query, QueryChanges};

const CONDITIONS: [&str; 20] = [
    "inMailbox",
    "inMailboxOtherThan",
    "before",
    "after",
    "minSize",
    "maxSize",
    "allInThreadHaveKeyword",
    "someInThreadHaveKeyword",
    "noneInThreadHaveKeyword",
    "hasKeyword",
    "notKeyword",
    "hasAttachment",
    "text",
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "body",
    "header",
];

/// The properties that emails can be sorted by, as the session says.
pub const SORTS: [&str; 9] = [
    "receivedAt",
    "sentAt",
    "size",
    "from",
    "to",
    "subject",
    "hasKeyword",
    "allInThreadHaveKeyword",
    "someInThreadHaveKeyword",
];

/// `Email/query`.
pub async fn query(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let collapse_threads = arguments::take(&mut call, "collapseThreads")?.unwrap_or(false);
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let (limit, shortened) = query::limit(asked.limit);
    let page = context
        .store()
        .query_emails(
            &asked.account_id,
            &EmailQuery {
                filter: filter(context, asked.filter.as_ref())?,
                sort: sort(asked.sort.as_deref())?,
                collapse_threads,
                position: asked.position.unwrap_or(0),
                anchor: asked.anchor.map(EmailId::from),
                anchor_offset: asked.anchor_offset.unwrap_or(0),
                limit: Some(limit),
                calculate_total: asked.calculate_total.unwrap_or(false),
            },
        )
        .await?;
    arguments::answer(&QueryResponse {
        account_id: asked.account_id,
        query_state: page.query_state,
        can_calculate_changes: true,
        position: page.position,
        ids: page.ids.into_iter().map(Id::from).collect(),
        total: page.total,
        // Only if it cut something that was asked for.
        limit: shortened.filter(|limit| asked.limit.is_some_and(|asked| asked > *limit)),
    })
}

/// `Email/queryChanges`.
pub async fn query_changes(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let collapse_threads = arguments::take(&mut call, "collapseThreads")?.unwrap_or(false);
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let query = EmailQuery {
        filter: filter(context, asked.filter.as_ref())?,
        sort: sort(asked.sort.as_deref())?,
        collapse_threads,
        calculate_total: asked.calculate_total.unwrap_or(false),
        ..EmailQuery::default()
    };
    // `upToId` only lets a server leave out what comes after; what it leaves in does no harm (RFC 8620 §5.6).
    let found = context
        .store()
        .email_query_changes(&asked.account_id, &query, &asked.since_query_state, asked.max_changes)
        .await?;
    arguments::answer(&QueryChangesResponse {
        account_id: asked.account_id,
        old_query_state: found.old_query_state,
        new_query_state: found.new_query_state,
        total: found.total.filter(|_| query.calculate_total),
        removed: found.removed.into_iter().map(Id::from).collect(),
        added: found.added,
    })
}

/// Reads a filter; creation ids of mailboxes resolved.
pub fn filter(context: &Context<'_>, value: Option<&Value>) -> Result<Option<Filter<FilterCondition>>, Failure> {
    let mut filter = query::filter::<FilterCondition>(value, &CONDITIONS)?;
    if let Some(filter) = &mut filter {
        resolve(context, filter)?;
    }
    Ok(filter)
}

fn resolve(context: &Context<'_>, filter: &mut Filter<FilterCondition>) -> Result<(), Failure> {
    match filter {
        Filter::Operator { conditions, .. } => conditions.iter_mut().try_for_each(|filter| resolve(context, filter)),
        Filter::Condition(condition) => {
            for mailbox in condition.in_mailbox.iter_mut().chain(condition.in_mailbox_other_than.iter_mut().flatten()) {
                if let Some(id) = context.resolve(mailbox.as_str()) {
                    *mailbox = MailboxId::from(id);
                }
            }
            if condition.header.as_ref().is_some_and(|header| header.is_empty() || header.len() > 2) {
                return Err(MethodError::invalid_arguments("header is a name, or a name and a text").into());
            }
            for keyword in [
                &mut condition.has_keyword,
                &mut condition.not_keyword,
                &mut condition.all_in_thread_have_keyword,
                &mut condition.some_in_thread_have_keyword,
                &mut condition.none_in_thread_have_keyword,
            ] {
                *keyword = keyword.take().map(|keyword| keyword.to_ascii_lowercase());
            }
            Ok(())
        }
    }
}

fn sort(value: Option<&[Value]>) -> Result<Vec<Comparator>, Failure> {
    let mut sort = query::sort(value, &SORTS)?;
    for comparator in &mut sort {
        let wants_keyword = comparator.property.ends_with("Keyword");
        if wants_keyword && comparator.keyword.is_none() {
            return Err(MethodError::invalid_arguments(format!("{} wants a keyword", comparator.property)).into());
        }
        comparator.keyword = comparator.keyword.take().map(|keyword| keyword.to_ascii_lowercase());
    }
    Ok(sort)
}
