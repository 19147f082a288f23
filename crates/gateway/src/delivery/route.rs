//! Where a recipient is: here, or outside.

use std::collections::HashMap;

use jmap::AccountId;
use store::Store;

use crate::config::Config;

/// What is known of addresses at one moment.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    accounts: HashMap<String, AccountId>,
    domains: std::collections::HashSet<String>,
    has_relay: bool,
}

/// Where a message to somebody goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Into this account.
    Here(AccountId),
    /// Our domain, but nobody has the address.
    Nobody,
    /// Another domain.
    Outside,
}

impl Routes {
    /// Every account of the organisation.
    pub async fn load(store: &Store, config: &Config) -> Result<Self, store::Error> {
        let accounts = store.accounts().await?;
        let accounts = accounts.into_iter().map(|account| (account.address, account.id));
        Ok(Self::new(accounts, config.smtp.host.is_some()))
    }

    fn new(addresses: impl IntoIterator<Item = (String, AccountId)>, has_relay: bool) -> Self {
        let mut routes = Self { has_relay, ..Self::default() };
        for (address, id) in addresses {
            let address = address.to_lowercase();
            if let Some((_, domain)) = address.rsplit_once('@') {
                routes.domains.insert(domain.to_owned());
            }
            routes.accounts.insert(address, id);
        }
        routes
    }

    /// Where a message to this address goes. `alice+anything@…` goes to alice.
    pub fn find(&self, address: &str) -> Route {
        let address = address.to_lowercase();
        if let Some(account) = self.accounts.get(&address) {
            return Route::Here(account.clone());
        }
        let Some((local, domain)) = address.rsplit_once('@') else {
            // Somebody who signs in without a domain has none in their address.
            return Route::Nobody;
        };
        if !self.domains.contains(domain) {
            return Route::Outside;
        }
        let plain = local.split_once('+').map(|(plain, _)| format!("{plain}@{domain}"));
        plain.and_then(|plain| self.accounts.get(&plain)).map_or(Route::Nobody, |account| Route::Here(account.clone()))
    }

    /// Can a message be sent there at all? An unknown address of ours can: it comes back with a report.
    pub fn can_reach(&self, address: &str) -> bool {
        self.has_relay || self.find(address) != Route::Outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_here_nobodys_or_outside() {
        let routes = Routes::new([("Alice@Owlery.example".to_owned(), AccountId::from("a1"))], false);
        let alice = Route::Here(AccountId::from("a1"));
        assert_eq!(routes.find("alice@owlery.EXAMPLE"), alice);
        assert_eq!(routes.find("alice+news@owlery.example"), alice);
        assert_eq!(routes.find("nobody@owlery.example"), Route::Nobody);
        assert_eq!(routes.find("alice@elsewhere.example"), Route::Outside);
        assert!(routes.can_reach("nobody@owlery.example") && !routes.can_reach("a@elsewhere.example"));
    }
}
