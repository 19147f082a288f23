//! To recipients elsewhere, by the relay: each submission by itself, since a relay takes its time.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::PAUSE;
use super::finish::{self, Finished};
use super::round::{self, Submission};
use crate::delivery::relay::Answer;
use crate::delivery::{Delivery, outgoing, record};

/// A relay that could not take a message is tried again after so many minutes, then given up.
const RETRY_MINUTES: [u64; 10] = [1, 5, 15, 60, 240, 480, 720, 960, 960, 960];

/// Hands a submission to the relay when it is its turn, and writes what became of it.
pub(super) async fn send(delivery: &Delivery, permits: &Semaphore, mut submission: Submission, now: i64) {
    // The semaphore is never closed.
    let _permit = permits.acquire().await;
    let (account, _) = &submission.key;
    // Not held in memory while it waited.
    let raw = match record::message(&submission.body) {
        Some(blob) => delivery.store.blob(account, &blob).await,
        None => Ok(None),
    };
    let raw = match raw {
        Ok(Some(raw)) => outgoing::without_bcc(&raw),
        // The next round finds it gone.
        Ok(None) => return,
        Err(error) => {
            round::log(&submission.key, &error);
            return tokio::time::sleep(PAUSE).await;
        }
    };
    let retry = relay(delivery, &mut submission, &raw).await;
    let report = finish::report(&submission, &raw, now);
    let finished = Finished { results: submission.results, report, retry };
    if !finish::finish(delivery, HashMap::from([(submission.key, finished)]), now).await.is_empty() {
        tokio::time::sleep(PAUSE).await;
    }
}

/// The minutes after which to try again, if that is worth it.
async fn relay(delivery: &Delivery, submission: &mut Submission, raw: &Bytes) -> Option<u64> {
    let answer = match &delivery.relay {
        Some(relay) => relay.send(&submission.sender, &submission.outside, raw).await,
        None => Answer::Refused("550 5.4.4 This server sends no mail to the outside.".to_owned()),
    };
    let attempts = usize::try_from(record::attempts(&submission.body)).unwrap_or(usize::MAX);
    let retry = RETRY_MINUTES.get(attempts).copied();
    let (reply, delivered, retry) = match (answer, retry) {
        // That a relay took it says not that it arrived.
        (Answer::Taken(reply), _) => (reply, "unknown", None),
        (Answer::Refused(reply), _) => (reply, "no", None),
        (Answer::Later(reply), Some(minutes)) => (reply, "queued", Some(minutes)),
        (Answer::Later(reply), None) => (format!("554 5.4.7 Given up after many attempts. {reply}"), "no", None),
    };
    for recipient in &submission.outside {
        submission.results.insert(recipient.clone(), (reply.clone(), delivered));
    }
    retry
}
