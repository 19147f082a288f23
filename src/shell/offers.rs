//! What can be done now: commands with what runs them. Features offer, the palette and the keys read.

use leptos::prelude::*;

use super::commands::Command;
use super::shortcuts::shown;
use crate::locale::t;

/// A command that a feature offers.
#[derive(Clone, Copy)]
pub(crate) struct Offer {
    /// How it is said and typed.
    pub(crate) command: &'static Command,
    /// Whether it makes sense now.
    pub(crate) available: Signal<bool>,
    /// Does it.
    pub(crate) run: Callback<()>,
}

/// All offers; a context.
#[derive(Clone, Copy)]
pub(crate) struct Offers {
    all: RwSignal<Vec<Offer>>,
}

impl Offers {
    /// Provides it to all below.
    pub(crate) fn provide() -> Self {
        let offers = Self { all: RwSignal::new(Vec::new()) };
        provide_context(offers);
        offers
    }

    /// Offers these until the owner that calls this is gone.
    pub(crate) fn offer(self, offers: Vec<Offer>) {
        let commands: Vec<&'static Command> = offers.iter().map(|offer| offer.command).collect();
        self.all.update(|all| all.extend(offers));
        on_cleanup(move || {
            self.all.try_update(|all| all.retain(|offer| !commands.contains(&offer.command)));
        });
    }

    /// All of them.
    pub(crate) fn all(self) -> Vec<Offer> {
        self.all.get()
    }

    /// All of them, without subscribing.
    pub(crate) fn all_now(self) -> Vec<Offer> {
        self.all.get_untracked()
    }
}

/// The first key of a command as people write it.
pub(crate) fn key_of(command: &Command) -> Option<String> {
    command.keys.first().map(|key| shown(key, &t("shell.then")))
}
