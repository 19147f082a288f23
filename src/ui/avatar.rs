//! A person's photo, or their initials on a hue of their address. Pattern: an image.
//! Keys: none. Name: `label` if given; without one the avatar is decoration beside a written name.

use leptos::prelude::*;

use super::{hue::Hue, initials::initials};

/// How large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AvatarSize {
    /// 1.25rem: too small for a presence mark.
    Tiny,
    /// 1.5rem, in tokens and lines.
    Small,
    /// 2rem, on the rail.
    Rail,
    /// 2.25rem, in rows and heads.
    #[default]
    Normal,
    /// 3rem, in menus about a person.
    Large,
    /// 4.5rem, on a card.
    Huge,
}

impl AvatarSize {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Tiny => Some("tiny"),
            Self::Small => Some("small"),
            Self::Rail => Some("rail"),
            Self::Normal => None,
            Self::Large => Some("large"),
            Self::Huge => Some("huge"),
        }
    }
}

/// A round picture of a person.
#[component]
pub(crate) fn Avatar(
    /// The name that the initials come from.
    #[prop(into)]
    name: Signal<String>,
    /// What the hue comes from: the address, so that two people of one name differ.
    #[prop(into)]
    seed: Signal<String>,
    /// Address of the photo; initials stand in until it is there, and if it fails.
    #[prop(optional, into)]
    photo: MaybeProp<String>,
    /// How large.
    #[prop(optional)]
    size: AvatarSize,
    /// Its accessible name, where no written name stands beside it.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// A presence mark.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    // The address that failed, so that a new photo is tried again.
    let failed = RwSignal::new(None::<String>);
    let source = Memo::new(move |_| photo.get().filter(|photo| failed.get().as_ref() != Some(photo)));
    let picture = move || match source.get() {
        Some(source) => {
            let tried = source.clone();
            view! {
                <img
                    class="avatar__picture"
                    src=source
                    alt=move || label.get().unwrap_or_default()
                    decoding="async"
                    draggable="false"
                    on:error=move |_| failed.set(Some(tried.clone()))
                />
            }
            .into_any()
        }
        None => view! {
            <span
                class="avatar__initials"
                data-hue=move || Hue::of(&seed.get()).as_str()
                role=move || label.get().map(|_| "img")
                aria-label=move || label.get()
                aria-hidden=move || label.get().is_none().then_some("true")
            >
                {move || initials(&name.get())}
            </span>
        }
        .into_any(),
    };
    view! { <span class="avatar" data-size=size.as_str()>{picture} {children.map(|children| children())}</span> }
}
