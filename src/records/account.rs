//! What belongs to the account and not to one mail: identities, suggestions, quota, settings.

use jmap::email::EmailAddress;
use jmap::identity::Identity;
use jmap::quota::Quota;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Failure, Records};

/// Somebody one may write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Name and address.
    pub address: EmailAddress,
    /// Of this organisation.
    pub internal: bool,
}

impl Records {
    /// As whom one may send; the first is the usual one.
    pub fn identities(self) -> Signal<Vec<Identity>> {
        Signal::derive(Vec::new)
    }

    /// Whom these letters may mean, likeliest first. Nobody, if the server has no suggestions or no
    /// connection: one can always type an address.
    pub async fn suggest(self, text: String) -> Vec<Recipient> {
        let _ = text;
        Vec::new()
    }

    /// Room used, if there is a limit in octets.
    pub fn quota(self) -> Signal<Option<Quota>> {
        Signal::derive(|| None)
    }

    /// A setting of the account, the same in every browser; `None` if it was never set or is not known yet.
    pub fn setting<T>(self, key: &'static str) -> Signal<Option<T>>
    where
        T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
    {
        let _ = key;
        Signal::derive(|| None)
    }

    /// Changes a setting; at once here, in other tabs and soon on the server.
    pub fn set_setting<T: Serialize>(self, key: &'static str, value: &T) {
        let _ = (key, value);
    }

    /// How large an attachment may be, in octets.
    pub fn max_upload(self) -> Option<u64> {
        None
    }

    /// Octets that a whole message may have with attachments, if the server says.
    pub fn max_message(self) -> Option<u64> {
        let _: Option<Failure> = None;
        None
    }
}
