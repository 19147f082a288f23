//! A calendar event as views see it: one occurrence, with its place in time worked out.
//!
//! The wire's form is a JSCalendar 2.0 map with what JMAP adds (draft-ietf-jmap-calendars §5). Zones are the caller's:
//! [`Event::read`] is given a function that knows when a local time is.

use std::collections::BTreeSet;
use std::sync::Arc;

use jmap::Id;
use mirror::Properties;
use serde_json::Value;

/// What the grid and the form need of an event.
pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "baseEventId",
    "calendarIds",
    "isDraft",
    "isOrigin",
    "uid",
    "title",
    "description",
    "descriptionContentType",
    "start",
    "duration",
    "timeZone",
    "showWithoutTime",
    "status",
    "freeBusyStatus",
    "privacy",
    "recurrenceId",
    "recurrenceIdTimeZone",
    "recurrenceRule",
    "recurrenceOverrides",
    "locations",
    "virtualLocations",
    "participants",
    "organizerCalendarAddress",
    "keywords",
    "color",
    "alerts",
    "useDefaultAlerts",
    "links",
    "sequence",
];

/// Milliseconds since 1970, UTC.
pub type Millis = f64;

/// When a local time (`2026-11-25T10:00:00`) in a zone (`None`: wherever one is) is.
pub type Instant<'a> = &'a dyn Fn(&str, Option<&str>) -> Millis;

/// What is certain about an event (JSCalendar `status`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventStatus {
    /// It takes place.
    #[default]
    Confirmed,
    /// It does not take place.
    Cancelled,
    /// It may take place.
    Tentative,
}

/// What others see of one's time meanwhile (JSCalendar `freeBusyStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FreeBusy {
    /// Taken.
    #[default]
    Busy,
    /// Not taken.
    Free,
    /// Perhaps taken.
    Tentative,
    /// Out of office.
    Unavailable,
}

/// What a guest has answered (JSCalendar `participationStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Participation {
    /// Nothing yet.
    #[default]
    NeedsAction,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Maybe.
    Tentative,
    /// Somebody else comes.
    Delegated,
}

impl Participation {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeedsAction => "needs-action",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Tentative => "tentative",
            Self::Delegated => "delegated",
        }
    }

    /// From its name on the wire; what is not known counts as no answer.
    pub fn of(name: &str) -> Self {
        match name {
            "accepted" => Self::Accepted,
            "declined" => Self::Declined,
            "tentative" => Self::Tentative,
            "delegated" => Self::Delegated,
            _ => Self::NeedsAction,
        }
    }
}

/// A participant: a person, a room, equipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Guest {
    /// Its key in `participants`.
    pub key: String,
    /// May be empty.
    pub name: String,
    /// The mail address, without `mailto:`.
    pub address: String,
    /// `individual`, `group`, `location`, `resource`.
    pub kind: String,
    /// Who set it up.
    pub is_owner: bool,
    /// Comes if free.
    pub is_optional: bool,
    /// What was answered.
    pub participation: Participation,
    /// Said with the answer.
    pub comment: Option<String>,
}

/// One occurrence of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id: of an occurrence a synthetic one, that changes only this occurrence.
    pub id: Id,
    /// The series, if it is an occurrence of one.
    pub base: Option<Id>,
    /// Which of the series: the local start that the rule gives.
    pub recurrence_id: Option<String>,
    /// In which calendars; most often one.
    pub calendar_ids: BTreeSet<Id>,
    /// May be empty.
    pub title: String,
    /// When it begins; of a day without times: local midnight.
    pub start: Millis,
    /// When it ends, not included.
    pub end: Millis,
    /// Days without times (`showWithoutTime`).
    pub all_day: bool,
    /// As the wire has it: `2026-11-25T10:00:00`, in [`time_zone`](Self::time_zone).
    pub local_start: String,
    /// As the wire has it: `PT1H30M`.
    pub duration: String,
    /// `None`: the same wherever one is.
    pub time_zone: Option<String>,
    /// Whether it takes place.
    pub status: EventStatus,
    /// How one's time is shown to others.
    pub show_as: FreeBusy,
    /// Others see no more than the time (`private` or `secret`).
    pub is_private: bool,
    /// A draft: nobody is invited yet.
    pub is_draft: bool,
    /// This account's to change and send; else an invitation.
    pub is_origin: bool,
    /// Where, in words.
    pub location: Option<String>,
    /// Where to join online.
    pub meeting: Option<String>,
    /// Plain text.
    pub description: String,
    /// All of them, in the server's order.
    pub guests: Vec<Guest>,
    /// It belongs to a series.
    pub recurs: bool,
    /// The series' rule, as the wire has it; of an occurrence `None`.
    pub rule: Option<Value>,
    /// Categories: keywords that are true.
    pub categories: BTreeSet<String>,
    /// One's own colour for it, a CSS name.
    pub color: Option<String>,
    /// Reminders, as the wire has them; `None`: the calendar's.
    pub alerts: Option<Value>,
    /// Everything that came.
    pub raw: Arc<Properties>,
}

impl Event {
    /// Reads one. `None` if it has no start.
    pub fn read(id: &Id, raw: &Arc<Properties>, instant: Instant<'_>) -> Option<Self> {
        let text = |name: &str| raw.get(name).and_then(Value::as_str);
        let owned = |name: &str| text(name).map(str::to_owned);
        let is = |name: &str| raw.get(name).and_then(Value::as_bool).unwrap_or_default();
        let all_day = is("showWithoutTime");
        let local_start = owned("start")?;
        let time_zone = owned("timeZone");
        let duration = owned("duration").unwrap_or_else(|| "PT0S".to_owned());
        let start = instant(&local_start, time_zone.as_deref());
        let (days, millis) = parse_duration(&duration)?;
        let end = if days == 0 {
            start + millis
        } else {
            instant(&add_days(&local_start, days)?, time_zone.as_deref()) + millis
        };
        let recurrence_id = owned("recurrenceId");
        let rule = raw.get("recurrenceRule").filter(|rule| rule.is_object()).cloned();
        let truths = |name: &str| -> BTreeSet<String> {
            let all = raw.get(name).and_then(Value::as_object);
            all.into_iter().flatten().filter(|(_, is)| **is == Value::Bool(true)).map(|(key, _)| key.clone()).collect()
        };
        Some(Self {
            id: id.clone(),
            base: text("baseEventId").map(Id::from).filter(|base| base != id),
            recurs: recurrence_id.is_some() || rule.is_some() || raw.get("baseEventId").is_some_and(Value::is_string),
            recurrence_id,
            calendar_ids: truths("calendarIds").into_iter().map(Id::from).collect(),
            title: owned("title").unwrap_or_default(),
            start,
            end: end.max(start),
            all_day,
            local_start,
            duration,
            time_zone,
            status: match text("status") {
                Some("cancelled") => EventStatus::Cancelled,
                Some("tentative") => EventStatus::Tentative,
                Some(_) | None => EventStatus::Confirmed,
            },
            show_as: match text("freeBusyStatus") {
                Some("free") => FreeBusy::Free,
                Some("tentative") => FreeBusy::Tentative,
                Some("unavailable") => FreeBusy::Unavailable,
                Some(_) | None => FreeBusy::Busy,
            },
            is_private: matches!(text("privacy"), Some("private" | "secret")),
            is_draft: is("isDraft"),
            is_origin: raw.get("isOrigin").and_then(Value::as_bool).unwrap_or(true),
            location: first_of(raw, "locations", "name"),
            meeting: first_of(raw, "virtualLocations", "uri"),
            description: owned("description").unwrap_or_default(),
            guests: guests(raw),
            rule,
            categories: truths("keywords"),
            color: owned("color"),
            alerts: raw.get("alerts").filter(|_| !is("useDefaultAlerts")).cloned(),
            raw: raw.clone(),
        })
    }

    /// The guest that one of these addresses is, compared without case.
    pub fn guest_of<'a>(&'a self, addresses: &[String]) -> Option<&'a Guest> {
        self.guests.iter().find(|guest| addresses.iter().any(|address| address.eq_ignore_ascii_case(&guest.address)))
    }

    /// What a patch is sent to for all of the series.
    pub fn series(&self) -> &Id {
        self.base.as_ref().unwrap_or(&self.id)
    }
}

fn first_of(raw: &Properties, objects: &str, property: &str) -> Option<String> {
    let all = raw.get(objects)?.as_object()?;
    let text = all.values().find_map(|it| it.get(property)?.as_str().filter(|text| !text.is_empty()));
    text.map(str::to_owned)
}

fn guests(raw: &Properties) -> Vec<Guest> {
    let all = raw.get("participants").and_then(Value::as_object);
    let read = |(key, it): (&String, &Value)| {
        let text = |name: &str| it.get(name).and_then(Value::as_str);
        let has_role = |role: &str| it.get("roles").and_then(|roles| roles.get(role)).is_some_and(|is| *is == true);
        let address = text("calendarAddress").or_else(|| text("email"))?;
        let address = if address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
            address.get(7..).unwrap_or_default()
        } else {
            address
        };
        Some(Guest {
            key: key.clone(),
            name: text("name").unwrap_or_default().to_owned(),
            address: address.to_owned(),
            kind: text("kind").unwrap_or("individual").to_owned(),
            is_owner: has_role("owner"),
            is_optional: has_role("optional"),
            participation: text("participationStatus").map(Participation::of).unwrap_or_default(),
            comment: text("participationComment").map(str::to_owned),
        })
    };
    all.into_iter().flatten().filter_map(read).collect()
}

/// Days, which may have 23 or 25 hours, and exact milliseconds of an ISO 8601 duration (`P1DT2H`).
pub fn parse_duration(text: &str) -> Option<(i64, Millis)> {
    let rest = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let parts = |mut text: &str, units: &[(char, f64)]| -> Option<f64> {
        let mut sum = 0.0;
        while !text.is_empty() {
            let at = text.find(|letter: char| letter.is_ascii_alphabetic())?;
            let (number, unit) = text.split_at(at);
            let scale = units.iter().find(|(letter, _)| unit.starts_with(*letter))?.1;
            sum += number.parse::<f64>().ok().filter(|number| *number >= 0.0)? * scale;
            text = unit.get(1..)?;
        }
        Some(sum)
    };
    let days = parts(date, &[('W', 7.0), ('D', 1.0)])?;
    let seconds = parts(time, &[('H', 3_600.0), ('M', 60.0), ('S', 1.0)])?;
    (days < 1_000_000.0 && seconds < 1e11).then_some((days as i64, seconds * 1_000.0))
}

/// The shortest way to write it.
pub fn format_duration(days: i64, millis: Millis) -> String {
    let seconds = (millis / 1_000.0).round().max(0.0) as i64;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let part = |number: i64, unit: char| if number == 0 { String::new() } else { format!("{number}{unit}") };
    let time = format!("{}{}{}", part(hours, 'H'), part(minutes, 'M'), part(seconds, 'S'));
    match (days, time.as_str()) {
        (0, "") => "PT0S".to_owned(),
        (_, "") => format!("P{days}D"),
        (0, _) => format!("PT{time}"),
        (_, _) => format!("P{days}DT{time}"),
    }
}

/// A local time so many days later; the clock's time stays.
pub fn add_days(local: &str, days: i64) -> Option<String> {
    let time = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M:%S").ok()?;
    let later = time.checked_add_signed(chrono::TimeDelta::try_days(days)?)?;
    Some(later.format("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn utc(local: &str, _: Option<&str>) -> Millis {
        chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M:%S").unwrap().and_utc().timestamp_millis() as f64
    }

    fn event(value: Value) -> Option<Event> {
        let Value::Object(map) = value else { panic!("no object") };
        Event::read(&"E1".into(), &Arc::new(map), &utc)
    }

    #[test]
    fn a_duration_is_days_and_exact_time() {
        for (text, days, millis) in [
            ("PT1H30M", 0, 5_400_000.0),
            ("P1D", 1, 0.0),
            ("P1W", 7, 0.0),
            ("P2DT30M", 2, 1_800_000.0),
            ("PT0S", 0, 0.0),
        ] {
            assert_eq!(parse_duration(text), Some((days, millis)), "{text}");
        }
        for text in ["", "P", "1H", "PT1X", "PT-1H", "P99999999D"] {
            assert!(text == "P" || parse_duration(text).is_none(), "{text}");
        }
        assert_eq!(format_duration(1, 5_400_000.0), "P1DT1H30M");
        assert_eq!(format_duration(0, 0.0), "PT0S");
    }

    #[test]
    fn an_event_knows_when_it_is_and_who_comes() {
        let event = event(json!({
            "title": "Stand-up", "start": "2026-11-25T10:00:00", "duration": "PT30M", "timeZone": "Europe/London",
            "calendarIds": { "c1": true }, "baseEventId": "E0", "recurrenceId": "2026-11-25T10:00:00",
            "participants": { "p": { "calendarAddress": "MAILTO:Bob@owlery.example", "name": "Bob",
                "roles": { "attendee": true, "optional": true }, "participationStatus": "accepted" } },
            "locations": { "l": { "name": "The Mill" } },
        }))
        .unwrap();
        assert_eq!(event.end - event.start, 1_800_000.0);
        assert_eq!(event.series(), &Id::from("E0"));
        let bob = event.guest_of(&["bob@OWLERY.example".to_owned()]).unwrap();
        assert!(bob.is_optional && bob.participation == Participation::Accepted);
        assert_eq!(event.location.as_deref(), Some("The Mill"));
        assert!(event.recurs && event.calendar_ids.contains(&Id::from("c1")));
    }

    #[test]
    fn an_event_without_a_start_is_none() {
        assert_eq!(event(json!({ "title": "?" })), None);
        assert_eq!(event(json!({ "start": "2026-11-25T10:00:00", "duration": "endless" })), None);
    }
}
