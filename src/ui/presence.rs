//! The mark that says whether someone can be reached. Pattern: an image with a name.
//! Keys: none. Name: `label`, always in words; without one the mark is decoration beside words that say it already.

use leptos::prelude::*;

/// A silhouette. Which state of which protocol it stands for, the feature decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PresenceShape {
    /// Disc with a tick.
    Available,
    /// Rounded square: busy, in a call, in a meeting.
    Busy,
    /// Disc with a bar: do not disturb, presenting.
    DoNotDisturb,
    /// Disc with clock hands.
    BackSoon,
    /// Crescent.
    Away,
    /// Disc, half filled.
    Idle,
    /// Square, half filled.
    IdleBusy,
    /// Ring with a bar.
    OffWork,
    /// Ring with a cross.
    Offline,
    /// Dashed ring.
    Unknown,
}

impl PresenceShape {
    /// All, in the order of LOOK.md.
    pub(crate) const ALL: [Self; 10] = [
        Self::Available,
        Self::Busy,
        Self::DoNotDisturb,
        Self::BackSoon,
        Self::Away,
        Self::Idle,
        Self::IdleBusy,
        Self::OffWork,
        Self::Offline,
        Self::Unknown,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Busy => "busy",
            Self::DoNotDisturb => "dnd",
            Self::BackSoon => "brb",
            Self::Away => "away",
            Self::Idle => "idle",
            Self::IdleBusy => "idle-busy",
            Self::OffWork => "offwork",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
        }
    }
}

/// A presence mark: 0.75rem alone, 1rem with a ring at an avatar's lower end corner.
#[component]
pub(crate) fn PresenceMark(
    /// Its silhouette.
    #[prop(into)]
    shape: Signal<PresenceShape>,
    /// The state in words.
    #[prop(optional, into)]
    label: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <svg
            class="presence"
            viewBox="0 0 12 12"
            data-presence=move || shape.get().as_str()
            role=move || label.get().map(|_| "img")
            aria-label=move || label.get()
            aria-hidden=move || label.get().is_none().then_some("true")
        >
            <use href=move || format!("#presence-{}", shape.get().as_str()) />
        </svg>
    }
}
