//! What the mirror wishes, as method calls, and what comes back, into the mirror. No I/O.

use std::collections::HashMap;

use jmap::error::MethodErrorKind;
use jmap::method::ChangesResponse;
use jmap::search_snippet::SearchSnippet;
use jmap::{AccountId, Id, MethodError, capability};
use mirror::{Ask, Mirror, Place, Ticket, Touched, TypeName, WindowKey, Wish};
use serde_json::{Value, json};

use super::calendars::EventQuery;
use super::email::{DETAILS, MEMBER, PART, SUMMARY, TEXT_LIMIT};
use super::event;
use super::query::WireQuery;
use super::snippet;
use crate::client::batch::{CallError, CallIndex, put};
use crate::client::{Answers, Batch, ClientError};

/// What the translation needs to know.
pub(super) struct Context<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The server sums up threads itself.
    pub has_summary: bool,
    /// The lists of mails, by the mirror's names.
    pub windows: &'a HashMap<WindowKey, WireQuery>,
    /// The stretches of time whose events are listed.
    pub events: &'a dyn Fn(&WindowKey) -> Option<EventQuery>,
    /// What a row of a list needs.
    pub row: &'a [String],
}

/// A wish on its way.
pub(super) struct Asked {
    ticket: Ticket,
    /// Chained `/get`s first, then the wish's own answer.
    parts: Vec<(CallIndex, Part)>,
}

/// Whose answer it is.
enum Part {
    /// A `/get` that was chained to the wish. If it fails, the mirror asks for the records itself.
    Chained(TypeName),
    Get(TypeName),
    Changes(TypeName),
    /// Where the words of a search were found in the rows of a page. If it fails, rows ask when they are drawn.
    Snippets(WindowKey),
    Page,
    QueryChanges,
    Set,
}

/// The calls for a wish. `None` if its list is not known any more.
pub(super) fn ask(wish: &Wish, context: &Context<'_>) -> Option<(Batch, Asked)> {
    let mut batch = Batch::new();
    let account = context.account;
    let mut parts = Vec::new();
    match &wish.ask {
        Ask::Get { of, ids, properties } => {
            let call = batch.call(&format!("{of}/get"), account, get_arguments(ids.as_deref(), properties.as_deref()));
            if properties.as_ref().is_some_and(|names| names.iter().any(|name| name == SUMMARY)) {
                batch.using(capability::OWLET_MAIL);
            }
            parts.push((call, Part::Get(of.clone())));
        }
        Ask::Changes { of, since, max_changes } => {
            let arguments = json!({ "sinceState": since, "maxChanges": max_changes });
            parts.push((batch.call(&format!("{of}/changes"), account, arguments), Part::Changes(of.clone())));
        }
        Ask::Page { window, place, limit, calculate_total } => {
            let events = (context.events)(window);
            let wire = context.windows.get(window);
            let mut arguments = match &events {
                Some(events) => events.arguments(),
                None => query_arguments(wire?),
            };
            put(&mut arguments, "limit", json!(limit));
            put(&mut arguments, "calculateTotal", json!(calculate_total));
            match place {
                Place::Position(position) => put(&mut arguments, "position", json!(position)),
                Place::Anchor { id, offset } => {
                    put(&mut arguments, "anchor", json!(id));
                    put(&mut arguments, "anchorOffset", json!(offset));
                }
            }
            if let Some(events) = events {
                let query = batch.call("CalendarEvent/query", account, arguments);
                let properties = json!({ "properties": event::PROPERTIES, "timeZone": events.time_zone });
                let occurrences = batch.call("CalendarEvent/get", account, properties);
                batch.refer("ids", query, "/ids");
                parts.push((occurrences, Part::Chained("CalendarEvent".into())));
                parts.push((query, Part::Page));
                return Some((batch, Asked { ticket: wish.ticket, parts }));
            }
            let wire = wire?;
            let query = batch.call("Email/query", account, arguments);
            chain_rows(&mut batch, &mut parts, context, wire, query, "/ids");
            if wire.has_snippets && *limit > 0 {
                let snippets = batch.call("SearchSnippet/get", account, json!({ "filter": wire.filter }));
                batch.refer("emailIds", query, "/ids");
                parts.push((snippets, Part::Snippets(window.clone())));
            }
            parts.push((query, Part::Page));
        }
        Ask::QueryChanges { window, since, up_to_id, max_changes, calculate_total, with_records } => {
            let wire = context.windows.get(window)?;
            let mut arguments = query_arguments(wire);
            put(&mut arguments, "sinceQueryState", json!(since));
            put(&mut arguments, "maxChanges", json!(max_changes));
            put(&mut arguments, "calculateTotal", json!(calculate_total));
            if let Some(id) = up_to_id {
                put(&mut arguments, "upToId", json!(id));
            }
            let changes = batch.call("Email/queryChanges", account, arguments);
            if *with_records {
                chain_rows(&mut batch, &mut parts, context, wire, changes, "/added/*/id");
            }
            parts.push((changes, Part::QueryChanges));
        }
        Ask::Set { of, update, destroy } => {
            let update: serde_json::Map<String, Value> =
                update.iter().map(|(id, patch)| (id.to_string(), Value::Object(patch.clone()))).collect();
            let mut arguments = json!({ "update": update, "destroy": destroy });
            if of.as_str() == "Mailbox" {
                put(&mut arguments, "onDestroyRemoveEmails", json!(true));
            }
            if of.as_str() == "CalendarEvent" {
                put(&mut arguments, "sendSchedulingMessages", json!(true));
            }
            parts.push((batch.call(&format!("{of}/set"), account, arguments), Part::Set));
        }
    }
    Some((batch, Asked { ticket: wish.ticket, parts }))
}

fn get_arguments(ids: Option<&[jmap::Id]>, properties: Option<&[String]>) -> Value {
    let mut arguments = json!({ "ids": ids });
    if let Some(properties) = properties {
        put(&mut arguments, "properties", json!(properties));
        let wants = |name: &str| properties.iter().any(|property| property == name);
        if wants("bodyValues") {
            put(&mut arguments, "fetchTextBodyValues", json!(true));
            put(&mut arguments, "maxBodyValueBytes", json!(TEXT_LIMIT));
        }
        if wants("attachments") {
            put(&mut arguments, "bodyProperties", json!(PART));
        }
    }
    arguments
}

fn query_arguments(wire: &WireQuery) -> Value {
    json!({ "filter": wire.filter, "sort": wire.sort, "collapseThreads": wire.collapse_threads })
}

/// What the rows of a list need, in the same request: their mails, their threads, and where the server does
/// not sum these up, the threads' mails.
fn chain_rows(
    batch: &mut Batch,
    parts: &mut Vec<(CallIndex, Part)>,
    context: &Context<'_>,
    wire: &WireQuery,
    ids: CallIndex,
    path: &'static str,
) {
    let emails = batch.call("Email/get", context.account, json!({ "properties": context.row }));
    batch.refer("ids", ids, path);
    parts.push((emails, Part::Chained("Email".into())));
    if context.has_summary {
        batch.using(capability::OWLET_MAIL);
    }
    if !wire.collapse_threads {
        return;
    }
    let threads = batch.call("Thread/get", context.account, json!({}));
    batch.refer("ids", emails, "/list/*/threadId");
    parts.push((threads, Part::Chained("Thread".into())));
    if !context.has_summary {
        let members = batch.call("Email/get", context.account, json!({ "properties": MEMBER }));
        batch.refer("ids", threads, "/list/*/emailIds");
        parts.push((members, Part::Chained("Email".into())));
    }
}

/// Whether the method may succeed a little later.
fn is_passing(error: &MethodError) -> bool {
    matches!(error.kind, MethodErrorKind::ServerUnavailable)
}

/// What answers did.
#[derive(Default)]
pub(super) struct Applied {
    /// What looks different.
    pub touched: Vec<Touched>,
    /// Mails that are new since the last state: some may be new mail.
    pub created: Vec<Id>,
    /// Where words were found, by the list that was searched for.
    pub snippets: Vec<(WindowKey, Vec<SearchSnippet>)>,
    /// The server asks to come again later.
    pub busy: bool,
}

/// Gives the answers to a wish to the mirror. What cannot be read counts as the server's failure.
pub(super) fn apply(mirror: &mut Mirror, asked: Asked, answers: &mut Answers) -> Applied {
    let ticket = asked.ticket;
    let mut done = Applied::default();
    for (call, part) in asked.parts {
        let applied = match part {
            Part::Chained(of) => match answers.take(call) {
                Ok(answer) => Ok(mirror.apply_get(ticket, &of, answer)),
                Err(_) => continue,
            },
            Part::Snippets(window) => {
                if let Some(found) = answers.take(call).ok().as_ref().and_then(snippet::read_all) {
                    done.snippets.push((window, found));
                }
                continue;
            }
            Part::Get(of) => answers.take(call).map(|answer| mirror.apply_get(ticket, &of, answer)),
            Part::Changes(of) => answers.take(call).map(|answer: ChangesResponse| {
                if of.as_str() == "Email" {
                    done.created.extend(answer.created.iter().cloned());
                }
                mirror.apply_changes(ticket, answer)
            }),
            Part::Page => answers.take(call).map(|answer| mirror.apply_page(ticket, answer)),
            Part::QueryChanges => answers.take(call).map(|answer| mirror.apply_query_changes(ticket, answer)),
            Part::Set => answers.take(call).map(|answer| mirror.apply_set(ticket, answer)),
        };
        match applied {
            Ok(it) => done.touched.push(it),
            Err(CallError::Method(error)) if is_passing(&error) => {
                mirror.lost(ticket);
                done.busy = true;
            }
            Err(CallError::Method(error)) => done.touched.push(mirror.apply_error(ticket, &error)),
            Err(CallError::Unreadable) => {
                let error = MethodError::from(MethodErrorKind::ServerFail);
                done.touched.push(mirror.apply_error(ticket, &error));
            }
        }
    }
    done
}

/// The whole request failed: for now, or for good.
pub(super) fn fail(mirror: &mut Mirror, asked: &Asked, error: &ClientError) -> Option<Touched> {
    match error {
        ClientError::Refused { reason, .. } => {
            let error = MethodError::from(MethodErrorKind::from(reason.clone()));
            Some(mirror.apply_error(asked.ticket, &error))
        }
        ClientError::TooLarge { .. } => {
            let error = MethodError::from(MethodErrorKind::RequestTooLarge);
            Some(mirror.apply_error(asked.ticket, &error))
        }
        ClientError::Offline
        | ClientError::SignedOut
        | ClientError::TooMany { .. }
        | ClientError::Server { .. }
        | ClientError::Cancelled => {
            mirror.lost(asked.ticket);
            None
        }
    }
}

/// The properties of [`DETAILS`], owned, as the mirror takes them.
pub(super) fn details() -> Vec<String> {
    DETAILS.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::batch::request;
    use crate::records::{EmailListQuery, Scope};
    use jmap::State;

    fn check(ask_for: Ask, has_summary: bool, expect: Value) {
        let query = EmailListQuery::of(Scope::Mailbox("in".into()));
        let windows = HashMap::from([(WindowKey::from("w"), query.wire(&[]))]);
        let account = AccountId::from("a1");
        let row = ["subject".to_owned()];
        let context = Context { account: &account, has_summary, windows: &windows, events: &|_| None, row: &row };
        let wish = Wish { ticket: Mirror::new(mirror::Limits::default()).ticket(), ask: ask_for };
        let (batch, _) = ask(&wish, &context).unwrap();
        assert_eq!(serde_json::to_value(request([batch].iter()).method_calls).unwrap(), expect);
    }

    #[test]
    fn a_page_brings_its_rows_and_their_threads() {
        let page = Ask::Page { window: "w".into(), place: Place::Position(50), limit: 50, calculate_total: true };
        let query = json!(["Email/query", {
            "accountId": "a1", "filter": { "inMailbox": "in" }, "collapseThreads": true,
            "sort": [{ "property": "receivedAt", "isAscending": false }],
            "position": 50, "limit": 50, "calculateTotal": true,
        }, "0"]);
        let emails = json!(["Email/get", {
            "accountId": "a1", "properties": ["subject"],
            "#ids": { "resultOf": "0", "name": "Email/query", "path": "/ids" },
        }, "1"]);
        let threads = json!(["Thread/get", {
            "accountId": "a1", "#ids": { "resultOf": "1", "name": "Email/get", "path": "/list/*/threadId" },
        }, "2"]);
        let members = json!(["Email/get", {
            "accountId": "a1", "properties": MEMBER,
            "#ids": { "resultOf": "2", "name": "Thread/get", "path": "/list/*/emailIds" },
        }, "3"]);
        check(page.clone(), true, json!([query, emails, threads]));
        check(page, false, json!([query, emails, threads, members]));
    }

    #[test]
    fn a_page_of_a_search_brings_where_the_words_were_found() {
        let search = crate::records::EmailSearch { text: "owl".into(), ..Default::default() };
        let query = EmailListQuery { search: Some(search), ..EmailListQuery::everywhere() };
        let windows = HashMap::from([(WindowKey::from("w"), query.wire(&[]))]);
        let account = AccountId::from("a1");
        let context = Context { account: &account, has_summary: true, windows: &windows, events: &|_| None, row: &[] };
        let page = Ask::Page { window: "w".into(), place: Place::Position(0), limit: 20, calculate_total: true };
        let wish = Wish { ticket: Mirror::new(mirror::Limits::default()).ticket(), ask: page };
        let (batch, _) = ask(&wish, &context).unwrap();
        let calls = serde_json::to_value(request([batch].iter()).method_calls).unwrap();
        let snippets = calls.as_array().unwrap().last().unwrap();
        assert_eq!(snippets[0], "SearchSnippet/get");
        assert_eq!(snippets[1]["#emailIds"], json!({ "resultOf": "0", "name": "Email/query", "path": "/ids" }));
        assert_eq!(snippets[1]["filter"], calls[0][1]["filter"]);
    }

    #[test]
    fn a_delta_is_asked_up_to_the_last_known_row() {
        let delta = Ask::QueryChanges {
            window: "w".into(),
            since: State::from("7"),
            up_to_id: Some("e9".into()),
            max_changes: 50,
            calculate_total: true,
            with_records: false,
        };
        check(
            delta,
            true,
            json!([["Email/queryChanges", {
                "accountId": "a1", "filter": { "inMailbox": "in" }, "collapseThreads": true,
                "sort": [{ "property": "receivedAt", "isAscending": false }],
                "sinceQueryState": "7", "upToId": "e9", "maxChanges": 50, "calculateTotal": true,
            }, "0"]]),
        );
    }

    #[test]
    fn a_folder_goes_with_its_mail() {
        let destroy = Ask::Set { of: "Mailbox".into(), update: Vec::new(), destroy: vec!["m1".into()] };
        check(
            destroy,
            true,
            json!([["Mailbox/set", {
                "accountId": "a1", "update": {}, "destroy": ["m1"], "onDestroyRemoveEmails": true,
            }, "0"]]),
        );
    }
}
