//! The sample organisation: the people of a library, The Owlery, in the weeks before it opens.
//!
//! Their mail is in `sample/mail.txt`, a letter after the other; here it is dated back from today, made into real
//! messages and put where each of them would have it. Their calendars, and the rooms of the library, are in [`calendars`].
//! Nothing is sent.

mod calendars;
mod letter;
mod make;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Timelike as _, Utc, Weekday};
use jmap::{AccountId, BlobId, MailboxId, UtcDate};
use serde_json::{Value, json};
use store::{DataType, NewAccount, Store, Writer};

use crate::auth::password;
use crate::message::{Import, parse};
use letter::{Letter, Person};

/// Where they have their addresses.
pub const DOMAIN: &str = "owlery.example";
/// Of every one of them.
pub const PASSWORD: &str = "owlet";

const PEOPLE: &str = include_str!("sample/people.csv");
const MAIL: &str = include_str!("sample/mail.txt");

/// Makes the accounts and their mail, as of `now`. Refuses a store that has accounts.
pub async fn fill(store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
    ensure!(
        store.accounts().await?.is_empty(),
        "there are accounts here already: the sample organisation wants an empty folder (--data)"
    );
    let people: Vec<Person> = PEOPLE.lines().filter_map(Person::staff).collect();
    let letters = letter::read(MAIL, &people)?;
    let hash = password::hash(PASSWORD.to_owned()).await.context("the password could not be hashed")?;
    let mut accounts = HashMap::new();
    for person in &people {
        let new =
            NewAccount { address: person.address.clone(), name: person.name.clone(), password_hash: hash.clone() };
        let account = store.create_account(new).await?;
        accounts.insert(person.address.clone(), account.id);
    }
    let last_day = last_day(now);
    let mut earlier: HashMap<String, Vec<String>> = HashMap::new();
    let mut copies: HashMap<AccountId, Vec<Copy>> = HashMap::new();
    for (number, letter) in letters.iter().enumerate() {
        let at = letter.at(last_day)?;
        let references = letter.thread.as_ref().and_then(|thread| earlier.get(thread)).cloned().unwrap_or_default();
        let id = format!("{}.{number}@{}", at.timestamp(), letter.from.domain());
        let raw = Bytes::from(make::message(letter, at, &id, &references)?);
        if let Some(thread) = &letter.thread {
            earlier.entry(thread.clone()).or_default().push(id);
        }
        let blob_id = store.stage_blob(raw.clone()).await?;
        for (person, copy) in copies_of(letter, at, &raw, &blob_id) {
            if let Some(account) = accounts.get(&person.address) {
                copies.entry(account.clone()).or_default().push(copy);
            }
        }
    }
    for (account, copies) in copies {
        put(store, &account, copies).await?;
    }
    calendars::fill(store, now, &people, &accounts).await
}

/// The day of the newest letters: today, or the last working day while today's letters are still to come.
fn last_day(now: DateTime<Utc>) -> NaiveDate {
    let mut day = now.date_naive();
    if (now.hour(), now.minute()) < (10, 30) {
        day = before(day);
    }
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = before(day);
    }
    day
}

fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

/// A letter as one of us has it.
struct Copy {
    raw: Bytes,
    blob_id: BlobId,
    folder: String,
    keywords: BTreeSet<String>,
    at: DateTime<Utc>,
}

/// One for each who wrote or got a letter, where they keep it.
fn copies_of<'l>(letter: &'l Letter, at: DateTime<Utc>, raw: &Bytes, blob_id: &BlobId) -> Vec<(&'l Person, Copy)> {
    let mut usual: BTreeMap<&Person, &str> = BTreeMap::new();
    if letter.is_draft() {
        usual.insert(&letter.from, "Drafts");
    } else {
        usual.extend(letter.to.iter().chain(&letter.cc).map(|person| (person, "Inbox")));
        usual.insert(&letter.from, "Sent");
    }
    let copy = |(person, usual): (&'l Person, &str)| {
        let is_own = usual != "Inbox";
        let folder = if is_own { usual } else { letter.folder(person).unwrap_or(usual) };
        let mut keywords: BTreeSet<String> = letter.keywords(person).map(str::to_owned).collect();
        for (keyword, holds) in [
            ("$seen", is_own || letter.seen.contains(person)),
            ("$flagged", letter.flagged.contains(person)),
            ("$draft", usual == "Drafts"),
        ] {
            if holds {
                keywords.insert(keyword.to_owned());
            }
        }
        (person, Copy { raw: raw.clone(), blob_id: blob_id.clone(), folder: folder.to_owned(), keywords, at })
    };
    usual.into_iter().map(copy).collect()
}

/// Everything of one account in one transaction.
async fn put(store: &Store, account: &AccountId, copies: Vec<Copy>) -> anyhow::Result<()> {
    let mut mailboxes: HashMap<String, MailboxId> = HashMap::new();
    for record in store.records(account, DataType::Mailbox, None).await? {
        if let Some(name) = record.body.get("name").and_then(Value::as_str) {
            mailboxes.insert(name.to_owned(), record.id.clone().into());
        }
    }
    let mut writer = store.begin(account).await?;
    for copy in copies {
        let mailbox = match mailboxes.get(&copy.folder) {
            Some(mailbox) => mailbox.clone(),
            None => {
                let mailbox = new_mailbox(&mut writer, &copy.folder).await?;
                mailboxes.insert(copy.folder.clone(), mailbox.clone());
                mailbox
            }
        };
        let import =
            Import { mailbox_ids: BTreeSet::from([mailbox]), keywords: copy.keywords, received_at: UtcDate(copy.at) };
        writer.insert_email(parse::new_email(&copy.raw).into_new_email(copy.blob_id, import)).await?;
    }
    writer.commit().await?;
    Ok(())
}

async fn new_mailbox(writer: &mut Writer, name: &str) -> anyhow::Result<MailboxId> {
    let id = writer.new_id(DataType::Mailbox);
    let body = json!({ "name": name, "parentId": null, "role": null, "sortOrder": 100, "isSubscribed": true });
    let Value::Object(body) = body else { anyhow::bail!("a mailbox is an object") };
    writer.put_record(DataType::Mailbox, &id, body, true).await?;
    Ok(id.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_letters_are_from_a_working_day_that_has_begun() {
        for (now, expect) in [
            ("2026-11-24T12:00:00Z", "2026-11-24"),
            ("2026-11-24T07:00:00Z", "2026-11-23"),
            ("2026-11-23T07:00:00Z", "2026-11-20"),
            ("2026-11-22T20:00:00Z", "2026-11-20"),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(last_day(now).to_string(), expect, "{now}");
        }
    }

    #[tokio::test]
    async fn alice_has_mail_threads_folders_and_drafts() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        fill(&store, "2026-11-24T12:00:00Z".parse().unwrap()).await.unwrap();
        let (_, principals) = store.principals().await.unwrap();
        assert_eq!(principals.iter().filter(|principal| principal.kind == "individual").count(), 12);
        let alice = store.account_by_address("alice@owlery.example").await.unwrap().unwrap();
        let boxes = store.records(&alice.id, DataType::Mailbox, None).await.unwrap();
        let counts = store.mailbox_counts(&alice.id, None).await.unwrap();
        let count = |name: &str| {
            let found = boxes.iter().find(|record| record.body["name"] == name).unwrap();
            counts[&MailboxId::from(found.id.clone())]
        };
        assert!(count("Inbox").total_emails >= 25, "{:?}", count("Inbox"));
        assert!(count("Inbox").total_threads < count("Inbox").total_emails);
        assert!((4..12).contains(&count("Inbox").unread_threads), "{:?}", count("Inbox"));
        assert_eq!(count("Drafts").total_emails, 2);
        for name in ["Sent", "Archive", "Opening week", "Junk", "Deleted"] {
            assert!(count(name).total_emails > 0, "{name}");
        }
        let query = store::EventQuery::default();
        let events = store.query_events(&alice.id, &query).await.unwrap().events;
        assert!(events.len() >= 20, "{}", events.len());
        let bob = store.account_by_address("bob@owlery.example").await.unwrap().unwrap();
        assert_eq!(store.shared_calendars(&bob.id, None).await.unwrap().len(), 2);
        assert!(fill(&store, Utc::now()).await.is_err(), "a second time is refused");
    }
}
