//! Sends what is due. A submission's record says for each recipient what is done, and a delivery here is done at most
//! once, so that a gateway that was stopped in the middle goes on where it was.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use bytes::Bytes;
use jmap::{AccountId, EmailSubmissionId, Id, UtcDate};
use serde_json::{Map, Value, json};
use store::DataType;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

use super::bounce::{self, Failed};
use super::local::{Incoming, deliver_local};
use super::relay::Answer;
use super::route::{Route, Routes};
use super::{Delivery, record, vacation};
use crate::jmap::limits::MAX_DELAYED_SEND;

/// Looks for what is due at least this often.
const IDLE: Duration = Duration::from_secs(300);
/// A relay that could not take a message is tried again after so many minutes, then given up.
const RETRY_MINUTES: [u64; 10] = [1, 5, 15, 60, 240, 480, 720, 960, 960, 960];
/// A rest after what went wrong.
const PAUSE: Duration = Duration::from_secs(1);
/// Submissions worked on at the same time.
const MAX_AT_ONCE: usize = 32;
/// An upload is kept for a day, so this is often enough for messages that wait.
const HOUR: Duration = Duration::from_secs(3600);

type Key = (AccountId, EmailSubmissionId);

/// Sends until it is dropped. A relay that is slow keeps nobody else waiting.
pub async fn run(delivery: Delivery) {
    let mut committed = delivery.store.subscribe();
    let mut sending: JoinSet<Key> = JoinSet::new();
    let mut under_way: HashSet<Key> = HashSet::new();
    loop {
        let now = chrono::Utc::now().timestamp_millis();
        match delivery.store.due_submissions(UtcDate::from_millis(now)).await {
            Ok(due) => {
                for key in due {
                    if under_way.len() < MAX_AT_ONCE && under_way.insert(key.clone()) {
                        sending.spawn(send_logged(delivery.clone(), key, now));
                    }
                }
            }
            Err(error) => tracing::error!(%error, "due submissions could not be read"),
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
            Some(done) = sending.join_next() => match done {
                Ok(key) => {
                    under_way.remove(&key);
                }
                // Its key is not known any more: nothing else may be under way when all are forgotten.
                Err(error) => {
                    tracing::error!(%error, "a submission was cut off");
                    sending.abort_all();
                    while sending.join_next().await.is_some() {}
                    under_way.clear();
                }
            }
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

async fn send_logged(delivery: Delivery, (account, submission): Key, now: i64) -> Key {
    if let Err(error) = send(&delivery, &account, &submission, now).await {
        tracing::error!(%account, %submission, %error, "a submission could not be worked on");
        // What cannot be worked on must not be tried without rest.
        tokio::time::sleep(PAUSE).await;
    }
    (account, submission)
}

/// Once an hour: keeps the messages of submissions that are held back, also when their emails are gone, and then
/// sweeps out what nobody needs any more.
pub async fn keep_house(delivery: Delivery) {
    let mut rounds = tokio::time::interval(HOUR);
    loop {
        rounds.tick().await;
        let now = chrono::Utc::now().timestamp_millis();
        // Nothing is held back for longer than that.
        let farthest = now.saturating_add((MAX_DELAYED_SEND * 2000).cast_signed());
        let kept = async {
            for (account, submission) in delivery.store.due_submissions(UtcDate::from_millis(farthest)).await? {
                keep_message(&delivery, &account, &submission).await?;
            }
            Ok::<_, store::Error>(())
        }
        .await;
        if let Err(error) = kept {
            tracing::error!(%error, "the messages of submissions could not be kept; nothing is swept");
            continue;
        }
        match delivery.store.sweep(UtcDate::from_millis(now)).await {
            Ok(swept) => tracing::debug!(?swept, "swept"),
            Err(error) => tracing::error!(%error, "what nobody needs could not be swept"),
        }
    }
}

async fn keep_message(
    delivery: &Delivery,
    account: &AccountId,
    submission: &EmailSubmissionId,
) -> Result<(), store::Error> {
    let ids = [Id::from(submission)];
    let record = delivery.store.records(account, DataType::EmailSubmission, Some(&ids)).await?.pop();
    if let Some(blob) = record.as_ref().and_then(|record| record::message(&record.body))
        && let Some(raw) = delivery.store.blob(account, &blob).await?
    {
        delivery.store.put_blob(account, raw, Some("message/rfc822")).await?;
    }
    Ok(())
}

/// Works on one submission that is due.
async fn send(
    delivery: &Delivery,
    account: &AccountId,
    submission: &EmailSubmissionId,
    now: i64,
) -> Result<(), store::Error> {
    let id = Id::from(submission);
    // From here on it cannot be taken back.
    let Some(body) = change(delivery, account, submission, Schedule::Stays, |body| {
        body.insert("undoStatus".to_owned(), json!("final"));
    })
    .await?
    else {
        return Ok(());
    };
    let raw = match record::message(&body) {
        Some(blob) => delivery.store.blob(account, &blob).await?,
        None => None,
    };
    let Some(envelope) = record::envelope(&body) else {
        change(delivery, account, submission, Schedule::Ends, |_| {}).await?;
        return Ok(());
    };
    let sender = envelope.mail_from.email;
    let mut results: BTreeMap<String, (String, &'static str)> = BTreeMap::new();
    let mut retry = None;
    match raw {
        None => {
            for recipient in queued(&body) {
                results.insert(recipient, ("554 5.6.0 The message is not there any more.".to_owned(), "no"));
            }
        }
        Some(raw) => {
            let raw = without_bcc(&raw);
            let routes = Routes::load(&delivery.store, &delivery.config).await?;
            let mut outside = Vec::new();
            for recipient in queued(&body) {
                match routes.find(&recipient) {
                    Route::Here(to) => {
                        let once = record::delivery_key(account.as_str(), &id, &recipient);
                        let incoming = Incoming {
                            recipient: recipient.clone(),
                            return_path: sender.clone(),
                            raw: raw.clone(),
                            once: Some(once),
                            now,
                        };
                        receive(delivery, &routes, &to, &incoming).await?;
                        results.insert(recipient, ("250 2.1.5 Delivered".to_owned(), "yes"));
                    }
                    Route::Nobody => {
                        results.insert(recipient, ("550 5.1.1 There is nobody with this address.".to_owned(), "no"));
                    }
                    Route::Outside => outside.push(recipient),
                }
            }
            if !outside.is_empty() {
                retry = relay(delivery, &sender, &outside, &raw, &body, &mut results).await;
            }
            let failed: Vec<Failed> = results
                .iter()
                .filter(|(_, (_, delivered))| *delivered == "no")
                .map(|(recipient, (reply, _))| Failed { recipient: recipient.clone(), reply: reply.clone() })
                .collect();
            if !failed.is_empty() {
                let report = report(delivery, account, &sender, &raw, &failed, &id, now).await?;
                let finish = |body: &mut Map<String, Value>| {
                    if let Some(report) = &report {
                        record::add_report(body, report);
                    }
                };
                change(delivery, account, submission, Schedule::Stays, finish).await?;
            }
        }
    }
    let schedule = retry.map_or(Schedule::Ends, |minutes: u64| {
        Schedule::At(UtcDate::from_millis(now.saturating_add((minutes * 60_000).cast_signed())))
    });
    change(delivery, account, submission, schedule, |body| {
        for (recipient, (reply, delivered)) in &results {
            record::set_status(body, recipient, reply, delivered);
        }
        if retry.is_some() {
            let attempts = body.get(record::ATTEMPTS).and_then(Value::as_u64).unwrap_or(0);
            body.insert(record::ATTEMPTS.to_owned(), json!(attempts + 1));
        }
    })
    .await?;
    Ok(())
}

/// Hands the message to the relay. The minutes after which to try again, if that is worth it.
async fn relay(
    delivery: &Delivery,
    sender: &str,
    outside: &[String],
    raw: &Bytes,
    body: &Map<String, Value>,
    results: &mut BTreeMap<String, (String, &'static str)>,
) -> Option<u64> {
    let answer = match &delivery.relay {
        Some(relay) => relay.send(sender, outside, raw).await,
        None => Answer::Refused("550 5.4.4 This server sends no mail to the outside.".to_owned()),
    };
    let attempts = body.get(record::ATTEMPTS).and_then(Value::as_u64).unwrap_or(0);
    let retry = RETRY_MINUTES.get(usize::try_from(attempts).unwrap_or(usize::MAX)).copied();
    let (reply, delivered, retry) = match (answer, retry) {
        // That a relay took it says not that it arrived.
        (Answer::Taken(reply), _) => (reply, "unknown", None),
        (Answer::Refused(reply), _) => (reply, "no", None),
        (Answer::Later(reply), Some(minutes)) => (reply, "queued", Some(minutes)),
        (Answer::Later(reply), None) => (format!("554 5.4.7 Given up after many attempts. {reply}"), "no", None),
    };
    for recipient in outside {
        results.insert(recipient.clone(), (reply.clone(), delivered));
    }
    retry
}

/// Delivers into an account here, and sends the answer of somebody who is away.
pub async fn receive(
    delivery: &Delivery,
    routes: &Routes,
    to: &AccountId,
    incoming: &Incoming,
) -> Result<(), store::Error> {
    if deliver_local(&delivery.store, to, incoming).await?.is_none() {
        return Ok(());
    }
    let Some(account) = delivery.store.account(to).await? else { return Ok(()) };
    let reply = vacation::reply(&delivery.store, &account, &incoming.return_path, &incoming.raw, incoming.now).await?;
    let Some(reply) = reply else { return Ok(()) };
    match routes.find(&reply.to) {
        Route::Here(sender) => {
            let answer = Incoming {
                recipient: reply.to,
                return_path: String::new(),
                raw: reply.raw.into(),
                once: None,
                now: incoming.now,
            };
            deliver_local(&delivery.store, &sender, &answer).await?;
        }
        Route::Outside => {
            if let Some(relay) = &delivery.relay {
                // An answer that is not taken at once is not worth a second try.
                relay.send("", &[reply.to], &reply.raw).await;
            }
        }
        Route::Nobody => {}
    }
    Ok(())
}

/// Puts a report into the sender's inbox: its blob.
async fn report(
    delivery: &Delivery,
    account: &AccountId,
    sender: &str,
    raw: &Bytes,
    failed: &[Failed],
    submission: &Id,
    now: i64,
) -> Result<Option<jmap::BlobId>, store::Error> {
    let domain = sender.rsplit('@').next().unwrap_or("localhost");
    let report = bounce::report(domain, sender, raw, failed, now);
    let names: String = failed.iter().map(|failed| failed.recipient.as_str()).collect::<Vec<_>>().join(",");
    let incoming = Incoming {
        recipient: sender.to_owned(),
        return_path: String::new(),
        raw: report.into(),
        once: Some(record::delivery_key(account.as_str(), submission, &format!("report {names}"))),
        now,
    };
    Ok(deliver_local(&delivery.store, account, &incoming).await?.map(|delivered| delivered.blob_id))
}

fn queued(body: &Map<String, Value>) -> Vec<String> {
    record::statuses(body)
        .into_iter()
        .filter(|(_, status)| status.delivered == "queued")
        .map(|(recipient, _)| recipient)
        .collect()
}

enum Schedule {
    Stays,
    Ends,
    At(UtcDate),
}

/// Changes the record in a transaction of its own: what it is then. `None` if it is gone or was taken back.
async fn change(
    delivery: &Delivery,
    account: &AccountId,
    submission: &EmailSubmissionId,
    schedule: Schedule,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Result<Option<Map<String, Value>>, store::Error> {
    let id = Id::from(submission);
    let mut writer = delivery.store.begin(account).await?;
    let record = writer.get_record(DataType::EmailSubmission, &id).await?;
    let is_canceled = |body: &Map<String, Value>| body.get("undoStatus").and_then(Value::as_str) == Some("canceled");
    let Some(mut body) = record.map(|record| record.body).filter(|body| !is_canceled(body)) else {
        writer.schedule_submission(submission, None).await?;
        writer.commit().await?;
        return Ok(None);
    };
    change(&mut body);
    writer.put_record(DataType::EmailSubmission, &id, body.clone(), false).await?;
    match schedule {
        Schedule::Stays => {}
        Schedule::Ends => writer.schedule_submission(submission, None).await?,
        Schedule::At(at) => writer.schedule_submission(submission, Some(at)).await?,
    }
    writer.commit().await?;
    Ok(Some(body))
}

/// The message without its Bcc fields (RFC 8621 §7.5).
pub fn without_bcc(raw: &Bytes) -> Bytes {
    let mut kept = Vec::with_capacity(raw.len());
    let mut rest = raw.as_ref();
    let mut is_left_out = false;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(end);
        if line.trim_ascii().is_empty() {
            break;
        }
        let continues = line.first().is_some_and(|byte| *byte == b' ' || *byte == b'\t');
        if !continues {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
            is_left_out = name.eq_ignore_ascii_case(b"bcc");
        }
        if !is_left_out {
            kept.extend_from_slice(line);
        }
        rest = after;
    }
    kept.extend_from_slice(rest);
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bcc_is_taken_out_with_its_folded_lines() {
        let raw = Bytes::from_static(b"From: a\r\nBcc: b,\r\n c\r\nbcc: d\r\nTo: e\r\n\r\nBcc: stays");
        assert_eq!(without_bcc(&raw), "From: a\r\nTo: e\r\n\r\nBcc: stays");
        assert_eq!(without_bcc(&Bytes::from_static(b"To: e\r\n\r\n")), "To: e\r\n\r\n");
    }
}
