//! Who gets an answer, and as whom it is written.

use super::super::recipients::is_same;
use super::Original;
use crate::records::{EmailAddress, Identity};

/// To and Cc of an answer.
pub(super) fn recipients(original: Original<'_>, all: bool) -> (Vec<EmailAddress>, Vec<EmailAddress>) {
    let details = original.details;
    let own = |address: &EmailAddress| is_own(original.identities, address);
    let mut to = People::default();
    let mut cc = People::default();
    if !details.email.from.is_empty() && details.email.from.iter().all(own) {
        // An answer to one's own mail goes on to those who got it.
        to.add(details.email.to.iter().filter(|address| !own(address)));
        if all {
            cc.add(details.cc.iter().filter(|address| !own(address)));
        } else if to.0.is_empty() {
            to.add(details.cc.iter().filter(|address| !own(address)));
        }
    } else {
        to.add(writer(original, all));
        if all {
            to.add(details.email.to.iter().filter(|address| !own(address)));
            cc.add(details.cc.iter().filter(|address| !own(address)));
        }
    }
    // A mail to oneself is answered to oneself.
    if to.0.is_empty() && cc.0.is_empty() {
        to.add(writer(original, false));
    }
    if to.0.is_empty() {
        to = std::mem::take(&mut cc);
    }
    cc.0.retain(|address| !to.0.iter().any(|other| is_same(address, other)));
    (to.0, cc.0)
}

/// Reply-To, or From. A list that points Reply-To at itself does not turn an answer to one person into one to
/// everybody; an answer to all still reaches the list.
fn writer(original: Original<'_>, all: bool) -> &[EmailAddress] {
    let details = original.details;
    let only_the_list = original.list.is_some_and(|list| {
        !details.reply_to.is_empty() && details.reply_to.iter().all(|address| is_same(address, list))
    });
    if details.reply_to.is_empty() || (only_the_list && !all) { &details.email.from } else { &details.reply_to }
}

/// The identity that got the mail or wrote it; none in particular if it is not among the addresses.
pub(super) fn identity_for(original: Original<'_>) -> Option<&Identity> {
    let details = original.details;
    let addresses = [&details.email.to, &details.cc, &details.bcc, &details.email.from];
    addresses.into_iter().flatten().find_map(|address| {
        original.identities.iter().find(|identity| identity.email.eq_ignore_ascii_case(address.email.trim()))
    })
}

fn is_own(identities: &[Identity], address: &EmailAddress) -> bool {
    identities.iter().any(|identity| identity.email.to_lowercase() == address.email.trim().to_lowercase())
}

/// Addresses, each once.
#[derive(Default)]
struct People(Vec<EmailAddress>);

impl People {
    fn add<'a>(&mut self, addresses: impl IntoIterator<Item = &'a EmailAddress>) {
        for address in addresses {
            if !address.email.trim().is_empty() && !self.0.iter().any(|other| is_same(address, other)) {
                self.0.push(address.clone());
            }
        }
    }
}
