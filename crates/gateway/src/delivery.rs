//! Mail under way: what people here send ([`worker`]), what comes from the outside ([`lmtp`]), to people here
//! ([`receive`]: into their mailboxes, [`local`], with an answer if somebody is away, [`vacation`]) or to a relay
//! ([`relay`]), with a report if it cannot be delivered ([`bounce`]).
//!
//! Who may send what is decided before, in `EmailSubmission/set`. Nothing here filters junk or runs rules.

pub mod bounce;
pub mod lmtp;
pub mod local;
pub mod outgoing;
pub mod receive;
pub mod record;
pub mod relay;
pub mod route;
pub mod vacation;
pub mod worker;

use std::sync::Arc;

use store::Store;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::state::AppState;
use relay::Relay;

/// Everything that moves mail.
#[derive(Clone)]
pub struct Delivery {
    /// Where it is kept.
    pub store: Store,
    /// What the administrator set.
    pub config: Arc<Config>,
    /// The way to the outside, if there is one.
    pub relay: Option<Relay>,
}

/// What runs beside the requests; stopped when dropped. What was not finished is taken up at the next start.
#[derive(Debug)]
#[must_use = "dropping it stops what runs in the background"]
pub struct Background {
    _tasks: JoinSet<()>,
}

impl Delivery {
    /// For a store that is open.
    pub fn new(store: Store, config: Arc<Config>) -> Self {
        let relay = Relay::new(&config.smtp);
        Self { store, config, relay }
    }
}

/// Starts sending what is due, reminding, listening for LMTP if that is configured, and sweeping once an hour.
pub fn start(state: &AppState) -> Background {
    let delivery = Delivery::new(state.store.clone(), state.config.clone());
    let mut tasks = JoinSet::new();
    tasks.spawn(worker::run(delivery.clone()));
    tasks.spawn(worker::keep_house(delivery.clone()));
    tasks.spawn(crate::calendar::reminders::run(state.clone()));
    if let Some(address) = state.config.lmtp.listen {
        tasks.spawn(async move {
            match tokio::net::TcpListener::bind(address).await {
                Ok(listener) => lmtp::serve(delivery, listener).await,
                Err(error) => tracing::error!(%address, %error, "cannot listen for LMTP (lmtp.listen)"),
            }
        });
    }
    Background { _tasks: tasks }
}
