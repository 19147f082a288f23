//! What an organizer's message changes in the calendar of one who takes part (RFC 5546 §3.2.1–3.2.5).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    Change, Message, Outcome, Reason,
    compare::{Differences, OWN, is_own},
    proposal,
};
use crate::{
    date::format_local,
    event::{CalendarAddress, Event},
    patch,
    zone::Zone,
};

/// The organizer's word, from the organizer: of a known event the one it has, whoever passes it on.
fn check(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
) -> Result<(), Reason> {
    let first = message.events.first().ok_or(Reason::Empty)?;
    let organizer = first.organizer();
    if organizer.as_ref().is_some_and(|organizer| me.contains(organizer)) {
        return Err(Reason::OwnEvent);
    }
    let Some(stored) = stored else { return Ok(()) };
    if stored.is_organized_by(me) {
        return Err(Reason::OwnEvent);
    }
    if stored.organizer() != organizer {
        return Err(Reason::NotFromOrganizer);
    }
    let sent_by = first.get("sentBy").and_then(Value::as_str).map(CalendarAddress::new);
    match sender {
        Some(sender) if Some(sender) != organizer.as_ref() && Some(sender) != sent_by.as_ref() => {
            // Somebody passes it on. What he could have changed in it is not believed.
            Err(Reason::NotFromOrganizer)
        }
        _ => Ok(()),
    }
}

/// Whether a component is newer than what is stored of it.
fn check_version(known: &Event, arrived: &Event) -> Result<(), Reason> {
    let (old, new) = ((known.sequence(), known.updated()), (arrived.sequence(), arrived.updated()));
    match new.cmp(&old) {
        std::cmp::Ordering::Less => Err(Reason::Older),
        std::cmp::Ordering::Equal if new.1.is_some() => Err(Reason::Known),
        _ => Ok(()),
    }
}

pub(super) fn receive(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
) -> Result<Outcome, Reason> {
    check(stored, message, sender, me)?;
    let Some(stored) = stored else { return create(message) };
    let (mut event, mut changes) = (stored.clone(), Vec::new());
    let mut ignored = None;
    // The series first, so that occurrences are set against what it is now.
    let mut arrived: Vec<&Event> = message.events.iter().collect();
    arrived.sort_by_key(|event| event.recurrence_id());
    for new in arrived {
        let result = match (new.recurrence_id(), event.recurrence_id()) {
            (Some(id), None) => occurrence(&event, id, new, me),
            (None, _) => series(&event, new, me),
            (Some(id), Some(known)) if id == known => series(&event, new, me),
            (Some(_), Some(_)) => Err(Reason::UnknownOccurrence),
        };
        match result {
            Ok((changed, mut new)) => {
                event = changed;
                changes.append(&mut new);
            }
            Err(reason) => ignored = Some(reason),
        }
    }
    match ignored {
        Some(reason) if event == *stored => Err(reason),
        _ => Ok(Outcome::Update { event, changes }),
    }
}

fn create(message: &Message) -> Result<Outcome, Reason> {
    let events: Vec<Event> = message.events.iter().filter(|event| !event.is_cancelled()).map(arrived).collect();
    if events.is_empty() { Err(Reason::UnknownEvent) } else { Ok(Outcome::Create(events)) }
}

/// An event as it came, without what in it is the organizer's own.
fn arrived(event: &Event) -> Event {
    let mut map = event.as_map().clone();
    map.retain(|name, _| name == "freeBusyStatus" || !OWN.contains(&name.as_str()));
    if let Some(overrides) = map.get_mut("recurrenceOverrides").and_then(Value::as_object_mut) {
        for patch in overrides.values_mut().filter_map(Value::as_object_mut) {
            patch.retain(|pointer, _| !is_own(pointer));
        }
    }
    Event::stored(map)
}

type Changed = Result<(Event, Vec<Change>), Reason>;

/// A series, or an event alone, replaced by what arrived, with what is mine kept.
fn series(known: &Event, new: &Event, me: &[CalendarAddress]) -> Changed {
    check_version(known, new)?;
    let mut event = arrived(new);
    let differences = Differences::between(known, &event);
    keep_own(known, &mut event);
    if !(differences.time || differences.place) {
        keep_answer(known, &mut event, me);
    }
    let event = keep_occurrences(known, event, me);
    let event = Event::new(event.into_map()).map_err(|_| Reason::Invalid)?;
    let mut changes = changes(differences, None);
    if changes.is_empty() && known.get("recurrenceOverrides") != event.get("recurrenceOverrides") {
        changes.push(Change::Details(None));
    }
    Ok((event, changes))
}

/// One occurrence of a series that is known.
fn occurrence(known: &Event, id: NaiveDateTime, new: &Event, me: &[CalendarAddress]) -> Changed {
    let was = known.occurrence(id);
    if let Some(was) = &was {
        check_version(was, new)?;
    } else if new.sequence() < known.sequence() {
        return Err(Reason::Older);
    }
    let mut event = arrived(new);
    let differences = match &was {
        Some(was) => Differences::between(was, &event),
        None => Differences { time: true, ..Differences::default() },
    };
    keep_own(was.as_ref().unwrap_or(known), &mut event);
    if let Some(was) = &was
        && !(differences.time || differences.place)
    {
        keep_answer(was, &mut event, me);
    }
    let event = known.with_occurrence(id, &event).map_err(|_| Reason::Invalid)?;
    let changes = if was.is_some() { changes(differences, Some(id)) } else { vec![Change::Added(id)] };
    Ok((event, changes))
}

fn changes(differences: Differences, id: Option<NaiveDateTime>) -> Vec<Change> {
    let mut changes = Vec::new();
    if differences.time {
        changes.push(Change::Time(id));
    }
    if differences.place {
        changes.push(Change::Place(id));
    }
    if changes.is_empty() && (differences.details || differences.status) {
        changes.push(Change::Details(id));
    }
    changes
}

/// What is mine stays mine.
fn keep_own(known: &Event, event: &mut Event) {
    for name in OWN {
        if let Some(value) = known.get(name) {
            event.set(name, value.clone());
        }
    }
}

/// My answer still counts, unless the organizer says that I have given another.
fn keep_answer(known: &Event, event: &mut Event, me: &[CalendarAddress]) {
    let Some(mine) = known.participant_of(me).filter(|it| it.status() != "needs-action") else { return };
    let Some(theirs) = event.participant_of(me) else { return };
    if theirs.status() != "needs-action" && theirs.status() != mine.status() {
        return;
    }
    let (id, kept) = (theirs.id.to_owned(), mine.as_map().clone());
    let participants = event.map_mut().get_mut("participants").and_then(Value::as_object_mut);
    if let Some(participant) = participants.and_then(|it| it.get_mut(&id)).and_then(Value::as_object_mut) {
        for name in ["participationStatus", "participationComment", "scheduleSequence", "scheduleUpdated"] {
            if let Some(value) = kept.get(name) {
                participant.insert(name.to_owned(), value.clone());
            }
        }
    }
}

/// Occurrences that are when they were keep my answer to them, and what is mine in them; one that I have taken out of my
/// calendar stays out.
fn keep_occurrences(known: &Event, mut event: Event, me: &[CalendarAddress]) -> Event {
    let (Ok(before), Ok(after)) = (known.series(&Zone::UTC), event.series(&Zone::UTC)) else { return event };
    let overrides: Vec<(NaiveDateTime, Map<String, Value>)> =
        known.overrides().map(|(id, it)| (id, it.clone())).collect();
    let mut kept = match event.remove("recurrenceOverrides") {
        Some(Value::Object(kept)) => kept,
        _ => Map::new(),
    };
    let base = Event::stored(event.as_map().clone());
    for (id, mine) in overrides {
        if !after.contains(id) {
            continue;
        }
        let key = format_local(id);
        if mine.get("excluded") == Some(&Value::Bool(true)) {
            // Out by my own wish: the organizer has the occurrence where the series has it.
            if !kept.contains_key(&key) && after.is_natural(id) {
                kept.insert(key, json!({"excluded": true}));
            }
            continue;
        }
        let (Some(was), Some(is)) = (known.occurrence_in(&before, id), {
            let mut whole = base.clone();
            if !kept.is_empty() {
                whole.set("recurrenceOverrides", kept.clone());
            }
            whole.occurrence_in(&after, id)
        }) else {
            continue;
        };
        let same = !Differences::between(&was, &is).needs_answer();
        let mut patch: Map<String, Value> = mine.into_iter().filter(|(pointer, _)| is_own(pointer)).collect();
        let (my_old, my_new) = (was.participant_of(me), is.participant_of(me));
        if let (true, Some(old), Some(new)) = (same, my_old, my_new)
            && old.status() != "needs-action"
            && new.status() != old.status()
        {
            patch.insert(format!("participants/{}/participationStatus", patch::escape(new.id)), old.status().into());
        }
        if patch.is_empty() {
            continue;
        }
        let entry = kept.entry(key).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.extend(patch);
        }
    }
    if !kept.is_empty() {
        event.set("recurrenceOverrides", kept);
    }
    event
}

/// The event does not take place, or I am not invited any more. It stays, cancelled, until its owner takes it away.
pub(super) fn cancel(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
) -> Result<Outcome, Reason> {
    check(stored, message, sender, me)?;
    let stored = stored.ok_or(Reason::UnknownEvent)?;
    let (mut event, mut changes) = (stored.clone(), Vec::new());
    for gone in &message.events {
        if gone.sequence() < event.sequence() {
            return Err(Reason::Older);
        }
        let versions: Map<String, Value> = ["sequence", "updated"]
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), gone.get(name)?.clone())))
            .chain([("status".to_owned(), "cancelled".into())])
            .collect();
        match (gone.recurrence_id(), event.recurrence_id()) {
            (Some(id), None) => {
                if event.occurrence(id).ok_or(Reason::UnknownOccurrence)?.is_cancelled() {
                    return Err(Reason::Known);
                }
                event = event.with_occurrence_patched(id, &versions).map_err(|_| Reason::Invalid)?;
                changes.push(Change::Cancelled(Some(id)));
            }
            (id, known) if id.is_none() || id == known => {
                if event.is_cancelled() {
                    return Err(Reason::Known);
                }
                event = event.patched(&versions).map_err(|_| Reason::Invalid)?;
                changes.push(Change::Cancelled(None));
            }
            _ => return Err(Reason::UnknownOccurrence),
        }
    }
    Ok(Outcome::Update { event, changes })
}

/// More occurrences. Where the series is not known, the organizer is asked for it (RFC 5546 §3.2.4).
pub(super) fn add(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
    now: DateTime<Utc>,
) -> Result<Outcome, Reason> {
    check(stored, message, sender, me)?;
    let first = message.events.first().ok_or(Reason::Empty)?;
    let Some(stored) = stored.filter(|stored| stored.recurrence_id().is_none()) else {
        return proposal::refresh(first, me, now).map(Outcome::Ask).ok_or(Reason::UnknownEvent);
    };
    let (mut event, mut changes) = (stored.clone(), Vec::new());
    for new in &message.events {
        if new.sequence() < event.sequence() {
            return Err(Reason::Older);
        }
        let id = new.recurrence_id().or_else(|| new.start()).ok_or(Reason::Invalid)?;
        if event.has_occurrence(id) {
            return Err(Reason::Known);
        }
        let mut whole = event.clone();
        // There has to be a series for it to be an occurrence of.
        let added = arrived(new);
        let overrides = whole.map_mut().entry("recurrenceOverrides").or_insert_with(|| json!({}));
        if let Some(overrides) = overrides.as_object_mut() {
            overrides.insert(format_local(id), json!({}));
        }
        event = whole.with_occurrence(id, &added).map_err(|_| Reason::Invalid)?;
        event.set("sequence", new.sequence());
        changes.push(Change::Added(id));
    }
    Ok(Outcome::Update { event, changes })
}

pub(super) fn counter_declined(
    stored: Option<&Event>,
    message: &Message,
    sender: Option<&CalendarAddress>,
    me: &[CalendarAddress],
) -> Result<Outcome, Reason> {
    check(stored, message, sender, me)?;
    stored.ok_or(Reason::UnknownEvent)?;
    let recurrence_id = message.events.first().and_then(Event::recurrence_id);
    Ok(Outcome::CounterDeclined { recurrence_id, comment: message.comment.clone() })
}
