//! When an event is: days and times on the wall of its zone, whole days, and the zone.

use chrono::{NaiveDate, NaiveTime};
use leptos::{html, prelude::*};

use super::draft::Fault;
use super::editor::Editor;
use super::reader::{self, CLOCK};
use super::row::{Row, focus_first};
use crate::locale::{t, t_with, zones};
use crate::ui::{Button, ButtonKind, Checkbox, Choice, FieldKind, IconName, Select, TextField};

/// Start and end, whole days, zone.
#[component]
pub(super) fn WhenFields(editor: Editor) -> impl IntoView {
    let all_day = editor.field(|draft| draft.all_day);
    let chooses_zone = RwSignal::new(false);
    let zone = editor.field(|draft| draft.time_zone.clone());
    let zone_field = NodeRef::<html::Div>::new();
    zone_field.on_load(|field| focus_first(&field));
    let day_of = |date: NaiveDate| date.format("%Y-%m-%d").to_string();
    let time_of = |time: NaiveTime| time.format("%H:%M").to_string();
    let start_day = editor.field(move |draft| day_of(draft.start.date()));
    let end_day = editor.field(move |draft| day_of(draft.end.date()));
    let start_time = editor.field(move |draft| time_of(draft.start.time()));
    let end_time = editor.field(move |draft| time_of(draft.end.time()));
    // What is half typed is nothing yet; what was there stays.
    let date =
        |text: &str| text.parse::<NaiveDate>().ok().filter(|date| (1..10_000).contains(&chrono::Datelike::year(date)));
    let time = |text: &str| NaiveTime::parse_from_str(text.get(..5)?, "%H:%M").ok();
    let on_start_day = move |text: String| {
        if let Some(date) = date(&text) {
            editor.change(|draft| draft.start_at(date.and_time(draft.start.time())));
        }
    };
    let on_start_time = move |text: String| {
        if let Some(time) = time(&text) {
            editor.change(|draft| draft.start_at(draft.start.date().and_time(time)));
        }
    };
    let on_end_day = move |text: String| {
        if let Some(date) = date(&text) {
            editor.change(|draft| draft.end = date.and_time(draft.end.time()));
        }
    };
    let on_end_time = move |text: String| {
        if let Some(time) = time(&text) {
            editor.change(|draft| draft.end = draft.end.date().and_time(time));
        }
    };
    let fault = move || {
        let is_backwards = editor.draft.with(|draft| draft.fault() == Some(Fault::Ends));
        is_backwards.then(|| t(Fault::Ends.key()))
    };
    // What the time is here, where the event has another zone.
    let here = move || {
        editor.draft.with(|draft| {
            let zone = draft.time_zone.as_deref()?;
            let (from, until) = (draft.from(&CLOCK), draft.until(&CLOCK));
            let (start, end) = (CLOCK.wall(from, None)?, CLOCK.wall(until, None)?);
            (zone != zones::here() && (start, end) != (draft.start, draft.end))
                .then(|| t_with("event.here", &[("when", &reader::when(start, end, false))]))
        })
    };
    let choices = Signal::derive(move || {
        let here = zones::here();
        let current = zone.get();
        let mut names: Vec<String> = current.clone().into_iter().chain([here]).collect();
        names.dedup();
        let all = zones::all().into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>();
        let named = names.into_iter().chain(all).map(|name| Choice::new(Some(name.clone()), name.replace('_', " ")));
        named.chain([Choice::new(None, t("event.zoneFloating"))]).collect::<Vec<_>>()
    });
    view! {
        <Row icon=IconName::Clock>
            <div class="event-form__when">
                <TextField label=t("event.startDay") label_hidden=true kind=FieldKind::Date value=start_day on_input=on_start_day required=true />
                {move || (!all_day.get()).then(|| view! {
                    <TextField label=t("event.startTime") label_hidden=true kind=FieldKind::Time value=start_time on_input=on_start_time required=true />
                })}
                <span class="event-form__to" aria-hidden="true">"–"</span>
                <TextField label=t("event.endDay") label_hidden=true kind=FieldKind::Date value=end_day on_input=on_end_day required=true />
                {move || (!all_day.get()).then(|| view! {
                    <TextField label=t("event.endTime") label_hidden=true kind=FieldKind::Time value=end_time on_input=on_end_time required=true />
                })}
            </div>
            {move || fault().map(|fault| view! { <p class="field__error" role="alert">{fault}</p> })}
            <div class="event-form__line">
                <Checkbox
                    label=t("event.allDay")
                    checked=all_day
                    on_change=move |is| editor.change(|draft| draft.set_all_day(is, &zones::here()))
                />
                {move || (!all_day.get() && !chooses_zone.get()).then(|| view! {
                    <Button kind=ButtonKind::Link on_press=move |()| chooses_zone.set(true)>
                        {move || t_with("event.zoneOf", &[("zone", &reader::zone(zone.get().as_deref()))])}
                    </Button>
                })}
            </div>
            {move || (!all_day.get() && chooses_zone.get()).then(|| view! {
                <div node_ref=zone_field><Select
                    label=t("event.zone")
                    choices=choices
                    value=zone
                    on_change=move |zone| editor.change(|draft| draft.time_zone = zone)
                /></div>
            })}
            {move || here().map(|words| view! { <p class="event-form__hint">{words}</p> })}
        </Row>
    }
}
