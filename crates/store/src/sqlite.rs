//! The store on SQLite: one file, one writer, readers beside it.

mod accounts;
mod backup;
mod blobs;
mod calendar_events;
mod calendar_query;
mod calendar_shares;
mod changes;
mod emails;
mod flush;
mod integrity;
mod journal;
mod log;
mod people;
mod plan;
mod principals;
mod push_subscriptions;
mod query;
mod query_changes;
mod records;
mod schema;
mod secrets;
mod sessions;
mod settings;
mod submissions;
mod sweep;
mod synced;
mod threading;
mod threads;
mod watch;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use jmap::{AccountId, UtcDate};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::sync::broadcast;

use self::blobs::Blobs;
use crate::{Committed, Result};

pub use writer::Writer;

/// Of page caches, in KiB (negative, as SQLite has it). What is not found in one is a copy from the system's own
/// cache, so they are small: there is one for each connection, and each keeps what it ever had.
const READER_CACHE: &str = "-2000";
const WRITER_CACHE: &str = "-8000";

/// An import goes all over the indexes of hashes, and what it does not find here it writes and reads again and again.
const IMPORT_CACHE: &str = "-24000";

/// How many read at the same time; the rest waits. One more than there are processors, so that none is idle while a
/// reader waits for the disk; each takes some megabytes.
fn readers() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(processors).unwrap_or(MAX_READERS).saturating_add(1).min(MAX_READERS)
}

const MAX_READERS: u32 = 16;

/// The store; a clone is another handle to the same.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    readers: SqlitePool,
    /// Of one connection: who has it is the writer.
    writer: SqlitePool,
    blobs: Blobs,
    /// Written by who removes blobs, read by who copies all.
    files: tokio::sync::RwLock<()>,
    committed: broadcast::Sender<Committed>,
    synced: synced::Synced,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in a folder, and makes or migrates it first if need be. Several processes may have the same
    /// folder open (a command beside the server); [`Store::subscribe`] tells of the others' commits if [`Store::watch`] runs.
    pub async fn open(dir: &Path) -> Result<Self> {
        Self::open_with(dir, WRITER_CACHE).await
    }

    /// The same for a command that writes very much and then ends: it takes more memory.
    pub async fn open_for_import(dir: &Path) -> Result<Self> {
        Self::open_with(dir, IMPORT_CACHE).await
    }

    async fn open_with(dir: &Path, writer_cache: &'static str) -> Result<Self> {
        // Nobody else on the machine reads mail, hashes of passwords, and keys.
        let mut folder = tokio::fs::DirBuilder::new();
        #[cfg(unix)]
        folder.mode(0o700);
        folder.recursive(true).create(dir).await?;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(600))
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(
                options(dir).create_if_missing(true).pragma("cache_size", writer_cache).pragma("temp_store", "memory"),
            )
            .await?;
        schema::migrator().run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(readers())
            .acquire_timeout(Duration::from_secs(60))
            .max_lifetime(None)
            .connect_with(options(dir).pragma("cache_size", READER_CACHE).pragma("query_only", "on"))
            .await?;
        let blobs = Blobs::open(&dir.join("blobs")).await?;
        let (committed, _) = broadcast::channel(1024);
        let (files, synced) = (tokio::sync::RwLock::default(), synced::Synced::new(dir));
        Ok(Self { inner: Arc::new(Inner { readers, writer, blobs, files, committed, synced }) })
    }

    /// Every commit from now on. A receiver that lags behind by more than 1,024 commits misses the oldest, and is
    /// told so: it then must treat every state as changed.
    pub fn subscribe(&self) -> broadcast::Receiver<Committed> {
        self.inner.committed.subscribe()
    }

    /// Waits for the one writer. Nothing is visible before [`Writer::commit`]; a writer that is dropped takes
    /// everything back. Hold it briefly: nobody else writes meanwhile. Never begin a second while holding one.
    pub async fn begin(&self, account: &AccountId) -> Result<Writer> {
        Writer::begin(self.clone(), account).await
    }

    /// Waits until nobody uses the database and closes it; without it the file is closed when the process ends,
    /// which loses nothing either.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    /// A snapshot: every statement in it sees the same.
    async fn read(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.inner.readers.begin().await?)
    }

    /// A transaction that is in no account's name.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.inner.writer.begin_with("begin immediate").await?)
    }
}

/// `synchronous = normal`: a commit that is answered for is synced by ourselves (see `synced.rs`).
///
/// No `mmap`: its pages would count as our resident memory. A reader's sort that is larger than its cache goes on in a
/// temporary file; the writer, which sorts nothing large, is spared the files.
fn options(dir: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(dir.join("owlet.sqlite"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(60))
        // Pages of the log after which it is carried over: 32 MB.
        .pragma("wal_autocheckpoint", "8000")
        .pragma("journal_size_limit", "67108864")
        // What is deleted is overwritten where that costs no page more: URLs and keys of push, hashes of passwords.
        .pragma("secure_delete", "fast")
        .statement_cache_capacity(100)
}

fn now() -> UtcDate {
    UtcDate(Utc::now())
}

/// Values for `json_each(?)`: one statement, prepared once, for any number of rows.
fn json<T: serde::Serialize + ?Sized>(values: &T) -> Result<String> {
    Ok(serde_json::to_string(values)?)
}
