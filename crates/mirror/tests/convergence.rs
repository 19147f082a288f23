//! The laws of the mirror, against a simulated server: any interleaving of deltas, changes and
//! lost packets ends equal to the server; and what is shown on the way is the truth with the
//! person's changes, without flicker.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::manual_is_multiple_of,
    clippy::single_range_in_vec_init,
    reason = "a test that panics has failed"
)]

mod convergence {
    mod laws;
    mod person;
    pub(crate) mod server;
    pub(crate) mod world;
}

use convergence::{server, world};
use proptest::collection::vec;
use proptest::prelude::*;

use server::Temper;
use world::World;

fn temper() -> impl Strategy<Value = Temper> {
    (any::<bool>(), any::<bool>(), 0..8u8).prop_map(|(naive, uses_up_to, delta)| Temper {
        naive,
        uses_up_to,
        cannot_delta: delta == 0,
    })
}

fn run(temper: Temper, emails: u32, alone: bool, steps: Vec<(u8, u8, u8)>, order: u8) {
    let mut world = World::new(temper, emails, alone);
    for step in steps {
        world.step(step);
        world.check_always();
    }
    world.check_at_rest(order);
}

/// A few seconds in debug; `PROPTEST_CASES=20000` for a night.
fn config() -> ProptestConfig {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 128 };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 3000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_order_of_events_ends_equal_to_the_server(
        temper in temper(), emails in 0..240u32, steps in vec(any::<(u8, u8, u8)>(), 0..120), order: u8,
    ) {
        run(temper, emails, false, steps, order);
    }

    #[test]
    fn own_changes_never_flicker(
        temper in temper(), emails in 0..120u32, steps in vec(any::<(u8, u8, u8)>(), 0..120), order: u8,
    ) {
        run(temper, emails, true, steps, order);
    }
}
