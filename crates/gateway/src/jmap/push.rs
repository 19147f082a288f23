//! State changes on their way to one client (RFC 8620 §7.1): only its account and the types it asked for, and what
//! comes within a moment told at once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jmap::push::StateChange;
use jmap::{AccountId, State};
use store::{Committed, DataType, Store};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

/// So long further changes are waited for.
const MOMENT: Duration = Duration::from_millis(100);

/// The types that a client wants to hear of; all, if `None`.
pub type Types = Option<BTreeSet<String>>;

/// The changes of one account.
#[derive(Debug)]
pub struct Changes {
    store: Store,
    account: AccountId,
    types: Types,
    receiver: Receiver<Committed>,
}

impl Changes {
    /// Every change from now on.
    pub fn new(store: &Store, account: &AccountId, types: Types) -> Self {
        Self { store: store.clone(), account: account.clone(), types, receiver: store.subscribe() }
    }

    /// What changed since a push state that the client has seen; nothing, if it has seen all. A push state that was
    /// never given (an empty one, say) is before everything: the answer is where all types stand.
    pub async fn since(&self, push_state: &str) -> Result<Option<StateChange>, store::Error> {
        let seen = push_state.parse::<u64>().ok();
        let mut states = self.store.states(&self.account).await?;
        states.retain(|_, state| {
            seen.is_none_or(|seen| state.as_str().parse::<u64>().is_ok_and(|state| state > seen))
        });
        Ok(self.change(states))
    }

    /// Waits for the next change, and a moment for more. `None` when the gateway stops.
    pub async fn next(&mut self) -> Option<StateChange> {
        loop {
            let mut states = BTreeMap::new();
            match self.receiver.recv().await {
                Ok(committed) => self.take(committed, &mut states),
                Err(RecvError::Lagged(_)) => self.take_all(&mut states).await,
                Err(RecvError::Closed) => return None,
            }
            if self.is_of_interest(&states) {
                let end = Instant::now() + MOMENT;
                loop {
                    match timeout_at(end, self.receiver.recv()).await {
                        Ok(Ok(committed)) => self.take(committed, &mut states),
                        Ok(Err(RecvError::Lagged(_))) => self.take_all(&mut states).await,
                        Ok(Err(RecvError::Closed)) | Err(_) => break,
                    }
                }
            }
            if let Some(change) = self.change(states) {
                return Some(change);
            }
        }
    }

    fn take(&self, committed: Committed, states: &mut BTreeMap<DataType, State>) {
        if committed.account == self.account {
            states.extend(committed.states);
        }
    }

    /// Some changes were missed: everything may have changed.
    async fn take_all(&self, states: &mut BTreeMap<DataType, State>) {
        match self.store.states(&self.account).await {
            Ok(all) => states.extend(all),
            Err(error) => tracing::error!(error = %error, "states could not be read for push"),
        }
    }

    fn is_of_interest(&self, states: &BTreeMap<DataType, State>) -> bool {
        states.keys().any(|data_type| self.wants(*data_type))
    }

    fn wants(&self, data_type: DataType) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(data_type.as_str()))
    }

    fn change(&self, states: BTreeMap<DataType, State>) -> Option<StateChange> {
        let push_state = states.values().filter_map(|state| state.as_str().parse::<u64>().ok()).max();
        let wanted: BTreeMap<String, State> = states
            .into_iter()
            .filter(|(data_type, _)| self.wants(*data_type))
            .map(|(data_type, state)| (data_type.as_str().to_owned(), state))
            .collect();
        (!wanted.is_empty()).then(|| StateChange {
            changed: BTreeMap::from([(self.account.clone(), wanted)]),
            push_state: push_state.map(|state| state.to_string()),
        })
    }
}
