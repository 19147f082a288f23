//! Push to URLs that clients name (RFC 8620 §7.2), by the Web Push protocol (RFC 8030), so that a phone or a browser
//! hears of new mail while no page is open.
//!
//! [`sender`] takes any message to one URL: [`guard`] says whether it may be reached, [`encryption`] hides the message
//! from the push service, [`vapid`] says who we are. [`dispatcher`] decides what is told to whom and when, with
//! [`lanes`] and [`pace`] that know no clock. What may be a subscription is said in
//! [`jmap::push_subscription`](crate::jmap::push_subscription); where they are kept is the store's.

pub mod dispatcher;
pub mod encryption;
pub mod guard;
pub mod lanes;
pub mod pace;
pub mod sender;
pub mod vapid;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jmap::AccountId;
use store::Store;
use tokio::sync::{Notify, OnceCell};
use tokio::task::JoinSet;

use crate::auth::attempts::Attempts;
use crate::config::Config;
use crate::state::AppState;
use guard::Guard;
use pace::Pace;
use sender::Sender;
use vapid::Vapid;

/// Subscriptions that an account may make in ten minutes (RFC 8620 §8.6).
const MAX_CREATIONS: u32 = 30;
/// The name of the key in the store.
const KEY: &str = "vapid";

/// Why pushes cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key could not be read or kept.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// It could not be made, or what is kept is none.
    #[error(transparent)]
    Key(#[from] vapid::Error),
}

/// What requests and the dispatcher share. Cheap to clone.
#[derive(Clone)]
pub struct Push {
    inner: Arc<Inner>,
}

struct Inner {
    is_on: bool,
    contact: Option<String>,
    guard: Guard,
    vapid: OnceCell<Arc<Vapid>>,
    creations: Attempts,
    /// Accounts whose subscriptions were changed.
    rung: Mutex<BTreeSet<AccountId>>,
    bell: Notify,
}

/// What runs beside the requests; stopped when dropped.
#[derive(Debug)]
#[must_use = "dropping it stops what runs in the background"]
pub struct Background {
    _tasks: JoinSet<()>,
}

impl Push {
    /// As configured.
    pub fn new(config: &Config) -> Self {
        let origin = config.public_origin.clone().filter(|origin| origin.starts_with("https:"));
        Self {
            inner: Arc::new(Inner {
                is_on: config.push.enabled,
                contact: config.push.contact.clone().or(origin),
                guard: Guard::new(config.push.allow_loopback),
                vapid: OnceCell::new(),
                creations: Attempts::new(MAX_CREATIONS),
                rung: Mutex::default(),
                bell: Notify::new(),
            }),
        }
    }

    /// Whether anything is pushed to URLs.
    pub fn is_on(&self) -> bool {
        self.inner.is_on
    }

    /// Which URLs may be pushed to.
    pub fn guard(&self) -> &Guard {
        &self.inner.guard
    }

    /// The key that pushes are signed with; made at the first call ever, and kept in the store.
    pub async fn vapid(&self, store: &Store) -> Result<&Arc<Vapid>, Error> {
        let load = async || {
            let kept = match store.secret(KEY).await? {
                Some(kept) => kept,
                None => store.keep_secret(KEY, &Vapid::generate()?).await?,
            };
            Ok(Arc::new(Vapid::from_pkcs8(&kept)?))
        };
        self.inner.vapid.get_or_try_init(load).await
    }

    /// What clients give their push service (RFC 9749), unless nothing is pushed here.
    pub async fn public_key(&self, store: &Store) -> Option<String> {
        if !self.is_on() {
            return None;
        }
        match self.vapid(store).await {
            Ok(vapid) => Some(vapid.public_key().to_owned()),
            Err(error) => {
                tracing::error!(%error, "the key that pushes are signed with could not be read");
                None
            }
        }
    }

    /// What takes any message to a URL.
    pub async fn sender(&self, store: &Store) -> Result<Sender, Error> {
        let vapid = self.vapid(store).await?.clone();
        let contact = match &self.inner.contact {
            Some(contact) => Some(contact.clone()),
            None => store.domain().await?.map(|domain| format!("mailto:postmaster@{domain}")),
        };
        Ok(Sender::new(self.inner.guard.clone(), vapid, contact))
    }

    /// Counts a subscription that somebody makes; `false` if they made too many lately.
    pub fn may_create(&self, account: &AccountId) -> bool {
        let (keys, now) = ([account.to_string()], Instant::now());
        let may = !self.inner.creations.are_too_many(&keys, now);
        if may {
            self.inner.creations.count(&keys, now);
        }
        may
    }

    /// Has the dispatcher look at an account's subscriptions.
    pub fn ring(&self, account: &AccountId) {
        self.inner.rung.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone());
        self.inner.bell.notify_one();
    }

    /// Waits until somebody rings: for which accounts.
    async fn rung(&self) -> BTreeSet<AccountId> {
        self.inner.bell.notified().await;
        std::mem::take(&mut *self.inner.rung.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Starts pushing, unless the administrator does not want it.
pub fn start(state: &AppState) -> Background {
    start_at(state, Pace::default())
}

/// The same at another pace.
pub fn start_at(state: &AppState, pace: Pace) -> Background {
    let mut tasks = JoinSet::new();
    if state.push.is_on() {
        tasks.spawn(dispatcher::run(state.store.clone(), state.push.clone(), pace));
    }
    Background { _tasks: tasks }
}
