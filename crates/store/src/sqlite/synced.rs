//! When a commit is kept: SQLite's log is synced here and not by SQLite, so that commits which come together wait for
//! the disk once.
//!
//! A commit is in the log, and outlives a killed process, when SQLite has made it; others see it from then on. It
//! outlives a loss of power when the log is synced, and only then it is answered for and told to subscribers. What is
//! carried over from the log into the database SQLite syncs itself, log first (`synchronous = normal`), so the database
//! is whole in any case. SQLite holds no lock on the log's file, so it does no harm to open it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use super::Store;
use crate::Result;

pub(super) struct Synced {
    log: PathBuf,
    /// Commits that wait or have waited.
    committed: AtomicU64,
    /// Those of them that are synced. Whoever holds it syncs.
    synced: Mutex<u64>,
}

impl Synced {
    pub(super) fn new(dir: &Path) -> Self {
        Self { log: dir.join("owlet.sqlite-wal"), committed: AtomicU64::new(0), synced: Mutex::new(0) }
    }
}

impl Store {
    /// Waits until what was committed outlives a loss of power.
    pub(super) async fn synced(&self) -> Result<()> {
        let Synced { log, committed, synced } = &self.inner.synced;
        let own = committed.fetch_add(1, Ordering::SeqCst) + 1;
        let mut synced = synced.lock().await;
        if *synced >= own {
            return Ok(());
        }
        let all = committed.load(Ordering::SeqCst);
        let log = log.clone();
        tokio::task::spawn_blocking(move || match std::fs::File::open(log) {
            Ok(file) => file.sync_data(),
            // All of it has been carried over and synced.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        })
        .await
        .map_err(std::io::Error::other)??;
        *synced = all;
        Ok(())
    }
}
