//! Rooms and equipment: what people see of them, and how they may be booked.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jmap::{Filter, Id, UtcDate};
use scheduling::Event;
use scheduling::event::CalendarAddress;
use scheduling::patch::escape;
use scheduling::zone::Zone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{DataType, EventCondition, EventQuery, Moment, Store};

use super::access::Access;

/// Occurrences of one event that are looked at.
const MAX_OCCURRENCES: usize = 2000;
/// Days ahead that are looked at where a room has no limit.
const FARTHEST_DAYS: i64 = 730;

/// What is kept of a room or a thing, beside its name and address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Room {
    /// Seats; 0: not said.
    pub capacity: u32,
    /// The house it is in.
    pub building: String,
    /// The floor it is on.
    pub floor: String,
    /// What is in it.
    pub equipment: Vec<String>,
    /// How it answers when it is invited.
    pub policy: Policy,
}

/// How a room answers. A person decides where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    /// It answers by itself; else it says "tentative" and waits for somebody who looks after it.
    pub answers: bool,
    /// Takes what overlaps with what it has.
    pub allows_conflicts: bool,
    /// Takes series; with one occurrence that conflicts, it takes the others.
    pub allows_series: bool,
    /// Of the occurrences of a series, so many in a hundred may conflict before it takes none.
    pub conflict_percent: u32,
    /// How far ahead, in days; 0: as far as one likes.
    pub horizon_days: u32,
    /// How long one booking may be, in minutes; 0: as long as one likes.
    pub longest_minutes: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            answers: true,
            allows_conflicts: false,
            allows_series: true,
            conflict_percent: 25,
            horizon_days: 365,
            longest_minutes: 24 * 60,
        }
    }
}

impl Policy {
    /// Days ahead that are looked at.
    fn horizon(&self) -> i64 {
        if self.horizon_days == 0 { FARTHEST_DAYS } else { i64::from(self.horizon_days).min(FARTHEST_DAYS) }
    }
}

impl Room {
    /// As it is kept of a principal; `None`, if it is none.
    pub fn of(principal: &store::Principal) -> Option<Self> {
        if principal.booking == Value::Null { None } else { Self::deserialize(&principal.booking).ok() }
    }
}

/// A time that a room has given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// From.
    pub start: DateTime<Utc>,
    /// Until.
    pub end: DateTime<Utc>,
}

/// How a room answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The event with its answer in it.
    pub event: Event,
    /// The room keeps it.
    pub is_kept: bool,
    /// In words.
    pub why: String,
}

/// What a room has given away from now on, but for one event.
///
/// # Errors
/// The store's.
pub async fn taken(
    store: &Store,
    access: &Access,
    but: Option<&Id>,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<Vec<Taken>, store::Error> {
    let until = now + TimeDelta::days(policy.horizon());
    let moment = |instant| Moment { instant: UtcDate(instant), clock: UtcDate(instant) };
    let condition = EventCondition {
        ends_after: Some(moment(now)),
        starts_before: Some(moment(until)),
        ..EventCondition::default()
    };
    let query = EventQuery { filter: Some(Filter::Condition(condition)), ..EventQuery::default() };
    let hits = store.query_events(&access.account, &query).await?.events;
    let ids: Vec<Id> = hits.into_iter().map(|hit| Id::from(hit.id)).filter(|id| Some(id) != but).collect();
    let (me, _) = super::identities(store, &access.account).await?;
    let mut taken = Vec::new();
    for record in store.records(&access.account, DataType::CalendarEvent, Some(&ids)).await? {
        let event = Event::stored(record.body);
        let Ok(occurrences) = event.occurrences(now, until, &access.zone, MAX_OCCURRENCES) else { continue };
        for occurrence in occurrences.list {
            let single = occurrence.recurrence_id.filter(|_| occurrence.overridden).and_then(|id| event.occurrence(id));
            let shown = single.as_ref().unwrap_or(&event);
            let is_off = shown.is_cancelled()
                || shown.free_busy_status() == "free"
                || shown.participant_of(&me).is_some_and(|me| me.status() == "declined");
            if !is_off {
                taken.push(Taken { start: occurrence.start, end: occurrence.end });
            }
        }
    }
    taken.sort_by_key(|taken| taken.start);
    Ok(taken)
}

/// The answer to an invitation; `None` if the room is none of those who are asked. Whoever asks for the past gets it.
pub fn answer(
    policy: &Policy,
    event: &Event,
    me: &[CalendarAddress],
    taken: &[Taken],
    zone: &Zone,
    now: DateTime<Utc>,
) -> Option<Answer> {
    let participant = event.participant_of(me)?.id.to_owned();
    let with = |status: &str| {
        let mut patch = Map::new();
        patch.insert(format!("participants/{}/participationStatus", escape(&participant)), status.into());
        patch.insert(format!("participants/{}/expectReply", escape(&participant)), false.into());
        event.patched(&patch).ok()
    };
    let answered = |status: &str, why: &str| {
        Some(Answer { event: with(status)?, is_kept: status != "declined", why: why.to_owned() })
    };
    if !policy.answers {
        return answered("tentative", "Whoever looks after the room will decide.");
    }
    if event.is_recurring() && !policy.allows_series {
        return answered("declined", "This room takes no events that repeat.");
    }
    let horizon = now + TimeDelta::days(policy.horizon());
    let Ok(occurrences) = event.occurrences(now, horizon, zone, MAX_OCCURRENCES) else {
        return answered("declined", "When this event repeats cannot be worked out.");
    };
    if let Ok(span) = event.span(zone)
        && policy.horizon_days > 0
        && span.start.is_some_and(|start| start > horizon)
    {
        return answered("declined", &format!("This room is booked at most {} days ahead.", policy.horizon_days));
    }
    let is_too_long = |occurrence: &scheduling::event::Occurrence| {
        policy.longest_minutes > 0
            && (occurrence.end - occurrence.start).num_minutes() > i64::from(policy.longest_minutes)
    };
    if occurrences.list.iter().any(is_too_long) {
        return answered("declined", &format!("This room is booked for at most {} minutes.", policy.longest_minutes));
    }
    let conflicts: Vec<_> = if policy.allows_conflicts {
        Vec::new()
    } else {
        let conflicts = |occurrence: &&scheduling::event::Occurrence| {
            taken.iter().any(|taken| taken.start < occurrence.end && occurrence.start < taken.end)
        };
        occurrences.list.iter().filter(conflicts).collect()
    };
    if conflicts.is_empty() {
        return answered("accepted", "The room is yours.");
    }
    let percent = conflicts.len() * 100 / occurrences.list.len().max(1);
    let ids: Vec<NaiveDateTime> = conflicts.iter().filter_map(|occurrence| occurrence.recurrence_id).collect();
    if ids.is_empty() || percent > usize::try_from(policy.conflict_percent).unwrap_or(100) {
        let when = conflicts.first().map(|first| zone.to_local(first.start).format("%-d %B %Y, %H:%M").to_string());
        let why = format!("The room is taken at that time ({}).", when.unwrap_or_default());
        return answered("declined", &why);
    }
    // The series is taken, but for those of its occurrences that cannot be.
    let mut series = with("accepted")?;
    for id in &ids {
        let mut patch = Map::new();
        patch.insert(format!("participants/{}/participationStatus", escape(&participant)), "declined".into());
        series = series.with_occurrence_patched(*id, &patch).ok()?;
    }
    let days: Vec<String> = ids.iter().map(|id| id.format("%-d %B %Y").to_string()).collect();
    let why = format!("The room is yours, but not on {}.", days.join(", "));
    Some(Answer { event: series, is_kept: true, why })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(policy: Policy, event: Value, expect: &str) {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let mut whole = json!({
            "@type": "Event", "uid": "u", "timeZone": "Etc/UTC", "start": "2026-11-24T10:00:00", "duration": "PT1H",
            "organizerCalendarAddress": "mailto:alice@owlery.example",
            "participants": { "r": { "@type": "Participant", "calendarAddress": "mailto:room@owlery.example", "roles": { "attendee": true } } },
        });
        for (name, value) in event.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let whole = Event::new(whole.as_object().unwrap().clone()).unwrap();
        let me = [CalendarAddress::new("mailto:room@owlery.example")];
        let taken = [Taken { start: at("2026-11-25T10:00:00Z"), end: at("2026-11-25T11:00:00Z") }];
        let now = at("2026-11-20T00:00:00Z");
        let answer = answer(&policy, &whole, &me, &taken, &Zone::UTC, now).unwrap();
        let status = answer.event.participant_of(&me).unwrap().status().to_owned();
        let declined = answer.event.overrides().count();
        assert_eq!(format!("{status} {declined}"), expect, "{}", answer.why);
    }

    #[test]
    fn a_room_answers_by_its_policy() {
        let policy = Policy::default;
        check(policy(), json!({}), "accepted 0");
        check(policy(), json!({ "start": "2026-11-25T10:30:00" }), "declined 0");
        check(policy(), json!({ "start": "2026-11-25T11:00:00" }), "accepted 0");
        check(Policy { allows_conflicts: true, ..policy() }, json!({ "start": "2026-11-25T10:30:00" }), "accepted 0");
        check(Policy { answers: false, ..policy() }, json!({}), "tentative 0");
        check(policy(), json!({ "duration": "P2D" }), "declined 0");
        check(policy(), json!({ "start": "2028-11-25T10:30:00" }), "declined 0");
        let daily = json!({ "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "daily", "count": 10 } });
        check(policy(), daily.clone(), "accepted 1");
        check(Policy { conflict_percent: 5, ..policy() }, daily.clone(), "declined 0");
        check(Policy { allows_series: false, ..policy() }, daily, "declined 0");
    }
}
