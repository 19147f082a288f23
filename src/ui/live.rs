//! Words for a screen reader about what happened elsewhere on the page. Pattern: WAI-ARIA live regions.
//! Keys: none. Name: none; the words are read as they come.

use std::time::Duration;

use leptos::prelude::*;

/// Says things to a screen reader; a context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Announcer {
    polite: RwSignal<String>,
    assertive: RwSignal<String>,
}

impl Announcer {
    /// Provides it to all below.
    pub(crate) fn provide() -> Self {
        let announcer = Self { polite: RwSignal::new(String::new()), assertive: RwSignal::new(String::new()) };
        provide_context(announcer);
        announcer
    }

    /// Says it when the reader pauses: "3 new".
    pub(crate) fn say(self, words: impl Into<String>) {
        Self::fill(self.polite, words.into());
    }

    /// Says it at once, over what is being read: "The connection is gone".
    pub(crate) fn interrupt(self, words: impl Into<String>) {
        Self::fill(self.assertive, words.into());
    }

    /// Emptied first, so that the same words are read again.
    fn fill(region: RwSignal<String>, words: String) {
        region.set(String::new());
        set_timeout(
            move || {
                region.try_set(words);
            },
            Duration::from_millis(60),
        );
    }
}

/// Where the words go; stands once in the app, from the start.
#[component]
pub(crate) fn LiveRegions() -> impl IntoView {
    let Announcer { polite, assertive } = expect_context();
    view! {
        <div class="visually-hidden" role="status" aria-live="polite">
            {move || polite.get()}
        </div>
        <div class="visually-hidden" role="alert" aria-live="assertive">
            {move || assertive.get()}
        </div>
    }
}
