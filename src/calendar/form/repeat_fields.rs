//! How an event repeats: what is usual for its day in a list, and everything else that a rule can say in fields.

use chrono::{Datelike, NaiveDate, Weekday};
use leptos::{html, prelude::*};

use super::draft::EventDraft;
use super::editor::Editor;
use super::reader::Reader;
use super::repeat::{Ends, Frequency, NthDay, Part, Repeat, WEEK, nth_of_month, parse_numbers};
use super::row::{Row, focus_first};
use super::words::{Say, ordinal, sentence};
use crate::locale::t;
use crate::ui::{Button, ButtonKind, Choice, FieldKind, FilterChip, IconName, Select, TextField};

/// What the list offers.
#[derive(Clone, Debug, PartialEq)]
enum Offered {
    Never,
    Rule(Repeat),
    Own,
}

/// A month's or a year's days: by their numbers, or by the days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Number,
    Weekday,
}

/// The list, and the fields below it when it is one's own.
#[component]
pub(super) fn RepeatFields(editor: Editor) -> impl IntoView {
    let repeat = editor.field(|draft| draft.repeat.clone());
    let day = editor.field(|draft| draft.start.date());
    let is_own = RwSignal::new(false);
    // How long it goes on is a field of its own.
    let endless = |repeat: &Repeat| Repeat { ends: Ends::Never, ..repeat.clone() };
    let offered = Memo::new(move |_| {
        let mut offered: Vec<Repeat> = Repeat::usual(day.get());
        if let Some(rule) = repeat.get().as_ref().map(endless)
            && !offered.contains(&rule)
        {
            offered.push(rule);
        }
        offered
    });
    let choices = Signal::derive(move || {
        let rule = |rule: Repeat| Choice::new(Offered::Rule(rule.clone()), sentence(&rule, &Reader));
        let mut choices = vec![Choice::new(Offered::Never, t("event.repeatNever"))];
        choices.extend(offered.get().into_iter().map(rule));
        choices.push(Choice::new(Offered::Own, t("event.repeatOwn")));
        choices
    });
    let value = Signal::derive(move || match repeat.get() {
        None => Offered::Never,
        Some(_) if is_own.get() => Offered::Own,
        Some(rule) => Offered::Rule(endless(&rule)),
    });
    let choose = move |offered: Offered| match offered {
        Offered::Never => {
            is_own.set(false);
            editor.change(|draft| draft.repeat = None);
        }
        Offered::Rule(rule) => {
            is_own.set(false);
            editor.change(|draft| {
                let ends = draft.repeat.as_ref().map(|repeat| repeat.ends).unwrap_or_default();
                draft.repeat = Some(Repeat { ends, ..rule });
            });
        }
        Offered::Own => {
            is_own.set(true);
            editor.change(|draft| {
                let day = draft.start.date().weekday();
                draft.repeat.get_or_insert_with(|| Repeat::on_days(1, [day]));
            });
        }
    };
    view! {
        <Row icon=IconName::Sync>
            <Select label=t("event.repeat") label_hidden=true choices=choices value=value on_change=choose />
            {move || is_own.get().then(|| view! { <OwnRule editor /> })}
            {move || repeat.with(Option::is_some).then(|| view! { <EndsFields editor /> })}
        </Row>
    }
}

fn change(editor: Editor, change: impl FnOnce(&mut Repeat)) {
    editor.change(|draft: &mut EventDraft| {
        if let Some(repeat) = &mut draft.repeat {
            change(repeat);
        }
    });
}

/// Everything that a rule can say.
#[component]
fn OwnRule(editor: Editor) -> impl IntoView {
    let rule = editor.field(|draft| draft.repeat.clone().unwrap_or_default());
    let frequency = Memo::new(move |_| rule.with(|rule| rule.frequency));
    let interval = Memo::new(move |_| rule.with(|rule| rule.interval.to_string()));
    let shows_all = RwSignal::new(false);
    let all = NodeRef::<html::Div>::new();
    // The button is gone: the focus goes on to what it brought.
    all.on_load(|all| focus_first(&all));
    let frequencies = Frequency::ALL.map(|frequency| {
        Choice::new(
            frequency,
            t(match frequency {
                Frequency::Secondly => "event.unitSeconds",
                Frequency::Minutely => "event.unitMinutes",
                Frequency::Hourly => "event.unitHours",
                Frequency::Daily => "event.unitDays",
                Frequency::Weekly => "event.unitWeeks",
                Frequency::Monthly => "event.unitMonths",
                Frequency::Yearly => "event.unitYears",
            }),
        )
    });
    let on_interval = move |text: String| {
        if let Some(interval) = text.trim().parse().ok().filter(|interval| (1..=9_999).contains(interval)) {
            change(editor, |rule| rule.interval = interval);
        }
    };
    // Another unit is another rule: what was named of the first makes no sense in it.
    let on_frequency = move |frequency: Frequency| {
        let start = editor.draft.with_untracked(|draft| draft.start.date());
        change(editor, |rule| {
            let fresh = match frequency {
                Frequency::Weekly => Repeat::on_days(rule.interval, [start.weekday()]),
                frequency => Repeat::every(rule.interval, frequency),
            };
            *rule = Repeat { ends: rule.ends, ..fresh };
        });
    };
    view! {
        <fieldset class="event-form__rule">
            <legend class="visually-hidden">{t("event.repeatOwn")}</legend>
            <div class="event-form__line">
                <TextField label=t("event.interval") value=interval on_input=on_interval />
                <Select label=t("event.unit") choices=frequencies.to_vec() value=frequency on_change=on_frequency />
            </div>
            {move || match frequency.get() {
                Frequency::Weekly => view! { <Weekdays editor /> }.into_any(),
                Frequency::Monthly => view! { <DaysOf editor /> }.into_any(),
                Frequency::Yearly => view! { <Months editor /> <DaysOf editor /> }.into_any(),
                Frequency::Daily | Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => ().into_any(),
            }}
            <p class="event-form__hint" aria-live="polite">{move || rule.with(|rule| sentence(rule, &Reader))}</p>
            {move || if shows_all.get() {
                view! { <div class="event-form__exactly" node_ref=all><Exactly editor frequency=frequency.get() /></div> }.into_any()
            } else {
                view! { <Button kind=ButtonKind::Link on_press=move |()| shows_all.set(true)>{t("event.moreExactly")}</Button> }
                    .into_any()
            }}
        </fieldset>
    }
}

/// On which days of the week.
#[component]
fn Weekdays(editor: Editor) -> impl IntoView {
    // A week's rule that names no day is about the day that the event begins on.
    let named = |draft: &EventDraft| match &draft.repeat {
        Some(rule) if rule.days.is_empty() && rule.frequency == Frequency::Weekly => vec![draft.start.weekday()],
        Some(rule) => rule.days.iter().map(|it| it.day).collect(),
        None => Vec::new(),
    };
    let days = editor.field(named);
    let day = move |day: Weekday| {
        let is_on = Signal::derive(move || days.with(|days| days.contains(&day)));
        let press = move |()| {
            editor.change(|draft| {
                let mut days = named(draft);
                if days.contains(&day) {
                    days.retain(|it| *it != day);
                } else {
                    days.push(day);
                    days.sort_by_key(Weekday::num_days_from_monday);
                }
                if let Some(rule) = &mut draft.repeat {
                    rule.days = days.into_iter().map(|day| NthDay { day, nth: None }).collect();
                }
            });
        };
        view! { <FilterChip words=Reader.weekday(day) pressed=is_on on_press=press /> }
    };
    view! {
        <div class="event-form__chips" role="group" aria-label=t("event.onWhichDays")>
            {WEEK.map(day).into_iter().collect_view()}
        </div>
    }
}

/// In which months.
#[component]
fn Months(editor: Editor) -> impl IntoView {
    let months = editor.field(|draft| draft.repeat.as_ref().map(|rule| rule.months.clone()).unwrap_or_default());
    let month = move |month: u32| {
        let name = month.to_string();
        let is_on = {
            let name = name.clone();
            Signal::derive(move || months.with(|months| months.contains(&name)))
        };
        let press = move |()| {
            let name = name.clone();
            change(editor, move |rule| {
                if rule.months.contains(&name) {
                    rule.months.retain(|it| *it != name);
                } else {
                    rule.months.push(name);
                    rule.months.sort_by_key(|it| it.trim_end_matches('L').parse::<u32>().unwrap_or(99));
                }
            });
        };
        view! { <FilterChip words=Reader.month(month) pressed=is_on on_press=press /> }
    };
    view! {
        <div class="event-form__chips" role="group" aria-label=t("event.inWhichMonths")>
            {(1..=12).map(month).collect_view()}
        </div>
    }
}

/// On which days of a month: by number, or by the day of the week.
#[component]
fn DaysOf(editor: Editor) -> impl IntoView {
    let rule = editor.field(|draft| draft.repeat.clone().unwrap_or_default());
    let by = Memo::new(move |_| rule.with(|rule| if rule.days.is_empty() { By::Number } else { By::Weekday }));
    let on_by = move |by: By| {
        let start = editor.draft.with_untracked(|draft| draft.start.date());
        change(editor, |rule| match by {
            By::Number => {
                rule.days.clear();
                rule.positions.clear();
                rule.month_days = vec![i64::from(start.day())];
            }
            By::Weekday => {
                rule.month_days.clear();
                rule.days = vec![NthDay { day: start.weekday(), nth: Some(nth_of_month(start)) }];
            }
        });
    };
    let first = move || rule.with(|rule| rule.days.first().copied());
    let nth = Signal::derive(move || {
        let position = rule.with(|rule| rule.positions.first().copied());
        first().and_then(|day| day.nth).or(position).unwrap_or(1)
    });
    // A day of the week, or what several of them are: of these the position is the rule's.
    let what = Signal::derive(move || rule.with(|rule| rule.days.iter().map(|day| day.day).collect::<Vec<_>>()));
    let set = move |nth: i64, days: Vec<Weekday>| {
        change(editor, |rule| {
            if let [day] = days.as_slice() {
                rule.positions.clear();
                rule.days = vec![NthDay { day: *day, nth: Some(nth) }];
            } else {
                rule.positions = vec![nth];
                rule.days = days.into_iter().map(|day| NthDay { day, nth: None }).collect();
            }
        });
    };
    let nths = [1, 2, 3, 4, 5, -1, -2].map(|nth| Choice::new(nth, ordinal(nth, &Reader)));
    let mut sets = WEEK.map(|day| Choice::new(vec![day], Reader.weekday(day))).to_vec();
    sets.push(Choice::new(WEEK.to_vec(), t("event.setDay")));
    sets.push(Choice::new(WEEK.into_iter().take(5).collect(), t("event.setWeekday")));
    sets.push(Choice::new(WEEK.into_iter().skip(5).collect(), t("event.setWeekend")));
    let bys = vec![Choice::new(By::Number, t("event.byNumber")), Choice::new(By::Weekday, t("event.byWeekday"))];
    view! {
        <Select label=t("event.onWhichDays") choices=bys value=by on_change=on_by />
        {move || match by.get() {
            By::Number => view! { <Numbers editor part=Part::MonthDay /> }.into_any(),
            By::Weekday => view! {
                <div class="event-form__line">
                    <Select label=t("event.which") choices=nths.to_vec() value=nth on_change=move |nth| set(nth, what.get_untracked()) />
                    <Select label=t("event.whichDay") choices=sets.clone() value=what on_change=move |days| set(nth.get_untracked(), days) />
                </div>
            }
            .into_any(),
        }}
    }
}

/// The numbers of a part, as one writes them.
#[component]
fn Numbers(editor: Editor, part: Part) -> impl IntoView {
    let written = |numbers: &Vec<i64>| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let current = editor.draft.with_untracked(|draft| draft.repeat.as_ref().map(|rule| written(rule.numbers(part))));
    let text = RwSignal::new(current.unwrap_or_default());
    let error = RwSignal::new(None::<String>);
    let on_input = move |typed: String| {
        match parse_numbers(&typed, part) {
            Ok(numbers) => {
                error.set(None);
                change(editor, |rule| *rule.numbers_mut(part) = numbers);
            }
            Err(piece) => error.set(Some(crate::locale::t_with("event.faultNumber", &[("text", &piece)]))),
        }
        text.set(typed);
    };
    let label = t(match part {
        Part::MonthDay => "event.partMonthDays",
        Part::YearDay => "event.partYearDays",
        Part::WeekNo => "event.partWeeks",
        Part::Hour => "event.partHours",
        Part::Minute => "event.partMinutes",
        Part::Second => "event.partSeconds",
        Part::SetPosition => "event.partPositions",
    });
    let hint = (part == Part::MonthDay).then(|| t("event.fromEnd"));
    view! { <TextField label=label value=text on_input=on_input error=error hint=hint /> }
}

/// The rest of RFC 5545.
#[component]
fn Exactly(editor: Editor, frequency: Frequency) -> impl IntoView {
    let is_offered = move |part: &Part| match part {
        // Named above already.
        Part::MonthDay => !matches!(frequency, Frequency::Monthly | Frequency::Yearly | Frequency::Weekly),
        Part::YearDay => !matches!(frequency, Frequency::Daily | Frequency::Weekly | Frequency::Monthly),
        Part::WeekNo => frequency == Frequency::Yearly,
        Part::Hour | Part::Minute | Part::Second | Part::SetPosition => true,
    };
    let week_start = editor.field(|draft| draft.repeat.as_ref().and_then(|rule| rule.week_start));
    let mut starts = vec![Choice::new(None, Reader.weekday(Weekday::Mon))];
    starts.extend(WEEK.into_iter().skip(1).map(|day| Choice::new(Some(day), Reader.weekday(day))));
    view! {
        {matches!(frequency, Frequency::Daily | Frequency::Hourly | Frequency::Minutely | Frequency::Secondly)
            .then(|| view! { <Weekdays editor /> <Months editor /> })}
        {(frequency == Frequency::Monthly).then(|| view! { <Months editor /> })}
        {Part::ALL.into_iter().filter(is_offered).map(|part| view! { <Numbers editor part /> }).collect_view()}
        <Select
            label=t("event.weekStart")
            choices=starts
            value=week_start
            on_change=move |day| change(editor, |rule| rule.week_start = day)
        />
    }
}

/// How an end is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndKind {
    Never,
    After,
    On,
}

/// Until when.
#[component]
fn EndsFields(editor: Editor) -> impl IntoView {
    let ends = editor.field(|draft| draft.repeat.as_ref().map(|rule| rule.ends).unwrap_or_default());
    let kind = Signal::derive(move || match ends.get() {
        Ends::Never => EndKind::Never,
        Ends::After(_) => EndKind::After,
        Ends::On(_) => EndKind::On,
    });
    let on_kind = move |kind: EndKind| {
        let start = editor.draft.with_untracked(|draft| draft.start.date());
        let month = start.checked_add_months(chrono::Months::new(3)).unwrap_or(start);
        change(editor, |rule| {
            rule.ends = match kind {
                EndKind::Never => Ends::Never,
                EndKind::After => Ends::After(10),
                EndKind::On => Ends::On(month.and_hms_opt(23, 59, 59).unwrap_or_default()),
            };
        });
    };
    let kinds = vec![
        Choice::new(EndKind::Never, t("event.endsNever")),
        Choice::new(EndKind::After, t("event.endsAfter")),
        Choice::new(EndKind::On, t("event.endsOn")),
    ];
    let on_count = move |text: String| {
        if let Some(count) = text.trim().parse().ok().filter(|count| (1..=9_999).contains(count)) {
            change(editor, |rule| rule.ends = Ends::After(count));
        }
    };
    let on_day = move |text: String| {
        if let Some(until) = text.parse::<NaiveDate>().ok().and_then(|date| date.and_hms_opt(23, 59, 59)) {
            change(editor, |rule| rule.ends = Ends::On(until));
        }
    };
    view! {
        <div class="event-form__line">
            <Select label=t("event.ends") choices=kinds value=kind on_change=on_kind />
            {move || match kind.get() {
                EndKind::Never => ().into_any(),
                EndKind::After => {
                    let count = Signal::derive(move || match ends.get() {
                        Ends::After(count) => count.to_string(),
                        Ends::Never | Ends::On(_) => String::new(),
                    });
                    view! { <TextField label=t("event.endsCount") value=count on_input=on_count /> }.into_any()
                }
                EndKind::On => {
                    let day = Signal::derive(move || match ends.get() {
                        Ends::On(until) => until.format("%Y-%m-%d").to_string(),
                        Ends::Never | Ends::After(_) => String::new(),
                    });
                    view! { <TextField label=t("event.endsDay") kind=FieldKind::Date value=day on_input=on_day /> }
                        .into_any()
                }
            }}
        </div>
    }
}
