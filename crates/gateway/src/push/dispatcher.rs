//! Tells push subscriptions of changes (RFC 8620 §7.2), and first sends them the code that shows that their client
//! hears us. What was told is noted now and then, so after a restart each is told what it missed.
//!
//! The store's row is what holds: it is read anew for each request, so one that was destroyed, expired or whose
//! credentials ended is not pushed to, whoever ended it. URLs and keys are in memory only while they are used.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use jmap::push::{Changed, StateChange};
use jmap::push_subscription::PushVerification;
use jmap::{AccountId, Id, State, UtcDate};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::{DataType, PushSubscription, States, Store};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use url::Url;

use super::Push;
use super::encryption::Keys;
use super::lanes::{End, Known, Lanes, Turn};
use super::pace::Pace;
use super::sender::{Endpoint, Message, Outcome, Sender, Urgency};

/// A rest after what went wrong here.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a push service keeps changes for a device that is away: over a long weekend.
const CHANGES_LAST: Duration = Duration::from_secs(4 * 86_400);
/// The client that has just subscribed is there.
const CODE_LASTS: Duration = Duration::from_secs(3600);
/// A subscription whose client never told the code goes after so long.
const UNVERIFIED_LASTS: TimeDelta = TimeDelta::days(1);

/// Pushes until it is dropped.
pub async fn run(store: Store, push: Push, pace: Pace) {
    let mut committed = store.subscribe();
    let sender = loop {
        match push.sender(&store).await {
            Ok(sender) => break sender,
            Err(error) => tracing::error!(%error, "the key that pushes are signed with could not be read"),
        }
        sleep(PAUSE).await;
    };
    let mut lanes = Lanes::new(pace);
    let mut turns = JoinSet::new();
    let mut under_way: HashMap<tokio::task::Id, Id> = HashMap::new();
    let mut upkeep = interval(pace.upkeep);
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut may_begin = true;
    loop {
        if std::mem::replace(&mut may_begin, true) {
            for turn in lanes.begin(Instant::now()) {
                let id = turn.id.clone();
                let task = turns.spawn(take(store.clone(), sender.clone(), turn));
                under_way.insert(task.id(), id);
            }
        }
        let next = lanes.next(Instant::now());
        tokio::select! {
            told = committed.recv() => match told {
                Ok(told) => {
                    // There may be many of these, and what they tell of is for later.
                    may_begin = false;
                    lanes.changed(&told.account, told.states.keys().map(|data_type| data_type.as_str()), Instant::now());
                }
                Err(RecvError::Lagged(_)) => lanes.all_changed(Instant::now()),
                Err(RecvError::Closed) => return,
            },
            accounts = push.rung() => {
                for account in accounts {
                    load(&store, &mut lanes, Some(&account)).await;
                }
            }
            Some(done) = turns.join_next_with_id() => {
                let (task, end) = match done {
                    Ok((task, end)) => (task, end),
                    Err(error) => {
                        tracing::error!(%error, "a push was cut off");
                        (error.id(), End::Failed(None))
                    }
                };
                if let Some(id) = under_way.remove(&task) {
                    lanes.end(&id, end, Instant::now(), random());
                }
            }
            () = until(next) => {}
            _ = upkeep.tick() => {
                keep_house(&store, &mut lanes).await;
                load(&store, &mut lanes, None).await;
            }
        }
    }
}

async fn until(next: Option<Instant>) {
    match next {
        Some(next) => sleep_until(next).await,
        None => std::future::pending().await,
    }
}

fn random() -> u8 {
    let mut octet = [0];
    // Without randomness they may come together.
    let _ = getrandom::fill(&mut octet);
    let [octet] = octet;
    octet
}

async fn load(store: &Store, lanes: &mut Lanes, account: Option<&AccountId>) {
    match store.push_subscriptions(account, UtcDate(Utc::now())).await {
        Ok(found) => lanes.load(account, found.into_iter().map(known).collect(), Instant::now()),
        Err(error) => tracing::error!(%error, "push subscriptions could not be read"),
    }
}

fn known(subscription: PushSubscription) -> (Id, Known) {
    let url = subscription.url.parse::<Url>().ok();
    let known = Known {
        account: subscription.account,
        host: url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned(),
        types: subscription.types,
        is_verified: subscription.is_verified,
        wants_code: !subscription.is_verified && !subscription.code_sent,
        pushed: subscription.pushed,
    };
    (subscription.id, known)
}

async fn keep_house(store: &Store, lanes: &mut Lanes) {
    let told = lanes.to_note();
    if !told.is_empty()
        && let Err(error) = store.note_pushed(&told).await
    {
        tracing::error!(%error, "what was pushed could not be noted");
    }
    let now = Utc::now();
    if let Err(error) = store.sweep_push_subscriptions(UtcDate(now), UtcDate(now - UNVERIFIED_LASTS)).await {
        tracing::error!(%error, "push subscriptions that are over could not be taken away");
    }
}

async fn take(store: Store, sender: Sender, turn: Turn) -> End {
    match push(&store, &sender, &turn).await {
        Ok(end) => end,
        Err(error) => {
            tracing::error!(subscription = %turn.id, %error, "a push could not be made");
            End::Failed(Some(PAUSE))
        }
    }
}

async fn push(store: &Store, sender: &Sender, turn: &Turn) -> Result<End, store::Error> {
    let Some(subscription) = store.push_subscription(&turn.id, UtcDate(Utc::now())).await? else {
        return Ok(End::Gone);
    };
    let (message, told) = if subscription.is_verified {
        let states = store.states(&subscription.account).await?;
        let newest = states.values().filter_map(modseq).max().unwrap_or(turn.pushed);
        match changes(&subscription, states, turn.pushed) {
            Some(message) => (message, newest),
            None => return Ok(End::Nothing(newest)),
        }
    } else if subscription.code_sent {
        return Ok(End::Nothing(turn.pushed));
    } else {
        (verification(&subscription), turn.pushed)
    };
    let Some(endpoint) = endpoint(&subscription) else {
        tracing::error!(subscription = %turn.id, "a push subscription has no usable URL or keys");
        store.destroy_push_subscription(&turn.id).await?;
        return Ok(End::Gone);
    };
    let outcome = sender.send(&endpoint, &message).await;
    tracing::debug!(subscription = %turn.id, ?outcome, "pushed");
    Ok(match outcome {
        Outcome::Accepted => {
            if !subscription.is_verified {
                store.note_code_sent(&turn.id).await?;
            }
            End::Sent(told)
        }
        Outcome::Gone => {
            tracing::info!(subscription = %turn.id, "a push subscription is gone");
            store.destroy_push_subscription(&turn.id).await?;
            End::Gone
        }
        Outcome::TooMany(wish) => End::TooMany(wish),
        Outcome::Later(wish) => End::Failed(wish),
        Outcome::Unreachable => End::Failed(None),
        Outcome::Refused(status) => {
            tracing::warn!(subscription = %turn.id, status, "a push service refused a push");
            End::Failed(None)
        }
        Outcome::Impossible(reason) => {
            tracing::warn!(subscription = %turn.id, reason, "a push could not be sent");
            End::Failed(None)
        }
    })
}

fn endpoint(subscription: &PushSubscription) -> Option<Endpoint> {
    let keys = match &subscription.keys {
        Some(keys) => Some(Keys::new(&keys.p256dh, &keys.auth)?),
        None => None,
    };
    Some(Endpoint { url: subscription.url.parse().ok()?, keys })
}

fn verification(subscription: &PushSubscription) -> Message {
    let verification = PushVerification {
        push_subscription_id: subscription.id.clone(),
        verification_code: subscription.verification_code.clone(),
    };
    Message { payload: json!(verification).to_string().into(), ttl: CODE_LASTS, urgency: Urgency::High, topic: None }
}

/// What changed since, of the types that are wanted; `None` if nothing did.
fn changes(subscription: &PushSubscription, states: States, since: u64) -> Option<Message> {
    let mut changed = states;
    changed.retain(|_, state| modseq(state).is_some_and(|modseq| modseq > since));
    // New mail is worth waking a device; that something was read elsewhere is not.
    let urgency = if changed.contains_key(&DataType::EmailDelivery) { Urgency::Normal } else { Urgency::Low };
    let wanted: BTreeMap<String, State> = changed
        .into_iter()
        .map(|(data_type, state)| (data_type.as_str().to_owned(), state))
        .filter(|(name, _)| subscription.types.as_ref().is_none_or(|types| types.contains(name)))
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let topic = topic(wanted.keys());
    let changed = Changed::from([(subscription.account.clone(), wanted)]);
    let payload = json!(StateChange { changed, push_state: None }).to_string().into();
    Some(Message { payload, ttl: CHANGES_LAST, urgency, topic: Some(topic) })
}

/// The same for the same types only: a later change of these says all that an earlier one did, and one of others does
/// not.
fn topic<'a>(types: impl Iterator<Item = &'a String>) -> String {
    let mut hash = Sha256::new();
    for name in types {
        hash.update(name);
        hash.update([0]);
    }
    hash.finalize().iter().take(16).map(|octet| format!("{octet:02x}")).collect()
}

fn modseq(state: &State) -> Option<u64> {
    state.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn check(types: Option<&[&str]>, since: u64, expect: Option<(Value, Urgency)>) {
        let subscription = PushSubscription {
            id: "p1".into(),
            account: "a1".into(),
            credential: store::Credential::Password,
            device_client_id: String::new(),
            url: String::new(),
            keys: None,
            verification_code: String::new(),
            code_sent: true,
            is_verified: true,
            expires_at: None,
            types: types.map(|types| types.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>()),
            pushed: since,
        };
        let states = States::from([
            (DataType::Email, "7".into()),
            (DataType::Mailbox, "8".into()),
            (DataType::EmailDelivery, "5".into()),
        ]);
        let message = changes(&subscription, states, since);
        let found = message.map(|message| (serde_json::from_slice(&message.payload).unwrap(), message.urgency));
        let expect =
            expect.map(|(changed, urgency)| (json!({ "@type": "StateChange", "changed": { "a1": changed } }), urgency));
        assert_eq!(found, expect);
    }

    #[test]
    fn what_changed_since_is_told_of_the_types_that_are_wanted() {
        let all = json!({ "Email": "7", "Mailbox": "8", "EmailDelivery": "5" });
        check(None, 4, Some((all, Urgency::Normal)));
        check(None, 7, Some((json!({ "Mailbox": "8" }), Urgency::Low)));
        check(None, 8, None);
        check(Some(&["Email"]), 4, Some((json!({ "Email": "7" }), Urgency::Normal)));
        check(Some(&["Email"]), 7, None);
        check(Some(&["Owl"]), 0, None);
        check(Some(&[]), 0, None);
    }

    #[test]
    fn a_change_takes_the_place_of_one_of_the_same_types_only() {
        let topic = |types: &[&str]| topic(types.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().iter());
        assert_eq!(topic(&["Email", "Thread"]), topic(&["Email", "Thread"]));
        assert_ne!(topic(&["Email", "Thread"]), topic(&["Email"]));
        assert_ne!(topic(&["Email", "Thread"]), topic(&["EmailT", "hread"]));
        assert_eq!(topic(&["Email"]).len(), 32);
    }
}
