//! The way into the calendar: what is here is in the first download, the calendar itself is a part
//! ([`parts`](crate::shell::parts)).

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::hooks::use_location;

use super::reminders::Reminders;
use super::{desk, page, side};
use crate::locale::t;
use crate::routes::{CalendarRoute, Route};
use crate::shell::Frame;
use crate::shell::parts::{Typing, when_there};
use crate::ui::{Bones, BonesKind, Sheet, Toasts};

/// Where the calendar is: the address that it was left at; a context.
#[derive(Clone, Copy)]
pub(super) struct CalendarAt(pub(super) Memo<CalendarRoute>);

/// The calendar on whatever page one is: where it was left.
pub(crate) fn provide() -> Signal<String> {
    let location = use_location();
    let at = Memo::new(move |before: Option<&CalendarRoute>| match Route::parse(&location.pathname.get(), "") {
        Route::Calendar(route) => route,
        Route::Mail(_) | Route::Gallery => before.cloned().unwrap_or_default(),
    });
    provide_context(CalendarAt(at));
    Reminders::provide();
    Signal::derive(move || at.with(CalendarRoute::href))
}

/// What the part draws.
#[derive(Clone, Copy)]
pub(crate) struct Views {
    provide: fn(),
    side: fn() -> AnyView,
    top: fn() -> AnyView,
    page: fn() -> AnyView,
}

#[wasm_split(calendar, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn views() -> Result<Views, SplitLoaderError> {
    Ok(Views {
        provide: || {
            desk::CalendarDesk::provide();
        },
        side: || view! { <side::Side /> }.into_any(),
        top: || view! { <page::TopBar /> }.into_any(),
        page: || view! { <page::Page /> }.into_any(),
    })
}

/// The page.
#[component]
pub(crate) fn CalendarPage() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let arrived = RwSignal::new(None::<Views>);
    fetch(toasts, arrived);
    document().set_title(&t("calendar.windowTitle"));
    move || match arrived.get() {
        Some(views) => {
            (views.provide)();
            view! {
                <Frame
                    skip=t("calendar.skip")
                    side=ViewFn::from(move || (views.side)())
                    top=ViewFn::from(move || (views.top)())
                >
                    {(views.page)()}
                </Frame>
            }
            .into_any()
        }
        None => view! {
            <Frame skip=t("calendar.skip") side=ViewFn::from(|| ()) top=ViewFn::from(|| ())>
                <Sheet grow=true>
                    <Bones kind=BonesKind::Lines(8) label=t("calendar.loading") />
                </Sheet>
            </Frame>
        }
        .into_any(),
    }
}

fn fetch(toasts: Toasts, arrived: RwSignal<Option<Views>>) {
    let set = move |views| {
        arrived.try_set(Some(views));
    };
    when_there(views, toasts, Typing::GoesOn, set, move || fetch(toasts, arrived));
}
