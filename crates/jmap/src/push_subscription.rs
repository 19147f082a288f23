//! PushSubscription: a URL that a client wants to be told of changes at (RFC 8620 §7.2). It belongs to no account.

use serde::{Deserialize, Serialize};

use crate::{Id, UtcDate};

/// A subscription as `PushSubscription/get` answers it: without its URL and keys, which are the device's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PushSubscription {
    /// Set by the server.
    pub id: Id,
    /// The client's name for itself on this device.
    pub device_client_id: String,
    /// What the client told the server; null until then, and nothing but the code is pushed until then.
    pub verification_code: Option<String>,
    /// Until then; with the session, if null.
    pub expires: Option<UtcDate>,
    /// Only of these types; of all, if null.
    pub types: Option<Vec<String>>,
}

/// A client's keys (RFC 8291), in URL-safe base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// A point of P-256.
    pub p256dh: String,
    /// A secret.
    pub auth: String,
}

/// The first that is pushed to a new subscription (RFC 8620 §7.2.2): the client sets the code, and shows thereby that
/// it hears the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
pub struct PushVerification {
    /// Which.
    pub push_subscription_id: Id,
    /// For `verificationCode`.
    pub verification_code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verification_names_its_type() {
        let verification = PushVerification { push_subscription_id: "p1".into(), verification_code: "x".to_owned() };
        assert_eq!(
            serde_json::to_string(&verification).unwrap(),
            r#"{"@type":"PushVerification","pushSubscriptionId":"p1","verificationCode":"x"}"#
        );
    }
}
