//! Who is asking: a session's cookie, or HTTP Basic with the account's or an application's password.
//!
//! [`Principal`] is the extractor. Passwords are argon2id and checked off the async threads; a Basic client,
//! which sends its password with every request, is answered from a cache of keyed hashes for some minutes.
//! Wrong passwords are counted per account and per network address.

pub mod attempts;
pub mod password;
pub mod principal;
pub mod session;
pub mod verified;

use std::net::IpAddr;
use std::time::Instant;

use chrono::Utc;
use jmap::{AccountId, UtcDate};
use store::{Credential, Store};

use attempts::Attempts;
use verified::Verified;

pub use principal::Principal;

/// What is remembered about passwords between requests; in memory only.
pub struct Credentials {
    verified: Verified,
    attempts: Attempts,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No such account, or not its password; nobody is told which.
    #[error("The address or the password is not right.")]
    WrongPassword,
    /// Too many wrong ones lately.
    #[error("Too many attempts. Wait a few minutes and try again.")]
    TooManyAttempts,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A check could not be run.
    #[error("a password could not be checked: {0}")]
    Check(String),
}

/// Which passwords will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// The account's own: for signing in to the app.
    AccountPassword,
    /// An application's too: for other clients.
    ApplicationPassword,
}

impl Credentials {
    /// `failed_sign_ins` wrong passwords in ten minutes are too many.
    pub fn new(failed_sign_ins: u32) -> Self {
        Self { verified: Verified::default(), attempts: Attempts::new(failed_sign_ins) }
    }

    /// The account, if the password is its own or (where accepted) one of its applications', and which it is.
    pub async fn verify(
        &self,
        store: &Store,
        address: &str,
        password: &str,
        from: IpAddr,
        accepts: Accepts,
    ) -> Result<(store::Account, Credential), Refusal> {
        let address = address.trim().to_lowercase();
        let now = Instant::now();
        if accepts == Accepts::ApplicationPassword
            && let Some((account, hash)) = self.verified.find(&address, password, now)
            && let Some(account) = store.account(&account).await?
            && let Some(credential) = kept(store, &account, &hash).await?
        {
            return Ok((account, credential));
        }
        let by_account = format!("account {address}");
        let keys = [by_account.clone(), format!("network {}", attempts::network(from))];
        if self.attempts.are_too_many(&keys, now) {
            return Err(Refusal::TooManyAttempts);
        }
        let account = store.account_by_address(&address).await?;
        let own = account.as_ref().map(|account| account.password_hash.clone());
        let mut hashes = vec![(Credential::Password, own)];
        if let (Accepts::ApplicationPassword, Some(account)) = (accepts, &account) {
            let passwords = store.app_passwords(&account.id).await?;
            let known = |known: store::AppPassword| (Credential::AppPassword(known.id), Some(known.hash));
            hashes.extend(passwords.into_iter().map(known));
        }
        for (credential, hash) in hashes {
            // Nobody's hash takes as long as somebody's, so that time does not tell who exists.
            if password::verify(password.to_owned(), hash.clone()).await?
                && let (Some(account), Some(hash)) = (&account, hash)
            {
                self.attempts.forgive(&by_account);
                if let Credential::AppPassword(id) = credential {
                    store.touch_app_password(id, UtcDate(Utc::now())).await?;
                }
                self.verified.remember(&address, password, account.id.clone(), &hash, now);
                return Ok((account.clone(), credential));
            }
        }
        self.attempts.count(&keys, now);
        metrics::counter!("owlet_refused_sign_ins_total").increment(1);
        Err(Refusal::WrongPassword)
    }

    /// After a password has changed or an application has been removed.
    pub fn forget(&self, account: &AccountId) {
        self.verified.forget(account);
    }
}

/// Which password it was that fitted this hash, if it is still good: it may have been changed or taken away since,
/// also by a command beside the server.
async fn kept(store: &Store, account: &store::Account, hash: &str) -> Result<Option<Credential>, store::Error> {
    if account.password_hash == hash {
        return Ok(Some(Credential::Password));
    }
    let passwords = store.app_passwords(&account.id).await?;
    Ok(passwords.iter().find(|known| known.hash == hash).map(|known| Credential::AppPassword(known.id)))
}
