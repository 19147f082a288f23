//! Passwords that were right a moment ago, as keyed hashes: argon2 for every request of a Basic client would
//! cost tens of milliseconds each. The key dies with the process. Knows no clock: time is an argument.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, Mac as _};
use jmap::AccountId;
use sha2::Sha256;

const LASTS: Duration = Duration::from_secs(300);
const MANY: usize = 10_000;

/// By keyed hash of address and password: whose it is, which kept hash it fitted, and since when that is known.
pub struct Verified {
    key: [u8; 32],
    known: Mutex<HashMap<[u8; 32], (AccountId, String, Instant)>>,
}

impl Default for Verified {
    fn default() -> Self {
        let mut key = [0; 32];
        // Without randomness nothing is remembered in a way that can be trusted: see `hash`.
        let random = getrandom::fill(&mut key).is_ok();
        Self { key: if random { key } else { [0; 32] }, known: Mutex::default() }
    }
}

impl Verified {
    /// Whose password this is and the kept hash that it fitted, if that was less than five minutes ago. Whether the
    /// hash is still kept is the caller's to ask.
    pub fn find(&self, address: &str, password: &str, now: Instant) -> Option<(AccountId, String)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (account, hash, since) = known.get(&self.hash(address, password)?)?;
        (now - *since < LASTS).then(|| (account.clone(), hash.clone()))
    }

    /// It was right just now.
    pub fn remember(&self, address: &str, password: &str, account: AccountId, kept: &str, now: Instant) {
        let Some(hash) = self.hash(address, password) else { return };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, (_, _, since)| now - *since < LASTS);
        }
        known.insert(hash, (account, kept.to_owned(), now));
    }

    /// A password of the account has changed.
    pub fn forget(&self, account: &AccountId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (known, _, _)| known != account);
    }

    fn hash(&self, address: &str, password: &str) -> Option<[u8; 32]> {
        if self.key == [0; 32] {
            return None;
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(&(address.len() as u64).to_be_bytes());
        mac.update(address.as_bytes());
        mac.update(password.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_password_is_known_for_five_minutes() {
        let (verified, account, now) = (Verified::default(), AccountId::from("a1"), Instant::now());
        verified.remember("alice", "owlet", account.clone(), "hash", now);
        assert_eq!(verified.find("alice", "owlet", now), Some((account.clone(), "hash".to_owned())));
        assert_eq!(verified.find("aliceo", "wlet", now), None);
        assert_eq!(verified.find("alice", "owlet", now + LASTS), None);
        verified.forget(&account);
        assert_eq!(verified.find("alice", "owlet", now), None);
    }
}
