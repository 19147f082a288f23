//! Push subscriptions as they are kept (RFC 8620 §7.2). What may be one, and the sending, are the gateway's.

use std::collections::BTreeSet;
use std::fmt;

use jmap::{AccountId, Id, UtcDate};

/// What somebody signed in with. A push subscription belongs to it, and ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The account's own password, until it is changed.
    Password,
    /// The application password of this number.
    AppPassword(i64),
    /// The session of this token hash.
    Session([u8; 32]),
}

/// The client's keys (RFC 8291).
#[derive(Clone, PartialEq, Eq)]
pub struct PushKeys {
    /// A point of P-256, not compressed.
    pub p256dh: Vec<u8>,
    /// A secret of the client and us.
    pub auth: Vec<u8>,
}

impl fmt::Debug for PushKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PushKeys")
    }
}

/// A push subscription to make.
#[derive(Clone)]
pub struct NewPushSubscription {
    /// What the client signed in with.
    pub credential: Credential,
    /// The client's name for itself.
    pub device_client_id: String,
    /// Where to push to.
    pub url: String,
    /// To encrypt with.
    pub keys: Option<PushKeys>,
    /// What the client must tell us to show that it hears us.
    pub verification_code: String,
    /// With the session, if `None`.
    pub expires_at: Option<UtcDate>,
    /// The types to tell of; all, if `None`.
    pub types: Option<BTreeSet<String>>,
}

impl fmt::Debug for NewPushSubscription {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NewPushSubscription").field("types", &self.types).finish_non_exhaustive()
    }
}

/// A push subscription.
#[derive(Clone, PartialEq, Eq)]
pub struct PushSubscription {
    /// Ours; never used twice.
    pub id: Id,
    /// Whose.
    pub account: AccountId,
    /// What it was made with.
    pub credential: Credential,
    /// The client's name for itself.
    pub device_client_id: String,
    /// Where to push to.
    pub url: String,
    /// To encrypt with.
    pub keys: Option<PushKeys>,
    /// What the client must tell us.
    pub verification_code: String,
    /// It was sent.
    pub code_sent: bool,
    /// The client told us the code: it may be pushed to.
    pub is_verified: bool,
    /// With the session, if `None`.
    pub expires_at: Option<UtcDate>,
    /// The types to tell of; all, if `None`.
    pub types: Option<BTreeSet<String>>,
    /// Changes up to here were told, on the account's scale of changes.
    pub pushed: u64,
}

impl fmt::Debug for PushSubscription {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PushSubscription")
            .field("id", &self.id)
            .field("account", &self.account)
            .field("code_sent", &self.code_sent)
            .field("is_verified", &self.is_verified)
            .field("expires_at", &self.expires_at)
            .field("types", &self.types)
            .field("pushed", &self.pushed)
            .finish_non_exhaustive()
    }
}

/// What of a push subscription can be changed; all of it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushChange {
    /// The client told us the code.
    pub is_verified: bool,
    /// With the session, if `None`.
    pub expires_at: Option<UtcDate>,
    /// The types to tell of; all, if `None`.
    pub types: Option<BTreeSet<String>>,
}
