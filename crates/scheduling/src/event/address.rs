//! Calendar addresses (RFC 5545 §3.3.3): URIs, nearly always of mail.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

/// A calendar address, kept as it was written. Two of mail are the same whatever their case: no server that has ever
/// taken part in scheduling tells them apart, though RFC 5321 would let it.
#[derive(Debug, Clone)]
pub struct CalendarAddress(String);

impl CalendarAddress {
    /// From a URI, or a bare address of mail.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let is_uri = text.split_once(':').is_some_and(|(scheme, _)| {
            scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        });
        if !is_uri && text.contains('@') { Self(format!("mailto:{text}")) } else { Self(text.to_owned()) }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of mail.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        let (scheme, address) = self.0.split_once(':')?;
        let address = address.split('?').next()?;
        (scheme.eq_ignore_ascii_case("mailto") && address.contains('@')).then_some(address)
    }

    fn key(&self) -> String {
        self.email().map_or_else(|| self.0.clone(), str::to_lowercase)
    }
}

impl PartialEq for CalendarAddress {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.key() == other.key()
    }
}

impl Eq for CalendarAddress {}

impl Hash for CalendarAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for CalendarAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_are_the_same_in_any_case() {
        assert_eq!(CalendarAddress::new("mailto:Bob@example.com"), CalendarAddress::new("MAILTO:bob@EXAMPLE.com"));
        assert_eq!(CalendarAddress::new("bob@example.com"), CalendarAddress::new("mailto:bob@example.com"));
        assert_ne!(CalendarAddress::new("mailto:bob@example.com"), CalendarAddress::new("mailto:rob@example.com"));
        assert_ne!(CalendarAddress::new("urn:uuid:A"), CalendarAddress::new("urn:uuid:a"));
        assert_eq!(CalendarAddress::new("urn:uuid:a").email(), None);
    }
}
