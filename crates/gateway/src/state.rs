//! What every handler has at hand. Cheap to clone.

use std::sync::Arc;

use store::Store;

use crate::auth::Credentials;
use crate::config::Config;
use crate::signature::Signer;

/// The gateway's parts, shared by all requests.
#[derive(Clone)]
pub struct AppState {
    /// Mail, accounts, blobs.
    pub store: Store,
    /// What the administrator set.
    pub config: Arc<Config>,
    /// Passwords checked lately, and attempts counted.
    pub credentials: Arc<Credentials>,
    /// For addresses that carry their own permission.
    pub signer: Signer,
    /// For pictures on other people's servers.
    pub pictures: crate::pictures::Fetcher,
    /// For pushes to URLs that clients name.
    pub push: crate::push::Push,
    /// Rings when an alert of somebody's calendar is due.
    pub bell: crate::calendar::reminders::Bell,
}

impl AppState {
    /// For a store that is open. `key` signs addresses; the same after a restart, so that they stay good.
    pub fn new(store: Store, config: Config, key: [u8; 32]) -> Self {
        Self {
            store,
            credentials: Arc::new(Credentials::new(config.limits.failed_sign_ins)),
            signer: Signer::new(key),
            pictures: crate::pictures::Fetcher::new(&config.images),
            push: crate::push::Push::new(&config),
            bell: crate::calendar::reminders::Bell::default(),
            config: Arc::new(config),
        }
    }
}
