//! How long to wait before asking again: doubling, with jitter, so that a gateway that comes back is not met
//! by everybody in the same second. No clock: the caller gives a random number and takes milliseconds.

/// Counts failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    const FIRST: f64 = 500.0;
    const LONGEST: f64 = 30_000.0;

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// It failed again: milliseconds to wait. `random` is from 0 to 1; half of the wait is left to it.
    pub fn next(&mut self, random: f64) -> u32 {
        let exponent = self.failures.min(16);
        self.failures = self.failures.saturating_add(1);
        let whole = (Self::FIRST * 2f64.powi(exponent.cast_signed())).min(Self::LONGEST);
        (whole / 2.0 + whole / 2.0 * random.clamp(0.0, 1.0)).round() as u32
    }

    /// How often it failed in a row.
    pub fn failures(self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(random: f64, count: usize) -> Vec<u32> {
        let mut backoff = Backoff::default();
        (0..count).map(|_| backoff.next(random)).collect()
    }

    #[test]
    fn each_wait_is_twice_the_last_up_to_half_a_minute() {
        assert_eq!(waits(1.0, 8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        assert_eq!(waits(0.0, 3), [250, 500, 1000]);
    }

    #[test]
    fn success_starts_anew() {
        let mut backoff = Backoff::default();
        backoff.next(1.0);
        backoff.next(1.0);
        backoff.reset();
        assert_eq!(backoff.next(1.0), 500);
    }
}
