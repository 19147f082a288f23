//! The zones of a file: what its TZIDs mean, and the VTIMEZONEs of what is written.

use std::collections::HashMap;

use calcard::{
    common::timezone::Tz,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarProperty, ICalendarValue,
    },
};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::{
    entry::{first_stamp, local_value, property, stamp, text, tzid},
    rule,
};
use crate::{
    date::{format_local, parse_local},
    recurrence::Rule,
    zone::{Definition, Zone},
};

/// Definitions of a file that are looked at.
const MOST: usize = 2_000;

/// A zone as events name it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// The `timeZone` of the event. None: floating.
    pub(super) name: Option<String>,
    pub(super) zone: Zone,
    /// The event's `timeZones` entry, when only a definition knows it.
    pub(super) definition: Option<Value>,
}

impl Named {
    pub(super) fn floating() -> Self {
        Self { name: None, zone: Zone::Floating, definition: None }
    }

    pub(super) fn utc() -> Self {
        Self::known(Zone::UTC, "Etc/UTC")
    }

    fn known(zone: Zone, name: &str) -> Self {
        Self { name: Some(name.to_owned()), zone, definition: None }
    }
}

/// What the TZIDs of a file mean.
#[derive(Debug, Default)]
pub(super) struct Zones {
    defined: HashMap<String, Named>,
}

impl Zones {
    pub(super) fn of(calendar: &ICalendar) -> Self {
        let mut defined = HashMap::new();
        for component in calendar.timezones().take(MOST) {
            let Some(id) = property(component, &ICalendarProperty::Tzid).and_then(text) else { continue };
            if defined.contains_key(id) {
                continue;
            }
            // What a definition says of itself: X-LIC-LOCATION, the numbers of Microsoft.
            let said = || match component.timezone() {
                Some((_, Tz::Tz(tz))) => Some(Zone::Iana(tz)),
                _ => None,
            };
            let named = match Zone::named(id).or_else(said) {
                Some(Zone::Iana(tz)) => Named::known(Zone::Iana(tz), tz.name()),
                Some(Zone::Custom(_) | Zone::Floating) | None => match custom(calendar, component, id) {
                    Some(named) => named,
                    None => continue,
                },
            };
            defined.insert(id.to_owned(), named);
        }
        Self { defined }
    }

    /// The zone of a line's times, the first of which is given. Err: the name that nobody knows.
    pub(super) fn of_entry(&self, entry: &ICalendarEntry, is_utc: bool) -> Result<Named, String> {
        match tzid(entry) {
            _ if is_utc => Ok(Named::utc()),
            None => Ok(Named::floating()),
            Some(id) => self.named(id).ok_or_else(|| id.to_owned()),
        }
    }

    fn named(&self, id: &str) -> Option<Named> {
        if let Some(named) = self.defined.get(id) {
            return Some(named.clone());
        }
        match Zone::named(id)? {
            Zone::Iana(tz) => Some(Named::known(Zone::Iana(tz), tz.name())),
            zone @ Zone::Custom(_) => Some(Named::known(zone, id)),
            Zone::Floating => None,
        }
    }
}

/// A zone that only its definition knows. Its id begins with a slash (RFC 8984 §4.7.2).
fn custom(calendar: &ICalendar, component: &ICalendarComponent, id: &str) -> Option<Named> {
    let rules = |kind: &ICalendarComponentType| -> Vec<Value> {
        let observances = component.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
        observances.filter(|observance| observance.component_type == *kind).filter_map(observance).collect()
    };
    let definition = json!({
        "@type": "TimeZone",
        "tzId": id,
        "standard": rules(&ICalendarComponentType::Standard),
        "daylight": rules(&ICalendarComponentType::Daylight),
    });
    let name = if id.starts_with('/') { id.to_owned() } else { format!("/{id}") };
    let zone = Definition::from_json(&name, definition.as_object()?).ok()?;
    Some(Named { zone: Zone::Custom(zone.into()), name: Some(name), definition: Some(definition) })
}

fn observance(component: &ICalendarComponent) -> Option<Value> {
    let start = first_stamp(property(component, &ICalendarProperty::Dtstart)?)?.local;
    let offset = |name| property(component, name).and_then(offset_text);
    let (from, to) = (offset(&ICalendarProperty::Tzoffsetfrom)?, offset(&ICalendarProperty::Tzoffsetto)?);
    let mut rule = Map::new();
    rule.insert("@type".into(), "TimeZoneRule".into());
    rule.insert("start".into(), format_local(start).into());
    rule.insert("offsetFrom".into(), format_offset(from).into());
    rule.insert("offsetTo".into(), format_offset(to).into());
    if let Some(ICalendarValue::RecurrenceRule(value)) =
        property(component, &ICalendarProperty::Rrule).and_then(|entry| entry.values.first())
    {
        let (mut recurrence, until) = rule::from_ical(value);
        // The end is an instant, as the clock before the change shows it.
        recurrence.until = until.map(|until| match until.is_utc {
            true => until.local + TimeDelta::seconds(i64::from(from)),
            false => until.local,
        });
        rule.insert("recurrenceRules".into(), json!([recurrence.to_json()]));
    }
    let dates = component.entries.iter().filter(|entry| entry.name == ICalendarProperty::Rdate);
    let dates: Map<String, Value> = dates
        .flat_map(|entry| &entry.values)
        .filter_map(|value| stamp(value.as_partial_date_time()?))
        .map(|date| (format_local(date.local), json!({})))
        .collect();
    if !dates.is_empty() {
        rule.insert("recurrenceOverrides".into(), dates.into());
    }
    if let Some(name) = property(component, &ICalendarProperty::Tzname).and_then(text) {
        rule.insert("names".into(), json!({name: true}));
    }
    Some(rule.into())
}

/// `+0100`, `-033015`, or what calcard has read of it.
fn offset_text(entry: &ICalendarEntry) -> Option<i32> {
    match entry.values.first()? {
        ICalendarValue::PartialDateTime(value) => {
            let seconds = i32::from(value.tz_hour?) * 3600
                + i32::from(value.tz_minute.unwrap_or(0)) * 60
                + i32::from(value.second.unwrap_or(0));
            Some(if value.tz_minus { -seconds } else { seconds })
        }
        other => {
            let text = other.as_text()?;
            let sign = if text.starts_with('-') { -1 } else { 1 };
            let digits = text.trim_start_matches(['+', '-']);
            let part = |at: usize| digits.get(at..at + 2).and_then(|part| part.parse::<i32>().ok());
            Some(sign * (part(0)? * 3600 + part(2)? * 60 + part(4).unwrap_or(0)))
        }
    }
}

fn format_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let text = format!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 == 0 { text } else { format!("{text}:{:02}", seconds % 60) }
}

/// Adds the VTIMEZONE that a definition of RFC 8984's says, under the id that it had in iCalendar.
pub(super) fn add_custom(calendar: &mut ICalendar, id: &str, definition: &Value) {
    let mut component = ICalendarComponent::new(ICalendarComponentType::VTimezone);
    component.add_property(ICalendarProperty::Tzid, id.to_owned());
    for (kind, component_type) in
        [("standard", ICalendarComponentType::Standard), ("daylight", ICalendarComponentType::Daylight)]
    {
        for rule in definition.get(kind).and_then(Value::as_array).into_iter().flatten() {
            if let Some(observance) = to_observance(rule, component_type.clone()) {
                component.component_ids.push(calendar.push_component(observance));
            }
        }
    }
    let added = calendar.push_component(component);
    if let Some(root) = calendar.components.first_mut() {
        root.component_ids.insert(0, added);
    }
}

fn to_observance(rule: &Value, component_type: ICalendarComponentType) -> Option<ICalendarComponent> {
    let text = |name: &str| rule.get(name).and_then(Value::as_str);
    let start = parse_local(text("start")?)?;
    let plain = |offset: &str| offset.replace(':', "");
    let mut component = ICalendarComponent::new(component_type);
    component.entries.push(ICalendarEntry::new(ICalendarProperty::Dtstart).with_value(local_value(start)));
    for (name, property) in
        [("offsetFrom", ICalendarProperty::Tzoffsetfrom), ("offsetTo", ICalendarProperty::Tzoffsetto)]
    {
        component.add_property(property, plain(text(name)?));
    }
    if let Some(name) = rule.get("names").and_then(Value::as_object).and_then(|names| names.keys().next()) {
        component.add_property(ICalendarProperty::Tzname, name.clone());
    }
    let recurrence = rule.get("recurrenceRule").or_else(|| rule.get("recurrenceRules")?.get(0));
    if let Some(Ok(recurrence)) = recurrence.map(Rule::from_json) {
        let mut value = rule::to_ical(&recurrence, start);
        // UNTIL is in UTC here, whatever DTSTART is (RFC 5545 §3.6.5).
        let offset = plain(text("offsetFrom")?);
        let offset = offset_text(&ICalendarEntry::new(ICalendarProperty::Tzoffsetfrom).with_value(offset))?;
        value.until = recurrence
            .until
            .map(|until| super::entry::utc_parts((until - TimeDelta::seconds(i64::from(offset))).and_utc()));
        component.add_property(ICalendarProperty::Rrule, ICalendarValue::RecurrenceRule(Box::new(value)));
    }
    let dates: Vec<ICalendarValue> = rule
        .get("recurrenceOverrides")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
        .filter_map(|date| parse_local(date).map(local_value))
        .collect();
    if !dates.is_empty() {
        component.entries.push(ICalendarEntry::new(ICalendarProperty::Rdate).with_values(dates));
    }
    Some(component)
}
