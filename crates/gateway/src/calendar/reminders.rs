//! Reminders: when an alert is due, every connection of the person hears of it (the pseudo-type CalendarAlert), devices
//! by push, and who wished for it by mail. What was missed while the gateway was stopped comes late, if it is of the
//! last day; the store knows for each event when its next alert is due.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jmap::push::CalendarAlert;
use jmap::{AccountId, Id, UtcDate};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;
use scheduling::Event;
use scheduling::date::format_local;
use serde_json::{Map, Value, json};
use store::{DataType, DueAlert, Error, PushSubscription, Store, Writer};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::access::Access;
use super::alerts::{Alerts, Due};
use super::index::calendar_ids;
use crate::delivery::local::{self, Incoming};
use crate::push::Push;
use crate::push::encryption::Keys;
use crate::push::sender::{Endpoint, Message, Outcome, Urgency};
use crate::state::AppState;

/// The name under which clients ask for alerts.
pub const TYPE: &str = "CalendarAlert";

/// Events that are looked at in one go.
const TOGETHER: u32 = 100;
/// Looks at the clock at least this often: it may have been set.
const IDLE: Duration = Duration::from_secs(60);
/// A rest after what went wrong.
const PAUSE: Duration = Duration::from_secs(5);
/// What is older is not told any more.
const STALE: TimeDelta = TimeDelta::days(1);
/// How long a push service keeps a reminder for a device that is away.
const LASTS: Duration = Duration::from_secs(3600);

/// An alert and whose it is.
pub type Told = (AccountId, CalendarAlert);

/// Where alerts are told of. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bell(broadcast::Sender<Told>);

impl Default for Bell {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Bell {
    /// Every alert from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Told> {
        self.0.subscribe()
    }

    fn ring(&self, told: Told) {
        // Nobody listening is no error.
        let _ = self.0.send(told);
    }
}

/// Says when the next alert of an event is due for the owner of the writer's account.
///
/// # Errors
/// The store's.
pub async fn schedule(
    writer: &mut Writer,
    access: &Access,
    id: &Id,
    event: &Event,
    after: DateTime<Utc>,
) -> Result<(), Error> {
    let defaults = defaults(access, event);
    let floating = access.floating(&calendar_ids(event.as_map()));
    let next = if is_heard(access, event) {
        Alerts::of(event, &defaults, &floating).and_then(|alerts| alerts.next(after))
    } else {
        None
    };
    writer.schedule_alert(&id.clone().into(), &access.account, next.map(UtcDate)).await
}

/// Only of calendars that one has subscribed to.
fn is_heard(access: &Access, event: &Event) -> bool {
    calendar_ids(event.as_map())
        .iter()
        .any(|id| access.calendars.get(id).is_some_and(|seen| seen.body.get("isSubscribed") != Some(&json!(false))))
}

/// The alerts of its calendars that an event has if it says no others.
fn defaults(access: &Access, event: &Event) -> Map<String, Value> {
    let name = if event.show_without_time() { "defaultAlertsWithoutTime" } else { "defaultAlertsWithTime" };
    let of = |id| access.calendars.get(id).and_then(|seen| seen.body.get(name)?.as_object().cloned());
    calendar_ids(event.as_map()).iter().filter_map(of).flatten().collect()
}

/// Reminds until it is dropped.
pub async fn run(state: AppState) {
    let mut committed = state.store.subscribe();
    loop {
        let rest = match remind(&state).await {
            Ok(true) => continue,
            Ok(false) => match state.store.next_alert().await {
                Ok(Some(next)) => (next.0 - Utc::now()).to_std().unwrap_or_default().min(IDLE),
                Ok(None) => IDLE,
                Err(error) => {
                    tracing::error!(%error, "the next alert could not be read");
                    PAUSE
                }
            },
            Err(error) => {
                tracing::error!(%error, "alerts could not be told");
                PAUSE
            }
        };
        let wait = tokio::time::sleep(rest);
        tokio::pin!(wait);
        loop {
            tokio::select! {
                () = &mut wait => break,
                // An event may have come whose alert is sooner.
                told = committed.recv() => match told {
                    Ok(told) if !told.states.contains_key(&DataType::CalendarEvent) => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }
}

/// Tells of all that is due; whether there may be more.
async fn remind(state: &AppState) -> Result<bool, Error> {
    let due = state.store.due_alerts(UtcDate(Utc::now()), TOGETHER).await?;
    let is_more = !due.is_empty();
    for alert in due {
        remind_of(state, &alert).await?;
    }
    Ok(is_more)
}

async fn remind_of(state: &AppState, due: &DueAlert) -> Result<(), Error> {
    let store = &state.store;
    let now = Utc::now();
    let access = Access::load(store, &due.person, &due.account).await?;
    let mut writer = store.begin(&due.account).await?;
    let Some(record) = writer.get_record(DataType::CalendarEvent, &due.event).await? else { return Ok(()) };
    let event = Event::stored(record.body);
    // First noted, then told: what goes wrong now is told less, not twice.
    schedule(&mut writer, &access, &due.event, &event, now).await?;
    writer.commit().await?;
    let defaults = defaults(&access, &event);
    let floating = access.floating(&calendar_ids(event.as_map()));
    let Some(alerts) = Alerts::of(&event, &defaults, &floating) else { return Ok(()) };
    let since = (due.at.0 - TimeDelta::milliseconds(1)).max(now - STALE);
    for one in alerts.between(since, now) {
        let alert = CalendarAlert {
            account_id: due.account.clone(),
            calendar_event_id: due.event.clone().into(),
            uid: event.uid().to_owned(),
            recurrence_id: one.recurrence_id.map(format_local),
            alert_id: one.alert_id.clone(),
        };
        if one.is_email {
            by_mail(store, &due.person, &event, &one, now).await?;
        } else {
            by_push(store, &state.push, &due.person, &alert).await?;
        }
        state.bell.ring((due.person.clone(), alert));
    }
    metrics::counter!("owlet_reminders_total").increment(1);
    Ok(())
}

/// To the devices that hold no connection. One try: a reminder that comes late is none.
async fn by_push(store: &Store, push: &Push, person: &AccountId, alert: &CalendarAlert) -> Result<(), Error> {
    if !push.is_on() {
        return Ok(());
    }
    let wants = |subscription: &PushSubscription| {
        subscription.is_verified && subscription.types.as_ref().is_none_or(|types| types.contains(TYPE))
    };
    let mut subscriptions = store.push_subscriptions(Some(person), UtcDate(Utc::now())).await?;
    subscriptions.retain(wants);
    if subscriptions.is_empty() {
        return Ok(());
    }
    let sender = match push.sender(store).await {
        Ok(sender) => sender,
        Err(error) => {
            tracing::error!(%error, "the key that pushes are signed with could not be read");
            return Ok(());
        }
    };
    let payload = json!(alert).to_string();
    for subscription in subscriptions {
        let keys = match &subscription.keys {
            Some(keys) => match Keys::new(&keys.p256dh, &keys.auth) {
                Some(keys) => Some(keys),
                None => continue,
            },
            None => None,
        };
        let Ok(url) = subscription.url.parse() else { continue };
        let message = Message { payload: payload.clone().into(), ttl: LASTS, urgency: Urgency::High, topic: None };
        let (sender, store, id) = (sender.clone(), store.clone(), subscription.id.clone());
        // Nobody else's reminder waits for a push service.
        tokio::spawn(async move {
            let outcome = sender.send(&Endpoint { url, keys }, &message).await;
            tracing::debug!(subscription = %id, ?outcome, "a reminder was pushed");
            if matches!(outcome, Outcome::Gone)
                && let Err(error) = store.destroy_push_subscription(&id).await
            {
                tracing::error!(%error, "a push subscription that is gone could not be taken away");
            }
        });
    }
    Ok(())
}

/// Into the person's own inbox.
async fn by_mail(store: &Store, person: &AccountId, event: &Event, due: &Due, now: DateTime<Utc>) -> Result<(), Error> {
    let Some(account) = store.account(person).await? else { return Ok(()) };
    let zone = event.zone().unwrap_or(scheduling::zone::Zone::UTC);
    let when = zone.to_local(due.start).format("%A, %-d %B %Y, %H:%M");
    let place = event.get("locations").and_then(Value::as_object).and_then(|places| places.values().next());
    let place = place.and_then(|place| place.get("name")?.as_str()).unwrap_or_default();
    let text = format!("{}\r\n{when}\r\n{place}\r\n", event.title());
    let address = || Address::new_address(Some(account.name.clone()), account.address.clone());
    let message = MessageBuilder::new()
        .from(address())
        .to(address())
        .subject(format!("Reminder: {}", event.title().replace(['\r', '\n'], " ")))
        .date(Date::new(now.timestamp()))
        .header("Auto-Submitted", Text::new("auto-generated"))
        .text_body(text);
    let incoming = Incoming {
        account: person.clone(),
        recipient: account.address.clone(),
        return_path: String::new(),
        // Writing into memory does not fail.
        raw: message.write_to_vec().unwrap_or_default().into(),
        once: None,
        now: now.timestamp_millis(),
    };
    for result in local::deliver(store, &[incoming]).await {
        result?;
    }
    Ok(())
}
