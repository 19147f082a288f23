//! CalendarEvent/query and CalendarEvent/queryChanges (draft-ietf-jmap-calendars §5.11, §5.12).

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jmap::calendar_event::{CONDITIONS, FilterCondition, SORTS};
use jmap::error::MethodErrorKind;
use jmap::method::QueryChangesResponse;
use jmap::{Comparator, Filter, Id, MethodError, State, UtcDate};
use scheduling::Event;
use scheduling::date::{format_local, parse_local};
use scheduling::zone::Zone;
use serde_json::{Map, Value, json};
use store::{DataType, EventCondition, EventHit, EventQuery, Moment};

use super::get::Viewer;
use super::{EventRef, MAX_EXPANDED_DAYS, MAX_OCCURRENCES, zone};
use crate::calendar::access::Access;
use crate::calendar::{index, words};
use crate::jmap::arguments;
use crate::jmap::calendar::access;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::query::{self, Query, QueryChanges};

/// `CalendarEvent/query`.
pub async fn query(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let expands = arguments::take::<bool>(&mut call, "expandRecurrences")?.unwrap_or(false);
    let zone = zone(arguments::take(&mut call, "timeZone")?)?;
    let asked: Query = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let access = access(context, &asked.account_id).await?;
    let search = search(&access, &zone, asked.filter.as_ref(), asked.sort.as_deref())?;
    if !expands {
        let found = context.store().query_events(&asked.account_id, &search).await?;
        let ids = found.events.into_iter().map(|event| event.id.into()).collect();
        return query::page(asked, ids, access.seen(found.state));
    }
    let (ids, state) = expanded(context, access, search, zone).await?;
    let mut answer = query::page(asked, ids, state)?;
    answer.insert("canCalculateChanges".to_owned(), json!(false));
    Ok(answer)
}

/// `CalendarEvent/queryChanges`.
pub async fn query_changes(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let expands = arguments::take::<bool>(&mut call, "expandRecurrences")?.unwrap_or(false);
    let zone = zone(arguments::take(&mut call, "timeZone")?)?;
    let asked: QueryChanges = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let access = access(context, &asked.account_id).await?;
    let search = search(&access, &zone, asked.filter.as_ref(), asked.sort.as_deref())?;
    if expands || access.is_before_rights(&asked.since_query_state) {
        return Err(MethodErrorKind::CannotCalculateChanges.into());
    }
    let found = context.store().query_events(&asked.account_id, &search).await?;
    let state = access.seen(found.state.clone());
    if asked.since_query_state == state && state != found.state {
        return arguments::answer(&QueryChangesResponse {
            account_id: asked.account_id,
            old_query_state: state.clone(),
            new_query_state: state,
            total: asked.calculate_total.unwrap_or(false).then_some(found.events.len() as u64),
            removed: Vec::new(),
            added: Vec::new(),
        });
    }
    let ids = found.events.into_iter().map(|event| event.id.into()).collect();
    query::changes_of(context, asked, DataType::CalendarEvent, ids, false).await
}

fn search(access: &Access, zone: &Zone, filter: Option<&Value>, sort: Option<&[Value]>) -> Result<EventQuery, Failure> {
    let filter = query::filter::<FilterCondition>(filter, &CONDITIONS)?;
    Ok(EventQuery {
        within: access.within(),
        filter: filter.map(|filter| with_moments(filter, zone)).transpose()?,
        sort: query::sort(sort, &SORTS)?,
    })
}

/// Local times read in the zone of who asks.
fn with_moments(filter: Filter<FilterCondition>, zone: &Zone) -> Result<Filter<EventCondition>, Failure> {
    match filter {
        Filter::Operator { operator, conditions } => {
            let conditions = conditions.into_iter().map(|filter| with_moments(filter, zone));
            Ok(Filter::Operator { operator, conditions: conditions.collect::<Result<_, _>>()? })
        }
        Filter::Condition(condition) => {
            let moment = |name: &str, text: Option<String>| match text {
                None => Ok(None),
                Some(text) => match parse_local(&text) {
                    Some(local) => Ok(Some(moment(local, zone))),
                    None => Err(Failure::from(MethodError::invalid_arguments(format!(
                        "{name} is a local time such as 2026-11-24T00:00:00"
                    )))),
                },
            };
            let FilterCondition {
                in_calendar, in_calendars, text, title, description, location, owner, attendee, ..
            } = condition;
            let calendar_ids = match (in_calendar, in_calendars) {
                (Some(one), Some(many)) => Some(many.into_iter().filter(|id| *id == one).collect()),
                (Some(one), None) => Some(vec![one]),
                (None, many) => many,
            };
            Ok(Filter::Condition(EventCondition {
                calendar_ids,
                ends_after: moment("after", condition.after)?,
                starts_before: moment("before", condition.before)?,
                text,
                title,
                description,
                location,
                owner,
                attendee,
                uid: condition.uid,
            }))
        }
    }
}

fn moment(local: NaiveDateTime, zone: &Zone) -> Moment {
    let instant = zone.to_utc(local).timestamp_millis();
    Moment { instant: UtcDate::from_millis(instant), clock: UtcDate::from_millis(local.and_utc().timestamp_millis()) }
}

/// An event or an occurrence, with what it is sorted by.
struct Found {
    id: Id,
    start: i64,
    uid: String,
    recurrence_id: Option<String>,
    created: Option<UtcDate>,
    updated: Option<UtcDate>,
}

/// A range of instants in which series are expanded.
struct Range {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    zone: Zone,
    condition: EventCondition,
}

async fn expanded(
    context: &Context<'_>,
    access: Access,
    search: EventQuery,
    zone: Zone,
) -> Result<(Vec<Id>, State), Failure> {
    let wrong = || {
        Failure::from(MethodError::invalid_arguments(
            "with expandRecurrences the filter is one condition with before and after",
        ))
    };
    let Some(Filter::Condition(condition)) = &search.filter else { return Err(wrong()) };
    let (Some(after), Some(before)) = (condition.ends_after, condition.starts_before) else { return Err(wrong()) };
    let range = Range { from: after.instant.0, until: before.instant.0, zone, condition: condition.clone() };
    if range.until - range.from > TimeDelta::days(MAX_EXPANDED_DAYS) {
        return Err(MethodErrorKind::ExpandDurationTooLarge.into());
    }
    let hits = context.store().query_events(&access.account, &search).await?;
    let state = access.seen(hits.state);
    let series: Vec<Id> = hits.events.iter().filter(|hit| hit.is_series).map(|hit| Id::from(&hit.id)).collect();
    let viewer = Viewer::new(context, access).await?;
    let events = viewer.events(context, series).await?;
    let sort = search.sort;
    // Expanding is work for a processor, not for who answers others meanwhile.
    let found = tokio::task::spawn_blocking(move || {
        let mut found = expand(&hits.events, &events, &range)?;
        found.sort_by(|a, b| compare(a, b, &sort));
        Ok::<_, Failure>(found)
    });
    let found = found.await.map_err(|_| MethodErrorKind::ServerFail)??;
    Ok((found.into_iter().map(|found| found.id).collect(), state))
}

fn expand(hits: &[EventHit], events: &HashMap<Id, Event>, range: &Range) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::with_capacity(hits.len());
    for hit in hits {
        let base = Id::from(&hit.id);
        if !hit.is_series {
            let clock = |at: UtcDate| if hit.is_floating { range.zone.to_utc(at.0.naive_utc()) } else { at.0 };
            found.push(Found {
                id: base,
                start: hit.start.map_or(i64::MAX, |start| clock(start).timestamp_millis()),
                uid: hit.uid.clone(),
                recurrence_id: hit.recurrence_id.clone(),
                created: hit.created,
                updated: hit.updated,
            });
            continue;
        }
        // Not seen, or destroyed a moment ago.
        let Some(event) = events.get(&base) else { continue };
        let room = MAX_OCCURRENCES.saturating_sub(found.len());
        let cannot = || Failure::from(MethodErrorKind::CannotCalculateOccurrences);
        let occurrences = event.occurrences(range.from, range.until, &range.zone, room).map_err(|_| cannot())?;
        if !occurrences.complete {
            return Err(cannot());
        }
        let has_words = words_of(event, range);
        for occurrence in occurrences.list {
            // One that ends where the time begins is not in it.
            if occurrence.end <= range.from || !has_words(occurrence.recurrence_id, occurrence.overridden) {
                continue;
            }
            found.push(Found {
                id: occurrence.recurrence_id.map_or_else(|| base.clone(), |id| EventRef::synthetic(&base, id)),
                start: occurrence.start.timestamp_millis(),
                uid: hit.uid.clone(),
                recurrence_id: occurrence.recurrence_id.map(format_local),
                created: hit.created,
                updated: hit.updated,
            });
        }
    }
    Ok(found)
}

/// Whether an occurrence has the words that are looked for: one that is as the series has the series' own words.
fn words_of<'a>(event: &'a Event, range: &'a Range) -> impl Fn(Option<NaiveDateTime>, bool) -> bool + 'a {
    let wants = words::wants_words(&range.condition);
    let series = wants.then(|| {
        let mut map = event.as_map().clone();
        map.remove("recurrenceOverrides");
        words::has(&index::text(&Event::stored(map)), &range.condition)
    });
    move |recurrence_id, overridden| match (series, recurrence_id) {
        (None, _) => true,
        (Some(_), Some(id)) if overridden => {
            event.occurrence(id).is_some_and(|occurrence| words::has(&index::text(&occurrence), &range.condition))
        }
        (Some(has), _) => has,
    }
}

fn compare(a: &Found, b: &Found, sort: &[Comparator]) -> Ordering {
    let by = |comparator: &Comparator| {
        let order = match comparator.property.as_str() {
            "start" => a.start.cmp(&b.start),
            "uid" => a.uid.cmp(&b.uid),
            "recurrenceId" => a.recurrence_id.cmp(&b.recurrence_id),
            "created" => a.created.cmp(&b.created),
            _ => a.updated.cmp(&b.updated),
        };
        if comparator.is_ascending { order } else { order.reverse() }
    };
    let order = sort.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
    order.then_with(|| a.start.cmp(&b.start)).then_with(|| a.id.cmp(&b.id))
}
