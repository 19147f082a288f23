//! Contexts, layers and routes, put together. Deliberately knows no feature's inside.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::mail::MailPage;
use crate::records::Records;
use crate::session::{Session, SessionGate};
use crate::shell::{Offers, Palette, Preferences, watch_failures};
use crate::ui::{Announcer, LiveRegions, ToastRegion, Toasts, TooltipLayer};

// People get the app without the gallery: its address is then one like every other.
#[cfg(not(feature = "gallery"))]
use self::Signed as Gallery;
#[cfg(feature = "gallery")]
use crate::ui::gallery::Gallery;

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    watch_failures();
    Toasts::provide();
    Announcer::provide();
    Preferences::provide();
    Session::provide();
    Records::provide();
    view! {
        <Router>
            <FlatRoutes fallback=Signed>
                <Route path=path!("/gallery") view=Gallery />
                // One route for every other address: the page stays as it is while one goes about in it.
                <Route path=path!("/*any") view=Signed />
            </FlatRoutes>
        </Router>
        <ToastRegion />
        <LiveRegions />
        <TooltipLayer />
    }
}

/// What only somebody who is signed in sees.
#[component]
fn Signed() -> impl IntoView {
    Offers::provide();
    Palette::provide();
    view! {
        <SessionGate>
            <MailPage />
        </SessionGate>
    }
}
