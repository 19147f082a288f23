//! Who pushes, said to the push service: a token signed with our key (RFC 8292). Clients learn the key from the session
//! (RFC 9749) and tell their push service to take messages from nobody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;
use url::Url;

/// Seconds that a token is good for; a push service takes none of more than a day.
const LASTS: i64 = 12 * 3600;

/// The key could not be made, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key that pushes are signed with failed")]
pub struct Error;

/// The key that pushes are signed with.
pub struct Vapid {
    key: EcdsaKeyPair,
    public: String,
}

impl Vapid {
    /// A new key, as PKCS #8.
    pub fn generate() -> Result<Vec<u8>, Error> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Ok(document.map_err(|_| Error)?.as_ref().to_vec())
    }

    /// From PKCS #8.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, Error> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &SystemRandom::new());
        let key = key.map_err(|_| Error)?;
        let public = URL_SAFE_NO_PAD.encode(key.public_key());
        Ok(Self { key, public })
    }

    /// The public key, as a client hands it to its push service.
    pub fn public_key(&self) -> &str {
        &self.public
    }

    /// The `Authorization` of a request to `url`, made `now` (in seconds since 1970). `contact` is whom the push
    /// service may tell of trouble: a `mailto:` or `https:` URL.
    pub fn authorization(&self, url: &Url, contact: Option<&str>, now: i64) -> Result<String, Error> {
        let mut claims = json!({ "aud": url.origin().ascii_serialization(), "exp": now.saturating_add(LASTS) });
        if let (Some(contact), Some(claims)) = (contact, claims.as_object_mut()) {
            claims.insert("sub".to_owned(), contact.into());
        }
        let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).map_err(|_| Error)?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(format!("vapid t={signed}.{signature}, k={}", self.public))
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;
    use p256::ecdsa::{Signature, VerifyingKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_token_is_for_one_push_service_and_signed_by_us() {
        let vapid = Vapid::from_pkcs8(&Vapid::generate().unwrap()).unwrap();
        let url = "https://push.example:8443/a/b?c".parse().unwrap();
        let header = vapid.authorization(&url, Some("mailto:postmaster@owlery.example"), 1_000).unwrap();
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, vapid.public_key());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = VerifyingKey::from_sec1_bytes(&decode(key)).unwrap();
        key.verify(signed.as_bytes(), &Signature::from_slice(&decode(signature)).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&decode(signed.split_once('.').unwrap().1)).unwrap();
        let expected = json!({
            "aud": "https://push.example:8443", "exp": 1_000 + LASTS, "sub": "mailto:postmaster@owlery.example",
        });
        assert_eq!(claims, expected);
    }
}
