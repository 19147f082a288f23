//! Every component with its named examples, at `/gallery`. Browser tests loop over `[data-example]`.
//! With its folder the only part of `ui` that has words of its own: they are examples, not the app's.

mod acts;
mod fields;
mod people;
mod states;
mod structure;

use leptos::prelude::*;

use super::{Choice, Density, RadioGroup, RadioLook, Scheme};

/// A named example.
#[component]
fn Example(
    /// What tests look it up by.
    name: &'static str,
    /// Below one another, not beside.
    #[prop(optional)]
    stacked: bool,
    /// What is shown.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="example" data-example=name aria-label=name>
            <h2>{name}</h2>
            <div class="example__stage" data-stacked=stacked.then_some("")>
                {children()}
            </div>
        </section>
    }
}

/// The page, with switches for scheme and density.
#[component]
pub(crate) fn Gallery() -> impl IntoView {
    let scheme = RwSignal::new(Scheme::kept());
    let density = RwSignal::new(Density::kept());
    let schemes = vec![
        Choice::new(Scheme::System, "System"),
        Choice::new(Scheme::Light, "Light"),
        Choice::new(Scheme::Dark, "Dark"),
    ];
    let densities = vec![Choice::new(Density::Comfortable, "Comfortable"), Choice::new(Density::Compact, "Compact")];
    let choose_scheme = move |to: Scheme| {
        to.choose();
        scheme.set(to);
    };
    let choose_density = move |to: Density| {
        to.choose();
        density.set(to);
    };
    view! {
        <main class="gallery-page">
            <header class="gallery-page__head">
                <h1>"Components"</h1>
                <RadioGroup label="Scheme" look=RadioLook::Segments choices=schemes value=scheme on_change=choose_scheme />
                <RadioGroup label="Density" look=RadioLook::Segments choices=densities value=density on_change=choose_density />
            </header>
            <div class="gallery-page__examples">
                <acts::Acts />
                <fields::Fields />
                <people::People />
                <states::States />
                <structure::Structure />
            </div>
        </main>
    }
}
