//! `threadSummary`: what a list says of the thread of an email in one row (docs/capabilities/mail.md).
//!
//! Of a thread count the emails that are not thrown away: those in the trash or among the junk count only in the
//! summary of an email that is there itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jmap::email::EmailAddress;
use jmap::{AccountId, EmailId, MailboxId, ThreadId};
use serde_json::{Value, json};
use store::{DataType, EmailRow, Store};

/// The summaries for these rows, in their order.
pub async fn summaries(store: &Store, account: &AccountId, rows: &[EmailRow]) -> Result<Vec<Value>, store::Error> {
    let thread_ids: BTreeSet<ThreadId> = rows.iter().map(|row| row.thread_id.clone()).collect();
    let thread_ids: Vec<ThreadId> = thread_ids.into_iter().collect();
    let threads: HashMap<ThreadId, Vec<EmailId>> =
        store.threads(account, &thread_ids).await?.into_iter().map(|thread| (thread.id, thread.email_ids)).collect();
    let mut known: BTreeMap<EmailId, EmailRow> = rows.iter().map(|row| (row.id.clone(), row.clone())).collect();
    let missing: Vec<EmailId> = threads.values().flatten().filter(|id| !known.contains_key(*id)).cloned().collect();
    known.extend(store.emails(account, &missing).await?.into_iter().map(|row| (row.id.clone(), row)));

    let thrown_away: BTreeSet<MailboxId> = store
        .records(account, DataType::Mailbox, None)
        .await?
        .into_iter()
        .filter(|mailbox| matches!(mailbox.body.get("role").and_then(Value::as_str), Some("trash" | "junk")))
        .map(|mailbox| mailbox.id.into())
        .collect();
    let summaries = rows.iter().map(|row| {
        let members = threads.get(&row.thread_id).into_iter().flatten().filter_map(|id| known.get(id));
        summary(row, &members.collect::<Vec<_>>(), &thrown_away)
    });
    Ok(summaries.collect())
}

fn summary(row: &EmailRow, members: &[&EmailRow], thrown_away: &BTreeSet<MailboxId>) -> Value {
    let is_thrown_away = |email: &EmailRow| email.mailbox_ids.iter().all(|id| thrown_away.contains(id));
    let among_thrown_away = is_thrown_away(row);
    let counted: Vec<&EmailRow> = members
        .iter()
        .copied()
        .filter(|email| {
            if among_thrown_away {
                email.mailbox_ids.iter().any(|id| row.mailbox_ids.contains(id))
            } else {
                !is_thrown_away(email)
            }
        })
        .collect();
    // Each person once, where they wrote last.
    let mut participants: Vec<EmailAddress> = Vec::new();
    for author in counted.iter().filter_map(|email| email.envelope.from.as_ref()?.first()) {
        participants.retain(|known| !known.email.eq_ignore_ascii_case(&author.email));
        participants.push(author.clone());
    }
    let is = |email: &EmailRow, keyword: &str| email.keywords.contains(keyword);
    json!({
        "participants": participants,
        "emailCount": counted.len(),
        "unreadCount": counted.iter().filter(|email| !is(email, "$seen") && !is(email, "$draft")).count(),
        "isFlagged": counted.iter().any(|email| is(email, "$flagged")),
        "hasAttachment": counted.iter().any(|email| email.has_attachment),
        "hasDraft": counted.iter().any(|email| is(email, "$draft")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jmap::{BlobId, UtcDate};
    use store::Envelope;

    fn row(id: &str, mailbox: &str, from: &str, keywords: &[&str]) -> EmailRow {
        EmailRow {
            id: id.into(),
            thread_id: "t1".into(),
            blob_id: BlobId::from("B1"),
            size: 1,
            received_at: UtcDate::from_millis(0),
            mailbox_ids: [MailboxId::from(mailbox)].into(),
            keywords: keywords.iter().map(|keyword| (*keyword).to_owned()).collect(),
            envelope: Envelope {
                from: Some(vec![EmailAddress { name: None, email: from.to_owned() }]),
                ..Envelope::default()
            },
            has_attachment: false,
            preview: String::new(),
        }
    }

    #[test]
    fn what_is_thrown_away_counts_only_there() {
        let rows = [
            row("e1", "inbox", "alice@x", &["$seen"]),
            row("e2", "sent", "bob@x", &["$seen", "$flagged"]),
            row("e3", "inbox", "ALICE@x", &[]),
            row("e4", "trash", "carol@x", &[]),
        ];
        let members: Vec<&EmailRow> = rows.iter().collect();
        let thrown_away = [MailboxId::from("trash")].into();
        let here = summary(&rows[0], &members, &thrown_away);
        assert_eq!(here["emailCount"], 3);
        assert_eq!(here["unreadCount"], 1);
        assert_eq!(here["isFlagged"], true);
        assert_eq!(
            here["participants"],
            json!([{ "name": null, "email": "bob@x" }, { "name": null, "email": "ALICE@x" }])
        );
        assert_eq!(summary(&rows[3], &members, &thrown_away)["emailCount"], 1);
    }
}
