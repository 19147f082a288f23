//! CalendarEvent/get (draft-ietf-jmap-calendars §5.8).

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use jmap::error::MethodErrorKind;
use jmap::{Id, MethodError};
use scheduling::Event;
use scheduling::date::{format_utc, parse_local, parse_utc};
use scheduling::event::{CalendarAddress, Series};
use scheduling::zone::Zone;
use serde_json::{Map, Value, json};
use store::{DataType, EventQuery, Record};

use super::{EventRef, addresses, is_origin, view, zone};
use crate::calendar::access::Access;
use crate::jmap::arguments;
use crate::jmap::calendar::access;
use crate::jmap::context::Context;
use crate::jmap::failure::Failure;
use crate::jmap::get::{self, Get};
use crate::jmap::limits::MAX_OBJECTS_IN_GET;

/// What a property is that an event does not say, where that is known.
fn default_of(name: &str) -> Value {
    match name {
        "title" | "description" => json!(""),
        "descriptionContentType" => json!("text/plain"),
        "showWithoutTime" | "useDefaultAlerts" | "mayInviteSelf" | "mayInviteOthers" | "hideAttendees" | "isDraft" => {
            json!(false)
        }
        "sequence" | "priority" => json!(0),
        "status" => json!("confirmed"),
        "freeBusyStatus" => json!("busy"),
        "privacy" => json!("public"),
        "duration" => json!("PT0S"),
        "@type" => json!("Event"),
        _ => Value::Null,
    }
}

/// The arguments beside the standard ones.
pub struct Options {
    before: Option<DateTime<Utc>>,
    after: Option<DateTime<Utc>>,
    reduces_participants: bool,
    zone: Zone,
}

impl Options {
    fn take(call: &mut Map<String, Value>) -> Result<Self, Failure> {
        let mut date = |name: &str| match arguments::take::<String>(call, name)? {
            None => Ok(None),
            Some(text) => match parse_utc(&text) {
                Some(date) => Ok(Some(date)),
                None => Err(Failure::from(MethodError::invalid_arguments(format!("{name} is a UTC date")))),
            },
        };
        Ok(Self {
            before: date("recurrenceOverridesBefore")?,
            after: date("recurrenceOverridesAfter")?,
            reduces_participants: arguments::take(call, "reduceParticipants")?.unwrap_or(false),
            zone: zone(arguments::take(call, "timeZone")?)?,
        })
    }
}

/// `CalendarEvent/get`.
pub async fn get(context: &Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let options = Options::take(&mut call)?;
    let mut asked: Get = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    asked.ids = asked.ids.map(|ids| get::unique(context, ids)).transpose()?;
    let wants = |name: &str| asked.properties.as_ref().is_some_and(|names| names.iter().any(|wanted| wanted == name));
    if (wants("utcStart") || wants("utcEnd")) && wants("recurrenceOverrides") {
        let reason = "recurrenceOverrides cannot be read beside utcStart and utcEnd";
        return Err(MethodError::invalid_arguments(reason).into());
    }
    let access = access(context, &asked.account_id).await?;
    let state = context.store().state(&asked.account_id, DataType::CalendarEvent).await?;
    let refs = refs(context, &access, asked.ids.as_deref()).await?;
    let viewer = Viewer::new(context, access).await?;
    let events = viewer.events(context, refs.values().map(|found| found.base.clone()).collect()).await?;
    let state = viewer.access.seen(state);
    let properties = asked.properties.clone();
    // Expanding is work for a processor, not for who answers others meanwhile.
    let shown = tokio::task::spawn_blocking(move || {
        let series: HashMap<&Id, Series> = refs
            .values()
            .filter(|reference| reference.recurrence_id.is_some())
            .filter_map(|reference| Some((&reference.base, events.get(&reference.base)?)))
            .collect::<HashMap<_, _>>()
            .into_iter()
            .filter_map(|(id, event)| Some((id, event.series(&Zone::Floating).ok()?)))
            .collect();
        refs.iter()
            .filter_map(|(id, reference)| {
                let base = events.get(&reference.base)?;
                let single = match reference.recurrence_id {
                    Some(occurrence) if base.is_recurring() => {
                        base.occurrence_in(series.get(&reference.base)?, occurrence)?
                    }
                    Some(_) => return None,
                    None => base.clone(),
                };
                Some((id.clone(), viewer.object(reference, base, single, properties.as_deref(), &options)))
            })
            .collect::<HashMap<_, _>>()
    });
    asked.answer(state, shown.await.map_err(|_| MethodErrorKind::ServerFail)?)
}

/// What ids say; of all there are, if none are given.
async fn refs(context: &Context<'_>, access: &Access, ids: Option<&[Id]>) -> Result<BTreeMap<Id, EventRef>, Failure> {
    let Some(ids) = ids else {
        let query = EventQuery { within: access.within(), ..EventQuery::default() };
        let all = context.store().query_events(&access.account, &query).await?;
        if all.events.len() > MAX_OBJECTS_IN_GET {
            return Err(MethodErrorKind::RequestTooLarge.into());
        }
        let base = |id: Id| (id.clone(), EventRef { base: id, recurrence_id: None });
        return Ok(all.events.into_iter().map(|event| base(event.id.into())).collect());
    };
    Ok(ids.iter().filter_map(|id| Some((id.clone(), EventRef::parse(id)?))).collect())
}

/// Who looks at the events of an account.
pub struct Viewer {
    /// What they see.
    pub access: Access,
    /// As whom they take part.
    pub me: Vec<CalendarAddress>,
    /// As whom the owner of the account takes part.
    pub owner: Vec<CalendarAddress>,
}

impl Viewer {
    /// Somebody who asks.
    pub async fn new(context: &Context<'_>, access: Access) -> Result<Self, Failure> {
        let owner = addresses(context, &access.account).await?;
        let me = if access.is_owner() { owner.clone() } else { addresses(context, &access.person).await? };
        Ok(Self { access, me, owner })
    }

    /// Events as they see them, by id; without those that they do not see.
    pub async fn events(&self, context: &Context<'_>, mut ids: Vec<Id>) -> Result<HashMap<Id, Event>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let account = &self.access.account;
        let records = context.store().records(account, DataType::CalendarEvent, Some(&ids)).await?;
        let mut personal = if self.access.is_owner() {
            HashMap::new()
        } else {
            context.store().personal(account, DataType::CalendarEvent, &ids, &self.access.person).await?
        };
        let seen = records.into_iter().filter_map(|Record { id, body, .. }| {
            let own = personal.remove(&id).unwrap_or_default();
            Some((id, view::seen(&self.access, body, own, &self.me)?))
        });
        Ok(seen.collect())
    }

    /// An event, or an occurrence of it, as JMAP shows it.
    fn object(
        &self,
        reference: &EventRef,
        base: &Event,
        mut event: Event,
        properties: Option<&[String]>,
        options: &Options,
    ) -> Map<String, Value> {
        if options.reduces_participants {
            event = view::reduced(event, &self.me);
        }
        let wants = |name: &str| properties.is_some_and(|names| names.iter().any(|wanted| wanted == name));
        let mut object = Map::new();
        let (starts, ends) = (wants("utcStart"), wants("utcEnd"));
        if starts || ends {
            let (start, end) = instants(&event, &options.zone);
            for (name, instant) in [("utcStart", start), ("utcEnd", end)] {
                object.insert(name.to_owned(), instant.map_or(Value::Null, |instant| json!(format_utc(instant))));
            }
        }
        object.insert("isOrigin".to_owned(), json!(is_origin(base, &self.owner)));
        let base_id = reference.recurrence_id.map(|_| reference.base.as_str());
        if base_id.is_some() || wants("baseEventId") {
            object.insert("baseEventId".to_owned(), json!(base_id));
        }
        let mut map = event.into_map();
        for name in ["calendarIds", "isDraft"] {
            if reference.recurrence_id.is_some() {
                map.extend(base.get(name).map(|value| (name.to_owned(), value.clone())));
            }
        }
        self.cut_overrides(&mut map, base, options);
        if properties.is_none() {
            map.remove("iCalendar");
            map.entry("isDraft").or_insert(json!(false));
        }
        for (name, value) in map {
            object.entry(name).or_insert(value);
        }
        for name in properties.into_iter().flatten() {
            object.entry(name.as_str()).or_insert_with(|| default_of(name));
        }
        object
    }

    fn cut_overrides(&self, map: &mut Map<String, Value>, base: &Event, options: &Options) {
        if options.before.is_none() && options.after.is_none() {
            return;
        }
        let zone = base.zone().unwrap_or(Zone::UTC);
        let zone = if zone == Zone::Floating { options.zone.clone() } else { zone };
        if let Some(Value::Object(overrides)) = map.get_mut("recurrenceOverrides") {
            overrides.retain(|id, _| {
                let Some(at) = parse_local(id).map(|local| zone.to_utc(local)) else { return true };
                options.before.is_none_or(|before| at < before) && options.after.is_none_or(|after| at >= after)
            });
        }
    }
}

/// When an event begins and ends: of a series, its first occurrence.
pub fn instants(event: &Event, floating: &Zone) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let mut single = event.as_map().clone();
    for name in ["recurrenceRule", "recurrenceOverrides"] {
        single.remove(name);
    }
    match Event::stored(single).span(floating) {
        Ok(span) => (span.start, span.end),
        Err(_) => (None, None),
    }
}
