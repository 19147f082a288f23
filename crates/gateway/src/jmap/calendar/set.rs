//! Calendar/set: one's own calendars, and what one keeps for oneself of another's.

mod check;

use std::collections::BTreeSet;

use jmap::calendar::CalendarRights;
use jmap::capability::OWLET_CALENDARS;
use jmap::error::SetErrorKind;
use jmap::{CalendarId, Id, SetError, State};
use scheduling::Event;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{DataType, Principal, Writer};

use super::{PROPERTIES, access, defaults, object};
use crate::calendar::access::{Access, PERSONAL, SeenCalendar};
use crate::calendar::{publish, reminders};
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::set::{self, Changer, Outcome, Set};
use crate::jmap::{arguments, patch};

/// What decides when somebody is reminded.
const REMINDS: [&str; 4] = ["defaultAlertsWithTime", "defaultAlertsWithoutTime", "isSubscribed", "timeZone"];
/// Calendars of an account.
const MAX_CALENDARS: usize = 1000;

/// `Calendar/set`.
pub async fn set(context: &mut Context<'_>, mut call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let remove_events = arguments::take::<bool>(&mut call, "onDestroyRemoveEvents")?.unwrap_or(false);
    let new_default = arguments::take::<String>(&mut call, "onSuccessSetIsDefault")?;
    let asked = Set::read(context, call)?;
    let access = access(context, &asked.account_id).await?;
    let principals = context.store().principals().await?.1.iter().map(|principal| principal.id().to_string()).collect();
    let mut changer = Calendars { access, principals, remove_events, new_default, shared: Vec::new() };
    let answer = set::set(context, asked, &mut changer).await?;
    super::share::tell(context, changer.access.account, changer.shared).await?;
    Ok(answer)
}

struct Calendars {
    access: Access,
    /// Ids of all there are.
    principals: BTreeSet<String>,
    remove_events: bool,
    new_default: Option<String>,
    /// What others may do with a calendar now, and what they could before.
    shared: Vec<super::share::Change>,
}

impl Changer for Calendars {
    const DATA_TYPE: DataType = DataType::Calendar;

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        _: &str,
        asked: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        if !self.access.is_owner() {
            return Err(forbidden("Calendars are made in one's own account.").into());
        }
        if self.access.calendars.len() >= MAX_CALENDARS {
            return Err(SetErrorKind::OverQuota.into());
        }
        let mut calendar = asked.clone();
        let publication = take_publication(context, &mut calendar)?;
        let wrong: Vec<&str> = calendar.keys().map(String::as_str).filter(|name| !is_settable(name)).collect();
        if !wrong.is_empty() {
            return Err(SetError::invalid_properties(wrong, "This cannot be set.").into());
        }
        set_defaults(&mut calendar);
        self.validate(&calendar)?;
        let kept = publish::kept(None, publication.as_ref(), token);
        calendar.extend((!kept.is_null()).then(|| (publish::PROPERTY.to_owned(), kept.clone())));
        let id = writer.new_id(DataType::Calendar);
        writer.put_record(DataType::Calendar, &id, calendar.clone(), true).await?;
        self.note_shares(&id, None, Some(&calendar));
        let seen = SeenCalendar { body: calendar, rights: CalendarRights::ALL };
        let mut answer = object(&seen);
        answer.retain(|name, value| asked.get(name) != Some(value));
        if publication.is_some() {
            let shown = publish::shown(&self.access.account, &id.clone().into(), Some(&kept));
            answer.insert(publish::PROPERTY.to_owned(), shown);
        }
        self.access.calendars.insert(id.clone().into(), seen);
        Ok((id, answer))
    }

    async fn update(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        let seen = self.access.calendars.get(&CalendarId::from(id.clone())).ok_or(SetErrorKind::NotFound)?.clone();
        let before = object(&seen);
        let mut patch = patch.clone();
        let is_published_anew = patch.contains_key(publish::PROPERTY);
        let publication = take_publication(context, &mut patch)?;
        if is_published_anew && !self.access.is_owner() {
            return Err(forbidden("Only who owns a calendar publishes it.").into());
        }
        let mut calendar = patch::apply(&before, &patch)?;
        let mut wrong = Vec::new();
        for name in patch.keys() {
            let first = name.split('/').next().unwrap_or(name);
            let is_same = match first {
                "id" => calendar.get("id") == Some(&json!(id)),
                _ => calendar.get(first) == before.get(first),
            };
            if !is_settable(first) && !is_same {
                wrong.push(name.as_str());
            }
        }
        if !wrong.is_empty() {
            return Err(SetError::invalid_properties(wrong, "This cannot be set.").into());
        }
        calendar.remove("id");
        calendar.remove("myRights");
        set_defaults(&mut calendar);
        self.validate(&calendar)?;
        if before.get("shareWith") != calendar.get("shareWith") {
            may_share(&seen, before.get("shareWith"), calendar.get("shareWith"))?;
        }
        let kept_before = seen.body.get(publish::PROPERTY);
        let kept = match is_published_anew {
            true => publish::kept(kept_before, publication.as_ref(), token),
            false => kept_before.cloned().unwrap_or_default(),
        };
        if self.access.is_owner() {
            calendar.extend((!kept.is_null()).then(|| (publish::PROPERTY.to_owned(), kept.clone())));
            writer.put_record(DataType::Calendar, id, calendar.clone(), false).await?;
        } else {
            self.update_anothers(writer, id, &before, &calendar).await?;
        }
        self.note_shares(id, Some(&before), Some(&calendar));
        let reminds = REMINDS.iter().any(|name| before.get(*name) != calendar.get(*name));
        self.access.calendars.insert(id.clone().into(), SeenCalendar { body: calendar, rights: seen.rights });
        if reminds && self.access.is_owner() {
            self.remind_anew(writer, &id.clone().into()).await?;
        }
        if is_published_anew {
            let shown = publish::shown(&self.access.account, &id.clone().into(), Some(&kept));
            return Ok(Some(Map::from_iter([(publish::PROPERTY.to_owned(), shown)])));
        }
        Ok(None)
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        let calendar = CalendarId::from(id.clone());
        let seen = self.access.calendars.get(&calendar).ok_or(SetErrorKind::NotFound)?.clone();
        if !seen.rights.may_delete {
            return Err(forbidden("You may not destroy this calendar.").into());
        }
        let others = writer.records(DataType::Calendar, None).await?;
        let Some(next) = others.iter().filter(|other| other.id != *id).min_by_key(|other| sort_key(&other.body)) else {
            return Err(forbidden("An account has a calendar.").into());
        };
        let events = writer.calendar_events(&calendar).await?;
        if !events.is_empty() && !self.remove_events {
            return Err(SetErrorKind::CalendarHasEvent.into());
        }
        crate::jmap::calendar_event::set::leave_calendar(writer, &self.access, &calendar, events).await?;
        let kept = others.iter().find(|other| other.id == *id).map(|record| record.body.clone()).unwrap_or_default();
        if kept.get("isDefault") == Some(&json!(true)) {
            let mut body = next.body.clone();
            body.insert("isDefault".to_owned(), json!(true));
            writer.put_record(DataType::Calendar, &next.id, body, false).await?;
        }
        writer.destroy_record(DataType::Calendar, id).await?;
        self.note_shares(id, Some(&kept), None);
        self.access.calendars.remove(&calendar);
        Ok(())
    }

    async fn finish(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let Some(id) = self.new_default.take().and_then(|id| context.resolve(&id)) else { return Ok(()) };
        if !self.access.is_owner() || !outcome.is_flawless() {
            return Ok(());
        }
        set_default(writer, DataType::Calendar, &id, outcome).await
    }

    fn seen(&self, state: State) -> State {
        self.access.seen(state)
    }
}

impl Calendars {
    /// What each keeps for themselves goes where they keep it; of the rest a person may change whom it is shared with.
    async fn update_anothers(
        &self,
        writer: &mut Writer,
        id: &Id,
        before: &Map<String, Value>,
        calendar: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        let changed = |name: &&str| before.get(*name) != calendar.get(*name);
        if changed(&"description") {
            return Err(forbidden("This is for the owner of the calendar to say.").into());
        }
        let mut personal = writer.personal(DataType::Calendar, id, &self.access.person).await?;
        for name in PERSONAL.iter().filter(|name| changed(name)) {
            personal.insert((*name).to_owned(), calendar.get(*name).cloned().unwrap_or_default());
        }
        writer.put_personal(DataType::Calendar, id, &self.access.person, &personal).await?;
        if changed(&"shareWith") {
            let record = writer.get_record(DataType::Calendar, id).await?.ok_or(SetErrorKind::NotFound)?;
            let mut body = record.body;
            body.insert("shareWith".to_owned(), calendar.get("shareWith").cloned().unwrap_or_default());
            writer.put_record(DataType::Calendar, id, body, false).await?;
        }
        Ok(())
    }

    /// The calendar says otherwise when its owner is reminded of its events.
    async fn remind_anew(&self, writer: &mut Writer, calendar: &CalendarId) -> Result<(), Refusal> {
        let ids: Vec<Id> = writer.calendar_events(calendar).await?.into_iter().map(Id::from).collect();
        let now = chrono::Utc::now();
        for record in writer.records(DataType::CalendarEvent, Some(&ids)).await? {
            reminders::schedule(writer, &self.access, &record.id, &Event::stored(record.body), now).await?;
        }
        Ok(())
    }

    fn note_shares(&mut self, id: &Id, before: Option<&Map<String, Value>>, after: Option<&Map<String, Value>>) {
        let with = |calendar: Option<&Map<String, Value>>| {
            calendar.and_then(|calendar| calendar.get("shareWith")?.as_object().cloned()).unwrap_or_default()
        };
        let (old, new) = (with(before), with(after));
        let name = after.or(before).and_then(|calendar| calendar.get("name")?.as_str()).unwrap_or_default();
        let everyone: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for principal in everyone {
            let (old, new) = (old.get(principal).cloned(), new.get(principal).cloned());
            if old != new
                && let Some(person) = Principal::account_of(principal)
            {
                let calendar = CalendarId::from(id.clone());
                self.shared.push(super::share::Change { person, calendar, name: name.to_owned(), old, new });
            }
        }
    }
}

/// Makes one record the default, and the one that was it no more; what changed is said in the answer.
pub(in crate::jmap) async fn set_default(
    writer: &mut Writer,
    data_type: DataType,
    id: &Id,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let records = writer.records(data_type, None).await?;
    if !records.iter().any(|record| record.id == *id) {
        return Ok(());
    }
    for mut record in records {
        let was = record.body.get("isDefault") == Some(&json!(true));
        let is = record.id == *id;
        if was == is {
            continue;
        }
        record.body.insert("isDefault".to_owned(), json!(is));
        writer.put_record(data_type, &record.id, record.body, false).await?;
        let created = outcome.created.values_mut().find(|created| created.get("id") == Some(&json!(record.id)));
        match created {
            Some(created) => {
                created.insert("isDefault".to_owned(), json!(is));
            }
            None => {
                let updated = outcome.updated.entry(record.id).or_default();
                updated.get_or_insert_default().insert("isDefault".to_owned(), json!(is));
            }
        }
    }
    Ok(())
}

/// What is asked for of a publication, which only those know who use our own capability.
fn take_publication(context: &Context<'_>, object: &mut Map<String, Value>) -> Result<Option<Value>, SetError> {
    if !context.using.contains(OWLET_CALENDARS) {
        return Ok(None);
    }
    let Some(asked) = object.remove(publish::PROPERTY).filter(|asked| !asked.is_null()) else { return Ok(None) };
    let detail = asked.get("detail").and_then(Value::as_str);
    if detail.is_none_or(|detail| !publish::DETAILS.contains(&detail)) {
        return Err(SetError::invalid_properties([publish::PROPERTY], "detail is full or freeBusy."));
    }
    Ok(Some(asked))
}

/// What nobody guesses.
fn token() -> String {
    crate::jmap::calendar_event::set::uuid().replace('-', "")
}

fn is_settable(name: &str) -> bool {
    PROPERTIES.contains(&name) && !matches!(name, "id" | "isDefault" | "myRights")
}

/// A null stands for the default.
fn set_defaults(calendar: &mut Map<String, Value>) {
    for (name, default) in defaults() {
        if calendar.get(name).is_none_or(Value::is_null) {
            calendar.insert(name.to_owned(), default);
        }
    }
    if let Some(shares) = calendar.get_mut("shareWith")
        && shares.as_object().is_some_and(Map::is_empty)
    {
        *shares = Value::Null;
    }
}

fn sort_key(calendar: &Map<String, Value>) -> (u64, String) {
    let name = calendar.get("name").and_then(Value::as_str).unwrap_or_default();
    (calendar.get("sortOrder").and_then(Value::as_u64).unwrap_or_default(), name.to_lowercase())
}

fn forbidden(reason: &str) -> SetError {
    SetError::new(SetErrorKind::Forbidden, reason)
}

/// Nobody gives a right that they have not, unless it was given already.
fn may_share(seen: &SeenCalendar, before: Option<&Value>, after: Option<&Value>) -> Result<(), SetError> {
    if !seen.rights.may_share {
        return Err(forbidden("You may not say with whom this calendar is shared."));
    }
    let had = |principal: &str| {
        before.and_then(|shares| CalendarRights::deserialize(shares.get(principal)?).ok()).unwrap_or_default()
    };
    for (principal, rights) in after.and_then(Value::as_object).into_iter().flatten() {
        let asked = CalendarRights::deserialize(rights).unwrap_or_default();
        let had = had(principal).named();
        let gives_more = asked.named().into_iter().zip(had).zip(seen.rights.named());
        for (((_, asked), (_, had)), (name, mine)) in gives_more {
            if asked && !had && !mine {
                return Err(forbidden(&format!("You have not the right {name} yourself.")));
            }
        }
    }
    Ok(())
}
