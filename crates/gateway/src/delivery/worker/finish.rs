//! The end of submissions, or of an attempt: what became of their recipients is written into their records, and the
//! report of what was not delivered is put into the sender's inbox, in one transaction an account. So a report is
//! there once, and named by its submission.

use std::collections::HashMap;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use jmap::{AccountId, EmailSubmissionId, Id, UtcDate};
use serde_json::json;
use store::{DataType, Error};

use super::Key;
use super::round::Submission;
use crate::delivery::Delivery;
use crate::delivery::bounce::{self, Failed};
use crate::delivery::local::{self, Incoming};
use crate::delivery::record::{self, Results};

/// Accounts written side by side.
const AT_ONCE: usize = 8;

/// What became of a submission.
#[derive(Clone, Debug, Default)]
pub(super) struct Finished {
    /// By recipient.
    pub(super) results: Results,
    /// For its sender.
    pub(super) report: Option<Incoming>,
    /// The minutes after which a relay is tried again.
    pub(super) retry: Option<u64>,
}

/// The report of the recipients who were not reached, if there are any.
pub(super) fn report(submission: &Submission, raw: &Bytes, now: i64) -> Option<Incoming> {
    let results = submission.results.iter().filter(|(_, (_, delivered))| *delivered == "no");
    let failed: Vec<Failed> =
        results.map(|(recipient, (reply, _))| Failed { recipient: recipient.clone(), reply: reply.clone() }).collect();
    let sender = &submission.sender;
    let domain = sender.rsplit('@').next().unwrap_or("localhost");
    (!failed.is_empty()).then(|| Incoming {
        account: submission.key.0.clone(),
        recipient: sender.clone(),
        return_path: String::new(),
        raw: bounce::report(domain, sender, raw, &failed, now).into(),
        // It is delivered in the transaction that says so.
        once: None,
        now,
    })
}

/// Writes what became of submissions. Those of which it could not be written; they are still due.
pub(super) async fn finish(delivery: &Delivery, finished: HashMap<Key, Finished>, now: i64) -> Vec<Key> {
    let mut accounts: HashMap<AccountId, Vec<(EmailSubmissionId, Finished)>> = HashMap::new();
    for ((account, id), outcome) in finished {
        accounts.entry(account).or_default().push((id, outcome));
    }
    let writing = accounts.into_iter().map(|(account, outcomes)| async move {
        let error = match finish_of(delivery, &account, &outcomes, now).await {
            Ok(()) => return Vec::new(),
            Err(error) => error,
        };
        tracing::error!(%account, %error, "what became of submissions could not be written");
        let mut failed = Vec::new();
        for outcome in outcomes {
            // Whichever of them it was, the others are finished.
            let alone = finish_of(delivery, &account, std::slice::from_ref(&outcome), now).await;
            if alone.is_err() {
                failed.push((account.clone(), outcome.0));
            }
        }
        failed
    });
    stream::iter(writing).buffer_unordered(AT_ONCE).concat().await
}

async fn finish_of(
    delivery: &Delivery,
    account: &AccountId,
    outcomes: &[(EmailSubmissionId, Finished)],
    now: i64,
) -> Result<(), Error> {
    let reports: Vec<Incoming> = outcomes.iter().filter_map(|(_, outcome)| outcome.report.clone()).collect();
    let reports = local::prepare(&delivery.store, &reports).await?;
    let ids: Vec<Id> = outcomes.iter().map(|(id, _)| Id::from(id)).collect();

    let mut writer = delivery.store.begin(account).await?;
    let mut reported = Vec::new();
    if !reports.is_empty() {
        reported = local::insert(&mut writer, reports).await?;
    }
    let mut reported = reported.into_iter();
    let records = writer.records(DataType::EmailSubmission, Some(&ids)).await?;
    let mut bodies: HashMap<Id, _> = records.into_iter().map(|record| (record.id, record.body)).collect();
    for ((submission, Finished { results, report, retry }), id) in outcomes.iter().zip(&ids) {
        let report = report.as_ref().and_then(|_| reported.next().flatten());
        if let Some(mut body) = bodies.remove(id) {
            record::set_statuses(&mut body, results);
            if let Some(report) = report {
                record::add_report(&mut body, &report.blob_id);
            }
            if retry.is_some() {
                let attempts = record::attempts(&body) + 1;
                body.insert(record::ATTEMPTS.to_owned(), json!(attempts));
            }
            writer.put_record(DataType::EmailSubmission, id, body, false).await?;
        }
        let again = retry.map(|minutes| UtcDate::from_millis(now.saturating_add((minutes * 60_000).cast_signed())));
        writer.schedule_submission(submission, again).await?;
    }
    writer.commit().await?;
    Ok(())
}
