//! Principal/suggestTimes (docs/capabilities/calendars.md): when people and rooms could meet, by when they are busy.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use jmap::error::MethodErrorKind;
use jmap::principal::BusyStatus as Told;
use jmap::{AccountId, Id, MethodError};
use scheduling::availability::{Busy, BusyStatus, Conflict, Person, Request, WorkingHours, suggest};
use scheduling::date::{Duration, format_utc, parse_utc};
use scheduling::zone::Zone;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::Principal;

use super::availability::{Details, periods};
use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;

/// Days in which a time is looked for.
const MAX_DAYS: i64 = 62;
/// People and rooms.
const MAX_PRINCIPALS: usize = 100;
/// A meeting begins at a quarter of an hour.
const STEP: i64 = 900;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    required: Vec<Id>,
    #[serde(default)]
    optional: Vec<Id>,
    utc_start: String,
    utc_end: String,
    duration: String,
    #[serde(default)]
    working_hours: Option<[String; 2]>,
    #[serde(default)]
    limit: Option<usize>,
}

fn wrong(reason: &str) -> Failure {
    MethodError::invalid_arguments(reason).into()
}

/// `Principal/suggestTimes`.
pub async fn suggest_times(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    let instant = |text: &str| parse_utc(text).ok_or_else(|| wrong("utcStart and utcEnd are UTC dates"));
    let (from, until) = (instant(&asked.utc_start)?, instant(&asked.utc_end)?);
    let duration: Duration = asked.duration.parse().map_err(|_| wrong("duration is one such as PT1H"))?;
    let hours = asked.working_hours.as_ref().map(hours).transpose()?;
    if until - from > TimeDelta::days(MAX_DAYS) {
        return Err(MethodErrorKind::TooLarge.into());
    }
    let mut seen = BTreeSet::new();
    let everyone: Vec<(Id, bool)> = asked
        .required
        .into_iter()
        .map(|id| (id, true))
        .chain(asked.optional.into_iter().map(|id| (id, false)))
        .filter(|(id, _)| seen.insert(id.clone()))
        .collect();
    if everyone.len() > MAX_PRINCIPALS {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut people = Vec::with_capacity(everyone.len());
    for (id, required) in &everyone {
        people.push(person(context, id, *required, from, until, hours.as_ref()).await?);
    }
    let request = Request {
        from,
        to: until,
        duration: duration.nominal_seconds(),
        step: STEP,
        most: asked.limit.unwrap_or(10).min(50),
    };
    let found = tokio::task::spawn_blocking(move || suggest(&people, &request));
    let found = found.await.map_err(|_| MethodErrorKind::ServerFail)?;
    let list: Vec<Value> = found
        .into_iter()
        .map(|suggestion| {
            let whose = |conflict: &Conflict| match conflict {
                Conflict::Busy(number, _) | Conflict::OutsideHours(number) => *number,
            };
            let conflicts: BTreeSet<usize> = suggestion.conflicts.iter().map(whose).collect();
            let ids: Vec<&Id> = conflicts.into_iter().filter_map(|number| Some(&everyone.get(number)?.0)).collect();
            json!({
                "utcStart": format_utc(suggestion.start), "utcEnd": format_utc(suggestion.end), "conflicts": ids,
            })
        })
        .collect();
    arguments::answer(&json!({ "list": list }))
}

async fn person(
    context: &Context<'_>,
    id: &Id,
    required: bool,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    hours: Option<&WorkingHours>,
) -> Result<Person, Failure> {
    let account = Principal::account_of(id.as_str()).ok_or(MethodErrorKind::NotFound)?;
    let principal = context.store().principal(&account).await?.ok_or(MethodErrorKind::NotFound)?;
    let busy = periods(context, account, from, until, Details::default()).await?;
    let busy = busy.into_iter().map(|period| Busy {
        start: period.utc_start.0,
        end: period.utc_end.0,
        status: match period.busy_status {
            Told::Tentative => BusyStatus::Tentative,
            Told::Confirmed | Told::Unavailable | Told::Other(_) => BusyStatus::Confirmed,
        },
        event: None,
    });
    Ok(Person {
        busy: busy.collect(),
        // A room does not go home.
        working: hours.filter(|_| principal.kind == "individual").cloned(),
        zone: Zone::named(&principal.time_zone).unwrap_or(Zone::UTC),
        required,
    })
}

fn hours(texts: &[String; 2]) -> Result<WorkingHours, Failure> {
    let seconds = |text: &String| {
        let time = chrono::NaiveTime::parse_from_str(text, "%H:%M").ok()?;
        Some(chrono::Timelike::num_seconds_from_midnight(&time))
    };
    let [from, until] = texts;
    match (seconds(from), seconds(until)) {
        (Some(from), Some(until)) if from < until => Ok(WorkingHours::weekdays(from, until)),
        _ => Err(wrong("workingHours are two times such as 09:00 and 17:00")),
    }
}
