//! The store on SQLite: one file, one writer, readers beside it.

mod accounts;
mod backup;
mod blobs;
mod changes;
mod emails;
mod integrity;
mod journal;
mod people;
mod query;
mod query_changes;
mod records;
mod schema;
mod sessions;
mod settings;
mod submissions;
mod sweep;
mod threads;
mod writer;

use std::path::Path;
use std::sync::Arc;

use jmap::AccountId;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::broadcast;

use crate::{Committed, Result};

pub use writer::Writer;

/// The store; a clone is another handle to the same.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    readers: SqlitePool,
    writer: SqlitePool,
    blobs: Arc<dyn ObjectStore>,
    committed: broadcast::Sender<Committed>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in a folder, and makes or migrates it first if need be. One process at a time.
    pub async fn open(dir: &Path) -> Result<Self> {
        let _ = dir;
        unfinished()
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
}

fn unfinished<T>() -> Result<T> {
    Err(crate::Error::Damaged("unfinished".to_owned()))
}
