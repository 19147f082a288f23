//! Whether each property of a calendar is one.

use jmap::calendar::CalendarRights;
use jmap::{Id, SetError};
use scheduling::date::Duration;
use scheduling::zone::Zone;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::Principal;

use super::Calendars;

/// Octets of a name.
const MAX_NAME: usize = 255;
/// Octets of a description.
const MAX_DESCRIPTION: usize = 10_000;
/// Alerts that an event has by default.
const MAX_ALERTS: usize = 20;
/// People and rooms that a calendar is shared with.
const MAX_SHARES: usize = 1000;

impl Calendars {
    pub(super) fn validate(&self, calendar: &Map<String, Value>) -> Result<(), SetError> {
        for (name, value) in calendar {
            let fault = match name.as_str() {
                "name" => wrong_name(value),
                "description" => wrong_text(value, MAX_DESCRIPTION),
                "color" => wrong_colour(value),
                "sortOrder" => {
                    let is_order = value.as_u64().is_some_and(|order| order < 1 << 31);
                    (!is_order).then_some("A number from 0 to 2147483647 is wanted.")
                }
                "isSubscribed" | "isVisible" | "isDefault" => {
                    (!value.is_boolean()).then_some("True or false is wanted.")
                }
                "includeInAvailability" => {
                    let is_known = matches!(value.as_str(), Some("all" | "attending" | "none"));
                    (!is_known).then_some("all, attending or none is wanted.")
                }
                "defaultAlertsWithTime" | "defaultAlertsWithoutTime" => wrong_alerts(value),
                "timeZone" => {
                    let is_zone = value.is_null() || value.as_str().is_some_and(is_zone);
                    (!is_zone).then_some("The name of an IANA time zone or null is wanted.")
                }
                "shareWith" => self.wrong_shares(value),
                _ => Some("There is no such property."),
            };
            if let Some(fault) = fault {
                return Err(SetError::invalid_properties([name.as_str()], fault));
            }
        }
        if calendar.contains_key("name") {
            Ok(())
        } else {
            Err(SetError::invalid_properties(["name"], "A calendar has a name."))
        }
    }

    fn wrong_shares(&self, value: &Value) -> Option<&'static str> {
        let shares = match value {
            Value::Null => return None,
            Value::Object(shares) if shares.len() <= MAX_SHARES => shares,
            _ => return Some("A map from principals to rights, or null, is wanted."),
        };
        let owner = Principal::id_of(&self.access.account);
        for (principal, rights) in shares {
            if principal == owner.as_str() {
                return Some("Whose calendar it is needs no rights.");
            }
            if !self.principals.contains(principal) {
                return Some("There is no such principal.");
            }
            let known = CalendarRights::ALL.named();
            let is_right =
                |(name, value): (&String, &Value)| value.is_boolean() && known.iter().any(|(known, _)| known == name);
            let all = rights.as_object().is_some_and(|rights| rights.iter().all(is_right));
            let Ok(rights) = CalendarRights::deserialize(rights) else { return Some("A map of rights is wanted.") };
            if !all {
                return Some("There is no such right.");
            }
            if rights.may_write_all && !(rights.may_write_own && rights.may_update_private && rights.may_rsvp) {
                return Some("Who may write all may also write their own, update what is private, and answer.");
            }
        }
        None
    }
}

fn is_zone(name: &str) -> bool {
    matches!(Zone::named(name), Some(Zone::Iana(tz)) if tz.name().eq_ignore_ascii_case(name))
}

fn wrong_name(value: &Value) -> Option<&'static str> {
    match value.as_str() {
        Some(name) if !name.trim().is_empty() && name.len() <= MAX_NAME && !name.chars().any(char::is_control) => None,
        Some(_) => Some("A name has 1 to 255 octets, and no control characters."),
        None => Some("A name is a text."),
    }
}

fn wrong_text(value: &Value, max: usize) -> Option<&'static str> {
    let is_text = value.is_null() || value.as_str().is_some_and(|text| text.len() <= max);
    (!is_text).then_some("A text, not too long, or null is wanted.")
}

fn wrong_colour(value: &Value) -> Option<&'static str> {
    let is_colour = |text: &str| match text.strip_prefix('#') {
        Some(digits) => matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
        None => cssparser::color::parse_named_color(&text.to_ascii_lowercase()).is_ok(),
    };
    let is_valid = value.is_null() || value.as_str().is_some_and(is_colour);
    (!is_valid).then_some("The name of a CSS colour, #rrggbb or null is wanted.")
}

fn wrong_alerts(value: &Value) -> Option<&'static str> {
    let alerts = match value {
        Value::Null => return None,
        Value::Object(alerts) if alerts.len() <= MAX_ALERTS => alerts,
        _ => return Some("A map of at most twenty alerts, or null, is wanted."),
    };
    for (id, alert) in alerts {
        if id.parse::<Id>().is_err() {
            return Some("The id of an alert has letters, digits, - and _.");
        }
        let trigger = alert.get("trigger");
        let offset = trigger.and_then(|trigger| trigger.get("offset")?.as_str()?.parse::<Duration>().ok());
        let relative = trigger.and_then(|trigger| trigger.get("relativeTo")).and_then(Value::as_str);
        if offset.is_none() || !matches!(relative, None | Some("start" | "end")) {
            return Some("A default alert has an offset, relative to the start or the end.");
        }
        if !matches!(alert.get("action").and_then(Value::as_str), None | Some("display" | "email")) {
            return Some("The action of an alert is display or email.");
        }
    }
    None
}
