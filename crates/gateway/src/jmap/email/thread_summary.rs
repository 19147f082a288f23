//! `threadSummary`: what a list says of the thread of an email in one row (docs/capabilities/mail.md).
//!
//! Of a thread count the emails that are not thrown away: those in the trash or among the junk count only in the
//! summary of an email that is there itself.

use std::collections::BTreeSet;

use jmap::email::EmailAddress;
use jmap::{AccountId, MailboxId, ThreadId};
use serde_json::{Value, json};
use store::{DataType, EmailRow, Store, ThreadMember};

/// The summaries for these rows, in their order.
pub async fn summaries(store: &Store, account: &AccountId, rows: &[EmailRow]) -> Result<Vec<Value>, store::Error> {
    let thread_ids: BTreeSet<ThreadId> = rows.iter().map(|row| row.thread_id.clone()).collect();
    let thread_ids: Vec<ThreadId> = thread_ids.into_iter().collect();
    let threads = store.thread_members(account, &thread_ids).await?;
    let thrown_away: BTreeSet<MailboxId> = store
        .records(account, DataType::Mailbox, None)
        .await?
        .into_iter()
        .filter(|mailbox| matches!(mailbox.body.get("role").and_then(Value::as_str), Some("trash" | "junk")))
        .map(|mailbox| mailbox.id.into())
        .collect();
    let nobody = Vec::new();
    let summaries =
        rows.iter().map(|row| summary(&row.mailbox_ids, threads.get(&row.thread_id).unwrap_or(&nobody), &thrown_away));
    Ok(summaries.collect())
}

/// For an email in these mailboxes.
fn summary(here: &BTreeSet<MailboxId>, members: &[ThreadMember], thrown_away: &BTreeSet<MailboxId>) -> Value {
    let is_thrown_away = |mailbox_ids: &BTreeSet<MailboxId>| mailbox_ids.is_subset(thrown_away);
    let among_thrown_away = is_thrown_away(here);
    let counted: Vec<&ThreadMember> = members
        .iter()
        .filter(|email| {
            if among_thrown_away { !email.mailbox_ids.is_disjoint(here) } else { !is_thrown_away(&email.mailbox_ids) }
        })
        .collect();
    // Each person once, where they wrote last.
    let mut participants: Vec<&EmailAddress> = Vec::new();
    for author in counted.iter().filter_map(|email| email.author.as_ref()) {
        participants.retain(|known| !known.email.eq_ignore_ascii_case(&author.email));
        participants.push(author);
    }
    json!({
        "participants": participants,
        "emailCount": counted.len(),
        "unreadCount": counted.iter().filter(|email| email.is_unread).count(),
        "isFlagged": counted.iter().any(|email| email.is_flagged),
        "hasAttachment": counted.iter().any(|email| email.has_attachment),
        "hasDraft": counted.iter().any(|email| email.is_draft),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(mailbox: &str, from: &str, is_unread: bool, is_flagged: bool) -> ThreadMember {
        ThreadMember {
            mailbox_ids: [MailboxId::from(mailbox)].into(),
            is_unread,
            is_flagged,
            author: Some(EmailAddress { name: None, email: from.to_owned() }),
            ..ThreadMember::default()
        }
    }

    #[test]
    fn what_is_thrown_away_counts_only_there() {
        let members = [
            member("inbox", "alice@x", false, false),
            member("sent", "bob@x", false, true),
            member("inbox", "ALICE@x", true, false),
            member("trash", "carol@x", true, false),
        ];
        let thrown_away = [MailboxId::from("trash")].into();
        let here = summary(&members[0].mailbox_ids, &members, &thrown_away);
        assert_eq!(here["emailCount"], 3);
        assert_eq!(here["unreadCount"], 1);
        assert_eq!(here["isFlagged"], true);
        assert_eq!(
            here["participants"],
            json!([{ "name": null, "email": "bob@x" }, { "name": null, "email": "ALICE@x" }])
        );
        assert_eq!(summary(&members[3].mailbox_ids, &members, &thrown_away)["emailCount"], 1);
    }
}
