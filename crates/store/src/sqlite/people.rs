//! To whom a person writes and who writes to them, for completing an address.

use jmap::AccountId;

use super::{Store, unfinished};
use crate::{Result, Suggestion};

impl Store {
    /// Who may be meant by what was typed: the start of a word of a name or of an address, accents and case folded.
    /// Those one writes to often and lately come first; the store's other accounts are among them.
    pub async fn suggest(&self, account: &AccountId, prefix: &str, limit: u32) -> Result<Vec<Suggestion>> {
        let _ = (account, prefix, limit);
        unfinished()
    }
}
