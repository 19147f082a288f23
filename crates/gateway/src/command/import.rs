//! `owletd import`: mail into an account, in batches; each batch and what was read are one transaction, so that an
//! import that was stopped goes on where it was.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Context as _;
use bytes::Bytes;
use indicatif::ProgressBar;
use jmap::{AccountId, BlobId, Id, MailboxId, UtcDate};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{DataType, NewEmail, Store, Writer};
use tokio::sync::mpsc;

use super::{account_of, progress};
use crate::config::Config;
use crate::mail_files::{self, Found, Message};
use crate::message::{Import, parse};
use crate::serve::wait_for_signal;

/// Messages of one transaction: the more, the less each waits for the disk, and the more is to do again after a kill.
const BATCH: usize = 1000;
/// Octets after which a batch is written even if it is small.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Whose mail it becomes
    address: String,
    /// Files or folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The folder to put it into, made if need be: Archive/2019
    #[arg(long, value_name = "FOLDER")]
    into: Option<String>,
}

#[derive(Default)]
struct Tally {
    imported: u64,
    known: u64,
    unreadable: u64,
}

pub(super) async fn run(store: &Store, config: &Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let account = account_of(store, &arguments.address).await?;
    let into = arguments.into.as_deref().map(folder_names).unwrap_or_default();
    let bar = progress::over_bytes(mail_files::size(&arguments.paths));

    let stopped = Arc::new(AtomicBool::new(false));
    let signal = tokio::spawn({
        let stopped = Arc::clone(&stopped);
        async move {
            wait_for_signal().await;
            stopped.store(true, Ordering::Relaxed);
        }
    });
    let (found, received) = mpsc::channel(BATCH / 4);
    let limit = config.limits.upload_bytes;
    let reader = tokio::task::spawn_blocking({
        let stopped = Arc::clone(&stopped);
        move || {
            mail_files::walk(&arguments.paths, limit, &mut |item| {
                // False ends the walk.
                !stopped.load(Ordering::Relaxed) && found.blocking_send(item).is_ok()
            });
        }
    });

    let started = Instant::now();
    let mut tally = Tally::default();
    // One batch is read and put in its place while the one before is written.
    let mailboxes = Mailboxes::load(store, &account.id).await?;
    let (prepared, mut ready) = mpsc::channel::<anyhow::Result<Prepared>>(1);
    let preparing = tokio::spawn({
        let preparation = Preparation { store: store.clone(), account: account.id.clone(), into, mailboxes };
        let bar = bar.clone();
        async move { preparation.run(received, prepared, &bar).await }
    });
    while let Some(batch) = ready.recv().await {
        let batch = batch?;
        write(store, &account.id, batch.mails, &mut tally).await?;
        tally.unreadable += batch.unreadable;
        bar.inc(batch.bytes as u64);
        bar.set_message(format!("{} messages", tally.imported + tally.known));
    }
    preparing.await.context("the messages could not be read to the end")?;
    bar.finish_and_clear();
    reader.await.context("the files could not be read to the end")?;
    signal.abort();

    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{} imported, {} there already, {} not readable, in {seconds:.1} s",
        tally.imported, tally.known, tally.unreadable
    );
    if stopped.load(Ordering::Relaxed) {
        eprintln!("Stopped. The same command goes on from here.");
        return Ok(ExitCode::from(130));
    }
    Ok(if tally.unreadable > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `Archive/2019` as names from the top.
fn folder_names(path: &str) -> Vec<String> {
    path.split('/').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A message with what says that it is there already.
struct Mail {
    key: [u8; 32],
    /// `None`: it was there before this import.
    email: Option<NewEmail>,
}

/// What one transaction writes.
struct Prepared {
    mails: Vec<Mail>,
    bytes: usize,
    unreadable: u64,
}

async fn write(store: &Store, account: &AccountId, mails: Vec<Mail>, tally: &mut Tally) -> anyhow::Result<()> {
    let total = mails.len() as u64;
    let keys: Vec<[u8; 32]> = mails.iter().filter(|mail| mail.email.is_some()).map(|mail| mail.key).collect();
    let mut imported = 0;
    if !keys.is_empty() {
        let mut writer = store.begin(account).await?;
        let mut new = writer.mark_imports(&keys).await?;
        // The same message may be twice in a batch: it is taken once.
        let emails: Vec<NewEmail> =
            mails.into_iter().filter(|mail| new.remove(&mail.key)).filter_map(|mail| mail.email).collect();
        imported = emails.len() as u64;
        writer.insert_emails(emails).await?;
        writer.commit().await?;
    }
    tally.imported += imported;
    tally.known += total - imported;
    Ok(())
}

/// Makes of messages what is written: everything that needs no writer.
struct Preparation {
    store: Store,
    account: AccountId,
    into: Vec<String>,
    mailboxes: Mailboxes,
}

impl Preparation {
    /// Until there is nothing more, or nobody takes it.
    async fn run(
        mut self,
        mut found: mpsc::Receiver<Found>,
        prepared: mpsc::Sender<anyhow::Result<Prepared>>,
        bar: &ProgressBar,
    ) {
        loop {
            let (mut batch, mut bytes, mut unreadable) = (Vec::new(), 0, 0);
            while batch.len() < BATCH && bytes < BATCH_BYTES {
                match found.recv().await {
                    Some(Found::Unreadable { path, reason }) => {
                        unreadable += 1;
                        bar.suspend(|| eprintln!("{}: {reason}", path.display()));
                    }
                    Some(Found::Message(message)) => {
                        bytes += message.raw.len();
                        batch.push(message);
                    }
                    None => break,
                }
            }
            if batch.is_empty() && unreadable == 0 {
                return;
            }
            let mails = self.prepare(batch).await;
            let is_over = mails.is_err();
            let sent = prepared.send(mails.map(|mails| Prepared { mails, bytes, unreadable })).await;
            if is_over || sent.is_err() {
                return;
            }
        }
    }

    /// Reads messages and keeps their octets, but for those that are there already.
    async fn prepare(&mut self, batch: Vec<Message>) -> anyhow::Result<Vec<Mail>> {
        let mut messages = Vec::with_capacity(batch.len());
        for message in batch {
            let folder: Vec<String> = self.into.iter().chain(&message.folder).cloned().collect();
            let mailbox = self.mailboxes.ensure(&self.store, &self.account, &folder).await?;
            messages.push((key(&mailbox, &message.raw), mailbox, message));
        }
        let keys: Vec<[u8; 32]> = messages.iter().map(|(key, ..)| *key).collect();
        let known = self.store.imports_seen(&self.account, &keys).await?;
        let (mut raws, mut reading) = (Vec::new(), Vec::new());
        for (key, mailbox, message) in messages {
            let raw = Bytes::from(message.raw);
            let import = Import {
                mailbox_ids: BTreeSet::from([mailbox]),
                keywords: message.keywords,
                received_at: UtcDate(chrono::Utc::now()),
            };
            let received_at = (message.received_at, message.modified_at);
            if !known.contains(&key) {
                raws.push(raw.clone());
            }
            reading.push((key, (!known.contains(&key)).then_some((raw, import, received_at))));
        }
        let (blob_ids, read) =
            tokio::try_join!(async { Ok(self.store.stage_blobs(raws).await?) }, async { read(reading).await })?;
        let mut blob_ids = blob_ids.into_iter();
        let mails = read.into_iter().map(|(key, email)| {
            let email = email.and_then(|email| Some(NewEmail { blob_id: blob_ids.next()?, ..email }));
            Mail { key, email }
        });
        Ok(mails.collect())
    }
}

type Reading = (Bytes, Import, (Option<UtcDate>, Option<UtcDate>));

/// Reads what is in messages, on all processors. When they came in is what the surroundings say, the message, or
/// its file, in this order.
async fn read(messages: Vec<([u8; 32], Option<Reading>)>) -> anyhow::Result<Vec<([u8; 32], Option<NewEmail>)>> {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    let share = messages.len().div_ceil(processors).max(1);
    let mut messages = messages.into_iter();
    let mut tasks = Vec::new();
    while messages.len() > 0 {
        let part: Vec<_> = messages.by_ref().take(share).collect();
        tasks.push(tokio::task::spawn_blocking(move || {
            part.into_iter().map(|(key, reading)| (key, reading.map(read_one))).collect::<Vec<_>>()
        }));
    }
    let mut read = Vec::new();
    for task in tasks {
        read.extend(task.await?);
    }
    Ok(read)
}

fn read_one((raw, mut import, (received_at, modified_at)): Reading) -> NewEmail {
    let parsed = parse::new_email(&raw);
    let known = received_at.or_else(|| parsed.received_at.map(utc)).or_else(|| parsed.envelope.sent_at.map(utc)).or(modified_at);
    import.received_at = known.unwrap_or(import.received_at);
    parsed.into_new_email(BlobId::from(String::new()), import)
}

fn utc(date: jmap::Date) -> UtcDate {
    UtcDate(date.0.to_utc())
}

/// What says that a message is in a folder already: where, and every octet of it.
fn key(mailbox: &MailboxId, raw: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(mailbox.as_str());
    hash.update([0]);
    hash.update(raw);
    hash.finalize().into()
}

/// The account's folders by parent and name.
struct Mailboxes {
    by_name: HashMap<(Option<String>, String), MailboxId>,
    by_role: HashMap<String, MailboxId>,
}

impl Mailboxes {
    async fn load(store: &Store, account: &AccountId) -> anyhow::Result<Self> {
        let mut mailboxes = Self { by_name: HashMap::new(), by_role: HashMap::new() };
        for record in store.records(account, DataType::Mailbox, None).await? {
            let text = |key: &str| record.body.get(key).and_then(Value::as_str).map(str::to_owned);
            let id = MailboxId::from(record.id.clone());
            if let Some(role) = text("role") {
                mailboxes.by_role.insert(role, id.clone());
            }
            mailboxes.by_name.insert((text("parentId"), text("name").unwrap_or_default().to_lowercase()), id);
        }
        Ok(mailboxes)
    }

    /// The folder of this path, made with those above it if need be. Nothing is the inbox.
    async fn ensure(&mut self, store: &Store, account: &AccountId, path: &[String]) -> anyhow::Result<MailboxId> {
        if let Some(id) = self.find(path) {
            return Ok(id);
        }
        let mut writer = store.begin(account).await?;
        let mut parent: Option<MailboxId> = None;
        for (depth, name) in path.iter().enumerate() {
            let known = self.find(path.get(..=depth).unwrap_or_default());
            parent = Some(match known {
                Some(id) => id,
                None => self.create(&mut writer, parent.as_ref(), name).await?,
            });
        }
        writer.commit().await?;
        parent.context("the account has no inbox")
    }

    fn find(&self, path: &[String]) -> Option<MailboxId> {
        let Some((first, rest)) = path.split_first() else { return self.by_role.get("inbox").cloned() };
        let top = self.by_name.get(&(None, first.to_lowercase()));
        let mut id = top.or_else(|| self.by_role.get(role(first)?))?.clone();
        for name in rest {
            id = self.by_name.get(&(Some(id.to_string()), name.to_lowercase()))?.clone();
        }
        Some(id)
    }

    async fn create(
        &mut self,
        writer: &mut Writer,
        parent: Option<&MailboxId>,
        name: &str,
    ) -> anyhow::Result<MailboxId> {
        let id: Id = writer.new_id(DataType::Mailbox);
        let body = json!({
            "name": name, "parentId": parent, "role": null, "sortOrder": 100, "isSubscribed": true,
        });
        let Value::Object(body) = body else { anyhow::bail!("a mailbox is an object") };
        writer.put_record(DataType::Mailbox, &id, body, true).await?;
        let id = MailboxId::from(id);
        self.by_name.insert((parent.map(ToString::to_string), name.to_lowercase()), id.clone());
        Ok(id)
    }
}

/// The role of a folder that another program calls so.
fn role(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "inbox" => "inbox",
        "drafts" | "draft" => "drafts",
        "sent" | "sent items" | "sent messages" | "sent mail" => "sent",
        "trash" | "deleted" | "deleted items" | "deleted messages" | "bin" => "trash",
        "junk" | "spam" | "junk e-mail" | "junk email" | "bulk mail" => "junk",
        "archive" | "archives" | "all mail" => "archive",
        _ => return None,
    })
}
