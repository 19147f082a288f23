//! Sends what is due. A submission's record says for each recipient what is done, and a delivery here is done at most
//! once, so that a gateway that was stopped in the middle goes on where it was.
//!
//! What is due is worked on in rounds (see [`round`]), one at a time, so that what comes in meanwhile is the next
//! round and waits for the disk together. What a relay is to have is handed over beside them ([`outside`]).

mod finish;
mod outside;
mod round;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jmap::{AccountId, EmailSubmissionId, Id, UtcDate};
use store::DataType;
use tokio::sync::Semaphore;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

use super::{Delivery, record};
use crate::jmap::limits::MAX_DELAYED_SEND;
use round::Round;

/// Looks for what is due at least this often.
const IDLE: Duration = Duration::from_secs(300);
/// A rest after what went wrong.
const PAUSE: Duration = Duration::from_secs(1);
/// Submissions of a round.
const MAX_ROUND: usize = 128;
/// Submissions that are handed to a relay at the same time.
const MAX_OUTSIDE: usize = 32;
/// Submissions that wait for a relay, or rest; more are not taken up.
const MAX_WAITING: usize = 1024;
/// An upload is kept for a day, so this is often enough for messages that wait.
const HOUR: Duration = Duration::from_secs(3600);

type Key = (AccountId, EmailSubmissionId);

/// Sends until it is dropped. A relay that is slow keeps nobody else waiting.
pub async fn run(delivery: Delivery) {
    let mut committed = delivery.store.subscribe();
    let permits = Arc::new(Semaphore::new(MAX_OUTSIDE));
    // Those that are with a relay or rest are still due, and not to be taken up again.
    let mut waiting: JoinSet<Key> = JoinSet::new();
    let mut under_way: HashSet<Key> = HashSet::new();
    loop {
        let now = chrono::Utc::now().timestamp_millis();
        let mut due = match delivery.store.due_submissions(UtcDate::from_millis(now)).await {
            Ok(due) if under_way.len() < MAX_WAITING => due,
            Ok(_) => Vec::new(),
            Err(error) => {
                tracing::error!(%error, "due submissions could not be read");
                Vec::new()
            }
        };
        due.retain(|key| !under_way.contains(key));
        let is_all = due.len() <= MAX_ROUND;
        due.truncate(MAX_ROUND);
        if !due.is_empty() {
            let Round { outside, failed, is_cut_short } = round(&delivery, due, now).await;
            for key in failed {
                // What cannot be worked on must not be tried without rest.
                if under_way.insert(key.clone()) {
                    waiting.spawn(async move {
                        tokio::time::sleep(PAUSE).await;
                        key
                    });
                }
            }
            for submission in outside {
                let key = submission.key.clone();
                if under_way.insert(key.clone()) {
                    let (delivery, permits) = (delivery.clone(), permits.clone());
                    waiting.spawn(async move {
                        outside::send(&delivery, &permits, submission, now).await;
                        key
                    });
                }
            }
            if is_cut_short || !is_all {
                continue;
            }
        }
        let changed = async {
            loop {
                match committed.recv().await {
                    Ok(committed) if committed.states.contains_key(&DataType::EmailSubmission) => return,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            () = tokio::time::sleep(until_next(&delivery, !under_way.is_empty()).await) => {}
            () = changed => {}
            Some(done) = waiting.join_next() => match done {
                Ok(key) => {
                    under_way.remove(&key);
                }
                // Its key is not known any more: nothing else may be under way when all are forgotten.
                Err(error) => {
                    tracing::error!(%error, "a submission was cut off");
                    waiting.abort_all();
                    while waiting.join_next().await.is_some() {}
                    under_way.clear();
                }
            }
        }
    }
}

/// A round, on a task of its own: what panics in it is tried alone, and then keeps no other from being sent.
async fn round(delivery: &Delivery, due: Vec<Key>, now: i64) -> Round {
    if let Some(round) = guarded(delivery, due.clone(), now).await {
        return round;
    }
    let mut whole = Round::default();
    for key in due {
        match guarded(delivery, vec![key.clone()], now).await {
            Some(round) => whole.append(round),
            None => whole.failed.push(key),
        }
    }
    whole
}

/// `None` if it panicked.
async fn guarded(delivery: &Delivery, due: Vec<Key>, now: i64) -> Option<Round> {
    let (delivery, submissions) = (delivery.clone(), due.len());
    // In a set, so that it ends when we are dropped.
    let mut task = JoinSet::new();
    task.spawn(async move { round::round(&delivery, due, now).await });
    match task.join_next().await? {
        Ok(round) => Some(round),
        Err(error) => {
            tracing::error!(%error, submissions, "a round of submissions was cut off");
            None
        }
    }
}

/// How long there is nothing to do. What is under way counts as due until it is done.
async fn until_next(delivery: &Delivery, is_sending: bool) -> Duration {
    match delivery.store.next_due().await {
        Ok(Some(at)) => {
            let now = chrono::Utc::now().timestamp_millis();
            let wait = Duration::from_millis(at.millis().saturating_sub(now).max(0).unsigned_abs()).min(IDLE);
            if is_sending { wait.max(PAUSE) } else { wait }
        }
        Ok(None) => IDLE,
        Err(error) => {
            tracing::error!(%error, "the next submission could not be read");
            PAUSE
        }
    }
}

/// Once an hour: keeps the messages of submissions that are held back, also when their emails are gone, and then
/// sweeps out what nobody needs any more.
pub async fn keep_house(delivery: Delivery) {
    let mut rounds = tokio::time::interval(HOUR);
    loop {
        rounds.tick().await;
        let now = chrono::Utc::now().timestamp_millis();
        if let Err(error) = keep_messages(&delivery, now).await {
            tracing::error!(%error, "the messages of submissions could not be kept; nothing is swept");
            continue;
        }
        match delivery.store.sweep(UtcDate::from_millis(now)).await {
            Ok(swept) => tracing::debug!(?swept, "swept"),
            Err(error) => tracing::error!(%error, "what nobody needs could not be swept"),
        }
    }
}

async fn keep_messages(delivery: &Delivery, now: i64) -> Result<(), store::Error> {
    // Nothing is held back for longer than that.
    let farthest = now.saturating_add((MAX_DELAYED_SEND * 2000).cast_signed());
    let held = delivery.store.due_submissions(UtcDate::from_millis(farthest)).await?;
    for (account, ids) in by_account(held) {
        let ids: Vec<Id> = ids.into_iter().map(Id::from).collect();
        let mut writer = delivery.store.begin(&account).await?;
        for record in writer.records(DataType::EmailSubmission, Some(&ids)).await? {
            if let Some(blob) = record::message(&record.body) {
                writer.keep_blob(&blob, Some("message/rfc822")).await?;
            }
        }
        writer.commit().await?;
    }
    Ok(())
}

/// In the order in which they are due.
fn by_account(keys: impl IntoIterator<Item = Key>) -> BTreeMap<AccountId, Vec<EmailSubmissionId>> {
    let mut accounts: BTreeMap<AccountId, Vec<EmailSubmissionId>> = BTreeMap::new();
    for (account, id) in keys {
        accounts.entry(account).or_default().push(id);
    }
    accounts
}
