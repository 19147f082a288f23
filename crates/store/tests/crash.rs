//! What was answered survives a killed process, whole; what was not is there whole or not at all.
//!
//! The test runs itself as a child that imports, delivers, flags and moves, saying before each transaction what it
//! is about to do and after it that it is done; kills it in the middle, again and again; and after each kill compares
//! the store with what was said.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jmap::{AccountId, EmailId, MailboxId, UtcDate};
use sha2::{Digest, Sha256};
use store::{DataType, EmailQuery, EmailRow, Envelope, NewAccount, NewEmail, SearchText, Store};

const DIR: &str = "OWLET_CRASH_DIR";
const ROUNDS: u64 = 25;

/// A generator of numbers: the same ones each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn mail(number: u64, mailbox: &MailboxId, blob: (jmap::BlobId, u64)) -> NewEmail {
    NewEmail {
        blob_id: blob.0,
        size: blob.1,
        received_at: UtcDate::from_millis(1_790_000_000_000 + i64::try_from(number).unwrap()),
        mailbox_ids: [mailbox.clone()].into(),
        keywords: ["$seen".to_owned()].into(),
        envelope: Envelope {
            message_id: Some(vec![format!("{number}@x")]),
            // Every third answers an earlier one, so that threads grow and join.
            references: (number.is_multiple_of(3) && number > 7).then(|| vec![format!("{}@x", number - 7)]),
            subject: Some("Owls".to_owned()),
            ..Envelope::default()
        },
        has_attachment: false,
        preview: number.to_string(),
        text: SearchText { body: format!("word{number}"), ..SearchText::default() }.into(),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").unwrap();
    out.flush().unwrap();
}

/// The numbers of a line: what came in, or (by its own number) what was changed to which round.
async fn work(dir: &Path) {
    let store = Store::open(dir).await.unwrap();
    let account = store.account_by_address("alice@owlery.example").await.unwrap().unwrap().id;
    let mailboxes: Vec<MailboxId> = mailboxes(&store, &account).await;
    let all = store.query_emails(&account, &EmailQuery::default()).await.unwrap().ids;
    let rows = store.emails(&account, &all).await.unwrap();
    let mut next = rows.iter().map(|row| row.preview.parse::<u64>().unwrap() + 1).max().unwrap_or(1);
    let mut numbers = Numbers(next);
    loop {
        let count = if numbers.below(2) == 0 { 1 } else { 40 };
        let coming: Vec<u64> = (next..next + count).collect();
        next += count;
        say(&format!("begin insert {coming:?}"));
        let mut writer = store.begin(&account).await.unwrap();
        for number in &coming {
            let bytes = Bytes::from(format!("Subject: Owls\r\n\r\nword{number}"));
            let size = bytes.len() as u64;
            let blob = store.stage_blob(bytes).await.unwrap();
            let key: [u8; 32] = Sha256::digest(number.to_le_bytes()).into();
            assert!(!writer.import_seen(&key).await.unwrap());
            writer.insert_email(mail(*number, &mailboxes[0], (blob, size))).await.unwrap();
        }
        writer.commit().await.unwrap();
        say("done");

        // Flags and moves fifteen at once: whatever the ids are by now.
        let query = EmailQuery { limit: Some(60), ..EmailQuery::default() };
        let newest = store.query_emails(&account, &query).await.unwrap().ids;
        let rows = store.emails(&account, &newest).await.unwrap();
        let step = 1 + usize::try_from(numbers.below(3)).unwrap();
        let chosen: Vec<EmailRow> = rows.into_iter().step_by(step).take(15).collect();
        let which: Vec<u64> = chosen.iter().map(|row| row.preview.parse().unwrap()).collect();
        let mark = format!("mark{next}");
        say(&format!("begin {mark} {which:?}"));
        let mut writer = store.begin(&account).await.unwrap();
        let ids: Vec<EmailId> = chosen.iter().map(|row| row.id.clone()).collect();
        writer.emails(&ids).await.unwrap();
        let mailbox = &mailboxes[usize::try_from(next).unwrap() % mailboxes.len()];
        for id in &ids {
            writer.update_email(id, &[mailbox.clone()].into(), &[mark.clone()].into()).await.unwrap();
        }
        writer.commit().await.unwrap();
        say("done");
    }
}

async fn mailboxes(store: &Store, account: &AccountId) -> Vec<MailboxId> {
    let records = store.records(account, DataType::Mailbox, None).await.unwrap();
    records.into_iter().map(|record| record.id.into()).collect()
}

/// Not a test of its own: what the other one starts and kills.
#[test]
fn the_child_that_is_killed() {
    if let Some(dir) = std::env::var_os(DIR) {
        runtime().block_on(work(Path::new(&dir)));
    }
}

/// By number of the email: the mark it must have, as far as was said.
type Truth = BTreeMap<u64, String>;

fn parse(line: &str) -> Option<(String, Vec<u64>)> {
    let (mark, numbers) = line.strip_prefix("begin ")?.split_once(' ')?;
    let numbers = numbers.trim_matches(['[', ']']).split(", ").map(|number| number.parse().unwrap()).collect();
    Some((mark.to_owned(), numbers))
}

/// Runs a child until some transactions are done, and kills it a little later; what was begun and not done.
fn run_and_kill(dir: &Path, numbers: &mut Numbers, truth: &mut Truth) -> Option<(String, Vec<u64>)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["the_child_that_is_killed", "--exact", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut begun = None;
    let mut left = 1 + numbers.below(12);
    for line in lines.by_ref() {
        if let Some(begin) = parse(&line) {
            begun = Some(begin);
            if left == 0 {
                break;
            }
        } else if line == "done" {
            truth.extend(
                begun.take().into_iter().flat_map(|(mark, which)| which.into_iter().map(move |n| (n, mark.clone()))),
            );
            left = left.saturating_sub(1);
        }
    }
    // Anywhere in the transaction.
    let until = Instant::now() + Duration::from_micros(numbers.below(12_000));
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said before it died counts.
    for line in lines {
        if let Some(begin) = parse(&line) {
            begun = Some(begin);
        } else if line == "done" {
            truth.extend(
                begun.take().into_iter().flat_map(|(mark, which)| which.into_iter().map(move |n| (n, mark.clone()))),
            );
        }
    }
    begun
}

fn mark(row: &EmailRow) -> String {
    row.keywords.iter().find(|keyword| keyword.starts_with("mark")).cloned().unwrap_or_else(|| "insert".to_owned())
}

#[test]
fn what_was_answered_survives_every_kill() {
    let dir = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let store = Store::open(dir.path()).await.unwrap();
        let new = NewAccount {
            address: "alice@owlery.example".to_owned(),
            name: String::new(),
            password_hash: String::new(),
        };
        store.create_account(new).await.unwrap();
        store.close().await;
    });
    let mut numbers = Numbers(2026);
    let mut truth = Truth::new();
    let (mut whole, mut none) = (0, 0);
    for round in 0..ROUNDS {
        let begun = run_and_kill(dir.path(), &mut numbers, &mut truth);
        runtime().block_on(async {
            let store = Store::open(dir.path()).await.unwrap();
            let account = store.account_by_address("alice@owlery.example").await.unwrap().unwrap().id;
            assert_eq!(store.check_integrity().await.unwrap(), Vec::<String>::new(), "round {round}");
            let ids = store.query_emails(&account, &EmailQuery::default()).await.unwrap().ids;
            let rows = store.emails(&account, &ids).await.unwrap();
            let there: BTreeMap<u64, &EmailRow> = rows.iter().map(|row| (row.preview.parse().unwrap(), row)).collect();
            assert_eq!(there.len(), rows.len(), "none twice");
            if let Some((last, which)) = begun {
                let made = which.iter().filter(|n| there.get(n).is_some_and(|row| mark(row) == last)).count();
                assert!(made == 0 || made == which.len(), "round {round}: {made} of {} of {last}", which.len());
                if made > 0 {
                    whole += 1;
                    truth.extend(which.into_iter().map(|n| (n, last.clone())));
                } else {
                    none += 1;
                }
            }
            let found: Truth = there.iter().map(|(number, row)| (*number, mark(row))).collect();
            assert_eq!(found, truth, "round {round}");
            for row in rows.iter().step_by(17) {
                let key: [u8; 32] = Sha256::digest(row.preview.parse::<u64>().unwrap().to_le_bytes()).into();
                assert!(store.import_seen(&account, &key).await.unwrap());
                let blob = store.blob(&account, &row.blob_id).await.unwrap().unwrap();
                assert!(blob.ends_with(format!("word{}", row.preview).as_bytes()));
                let filter = jmap::email::FilterCondition {
                    body: Some(format!("\"word{}\"", row.preview)),
                    ..Default::default()
                };
                let query = EmailQuery { filter: Some(jmap::Filter::Condition(filter)), ..EmailQuery::default() };
                assert_eq!(store.query_emails(&account, &query).await.unwrap().ids, std::slice::from_ref(&row.id));
            }
            store.close().await;
        });
    }
    // Else the kills came at no interesting moment, and the test proves nothing.
    assert!(none > 0 && !truth.is_empty(), "{whole} of the killed transactions were whole, {none} were not there");
}
