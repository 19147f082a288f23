//! CalendarEvent/set (draft-ietf-jmap-calendars §5.9): events, series, and by synthetic ids single occurrences, whose
//! changes become overrides of their series.

mod anothers;
mod prepare;
mod server_set;
mod telling;

pub(in crate::jmap) use prepare::uuid;
pub(super) use telling::Post;

use chrono::{DateTime, SubsecRound as _, Utc};
use jmap::calendar_event::PER_USER;
use jmap::calendar_event_notification::Person;
use jmap::error::SetErrorKind;
use jmap::{CalendarEventId, CalendarId, Id, SetError, State};
use scheduling::date::format_utc;
use scheduling::event::CalendarAddress;
use scheduling::{Event, Invalid, patch};
use serde_json::{Map, Value, json};
use store::{DataType, Principal, Record, Writer};

use server_set::changed_by_server;

use super::{EventRef, is_origin, view};
use crate::calendar::access::Access;
use crate::calendar::index::calendar_ids;
use crate::calendar::keep::{self, NotKept};
use crate::jmap::arguments;
use crate::jmap::calendar::access;
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::set::{self, Changer, Set};

type Object = Map<String, Value>;

/// `CalendarEvent/set`.
pub async fn set(context: &mut Context<'_>, mut call: Object) -> Result<Object, Failure> {
    let sends = arguments::take::<bool>(&mut call, "sendSchedulingMessages")?.unwrap_or(false);
    let asked = Set::read(context, call)?;
    let mut events = Events::new(context, access(context, &asked.account_id).await?, sends).await?;
    set::set(context, asked, &mut events).await
}

/// What changes the events of an account in somebody's name.
pub(super) struct Events {
    access: Access,
    /// As whom who asks takes part.
    me: Vec<CalendarAddress>,
    /// As whom the owner of the account takes part, and as whom by default.
    owner: Vec<CalendarAddress>,
    organizer: Option<CalendarAddress>,
    /// Everyone concerned is told: from whom, and how they are reached.
    post: Option<Post>,
    by: Person,
    now: DateTime<Utc>,
}

impl Events {
    pub(super) async fn new(context: &Context<'_>, access: Access, sends: bool) -> Result<Self, Failure> {
        let (owner, organizer) = crate::calendar::identities(context.store(), &access.account).await?;
        let me = match access.is_owner() {
            true => owner.clone(),
            false => crate::calendar::identities(context.store(), &access.person).await?.0,
        };
        let by = Person {
            name: context.principal.name.clone(),
            email: Some(context.principal.address.clone()),
            principal_id: Some(Principal::id_of(&context.principal.account_id)),
            calendar_address: Some(format!("mailto:{}", context.principal.address)),
        };
        let post = match sends {
            true => Some(Post::of(context, &access.account).await?),
            false => None,
        };
        Ok(Self { access, me, owner, organizer, post, by, now: Utc::now().trunc_subsecs(0) })
    }

    /// The calendars that an event is to be in: there, and the person may put events into those that are new to it.
    fn check_calendars(&self, before: Option<&Object>, event: &Event) -> Result<(), SetError> {
        let wrong = |reason: &str| Err(SetError::invalid_properties(["calendarIds"], reason));
        let Some(Value::Object(asked)) = event.get("calendarIds") else {
            return wrong("A map of the calendars that the event is in is wanted.");
        };
        if asked.is_empty() || asked.values().any(|value| *value != Value::Bool(true)) {
            return wrong("An event is in one calendar at least, and each is true.");
        }
        let known = before.map(calendar_ids).unwrap_or_default();
        let is_mine = view::owns(event, &self.me);
        let now = calendar_ids(event.as_map());
        for calendar in now.symmetric_difference(&known) {
            if !self.access.calendars.contains_key(calendar) && !known.contains(calendar) {
                return wrong("There is no such calendar.");
            }
            let rights = self.access.rights(calendar);
            if !(rights.may_write_all || rights.may_write_own && is_mine) {
                return Err(SetError::new(SetErrorKind::Forbidden, "You may not write to this calendar."));
            }
        }
        Ok(())
    }

    /// What is checked of an event as it is to be kept, whoever made it so.
    fn check(&self, before: Option<&Object>, event: &Event) -> Result<(), SetError> {
        prepare::check(event)?;
        self.check_calendars(before, event)?;
        if !self.access.is_owner() && event.privacy() != "public" {
            let reason = "In a calendar of somebody else all is public.";
            return Err(SetError::invalid_properties(["privacy"], reason));
        }
        Ok(())
    }

    /// The server's part of a change: what it counts and dates.
    fn stamp(&self, before: &Event, event: &mut Event) {
        let changed = patch::diff(before.as_map(), event.as_map());
        let is_for_all = |pointer: &&String| {
            let name = pointer.split('/').next().unwrap_or(pointer);
            !matches!(name, "calendarIds" | "isDraft" | "updated" | "sequence") && !PER_USER.contains(&name)
        };
        if !is_origin(event, &self.owner) || changed.is_empty() {
            return;
        }
        if changed.keys().any(|pointer| is_for_all(&pointer)) && event.sequence() <= before.sequence() {
            event.set("sequence", before.sequence() + 1);
        }
        event.set("updated", format_utc(self.now));
    }

    async fn record(&self, writer: &mut Writer, base: &Id) -> Result<(Object, Object), Refusal> {
        let record = writer.get_record(DataType::CalendarEvent, base).await?;
        let Record { body, .. } = record.ok_or(SetErrorKind::NotFound)?;
        let personal = match self.access.is_owner() {
            true => Object::new(),
            false => writer.personal(DataType::CalendarEvent, base, &self.access.person).await?,
        };
        Ok((body, personal))
    }

    async fn keep(&self, writer: &mut Writer, base: &Id, before: Option<&Event>, event: &Event) -> Result<(), Refusal> {
        let id = CalendarEventId::from(base.clone());
        keep::put(writer, &id, event, &self.access, before.is_none()).await.map_err(refusal)
    }
}

impl Changer for Events {
    const DATA_TYPE: DataType = DataType::CalendarEvent;

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        _: &str,
        asked: &Object,
    ) -> Result<(Id, Object), Refusal> {
        let mut object = asked.clone();
        object.retain(|_, value| !value.is_null());
        let fixed: Vec<&str> =
            ["id", "baseEventId", "isOrigin", "method"].into_iter().filter(|name| object.contains_key(*name)).collect();
        if !fixed.is_empty() {
            return Err(SetError::invalid_properties(fixed, "This cannot be set.").into());
        }
        prepare::resolve_calendars(context, &mut object);
        let calendars = calendar_ids(&object);
        prepare::from_utc(&mut object, &self.access, &calendars)?;
        let mut event = prepare::new(object, self.now)?;
        if event.participants().next().is_some() && event.organizer().is_none() {
            let organizer = self.organizer.as_ref().or(self.owner.first());
            if let Some(organizer) = organizer {
                event.set("organizerCalendarAddress", organizer.as_str());
            }
        }
        if is_origin(&event, &self.owner) {
            event.set("updated", format_utc(self.now));
            if event.created().is_none_or(|created| created > self.now) {
                event.set("created", format_utc(self.now));
            }
        }
        self.check(None, &event)?;
        let event = self.told(context, writer, None, Some(event)).await?.ok_or(SetErrorKind::InvalidProperties)?;
        let id = writer.new_id(DataType::CalendarEvent);
        self.keep(writer, &id, None, &event).await?;
        self.tell_owner(writer, &id, None, Some(&event)).await?;
        let origin = is_origin(&event, &self.owner);
        let mut answer = event.into_map();
        answer.entry("isDraft").or_insert(json!(false));
        answer.retain(|name, value| asked.get(name) != Some(value));
        answer.insert("isOrigin".to_owned(), json!(origin));
        Ok((id, answer))
    }

    async fn update(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Object,
    ) -> Result<Option<Object>, Refusal> {
        let reference = EventRef::parse(id).ok_or(SetErrorKind::NotFound)?;
        let (stored, personal) = self.record(writer, &reference.base).await?;
        let before = view::seen(&self.access, stored.clone(), personal, &self.me).ok_or(SetErrorKind::NotFound)?;
        let shown = match reference.recurrence_id {
            Some(occurrence) => before.occurrence(occurrence).ok_or(SetErrorKind::NotFound)?,
            None => before.clone(),
        };
        if !self.access.is_owner() && before.privacy() != "public" {
            return Err(forbidden("What is private is for its owner to change.").into());
        }
        let asked = patch;
        let mut patch = patch.clone();
        self.drop_unchanged(&reference, &shown, &before, &mut patch)?;
        prepare::resolve_calendar_pointers(context, &mut patch);
        let calendars = calendar_ids(before.as_map());
        prepare::patch_from_utc(&mut patch, &shown, &self.access, &calendars)?;
        let after = match reference.recurrence_id {
            Some(occurrence) => before.with_occurrence_patched(occurrence, &patch),
            None => before.patched(&patch),
        };
        let mut after = after.map_err(|faults| invalid(&faults))?;
        if after.uid() != before.uid() {
            return Err(SetError::invalid_properties(["uid"], "The uid does not change.").into());
        }
        if after.get("isDraft") == Some(&json!(true)) && before.get("isDraft") != Some(&json!(true)) {
            return Err(SetError::invalid_properties(["isDraft"], "What is no draft becomes none.").into());
        }
        if after.participants().next().is_some() && after.organizer().is_none() {
            let organizer = self.organizer.as_ref().or(self.owner.first());
            if let Some(organizer) = organizer {
                after.set("organizerCalendarAddress", organizer.as_str());
            }
        }
        self.check(Some(before.as_map()), &after)?;
        let after = if self.access.is_owner() {
            self.stamp(&before, &mut after);
            let told = self.told(context, writer, Some(&before), Some(after)).await?;
            let after = told.ok_or(SetErrorKind::InvalidProperties)?;
            self.keep(writer, &reference.base, Some(&before), &after).await?;
            self.tell_owner(writer, &reference.base, Some(&before), Some(&after)).await?;
            after
        } else {
            self.change_anothers(context, writer, &reference.base, stored, &before, after).await?
        };
        let after = match reference.recurrence_id {
            Some(occurrence) => after.occurrence(occurrence).unwrap_or(after),
            None => after,
        };
        Ok(changed_by_server(&shown, &after, asked))
    }

    async fn destroy(&mut self, context: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        let reference = EventRef::parse(id).ok_or(SetErrorKind::NotFound)?;
        let (stored, personal) = self.record(writer, &reference.base).await?;
        let before = view::seen(&self.access, stored.clone(), personal, &self.me).ok_or(SetErrorKind::NotFound)?;
        if !self.access.is_owner() {
            let rights = view::rights(&self.access, &stored);
            if before.privacy() != "public"
                || !(rights.may_write_all || rights.may_write_own && view::owns(&before, &self.me))
            {
                return Err(forbidden("You may not destroy this event.").into());
            }
        }
        let Some(occurrence) = reference.recurrence_id else {
            let stored = Event::stored(stored);
            self.told(context, writer, Some(&stored), None).await?;
            writer.destroy_record(DataType::CalendarEvent, &reference.base).await?;
            return self.tell_owner(writer, &reference.base, Some(&stored), None).await;
        };
        if !before.has_occurrence(occurrence) {
            return Err(SetErrorKind::NotFound.into());
        }
        let stored = Event::stored(stored);
        let mut after = stored.without_occurrence(occurrence).map_err(|faults| invalid(&faults))?;
        self.stamp(&stored, &mut after);
        let told = self.told(context, writer, Some(&stored), Some(after)).await?;
        let after = told.ok_or(SetErrorKind::InvalidProperties)?;
        self.keep(writer, &reference.base, Some(&stored), &after).await?;
        self.tell_owner(writer, &reference.base, Some(&stored), Some(&after)).await
    }

    fn seen(&self, state: State) -> State {
        self.access.seen(state)
    }
}

/// Takes events out of a calendar that is about to go; those that are in no other go with it. Nobody is told.
pub(in crate::jmap) async fn leave_calendar(
    writer: &mut Writer,
    access: &Access,
    calendar: &CalendarId,
    events: Vec<CalendarEventId>,
) -> Result<(), Refusal> {
    let ids: Vec<Id> = events.into_iter().map(Id::from).collect();
    for Record { id, mut body, .. } in writer.records(DataType::CalendarEvent, Some(&ids)).await? {
        let is_elsewhere = match body.get_mut("calendarIds") {
            Some(Value::Object(calendars)) => {
                calendars.remove(calendar.as_str());
                !calendars.is_empty()
            }
            _ => false,
        };
        if is_elsewhere {
            keep::put(writer, &id.into(), &Event::stored(body), access, false).await.map_err(refusal)?;
        } else {
            writer.destroy_record(DataType::CalendarEvent, &id).await?;
        }
    }
    Ok(())
}

fn refusal(error: NotKept) -> Refusal {
    match error {
        NotKept::Refused(error) => error.into(),
        NotKept::Store(error) => error.into(),
    }
}

fn forbidden(reason: &str) -> SetError {
    SetError::new(SetErrorKind::Forbidden, reason)
}

/// What is wrong with an event, in a client's words.
pub(super) fn invalid(faults: &[Invalid]) -> SetError {
    use scheduling::Problem;
    let is_of_patch =
        |fault: &Invalid| matches!(fault.problem, Problem::NoPath | Problem::InsideList | Problem::Overlap(_));
    let words: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
    if faults.iter().any(is_of_patch) {
        return SetError::new(SetErrorKind::InvalidPatch, words.join("; "));
    }
    let mut properties: Vec<&str> = faults.iter().map(Invalid::property).collect();
    properties.sort_unstable();
    properties.dedup();
    SetError::invalid_properties(properties, words.join("; "))
}
