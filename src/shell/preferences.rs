//! How this person likes the page in this browser: where mail is read, how wide the panes are,
//! conversations or single mails, colours and density. Kept in local storage; a context.

use leptos::prelude::*;

use crate::ui::{Density, Scheme};

/// Where the reading pane stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ReadingAt {
    /// Beside the list.
    #[default]
    Right,
    /// Below the list.
    Below,
    /// Nowhere: a mail takes the list's place.
    Off,
}

impl ReadingAt {
    /// All, in the order of the menu, with the keys of their words.
    pub(crate) const ALL: [(Self, &str); 3] =
        [(Self::Right, "shell.readingRight"), (Self::Below, "shell.readingBelow"), (Self::Off, "shell.readingOff")];

    /// The value of `data-reading`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Below => "below",
            Self::Off => "off",
        }
    }
}

/// The choices, as signals. `Copy`.
#[derive(Clone, Copy)]
pub(crate) struct Preferences {
    /// Light, dark or the system's.
    pub(crate) scheme: RwSignal<Scheme>,
    /// How close rows stand.
    pub(crate) density: RwSignal<Density>,
    /// Where mail is read.
    pub(crate) reading_at: RwSignal<ReadingAt>,
    /// One row a conversation.
    pub(crate) conversations: RwSignal<bool>,
    /// The folder pane's width in rem.
    pub(crate) side: RwSignal<f64>,
    /// The list's width in rem.
    pub(crate) list: RwSignal<f64>,
    /// The list's height in rem, where mail is read below it.
    pub(crate) list_height: RwSignal<f64>,
}

/// The widths that a double click goes back to, in rem.
pub(crate) const SIDE: f64 = 12.75;
/// See [`SIDE`].
pub(crate) const LIST: f64 = 20.5;
/// See [`SIDE`].
pub(crate) const LIST_HEIGHT: f64 = 18.0;

impl Preferences {
    /// Provides them to all below, as they were left.
    pub(crate) fn provide() -> Self {
        let number = |key: &str, otherwise: f64| kept(key).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
        let reading_at = kept("owlet.reading").unwrap_or_default();
        let preferences = Self {
            scheme: RwSignal::new(Scheme::kept()),
            density: RwSignal::new(Density::kept()),
            reading_at: RwSignal::new(
                ReadingAt::ALL.iter().map(|(at, _)| *at).find(|at| at.as_str() == reading_at).unwrap_or_default(),
            ),
            conversations: RwSignal::new(kept("owlet.conversations").as_deref() != Some("off")),
            side: RwSignal::new(number("owlet.side", SIDE)),
            list: RwSignal::new(number("owlet.list", LIST)),
            list_height: RwSignal::new(number("owlet.list-height", LIST_HEIGHT)),
        };
        provide_context(preferences);
        preferences
    }

    /// Chooses the colours.
    pub(crate) fn choose_scheme(self, scheme: Scheme) {
        scheme.choose();
        self.scheme.set(scheme);
    }

    /// Chooses how close rows stand.
    pub(crate) fn choose_density(self, density: Density) {
        density.choose();
        self.density.set(density);
    }

    /// Chooses where mail is read.
    pub(crate) fn choose_reading(self, at: ReadingAt) {
        keep("owlet.reading", at.as_str());
        self.reading_at.set(at);
    }

    /// Conversations or single mails.
    pub(crate) fn choose_conversations(self, on: bool) {
        keep("owlet.conversations", if on { "on" } else { "off" });
        self.conversations.set(on);
    }

    /// Keeps the widths as they are now.
    pub(crate) fn keep_widths(self) {
        keep("owlet.side", &self.side.get_untracked().to_string());
        keep("owlet.list", &self.list.get_untracked().to_string());
        keep("owlet.list-height", &self.list_height.get_untracked().to_string());
    }
}

fn kept(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Where storage is off, the choice holds until the page is left.
fn keep(key: &str, value: &str) {
    let _ = window().local_storage().ok().flatten().map(|storage| storage.set_item(key, value));
}
