//! State changes on their way to one client (RFC 8620 §7.1): of its account and of what others share with it, the types
//! it asked for, and what comes within a moment told at once; and alerts of its calendar as they are due.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jmap::push::{CalendarAlert, Changed, StateChange};
use jmap::{AccountId, State};
use serde_json::{Value, json};
use store::{Committed, DataType, States, Store};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::calendar::access;
use crate::calendar::reminders::{self, Told};
use crate::state::AppState;

/// So long further changes are waited for.
const MOMENT: Duration = Duration::from_millis(100);

/// What others can share with a client.
const SHARED: [DataType; 2] = [DataType::Calendar, DataType::CalendarEvent];

/// The types that a client wants to hear of; all, if `None`.
pub type Types = Option<BTreeSet<String>>;

/// What a client is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Pushed {
    /// States that changed.
    Change(StateChange),
    /// An alert that is due.
    Alert(CalendarAlert),
}

impl Pushed {
    /// As it is sent.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Change(change) => json!(change),
            Self::Alert(alert) => json!(alert),
        }
    }
}

/// What concerns one client. What was heard and not yet told stays with it, so that waiting may be broken off.
#[derive(Debug)]
pub struct Changes {
    store: Store,
    account: AccountId,
    types: Types,
    receiver: Receiver<Committed>,
    alerts: Receiver<Told>,
    heard: BTreeMap<AccountId, States>,
    /// When what was heard is told.
    due: Option<Instant>,
}

impl Changes {
    /// Everything from now on.
    pub fn new(state: &AppState, account: &AccountId, types: Types) -> Self {
        Self {
            store: state.store.clone(),
            account: account.clone(),
            types,
            receiver: state.store.subscribe(),
            alerts: state.bell.subscribe(),
            heard: BTreeMap::new(),
            due: None,
        }
    }

    /// What changed since a push state that the client has seen; nothing, if it has seen all. A push state that was
    /// never given (an empty one, say) is before everything: the answer is where all types stand.
    pub async fn since(&self, push_state: &str) -> Result<Option<StateChange>, store::Error> {
        let seen = push_state.parse::<u64>().ok();
        let mut states = self.store.states(&self.account).await?;
        states.retain(|_, state| seen.is_none_or(|seen| state.as_str().parse::<u64>().is_ok_and(|state| state > seen)));
        let mut heard = BTreeMap::from([(self.account.clone(), states)]);
        // A push state says nothing of others' accounts: where they stand is told again.
        if SHARED.iter().any(|data_type| self.wants(*data_type)) {
            for owner in access::subscribed(&self.store, &self.account).await? {
                let mut states = self.store.states(&owner).await?;
                states.retain(|data_type, _| SHARED.contains(data_type));
                heard.insert(owner, states);
            }
        }
        Ok(self.change(heard))
    }

    /// Waits for the next change, and a moment for more; or for an alert. `None` when the gateway stops.
    pub async fn next(&mut self) -> Option<Pushed> {
        loop {
            let due = self.due;
            tokio::select! {
                committed = self.receiver.recv() => match committed {
                    Ok(committed) => self.take(committed).await,
                    Err(RecvError::Lagged(_)) => self.take_all().await,
                    Err(RecvError::Closed) => return None,
                },
                alert = self.alerts.recv() => match alert {
                    Ok((person, alert)) if person == self.account && self.wants_named(reminders::TYPE) => {
                        return Some(Pushed::Alert(alert));
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
                () = sleep(due) => {
                    self.due = None;
                    let heard = std::mem::take(&mut self.heard);
                    if let Some(change) = self.change(heard) {
                        return Some(Pushed::Change(change));
                    }
                }
            }
        }
    }

    async fn take(&mut self, committed: Committed) {
        let Committed { account, mut states } = committed;
        if account != self.account {
            states.retain(|data_type, _| SHARED.contains(data_type) && self.wants(*data_type));
            if states.is_empty() || !self.has_subscribed(&account).await {
                return;
            }
        }
        let is_of_interest = states.keys().any(|data_type| self.wants(*data_type));
        self.heard.entry(account).or_default().extend(states);
        if is_of_interest && self.due.is_none() {
            self.due = Some(Instant::now() + MOMENT);
        }
    }

    async fn has_subscribed(&self, owner: &AccountId) -> bool {
        match access::subscribed(&self.store, &self.account).await {
            Ok(owners) => owners.contains(owner),
            Err(error) => {
                tracing::error!(%error, "what others share could not be read for push");
                false
            }
        }
    }

    /// Some changes were missed: everything may have changed.
    async fn take_all(&mut self) {
        match self.store.states(&self.account).await {
            Ok(all) => {
                self.heard.entry(self.account.clone()).or_default().extend(all);
                self.due.get_or_insert_with(Instant::now);
            }
            Err(error) => tracing::error!(error = %error, "states could not be read for push"),
        }
    }

    fn wants(&self, data_type: DataType) -> bool {
        self.wants_named(data_type.as_str())
    }

    fn wants_named(&self, name: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(name))
    }

    fn change(&self, heard: BTreeMap<AccountId, States>) -> Option<StateChange> {
        let own = heard.get(&self.account).into_iter().flat_map(States::values);
        let push_state = own.filter_map(|state| state.as_str().parse::<u64>().ok()).max();
        let mut changed = Changed::new();
        for (account, states) in heard {
            let wanted: BTreeMap<String, State> = states
                .into_iter()
                .filter(|(data_type, _)| self.wants(*data_type))
                .map(|(data_type, state)| (data_type.as_str().to_owned(), state))
                .collect();
            if !wanted.is_empty() {
                changed.insert(account, wanted);
            }
        }
        let push_state = push_state.map(|state| state.to_string());
        (!changed.is_empty()).then_some(StateChange { changed, push_state })
    }
}

async fn sleep(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
