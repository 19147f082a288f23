//! Contexts, layers and routes, put together. Deliberately knows no feature's inside.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::ui::{Announcer, LiveRegions, ToastRegion, Toasts, TooltipLayer, gallery::Gallery};

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    Toasts::provide();
    Announcer::provide();
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=path!("/gallery") view=Gallery />
            </Routes>
        </Router>
        <ToastRegion />
        <LiveRegions />
        <TooltipLayer />
    }
}
