//! Messages that only the client can read: RFC 8291, which is the content coding `aes128gcm` of RFC 8188 with a key
//! agreed upon by ECDH. One record a message; nothing is padded, for what is pushed is of much the same length anyway.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom, SystemRandom};

/// Octets of one record, and so of the whole message: what every push service takes (RFC 8291 §4).
const RECORD: u32 = 4096;
/// Octets of a point of P-256 that is not compressed.
const POINT: usize = 65;
const SALT: usize = 16;
/// Ends the last record (RFC 8188 §2).
const LAST: u8 = 2;

/// Octets that a message may have, so that it still fits into a record with its header and tag.
pub const MAX_PLAINTEXT: usize = RECORD as usize - (SALT + 4 + 1 + POINT) - 16 - 1;

/// Why a message cannot be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More than [`MAX_PLAINTEXT`].
    #[error("the message is too long to be pushed")]
    TooLong,
    /// There was no randomness.
    #[error("the message could not be encrypted")]
    Failed,
}

impl From<ring::error::Unspecified> for Error {
    fn from(_: ring::error::Unspecified) -> Self {
        Self::Failed
    }
}

/// The keys of a client (RFC 8291 §2). No `Debug`: they are secret.
#[derive(Clone)]
pub struct Keys {
    p256dh: [u8; POINT],
    auth: [u8; 16],
}

impl Keys {
    /// `None` unless they are a point of the curve and a secret of the right length.
    pub fn new(p256dh: &[u8], auth: &[u8]) -> Option<Self> {
        let keys = Self { p256dh: p256dh.try_into().ok()?, auth: auth.try_into().ok()? };
        keys.agree(|_, _| ()).ok()?;
        Some(keys)
    }

    /// Agrees on a secret, with a key pair of ours for this once: the secret and our public key.
    fn agree<T>(&self, then: impl FnOnce(&[u8], &[u8]) -> T) -> Result<T, Error> {
        let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())?;
        let public = ours.compute_public_key()?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, self.p256dh);
        Ok(agree_ephemeral(ours, &theirs, |secret| then(secret, public.as_ref()))?)
    }

    /// The body of a request with `Content-Encoding: aes128gcm`.
    pub fn encrypt(&self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let mut salt = [0; SALT];
        SystemRandom::new().fill(&mut salt)?;
        self.agree(|secret, public| self.seal(secret, public, salt, plaintext))?
    }

    fn seal(&self, secret: &[u8], public: &[u8], salt: [u8; SALT], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(Error::TooLong);
        }
        let info: [&[u8]; 3] = [b"WebPush: info\0", &self.p256dh, public];
        let input: [u8; 32] = derive(&self.auth, secret, &info)?;
        let key: [u8; 16] = derive(&salt, &input, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce: [u8; 12] = derive(&salt, &input, &[b"Content-Encoding: nonce\0"])?;

        let mut record = [plaintext, &[LAST]].concat();
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
        let id_length = u8::try_from(public.len()).map_err(|_| Error::Failed)?;
        Ok([&salt[..], &RECORD.to_be_bytes(), &[id_length], public, &record].concat())
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(salt: &[u8], input: &[u8], info: &[&[u8]]) -> Result<[u8; N], Error> {
    let mut out = [0; N];
    Salt::new(HKDF_SHA256, salt).extract(input).expand(info, Length(N))?.fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use p256::ecdh::diffie_hellman;
    use p256::{PublicKey, SecretKey};

    use super::*;

    // RFC 8291, Appendix A.
    const PLAINTEXT: &str = "When I grow up, I want to be a watermelon";
    const AS_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const AS_PUBLIC: &str = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const UA_PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const SECRET: &str = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";
    const MESSAGE: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn octets(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_the_rfc_is_reproduced() {
        let ours = SecretKey::from_slice(&octets(AS_PRIVATE)).unwrap();
        let theirs = PublicKey::from_sec1_bytes(&octets(UA_PUBLIC)).unwrap();
        let secret = diffie_hellman(ours.to_nonzero_scalar(), theirs.as_affine());
        assert_eq!(secret.raw_secret_bytes().as_slice(), octets(SECRET));
        let keys = Keys::new(&octets(UA_PUBLIC), &octets(AUTH)).unwrap();
        let salt = octets(SALT).try_into().unwrap();
        let message = keys.seal(secret.raw_secret_bytes(), &octets(AS_PUBLIC), salt, PLAINTEXT.as_bytes()).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(message), MESSAGE);
    }

    #[test]
    fn a_message_of_any_length_fits_into_a_record_or_is_refused() {
        let keys = Keys::new(&octets(UA_PUBLIC), &octets(AUTH)).unwrap();
        assert_eq!(keys.encrypt(&[7; MAX_PLAINTEXT]).unwrap().len(), RECORD as usize);
        assert_eq!(keys.encrypt(&[7; MAX_PLAINTEXT + 1]), Err(Error::TooLong));
        assert_ne!(keys.encrypt(b"x"), keys.encrypt(b"x"), "neither salt nor key is used twice");
    }

    #[test]
    fn only_a_point_of_the_curve_is_a_key() {
        let (point, auth) = (octets(UA_PUBLIC), octets(AUTH));
        let mut elsewhere = point.clone();
        elsewhere[64] ^= 1;
        for (p256dh, auth, expect) in [
            (&point[..], &auth[..], true),
            (&point[..], &auth[..15], false),
            (&point[..64], &auth[..], false),
            (&elsewhere[..], &auth[..], false),
            (&[0; POINT][..], &auth[..], false),
        ] {
            assert_eq!(Keys::new(p256dh, auth).is_some(), expect);
        }
    }
}
