//! Contexts, layers and routes, put together. Deliberately knows no feature's inside.

use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::location::{BrowserUrl, LocationProvider};

use crate::calendar::{CalendarPage, ReminderStack};
use crate::mail::MailPage;
use crate::records::Records;
use crate::routes::Route;
use crate::session::{Session, SessionGate};
use crate::shell::{Offers, Palette, Places, Preferences, prepare_failure};
use crate::ui::{Announcer, LiveRegions, ToastRegion, Toasts, TooltipLayer};

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    prepare_failure();
    Toasts::provide();
    Announcer::provide();
    Preferences::provide();
    Session::provide();
    Records::provide();
    view! {
        <Router>
            <Page />
        </Router>
        <ToastRegion />
        <LiveRegions />
        <TooltipLayer />
    }
}

/// The page of every address: it stays as it is while one goes about in it, and reads the address itself ([`routes`]).
///
/// [`routes`]: crate::routes
#[component]
fn Page() -> impl IntoView {
    let url = expect_context::<BrowserUrl>();
    // A router waits for the page of a new address before it writes it down; here the page is always there.
    Effect::new(move |_| {
        url.as_url().track();
        url.ready_to_complete();
    });
    // People get the app without the gallery: its address is then one like every other.
    #[cfg(feature = "gallery")]
    if leptos_router::hooks::use_location().pathname.get_untracked() == "/gallery" {
        return view! { <crate::ui::gallery::Gallery /> }.into_any();
    }
    view! { <Signed /> }.into_any()
}

/// What only somebody who is signed in sees.
#[component]
fn Signed() -> impl IntoView {
    Offers::provide();
    Palette::provide();
    view! {
        <SessionGate>
            <Pages />
        </SessionGate>
    }
}

/// The page that the address names. What is being written goes along.
#[component]
fn Pages() -> impl IntoView {
    provide_context(Places { mail: crate::mail::provide(), calendar: crate::calendar::provide() });
    let path = leptos_router::hooks::use_location().pathname;
    let in_calendar = Memo::new(move |_| path.with(|path| matches!(Route::parse(path, ""), Route::Calendar(_))));
    view! {
        {move || {
            if in_calendar.get() { view! { <CalendarPage /> }.into_any() } else { view! { <MailPage /> }.into_any() }
        }}
        <ReminderStack />
    }
}
