//! Addresses that carry their own permission: a message's document runs in a sandbox that has no cookie, so
//! the pictures in it are named by addresses that are signed, belong to one account and expire.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Signs and checks. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    key: [u8; 32],
}

impl Signer {
    /// With a key that nobody else has.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The key kept in a file, made at first and readable by its owner only.
    pub fn load_key(file: &std::path::Path) -> std::io::Result<[u8; 32]> {
        match std::fs::read(file) {
            Ok(bytes) => bytes.try_into().map_err(|_| std::io::Error::other("the key file has 32 octets")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(std::io::Error::other)?;
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                std::io::Write::write_all(&mut options.open(file)?, &key)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }

    /// A signature over the parts, each told apart from the next.
    pub fn sign(&self, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(parts).finalize().into_bytes())
    }

    /// Whether the signature is ours and over these parts.
    pub fn verify(&self, parts: &[&str], signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| self.mac(parts).verify_slice(&signature).is_ok())
    }

    fn mac(&self, parts: &[&str]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_parts_only() {
        let signer = Signer::new([7; 32]);
        let signature = signer.sign(&["picture", "a1", "99"]);
        assert!(signer.verify(&["picture", "a1", "99"], &signature));
        for parts in [&["picture", "a2", "99"][..], &["picture", "a19", "9"], &["picture", "a1"]] {
            assert!(!signer.verify(parts, &signature), "{parts:?}");
        }
        assert!(!Signer::new([8; 32]).verify(&["picture", "a1", "99"], &signature));
        assert!(!signer.verify(&["picture", "a1", "99"], "§"));
    }

    #[test]
    fn the_key_is_the_same_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        assert_eq!(Signer::load_key(&file).unwrap(), Signer::load_key(&file).unwrap());
    }
}
