//! The components of one UID as one event, and an event as the components that it is written as.
//!
//! What an occurrence's component says is set against what the series says of that occurrence; the difference is the
//! patch. The other way, an occurrence's component is the whole event of that occurrence.

use calcard::{
    common::PartialDateTime,
    icalendar::{ICalendarComponentType, ICalendarEntry, ICalendarParameter, ICalendarProperty, ICalendarValue},
};
use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{
    component::{self, BUSY_STATUS, Component},
    describe,
    entry::{parts, utc_parts},
    jscalendar::{OF_JMAP, Tree, to_component},
    rule,
    times::{self, Form},
};
use crate::{
    date::{format_local, parse_local},
    event::{Event, Kind, SERIES_ONLY},
    patch,
    recurrence::Rule,
    zone::Zone,
};

/// The events that a master and its occurrences make: one if there is a master, else one for each occurrence.
pub(super) fn merge(components: Vec<Component>, lost: &mut Vec<String>) -> Vec<Map<String, Value>> {
    let (mut instances, mut masters): (Vec<_>, Vec<_>) =
        components.into_iter().partition(|component| component.recurrence_id.is_some());
    if masters.is_empty() {
        instances.iter_mut().for_each(Component::stand_alone);
    }
    // Of what is said twice, the later counts.
    masters.sort_by_key(Component::version);
    instances.sort_by_key(Component::version);
    for component in instances.iter_mut().chain(&mut masters) {
        lost.append(&mut component.lost);
        component::fallback_updated(&mut component.map);
    }
    let Some(master) = masters.pop() else {
        return instances.into_iter().map(|instance| instance.map).collect();
    };
    if !masters.is_empty() {
        lost.push("an older version of the same event".into());
    }
    vec![with_occurrences(master, instances, lost)]
}

fn with_occurrences(master: Component, instances: Vec<Component>, lost: &mut Vec<String>) -> Map<String, Value> {
    let mut overrides = Map::new();
    let mut series = Event::stored(master.map.clone());
    let expanded = series.series(&Zone::UTC);
    for (id, length) in &master.extra {
        match length.filter(|length| *length != series.duration()) {
            Some(length) => _ = overrides.insert(format_local(*id), json!({"duration": length.to_string()})),
            // What the rule gives is no extra date.
            None if expanded.as_ref().is_ok_and(|series| series.is_natural(*id)) => {}
            None => _ = overrides.insert(format_local(*id), json!({})),
        }
    }
    for id in &master.excluded {
        overrides.insert(format_local(*id), json!({"excluded": true}));
    }
    let start = series.start().or_else(|| series.due());
    for instance in instances {
        let Some(id) = &instance.recurrence_id else { continue };
        if id.and_future {
            lost.push("that a change was meant for all later occurrences".into());
        }
        let local = master.occurrence_id(id.stamp, &id.zone, start);
        raise_privacy(&mut series, &instance.map);
        let different = difference(&series, local, instance.map);
        if different.is_empty() && expanded.as_ref().is_ok_and(|series| series.is_natural(local)) {
            overrides.remove(&format_local(local));
        } else {
            overrides.insert(format_local(local), different.into());
        }
    }
    if !overrides.is_empty() {
        series.set("recurrenceOverrides", overrides);
    }
    series.into_map()
}

/// What an occurrence says otherwise than its series.
fn difference(series: &Event, id: NaiveDateTime, mut instance: Map<String, Value>) -> Map<String, Value> {
    let mut plain = series.plain_occurrence(id).into_map();
    for name in SERIES_ONLY {
        plain.remove(*name);
        instance.remove(*name);
    }
    // The floating time of an occurrence is in the zone of its series.
    if let (Some(zone), false) = (plain.get("timeZone"), instance.contains_key("timeZone")) {
        instance.insert("timeZone".into(), zone.clone());
    }
    patch::diff(&plain, &instance)
}

/// An occurrence cannot be more secret than its series, so the series is as secret as any of them.
fn raise_privacy(series: &mut Event, instance: &Map<String, Value>) {
    let rank = |privacy: &str| ["public", "private", "secret"].iter().position(|it| *it == privacy).unwrap_or(1);
    let privacy = Event::stored(instance.clone()).privacy().to_owned();
    if rank(&privacy) > rank(series.privacy()) {
        series.set("privacy", privacy);
    }
}

/// The components that an event is written as: its own first, then those of occurrences that differ.
pub(super) fn components(event: &Event) -> Vec<Tree> {
    let form = Form::of(event);
    let id_form = match event.get("recurrenceIdTimeZone").and_then(Value::as_str) {
        Some(name) if event.recurrence_id().is_some() => Form::named(event, name),
        _ => form.clone(),
    };
    let mut trees = Vec::new();
    let mut own = times::write(event, &form);
    own.extend(event.recurrence_id().map(|id| id_form.entry(ICalendarProperty::RecurrenceId, &[id])));
    own.extend(rule_line(event, &form));

    let series = event.series(&Zone::UTC).ok();
    let natural = |id| series.as_ref().is_some_and(|series| series.is_natural(id));
    let (mut excluded, mut extra, mut different) = (Vec::new(), Vec::new(), Vec::new());
    for (id, patch) in event.overrides() {
        if patch.get("excluded") == Some(&Value::Bool(true)) {
            excluded.push(id);
            continue;
        }
        let is_natural = natural(id);
        if !is_natural {
            extra.push(id);
        }
        if !patch.is_empty() {
            different.push(id);
        }
    }
    for (name, mut ids) in [(ICalendarProperty::Rdate, extra), (ICalendarProperty::Exdate, excluded)] {
        if !ids.is_empty() {
            ids.sort_unstable();
            own.push(form.entry(name, &ids));
        }
    }
    trees.extend(tree(event, own));
    different.sort_unstable();
    for id in different {
        let Some(occurrence) = series.as_ref().and_then(|series| event.occurrence_in(series, id)) else { continue };
        // Days have no zone and stay days, unless the occurrence has a time of its own.
        let own_form = Form::of(&occurrence);
        let mut lines = times::write(&occurrence, &own_form);
        lines.push(form.entry(ICalendarProperty::RecurrenceId, &[id]));
        trees.extend(tree(&occurrence, lines));
    }
    trees
}

/// One component: what calcard makes of all but the time, and the lines of the time.
fn tree(event: &Event, own: Vec<ICalendarEntry>) -> Option<Tree> {
    const OF_TIME: &[&str] = &[
        "start",
        "duration",
        "due",
        "timeZone",
        "endTimeZone",
        "timeZones",
        "showWithoutTime",
        "recurrenceRule",
        "recurrenceOverrides",
        "recurrenceId",
        "recurrenceIdTimeZone",
        "version",
    ];
    let mut map = event.as_map().clone();
    map.retain(|name, value| {
        !value.is_null() && !OF_TIME.contains(&name.as_str()) && !OF_JMAP.contains(&name.as_str())
    });
    let unaddressed = unaddressed(&mut map);
    let mut tree = to_component(&map)?;
    tree.component.entries.extend(unaddressed);
    tree.component.component_type = match event.kind() {
        Kind::Event => ICalendarComponentType::VEvent,
        Kind::Task => ICalendarComponentType::VTodo,
    };
    // What Outlook would believe rather than TRANSP.
    if event.free_busy_status() == "free" {
        tree.component.entries.retain(
            |entry| !matches!(&entry.name, ICalendarProperty::Other(name) if name.eq_ignore_ascii_case(BUSY_STATUS)),
        );
    }
    describe::write(&mut tree.component);
    let at =
        tree.component.entries.iter().position(|entry| entry.name == ICalendarProperty::Uid).map_or(0, |at| at + 1);
    tree.component.entries.splice(at..at, own);
    if !tree.component.has_property(&ICalendarProperty::Dtstamp) {
        let stamp = event.created().unwrap_or(chrono::DateTime::UNIX_EPOCH);
        tree.component.add_dtstamp(utc_parts(stamp));
    }
    Some(tree)
}

/// Participants without an address, which are nobody to iCalendar: as JSON (JSPROP).
fn unaddressed(map: &mut Map<String, Value>) -> Vec<ICalendarEntry> {
    let Some(Value::Object(participants)) = map.get_mut("participants") else { return Vec::new() };
    let (addressed, unaddressed): (Map<_, _>, Map<_, _>) = std::mem::take(participants)
        .into_iter()
        .partition(|(_, it)| it.get("calendarAddress").and_then(Value::as_str).is_some_and(|it| !it.is_empty()));
    let line = |pointer: String, value: Value| {
        ICalendarEntry::new(ICalendarProperty::Jsprop)
            .with_param(ICalendarParameter::jsptr(pointer))
            .with_value(value.to_string())
    };
    if addressed.is_empty() {
        map.remove("participants");
        // Without another there is no object for one to be put into.
        return if unaddressed.is_empty() {
            Vec::new()
        } else {
            vec![line("participants".into(), Value::Object(unaddressed))]
        };
    }
    *participants = addressed;
    let each = unaddressed.into_iter();
    each.map(|(id, participant)| line(format!("participants/{}", patch::escape(&id)), participant)).collect()
}

fn rule_line(event: &Event, form: &Form) -> Option<ICalendarEntry> {
    let start = event.start().or_else(|| event.due())?;
    let Some(Ok(rule)) = event.rule() else { return other_calendar(event) };
    let mut value = rule::to_ical(&rule, start);
    value.until = rule.until.map(|until| match form {
        Form::Date => PartialDateTime { hour: None, minute: None, second: None, ..parts(until) },
        Form::Floating => parts(until),
        Form::Utc(zone) | Form::Zoned(zone, _) => utc_parts(zone.to_utc(until)),
    });
    Some(ICalendarEntry::new(ICalendarProperty::Rrule).with_value(ICalendarValue::RecurrenceRule(Box::new(value))))
}

/// A rule in another calendar, which was only kept.
fn other_calendar(event: &Event) -> Option<ICalendarEntry> {
    let mut json = event.get("recurrenceRule")?.clone();
    let scale = json.get("rscale")?.as_str()?.to_ascii_uppercase();
    let months = json.get("byMonth").and_then(Value::as_array).cloned().unwrap_or_default();
    let map = json.as_object_mut()?;
    map.remove("rscale");
    map.remove("byMonth");
    let until = map.remove("until");
    let rule = Rule::from_json(&json).ok()?;
    let mut text = format!("RSCALE={scale};{}", rule.to_string().trim_start_matches("RSCALE=GREGORIAN;"));
    let months: Vec<&str> = months.iter().filter_map(Value::as_str).collect();
    if !months.is_empty() {
        text = format!("{text};BYMONTH={}", months.join(","));
    }
    if let Some(until) = until.as_ref().and_then(Value::as_str).and_then(parse_local) {
        text = format!("{text};UNTIL={}", until.format("%Y%m%dT%H%M%S"));
    }
    Some(ICalendarEntry::new(ICalendarProperty::Rrule).with_value(text))
}
