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
use futures::{StreamExt as _, stream};
use jmap::{AccountId, Id, MailboxId, UtcDate};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{DataType, NewEmail, Store, Writer};
use tokio::sync::mpsc;

use super::{account_of, progress};
use crate::config::Config;
use crate::mail_files::{self, Found, Message};
use crate::message::{Import, parse};
use crate::serve::wait_for_signal;

/// Messages of one transaction.
const BATCH: usize = 200;
/// Octets after which a batch is written even if it is small.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// Messages read and stored at the same time.
const AT_ONCE: usize = 8;

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
    let (found, mut received) = mpsc::channel(AT_ONCE * 2);
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
    let mut mailboxes = Mailboxes::load(store, &account.id).await?;
    let mut batch = Vec::new();
    let mut bytes = 0;
    while let Some(item) = received.recv().await {
        match item {
            Found::Unreadable { path, reason } => {
                tally.unreadable += 1;
                bar.suspend(|| eprintln!("{}: {reason}", path.display()));
            }
            Found::Message(message) => {
                bytes += message.raw.len();
                batch.push(message);
            }
        }
        if batch.len() >= BATCH || bytes >= BATCH_BYTES {
            write(store, &account.id, &into, std::mem::take(&mut batch), &mut mailboxes, &mut tally).await?;
            bar.inc(bytes as u64);
            bar.set_message(format!("{} messages", tally.imported + tally.known));
            bytes = 0;
        }
    }
    write(store, &account.id, &into, batch, &mut mailboxes, &mut tally).await?;
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

struct Ready {
    key: [u8; 32],
    email: NewEmail,
}

async fn write(
    store: &Store,
    account: &AccountId,
    into: &[String],
    batch: Vec<Message>,
    mailboxes: &mut Mailboxes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    // Folders first, in a transaction of their own: then the messages can be read side by side.
    let mut targets = Vec::with_capacity(batch.len());
    for message in &batch {
        let folder: Vec<String> = into.iter().chain(&message.folder).cloned().collect();
        targets.push(mailboxes.ensure(store, account, &folder).await?);
    }
    let ready: Vec<anyhow::Result<Option<Ready>>> = stream::iter(batch.into_iter().zip(targets))
        .map(|(message, mailbox)| prepare(store, account, message, mailbox))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut writer = store.begin(account).await?;
    for ready in ready {
        match ready? {
            Some(ready) if !writer.import_seen(&ready.key).await? => {
                writer.insert_email(ready.email).await?;
                tally.imported += 1;
            }
            _ => tally.known += 1,
        }
    }
    writer.commit().await?;
    Ok(())
}

/// Reads a message and keeps its octets, unless it is there already.
async fn prepare(
    store: &Store,
    account: &AccountId,
    message: Message,
    mailbox: MailboxId,
) -> anyhow::Result<Option<Ready>> {
    let raw = Bytes::from(message.raw);
    let (key, parsed) = tokio::task::spawn_blocking({
        let (raw, mailbox) = (raw.clone(), mailbox.clone());
        move || (key(&mailbox, &raw), parse::new_email(&raw))
    })
    .await?;
    if store.import_seen(account, &key).await? {
        return Ok(None);
    }
    let received_at = message
        .received_at
        .or_else(|| parsed.received_at.map(utc))
        .or_else(|| parsed.sent_at.map(utc))
        .or(message.modified_at)
        .unwrap_or_else(|| UtcDate(chrono::Utc::now()));
    let blob_id = store.stage_blob(raw).await?;
    let import = Import { mailbox_ids: BTreeSet::from([mailbox]), keywords: message.keywords, received_at };
    Ok(Some(Ready { key, email: parsed.into_new_email(blob_id, import) }))
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
