//! Scheduling messages that come in with mail (iMIP, RFC 6047): an invitation is put into the calendar, an answer into
//! the event of who invited, and a room answers by its policy. What a message means is `owlet-scheduling`'s to say.
//!
//! The mail itself is in the inbox by then, whatever becomes of what it carries. Whether its sender is who it says is
//! for the server in front of ours to check (DMARC), but nobody elsewhere is one of us; that it may say what it says is
//! checked here.

use chrono::{DateTime, SubsecRound as _, Utc};
use jmap::calendar_event_notification::Person;
use jmap::{AccountId, Id};
use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use scheduling::Event;
use scheduling::event::CalendarAddress;
use scheduling::icalendar;
use scheduling::itip::{self, Message, Outcome};
use serde_json::json;
use store::{DataType, Error, Principal, Store, Writer};

use super::access::Access;
use super::keep::{self, NotKept};
use super::notify::{self, Notice};
use super::outbox::{self, Sender};
use super::rooms::{self, Room};

/// Octets of a calendar in a mail that is looked at.
const MAX_CALENDAR: usize = 2_000_000;

/// Whether a message may carry a calendar at all: most do not, and are not looked at twice.
pub fn may_carry(raw: &[u8]) -> bool {
    ["text/calendar", "Text/Calendar", "TEXT/CALENDAR"]
        .iter()
        .any(|name| memchr::memmem::find(raw, name.as_bytes()).is_some())
}

/// What a mail carries for calendars, and from whom it is.
struct Carried {
    message: Message,
    sender: Option<CalendarAddress>,
    name: Option<String>,
}

fn carried(raw: &[u8]) -> Option<Carried> {
    let mail = MessageParser::default().parse(raw)?;
    let from = mail.from().and_then(|from| from.first());
    let sender = from.and_then(|from| from.address()).map(CalendarAddress::new);
    let name = from.and_then(|from| from.name()).map(str::to_owned);
    // The same may be there twice: as the body and as a file beside it.
    let calendar = mail.parts.iter().find_map(|part| {
        let is_calendar = part.is_content_type("text", "calendar");
        let text = match &part.body {
            PartType::Text(text) => text.as_bytes(),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.as_ref(),
            PartType::Html(_) | PartType::Message(_) | PartType::Multipart(_) => return None,
        };
        if !is_calendar || text.len() > MAX_CALENDAR {
            return None;
        }
        icalendar::read(text).ok()?.message()
    })?;
    Some(Carried { message: calendar, sender, name })
}

/// Where a mail comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Somebody here has submitted it, as themselves.
    Here,
    /// Another server handed it over, whoever it says it is from.
    Elsewhere,
}

/// Takes what a mail to somebody carries for their calendar.
///
/// # Errors
/// The store's.
pub async fn receive(store: &Store, account: &AccountId, raw: &[u8], from: From) -> Result<(), Error> {
    let raw = raw.to_vec();
    let read = tokio::task::spawn_blocking(move || carried(&raw));
    let Some(Carried { message, sender, name }) = read.await.map_err(std::io::Error::other)? else { return Ok(()) };
    let now = Utc::now().trunc_subsecs(0);
    let (me, _) = super::identities(store, account).await?;
    let Some(principal) = store.principal(account).await? else { return Ok(()) };
    let by = person(store, sender.as_ref(), name).await?;
    if from == From::Elsewhere && by.principal_id.is_some() {
        tracing::info!("a scheduling message from elsewhere says that it is from here, and is not heeded");
        return Ok(());
    }
    let access = Access::load(store, account, account).await?;
    // From here on nobody else changes what the answer depends on.
    let mut writer = store.begin(account).await?;
    let mut taking = Taking { store, writer: &mut writer, access, principal, me, by, now };
    if taking.take(&message, sender.as_ref()).await? {
        writer.commit().await?;
    }
    Ok(())
}

async fn person(store: &Store, sender: Option<&CalendarAddress>, name: Option<String>) -> Result<Person, Error> {
    let email = sender.and_then(CalendarAddress::email).map(str::to_owned);
    let account = match &email {
        Some(email) => store.account_by_address(email).await?,
        None => None,
    };
    let known = account.as_ref().map(|account| account.name.clone());
    Ok(Person {
        name: name.or(known).or_else(|| email.clone()).unwrap_or_default(),
        principal_id: account.map(|account| Principal::id_of(&account.id)),
        calendar_address: sender.map(|sender| sender.as_str().to_owned()),
        email,
    })
}

struct Taking<'a> {
    store: &'a Store,
    writer: &'a mut Writer,
    access: Access,
    principal: Principal,
    me: Vec<CalendarAddress>,
    by: Person,
    now: DateTime<Utc>,
}

impl Taking<'_> {
    /// Whether anything was changed.
    async fn take(&mut self, message: &Message, sender: Option<&CalendarAddress>) -> Result<bool, Error> {
        let stored = self.stored(message).await?;
        let before = stored.as_ref().map(|(_, event)| event);
        match itip::receive(before, message, sender, &self.me, self.now) {
            Outcome::Create(events) => self.create_all(events, message).await,
            Outcome::Update { event, .. } => match stored {
                Some((id, before)) => self.update(&id, &before, event, message).await,
                None => self.create_all(vec![event], message).await,
            },
            // Nobody has us write to others about events that we do not know.
            Outcome::Answer(reply) | Outcome::Ask(reply) if stored.is_some() => {
                self.post(&[reply]).await?;
                Ok(true)
            }
            Outcome::Answer(_) | Outcome::Ask(_) => Ok(false),
            // A proposal and its refusal are in the mail, for a person to decide on.
            Outcome::Counter { .. } | Outcome::CounterDeclined { .. } => Ok(false),
            Outcome::Ignored(reason) => {
                tracing::debug!(?reason, "a scheduling message changes nothing");
                Ok(false)
            }
        }
    }

    async fn create_all(&mut self, events: Vec<Event>, message: &Message) -> Result<bool, Error> {
        // Who is invited to the whole has no single occurrences beside it.
        if events.iter().any(|event| event.recurrence_id().is_none()) {
            for id in self.writer.events_by_uid(message.uid()).await? {
                self.writer.destroy_record(DataType::CalendarEvent, &Id::from(id)).await?;
            }
        }
        let mut has_changed = false;
        for event in events {
            has_changed |= self.create(event, message).await?;
        }
        Ok(has_changed)
    }

    /// What the account has of the event: the series, else the occurrence that the message is about.
    async fn stored(&mut self, message: &Message) -> Result<Option<(Id, Event)>, Error> {
        let ids: Vec<Id> = self.writer.events_by_uid(message.uid()).await?.into_iter().map(Id::from).collect();
        let records = self.writer.records(DataType::CalendarEvent, Some(&ids)).await?;
        let mut events: Vec<(Id, Event)> =
            records.into_iter().map(|record| (record.id, Event::stored(record.body))).collect();
        let wanted = message.events.first().and_then(Event::recurrence_id);
        let is_about = |(_, event): &(Id, Event)| event.recurrence_id().is_none() || event.recurrence_id() == wanted;
        let found = events.iter().position(is_about);
        Ok(found.map(|place| events.swap_remove(place)))
    }

    async fn create(&mut self, mut event: Event, message: &Message) -> Result<bool, Error> {
        let default = self.access.calendars.iter().find(|(_, seen)| seen.body.get("isDefault") == Some(&json!(true)));
        let Some((calendar, _)) = default.or_else(|| self.access.calendars.iter().next()) else { return Ok(false) };
        event.set("calendarIds", json!({ calendar.as_str(): true }));
        if self.principal.kind == "individual" && !event.show_without_time() {
            event.set("useDefaultAlerts", true);
        }
        let Some(event) = self.answered(None, event).await? else { return Ok(true) };
        let id = self.writer.new_id(DataType::CalendarEvent);
        if !self.keep(&id, &event, true).await? {
            return Ok(false);
        }
        self.notify(&id, None, Some(&event), message).await?;
        Ok(true)
    }

    async fn update(&mut self, id: &Id, before: &Event, event: Event, message: &Message) -> Result<bool, Error> {
        let Some(event) = self.answered(Some(id), event).await? else {
            self.writer.destroy_record(DataType::CalendarEvent, id).await?;
            return Ok(true);
        };
        if !self.keep(id, &event, false).await? {
            return Ok(false);
        }
        self.notify(id, Some(before), Some(&event), message).await?;
        Ok(true)
    }

    /// A room says what it thinks of it; `None`: it does not want it. A person is left to decide.
    async fn answered(&mut self, id: Option<&Id>, event: Event) -> Result<Option<Event>, Error> {
        let Some(room) = Room::of(&self.principal).filter(|_| self.principal.kind != "individual") else {
            return Ok(Some(event));
        };
        let is_asked = event.participant_of(&self.me).is_some_and(|me| me.status() == "needs-action");
        if event.is_cancelled() {
            return Ok(None);
        }
        if !is_asked {
            return Ok(Some(event));
        }
        let taken = rooms::taken(self.store, &self.access, id, self.now, &room.policy).await?;
        let Some(answered) = rooms::answer(&room.policy, &event, &self.me, &taken, &self.access.zone, self.now) else {
            return Ok(Some(event));
        };
        let plan = itip::plan(Some(&event), Some(&answered.event), &self.me, self.now);
        let messages: Vec<Message> = plan
            .messages
            .into_iter()
            .map(|message| Message { comment: Some(answered.why.clone()), ..message })
            .collect();
        self.post(&messages).await?;
        Ok(answered.is_kept.then_some(plan.event.unwrap_or(answered.event)))
    }

    async fn post(&mut self, messages: &[Message]) -> Result<(), Error> {
        let sender = Sender {
            account: self.access.account.clone(),
            name: self.principal.name.clone(),
            address: self.principal.address.clone(),
            is_automatic: true,
        };
        outbox::post(self.store, self.writer, &sender, messages, self.now).await
    }

    /// Whether it was kept: what cannot be is left in the mail.
    async fn keep(&mut self, id: &Id, event: &Event, create: bool) -> Result<bool, Error> {
        match keep::put(self.writer, &id.clone().into(), event, &self.access, create).await {
            Ok(()) => Ok(true),
            Err(NotKept::Refused(error)) => {
                tracing::warn!(kind = %error.kind, "an event that came with a mail was not kept");
                Ok(false)
            }
            Err(NotKept::Store(error)) => Err(error),
        }
    }

    async fn notify(
        &mut self,
        id: &Id,
        before: Option<&Event>,
        after: Option<&Event>,
        message: &Message,
    ) -> Result<(), Error> {
        if self.principal.kind != "individual" {
            return Ok(());
        }
        let notice = Notice { by: self.by.clone(), comment: message.comment.clone(), event: id, before, after };
        notify::notify(self.writer, notice).await
    }
}
