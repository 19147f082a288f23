//! Calendars, and the events of a stretch of time: occurrences as the server expands them, in the reader's zone.
//!
//! A stretch is a window of the mirror like a list of mail, so what a person changes is shown at once, goes through the
//! outbox and comes back when it is refused. What the stretches look like on screen is the calendar's.

use std::collections::BTreeMap;

use jmap::Id;
use serde_json::{Value, json};

/// A stretch of time, in local time of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventQuery {
    /// Events that end after it: `2026-11-23T00:00:00`.
    pub after: String,
    /// Events that begin before it.
    pub before: String,
    /// The reader's zone.
    pub time_zone: String,
}

impl EventQuery {
    pub(super) fn key(&self) -> mirror::WindowKey {
        mirror::WindowKey::from(format!("events {} {} {}", self.after, self.before, self.time_zone))
    }

    pub(super) fn arguments(&self) -> Value {
        json!({
            "filter": { "after": self.after, "before": self.before },
            "sort": [{ "property": "start", "isAscending": true }],
            "expandRecurrences": true,
            "timeZone": self.time_zone,
        })
    }
}

/// What a calendar file in a mail wants, and what is in one's own calendar about it (RFC 5546).
#[derive(Clone, Debug, PartialEq)]
pub struct Invite {
    /// `request`, `reply`, `cancel`, `counter` …
    pub method: String,
    /// The event as the file has it.
    pub event: super::Event,
    /// The same event in one's own calendar.
    pub mine: Option<super::Event>,
}

/// Periods in which somebody is busy, by principal; `None` if they are not told.
pub type Availability = BTreeMap<Id, Option<Vec<jmap::principal::BusyPeriod>>>;

/// A time at which people could meet.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetingTime {
    /// From.
    pub start: super::Millis,
    /// Until.
    pub end: super::Millis,
    /// Principals who are busy then, or not at work.
    pub conflicts: Vec<Id>,
}

#[cfg(target_family = "wasm")]
pub(super) use browser::Range;

#[cfg(target_family = "wasm")]
mod browser {
    use std::cell::Cell;
    use std::collections::HashMap;
    use std::rc::Rc;
    use std::sync::Arc;

    use jmap::calendar::Calendar;
    use jmap::method::{GetResponse, QueryResponse, SetResponse};
    use jmap::principal::Principal;
    use jmap::push::CalendarAlert;
    use jmap::{BlobId, Id, capability};
    use leptos::prelude::*;
    use mirror::{Change, Edit, Properties, Status, TypeName, WindowChange, WindowKey, WindowSpec};
    use serde::Deserialize;
    use serde_json::{Map, Value, json};

    use super::{Availability, EventQuery, Invite, MeetingTime};
    use crate::client::Batch;
    use crate::locale::zones;
    use crate::records::engine::{Engine, OnAlert};
    use crate::records::event::{self, Event};
    use crate::records::{Failure, Load, Records, Undo};

    /// Rows that are asked at once.
    const PAGE: usize = 500;

    /// A stretch that some view holds.
    pub(in crate::records) struct Range {
        query: EventQuery,
        pub(in crate::records) changed: ArcTrigger,
        holders: Cell<usize>,
    }

    fn of_events() -> TypeName {
        "CalendarEvent".into()
    }

    fn of_calendars() -> TypeName {
        "Calendar".into()
    }

    /// A handle to the events of a stretch of time. `Copy`.
    #[derive(Clone, Copy)]
    pub struct EventWindow {
        records: Records,
        key: StoredValue<WindowKey>,
        changed: StoredValue<ArcTrigger>,
    }

    impl Engine {
        pub(in crate::records) fn event_query(&self, window: &WindowKey) -> Option<EventQuery> {
            self.ranges.borrow().get(window).map(|range| range.query.clone())
        }

        /// Opens again, for who is signed in now, the stretches that views hold.
        pub(in crate::records) fn open_ranges(&self) {
            for key in self.ranges.borrow().keys() {
                self.open_range(key);
            }
        }

        fn open_range(&self, key: &WindowKey) {
            let properties = event::PROPERTIES.iter().map(|name| (*name).to_owned()).collect();
            let spec = WindowSpec { of: of_events(), properties, row_key: None };
            let mut mirror = self.mirror.borrow_mut();
            mirror.open(key, spec);
            let _ = mirror.show(key, 0..PAGE);
        }

        pub(in crate::records) fn tell_ranges(&self, changes: &[WindowChange]) {
            for change in changes {
                let range = self.ranges.borrow().get(&change.window).cloned();
                let Some(range) = range else { continue };
                // More than a page: what is beyond it is asked when the page is there.
                let known = {
                    let mirror = self.mirror.borrow();
                    let total = mirror.total(&change.window).unwrap_or_default();
                    (total > PAGE)
                        .then(|| (0..total).take_while(|index| mirror.row(&change.window, *index).is_some()).count())
                };
                if let Some(known) = known {
                    let _ = self.mirror.borrow_mut().show(&change.window, 0..known + PAGE);
                }
                range.changed.notify();
            }
        }
    }

    impl Records {
        /// The server has calendars for this account.
        pub fn has_calendars(self) -> bool {
            self.engine().client.offers(capability::CALENDARS)
        }

        /// All calendars in the server's order. Empty until known.
        pub fn calendars(self) -> Signal<Arc<Vec<Calendar>>> {
            Memo::new(move |_| {
                let engine = self.engine();
                engine.track(&of_calendars());
                // In the memo: what was wanted before the mirror was taken up from the last visit is forgotten by then.
                engine.mirror.borrow_mut().load_all(&of_calendars());
                engine.pump_soon();
                let mirror = engine.mirror.borrow();
                let mut calendars: Vec<Calendar> =
                    mirror.records(&of_calendars()).filter_map(|(_, it)| Calendar::deserialize(&**it).ok()).collect();
                calendars.sort_by(|a, b| (a.sort_order, &a.name, &a.id).cmp(&(b.sort_order, &b.name, &b.id)));
                Arc::new(calendars)
            })
            .into()
        }

        /// Shown at once.
        pub fn change_calendar(self, id: &Id, patch: Properties) -> Undo {
            self.change(Change { of: of_calendars(), edits: vec![Edit::patch(id.clone(), patch)] })
        }

        /// The events of a stretch of time, held until the current owner is gone.
        pub fn events(self, query: EventQuery) -> EventWindow {
            let engine = self.engine();
            let key = query.key();
            let known = engine.ranges.borrow().get(&key).cloned();
            let range = known.unwrap_or_else(|| {
                let range = Rc::new(Range { query, changed: ArcTrigger::new(), holders: Cell::new(0) });
                engine.ranges.borrow_mut().insert(key.clone(), range.clone());
                range
            });
            if range.holders.replace(range.holders.get() + 1) == 0 {
                engine.open_range(&key);
                engine.pump_soon();
            }
            let held = StoredValue::new_local((Rc::downgrade(&engine), key.clone(), range.clone()));
            on_cleanup(move || {
                let Some((engine, key, range)) = held.try_get_value() else { return };
                range.holders.set(range.holders.get().saturating_sub(1));
                if range.holders.get() == 0
                    && let Some(engine) = engine.upgrade()
                {
                    engine.ranges.borrow_mut().remove(&key);
                    engine.mirror.borrow_mut().hide(&key);
                }
            });
            EventWindow { records: self, key: StoredValue::new(key), changed: StoredValue::new(range.changed.clone()) }
        }

        /// One event by its id, as far as it is known, and as it changes.
        pub fn event(self, id: &Id) -> Signal<Option<Arc<Event>>> {
            let id = id.clone();
            Memo::new(move |_| {
                let engine = self.engine();
                engine.track(&of_events());
                let mirror = engine.mirror.borrow();
                Event::read(&id, mirror.record(&of_events(), &id)?, &zones::instant).map(Arc::new)
            })
            .into()
        }

        /// A series as a whole: for the form, when "all of them" is changed.
        ///
        /// # Errors
        /// As any request; `None` if it is not there any more.
        pub async fn load_event(self, id: &Id) -> Result<Option<Event>, Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            let arguments = json!({ "ids": [id], "properties": event::PROPERTIES });
            let call = batch.call("CalendarEvent/get", &account, arguments);
            let answer: GetResponse = self.engine().client.ask_again(batch).await?.take(call)?;
            Ok(answer.list.into_iter().next().and_then(|raw| Event::read(id, &Arc::new(raw), &zones::instant)))
        }

        /// How many occurrences of a series there are between two local times of a zone.
        ///
        /// # Errors
        /// As any request.
        pub async fn occurrences_between(
            self,
            uid: &str,
            after: &str,
            before: &str,
            time_zone: &str,
        ) -> Result<u64, Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            let arguments = json!({
                "filter": { "uid": uid, "after": after, "before": before },
                "expandRecurrences": true,
                "timeZone": time_zone,
                "calculateTotal": true,
                "limit": 1,
            });
            let call = batch.call("CalendarEvent/query", &account, arguments);
            let answer: QueryResponse = self.engine().client.ask_again(batch).await?.take(call)?;
            Ok(answer.total.unwrap_or_default())
        }

        /// Changes an event, or with an occurrence's id that occurrence only; whoever is concerned is told. Shown at
        /// once.
        pub fn change_event(self, id: &Id, patch: Properties) -> Undo {
            self.change(Change { of: of_events(), edits: vec![Edit::patch(id.clone(), patch)] })
        }

        /// Makes an event; `notify`: guests are invited.
        ///
        /// # Errors
        /// As any request; `Refused` says what was wrong with it.
        pub async fn create_event(self, event: Properties, notify: bool) -> Result<Id, Failure> {
            self.create("CalendarEvent", event, json!({ "sendSchedulingMessages": notify })).await
        }

        /// Changes an event and waits for the answer: for what a form saves. `notify`: whoever is concerned is told.
        ///
        /// # Errors
        /// As any request; nothing is changed then.
        pub async fn update_event(self, id: &Id, patch: Properties, notify: bool) -> Result<(), Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            let arguments = json!({ "update": { id.as_str(): patch }, "sendSchedulingMessages": notify });
            let call = batch.call("CalendarEvent/set", &account, arguments);
            let answer: SetResponse = self.engine().client.ask(batch).await?.take(call)?;
            self.heard("CalendarEvent", &answer);
            let error = answer.not_updated.as_ref().and_then(|errors| errors.get(id));
            error.map_or(Ok(()), |error| Err(error.into()))
        }

        /// Destroys an event, or with an occurrence's id that occurrence only. `notify`: guests hear of it, or the
        /// organiser of the decline.
        ///
        /// # Errors
        /// As any request; it is still there then.
        pub async fn destroy_event(self, id: &Id, notify: bool) -> Result<(), Failure> {
            self.destroy("CalendarEvent", id, json!({ "sendSchedulingMessages": notify })).await
        }

        /// Calls for every alert of an event that is due, in every tab. Ends with the owner.
        pub fn on_alert(self, call: impl Fn(&CalendarAlert) + 'static) {
            self.engine().listen::<OnAlert>(|engine| &engine.alerts, Rc::new(call));
        }

        /// Whether this tab tells of what all tabs hear.
        pub fn leads(self) -> bool {
            self.engine().tabs_leads()
        }

        /// What a calendar file wants; `None` if it is no message about an event.
        ///
        /// # Errors
        /// As any request.
        pub async fn invite(self, file: &BlobId) -> Result<Option<Invite>, Failure> {
            let account = self.account_now()?;
            let client = self.engine().client.clone();
            let mut batch = Batch::new();
            let properties: Vec<&str> = event::PROPERTIES.iter().copied().chain(["method"]).collect();
            let call =
                batch.call("CalendarEvent/parse", &account, json!({ "blobIds": [file], "properties": properties }));
            let answer: Map<String, Value> = client.ask_again(batch).await?.take(call)?;
            let parsed = || answer.get("parsed")?.get(file.as_str())?.as_array()?.first()?.as_object().cloned();
            let Some(raw) = parsed() else { return Ok(None) };
            let text = |name: &str| raw.get(name).and_then(Value::as_str).map(str::to_owned);
            let (Some(method), Some(uid)) = (text("method"), text("uid")) else { return Ok(None) };
            let Some(event) = Event::read(&Id::from("invite"), &Arc::new(raw), &zones::instant) else {
                return Ok(None);
            };
            let filter = match &event.recurrence_id {
                // Of a series one occurrence: where it is now, or was.
                Some(id) => json!({ "uid": uid, "after": event::add_days(id, -1), "before": event::add_days(id, 1) }),
                None => json!({ "uid": uid }),
            };
            let mut batch = Batch::new();
            let arguments = json!({ "filter": filter, "expandRecurrences": event.recurrence_id.is_some(), "timeZone": zones::here() });
            let query = batch.call("CalendarEvent/query", &account, arguments);
            let get = batch.call("CalendarEvent/get", &account, json!({ "properties": event::PROPERTIES }));
            batch.refer("ids", query, "/ids");
            let mut answers = client.ask_again(batch).await?;
            let _ids: QueryResponse = answers.take(query)?;
            let found: GetResponse = answers.take(get)?;
            let mine = found.list.into_iter().find_map(|raw| {
                let id = Id::from(raw.get("id")?.as_str()?);
                let mine = Event::read(&id, &Arc::new(raw), &zones::instant)?;
                (mine.recurrence_id == event.recurrence_id).then_some(mine)
            });
            Ok(Some(Invite { method, event, mine }))
        }

        async fn create(self, of: &str, object: Properties, mut arguments: Value) -> Result<Id, Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            if let Some(arguments) = arguments.as_object_mut() {
                arguments.insert("create".to_owned(), json!({ "new": object }));
            }
            let call = batch.call(&format!("{of}/set"), &account, arguments);
            let answer: SetResponse = self.engine().client.ask(batch).await?.take(call)?;
            self.heard(of, &answer);
            let new = Id::from("new");
            if let Some(error) = answer.not_created.as_ref().and_then(|errors| errors.get(&new)) {
                return Err(error.into());
            }
            let id = answer.created.as_ref().and_then(|created| created.get(&new)?.get("id")?.as_str());
            id.map(Id::from).ok_or(Failure::Server { reference: None })
        }

        async fn destroy(self, of: &str, id: &Id, mut arguments: Value) -> Result<(), Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            if let Some(arguments) = arguments.as_object_mut() {
                arguments.insert("destroy".to_owned(), json!([id]));
            }
            let call = batch.call(&format!("{of}/set"), &account, arguments);
            let answer: SetResponse = self.engine().client.ask(batch).await?.take(call)?;
            self.heard(of, &answer);
            let error = answer.not_destroyed.as_ref().and_then(|errors| errors.get(id));
            error.map_or(Ok(()), |error| Err(error.into()))
        }

        /// People, rooms and things of the organisation whose name or address has these letters.
        ///
        /// # Errors
        /// As any request.
        pub async fn find_principals(self, text: &str, limit: usize) -> Result<Vec<Principal>, Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            let filter = if text.is_empty() { Value::Null } else { json!({ "text": text }) };
            let query = batch.call("Principal/query", &account, json!({ "filter": filter, "limit": limit }));
            let get = batch.call("Principal/get", &account, json!({}));
            batch.refer("ids", query, "/ids");
            let mut answers = self.engine().client.ask_again(batch).await?;
            let _ids: QueryResponse = answers.take(query)?;
            let found: GetResponse = answers.take(get)?;
            Ok(found.list.iter().filter_map(|it| Principal::deserialize(it).ok()).collect())
        }

        /// When these are busy between two moments (`2026-11-25T00:00:00Z`).
        ///
        /// # Errors
        /// As any request; of one that does not tell, the answer is `None`.
        pub async fn availability(self, ids: &[Id], start: &str, end: &str) -> Result<Availability, Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            batch.using(capability::PRINCIPALS_AVAILABILITY);
            let calls: Vec<_> = ids
                .iter()
                .map(|id| {
                    let arguments = json!({ "id": id, "utcStart": start, "utcEnd": end, "showDetails": false });
                    batch.call("Principal/getAvailability", &account, arguments)
                })
                .collect();
            let mut answers = self.engine().client.ask_again(batch).await?;
            let mut told = Availability::new();
            for (id, call) in ids.iter().zip(calls) {
                let answer = answers.take::<Map<String, Value>>(call).ok();
                let periods = answer.as_ref().and_then(|answer| Vec::deserialize(answer.get("list")?).ok());
                told.insert(id.clone(), periods);
            }
            Ok(told)
        }

        /// When people and rooms could meet, best first, within the hours that people work here.
        ///
        /// # Errors
        /// As any request.
        pub async fn suggest_times(
            self,
            (required, optional): (&[Id], &[Id]),
            (start, end): (&str, &str),
            duration: &str,
        ) -> Result<Vec<MeetingTime>, Failure> {
            let account = self.account_now()?;
            let mut batch = Batch::new();
            let arguments = json!({
                "required": required,
                "optional": optional,
                "utcStart": start,
                "utcEnd": end,
                "duration": duration,
                "workingHours": ["08:00", "18:00"],
                "limit": 6,
            });
            let call = batch.call("Principal/suggestTimes", &account, arguments);
            let answer: Map<String, Value> = self.engine().client.ask_again(batch).await?.take(call)?;
            let time = |it: &Value| {
                let millis = |name: &str| {
                    let date = jmap::UtcDate::deserialize(it.get(name)?).ok()?;
                    Some(date.0.timestamp_millis() as f64)
                };
                let conflicts = Vec::deserialize(it.get("conflicts")?).ok()?;
                Some(MeetingTime { start: millis("utcStart")?, end: millis("utcEnd")?, conflicts })
            };
            let list = answer.get("list").and_then(Value::as_array);
            Ok(list.into_iter().flatten().filter_map(time).collect())
        }
    }

    impl EventWindow {
        /// The events in the order of their beginnings.
        pub fn events(self) -> Signal<Load<Arc<Vec<Arc<Event>>>>> {
            // By what it was read from: an event that did not change stays the same.
            let read = StoredValue::new_local(HashMap::<Id, (Arc<Properties>, Option<Arc<Event>>)>::new());
            Memo::new(move |before: Option<&Load<Arc<Vec<Arc<Event>>>>>| {
                self.changed.with_value(|changed| changed.track());
                let engine = self.records.engine();
                engine.track(&of_events());
                let trouble = self.records.trouble();
                let key = self.key.get_value();
                let mirror = engine.mirror.borrow();
                match (mirror.status(&key), trouble) {
                    (Status::Ready, _) => {}
                    // What was there stays while it is looked up anew.
                    _ if before.is_some_and(|before| before.ready().is_some()) && mirror.total(&key).is_some() => {}
                    (Status::Failed(error), _) => return Load::Failed(Failure::from(&error)),
                    (Status::Loading, Some(failure)) => return Load::Failed(failure),
                    (Status::Loading, None) => return Load::Loading,
                }
                let total = mirror.total(&key).unwrap_or_default();
                let mut events: Vec<Arc<Event>> = (0..total)
                    .filter_map(|index| {
                        let id = mirror.row(&key, index)?.id;
                        let raw = mirror.record(&of_events(), &id)?;
                        read.try_update_value(|read| match read.get(&id) {
                            Some((from, event)) if Arc::ptr_eq(from, raw) => event.clone(),
                            _ => {
                                let event = Event::read(&id, raw, &zones::instant).map(Arc::new);
                                read.insert(id.clone(), (raw.clone(), event.clone()));
                                event
                            }
                        })
                        .flatten()
                    })
                    .collect();
                events.sort_by(|a, b| a.start.total_cmp(&b.start).then(b.end.total_cmp(&a.end)).then(a.id.cmp(&b.id)));
                Load::Ready(Arc::new(events))
            })
            .into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_asked_with_its_occurrences_in_the_readers_zone() {
        let query = EventQuery {
            after: "2026-11-23T00:00:00".to_owned(),
            before: "2026-11-30T00:00:00".to_owned(),
            time_zone: "Europe/London".to_owned(),
        };
        let arguments = query.arguments();
        assert_eq!(arguments["expandRecurrences"], true);
        assert_eq!(arguments["timeZone"], "Europe/London");
        assert_eq!(arguments["filter"], json!({ "after": "2026-11-23T00:00:00", "before": "2026-11-30T00:00:00" }));
        let later = EventQuery { before: "2026-12-07T00:00:00".to_owned(), ..query.clone() };
        assert_ne!(later.key(), query.key());
    }
}
