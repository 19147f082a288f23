//! JSCalendar 1.0 (RFC 8984) turned into 2.0, and names of time zones into IANA's.
//!
//! What 2.0 cannot say (several rules) is an error; what it says elsewhere moves there; what it dropped is kept as it
//! is, since nothing is lost by it. Patches of occurrences that touch what belongs to the series are dropped, as both
//! versions say (RFC 8984 §4.3.5).

use serde_json::{Map, Value, json};

use super::occurrence::is_series_only;
use crate::{
    invalid::{Invalid, Problem},
    zone::Zone,
};

/// Renews an event in place.
pub(super) fn renew(map: &mut Map<String, Value>) -> Vec<Invalid> {
    let mut invalid = Vec::new();
    map.entry("@type").or_insert_with(|| "Event".into());
    map.entry("version").or_insert_with(|| "2.0".into());
    invalid.extend(rules(map).err());
    reply_to(map);
    zones(map);
    end_zone(map);
    if let Some(Value::Object(participants)) = map.get_mut("participants") {
        participants.values_mut().filter_map(Value::as_object_mut).for_each(participant);
        delegations(participants);
    }
    if let Some(Value::Object(overrides)) = map.get_mut("recurrenceOverrides") {
        overrides.values_mut().filter_map(Value::as_object_mut).for_each(renew_override);
    }
    invalid
}

fn renew_override(patch: &mut Map<String, Value>) {
    if patch.get("excluded") == Some(&Value::Bool(true)) {
        patch.retain(|name, _| name == "excluded");
        return;
    }
    patch.remove("excluded");
    patch.retain(|pointer, _| !is_series_only(pointer));
    zones(patch);
    for (pointer, value) in patch.iter_mut() {
        let Value::Object(object) = value else { continue };
        match pointer.split('/').collect::<Vec<_>>().as_slice() {
            ["participants"] => object.values_mut().filter_map(Value::as_object_mut).for_each(participant),
            ["participants", _] => participant(object),
            _ => {}
        }
    }
}

/// `recurrenceRules` held a list; one is what everybody ever wrote.
fn rules(map: &mut Map<String, Value>) -> Result<(), Invalid> {
    match map.remove("recurrenceRules") {
        None | Some(Value::Null) => {}
        Some(Value::Array(mut rules)) if rules.len() <= 1 => {
            if let Some(rule) = rules.pop() {
                map.entry("recurrenceRule").or_insert(rule);
            }
        }
        Some(Value::Array(_)) => return Err(Invalid::new("recurrenceRules", Problem::TooMany(1))),
        Some(_) => return Err(Invalid::new("recurrenceRules", Problem::Expected("a list"))),
    }
    match map.remove("excludedRecurrenceRules") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(rules)) if rules.is_empty() => Ok(()),
        Some(_) => Err(Invalid::new("excludedRecurrenceRules", Problem::TooMany(0))),
    }
}

/// `replyTo` and `sendTo` held a map of methods; that of mail is the one that is used.
fn reply_to(map: &mut Map<String, Value>) {
    if let Some(address) = map.remove("replyTo").as_ref().and_then(of_methods) {
        map.entry("organizerCalendarAddress").or_insert(address);
    }
}

fn of_methods(methods: &Value) -> Option<Value> {
    let methods = methods.as_object()?;
    methods.get("imip").or_else(|| methods.values().next()).filter(|address| address.is_string()).cloned()
}

fn participant(map: &mut Map<String, Value>) {
    if let Some(address) = map.remove("sendTo").as_ref().and_then(of_methods) {
        map.entry("calendarAddress").or_insert(address);
    }
    if let Some(Value::Object(roles)) = map.get_mut("roles")
        && roles.remove("attendee").is_some()
        && !roles.contains_key("optional")
        && !roles.contains_key("informational")
    {
        roles.insert("required".into(), true.into());
    }
}

/// Delegates were a set of participants' ids; each is an address now.
fn delegations(participants: &mut Map<String, Value>) {
    let mut addresses = Vec::new();
    for (id, participant) in participants.iter() {
        for name in ["delegatedTo", "delegatedFrom"] {
            let Some(Value::Object(ids)) = participant.get(name) else { continue };
            let address = ids.keys().find_map(|id| participants.get(id)?.get("calendarAddress").cloned());
            addresses.push((id.clone(), name, address));
        }
    }
    for (id, name, address) in addresses {
        let Some(participant) = participants.get_mut(&id).and_then(Value::as_object_mut) else { continue };
        match address {
            Some(address) => _ = participant.insert(name.to_owned(), address),
            None => _ = participant.remove(name),
        }
    }
}

/// A name of Windows' or somebody's own that stands for one of IANA's.
fn zones(map: &mut Map<String, Value>) {
    for name in ["timeZone", "endTimeZone", "recurrenceIdTimeZone"] {
        let Some(Value::String(text)) = map.get_mut(name) else { continue };
        if let Some(Zone::Iana(tz)) = Zone::named(text)
            && text.parse::<chrono_tz::Tz>().is_err()
        {
            *text = tz.name().to_owned();
        }
    }
}

/// The zone of the end was that of a location.
fn end_zone(map: &mut Map<String, Value>) {
    if map.contains_key("endTimeZone") {
        return;
    }
    let Some(Value::Object(locations)) = map.get("locations") else { return };
    let zone = locations.values().find_map(|location| {
        (location.get("relativeTo")? == "end").then(|| location.get("timeZone").filter(|zone| zone.is_string()))?
    });
    if let Some(zone) = zone.cloned() {
        map.insert("endTimeZone".into(), json!(zone));
    }
}
