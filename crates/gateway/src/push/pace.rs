//! How fast one subscription is pushed to: what comes together is told together, who asks for less gets less, and who
//! does not answer is asked ever more rarely. Knows no clock.

use std::time::Duration;

/// What holds for every subscription.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// So long further changes are waited for.
    pub moment: Duration,
    /// So long after a push comes the next at the earliest.
    pub gap: Duration,
    /// At most so long after it, also for who complains of too many.
    pub longest_gap: Duration,
    /// So long after a push that failed it is tried again; twice as long each further time.
    pub retry: Duration,
    /// At most so long.
    pub longest_retry: Duration,
    /// How often what was told is noted and what expired is taken away.
    pub upkeep: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            moment: Duration::from_millis(100),
            gap: Duration::from_secs(2),
            longest_gap: Duration::from_secs(600),
            retry: Duration::from_secs(10),
            longest_retry: Duration::from_secs(3600),
            upkeep: Duration::from_secs(60),
        }
    }
}

/// Nobody may ask us to wait for longer.
const LONGEST_WISH: Duration = Duration::from_secs(86_400);

/// The pace of one subscription.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    gap: Duration,
    failures: u32,
}

impl Step {
    /// That of a new one.
    pub fn new(pace: &Pace) -> Self {
        Self { gap: pace.gap, failures: 0 }
    }

    /// The push was taken: how long until the next. A gap that had to grow shrinks again, slowly.
    pub fn accepted(&mut self, pace: &Pace) -> Duration {
        self.failures = 0;
        let gap = self.gap;
        self.gap = (gap / 10 * 9).max(pace.gap);
        gap
    }

    /// The push failed: how long until it is tried again. `wish` is the push service's. `random` keeps those that
    /// failed together from coming again together.
    pub fn failed(&mut self, pace: &Pace, wish: Option<Duration>, random: u8) -> Duration {
        let longer = pace.retry.saturating_mul(1 << self.failures.min(16)).min(pace.longest_retry);
        self.failures = self.failures.saturating_add(1);
        let spread = longer / 4 * u32::from(random) / 255;
        longer.saturating_add(spread).max(wish.unwrap_or_default().min(LONGEST_WISH))
    }

    /// It was one too many: also the gap is twice as long from now on (RFC 8620 §7.2).
    pub fn too_many(&mut self, pace: &Pace, wish: Option<Duration>, random: u8) -> Duration {
        self.gap = self.gap.saturating_mul(2).clamp(pace.gap, pace.longest_gap);
        self.failed(pace, wish, random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn who_does_not_answer_is_asked_ever_more_rarely() {
        let pace = Pace::default();
        let mut step = Step::new(&pace);
        let waits: Vec<u64> = (0..12).map(|_| step.failed(&pace, None, 0).as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
        assert_eq!(step.failed(&pace, None, 255), SECOND * 4500, "not all at the same time");
        assert_eq!(step.accepted(&pace), pace.gap);
        assert_eq!(step.failed(&pace, None, 0), SECOND * 10, "what was taken starts it anew");
    }

    #[test]
    fn a_wish_for_later_is_heeded_within_reason() {
        let pace = Pace::default();
        let mut step = Step::new(&pace);
        assert_eq!(step.failed(&pace, Some(SECOND * 300), 0), SECOND * 300);
        assert_eq!(step.failed(&pace, Some(SECOND), 0), SECOND * 20);
        assert_eq!(step.failed(&pace, Some(Duration::MAX), 0), LONGEST_WISH);
    }

    #[test]
    fn who_asks_for_fewer_gets_fewer() {
        let pace = Pace::default();
        let mut step = Step::new(&pace);
        step.too_many(&pace, None, 0);
        step.too_many(&pace, None, 0);
        assert_eq!(step.accepted(&pace), pace.gap * 4);
        assert!(step.accepted(&pace) < pace.gap * 4, "and more again when it goes well");
        for _ in 0..20 {
            step.too_many(&pace, None, 0);
        }
        assert_eq!(step.accepted(&pace), pace.longest_gap);
    }
}
