//! The calendars of the sample organisation: its rooms, what people have planned around today, and what they share.
//! The events are in `sample/events.txt`, dated by week and weekday from this week on.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use jmap::{AccountId, Id};
use scheduling::Event;
use scheduling::date::{format_local, format_utc};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use store::{DataType, NewAccount, Principal, PrincipalPatch, Store, Writer};

use super::DOMAIN;
use super::letter::Person;
use crate::calendar::access::Access;
use crate::calendar::keep::{self, NotKept};
use crate::calendar::rooms::{Policy, Room};

const ROOMS: &str = include_str!("rooms.csv");
const EVENTS: &str = include_str!("events.txt");

/// Where the library is.
const ZONE: &str = "Europe/Berlin";

/// Calendars beside the one that everybody has: whose, what it is called, its colour, and what the others may do.
const CALENDARS: [(&str, &str, &str, Share); 3] = [
    ("alice", "Opening week", "#c2410c", Share::Write),
    ("alice", "Home", "#7c3aed", Share::Nothing),
    ("carol", "Desk rota", "#0f766e", Share::Read),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Nothing,
    Read,
    Write,
}

impl Share {
    fn rights(self) -> Option<Value> {
        let write = self == Self::Write;
        (self != Self::Nothing).then(|| {
            json!({
                "mayReadFreeBusy": true, "mayReadItems": true, "mayWriteAll": write, "mayWriteOwn": write,
                "mayUpdatePrivate": true, "mayRSVP": true, "mayShare": false, "mayDelete": false,
            })
        })
    }
}

/// An account of the organisation.
struct Member {
    account: AccountId,
    name: String,
    address: String,
    /// `individual`, `location` or `resource`.
    kind: String,
}

/// Makes rooms, calendars and events, as of `now`, for accounts that are there.
pub(super) async fn fill(
    store: &Store,
    now: DateTime<Utc>,
    people: &[Person],
    accounts: &HashMap<String, AccountId>,
) -> anyhow::Result<()> {
    let mut members = BTreeMap::new();
    for person in people {
        let account = accounts.get(&person.address).context("everybody has an account")?.clone();
        let local = person.address.split('@').next().unwrap_or_default().to_owned();
        let patch = PrincipalPatch { time_zone: Some(ZONE.to_owned()), ..PrincipalPatch::default() };
        store.set_principal(&account, &patch).await?;
        let (name, address) = (person.name.clone(), person.address.clone());
        members.insert(local, Member { account, name, address, kind: "individual".to_owned() });
    }
    for line in ROOMS.lines() {
        let (local, member) = room(store, line).await?;
        members.insert(local, member);
    }
    let calendars = calendars(store, &members).await?;
    let plans = EVENTS.split("%%\n").skip(1).map(Plan::read).collect::<anyhow::Result<Vec<_>>>()?;
    let mut copies: BTreeMap<&str, Vec<(&str, Event)>> = BTreeMap::new();
    for (number, plan) in plans.iter().enumerate() {
        let event = plan.event(number, now, &members).with_context(|| format!("the event {}", plan.title))?;
        for (who, event) in plan.copies(&event, &members) {
            let has = calendars.contains_key(&(who.to_owned(), plan.calendar.clone()));
            let calendar = if has { plan.calendar.as_str() } else { "Calendar" };
            copies.entry(who).or_default().push((calendar, event));
        }
    }
    for (who, events) in copies {
        let member = members.get(who).context("somebody")?;
        let access = Access::load(store, &member.account, &member.account).await?;
        let mut writer = store.begin(&member.account).await?;
        for (calendar, mut event) in events {
            let key = (who.to_owned(), calendar.to_owned());
            let id = calendars.get(&key).with_context(|| format!("{who} has no calendar {calendar}"))?;
            event.set("calendarIds", json!({ id.as_str(): true }));
            put(&mut writer, &access, &event).await?;
        }
        writer.commit().await?;
    }
    Ok(())
}

async fn put(writer: &mut Writer, access: &Access, event: &Event) -> anyhow::Result<()> {
    let id = writer.new_id(DataType::CalendarEvent);
    keep::put(writer, &id.into(), event, access, true).await.map_err(|error| match error {
        NotKept::Refused(error) => anyhow::anyhow!("{error}"),
        NotKept::Store(error) => error.into(),
    })
}

/// A room is an account that nobody signs in to.
async fn room(store: &Store, line: &str) -> anyhow::Result<(String, Member)> {
    let fields: Vec<&str> = line.splitn(7, ',').collect();
    let [local, name, kind, capacity, floor, equipment, description] = fields.as_slice() else {
        bail!("a room has seven fields: {line}");
    };
    let address = format!("{local}@{DOMAIN}");
    let new = NewAccount { address: address.clone(), name: (*name).to_owned(), password_hash: String::new() };
    let account = store.create_account(new).await?.id;
    let room = Room {
        capacity: capacity.parse()?,
        building: "The Owlery".to_owned(),
        floor: (*floor).to_owned(),
        equipment: equipment.split("; ").filter(|thing| !thing.is_empty()).map(str::to_owned).collect(),
        policy: Policy::default(),
    };
    let patch = PrincipalPatch {
        kind: Some((*kind).to_owned()),
        description: Some((*description).to_owned()),
        time_zone: Some(ZONE.to_owned()),
        booking: Some(json!(room)),
    };
    store.set_principal(&account, &patch).await?;
    Ok(((*local).to_owned(), Member { account, name: (*name).to_owned(), address, kind: (*kind).to_owned() }))
}

/// The id of each calendar, by who has it and what it is called.
async fn calendars(store: &Store, members: &BTreeMap<String, Member>) -> anyhow::Result<HashMap<(String, String), Id>> {
    let everyone = |but: &str, share: Share| -> Value {
        let others = members.iter().filter(|(local, member)| *local != but && member.kind == "individual");
        let Some(rights) = share.rights() else { return Value::Null };
        Value::Object(
            others.map(|(_, member)| (Principal::id_of(&member.account).to_string(), rights.clone())).collect(),
        )
    };
    let mut calendars = HashMap::new();
    for (local, member) in members {
        let mut writer = store.begin(&member.account).await?;
        for mut record in writer.records(DataType::Calendar, None).await? {
            let alerts = json!({ "default": { "@type": "Alert", "action": "display", "trigger": { "@type": "OffsetTrigger", "offset": "-PT10M" } } });
            if member.kind == "individual" {
                record.body.insert("defaultAlertsWithTime".to_owned(), alerts);
                record.body.insert("color".to_owned(), json!("#2563eb"));
            }
            record.body.insert("timeZone".to_owned(), json!(ZONE));
            writer.put_record(DataType::Calendar, &record.id, record.body, false).await?;
            calendars.insert((local.clone(), "Calendar".to_owned()), record.id);
        }
        for (order, (_, name, colour, share)) in CALENDARS.iter().enumerate().filter(|(_, one)| one.0 == local) {
            let id = writer.new_id(DataType::Calendar);
            let body = json!({
                "name": name, "color": colour, "sortOrder": 20 + order * 10, "isSubscribed": true, "isDefault": false,
                "timeZone": ZONE, "shareWith": everyone(local, *share),
            });
            let Value::Object(body) = body else { continue };
            writer.put_record(DataType::Calendar, &id, body, true).await?;
            for (_, other) in members.iter().filter(|(other, member)| *other != local && member.kind == "individual") {
                if *share != Share::Nothing {
                    let personal = Map::from_iter([("isSubscribed".to_owned(), json!(true))]);
                    writer.put_personal(DataType::Calendar, &id, &other.account, &personal).await?;
                }
            }
            calendars.insert((local.clone(), (*name).to_owned()), id);
        }
        writer.commit().await?;
    }
    Ok(calendars)
}

/// What `events.txt` says of one.
#[derive(Debug, Default)]
struct Plan {
    title: String,
    when: String,
    lasts: Option<String>,
    from: String,
    with: Vec<(String, &'static str)>,
    places: Vec<String>,
    rooms: Vec<String>,
    calendar: String,
    zone: Option<String>,
    repeats: Option<Value>,
    skip: Vec<String>,
    moves: Vec<String>,
    category: Option<String>,
    alert: Option<String>,
    link: Option<String>,
    is_free: bool,
    is_private: bool,
    text: String,
}

impl Plan {
    fn read(text: &str) -> anyhow::Result<Self> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut plan = Self { calendar: "Calendar".to_owned(), text: body.trim().to_owned(), ..Self::default() };
        for line in head.lines() {
            let (key, value) = line.split_once(": ").with_context(|| format!("a line without a value: {line}"))?;
            let value = value.trim().to_owned();
            match key {
                "title" => plan.title = value,
                "when" => plan.when = value,
                "lasts" => plan.lasts = Some(value),
                "from" => plan.from = value,
                "with" => plan.with = value.split(", ").map(guest).collect::<anyhow::Result<_>>()?,
                "at" => plan.places.push(value),
                "room" | "resource" => plan.rooms.push(value),
                "calendar" => plan.calendar = value,
                "zone" => plan.zone = Some(value),
                "repeats" => plan.repeats = Some(serde_json::from_str(&value)?),
                "skip" => plan.skip.push(value),
                "move" => plan.moves.push(value),
                "category" => plan.category = Some(value),
                "alert" => plan.alert = Some(value),
                "link" => plan.link = Some(value),
                "show" => plan.is_free = value == "free",
                "private" => plan.is_private = value == "yes",
                other => bail!("there is no key {other}"),
            }
        }
        ensure!(!plan.title.is_empty() && !plan.from.is_empty(), "an event has a title and is somebody's");
        Ok(plan)
    }

    /// The organizer's own.
    fn event(&self, number: usize, now: DateTime<Utc>, members: &BTreeMap<String, Member>) -> anyhow::Result<Event> {
        let (start, has_time) = at(&self.when, now)?;
        // The same every time that the sample is made on that day, and for everybody.
        let hash = Sha256::digest(format!("{number} {} {}", self.title, format_local(start)));
        let uid: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let created = format_utc(now - chrono::TimeDelta::days(20));
        let event = json!({
            "@type": "Event", "uid": format!("{uid}@{DOMAIN}"), "title": self.title, "start": format_local(start),
            "created": created, "updated": created,
        });
        let Value::Object(mut event) = event else { bail!("an event is an object") };
        let mut set = |name: &str, value: Value| drop(event.insert(name.to_owned(), value));
        if has_time {
            set("timeZone", json!(self.zone.as_deref().unwrap_or(ZONE)));
            set("duration", json!(self.lasts.as_deref().unwrap_or("PT1H")));
        } else {
            set("showWithoutTime", json!(true));
            set("duration", json!(self.lasts.as_deref().unwrap_or("P1D")));
        }
        if !self.text.is_empty() {
            set("description", json!(self.text));
        }
        if self.is_free {
            set("freeBusyStatus", json!("free"));
        }
        if self.is_private {
            set("privacy", json!("private"));
        }
        if let Some(category) = &self.category {
            set("keywords", json!({ category: true }));
        }
        if let Some(offset) = &self.alert {
            let trigger = json!({ "@type": "OffsetTrigger", "offset": offset });
            set("alerts", json!({ "1": { "@type": "Alert", "action": "display", "trigger": trigger } }));
        } else if has_time {
            set("useDefaultAlerts", json!(true));
        }
        if let Some(link) = &self.link {
            set(
                "virtualLocations",
                json!({ "1": { "@type": "VirtualLocation", "name": "Video call", "uri": link, "features": { "video": true, "audio": true } } }),
            );
        }
        if let Some(rule) = &self.repeats {
            set("recurrenceRule", rule.clone());
        }
        let mut overrides = Map::new();
        for skip in &self.skip {
            let (day, _) = at(skip, now)?;
            overrides.insert(format_local(day.date().and_time(start.time())), json!({ "excluded": true }));
        }
        for moved in &self.moves {
            let (to, _) = at(moved, now)?;
            overrides.insert(format_local(to.date().and_time(start.time())), json!({ "start": format_local(to) }));
        }
        if !overrides.is_empty() {
            set("recurrenceOverrides", Value::Object(overrides));
        }
        let mut places: Vec<String> = self.places.clone();
        places.extend(self.rooms.iter().filter_map(|room| Some(members.get(room)?.name.clone())));
        if !places.is_empty() {
            let place = |(index, name): (usize, String)| {
                ((index + 1).to_string(), json!({ "@type": "Location", "name": name }))
            };
            set("locations", Value::Object(places.into_iter().enumerate().map(place).collect()));
        }
        let participants = self.participants(members)?;
        if participants.len() > 1 {
            let organizer = members.get(&self.from).context("whose event it is")?;
            set("organizerCalendarAddress", json!(format!("mailto:{}", organizer.address)));
            set("participants", Value::Object(participants));
        }
        Event::new(event).map_err(|faults| {
            anyhow::anyhow!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })
    }

    fn participants(&self, members: &BTreeMap<String, Member>) -> anyhow::Result<Map<String, Value>> {
        let mut participants = Map::new();
        let guests = self.with.iter().map(|(who, status)| (who, *status, json!({ "attendee": true })));
        let owner = (&self.from, "accepted", json!({ "owner": true, "attendee": true, "chair": true }));
        let rooms = self.rooms.iter().map(|room| (room, "accepted", json!({ "attendee": true })));
        for (who, status, roles) in std::iter::once(owner).chain(guests).chain(rooms) {
            let member = members.get(who).with_context(|| format!("there is no {who}"))?;
            let participant = json!({
                "@type": "Participant", "name": member.name, "calendarAddress": format!("mailto:{}", member.address),
                "kind": member.kind, "roles": roles, "participationStatus": status,
                "expectReply": status == "needs-action",
            });
            participants.insert(who.clone(), participant);
        }
        Ok(participants)
    }

    /// The event as each has it: what only concerns oneself is not sent with an invitation, and what is in a calendar
    /// that all share is there for all.
    fn copies(&self, event: &Event, members: &BTreeMap<String, Member>) -> Vec<(&str, Event)> {
        // In a calendar that is shared, whoever's that is.
        let whose = CALENDARS.iter().find(|(_, name, _, _)| *name == self.calendar).map(|(who, _, _, _)| *who);
        let mut copies = vec![(whose.unwrap_or(&self.from), event.clone())];
        let is_shared = CALENDARS.iter().any(|(_, name, _, share)| *name == self.calendar && *share != Share::Nothing);
        let guests = self.with.iter().filter(|_| !is_shared).map(|(who, status)| (who, *status));
        for (who, status) in guests.chain(self.rooms.iter().map(|room| (room, "accepted"))) {
            // Whoever said no has it no more.
            if status == "declined" {
                continue;
            }
            let mut copy = event.clone();
            for name in ["alerts", "keywords", "useDefaultAlerts"] {
                copy.remove(name);
            }
            let is_person = members.get(who).is_some_and(|member| member.kind == "individual");
            if is_person && !event.show_without_time() {
                copy.set("useDefaultAlerts", true);
            }
            copies.push((who, copy));
        }
        copies
    }
}

fn guest(text: &str) -> anyhow::Result<(String, &'static str)> {
    let (who, answer) = text.split_once(' ').unwrap_or((text, ""));
    let status = match answer {
        "" => "needs-action",
        "yes" => "accepted",
        "no" => "declined",
        "maybe" => "tentative",
        other => bail!("no answer: {other}"),
    };
    Ok((who.to_owned(), status))
}

/// `+1 tue 10:30`: the week from this one, the weekday, and the time if there is one.
fn at(text: &str, now: DateTime<Utc>) -> anyhow::Result<(NaiveDateTime, bool)> {
    let mut parts = text.split(' ');
    let weeks: i64 = parts.next().unwrap_or_default().trim_start_matches('+').parse().context("a number of weeks")?;
    let weekday: Weekday = parts.next().unwrap_or_default().parse().ok().context("a weekday")?;
    let time = parts.next().map(|time| NaiveTime::parse_from_str(time, "%H:%M")).transpose()?;
    let day = monday(now) + chrono::TimeDelta::days(weeks * 7 + i64::from(weekday.num_days_from_monday()));
    Ok((day.and_time(time.unwrap_or_default()), time.is_some()))
}

/// Of this week; at a weekend, of the next.
fn monday(now: DateTime<Utc>) -> NaiveDate {
    let mut day = now.date_naive();
    if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = day.checked_add_days(Days::new(2)).unwrap_or(day);
    }
    day - chrono::TimeDelta::days(i64::from(day.weekday().num_days_from_monday()))
}
