//! What an organizer tells: REQUEST and CANCEL, to whom and about which occurrences (RFC 5546 §3.2.2, §3.2.5).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    Message, Method, Plan,
    compare::{Differences, for_others},
};
use crate::{
    date::{format_local, format_utc},
    event::{CalendarAddress, Event, Participant},
    zone::Zone,
};

/// What one person is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Telling {
    Series,
    Occurrences(Vec<NaiveDateTime>),
    CancelSeries,
    CancelOccurrences(Vec<NaiveDateTime>),
}

/// One occurrence that is not what it was.
struct Changed {
    id: NaiveDateTime,
    before: Option<Event>,
    after: Option<Event>,
    differences: Differences,
}

pub(super) fn plan(before: Option<&Event>, after: Option<&Event>, me: &[CalendarAddress], now: DateTime<Utc>) -> Plan {
    // One that did not take place need not be cancelled.
    let before = before.filter(|event| after.is_some() || !event.is_cancelled());
    let base = match (before, after) {
        (Some(before), Some(after)) => Differences::between(before, after),
        _ => Differences { time: true, place: true, status: true, details: true },
    };
    let changed = changed_occurrences(before, after);
    let tellings = tellings(before, after, base, &changed, me);
    let cancels = |(_, telling): &(CalendarAddress, Telling)| {
        matches!(telling, Telling::CancelSeries | Telling::CancelOccurrences(_))
    };
    let counts =
        base.needs_answer() || changed.iter().any(|it| it.differences.needs_answer()) || tellings.iter().any(cancels);

    let mut event = after.cloned();
    if let Some(event) = &mut event {
        // Nothing that others hear of: the event is as new as it was.
        if before.is_none() || base.any() || !changed.is_empty() {
            event.set("updated", format_utc(now));
        }
        put_right(event, before, base, &changed, counts, me);
    }
    let subject = event.clone().or_else(|| {
        let mut gone = before?.clone();
        gone.set("sequence", gone.sequence() + 1);
        Some(gone)
    });
    let messages = subject.map(|subject| messages(&subject, before, tellings)).unwrap_or_default();
    Plan { event, messages }
}

/// Those whom the server writes to.
fn invited<'a>(
    event: &'a Event,
    me: &'a [CalendarAddress],
) -> impl Iterator<Item = (CalendarAddress, Participant<'a>)> {
    event.participants().filter_map(|participant| {
        let address = participant.calendar_address()?;
        let told = participant.schedule_agent() == "server" && !me.contains(&address);
        told.then_some((address, participant))
    })
}

fn is_invited(event: Option<&Event>, who: &CalendarAddress) -> bool {
    event.is_some_and(|event| !event.is_cancelled() && invited(event, &[]).any(|(address, _)| address == *who))
}

/// The occurrences that differ otherwise than they did.
fn changed_occurrences(before: Option<&Event>, after: Option<&Event>) -> Vec<Changed> {
    let mut ids: Vec<NaiveDateTime> =
        [before, after].into_iter().flatten().flat_map(Event::overrides).map(|it| it.0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| before.and_then(|event| event.override_of(*id)) != after.and_then(|event| event.override_of(*id)));
    let expand = |event: Option<&Event>| event.and_then(|event| event.series(&Zone::UTC).ok());
    let (series_before, series_after) = (expand(before), expand(after));
    ids.into_iter()
        .filter_map(|id| {
            let before = before.zip(series_before.as_ref()).and_then(|(event, series)| event.occurrence_in(series, id));
            let after = after.zip(series_after.as_ref()).and_then(|(event, series)| event.occurrence_in(series, id));
            let differences = match (&before, &after) {
                (Some(before), Some(after)) => Differences::between(before, after),
                (None, None) => return None,
                _ => Differences { time: true, place: true, status: true, details: true },
            };
            differences.any().then_some(Changed { id, before, after, differences })
        })
        .collect()
}

/// Who is told what.
fn tellings(
    before: Option<&Event>,
    after: Option<&Event>,
    base: Differences,
    changed: &[Changed],
    me: &[CalendarAddress],
) -> Vec<(CalendarAddress, Telling)> {
    let mut everybody: Vec<CalendarAddress> = Vec::new();
    let occurrences = changed.iter().flat_map(|it| [it.before.as_ref(), it.after.as_ref()]);
    for event in [before, after].into_iter().chain(occurrences).flatten() {
        for (address, _) in invited(event, me) {
            if !everybody.contains(&address) {
                everybody.push(address);
            }
        }
    }
    let mut tellings = Vec::new();
    for who in everybody {
        let (was, is) = (is_invited(before, &who), is_invited(after, &who));
        let mut asked = Vec::new();
        let mut cancelled = Vec::new();
        match (was, is) {
            (false, true) => tellings.push((who.clone(), Telling::Series)),
            (true, true) if base.any() => tellings.push((who.clone(), Telling::Series)),
            _ => {
                if was && !is {
                    tellings.push((who.clone(), Telling::CancelSeries));
                }
                for it in changed {
                    match (is_invited(it.before.as_ref(), &who), is_invited(it.after.as_ref(), &who)) {
                        (_, true) => asked.push(it.id),
                        (true, false) if is => cancelled.push(it.id),
                        (true, false) if !was => cancelled.push(it.id),
                        _ => {}
                    }
                }
                // One who is invited to single occurrences hears what is new in the series, too.
                if !is && base.any() {
                    asked.extend(invited_occurrences(after, &who));
                    asked.sort_unstable();
                    asked.dedup();
                }
            }
        }
        if !asked.is_empty() {
            tellings.push((who.clone(), Telling::Occurrences(asked)));
        }
        if !cancelled.is_empty() {
            tellings.push((who, Telling::CancelOccurrences(cancelled)));
        }
    }
    tellings
}

fn invited_occurrences(event: Option<&Event>, who: &CalendarAddress) -> Vec<NaiveDateTime> {
    let Some((event, series)) = event.and_then(|event| Some((event, event.series(&Zone::UTC).ok()?))) else {
        return Vec::new();
    };
    let mentions = |patch: &Map<String, Value>| patch.keys().any(|pointer| pointer.starts_with("participants"));
    let ids = event.overrides().filter(|(_, patch)| mentions(patch)).map(|(id, _)| id);
    ids.filter(|id| is_invited(event.occurrence_in(&series, *id).as_ref(), who)).collect()
}

/// The sequence, and the answers that are none any more.
fn put_right(
    event: &mut Event,
    before: Option<&Event>,
    base: Differences,
    changed: &[Changed],
    counts: bool,
    me: &[CalendarAddress],
) {
    if let Some(before) = before {
        let sequence = before.sequence() + u64::from(counts);
        if event.sequence() < sequence {
            event.set("sequence", sequence);
        }
    }
    let rescheduled = before.is_some() && (base.time || base.place);
    let known = |id: &str| before.is_some_and(|before| before.participants().any(|participant| participant.id == id));
    let others: Vec<(String, bool)> = invited(event, me).map(|(_, it)| (it.id.to_owned(), known(it.id))).collect();
    if let Some(participants) = event.map_mut().get_mut("participants").and_then(Value::as_object_mut) {
        for (id, known) in &others {
            let Some(participant) = participants.get_mut(id).and_then(Value::as_object_mut) else { continue };
            if !known {
                participant.entry("expectReply").or_insert_with(|| true.into());
            }
            if rescheduled || !participant.contains_key("participationStatus") {
                participant.insert("participationStatus".into(), "needs-action".into());
                participant.remove("participationComment");
            }
        }
    }
    if rescheduled
        && let Some(overrides) = event.map_mut().get_mut("recurrenceOverrides").and_then(Value::as_object_mut)
    {
        for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
            patch.retain(|pointer, _| {
                !(pointer.starts_with("participants/") && pointer.ends_with("/participationStatus"))
            });
        }
        return;
    }
    for it in changed.iter().filter(|it| it.before.is_some() && (it.differences.time || it.differences.place)) {
        let Some(after) = &it.after else { continue };
        let answered: Map<String, Value> = invited(after, me)
            .filter(|(_, participant)| participant.status() != "needs-action")
            .map(|(_, it)| {
                (format!("participants/{}/participationStatus", crate::patch::escape(it.id)), "needs-action".into())
            })
            .collect();
        if let Ok(reset) = event.with_occurrence_patched(it.id, &answered) {
            *event = reset;
        }
    }
}

/// The messages, one for those who are told the same.
fn messages(event: &Event, before: Option<&Event>, tellings: Vec<(CalendarAddress, Telling)>) -> Vec<Message> {
    let Some(organizer) = event.organizer().or_else(|| before?.organizer()) else { return Vec::new() };
    let apart = event.get("hideAttendees").and_then(Value::as_bool) == Some(true);
    let mut groups: Vec<(Telling, Vec<CalendarAddress>)> = Vec::new();
    for (who, telling) in tellings {
        match groups.iter_mut().find(|(known, _)| *known == telling && !apart) {
            Some((_, group)) => group.push(who),
            None => groups.push((telling, vec![who])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(telling, to)| {
            let (method, events) = content(event, before, &telling, &to);
            let message = Message { method, from: organizer.clone(), to, events, comment: None };
            (!message.events.is_empty()).then_some(message)
        })
        .collect()
}

fn content(event: &Event, before: Option<&Event>, telling: &Telling, to: &[CalendarAddress]) -> (Method, Vec<Event>) {
    let recipient = to.first();
    match telling {
        Telling::Series => (Method::Request, vec![for_others(event, recipient)]),
        Telling::Occurrences(ids) => {
            let occurrences = ids.iter().filter_map(|id| event.occurrence(*id));
            let current = occurrences.map(|mut occurrence| {
                for name in ["sequence", "updated"] {
                    if let Some(value) = event.get(name) {
                        occurrence.set(name, value.clone());
                    }
                }
                for_others(&occurrence, recipient)
            });
            (Method::Request, current.collect())
        }
        Telling::CancelSeries => {
            let mut gone = for_others(before.unwrap_or(event), recipient);
            gone.remove("recurrenceOverrides");
            (Method::Cancel, vec![cancelled(gone, event, to)])
        }
        Telling::CancelOccurrences(ids) => {
            let gone = ids.iter().map(|id| {
                let occurrence = before.and_then(|before| before.occurrence(*id));
                let gone = occurrence.unwrap_or_else(|| {
                    let mut plain = event.plain_occurrence(*id);
                    plain.set("recurrenceId", format_local(*id));
                    plain
                });
                cancelled(for_others(&gone, recipient), event, to)
            });
            (Method::Cancel, gone.collect())
        }
    }
}

/// An event as it is cancelled for some: they are the only ones in it, beside its owner.
fn cancelled(mut gone: Event, event: &Event, to: &[CalendarAddress]) -> Event {
    gone.set("status", "cancelled");
    gone.set("sequence", event.sequence());
    let organizer = gone.organizer();
    let kept: Map<String, Value> = gone
        .participants()
        .filter(|it| {
            it.calendar_address().is_some_and(|address| to.contains(&address) || Some(&address) == organizer.as_ref())
        })
        .map(|it| (it.id.to_owned(), json!(it.as_map())))
        .collect();
    gone.set("participants", kept);
    gone
}
