//! From a method's name to what it does, if its capability is used (RFC 8620 §3.3).

use std::collections::BTreeSet;

use jmap::capability::{
    BLOB, CALENDARS, CALENDARS_PARSE, CORE, MAIL, OWLET_CALENDARS, OWLET_MAIL, PRINCIPALS, PRINCIPALS_AVAILABILITY,
    QUOTA, SUBMISSION, VACATION_RESPONSE,
};
use jmap::error::MethodErrorKind;
use serde_json::{Map, Value};
use store::DataType;

use super::context::Context;
use super::failure::Failure;
use super::notification::{CalendarEvent, Share};
use super::{
    blob, calendar, calendar_event, changes, email, email_submission, identity, mailbox, notification,
    participant_identity, principal, push_subscription, quota, recipient, search_snippet, thread, vacation_response,
};

/// The answers of a call, each with its name: a call may have several.
pub type Answers = Vec<(String, Map<String, Value>)>;

/// Methods of our own of objects that are not.
const OWN: [&str; 5] = [
    "CalendarEvent/propose",
    "CalendarEvent/declineProposal",
    "CalendarEvent/forward",
    "CalendarEvent/import",
    "Principal/suggestTimes",
];

/// The capability that has a method.
fn capability_of(method: &str) -> Option<&'static str> {
    let (object, _) = method.split_once('/')?;
    Some(match object {
        "Core" | "PushSubscription" => CORE,
        "Blob" if method == "Blob/copy" => CORE,
        "Blob" => BLOB,
        "Mailbox" | "Thread" | "Email" | "SearchSnippet" => MAIL,
        "Identity" | "EmailSubmission" => SUBMISSION,
        "VacationResponse" => VACATION_RESPONSE,
        "Quota" => QUOTA,
        "CalendarEvent" | "Principal" if OWN.contains(&method) => OWLET_CALENDARS,
        "CalendarEvent" if method == "CalendarEvent/parse" => CALENDARS_PARSE,
        "Calendar" | "CalendarEvent" | "CalendarEventNotification" | "ParticipantIdentity" => CALENDARS,
        "Principal" if method == "Principal/getAvailability" => PRINCIPALS_AVAILABILITY,
        "Principal" | "ShareNotification" => PRINCIPALS,
        "Recipient" => OWLET_MAIL,
        _ => return None,
    })
}

/// Does one call.
pub async fn call(context: &mut Context<'_>, name: &str, call: Map<String, Value>) -> Result<Answers, Failure> {
    if capability_of(name).is_none_or(|capability| !context.using.contains(capability)) {
        return Err(MethodErrorKind::UnknownMethod.into());
    }
    context.shared = match name.split_once('/') {
        Some(("Calendar" | "CalendarEvent", _)) => {
            let owners = crate::calendar::access::sharing(context.store(), &context.principal.account_id).await?;
            owners.into_iter().collect()
        }
        _ => BTreeSet::new(),
    };
    let answer = match name {
        "Core/echo" => call,
        "PushSubscription/get" => push_subscription::get(context, call).await?,
        "PushSubscription/set" => push_subscription::set::set(context, call).await?,
        "Mailbox/get" => mailbox::get(context, call).await?,
        "Mailbox/changes" => changes::changes(context, call, DataType::Mailbox).await?,
        "Mailbox/query" => mailbox::query::query(context, call).await?,
        "Mailbox/queryChanges" => mailbox::query::query_changes(context, call).await?,
        "Mailbox/set" => mailbox::set::set(context, call).await?,
        "Thread/get" => thread::get(context, call).await?,
        "Thread/changes" => changes::changes(context, call, DataType::Thread).await?,
        "Email/get" => email::get::get(context, call).await?,
        "Email/changes" => changes::changes(context, call, DataType::Email).await?,
        "Email/query" => email::query::query(context, call).await?,
        "Email/queryChanges" => email::query::query_changes(context, call).await?,
        "Email/set" => email::set::set(context, call).await?,
        "Email/copy" => email::copy::copy(context, call).await?,
        "Email/import" => email::import::import(context, call).await?,
        "Email/parse" => email::parse::parse(context, call).await?,
        "SearchSnippet/get" => search_snippet::get(context, call).await?,
        "Identity/get" => identity::get(context, call).await?,
        "Identity/changes" => changes::changes(context, call, DataType::Identity).await?,
        "Identity/set" => identity::set(context, call).await?,
        "EmailSubmission/get" => email_submission::get(context, call).await?,
        "EmailSubmission/changes" => changes::changes(context, call, DataType::EmailSubmission).await?,
        "EmailSubmission/query" => email_submission::query::query(context, call).await?,
        "EmailSubmission/queryChanges" => email_submission::query::query_changes(context, call).await?,
        "EmailSubmission/set" => return email_submission::set::set(context, call).await,
        "VacationResponse/get" => vacation_response::get(context, call).await?,
        "VacationResponse/set" => vacation_response::set(context, call).await?,
        "Blob/copy" => blob::copy(context, call).await?,
        "Blob/upload" => blob::upload(context, call).await?,
        "Blob/get" => blob::get(context, call).await?,
        "Blob/lookup" => blob::lookup(context, call).await?,
        "Quota/get" => quota::get(context, call).await?,
        "Quota/changes" => quota::changes(context, call).await?,
        "Quota/query" => quota::query(context, call).await?,
        "Quota/queryChanges" => quota::query_changes(context, call).await?,
        "Calendar/get" => calendar::get(context, call).await?,
        "Calendar/changes" => calendar::changes(context, call).await?,
        "Calendar/set" => calendar::set::set(context, call).await?,
        "CalendarEvent/get" => calendar_event::get::get(context, call).await?,
        "CalendarEvent/changes" => calendar_event::changes(context, call).await?,
        "CalendarEvent/query" => calendar_event::query::query(context, call).await?,
        "CalendarEvent/queryChanges" => calendar_event::query::query_changes(context, call).await?,
        "CalendarEvent/set" => calendar_event::set::set(context, call).await?,
        "CalendarEvent/parse" => calendar_event::parse::parse(context, call).await?,
        "CalendarEvent/propose" => calendar_event::proposal::propose(context, call).await?,
        "CalendarEvent/declineProposal" => calendar_event::proposal::decline(context, call).await?,
        "CalendarEvent/forward" => calendar_event::proposal::forward(context, call).await?,
        "CalendarEvent/import" => calendar_event::import::import(context, call).await?,
        "Principal/suggestTimes" => principal::suggest::suggest_times(context, call).await?,
        "CalendarEvent/copy" => return calendar_event::copy::copy(context, call).await,
        "CalendarEventNotification/get" => notification::get::<CalendarEvent>(context, call).await?,
        "CalendarEventNotification/changes" => {
            changes::changes(context, call, DataType::CalendarEventNotification).await?
        }
        "CalendarEventNotification/query" => notification::query::<CalendarEvent>(context, call).await?,
        "CalendarEventNotification/queryChanges" => notification::query_changes::<CalendarEvent>(context, call).await?,
        "CalendarEventNotification/set" => notification::set::<CalendarEvent>(context, call).await?,
        "Principal/get" => principal::get(context, call).await?,
        "Principal/changes" => principal::changes(context, call).await?,
        "Principal/query" => principal::query(context, call).await?,
        "Principal/queryChanges" => principal::query_changes(context, call).await?,
        "Principal/set" => principal::set(context, call).await?,
        "Principal/getAvailability" => principal::availability::get_availability(context, call).await?,
        "ShareNotification/get" => notification::get::<Share>(context, call).await?,
        "ShareNotification/changes" => changes::changes(context, call, DataType::ShareNotification).await?,
        "ShareNotification/query" => notification::query::<Share>(context, call).await?,
        "ShareNotification/queryChanges" => notification::query_changes::<Share>(context, call).await?,
        "ShareNotification/set" => notification::set::<Share>(context, call).await?,
        "ParticipantIdentity/get" => participant_identity::get(context, call).await?,
        "ParticipantIdentity/changes" => changes::changes(context, call, DataType::ParticipantIdentity).await?,
        "ParticipantIdentity/set" => participant_identity::set(context, call).await?,
        "Recipient/suggest" => recipient::suggest(context, call).await?,
        _ => return Err(MethodErrorKind::UnknownMethod.into()),
    };
    Ok(vec![(name.to_owned(), answer)])
}
