//! Counts wrong passwords, so that guessing is slow. Knows no clock: time is an argument.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(600);
/// Above this many keys, those whose window has passed are dropped.
const MANY: usize = 10_000;

/// Wrong passwords by account and by network.
#[derive(Debug)]
pub struct Attempts {
    limit: u32,
    counts: Mutex<HashMap<String, (u32, Instant)>>,
}

impl Attempts {
    /// `limit` in ten minutes are too many.
    pub fn new(limit: u32) -> Self {
        Self { limit, counts: Mutex::default() }
    }

    /// Whether any of the keys has had its share.
    pub fn are_too_many(&self, keys: &[String], now: Instant) -> bool {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter()
            .any(|key| counts.get(key).is_some_and(|(count, since)| *count >= self.limit && now - *since < WINDOW))
    }

    /// One more for each key.
    pub fn count(&self, keys: &[String], now: Instant) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > MANY {
            counts.retain(|_, (_, since)| now - *since < WINDOW);
        }
        for key in keys {
            let (count, since) = counts.entry(key.clone()).or_insert((0, now));
            if now - *since >= WINDOW {
                (*count, *since) = (0, now);
            }
            *count += 1;
        }
    }

    /// The right password came.
    pub fn forgive(&self, key: &str) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// What counts as one place: an IPv4 address, or the /64 that one household has of IPv6.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_limit_nobody_tries_until_the_window_has_passed() {
        let (attempts, key, start) = (Attempts::new(2), ["a".to_owned()], Instant::now());
        attempts.count(&key, start);
        assert!(!attempts.are_too_many(&key, start));
        attempts.count(&key, start);
        assert!(attempts.are_too_many(&key, start));
        assert!(!attempts.are_too_many(&["b".to_owned()], start));
        assert!(!attempts.are_too_many(&key, start + WINDOW));
    }

    #[test]
    fn the_right_password_clears_the_account() {
        let (attempts, key, now) = (Attempts::new(1), ["a".to_owned()], Instant::now());
        attempts.count(&key, now);
        attempts.forgive("a");
        assert!(!attempts.are_too_many(&key, now));
    }

    #[test]
    fn one_household_is_one_network() {
        let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(same("2001:db8::1", "2001:db8::ffff:2"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
    }
}
