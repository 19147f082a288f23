//! ShareNotification (RFC 9670 §5) and CalendarEventNotification (draft-ietf-jmap-calendars §7): made by the server,
//! looked at and destroyed by whom they are for.

use std::cmp::Ordering;
use std::collections::HashMap;

use jmap::error::SetErrorKind;
use jmap::{AccountId, Comparator, Filter, Id, UtcDate, calendar_event_notification, share_notification};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::{DataType, Record, Writer};

use super::arguments;
use super::context::Context;
use super::failure::{Failure, Refusal};
use super::get::Get;
use super::query::{self, Query, QueryChanges};
use super::set::{self, Changer, Set};

type Object = Map<String, Value>;

/// One of the two types.
pub trait Notification: Send + Sync + Sized {
    /// Its type.
    const DATA_TYPE: DataType;
    /// Its properties.
    const PROPERTIES: &'static [&'static str];
    /// What it can be asked for by.
    const CONDITIONS: &'static [&'static str];
    /// A condition.
    type Condition: DeserializeOwned;
    /// Whether one meets a condition.
    fn passes(body: &Object, condition: &Self::Condition) -> bool;
}

/// What others share changed.
#[derive(Debug)]
pub struct Share;

impl Notification for Share {
    const DATA_TYPE: DataType = DataType::ShareNotification;
    const PROPERTIES: &'static [&'static str] =
        &["id", "created", "changedBy", "objectType", "objectAccountId", "objectId", "name", "oldRights", "newRights"];
    const CONDITIONS: &'static [&'static str] = &["after", "before", "objectType", "objectAccountId"];
    type Condition = share_notification::FilterCondition;

    fn passes(body: &Object, asked: &Self::Condition) -> bool {
        let is = |name: &str, asked: Option<&str>| asked.is_none_or(|asked| text(body, name) == asked);
        is_between(body, asked.after, asked.before)
            && is("objectType", asked.object_type.as_deref())
            && is("objectAccountId", asked.object_account_id.as_ref().map(AccountId::as_str))
    }
}

/// What others did to events.
#[derive(Debug)]
pub struct CalendarEvent;

impl Notification for CalendarEvent {
    const DATA_TYPE: DataType = DataType::CalendarEventNotification;
    const PROPERTIES: &'static [&'static str] =
        &["id", "created", "changedBy", "comment", "type", "calendarEventId", "isDraft", "event", "eventPatch"];
    const CONDITIONS: &'static [&'static str] = &["after", "before", "type", "calendarEventIds"];
    type Condition = calendar_event_notification::FilterCondition;

    fn passes(body: &Object, asked: &Self::Condition) -> bool {
        is_between(body, asked.after, asked.before)
            && asked.kind.as_ref().is_none_or(|kind| text(body, "type") == kind.as_str())
            && asked
                .calendar_event_ids
                .as_ref()
                .is_none_or(|ids| ids.iter().any(|id| id.as_str() == text(body, "calendarEventId")))
    }
}

fn text<'a>(body: &'a Object, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn created(body: &Object) -> Option<UtcDate> {
    UtcDate::deserialize(body.get("created")?).ok()
}

fn is_between(body: &Object, after: Option<UtcDate>, before: Option<UtcDate>) -> bool {
    let created = created(body);
    after.is_none_or(|after| created >= Some(after)) && before.is_none_or(|before| created < Some(before))
}

/// `Foo/get`.
pub async fn get<N: Notification>(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked = Get::read(context, call, N::PROPERTIES)?;
    let state = context.store().state(&asked.account_id, N::DATA_TYPE).await?;
    let records = context.store().records(&asked.account_id, N::DATA_TYPE, asked.ids.as_deref()).await?;
    let found: HashMap<Id, Object> = records.into_iter().map(|record| (record.id, record.body)).collect();
    asked.answer(state, found)
}

/// `Foo/query`.
pub async fn query<N: Notification>(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let state = context.store().state(&asked.account_id, N::DATA_TYPE).await?;
    let ids = find::<N>(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    query::page(asked, ids, state)
}

/// `Foo/queryChanges`.
pub async fn query_changes<N: Notification>(context: &Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let ids = find::<N>(context, &asked.account_id, asked.filter.as_ref(), asked.sort.as_deref()).await?;
    query::changes_of(context, asked, N::DATA_TYPE, ids, false).await
}

async fn find<N: Notification>(
    context: &Context<'_>,
    account: &AccountId,
    filter: Option<&Value>,
    sort: Option<&[Value]>,
) -> Result<Vec<Id>, Failure> {
    let filter: Option<Filter<N::Condition>> = query::filter(filter, N::CONDITIONS)?;
    let sort = query::sort(sort, &["created"])?;
    let mut records = context.store().records(account, N::DATA_TYPE, None).await?;
    records.retain(|record| query::passes(filter.as_ref(), &|condition| N::passes(&record.body, condition)));
    records.sort_by(|a, b| compare(a, b, &sort));
    Ok(records.into_iter().map(|record| record.id).collect())
}

fn compare(a: &Record, b: &Record, sort: &[Comparator]) -> Ordering {
    let order = created(&a.body).cmp(&created(&b.body)).then_with(|| a.modseq.cmp(&b.modseq));
    if sort.first().is_none_or(|comparator| comparator.is_ascending) { order } else { order.reverse() }
}

/// `Foo/set`: only to destroy.
pub async fn set<N: Notification>(context: &mut Context<'_>, call: Object) -> Result<Object, Failure> {
    let asked = Set::read(context, call)?;
    set::set(context, asked, &mut Destroyer::<N>(std::marker::PhantomData)).await
}

struct Destroyer<N>(std::marker::PhantomData<N>);

impl<N: Notification> Changer for Destroyer<N> {
    const DATA_TYPE: DataType = N::DATA_TYPE;

    async fn create(&mut self, _: &Context<'_>, _: &mut Writer, _: &str, _: &Object) -> Result<(Id, Object), Refusal> {
        Err(SetErrorKind::Forbidden.into())
    }

    async fn update(&mut self, _: &Context<'_>, _: &mut Writer, _: &Id, _: &Object) -> Result<Option<Object>, Refusal> {
        Err(SetErrorKind::Forbidden.into())
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        writer.destroy_record(N::DATA_TYPE, id).await?;
        Ok(())
    }
}
