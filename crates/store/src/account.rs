//! Accounts and what belongs to a person rather than to a mailbox: passwords, sessions, settings, acquaintances.

use jmap::{AccountId, UtcDate};

/// What is needed to create an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// `alice@owlery.example`; unique, whatever its case.
    pub address: String,
    /// For people.
    pub name: String,
    /// As the caller's hash function wrote it; opaque to the store.
    pub password_hash: String,
}

/// Somebody's mailbox, calendar and contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// As it was given.
    pub address: String,
    /// For people.
    pub name: String,
    /// As it was given.
    pub password_hash: String,
    /// When it was created.
    pub created_at: UtcDate,
}

/// A password for one program, beside the account's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppPassword {
    /// Unique in the store.
    pub id: i64,
    /// What it is for, in the person's words.
    pub label: String,
    /// As the caller's hash function wrote it.
    pub hash: String,
    /// When it was made.
    pub created_at: UtcDate,
    /// When it was last used, if ever.
    pub last_used_at: Option<UtcDate>,
}

/// What is needed to sign somebody in.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// SHA-256 of the token that the browser holds; the token itself is never kept.
    pub token_hash: [u8; 32],
    /// Who.
    pub account: AccountId,
    /// The browser's words about itself, for the list of sessions.
    pub user_agent: String,
    /// Until when.
    pub expires_at: UtcDate,
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// As it was given.
    pub token_hash: [u8; 32],
    /// Who.
    pub account: AccountId,
    /// As it was given.
    pub user_agent: String,
    /// Since when.
    pub created_at: UtcDate,
    /// When it was last found; to the minute.
    pub last_used_at: UtcDate,
    /// Until when.
    pub expires_at: UtcDate,
}

/// Somebody to whom one may want to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The name last seen with the address; empty if none was.
    pub name: String,
    /// As last seen.
    pub email: String,
    /// An account of this store has the address.
    pub is_local: bool,
}

/// How much an account holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Octets of its emails.
    pub octets: u64,
    /// How many emails.
    pub emails: u64,
}
