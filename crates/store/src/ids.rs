//! Ids as people see them and numbers as the database has them.
//!
//! An account counts every record it ever had, of any type, with one counter, so a number is never used twice; an id
//! is the type's letter and that number. In the database a record's key is the account's number and its own in one
//! integer, so that an account's rows lie together and need no column that says whose they are.

use jmap::AccountId;

use crate::{DataType, Error, Result};

/// How many bits of a key are the record's own number.
pub(crate) const NUMBER_BITS: u32 = 36;

/// The numbers of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AccountNumber(pub(crate) i64);

impl AccountNumber {
    /// `a1` is 1.
    pub(crate) fn of(account: &AccountId) -> Result<Self> {
        number(account.as_str(), 'a').map(Self).ok_or_else(|| Error::NoAccount(account.clone()))
    }

    pub(crate) fn id(self) -> AccountId {
        AccountId::from(format!("a{}", self.0))
    }

    /// The key of a record of this account.
    pub(crate) fn key(self, number: i64) -> i64 {
        (self.0 << NUMBER_BITS) | number
    }

    /// The smallest and the largest key that a record of this account can have.
    pub(crate) fn keys(self) -> (i64, i64) {
        (self.key(0), self.key((1 << NUMBER_BITS) - 1))
    }

    /// The key that an id of this type says, if it can be one.
    pub(crate) fn parse(self, data_type: DataType, id: &str) -> Option<i64> {
        number(id, data_type.prefix()).map(|number| self.key(number))
    }
}

/// The id of a key.
pub(crate) fn id<T: From<String>>(data_type: DataType, key: i64) -> T {
    T::from(format!("{}{}", data_type.prefix(), key & ((1 << NUMBER_BITS) - 1)))
}

/// Only the way we write a number: no sign, no leading zero.
fn number(id: &str, prefix: char) -> Option<i64> {
    let digits = id.strip_prefix(prefix)?;
    let number = digits.parse::<i64>().ok()?;
    let ours = digits.starts_with(|first: char| first.is_ascii_digit() && first != '0');
    (ours && number < 1 << NUMBER_BITS).then_some(number)
}

#[cfg(test)]
mod tests {
    use jmap::EmailId;

    use super::*;

    #[test]
    fn an_id_and_its_key_are_one() {
        let account = AccountNumber(3);
        let key = account.parse(DataType::Email, "e12").unwrap();
        assert_eq!(id::<EmailId>(DataType::Email, key).as_str(), "e12");
        assert!((account.keys().0..=account.keys().1).contains(&key));
    }

    #[test]
    fn only_our_own_spelling_is_an_id() {
        for text in ["e", "e0", "e01", "e+1", "e-1", "m1", "1", "e1x", "e99999999999999999999", "e68719476736"] {
            assert_eq!(AccountNumber(1).parse(DataType::Email, text), None, "{text}");
        }
    }
}
