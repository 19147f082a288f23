//! A round: what is due at one moment. Its messages here are delivered together, and what became of each account's
//! submissions is one transaction.

use std::collections::HashMap;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use jmap::{AccountId, EmailSubmissionId, Id};
use serde_json::{Map, Value, json};
use store::{DataType, Error};

use super::finish::{self, Finished};
use super::{Key, by_account};
use crate::delivery::local::Incoming;
use crate::delivery::receive::receive;
use crate::delivery::record::{self, Results};
use crate::delivery::route::{Route, Routes};
use crate::delivery::{Delivery, outgoing};

/// Octets of the messages of a round, about.
const MAX_OCTETS: usize = 32 << 20;
/// Messages read side by side.
const AT_ONCE: usize = 8;

/// What is left to do after a round.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// Those that a relay is to have, too.
    pub(super) outside: Vec<Submission>,
    /// Those that could not be worked on; they are still due.
    pub(super) failed: Vec<Key>,
    /// The messages were too large for one round; the others are still due.
    pub(super) is_cut_short: bool,
}

impl Round {
    pub(super) fn append(&mut self, mut other: Self) {
        self.outside.append(&mut other.outside);
        self.failed.append(&mut other.failed);
        self.is_cut_short |= other.is_cut_short;
    }
}

/// A submission that is being worked on.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) key: Key,
    pub(super) body: Map<String, Value>,
    /// Who gets reports.
    pub(super) sender: String,
    /// What became of recipients in this round.
    pub(super) results: Results,
    /// Recipients elsewhere.
    pub(super) outside: Vec<String>,
}

/// Works on submissions that are due.
pub(super) async fn round(delivery: &Delivery, due: Vec<Key>, now: i64) -> Round {
    let mut round = Round::default();
    let routes = match Routes::load(&delivery.store, &delivery.config).await {
        Ok(routes) => routes,
        Err(error) => {
            tracing::error!(%error, "the addresses of the organisation could not be read");
            return Round { failed: due, ..round };
        }
    };
    let mut taken = Vec::new();
    for (account, ids) in by_account(due) {
        match take(delivery, &account, &ids).await {
            Ok(bodies) => taken.extend(bodies.into_iter().map(|(id, body)| ((account.clone(), id), body))),
            Err(error) => {
                tracing::error!(%account, %error, "an account's submissions could not be taken up");
                round.failed.extend(ids.into_iter().map(|id| (account.clone(), id)));
            }
        }
    }

    let mut finished: HashMap<Key, Finished> = HashMap::new();
    let mut sent: Vec<(Submission, Bytes)> = Vec::new();
    let mut octets = 0;
    let mut loading = stream::iter(taken).map(|(key, body)| load(delivery, key, body)).buffered(AT_ONCE);
    while octets < MAX_OCTETS
        && let Some((key, body, raw)) = loading.next().await
    {
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => {
                log(&key, &error);
                round.failed.push(key);
                continue;
            }
        };
        octets += raw.as_ref().map_or(0, Bytes::len);
        match (record::envelope(&body), raw) {
            (Some(envelope), Some(raw)) => {
                let sender = envelope.mail_from.email;
                let submission = Submission { key, body, sender, results: Results::new(), outside: Vec::new() };
                sent.push((submission, outgoing::without_bcc(&raw)));
            }
            (None, _) => drop(finished.insert(key, Finished::default())),
            (Some(_), None) => {
                let gone = ("554 5.6.0 The message is not there any more.".to_owned(), "no");
                let results = record::queued(&body).into_iter().map(|recipient| (recipient, gone.clone())).collect();
                finished.insert(key, Finished { results, ..Finished::default() });
            }
        }
    }
    round.is_cut_short = loading.next().await.is_some();
    drop(loading);

    let delivered = deliver_here(delivery, &routes, &mut sent, now).await;
    for ((submission, raw), is_delivered) in sent.into_iter().zip(delivered) {
        if !is_delivered {
            round.failed.push(submission.key);
        } else if submission.outside.is_empty() {
            let report = finish::report(&submission, &raw, now);
            finished.insert(submission.key, Finished { results: submission.results, report, retry: None });
        } else {
            round.outside.push(submission);
        }
    }
    round.failed.extend(finish::finish(delivery, finished, now).await);
    round
}

/// Their records, from now on to be taken back no more. What is gone or was taken back is due no more.
async fn take(
    delivery: &Delivery,
    account: &AccountId,
    submissions: &[EmailSubmissionId],
) -> Result<Vec<(EmailSubmissionId, Map<String, Value>)>, Error> {
    let ids: Vec<Id> = submissions.iter().map(Id::from).collect();
    let is_final = |body: &Map<String, Value>| body.get("undoStatus").and_then(Value::as_str) == Some("final");
    let records = delivery.store.records(account, DataType::EmailSubmission, Some(&ids)).await?;
    let mut bodies: HashMap<Id, _> = records.into_iter().map(|record| (record.id, record.body)).collect();
    // What is final stays so: nobody has to wait for the writer.
    if !ids.iter().all(|id| bodies.get(id).is_some_and(is_final)) {
        let mut writer = delivery.store.begin(account).await?;
        let records = writer.records(DataType::EmailSubmission, Some(&ids)).await?;
        bodies = records.into_iter().map(|record| (record.id, record.body)).collect();
        bodies.retain(|_, body| !record::is_canceled(body));
        for (submission, id) in submissions.iter().zip(&ids) {
            match bodies.get_mut(id) {
                Some(body) => {
                    body.insert("undoStatus".to_owned(), json!("final"));
                    writer.put_record(DataType::EmailSubmission, id, body.clone(), false).await?;
                }
                None => writer.schedule_submission(submission, None).await?,
            }
        }
        writer.commit().await?;
    }
    let taken =
        submissions.iter().zip(&ids).filter_map(|(submission, id)| Some((submission.clone(), bodies.remove(id)?)));
    Ok(taken.collect())
}

async fn load(
    delivery: &Delivery,
    key: Key,
    body: Map<String, Value>,
) -> (Key, Map<String, Value>, Result<Option<Bytes>, Error>) {
    let raw = match record::message(&body) {
        Some(blob) => delivery.store.blob(&key.0, &blob).await,
        None => Ok(None),
    };
    (key, body, raw)
}

/// Delivers to those recipients who are here, and says of the others where they are. Whether each submission could
/// be worked on, in their order.
async fn deliver_here(delivery: &Delivery, routes: &Routes, sent: &mut [(Submission, Bytes)], now: i64) -> Vec<bool> {
    let (mut places, mut incoming) = (Vec::new(), Vec::new());
    for (place, (submission, raw)) in sent.iter_mut().enumerate() {
        for recipient in record::queued(&submission.body) {
            match routes.find(&recipient) {
                Route::Here(account) => {
                    let (sender, id) = &submission.key;
                    places.push(place);
                    incoming.push(Incoming {
                        account,
                        return_path: submission.sender.clone(),
                        raw: raw.clone(),
                        once: Some(record::delivery_key(sender.as_str(), &Id::from(id), &recipient)),
                        recipient,
                        now,
                    });
                }
                Route::Nobody => {
                    let nobody = "550 5.1.1 There is nobody with this address.".to_owned();
                    submission.results.insert(recipient, (nobody, "no"));
                }
                Route::Outside => submission.outside.push(recipient),
            }
        }
    }
    let results = receive(delivery, routes, &incoming).await;
    let mut is_delivered = vec![true; sent.len()];
    for ((place, incoming), result) in places.into_iter().zip(incoming).zip(results) {
        let Some((submission, _)) = sent.get_mut(place) else { continue };
        match result {
            Ok(_) => {
                submission.results.insert(incoming.recipient, ("250 2.1.5 Delivered".to_owned(), "yes"));
            }
            Err(error) => {
                log(&submission.key, &error);
                if let Some(is_delivered) = is_delivered.get_mut(place) {
                    *is_delivered = false;
                }
            }
        }
    }
    is_delivered
}

pub(super) fn log((account, submission): &Key, error: &Error) {
    tracing::error!(%account, %submission, %error, "a submission could not be worked on");
}
