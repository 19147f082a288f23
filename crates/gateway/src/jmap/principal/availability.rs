//! Principal/getAvailability (draft-ietf-jmap-calendars §2.2): when somebody or something is busy, and with what, as
//! far as the asker may see it. Within the organisation everybody may know when others are busy.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use jmap::error::MethodErrorKind;
use jmap::principal::{BusyPeriod, BusyStatus};
use jmap::{AccountId, Filter, Id, MethodError, UtcDate};
use scheduling::event::CalendarAddress;
use scheduling::{Event, date::parse_utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{DataType, EventCondition, EventQuery, Moment, Principal};

use crate::calendar::access::Access;
use crate::calendar::index::calendar_ids;
use crate::jmap::arguments;
use crate::jmap::calendar_event::{MAX_EXPANDED_DAYS, MAX_OCCURRENCES, view};
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    id: Id,
    utc_start: String,
    utc_end: String,
    #[serde(default)]
    show_details: bool,
    #[serde(default)]
    event_properties: Option<Vec<String>>,
}

/// `Principal/getAvailability`.
pub async fn get_availability(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let instant = |name: &str, text: &str| {
        parse_utc(text).ok_or_else(|| Failure::from(MethodError::invalid_arguments(format!("{name} is a UTC date"))))
    };
    let (from, until) = (instant("utcStart", &asked.utc_start)?, instant("utcEnd", &asked.utc_end)?);
    if until < from {
        return Err(MethodError::invalid_arguments("utcEnd is not before utcStart").into());
    }
    if until - from > TimeDelta::days(MAX_EXPANDED_DAYS) {
        return Err(MethodErrorKind::TooLarge.into());
    }
    let account = Principal::account_of(asked.id.as_str()).ok_or(MethodErrorKind::NotFound)?;
    if context.store().principal(&account).await?.is_none() {
        return Err(MethodErrorKind::NotFound.into());
    }
    let details = Details { are_shown: asked.show_details, properties: asked.event_properties };
    let periods = periods(context, account, from, until, details).await?;
    arguments::answer(&json!({ "list": periods }))
}

/// How much of events is told, if the asker may see them.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Anything.
    pub are_shown: bool,
    /// These properties; all, if `None`.
    pub properties: Option<Vec<String>>,
}

/// When the owner of an account is busy, as far as the asker may know.
pub async fn periods(
    context: &Context<'_>,
    account: AccountId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    details: Details,
) -> Result<Vec<BusyPeriod>, Failure> {
    Looker::new(context, account, from, until, details).await?.periods(context).await
}

/// Who asks, of whom, and for how much.
struct Looker {
    /// The principal's calendars, as it sees them itself.
    own: Access,
    /// And as the asker does.
    seen: Access,
    /// As whom the principal takes part.
    who: Vec<CalendarAddress>,
    /// As whom the asker does.
    me: Vec<CalendarAddress>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    details: Details,
}

/// A time in which the principal is busy, and which occurrence of what makes it so.
struct Busy {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    status: BusyStatus,
    event: Option<Map<String, Value>>,
}

impl Looker {
    async fn new(
        context: &Context<'_>,
        account: AccountId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        details: Details,
    ) -> Result<Self, Failure> {
        let store = context.store();
        let asker = &context.principal.account_id;
        Ok(Self {
            own: Access::load(store, &account, &account).await?,
            seen: Access::load(store, asker, &account).await?,
            who: crate::calendar::identities(store, &account).await?.0,
            me: crate::calendar::identities(store, asker).await?.0,
            from,
            until,
            details,
        })
    }

    async fn periods(self, context: &Context<'_>) -> Result<Vec<BusyPeriod>, Failure> {
        let account = self.own.account.clone();
        let moment = |instant: DateTime<Utc>| {
            let clock = self.own.zone.to_local(instant).and_utc();
            Moment { instant: UtcDate(instant), clock: UtcDate(clock) }
        };
        let condition = EventCondition {
            ends_after: Some(moment(self.from)),
            starts_before: Some(moment(self.until)),
            ..EventCondition::default()
        };
        let query = EventQuery { filter: Some(Filter::Condition(condition)), ..EventQuery::default() };
        let hits = context.store().query_events(&account, &query).await?;
        let ids: Vec<Id> = hits.events.into_iter().map(|event| event.id.into()).collect();
        let records = context.store().records(&account, DataType::CalendarEvent, Some(&ids)).await?;
        let personal = if self.seen.is_owner() {
            Default::default()
        } else {
            context.store().personal(&account, DataType::CalendarEvent, &ids, &self.seen.person).await?
        };
        let busy = tokio::task::spawn_blocking(move || {
            let mut busy = Vec::new();
            for record in records {
                let own = personal.get(&record.id).cloned().unwrap_or_default();
                self.add(&record.id, Event::stored(record.body), own, &mut busy)?;
            }
            Ok::<_, Failure>(merged(busy, &account))
        });
        busy.await.map_err(|_| MethodErrorKind::ServerFail)?
    }

    /// In which calendar it counts, by the principal's own word.
    fn counts(&self, event: &Event) -> bool {
        if event.privacy() == "secret" || event.get("isDraft") == Some(&json!(true)) {
            return false;
        }
        let attends =
            || event.participant_of(&self.who).is_some_and(|me| matches!(me.status(), "accepted" | "tentative"));
        calendar_ids(event.as_map()).iter().any(|id| {
            let Some(calendar) = self.own.calendars.get(id) else { return false };
            let is = |name: &str, value: Value| calendar.body.get(name) == Some(&value);
            if is("isSubscribed", json!(false)) {
                return false;
            }
            match calendar.body.get("includeInAvailability").and_then(Value::as_str) {
                Some("none") => false,
                Some("attending") => attends(),
                _ => true,
            }
        })
    }

    /// Whoever said no is not busy with it.
    fn status(&self, event: &Event) -> Option<BusyStatus> {
        if event.is_cancelled() || event.free_busy_status() != "busy" || !self.counts(event) {
            return None;
        }
        let answer = event.participant_of(&self.who).map(|me| me.status());
        match answer {
            Some("declined" | "delegated") => None,
            // Not answered yet: perhaps.
            Some("tentative" | "needs-action") => Some(BusyStatus::Tentative),
            _ if event.status() == "tentative" => Some(BusyStatus::Tentative),
            Some("accepted") => Some(BusyStatus::Confirmed),
            _ => Some(BusyStatus::Unavailable),
        }
    }

    fn add(&self, id: &Id, event: Event, personal: Map<String, Value>, busy: &mut Vec<Busy>) -> Result<(), Failure> {
        let floating = self.own.floating(&calendar_ids(event.as_map()));
        let room = MAX_OCCURRENCES.saturating_sub(busy.len());
        // What cannot be expanded is at no time that could be said.
        let Ok(occurrences) = event.occurrences(self.from, self.until, &floating, room) else { return Ok(()) };
        if !occurrences.complete {
            return Err(MethodErrorKind::TooLarge.into());
        }
        let status = self.status(&event);
        let shown = self.details.are_shown.then(|| self.shown(&event, personal)).flatten();
        for occurrence in occurrences.list {
            let single = occurrence.recurrence_id.filter(|_| occurrence.overridden).and_then(|id| event.occurrence(id));
            let status = match &single {
                Some(single) => self.status(single),
                None => status.clone(),
            };
            let (Some(status), true) = (status, occurrence.end > self.from) else { continue };
            let details = shown.as_ref().and_then(|shown| match occurrence.recurrence_id {
                Some(recurrence_id) => shown.occurrence(recurrence_id),
                None => Some(shown.clone()),
            });
            let (start, end) = (occurrence.start.max(self.from), occurrence.end.min(self.until));
            if start < end {
                busy.push(Busy { start, end, status, event: details.map(|event| self.selected(id, event)) });
            }
        }
        Ok(())
    }

    /// What the asker sees of the event; nothing of what is private.
    fn shown(&self, event: &Event, personal: Map<String, Value>) -> Option<Event> {
        if event.privacy() != "public" && !self.seen.is_owner() {
            return None;
        }
        view::seen(&self.seen, event.as_map().clone(), personal, &self.me)
    }

    fn selected(&self, id: &Id, event: Event) -> Map<String, Value> {
        let recurrence_id = event.recurrence_id();
        let mut map = event.into_map();
        let id = match recurrence_id {
            Some(occurrence) => crate::jmap::calendar_event::EventRef::synthetic(id, occurrence),
            None => id.clone(),
        };
        map.insert("id".to_owned(), json!(id));
        if let Some(names) = &self.details.properties {
            map.retain(|name, _| names.contains(name));
        }
        map
    }
}

fn rank(status: &BusyStatus) -> u8 {
    match status {
        BusyStatus::Confirmed => 3,
        BusyStatus::Unavailable => 2,
        BusyStatus::Tentative => 1,
        BusyStatus::Other(_) => 0,
    }
}

/// Those without an event as periods that neither overlap nor touch with the same status: what is more certain wins.
fn merged(busy: Vec<Busy>, account: &AccountId) -> Vec<BusyPeriod> {
    let (mut list, mut marks) = (Vec::new(), BTreeMap::<DateTime<Utc>, [i64; 4]>::new());
    for Busy { start, end, status, event } in busy {
        match event {
            Some(event) => list.push(BusyPeriod {
                utc_start: UtcDate(start),
                utc_end: UtcDate(end),
                busy_status: status,
                event: Some(event),
                account_id: Some(account.clone()),
            }),
            None => {
                let rank = usize::from(rank(&status));
                for (at, by) in [(start, 1), (end, -1)] {
                    if let Some(count) = marks.entry(at).or_default().get_mut(rank) {
                        *count += by;
                    }
                }
            }
        }
    }
    let mut open = [0_i64; 4];
    let mut current: Option<(DateTime<Utc>, BusyStatus)> = None;
    for (at, changes) in marks {
        open.iter_mut().zip(changes).for_each(|(count, by)| *count += by);
        let [_, tentative, unavailable, confirmed] = open;
        let status = match (confirmed > 0, unavailable > 0, tentative > 0) {
            (true, _, _) => Some(BusyStatus::Confirmed),
            (_, true, _) => Some(BusyStatus::Unavailable),
            (_, _, true) => Some(BusyStatus::Tentative),
            _ => None,
        };
        if current.as_ref().map(|(_, status)| status) != status.as_ref() {
            if let Some((start, status)) = current.take() {
                list.push(BusyPeriod {
                    utc_start: UtcDate(start),
                    utc_end: UtcDate(at),
                    busy_status: status,
                    event: None,
                    account_id: None,
                });
            }
            current = status.map(|status| (at, status));
        }
    }
    list.sort_by_key(|period| (period.utc_start, period.utc_end));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(busy: &[(i64, i64, BusyStatus)], expect: &[(i64, i64, BusyStatus)]) {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        let busy = busy.iter().map(|(start, end, status)| Busy {
            start: at(*start),
            end: at(*end),
            status: status.clone(),
            event: None,
        });
        let found: Vec<_> = merged(busy.collect(), &AccountId::from("a1"))
            .into_iter()
            .map(|period| (period.utc_start.millis() / 60_000, period.utc_end.millis() / 60_000, period.busy_status))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn periods_are_merged_and_the_more_certain_wins() {
        use BusyStatus::{Confirmed, Tentative, Unavailable};
        check(&[(0, 10, Confirmed), (10, 20, Confirmed)], &[(0, 20, Confirmed)]);
        check(&[(0, 10, Confirmed), (12, 20, Confirmed)], &[(0, 10, Confirmed), (12, 20, Confirmed)]);
        check(
            &[(0, 30, Tentative), (5, 15, Unavailable), (10, 20, Confirmed)],
            &[(0, 5, Tentative), (5, 10, Unavailable), (10, 20, Confirmed), (20, 30, Tentative)],
        );
        check(&[(0, 30, Confirmed), (5, 15, Tentative)], &[(0, 30, Confirmed)]);
    }
}
