//! An event as the form's fields, and back: to a new JSCalendar event, or to the smallest patch of one that is there.
//! Pure: when a local time is comes through [`Clock`].
//!
//! What the form has no field for is never touched. Which scope a patch is sent to, the occurrence or the series, is
//! [`saving`](super::saving)'s; here is what each of them needs.

use std::collections::BTreeSet;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use jmap::Id;
use mirror::Properties;
use serde_json::{Map, Value, json};

use super::repeat::{Ends, Repeat, format_local, parse_local};
use crate::records::event::{format_duration, parse_duration};
use crate::records::{Event, FreeBusy, Guest, Millis};

/// What zones say: `locale::zones`, in a browser.
#[derive(Clone, Copy)]
pub(in crate::calendar) struct Clock {
    /// When a local time of a zone is.
    pub(in crate::calendar) instant: fn(&str, Option<&str>) -> Millis,
    /// How a moment reads in a zone.
    pub(in crate::calendar) local: fn(Millis, Option<&str>) -> String,
}

impl Clock {
    /// When a local time of a zone is.
    pub(in crate::calendar) fn when(&self, local: NaiveDateTime, zone: Option<&str>) -> Millis {
        (self.instant)(&format_local(local), zone)
    }

    /// How a moment reads in a zone.
    pub(in crate::calendar) fn wall(&self, millis: Millis, zone: Option<&str>) -> Option<NaiveDateTime> {
        parse_local(&(self.local)(millis, zone))
    }
}

/// When one is reminded.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::calendar) struct Reminder {
    /// Minutes before the start; `None` for one that says something else, which is kept.
    pub(in crate::calendar) before: Option<i64>,
    /// As it came.
    raw: Option<(String, Value)>,
}

impl Reminder {
    /// So many minutes before.
    pub(in crate::calendar) fn before(minutes: i64) -> Self {
        Self { before: Some(minutes), raw: None }
    }
}

/// A guest as the form has them.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::calendar) struct Invitee {
    /// As they are in the event; of a new one the key and the answer are not there yet.
    pub(in crate::calendar) guest: Guest,
    /// Not in the event yet.
    pub(in crate::calendar) is_new: bool,
}

impl Invitee {
    /// Somebody who is to be invited.
    pub(in crate::calendar) fn new(name: &str, address: &str, kind: &str) -> Self {
        let guest = Guest {
            key: String::new(),
            name: name.to_owned(),
            address: address.to_owned(),
            kind: kind.to_owned(),
            is_owner: false,
            is_optional: false,
            participation: crate::records::Participation::NeedsAction,
            comment: None,
        };
        Self { guest, is_new: true }
    }
}

/// The fields.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::calendar) struct EventDraft {
    pub(in crate::calendar) title: String,
    pub(in crate::calendar) all_day: bool,
    /// In the event's zone; of whole days the first one's midnight.
    pub(in crate::calendar) start: NaiveDateTime,
    /// In the event's zone; of whole days the last one's midnight, included.
    pub(in crate::calendar) end: NaiveDateTime,
    /// `None`: the same on the wall wherever one is.
    pub(in crate::calendar) time_zone: Option<String>,
    pub(in crate::calendar) repeat: Option<Repeat>,
    /// The rooms too; the person who set it up too, if there are others.
    pub(in crate::calendar) guests: Vec<Invitee>,
    pub(in crate::calendar) location: String,
    /// A link.
    pub(in crate::calendar) meeting: String,
    pub(in crate::calendar) show_as: FreeBusy,
    pub(in crate::calendar) is_private: bool,
    /// `None`: as the calendar says.
    pub(in crate::calendar) reminders: Option<Vec<Reminder>>,
    pub(in crate::calendar) categories: BTreeSet<String>,
    /// Plain text.
    pub(in crate::calendar) description: String,
    pub(in crate::calendar) calendar: Option<Id>,
}

/// Why an event can't be saved as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calendar) enum Fault {
    /// The end is before the start.
    Ends,
    /// It repeats until before it begins.
    RepeatEnds,
    /// No calendar that one may write to.
    Calendar,
}

impl Fault {
    /// The key of the sentence.
    pub(in crate::calendar) fn key(self) -> &'static str {
        match self {
            Self::Ends => "event.faultEnds",
            Self::RepeatEnds => "event.faultRepeatEnds",
            Self::Calendar => "event.faultCalendar",
        }
    }
}

/// Me, as who sets an event up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::calendar) struct Organizer {
    pub(in crate::calendar) name: String,
    pub(in crate::calendar) address: String,
}

/// What each who sees an event keeps for themselves: nobody is told of it.
const PER_USER: [&str; 7] =
    ["keywords", "color", "freeBusyStatus", "useDefaultAlerts", "alerts", "calendarIds", "isDraft"];

/// Whether guests hear of a patch.
pub(in crate::calendar) fn is_told(patch: &Properties) -> bool {
    patch.keys().any(|pointer| !PER_USER.contains(&pointer.split('/').next().unwrap_or(pointer)))
}

impl EventDraft {
    /// A new event.
    pub(in crate::calendar) fn new(
        title: String,
        (start, end): (Millis, Millis),
        all_day: bool,
        zone: &str,
        calendar: Option<Id>,
        clock: &Clock,
    ) -> Self {
        let zone = (!all_day).then(|| zone.to_owned());
        let wall = |millis| clock.wall(millis, zone.as_deref()).unwrap_or_default();
        let (mut start, mut end) = (wall(start), wall(end));
        if all_day {
            (start, end) = (midnight(start), midnight(end - TimeDelta::seconds(1)).max(midnight(start)));
        }
        Self {
            title,
            all_day,
            start,
            end: end.max(start),
            time_zone: zone,
            repeat: None,
            guests: Vec::new(),
            location: String::new(),
            meeting: String::new(),
            show_as: if all_day { FreeBusy::Free } else { FreeBusy::Busy },
            is_private: false,
            reminders: None,
            categories: BTreeSet::new(),
            description: String::new(),
            calendar,
        }
    }

    /// The fields of an event.
    pub(in crate::calendar) fn of(event: &Event, clock: &Clock) -> Self {
        let start = parse_local(&event.local_start).unwrap_or_default();
        let end = if event.all_day {
            let days =
                parse_duration(&event.duration).map_or(1, |(days, millis)| days + (millis / 86_400_000.0) as i64);
            start + TimeDelta::try_days(days.max(1) - 1).unwrap_or_default()
        } else {
            clock.wall(event.end, event.time_zone.as_deref()).unwrap_or(start)
        };
        let is_html = event
            .raw
            .get("descriptionContentType")
            .and_then(Value::as_str)
            .is_some_and(|it| it.starts_with("text/html"));
        Self {
            title: event.title.clone(),
            all_day: event.all_day,
            start,
            end: end.max(start),
            time_zone: event.time_zone.clone(),
            repeat: event.rule.as_ref().and_then(Repeat::from_json),
            guests: event.guests.iter().map(|guest| Invitee { guest: guest.clone(), is_new: false }).collect(),
            location: event.location.clone().unwrap_or_default(),
            meeting: event.meeting.clone().unwrap_or_default(),
            show_as: event.show_as,
            is_private: event.is_private,
            reminders: reminders(&event.raw),
            categories: event.categories.clone(),
            description: if is_html { words_of_html(&event.description) } else { event.description.clone() },
            calendar: event.calendar_ids.first().cloned(),
        }
    }

    /// Why it can't be saved, if it can't.
    pub(in crate::calendar) fn fault(&self) -> Option<Fault> {
        if self.end < self.start {
            return Some(Fault::Ends);
        }
        let ends_early = |repeat: &Repeat| matches!(repeat.ends, Ends::On(until) if until < self.start);
        if self.repeat.as_ref().is_some_and(ends_early) {
            return Some(Fault::RepeatEnds);
        }
        self.calendar.is_none().then_some(Fault::Calendar)
    }

    /// The first moment.
    pub(in crate::calendar) fn from(&self, clock: &Clock) -> Millis {
        clock.when(self.start, self.time_zone.as_deref())
    }

    /// The moment after the last.
    pub(in crate::calendar) fn until(&self, clock: &Clock) -> Millis {
        let end = if self.all_day { self.end + TimeDelta::days(1) } else { self.end };
        clock.when(end, self.time_zone.as_deref())
    }

    /// Another start; the length stays.
    pub(in crate::calendar) fn start_at(&mut self, start: NaiveDateTime) {
        let length = (self.end - self.start).max(TimeDelta::zero());
        self.repeat = self.repeat.take().map(|repeat| repeat.moved(self.start.date(), start.date()));
        self.start = start;
        self.end = start + length;
    }

    /// Whole days, or times again; `usual` is a start and an end for what had none.
    pub(in crate::calendar) fn set_all_day(&mut self, all_day: bool, zone: &str) {
        if all_day == self.all_day {
            return;
        }
        self.all_day = all_day;
        if all_day {
            (self.start, self.end) = (midnight(self.start), midnight(self.end));
            self.time_zone = None;
        } else {
            self.start += TimeDelta::hours(9);
            self.end += TimeDelta::hours(10);
            self.time_zone = Some(zone.to_owned());
        }
    }

    /// The wire's length: days as the wall counts them, and exact time.
    fn duration(&self, clock: &Clock) -> String {
        if self.all_day {
            return format_duration((self.end - self.start).num_days().max(0) + 1, 0.0);
        }
        let zone = self.time_zone.as_deref();
        let days = (self.end - self.start).num_days().max(0);
        let begins = self.start + TimeDelta::try_days(days).unwrap_or_default();
        format_duration(days, clock.when(self.end, zone) - clock.when(begins, zone))
    }

    /// People who are invited, without me and without rooms.
    pub(in crate::calendar) fn invited(&self, me: &[String]) -> usize {
        let is_me = |guest: &Guest| me.iter().any(|address| address.eq_ignore_ascii_case(&guest.address));
        let is_thing = |guest: &Guest| matches!(guest.kind.as_str(), "location" | "resource");
        self.guests.iter().filter(|it| !it.guest.is_owner && !is_me(&it.guest) && !is_thing(&it.guest)).count()
    }

    /// Adds somebody who is not there yet.
    pub(in crate::calendar) fn invite(&mut self, invitee: Invitee) {
        let is_there = |it: &Invitee| it.guest.address.eq_ignore_ascii_case(&invitee.guest.address);
        if !self.guests.iter().any(is_there) {
            self.guests.push(invitee);
        }
    }

    /// A new event.
    pub(in crate::calendar) fn create(&self, me: &Organizer, clock: &Clock) -> Properties {
        let mut event = Map::new();
        event.insert("@type".to_owned(), json!("Event"));
        if let Some(calendar) = &self.calendar {
            event.insert("calendarIds".to_owned(), json!({ calendar.as_str(): true }));
        }
        event.insert("start".to_owned(), json!(format_local(self.start)));
        event.insert("duration".to_owned(), json!(self.duration(clock)));
        if let Some(zone) = &self.time_zone {
            event.insert("timeZone".to_owned(), json!(zone));
        }
        if self.all_day {
            event.insert("showWithoutTime".to_owned(), json!(true));
        }
        if let Some(repeat) = &self.repeat {
            event.insert("recurrenceRule".to_owned(), repeat.to_json());
        }
        let blank = Self {
            title: String::new(),
            guests: Vec::new(),
            location: String::new(),
            meeting: String::new(),
            show_as: FreeBusy::Busy,
            is_private: false,
            reminders: None,
            categories: BTreeSet::new(),
            description: String::new(),
            ..self.clone()
        };
        event.insert("useDefaultAlerts".to_owned(), json!(self.reminders.is_none()));
        event.extend(self.patch(&blank, &Map::new(), me, clock));
        event
    }

    /// What turns `before` into this, of one event or one occurrence. `raw` is the event as the server has it.
    pub(in crate::calendar) fn patch(
        &self,
        before: &Self,
        raw: &Properties,
        me: &Organizer,
        clock: &Clock,
    ) -> Properties {
        let mut patch = self.patch_of_words(before, raw, me);
        let mut set = |name: &str, value: Value| patch.insert(name.to_owned(), value);
        if self.all_day != before.all_day {
            set("showWithoutTime", json!(self.all_day));
        }
        if self.time_zone != before.time_zone {
            set("timeZone", json!(self.time_zone));
        }
        if self.start != before.start {
            set("start", json!(format_local(self.start)));
        }
        let length = self.duration(clock);
        if length != before.duration(clock) {
            set("duration", json!(length));
        }
        if self.repeat != before.repeat {
            set("recurrenceRule", self.repeat.as_ref().map_or(Value::Null, Repeat::to_json));
        }
        patch
    }

    /// What turns all of a series into this, that was edited at one occurrence: `before` is that occurrence, `series`
    /// the whole.
    pub(in crate::calendar) fn patch_series(
        &self,
        before: &Self,
        series: &Event,
        me: &Organizer,
        clock: &Clock,
    ) -> Properties {
        let mut patch = self.patch(before, &series.raw, me, clock);
        let moved = self.start - before.start;
        let Some(start) = parse_local(&series.local_start) else { return patch };
        if moved.is_zero() {
            return patch;
        }
        patch.insert("start".to_owned(), json!(format_local(start + moved)));
        let changes_day = (start + moved).date() != start.date();
        let rule = series.rule.as_ref().and_then(Repeat::from_json);
        if changes_day
            && let Some(rule) = rule
            && self.repeat == before.repeat
        {
            let rule = rule.moved(before.start.date(), self.start.date());
            patch.insert("recurrenceRule".to_owned(), rule.to_json());
        }
        // What was changed of single occurrences is found by their starts. Where these are other days, it is gone, as
        // the question before says.
        let overrides = series.raw.get("recurrenceOverrides").and_then(Value::as_object).filter(|it| !it.is_empty());
        if let Some(overrides) = overrides {
            let shift =
                |(key, value): (&String, &Value)| Some((format_local(parse_local(key)? + moved), value.clone()));
            let shifted =
                if changes_day { Value::Null } else { Value::Object(overrides.iter().filter_map(shift).collect()) };
            patch.insert("recurrenceOverrides".to_owned(), shifted);
        }
        patch
    }

    /// This and all that follow, as a series of their own: the new one, and the patch that ends the old one before.
    /// `at` is the occurrence's recurrence id; `left` how many occurrences are left, this included, if the rule counts.
    pub(in crate::calendar) fn split(
        &self,
        before: &Self,
        (series, at): (&Event, NaiveDateTime),
        left: Option<u64>,
        me: &Organizer,
        clock: &Clock,
    ) -> (Properties, Properties) {
        let rule = series.rule.as_ref().and_then(Repeat::from_json);
        let mut event = (*series.raw).clone();
        event.retain(|_, value| !value.is_null());
        let not_of_it =
            ["id", "baseEventId", "isOrigin", "uid", "sequence", "created", "updated", "utcStart", "utcEnd", "method"];
        for name in not_of_it {
            event.remove(name);
        }
        let mut patch = self.patch(before, &series.raw, me, clock);
        patch.remove("recurrenceRule");
        for (pointer, value) in patch {
            apply(&mut event, &pointer, value);
        }
        event.insert("start".to_owned(), json!(format_local(self.start)));
        event.insert("duration".to_owned(), json!(self.duration(clock)));
        let repeat = if self.repeat == before.repeat {
            rule.clone().map(|rule| {
                let ends = match (rule.ends, left) {
                    (Ends::After(_), Some(left)) => Ends::After(left.max(1)),
                    (ends, _) => ends,
                };
                Repeat { ends, ..rule.moved(before.start.date(), self.start.date()) }
            })
        } else {
            self.repeat.clone()
        };
        match repeat {
            Some(repeat) => event.insert("recurrenceRule".to_owned(), repeat.to_json()),
            None => event.remove("recurrenceRule"),
        };
        let overrides = event.remove("recurrenceOverrides");
        if let Some(Value::Object(mut overrides)) = overrides
            && self.start == before.start
            && self.repeat == before.repeat
        {
            overrides.retain(|key, _| parse_local(key).is_some_and(|key| key > at));
            if !overrides.is_empty() {
                event.insert("recurrenceOverrides".to_owned(), Value::Object(overrides));
            }
        }
        // It is a new event: what was said to the old one is no answer to it.
        if let Some(Value::Object(participants)) = event.get_mut("participants") {
            for it in participants.values_mut().filter_map(Value::as_object_mut) {
                let is_owner = it.get("roles").and_then(|roles| roles.get("owner")).is_some_and(|is| *is == true);
                for name in ["scheduleStatus", "scheduleSequence", "scheduleUpdated", "participationComment"] {
                    it.remove(name);
                }
                if !is_owner {
                    it.insert("participationStatus".to_owned(), json!("needs-action"));
                }
            }
        }
        if let Some(uid) = series.raw.get("uid").and_then(Value::as_str) {
            let relation = json!({ "@type": "Relation", "relation": { "first": true } });
            event.insert("relatedTo".to_owned(), json!({ uid: relation }));
        }
        let mut end = Map::new();
        if let Some(rule) = rule {
            end.insert("recurrenceRule".to_owned(), rule.before(at).to_json());
        }
        (event, end)
    }

    fn patch_of_words(&self, before: &Self, raw: &Properties, me: &Organizer) -> Properties {
        let mut patch = Map::new();
        let mut set = |name: String, value: Value| patch.insert(name, value);
        if self.title != before.title {
            set("title".to_owned(), json!(self.title.trim()));
        }
        if self.description != before.description {
            set("description".to_owned(), json!(self.description));
            if raw.contains_key("descriptionContentType") {
                set("descriptionContentType".to_owned(), json!("text/plain"));
            }
        }
        if self.show_as != before.show_as {
            let word = match self.show_as {
                FreeBusy::Busy => "busy",
                FreeBusy::Free => "free",
                FreeBusy::Tentative => "tentative",
                FreeBusy::Unavailable => "unavailable",
            };
            set("freeBusyStatus".to_owned(), json!(word));
        }
        if self.is_private != before.is_private {
            set("privacy".to_owned(), json!(if self.is_private { "private" } else { "public" }));
        }
        if self.calendar != before.calendar
            && let Some(calendar) = &self.calendar
        {
            set("calendarIds".to_owned(), json!({ calendar.as_str(): true }));
        }
        if self.reminders != before.reminders {
            set("useDefaultAlerts".to_owned(), json!(self.reminders.is_none()));
            set("alerts".to_owned(), self.reminders.as_deref().map_or(Value::Null, alerts));
        }
        let places = [
            ("locations", "Location", "name", &self.location, &before.location),
            ("virtualLocations", "VirtualLocation", "uri", &self.meeting, &before.meeting),
        ];
        for (all, kind, property, now, then) in places {
            if now.trim() == then.trim() {
                continue;
            }
            let (pointer, value) = patch_of_place(raw, (all, kind, property), now.trim());
            set(pointer, value);
        }
        let words =
            |set: &BTreeSet<String>| -> Map<String, Value> { set.iter().map(|it| (it.clone(), json!(true))).collect() };
        if self.categories != before.categories {
            if raw.get("keywords").is_some_and(Value::is_object) {
                for gone in before.categories.difference(&self.categories) {
                    set(format!("keywords/{}", escaped(gone)), Value::Null);
                }
                for new in self.categories.difference(&before.categories) {
                    set(format!("keywords/{}", escaped(new)), json!(true));
                }
            } else {
                set("keywords".to_owned(), Value::Object(words(&self.categories)));
            }
        }
        self.patch_of_guests(before, raw, me, &mut patch);
        patch
    }

    fn patch_of_guests(&self, before: &Self, raw: &Properties, me: &Organizer, patch: &mut Properties) {
        let known = raw.get("participants").and_then(Value::as_object).filter(|it| !it.is_empty());
        let Some(known) = known else {
            if self.guests.iter().any(|it| !it.guest.is_owner) {
                let mut all = Map::new();
                let owner = json!({
                    "@type": "Participant",
                    "name": me.name,
                    "calendarAddress": format!("mailto:{}", me.address),
                    "kind": "individual",
                    "roles": { "owner": true, "attendee": true },
                    "participationStatus": "accepted",
                });
                all.insert("me".to_owned(), owner);
                for (number, it) in self.guests.iter().filter(|it| !it.guest.is_owner).enumerate() {
                    all.insert(format!("g{}", number + 1), participant(&it.guest));
                }
                patch.insert("participants".to_owned(), Value::Object(all));
            }
            return;
        };
        let others = |draft: &Self| draft.guests.iter().filter(|it| !it.guest.is_owner).count();
        if others(self) == 0 && others(before) > 0 {
            // Nobody is left to meet: it is one's own again.
            patch.insert("participants".to_owned(), Value::Null);
            patch.insert("organizerCalendarAddress".to_owned(), Value::Null);
            return;
        }
        for it in &before.guests {
            let key = escaped(&it.guest.key);
            match self.guests.iter().find(|now| !now.is_new && now.guest.key == it.guest.key) {
                None => {
                    patch.insert(format!("participants/{key}"), Value::Null);
                }
                Some(now) if now.guest.is_optional != it.guest.is_optional => {
                    let value = if now.guest.is_optional { json!(true) } else { Value::Null };
                    patch.insert(format!("participants/{key}/roles/optional"), value);
                }
                Some(_) => {}
            }
        }
        let mut number = 1;
        for it in self.guests.iter().filter(|it| it.is_new) {
            while known.contains_key(&format!("g{number}")) {
                number += 1;
            }
            patch.insert(format!("participants/g{number}"), participant(&it.guest));
            number += 1;
        }
    }
}

fn midnight(time: NaiveDateTime) -> NaiveDateTime {
    time.date().and_time(NaiveTime::MIN)
}

fn participant(guest: &Guest) -> Value {
    let mut roles = json!({ "attendee": true });
    if guest.is_optional {
        roles = json!({ "attendee": true, "optional": true });
    }
    let mut it = json!({
        "@type": "Participant",
        "calendarAddress": format!("mailto:{}", guest.address),
        "kind": guest.kind,
        "roles": roles,
        "participationStatus": "needs-action",
        "expectReply": true,
    });
    if let (false, Some(it)) = (guest.name.is_empty(), it.as_object_mut()) {
        it.insert("name".to_owned(), json!(guest.name));
    }
    it
}

/// The patch of the first place that has a word: in it, away with it, or a new one.
fn patch_of_place(raw: &Properties, (all, kind, property): (&str, &str, &str), now: &str) -> (String, Value) {
    let places = raw.get(all).and_then(Value::as_object).filter(|it| !it.is_empty());
    let has_words = |it: &&String| {
        places.and_then(|all| all.get(*it)?.get(property)?.as_str()).is_some_and(|words| !words.is_empty())
    };
    let first = places.and_then(|all| all.keys().find(has_words));
    match (places, first, now) {
        (_, Some(key), "") => (format!("{all}/{}", escaped(key)), Value::Null),
        (_, Some(key), now) => (format!("{all}/{}/{property}", escaped(key)), json!(now)),
        (None, None, now) => (all.to_owned(), json!({ "1": { "@type": kind, property: now } })),
        (Some(places), None, now) => {
            let free = (1..).map(|number: usize| number.to_string()).find(|key| !places.contains_key(key));
            (format!("{all}/{}", free.unwrap_or_default()), json!({ "@type": kind, property: now }))
        }
    }
}

fn reminders(raw: &Properties) -> Option<Vec<Reminder>> {
    // Nothing is the server's default too: no alerts of its own.
    if raw.get("useDefaultAlerts") == Some(&Value::Bool(true)) {
        return None;
    }
    let all = raw.get("alerts").and_then(Value::as_object);
    let reminder = |(key, alert): (&String, &Value)| {
        let trigger = alert.get("trigger");
        let text = |name: &str| trigger.and_then(|it| it.get(name)?.as_str());
        let is_of_start = matches!(text("relativeTo"), None | Some("start"));
        let minutes = text("offset").filter(|_| is_of_start).and_then(|offset| {
            let (days, millis) = parse_duration(offset.strip_prefix('-').unwrap_or(offset))?;
            let minutes = days * 1_440 + (millis / 60_000.0) as i64;
            (offset.starts_with('-') || minutes == 0).then_some(minutes).filter(|_| millis % 60_000.0 == 0.0)
        });
        Reminder { before: minutes, raw: Some((key.clone(), alert.clone())) }
    };
    let mut all: Vec<Reminder> = all.into_iter().flatten().map(reminder).collect();
    all.sort_by_key(|it| it.before.unwrap_or(i64::MAX));
    Some(all)
}

fn alerts(reminders: &[Reminder]) -> Value {
    let taken: Vec<&str> = reminders.iter().filter_map(|it| Some(it.raw.as_ref()?.0.as_str())).collect();
    let mut free = (1..).map(|number: usize| number.to_string()).filter(|key| !taken.contains(&key.as_str()));
    let alert = |it: &Reminder| match (&it.raw, it.before) {
        (Some((key, value)), _) => Some((key.clone(), value.clone())),
        (None, Some(minutes)) => {
            let (days, rest) = (minutes / 1_440, minutes % 1_440);
            let before = format_duration(days, rest as f64 * 60_000.0);
            let offset = if minutes == 0 { before } else { format!("-{before}") };
            let trigger = json!({ "@type": "OffsetTrigger", "offset": offset, "relativeTo": "start" });
            Some((free.next()?, json!({ "@type": "Alert", "action": "display", "trigger": trigger })))
        }
        (None, None) => None,
    };
    Value::Object(reminders.iter().filter_map(alert).collect())
}

/// A part of a JSON pointer (RFC 6901 §3).
pub(in crate::calendar) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// Sets what a pointer without its slash means, or takes it away.
fn apply(object: &mut Map<String, Value>, pointer: &str, value: Value) {
    let unescaped = |part: &str| part.replace("~1", "/").replace("~0", "~");
    match pointer.split_once('/') {
        Some((first, rest)) => {
            let inner = object.entry(unescaped(first)).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                apply(inner, rest, value);
            }
        }
        None if value.is_null() => {
            object.remove(&unescaped(pointer));
        }
        None => {
            object.insert(unescaped(pointer), value);
        }
    }
}

/// The words of a description in HTML, which is shown and edited as plain text.
pub(in crate::calendar) fn words_of_html(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tail.split_once('>') else {
            rest = "";
            break;
        };
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default().to_ascii_lowercase();
        rest = after;
        match name.as_str() {
            "br" | "li" => text.push('\n'),
            "p" | "div" | "tr" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4"
                if !text.is_empty() && !text.ends_with('\n') =>
            {
                text.push('\n');
            }
            // What is no word.
            "style" | "script" | "head" if !tag.starts_with('/') => {
                let end = after.to_ascii_lowercase().find(&format!("</{name}"));
                rest = end.and_then(|end| after.get(end..)).unwrap_or_default();
            }
            _ => {}
        }
    }
    text.push_str(rest);
    let entities = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = entities.into_iter().fold(text, |text, (entity, letter)| text.replace(entity, letter));
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Zones without a browser: UTC, and one an hour ahead.
    fn instant(local: &str, zone: Option<&str>) -> Millis {
        let ahead = if zone == Some("Europe/Berlin") { 3_600_000 } else { 0 };
        (parse_local(local).unwrap().and_utc().timestamp_millis() - ahead) as Millis
    }

    fn local(millis: Millis, zone: Option<&str>) -> String {
        let ahead = if zone == Some("Europe/Berlin") { 3_600_000 } else { 0 };
        format_local(chrono::DateTime::from_timestamp_millis(millis as i64 + ahead).unwrap().naive_utc())
    }

    const CLOCK: Clock = Clock { instant, local };

    fn me() -> Organizer {
        Organizer { name: "Alice".to_owned(), address: "alice@owlery.example".to_owned() }
    }

    fn event(value: Value) -> Event {
        let Value::Object(map) = value else { panic!("no object") };
        Event::read(&"E1".into(), &Arc::new(map), &instant).unwrap()
    }

    fn meeting() -> Value {
        json!({
            "uid": "u1", "title": "Last check", "start": "2026-11-25T10:00:00", "duration": "PT1H30M",
            "timeZone": "Europe/London", "calendarIds": { "c1": true }, "useDefaultAlerts": true,
            "locations": { "7": { "@type": "Location", "name": "Reading room", "coordinates": "geo:1,2" } },
            "participants": {
                "a": { "calendarAddress": "mailto:alice@owlery.example", "roles": { "owner": true } },
                "b/1": { "calendarAddress": "mailto:bob@owlery.example", "roles": { "attendee": true },
                    "participationStatus": "accepted" },
            },
            "keywords": { "Opening": true },
        })
    }

    #[track_caller]
    fn check(of: Value, change: impl FnOnce(&mut EventDraft), expect: Value) {
        let event = event(of);
        let before = EventDraft::of(&event, &CLOCK);
        let mut after = before.clone();
        change(&mut after);
        assert_eq!(Value::Object(after.patch(&before, &event.raw, &me(), &CLOCK)), expect);
    }

    fn time(text: &str) -> NaiveDateTime {
        parse_local(text).unwrap()
    }

    #[test]
    fn what_is_not_changed_is_not_sent() {
        check(meeting(), |_| {}, json!({}));
        check(
            json!({ "start": "2026-11-25T00:00:00", "duration": "PT24H", "showWithoutTime": true }),
            |_| {},
            json!({}),
        );
    }

    #[test]
    fn a_patch_says_only_what_changed() {
        check(meeting(), |it| it.title = " Check ".to_owned(), json!({ "title": "Check" }));
        check(meeting(), |it| it.start_at(time("2026-11-26T09:00:00")), json!({ "start": "2026-11-26T09:00:00" }));
        check(meeting(), |it| it.end = time("2026-11-26T11:00:00"), json!({ "duration": "P1DT1H" }));
        check(meeting(), |it| it.location = "Map room".to_owned(), json!({ "locations/7/name": "Map room" }));
        check(meeting(), |it| it.location.clear(), json!({ "locations/7": null }));
        check(
            meeting(),
            |it| it.meeting = "https://meet.example/1".to_owned(),
            json!({ "virtualLocations": { "1": { "@type": "VirtualLocation", "uri": "https://meet.example/1" } } }),
        );
        check(
            meeting(),
            |it| it.categories = ["A/B".to_owned()].into(),
            json!({ "keywords/A~1B": true, "keywords/Opening": null }),
        );
        check(
            meeting(),
            |it| it.set_all_day(true, "Europe/London"),
            json!({ "showWithoutTime": true, "timeZone": null, "start": "2026-11-25T00:00:00", "duration": "P1D" }),
        );
    }

    #[test]
    fn guests_come_go_and_become_optional() {
        let bob = |it: &mut EventDraft| it.guests[1].guest.is_optional = true;
        check(meeting(), bob, json!({ "participants/b~11/roles/optional": true }));
        let emi = json!({ "@type": "Participant", "calendarAddress": "mailto:emi@owlery.example", "name": "Emi",
            "kind": "individual", "roles": { "attendee": true }, "participationStatus": "needs-action",
            "expectReply": true });
        check(
            meeting(),
            |it| {
                it.invite(Invitee::new("Emi", "emi@owlery.example", "individual"));
                it.invite(Invitee::new("Bob again", "BOB@owlery.example", "individual"));
            },
            json!({ "participants/g1": emi }),
        );
        check(meeting(), |it| it.guests.truncate(1), json!({ "participants": null, "organizerCalendarAddress": null }));
    }

    #[test]
    fn the_first_guest_brings_the_organiser_along() {
        let alone = json!({ "start": "2026-11-25T10:00:00", "duration": "PT1H" });
        let event = event(alone);
        let before = EventDraft::of(&event, &CLOCK);
        let mut after = before.clone();
        after.invite(Invitee::new("", "bob@owlery.example", "individual"));
        let patch = after.patch(&before, &event.raw, &me(), &CLOCK);
        assert_eq!(patch["participants"]["me"]["roles"], json!({ "owner": true, "attendee": true }));
        assert_eq!(patch["participants"]["me"]["participationStatus"], "accepted");
        assert_eq!(patch["participants"]["g1"]["calendarAddress"], "mailto:bob@owlery.example");
        assert!(is_told(&patch));
        assert_eq!(after.invited(&["alice@owlery.example".to_owned()]), 1);
    }

    #[test]
    fn what_is_ones_own_is_told_to_nobody() {
        let event = event(meeting());
        let before = EventDraft::of(&event, &CLOCK);
        let mut after = EventDraft { show_as: FreeBusy::Tentative, ..before.clone() };
        after.reminders = Some(vec![Reminder::before(15), Reminder::before(1_440), Reminder::before(0)]);
        let patch = after.patch(&before, &event.raw, &me(), &CLOCK);
        assert!(!is_told(&patch));
        assert_eq!(patch["alerts"]["1"]["trigger"]["offset"], "-PT15M");
        assert_eq!(patch["alerts"]["2"]["trigger"]["offset"], "-P1D");
        assert_eq!(patch["alerts"]["3"]["trigger"]["offset"], "PT0S");
        assert_eq!(patch["useDefaultAlerts"], false);
    }

    #[test]
    fn reminders_that_say_something_else_are_kept() {
        let alerts = json!({ "x": { "trigger": { "offset": "-PT1H", "relativeTo": "end" } },
            "y": { "trigger": { "offset": "-PT10M" }, "acknowledged": "2026-01-01T00:00:00Z" } });
        let event = event(json!({ "start": "2026-11-25T10:00:00", "alerts": alerts }));
        let before = EventDraft::of(&event, &CLOCK);
        let told: Vec<_> = before.reminders.iter().flatten().map(|it| it.before).collect();
        assert_eq!(told, [Some(10), None]);
        let mut after = before.clone();
        after.reminders.as_mut().unwrap().push(Reminder::before(5));
        let patch = after.patch(&before, &event.raw, &me(), &CLOCK);
        assert_eq!((&patch["alerts"]["x"], &patch["alerts"]["y"]), (&alerts["x"], &alerts["y"]));
        assert_eq!(patch["alerts"]["1"]["trigger"]["offset"], "-PT5M");
    }

    #[test]
    fn a_new_event_has_what_was_said_and_no_more() {
        let mut draft = EventDraft::new(
            "Lunch".to_owned(),
            (instant("2026-11-25T12:30:00", None), instant("2026-11-25T13:00:00", None)),
            false,
            "Europe/London",
            Some("c1".into()),
            &CLOCK,
        );
        draft.location = "The Crow".to_owned();
        let expect = json!({
            "@type": "Event", "title": "Lunch", "start": "2026-11-25T12:30:00", "duration": "PT30M",
            "timeZone": "Europe/London", "calendarIds": { "c1": true }, "useDefaultAlerts": true,
            "locations": { "1": { "@type": "Location", "name": "The Crow" } },
        });
        assert_eq!(Value::Object(draft.create(&me(), &CLOCK)), expect);
        assert_eq!(draft.fault(), None);
        draft.end = time("2026-11-25T12:00:00");
        assert_eq!(draft.fault(), Some(Fault::Ends));
    }

    #[test]
    fn days_without_times_end_on_their_last_day() {
        let range = (instant("2026-11-25T00:00:00", None), instant("2026-11-28T00:00:00", None));
        let draft = EventDraft::new(String::new(), range, true, "Europe/London", None, &CLOCK);
        assert_eq!(draft.end, time("2026-11-27T00:00:00"));
        let made = draft.create(&me(), &CLOCK);
        assert_eq!((&made["duration"], &made["showWithoutTime"]), (&json!("P3D"), &json!(true)));
        assert_eq!(made.get("timeZone"), None);
        assert_eq!(made["freeBusyStatus"], "free");
    }

    fn weekly() -> Event {
        event(json!({
            "uid": "u2", "title": "Stand-up", "start": "2026-11-04T09:00:00", "duration": "PT30M",
            "timeZone": "Europe/London", "calendarIds": { "c1": true },
            "recurrenceRule": { "frequency": "weekly", "byDay": [{ "day": "we" }], "count": 10 },
            "recurrenceOverrides": { "2026-11-11T09:00:00": { "title": "Early" }, "2026-12-02T09:00:00": { "excluded": true } },
            "participants": {
                "a": { "calendarAddress": "mailto:alice@owlery.example", "roles": { "owner": true }, "participationStatus": "accepted" },
                "b": { "calendarAddress": "mailto:bob@owlery.example", "roles": { "attendee": true }, "participationStatus": "accepted" },
            },
        }))
    }

    /// The occurrence of 25 November.
    fn occurrence(series: &Event) -> EventDraft {
        let mut draft = EventDraft::of(series, &CLOCK);
        draft.start = time("2026-11-25T09:00:00");
        draft.end = time("2026-11-25T09:30:00");
        draft
    }

    #[test]
    fn all_of_a_series_move_as_one_occurrence_was_moved() {
        let series = weekly();
        let before = occurrence(&series);
        let mut after = before.clone();
        after.start_at(time("2026-11-25T10:15:00"));
        let patch = after.patch_series(&before, &series, &me(), &CLOCK);
        assert_eq!(patch["start"], "2026-11-04T10:15:00");
        assert_eq!(patch["recurrenceOverrides"]["2026-12-02T10:15:00"], json!({ "excluded": true }));
        assert_eq!(patch.get("recurrenceRule"), None);

        let mut after = before.clone();
        after.start_at(time("2026-11-26T09:00:00"));
        let patch = after.patch_series(&before, &series, &me(), &CLOCK);
        assert_eq!(patch["start"], "2026-11-05T09:00:00");
        assert_eq!(patch["recurrenceRule"]["byDay"][0]["day"], "th");
        assert_eq!(patch["recurrenceOverrides"], Value::Null);
    }

    #[test]
    fn this_and_what_follows_become_a_series_of_their_own() {
        let series = weekly();
        let before = occurrence(&series);
        let after = EventDraft { title: "Sit-down".to_owned(), ..before.clone() };
        let at = time("2026-11-25T09:00:00");
        let (new, end) = after.split(&before, (&series, at), Some(7), &me(), &CLOCK);
        assert_eq!((&new["title"], &new["start"]), (&json!("Sit-down"), &json!("2026-11-25T09:00:00")));
        assert_eq!(new["recurrenceRule"]["count"], 7);
        assert_eq!(new["recurrenceOverrides"], json!({ "2026-12-02T09:00:00": { "excluded": true } }));
        assert_eq!(new["participants"]["b"]["participationStatus"], "needs-action");
        assert_eq!(new["participants"]["a"]["participationStatus"], "accepted");
        assert!(!new.contains_key("uid") && !new.contains_key("id"));
        assert_eq!(end["recurrenceRule"]["until"], "2026-11-25T08:59:59");
        assert_eq!(end["recurrenceRule"].get("count"), None);
    }

    #[test]
    fn a_description_in_html_is_read_as_its_words() {
        for (html, words) in [
            ("<p>One &amp; two</p><p>Three<br>four</p>", "One & two\nThree\nfour"),
            ("<html><head><style>p { color: red }</style></head><body>Hi</body></html>", "Hi"),
            ("a <b", "a"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(words_of_html(html), words, "{html}");
        }
    }
}
