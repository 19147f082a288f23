//! One VEVENT or VTODO as JSON, with what it says of occurrences beside it.

use calcard::icalendar::{
    ICalendar, ICalendarEntry, ICalendarParameterName, ICalendarProperty, ICalendarTransparency, ICalendarValue,
};
use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{
    describe,
    entry::{Stamp, first_stamp, other, property, stamp, text, utc_value},
    jscalendar::{Tree, to_json},
    rule,
    times::{self, Times},
    zones::{Named, Zones},
};
use crate::date::{Duration, format_local, format_utc};

/// A component that was read.
#[derive(Debug)]
pub(super) struct Component {
    /// Without `recurrenceId` and `recurrenceOverrides`.
    pub(super) map: Map<String, Value>,
    pub(super) zone: Named,
    pub(super) all_day: bool,
    pub(super) recurrence_id: Option<Id>,
    pub(super) excluded: Vec<NaiveDateTime>,
    /// Extra occurrences, some with a duration of their own.
    pub(super) extra: Vec<(NaiveDateTime, Option<Duration>)>,
    /// What could not be kept, as sentences.
    pub(super) lost: Vec<String>,
}

/// The RECURRENCE-ID of a component.
#[derive(Debug, Clone)]
pub(super) struct Id {
    pub(super) stamp: Stamp,
    pub(super) zone: Named,
    /// It stands for all that follow, too.
    pub(super) and_future: bool,
}

/// Property lines that are read here; the rest is calcard's.
const OWN: &[ICalendarProperty] = &[
    ICalendarProperty::Dtstart,
    ICalendarProperty::Dtend,
    ICalendarProperty::Due,
    ICalendarProperty::Duration,
    ICalendarProperty::Rrule,
    ICalendarProperty::Rdate,
    ICalendarProperty::Exdate,
    ICalendarProperty::RecurrenceId,
    ICalendarProperty::ShowWithoutTime,
];

/// Exchange's word for events whose days count and not their times.
pub(super) const ALL_DAY: &str = "X-MICROSOFT-CDO-ALLDAYEVENT";
/// Exchange's word for how busy one is.
pub(super) const BUSY_STATUS: &str = "X-MICROSOFT-CDO-BUSYSTATUS";

/// Reads the component of that number. In a message that need not say when (an answer, a cancellation), one that does
/// not is at its RECURRENCE-ID, or at the beginning of time.
pub(super) fn read(
    calendar: &ICalendar,
    number: u32,
    zones: &Zones,
    may_lack_start: bool,
) -> Result<Component, String> {
    let mut tree = Tree::of(calendar, number).ok_or("it has too many components in it")?;
    let (mut own, rest): (Vec<ICalendarEntry>, Vec<ICalendarEntry>) =
        std::mem::take(&mut tree.component.entries).into_iter().partition(|entry| OWN.contains(&entry.name));
    if may_lack_start && line(&own, &ICalendarProperty::Dtstart).is_none() {
        let start = line(&own, &ICalendarProperty::RecurrenceId).cloned();
        let mut start = start.unwrap_or_else(|| {
            ICalendarEntry::new(ICalendarProperty::Dtstart).with_value(utc_value(chrono::DateTime::UNIX_EPOCH))
        });
        start.name = ICalendarProperty::Dtstart;
        own.push(start);
    }
    let is_task = tree.component.component_type.is_todo();
    tree.component.entries = rest;
    // A line without a value says nothing.
    tree.component.entries.retain(|entry| !entry.values.is_empty());
    let busy_status = other(&tree.component, BUSY_STATUS);
    let free = match property(&tree.component, &ICalendarProperty::Transp).and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Transparency(transparency)) => *transparency == ICalendarTransparency::Transparent,
        _ => busy_status.is_some_and(|it| it.eq_ignore_ascii_case("FREE")),
    };
    let says_all_day = other(&tree.component, ALL_DAY).is_some_and(is_true)
        || line(&own, &ICalendarProperty::ShowWithoutTime).and_then(text).is_some_and(is_true)
        || line(&own, &ICalendarProperty::ShowWithoutTime)
            .is_some_and(|it| it.values == [ICalendarValue::Boolean(true)]);
    // What is understood is said once, in JSCalendar; kept beside that it would contradict a later change.
    tree.component.entries.retain(|entry| match &entry.name {
        ICalendarProperty::Other(name) => {
            !(says_all_day && name.eq_ignore_ascii_case(ALL_DAY) || free && name.eq_ignore_ascii_case(BUSY_STATUS))
        }
        _ => true,
    });
    let is_completed = is_task && property(&tree.component, &ICalendarProperty::Completed).is_some();

    describe::read(&mut tree.component);
    let mut map = to_json(tree).ok_or("it cannot be read")?;
    let mut lost = Vec::new();
    let Times { zone, start, all_day } = times::read(&own, is_task, zones, &mut map, &mut lost)?;
    if all_day || says_all_day {
        map.insert("showWithoutTime".into(), true.into());
    }
    if free {
        map.insert("freeBusyStatus".into(), "free".into());
    }
    if is_completed {
        map.entry("progress").or_insert_with(|| "completed".into());
    }
    roles(&mut map);
    map.remove("method");

    let recurrence_id = match line(&own, &ICalendarProperty::RecurrenceId) {
        None => None,
        Some(entry) => {
            let stamp = first_stamp(entry).ok_or("its RECURRENCE-ID is no date")?;
            let zone = zones.of_entry(entry, stamp.is_utc).unwrap_or_else(|_| zone.clone());
            Some(Id { stamp, zone, and_future: entry.has_parameter(&ICalendarParameterName::Range) })
        }
    };
    let mut component = Component { map, zone, all_day, recurrence_id, excluded: Vec::new(), extra: Vec::new(), lost };
    component.read_rules(&own, start);
    component.read_dates(&own, zones, start);
    Ok(component)
}

/// Roles that are nearly those of RFC 5545.
fn roles(map: &mut Map<String, Value>) {
    let participants = map.get_mut("participants").and_then(Value::as_object_mut).into_iter().flatten();
    for roles in participants.filter_map(|(_, participant)| participant.get_mut("roles")?.as_object_mut()) {
        let odd: Vec<String> =
            roles.keys().filter(|role| role.to_lowercase().ends_with("participant")).cloned().collect();
        for role in odd {
            roles.remove(&role);
            let meant = match role.to_lowercase().chars().next() {
                Some('o') => "optional",
                Some('n') => "informational",
                _ => "required",
            };
            roles.insert(meant.to_owned(), true.into());
        }
    }
}

fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("TRUE")
}

pub(super) fn line<'a>(entries: &'a [ICalendarEntry], name: &ICalendarProperty) -> Option<&'a ICalendarEntry> {
    entries.iter().find(|entry| entry.name == *name)
}

impl Component {
    fn read_rules(&mut self, own: &[ICalendarEntry], start: Option<NaiveDateTime>) {
        let mut rules = own.iter().filter(|entry| entry.name == ICalendarProperty::Rrule).flat_map(|it| &it.values);
        match rules.next() {
            None => {}
            Some(ICalendarValue::RecurrenceRule(value)) => {
                let (mut rule, until) = rule::from_ical(value);
                rule.until = until.map(|until| self.in_zone(until));
                if start.is_none() {
                    self.lost.push("a recurrence rule without a start".into());
                } else {
                    self.map.insert("recurrenceRule".into(), rule::json(value, &rule));
                }
            }
            Some(_) => self.lost.push("a recurrence rule that is none".into()),
        }
        if rules.next().is_some() {
            self.lost.push("all recurrence rules but the first".into());
        }
    }

    /// A time of the rule's end, by the clock of the event's zone.
    fn in_zone(&self, stamp: Stamp) -> NaiveDateTime {
        if self.all_day {
            stamp.local.date().and_time(chrono::NaiveTime::MIN)
        } else if !stamp.has_time {
            // The whole of that day.
            stamp.local + chrono::TimeDelta::seconds(86_399)
        } else if stamp.is_utc {
            self.zone.zone.to_local(stamp.local.and_utc())
        } else {
            stamp.local
        }
    }

    fn read_dates(&mut self, own: &[ICalendarEntry], zones: &Zones, start: Option<NaiveDateTime>) {
        for entry in own {
            let is_extra = match entry.name {
                ICalendarProperty::Rdate => true,
                ICalendarProperty::Exdate => false,
                _ => continue,
            };
            for value in &entry.values {
                let (stamp, length) = match value {
                    ICalendarValue::Period(period) => times::period(period),
                    value => (value.as_partial_date_time().and_then(stamp), None),
                };
                let Some(stamp) = stamp else {
                    self.lost.push("an occurrence's date that is none".into());
                    continue;
                };
                let zone = zones.of_entry(entry, stamp.is_utc).unwrap_or_else(|_| self.zone.clone());
                let local = self.occurrence_id(stamp, &zone, start);
                if is_extra { self.extra.push((local, length)) } else { self.excluded.push(local) }
            }
        }
    }

    /// Which occurrence of this series a time names: by the clock of the series' zone. A day without a time is the
    /// occurrence of that day.
    pub(super) fn occurrence_id(&self, stamp: Stamp, zone: &Named, start: Option<NaiveDateTime>) -> NaiveDateTime {
        if !stamp.has_time && !self.all_day {
            let time = start.map(|start| start.time()).unwrap_or_default();
            stamp.local.date().and_time(time)
        } else if self.all_day && self.zone.name.is_none() {
            stamp.local.date().and_time(chrono::NaiveTime::MIN)
        } else if zone.name.is_none() || zone.name == self.zone.name {
            stamp.local
        } else {
            self.zone.zone.to_local(zone.zone.to_utc(stamp.local))
        }
    }

    /// The local time that its own zone shows, for one that stands alone.
    pub(super) fn stand_alone(&mut self) {
        let Some(id) = self.recurrence_id.clone() else { return };
        if self.map.remove("recurrenceRule").is_some() {
            self.lost.push("a recurrence rule of what is one occurrence".into());
        }
        self.map.insert("recurrenceId".into(), format_local(id.stamp.local).into());
        if let Some(name) = &id.zone.name {
            self.map.insert("recurrenceIdTimeZone".into(), name.clone().into());
            if let Some(definition) = &id.zone.definition {
                define(&mut self.map, name, definition);
            }
        }
    }

    /// What orders two components of one occurrence: the later is true (RFC 5546 §2.1.5).
    pub(super) fn version(&self) -> (u64, String) {
        let sequence = self.map.get("sequence").and_then(Value::as_u64).unwrap_or(0);
        let updated = self.map.get("updated").and_then(Value::as_str).unwrap_or_default();
        (sequence, updated.to_owned())
    }
}

/// Adds the definition of a zone to an event.
pub(super) fn define(map: &mut Map<String, Value>, name: &str, definition: &Value) {
    let zones = map.entry("timeZones").or_insert_with(|| json!({}));
    if let Some(zones) = zones.as_object_mut() {
        zones.insert(name.to_owned(), definition.clone());
    }
}

/// The DTSTAMP of one that has none is needed nowhere; it is when the file was read that counts there.
pub(super) fn fallback_updated(map: &mut Map<String, Value>) {
    if !map.contains_key("updated")
        && let Some(created) = map.get("created").cloned()
    {
        map.insert("updated".into(), created);
    }
    map.entry("updated").or_insert_with(|| format_utc(chrono::DateTime::UNIX_EPOCH).into());
}
