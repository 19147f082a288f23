//! The lane of whole days above the hours: bars, and "+n" where there are more.

use leptos::prelude::*;

use super::{Grid, SLOT_ID, ghost};
use crate::calendar::clock;
use crate::calendar::cursor::{At, Cursor};
use crate::calendar::day::Day;
use crate::calendar::event_block::{EventBlock, Look};
use crate::calendar::more::MoreAsked;
use crate::calendar::placing::Banner;
use crate::locale::{t, t_count, t_with};
use crate::ui::Anchor;

/// The lane.
#[component]
pub(super) fn WholeDays(grid: Grid) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let has_more = grid.lane.with(|lane| lane.more.iter().any(|more| !more.is_empty()));
        grid.lane.with(|lane| lane.rows).max(1) + usize::from(has_more && grid.lane.with(|lane| lane.rows) == 0)
    });
    let indexes = Memo::new(move |_| grid.days.with(|days| days.iter().copied().enumerate().collect::<Vec<_>>()));
    let banners = Memo::new(move |_| grid.lane.with(|lane| lane.banners.clone()));
    let key = |it: &Banner| {
        (it.event.id.clone(), it.bar.row, it.bar.first, it.bar.last, std::sync::Arc::as_ptr(&it.event) as usize)
    };
    let more = Memo::new(move |_| {
        let days = grid.days.get();
        grid.lane.with(|lane| {
            let of = days.iter().copied().zip(&lane.more).enumerate();
            of.filter(|(_, (_, events))| !events.is_empty())
                .map(|(at, (day, events))| (at, day, events.clone()))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="time-grid__lane" role="row" style:--rows=move || rows.get().to_string()>
            <div class="time-grid__lane-label" role="rowheader">{t("calendar.allDay")}</div>
            <For each=move || indexes.get() key=|index| *index let:index>
                <Cell grid at=index.0 day=index.1 />
            </For>
            <For each=move || banners.get() key=key let:banner>
                <Bar grid banner />
            </For>
            <ghost::WholeGhost grid />
            {move || {
                more.get()
                    .into_iter()
                    .map(|(at, day, events)| {
                        let id = super::element_id(&Cursor { day, at: At::MoreWhole });
                        let words = t_count("calendar.more", events.len() as u64, &[]);
                        let ask = move |event: leptos::ev::MouseEvent| {
                            event.stop_propagation();
                            grid.more.set(Some(MoreAsked { day, events: events.clone(), anchor: Anchor::of(&event) }));
                        };
                        let has_cursor = move || {
                            grid.cursor.with(|it| matches!(it, Some(it) if it.day == day && it.at == At::MoreWhole))
                        };
                        view! {
                            <div
                                class="time-grid__bar"
                                role="gridcell"
                                style:grid-column=(at + 2).to_string()
                                style:grid-row=move || rows.get().to_string()
                            >
                                <div class="more-mark" role="button" id=id data-cursor=move || has_cursor().then_some("") on:click=ask>
                                    {words}
                                </div>
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// A day's part of the lane; the cursor stands in it.
#[component]
fn Cell(grid: Grid, at: usize, day: Day) -> impl IntoView {
    let has_slot =
        Memo::new(move |_| grid.cursor.with(|it| matches!(it, Some(it) if it.day == day && it.at == At::Whole)));
    view! {
        <div
            class="time-grid__whole"
            role="gridcell"
            aria-label=t_with("calendar.wholeDay", &[("day", &clock::day_words(day))])
            aria-current=move || (grid.desk.today.get() == day).then_some("date")
            data-day=day.to_string()
            data-off=crate::calendar::day::is_weekend(day).then_some("")
            style:grid-column=(at + 2).to_string()
        >
            {move || {
                has_slot
                    .get()
                    .then(|| {
                        let words = t_with("calendar.newWholeDay", &[("day", &clock::day_words(day))]);
                        view! { <div class="time-grid__slot" role="button" id=SLOT_ID aria-label=words></div> }
                    })
            }}
        </div>
    }
}

/// A bar.
#[component]
fn Bar(grid: Grid, banner: Banner) -> impl IntoView {
    let Banner { event, bar, .. } = banner;
    let (id, dragged) = (event.id.clone(), event.id.clone());
    let has_cursor =
        Memo::new(move |_| grid.cursor.with(|it| matches!(it, Some(Cursor { at: At::Banner(at), .. }) if *at == id)));
    let is_dragged = Memo::new(move |_| grid.drag.with(|drag| drag.as_ref().is_some_and(|it| it.carries(&dragged))));
    view! {
        <div
            class="time-grid__bar"
            role="gridcell"
            aria-colspan=(bar.last - bar.first + 1).to_string()
            style:grid-column=format!("{} / {}", bar.first + 2, bar.last + 3)
            style:grid-row=(bar.row + 1).to_string()
        >
            <EventBlock
                id=format!("banner-{}", event.id)
                event
                look=Look::Bar
                from_before=bar.from_before
                goes_on=bar.goes_on
                has_cursor
                is_dragged
            />
        </div>
    }
}
