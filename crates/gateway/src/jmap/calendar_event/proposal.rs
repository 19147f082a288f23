//! What iTIP can and JMAP has no word for (docs/capabilities/calendars.md): to propose another time to who organizes an
//! event, to turn such a proposal down, to pass an invitation on. Each is a mail; nothing in a calendar changes by it.

use chrono::{NaiveDateTime, SubsecRound as _, Utc};
use jmap::error::MethodErrorKind;
use jmap::{AccountId, Id, MethodError};
use scheduling::Event;
use scheduling::event::CalendarAddress;
use scheduling::itip::{self, Message};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::get::Viewer;
use super::set::Post;
use super::{EventRef, set};
use crate::calendar::outbox;
use crate::jmap::arguments;
use crate::jmap::calendar::access;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;

/// To so many people an invitation is passed on at once.
const MAX_RECIPIENTS: usize = 100;
/// Octets of what is said with it.
const MAX_COMMENT: usize = 10_000;

type Object = Map<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    /// An event, or an occurrence of one.
    id: Id,
    #[serde(default)]
    comment: Option<String>,
    /// Of a proposal: what is to be otherwise.
    #[serde(default)]
    changes: Option<Object>,
    /// Of a refusal: whose proposal; of what is passed on: to whom.
    #[serde(default)]
    to: Vec<String>,
}

/// What a call is about.
struct Subject {
    viewer: Viewer,
    event: Event,
    occurrence: Option<NaiveDateTime>,
    comment: Option<String>,
    changes: Object,
    to: Vec<CalendarAddress>,
}

impl Subject {
    /// Only in one's own account: the mail is from oneself.
    async fn of(context: &Context<'_>, call: Object) -> Result<Self, Failure> {
        let asked: Arguments = arguments::read(call)?;
        context.check_account(&asked.account_id)?;
        let access = access(context, &asked.account_id).await?;
        if !access.is_owner() {
            return Err(MethodErrorKind::Forbidden.into());
        }
        if asked.to.len() > MAX_RECIPIENTS || asked.comment.as_ref().is_some_and(|comment| comment.len() > MAX_COMMENT)
        {
            return Err(MethodErrorKind::RequestTooLarge.into());
        }
        let id = context.resolve(asked.id.as_str()).unwrap_or(asked.id);
        let reference = EventRef::parse(&id).ok_or(MethodErrorKind::NotFound)?;
        let viewer = Viewer::new(context, access).await?;
        let mut events = viewer.events(context, vec![reference.base.clone()]).await?;
        let event = events.remove(&reference.base).ok_or(MethodErrorKind::NotFound)?;
        if reference.recurrence_id.is_some_and(|occurrence| !event.has_occurrence(occurrence)) {
            return Err(MethodErrorKind::NotFound.into());
        }
        Ok(Self {
            viewer,
            event,
            occurrence: reference.recurrence_id,
            comment: asked.comment.filter(|comment| !comment.trim().is_empty()),
            changes: asked.changes.unwrap_or_default(),
            to: asked.to.iter().map(|address| CalendarAddress::new(address)).collect(),
        })
    }

    /// Sends it, and says to whom.
    async fn send(self, context: &Context<'_>, message: Message) -> Result<Object, Failure> {
        let account = &self.viewer.access.account;
        let Post { sender, routes } = Post::of(context, account).await?;
        let messages = [message];
        if let Some(nobody) = outbox::unreachable(&messages, &routes).first() {
            let reason = format!("nothing can be sent to {nobody}");
            return Err(MethodError::invalid_arguments(reason).into());
        }
        let mut writer = context.store().begin(account).await?;
        outbox::post(context.store(), &mut writer, &sender, &messages, Utc::now().trunc_subsecs(0)).await?;
        writer.commit().await?;
        let to: Vec<&str> = messages.iter().flat_map(|message| &message.to).map(CalendarAddress::as_str).collect();
        arguments::answer(&json!({ "accountId": account, "sentTo": to }))
    }
}

fn wrong(reason: &str) -> Failure {
    MethodError::invalid_arguments(reason).into()
}

/// `CalendarEvent/propose`: something else to who organizes the event.
pub async fn propose(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let subject = Subject::of(context, call).await?;
    if subject.changes.is_empty() || !subject.to.is_empty() {
        return Err(wrong("a proposal says in changes what is to be otherwise, and goes to who organizes the event"));
    }
    let Subject { viewer, event, occurrence, comment, changes, .. } = &subject;
    let now = Utc::now().trunc_subsecs(0);
    let message = itip::counter(event, *occurrence, changes, &viewer.me, comment.clone(), now)
        .map_err(|faults| wrong(&set::invalid(&faults).to_string()))?;
    subject.send(context, message).await
}

/// `CalendarEvent/declineProposal`: it stays as it is. A proposal is accepted by changing the event.
pub async fn decline(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let subject = Subject::of(context, call).await?;
    let [to] = subject.to.as_slice() else { return Err(wrong("to is one address: whose proposal it was")) };
    if !subject.event.is_organized_by(&subject.viewer.me) {
        return Err(MethodErrorKind::Forbidden.into());
    }
    let message = itip::decline_counter(&subject.event, subject.occurrence, to, subject.comment.clone());
    let message = message.ok_or_else(|| wrong("there is no such occurrence"))?;
    subject.send(context, message).await
}

/// `CalendarEvent/forward`: who gets it may answer it, and is then let in by who organizes the event.
pub async fn forward(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let subject = Subject::of(context, call).await?;
    if subject.to.is_empty() {
        return Err(wrong("to says to whom"));
    }
    let Subject { viewer, event, occurrence, to, comment, .. } = &subject;
    let message = itip::forward(event, *occurrence, to, &viewer.me, comment.clone());
    let message = message.ok_or_else(|| wrong("there is no such occurrence"))?;
    subject.send(context, message).await
}
