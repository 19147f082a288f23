//! Examples of avatars and presence marks.

use leptos::prelude::*;

use super::Example;
use crate::ui::{Avatar, AvatarSize, PresenceMark, PresenceShape};

const WORDS: [&str; 10] = [
    "Available",
    "Busy",
    "Do not disturb",
    "Back soon",
    "Away",
    "Available, idle",
    "Busy, idle",
    "Off work",
    "Offline",
    "Unknown",
];

/// All of them.
#[component]
pub(super) fn People() -> impl IntoView {
    let names =
        ["Alice Moreau", "Bob Okafor", "Carol Lindqvist", "Emi Tanaka", "Farid Haddad", "田中 絵美", "Facilities"];
    let sizes = [
        AvatarSize::Tiny,
        AvatarSize::Small,
        AvatarSize::Rail,
        AvatarSize::Normal,
        AvatarSize::Large,
        AvatarSize::Huge,
    ];
    view! {
        <Example name="avatar-initials">
            {names.into_iter().map(|name| view! { <Avatar name=name seed=name label=name /> }).collect_view()}
        </Example>
        <Example name="avatar-sizes">
            {sizes
                .into_iter()
                .map(|size| {
                    view! {
                        <Avatar name="Hugo Barros" seed="hugo@owlery.example" label="Hugo Barros" size=size>
                            <PresenceMark shape=PresenceShape::Available label="Available" />
                        </Avatar>
                    }
                })
                .collect_view()}
            <Avatar name="A photo" seed="a" label="A photo" photo="/icon.svg" />
            <Avatar name="Lost Photo" seed="lost" label="Lost Photo" photo="data:image/png;base64,AAAA" />
        </Example>
        <Example name="avatar-presence">
            {PresenceShape::ALL
                .into_iter()
                .zip(WORDS)
                .map(|(shape, words)| {
                    view! {
                        <Avatar name=words seed=words>
                            <PresenceMark shape=shape label=words />
                        </Avatar>
                    }
                })
                .collect_view()}
        </Example>
        <Example name="presence">
            {PresenceShape::ALL
                .into_iter()
                .zip(WORDS)
                .map(|(shape, words)| view! { <span class="presence-words"><PresenceMark shape=shape /> {words}</span> })
                .collect_view()}
        </Example>
    }
}
