//! When an event's alerts are due (RFC 8984 §4.5.2, draft-ietf-jmap-calendars §6). Pure: now is an argument.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use scheduling::Event;
use scheduling::date::{Duration, parse_utc};
use scheduling::event::{Occurrence, Series};
use scheduling::zone::Zone;
use serde_json::{Map, Value, json};

/// How far from its event an alert may be: a leap year.
const MOST_DAYS: i64 = 366;
/// Occurrences that are looked at together.
const MAX_OCCURRENCES: usize = 2000;
/// Days that are looked at for the next alert, one stretch after the other.
const STRETCHES: [i64; 3] = [40, 400, 4000];

/// An alert of an event, or of an occurrence of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: DateTime<Utc>,
    /// Which alert.
    pub alert_id: String,
    /// Of which occurrence.
    pub recurrence_id: Option<NaiveDateTime>,
    /// When that begins.
    pub start: DateTime<Utc>,
    /// By mail; else it is shown.
    pub is_email: bool,
}

/// What makes an alert go off.
#[derive(Clone, Copy, Debug)]
enum Trigger {
    At(DateTime<Utc>),
    AfterStart(TimeDelta),
    AfterEnd(TimeDelta),
}

struct Alert {
    id: String,
    trigger: Trigger,
    acknowledged: Option<DateTime<Utc>>,
    is_email: bool,
}

/// An event with the alerts that count: its own, or those of its calendars.
pub struct Alerts<'a> {
    event: &'a Event,
    defaults: &'a Map<String, Value>,
    series: Series,
    base: Vec<Alert>,
    /// An occurrence may have alerts of its own.
    varies: bool,
}

impl<'a> Alerts<'a> {
    /// `defaults` are the alerts of the calendars that the event is in, for events of its kind. `None` if there is
    /// nothing to wait for: no alert, or nothing that takes place.
    pub fn of(event: &'a Event, defaults: &'a Map<String, Value>, floating: &Zone) -> Option<Self> {
        let is_silent = event.is_cancelled() || event.get("isDraft") == Some(&json!(true));
        let base = alerts(event, defaults);
        let touches = |pointer: &str| pointer.starts_with("alerts") || pointer.starts_with("useDefaultAlerts");
        let varies = event.overrides().any(|(_, patch)| patch.keys().any(|pointer| touches(pointer)));
        if is_silent || base.is_empty() && !varies {
            return None;
        }
        Some(Self { event, defaults, series: event.series(floating).ok()?, base, varies })
    }

    /// Those that are due after one instant and not after another, the earliest first.
    pub fn between(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Due> {
        let reach = TimeDelta::days(MOST_DAYS);
        // Only as far as the alerts reach: an hour, mostly.
        let (back, ahead) = if self.varies { (reach, reach) } else { self.reach() };
        let mut due = self.absolute();
        let occurrences = self.series.between(after - ahead, until + back, MAX_OCCURRENCES);
        for occurrence in &occurrences.list {
            self.add(occurrence, &mut due);
        }
        due.retain(|due| due.at > after && due.at <= until);
        due.sort_by(|a, b| (a.at, &a.alert_id).cmp(&(b.at, &b.alert_id)));
        due
    }

    /// When the next is due after an instant.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut from = after;
        for days in STRETCHES {
            let until = after + TimeDelta::days(days);
            if let Some(first) = self.between(from, until).first() {
                return Some(first.at);
            }
            from = until;
        }
        None
    }

    /// How long before the event its alerts are due at most, and how long after its end.
    fn reach(&self) -> (TimeDelta, TimeDelta) {
        let (mut back, mut ahead) = (TimeDelta::zero(), TimeDelta::zero());
        for alert in &self.base {
            if let Trigger::AfterStart(offset) | Trigger::AfterEnd(offset) = alert.trigger {
                back = back.max(-offset);
                ahead = ahead.max(offset);
            }
        }
        (back, ahead + TimeDelta::seconds(1))
    }

    /// Those at an instant: of the event itself, whatever occurrence they are about.
    fn absolute(&self) -> Vec<Due> {
        let at = |alert: &Alert| match alert.trigger {
            Trigger::At(at) => Some(at),
            Trigger::AfterStart(_) | Trigger::AfterEnd(_) => None,
        };
        let open = self.base.iter().filter(|alert| !is_acknowledged(alert, at(alert)));
        open.filter_map(|alert| {
            let at = at(alert)?;
            // Of a series, the occurrence that is next by then.
            let next = self.series.next_after(at);
            let recurrence_id = next.as_ref().and_then(|next| next.recurrence_id);
            let start = next.map_or(at, |next| next.start);
            Some(Due { at, alert_id: alert.id.clone(), recurrence_id, start, is_email: alert.is_email })
        })
        .collect()
    }

    fn add(&self, occurrence: &Occurrence, due: &mut Vec<Due>) {
        let own;
        let mut alerts_of_it = &self.base;
        if occurrence.overridden
            && let Some(id) = occurrence.recurrence_id
        {
            let Some(single) = self.event.occurrence_in(&self.series, id) else { return };
            if single.is_cancelled() {
                return;
            }
            own = alerts(&single, self.defaults);
            alerts_of_it = &own;
        }
        for alert in alerts_of_it {
            let at = match alert.trigger {
                Trigger::At(_) => continue,
                Trigger::AfterStart(offset) => occurrence.start + offset,
                Trigger::AfterEnd(offset) => occurrence.end + offset,
            };
            if !is_acknowledged(alert, Some(at)) {
                due.push(Due {
                    at,
                    alert_id: alert.id.clone(),
                    recurrence_id: occurrence.recurrence_id,
                    start: occurrence.start,
                    is_email: alert.is_email,
                });
            }
        }
    }
}

/// Whoever has seen it need not be told again.
fn is_acknowledged(alert: &Alert, at: Option<DateTime<Utc>>) -> bool {
    match (alert.acknowledged, at) {
        (Some(acknowledged), Some(at)) => acknowledged >= at,
        _ => false,
    }
}

fn alerts(event: &Event, defaults: &Map<String, Value>) -> Vec<Alert> {
    let nothing = Map::new();
    let own = event.get("alerts").and_then(Value::as_object).unwrap_or(&nothing);
    if event.get("useDefaultAlerts") != Some(&json!(true)) {
        return own.iter().filter_map(|(id, alert)| read(id, alert, None)).collect();
    }
    let acknowledged = |id: &String| own.get(id).and_then(|alert| alert.get("acknowledged"));
    let by_default = defaults.iter().filter_map(|(id, alert)| read(id, alert, acknowledged(id)));
    // One that was put off stands for a default one.
    let is_snoozed = |alert: &Value| {
        let related = alert.get("relatedTo").and_then(Value::as_object);
        related.into_iter().flat_map(Map::keys).any(|id| defaults.contains_key(id))
    };
    let snoozed = own.iter().filter(|(_, alert)| is_snoozed(alert)).filter_map(|(id, alert)| read(id, alert, None));
    by_default.chain(snoozed).collect()
}

fn read(id: &str, alert: &Value, acknowledged: Option<&Value>) -> Option<Alert> {
    let trigger = alert.get("trigger")?;
    let trigger = match trigger.get("when").and_then(Value::as_str) {
        Some(when) => Trigger::At(parse_utc(when)?),
        None => {
            let offset: Duration = trigger.get("offset")?.as_str()?.parse().ok()?;
            let most = MOST_DAYS * 86_400;
            let offset = TimeDelta::seconds(offset.nominal_seconds().clamp(-most, most));
            match trigger.get("relativeTo").and_then(Value::as_str) {
                Some("end") => Trigger::AfterEnd(offset),
                _ => Trigger::AfterStart(offset),
            }
        }
    };
    let acknowledged = acknowledged.or_else(|| alert.get("acknowledged")).and_then(Value::as_str).and_then(parse_utc);
    let is_email = alert.get("action").and_then(Value::as_str) == Some("email");
    Some(Alert { id: id.to_owned(), trigger, acknowledged, is_email })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(event: Value, after: &str, until: &str, expect: &[(&str, &str)]) {
        let mut whole = json!({
            "@type": "Event", "uid": "u", "start": "2026-11-24T10:00:00", "duration": "PT1H", "timeZone": "Europe/Berlin",
        });
        for (name, value) in event.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let event = Event::new(whole.as_object().unwrap().clone()).unwrap();
        let defaults = json!({ "d": { "trigger": { "@type": "OffsetTrigger", "offset": "-PT30M" } } });
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let alerts = Alerts::of(&event, defaults.as_object().unwrap(), &Zone::UTC);
        let due = alerts.as_ref().map(|alerts| alerts.between(at(after), at(until))).unwrap_or_default();
        let due: Vec<(String, &str)> =
            due.iter().map(|due| (due.at.format("%dT%H:%M").to_string(), due.alert_id.as_str())).collect();
        let due: Vec<(&str, &str)> = due.iter().map(|(at, id)| (at.as_str(), *id)).collect();
        assert_eq!(due, expect, "{event:?}");
        let next = alerts.and_then(|alerts| alerts.next(at(after))).map(|at| at.format("%dT%H:%M").to_string());
        assert_eq!(next.as_deref(), expect.first().map(|(at, _)| *at));
    }

    fn offset(offset: &str, more: Value) -> Value {
        let mut alert = json!({ "@type": "Alert", "trigger": { "@type": "OffsetTrigger", "offset": offset } });
        for (name, value) in more.as_object().unwrap() {
            alert[name] = value.clone();
        }
        alert
    }

    #[test]
    fn alerts_are_due_around_their_event() {
        let (after, until) = ("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
        let two = json!({ "alerts": { "a": offset("-PT15M", json!({})), "b": offset("PT0S", json!({})) } });
        check(two.clone(), after, until, &[("24T08:45", "a"), ("24T09:00", "b")]);
        check(two.clone(), "2026-11-24T08:45:00Z", until, &[("24T09:00", "b")]);
        check(two, "2026-11-24T09:00:00Z", until, &[]);
        let end =
            json!({ "@type": "Alert", "trigger": { "@type": "OffsetTrigger", "offset": "PT5M", "relativeTo": "end" } });
        check(json!({ "alerts": { "a": end } }), after, until, &[("24T10:05", "a")]);
        check(json!({ "alerts": { "a": offset("-PT15M", json!({})) }, "status": "cancelled" }), after, until, &[]);
        check(json!({}), after, until, &[]);
    }

    #[test]
    fn what_was_seen_is_not_due_again_and_what_was_put_off_is() {
        let (after, until) = ("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
        let seen = json!({ "alerts": { "a": offset("-PT15M", json!({ "acknowledged": "2026-11-24T08:45:01Z" })) } });
        check(seen, after, until, &[]);
        check(json!({ "useDefaultAlerts": true }), after, until, &[("24T08:30", "d")]);
        let snoozed = json!({
            "useDefaultAlerts": true,
            "alerts": {
                "d": offset("-PT30M", json!({ "acknowledged": "2026-11-24T08:31:00Z" })),
                "s": { "@type": "Alert", "trigger": { "@type": "AbsoluteTrigger", "when": "2026-11-24T08:50:00Z" },
                       "relatedTo": { "d": { "@type": "Relation", "relation": { "snooze": true } } } },
                "ignored": offset("-PT1H", json!({})),
            },
        });
        check(snoozed, after, until, &[("24T08:50", "s")]);
    }

    #[test]
    fn each_occurrence_has_its_alert() {
        let daily = json!({
            "recurrenceRule": { "@type": "RecurrenceRule", "frequency": "daily" },
            "alerts": { "a": offset("-PT15M", json!({ "acknowledged": "2026-11-24T08:50:00Z" })) },
            "recurrenceOverrides": {
                "2026-11-25T10:00:00": { "start": "2026-11-25T12:00:00" },
                "2026-11-26T10:00:00": { "excluded": true },
                "2026-11-27T10:00:00": { "alerts": null },
            },
        });
        check(daily, "2026-11-24T00:00:00Z", "2026-11-29T00:00:00Z", &[("25T10:45", "a"), ("28T08:45", "a")]);
    }
}
