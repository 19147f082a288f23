//! Principals: the people, rooms and things of the organisation. Each has an account, and what people see of it.

use jmap::{AccountId, PrincipalId, State};
use serde_json::Value;

/// Somebody or something.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// Its account.
    pub account: AccountId,
    /// `individual`, `location`, `resource`.
    pub kind: String,
    /// For people.
    pub name: String,
    /// The account's address.
    pub address: String,
    /// More for people; may be empty.
    pub description: String,
    /// An IANA name; may be empty.
    pub time_zone: String,
    /// Of a room or thing: what the gateway keeps of it and how it may be booked; opaque to the store.
    pub booking: Value,
}

impl Principal {
    /// Its id: `u` and the number of its account.
    pub fn id(&self) -> PrincipalId {
        Self::id_of(&self.account)
    }

    /// The id of the principal that has an account.
    pub fn id_of(account: &AccountId) -> PrincipalId {
        PrincipalId::from(format!("u{}", account.as_str().trim_start_matches('a')))
    }

    /// The account of the principal with an id, if it can be one.
    pub fn account_of(id: &str) -> Option<AccountId> {
        let number = id.strip_prefix('u')?;
        let ours = number.starts_with(|first: char| first.is_ascii_digit() && first != '0');
        (ours && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| AccountId::from(format!("a{number}")))
    }
}

/// What is to be changed of a principal; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrincipalPatch {
    /// `individual`, `location`, `resource`.
    pub kind: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// An IANA name, or empty.
    pub time_zone: Option<String>,
    /// See [`Principal::booking`].
    pub booking: Option<Value>,
}

/// Which principals changed since a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalChanges {
    /// Until when.
    pub new_state: State,
    /// There is more after `new_state`.
    pub has_more: bool,
    /// New.
    pub created: Vec<AccountId>,
    /// Changed.
    pub updated: Vec<AccountId>,
    /// Gone.
    pub destroyed: Vec<AccountId>,
}
