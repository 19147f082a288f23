//! Signs of waiting that neither flash nor flicker: they come late and stay a while (LOOK.md, "Motion").

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// True once `waiting` has been true for `after`, and then for at least `hold`.
///
/// Bones take 150 and 300 ms, a spinner in a pressed button 400 and 300.
pub(crate) fn steady(waiting: Signal<bool>, after: Duration, hold: Duration) -> Signal<bool> {
    let shown = RwSignal::new(false);
    let since = StoredValue::new(0.0_f64);
    let timer = StoredValue::<Option<TimeoutHandle>>::new(None);
    let clear = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |_| {
        let waiting = waiting.get();
        if waiting == shown.get_untracked() {
            clear();
            return;
        }
        clear();
        let delay = if waiting {
            after
        } else {
            let held = now() - since.get_value();
            hold.saturating_sub(Duration::from_secs_f64((held / 1000.0).max(0.0)))
        };
        let switch = move || {
            since.try_set_value(now());
            shown.try_set(waiting);
        };
        if delay.is_zero() {
            switch();
        } else {
            timer.set_value(set_timeout_with_handle(switch, delay).ok());
        }
    });
    on_cleanup(clear);
    shown.into()
}

/// For bones: nothing for 150 ms, then at least 300.
pub(crate) fn bones_due(loading: Signal<bool>) -> Signal<bool> {
    steady(loading, Duration::from_millis(150), Duration::from_millis(300))
}

/// Milliseconds since the page was opened.
pub(crate) fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
