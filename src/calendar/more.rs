//! What a "+n" stands for: the events that have no room, as a list beside it. Pattern: a popover with buttons.

use std::sync::Arc;

use leptos::prelude::*;

use super::clock;
use super::day::Day;
use super::desk::CalendarDesk;
use super::event_block::EventButton;
use crate::locale::t_with;
use crate::records::Event;
use crate::ui::{Anchor, Popover, PopoverHandle};

/// Which "+n" was pressed.
#[derive(Clone, Debug)]
pub(super) struct MoreAsked {
    /// Of which day.
    pub(super) day: Day,
    /// What it stands for.
    pub(super) events: Vec<Arc<Event>>,
    /// Beside what the list goes.
    pub(super) anchor: Anchor,
}

/// The list, when one is asked for.
#[component]
pub(super) fn More(asked: RwSignal<Option<MoreAsked>, LocalStorage>) -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    move || {
        let MoreAsked { day, events, anchor } = asked.get()?;
        let open = RwSignal::new(true);
        Effect::new(move |_| {
            if !open.get() {
                asked.set(None);
            }
        });
        let anchor = RwSignal::new_local(anchor);
        Some(view! {
            <Popover open anchor label=t_with("calendar.moreOf", &[("day", &clock::day_words(day))])>
                <MoreList events=events.clone() on_open=Callback::new(move |event| desk.open(&event)) />
            </Popover>
        })
    }
}

#[component]
fn MoreList(events: Vec<Arc<Event>>, on_open: Callback<Arc<Event>>) -> impl IntoView {
    let handle = expect_context::<PopoverHandle>();
    let press = Callback::new(move |event: Arc<Event>| {
        handle.close_with(Callback::new(move |()| on_open.run(event.clone())));
    });
    let row = move |event: Arc<Event>| {
        view! { <li><EventButton event is_stop=Signal::stored(true) on_press=press /></li> }
    };
    view! { <ul class="more-list">{events.into_iter().map(row).collect_view()}</ul> }
}
