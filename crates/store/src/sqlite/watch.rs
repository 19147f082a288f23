//! What other processes commit to the same folder: an import beside the running server reaches push by this.

use std::collections::BTreeMap;
use std::time::Duration;

use jmap::State;
use sqlx::{Row, SqliteConnection};
use tokio::sync::broadcast::error::TryRecvError;

use super::Store;
use crate::ids::AccountNumber;
use crate::{Committed, DataType, Result, States};

type Known = BTreeMap<(i64, i64), i64>;

impl Store {
    /// Tells [`Store::subscribe`] of other processes' commits, as soon as they are seen: looks `every` so often, which
    /// costs a microsecond while nothing changes. Runs until it is dropped or the database fails. A commit of our own
    /// may be told twice.
    pub async fn watch(&self, every: Duration) -> Result<()> {
        // `data_version` is a connection's own, so it is taken out of the pool.
        let mut connection = self.inner.readers.acquire().await?.detach();
        let mut own = self.subscribe();
        let mut version = data_version(&mut connection).await?;
        let mut known = states(&mut connection).await?;
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let now = data_version(&mut connection).await?;
            if now == version {
                continue;
            }
            version = now;
            loop {
                match own.try_recv() {
                    Ok(committed) => note(&mut known, &committed)?,
                    Err(TryRecvError::Lagged(_)) => {}
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let found = states(&mut connection).await?;
            for committed in differences(&known, &found) {
                // Nobody listening is no error.
                let _ = self.inner.committed.send(committed);
            }
            known = found;
        }
    }
}

async fn data_version(connection: &mut SqliteConnection) -> Result<i64> {
    Ok(sqlx::query("pragma data_version").fetch_one(connection).await?.try_get(0)?)
}

async fn states(connection: &mut SqliteConnection) -> Result<Known> {
    let rows = sqlx::query("select account, type, modseq from states").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?))).collect()
}

fn note(known: &mut Known, committed: &Committed) -> Result<()> {
    let account = AccountNumber::of(&committed.account)?.0;
    for (data_type, state) in &committed.states {
        if let Ok(modseq) = state.as_str().parse() {
            known.insert((account, data_type.code()), modseq);
        }
    }
    Ok(())
}

fn differences(known: &Known, found: &Known) -> Vec<Committed> {
    let mut changed: BTreeMap<i64, States> = BTreeMap::new();
    for ((account, code), modseq) in found {
        let is_new = known.get(&(*account, *code)).is_none_or(|before| before < modseq);
        if let Some(data_type) = DataType::from_code(*code).filter(|_| is_new) {
            changed.entry(*account).or_default().insert(data_type, State::from(modseq.to_string()));
        }
    }
    changed.into_iter().map(|(account, states)| Committed { account: AccountNumber(account).id(), states }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewAccount;

    #[tokio::test]
    async fn what_another_process_commits_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut told = store.subscribe();
        let watcher = tokio::spawn({
            let store = store.clone();
            async move { store.watch(Duration::from_millis(5)).await }
        });
        let other = Store::open(folder.path()).await.unwrap();
        // The watcher may have begun after the first account: the second is told in any case.
        for name in ["alice", "bob", "carol"] {
            let new =
                NewAccount { address: format!("{name}@a.example"), name: name.into(), password_hash: String::new() };
            let account = other.create_account(new).await.unwrap();
            let wait = tokio::time::timeout(Duration::from_secs(2), told.recv()).await;
            if let Ok(committed) = wait {
                assert_eq!(committed.unwrap().account, account.id);
                watcher.abort();
                return;
            }
        }
        panic!("nothing was told");
    }
}
