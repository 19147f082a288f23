//! The heads of the columns: the date, the day of the week, today marked; the number of the week before them.

use leptos::prelude::*;

use super::Grid;
use crate::calendar::clock;
use crate::calendar::day::{self, Day};
use crate::calendar::desk::midnight;
use crate::locale::{dates, t_with};
use crate::routes::CalendarView;

/// The heads. A press on one shows that day alone.
#[component]
pub(super) fn Heads(grid: Grid) -> impl IntoView {
    let desk = grid.desk;
    let head = move |date: Day| {
        view! {
            <div
                class="time-grid__head"
                role="columnheader"
                aria-label=clock::day_words(date)
                aria-current=move || (desk.today.get() == date).then_some("date")
                on:click=move |_| desk.go(CalendarView::Day, date)
            >
                <b>{day::date(date).day}</b>
                <span>{dates::weekday_short(midnight(date))}</span>
            </div>
        }
    };
    // The week of the first Thursday is the one that most of the days are in.
    let week = move || {
        grid.days.with(|days| {
            let day = days.iter().find(|day| day::weekday(**day) == 3).or(days.first())?;
            let number = day::week_number(*day).to_string();
            let words = t_with("calendar.weekNumber", &[("number", &number)]);
            Some(view! { <span class="visually-hidden">{words}</span> <span aria-hidden="true">{number}</span> })
        })
    };
    view! {
        <div class="time-grid__heads" role="row">
            <div class="time-grid__week" role="columnheader">{week}</div>
            <For each=move || grid.days.get() key=|day| *day let:day>
                {head(day)}
            </For>
        </div>
    }
}
