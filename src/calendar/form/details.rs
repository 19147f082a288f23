//! The rest of the form: link, reminders, how one's time is shown, categories, calendar and notes.

use leptos::{ev, html, prelude::*};

use super::draft::Reminder;
use super::editor::Editor;
use super::row::Row;
use crate::locale::{t, t_count, t_with};
use crate::records::FreeBusy;
use crate::ui::{Button, ButtonKind, Checkbox, Choice, Hue, IconName, Select, TextArea, TextField, Token};

/// Minutes before, as the list offers them.
const BEFORE: [i64; 10] = [0, 5, 10, 15, 30, 60, 120, 1_440, 2_880, 10_080];

/// "15 minutes before".
pub(super) fn before_words(minutes: i64) -> String {
    let count = |key: &str, unit: i64| t_count(key, u64::try_from(minutes / unit).unwrap_or_default(), &[]);
    match minutes {
        0 => t("event.atStart"),
        minutes if minutes % 10_080 == 0 => count("event.weeksBefore", 10_080),
        minutes if minutes % 1_440 == 0 => count("event.daysBefore", 1_440),
        minutes if minutes % 60 == 0 => count("event.hoursBefore", 60),
        _ => count("event.minutesBefore", 1),
    }
}

/// What a reminder's list offers.
#[derive(Clone, Debug, PartialEq)]
enum When {
    /// As the calendar says.
    Calendar,
    /// None.
    Never,
    /// So many minutes before.
    Before(i64),
    /// Something else, as it is.
    Kept,
}

/// When one is reminded: once or several times.
#[component]
pub(super) fn ReminderFields(editor: Editor) -> impl IntoView {
    let reminders = editor.field(|draft| draft.reminders.clone());
    let count = Memo::new(move |_| reminders.with(|all| all.as_ref().map_or(1, |all| all.len().max(1))));
    let one = move |at: usize| {
        let value = Memo::new(move |_| {
            reminders.with(|all| match all {
                None => When::Calendar,
                Some(all) => match all.get(at) {
                    None => When::Never,
                    Some(Reminder { before: Some(minutes), .. }) => When::Before(*minutes),
                    Some(_) => When::Kept,
                },
            })
        });
        let choices = Signal::derive(move || {
            let mut choices = Vec::new();
            if at == 0 {
                choices.push(Choice::new(When::Calendar, t("event.remindAsCalendar")));
            }
            choices.push(Choice::new(When::Never, t("event.remindNever")));
            let own = match value.get() {
                When::Before(minutes) if !BEFORE.contains(&minutes) => Some(minutes),
                When::Before(_) | When::Calendar | When::Never | When::Kept => None,
            };
            let minutes = BEFORE.into_iter().chain(own);
            choices.extend(minutes.map(|minutes| Choice::new(When::Before(minutes), before_words(minutes))));
            if value.get() == When::Kept {
                choices.push(Choice::new(When::Kept, t("event.remindOther")));
            }
            choices
        });
        let choose = move |when: When| {
            editor.change(|draft| match when {
                When::Calendar => draft.reminders = None,
                When::Kept => {}
                When::Never => {
                    let all = draft.reminders.get_or_insert_default();
                    if at < all.len() {
                        all.remove(at);
                    }
                }
                When::Before(minutes) => {
                    let all = draft.reminders.get_or_insert_default();
                    match all.get_mut(at) {
                        Some(reminder) => *reminder = Reminder::before(minutes),
                        None => all.push(Reminder::before(minutes)),
                    }
                }
            });
        };
        let label = if at == 0 {
            t("event.reminder")
        } else {
            t_with("event.reminderNumber", &[("number", &(at + 1).to_string())])
        };
        view! { <Select label=label label_hidden=true choices=choices value=value on_change=choose /> }
    };
    let may_add = move || reminders.with(|all| all.as_ref().is_some_and(|all| (1..5).contains(&all.len())));
    let add = move |()| {
        editor.change(|draft| {
            let all = draft.reminders.get_or_insert_default();
            let has = |minutes: i64| all.iter().any(|it| it.before == Some(minutes));
            let next = [15, 60, 1_440, 5, 10_080].into_iter().find(|minutes| !has(*minutes)).unwrap_or(30);
            all.push(Reminder::before(next));
        });
    };
    view! {
        <Row icon=IconName::Alert>
            {move || (0..count.get()).map(one).collect_view()}
            {move || may_add().then(|| view! {
                <Button kind=ButtonKind::Link on_press=add>{t("event.addReminder")}</Button>
            })}
        </Row>
    }
}

/// How one's time is shown to others.
#[component]
pub(super) fn ShowAsFields(editor: Editor, may_change: bool) -> impl IntoView {
    let show_as = editor.field(|draft| draft.show_as);
    let is_private = editor.field(|draft| draft.is_private);
    let choices = vec![
        Choice::new(FreeBusy::Busy, t("event.showBusy")),
        Choice::new(FreeBusy::Tentative, t("event.showTentative")),
        Choice::new(FreeBusy::Unavailable, t("event.showAway")),
        Choice::new(FreeBusy::Free, t("event.showFree")),
    ];
    view! {
        <Row icon=IconName::Eye>
            <Select
                label=t("event.showAs")
                label_hidden=true
                choices=choices
                value=show_as
                on_change=move |show_as| editor.change(|draft| draft.show_as = show_as)
            />
            {may_change.then(|| view! {
                <Checkbox
                    label=t("event.private")
                    checked=is_private
                    on_change=move |is| editor.change(|draft| draft.is_private = is)
                />
            })}
        </Row>
    }
}

/// A link to join by.
#[component]
pub(super) fn MeetingField(editor: Editor) -> impl IntoView {
    let meeting = editor.field(|draft| draft.meeting.clone());
    view! {
        <Row icon=IconName::Video>
            <TextField
                label=t("event.meeting")
                label_hidden=true
                placeholder=t("event.meetingHint")
                kind=crate::ui::FieldKind::Url
                value=meeting
                on_input=move |text| editor.change(|draft| draft.meeting = text)
            />
        </Row>
    }
}

/// The categories.
#[component]
pub(super) fn CategoryFields(editor: Editor) -> impl IntoView {
    let categories = editor.field(|draft| draft.categories.clone());
    let text = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    let add = move |()| {
        let name = text.with_untracked(|text| text.trim().to_owned());
        if !name.is_empty() {
            editor.change(|draft| {
                draft.categories.insert(name);
            });
            text.set(String::new());
        }
    };
    let token = move |name: String| {
        let (remove_label, gone) = (t_with("event.takeAwayNamed", &[("name", &name)]), name.clone());
        let on_remove = Callback::new(move |()| {
            editor.change(|draft| {
                draft.categories.remove(&gone);
            });
            if let Some(field) = field.get_untracked() {
                crate::ui::focus(&field);
            }
        });
        let hue = Hue::of(&name).as_str();
        view! { <span data-hue=hue><Token words=name remove_label=remove_label on_remove=on_remove /></span> }
    };
    view! {
        <Row icon=IconName::Tag>
            {move || (!categories.with(std::collections::BTreeSet::is_empty)).then(|| view! {
                <div class="event-form__chips">{categories.get().into_iter().map(token).collect_view()}</div>
            })}
            <div on:focusout=move |_: ev::FocusEvent| add(())>
                <TextField
                    label=t("event.category")
                    label_hidden=true
                    placeholder=t("event.category")
                    value=text
                    on_input=move |typed| text.set(typed)
                    on_enter=Callback::new(add)
                    node_ref=field
                />
            </div>
        </Row>
    }
}

/// In which calendar it is.
#[component]
pub(super) fn CalendarField(editor: Editor) -> impl IntoView {
    let calendar = editor.field(|draft| draft.calendar.clone());
    let choices = Signal::derive(move || {
        let current = calendar.get();
        editor.desk.calendars.with(|all| {
            let is_offered = |it: &&crate::records::Calendar| {
                let is_current = current.as_ref().is_some_and(|current| current.as_str() == it.id.as_str());
                is_current || it.my_rights.may_write_all || it.my_rights.may_write_own
            };
            let choice =
                |it: &crate::records::Calendar| Choice::new(Some(jmap::Id::from(it.id.as_str())), it.name.clone());
            all.iter().filter(is_offered).map(choice).collect::<Vec<_>>()
        })
    });
    view! {
        <Row icon=IconName::Calendar>
            <Select
                label=t("event.calendar")
                label_hidden=true
                choices=choices
                value=calendar
                on_change=move |calendar| editor.change(|draft| draft.calendar = calendar)
            />
        </Row>
    }
}

/// The notes.
#[component]
pub(super) fn NotesField(editor: Editor) -> impl IntoView {
    let notes = editor.field(|draft| draft.description.clone());
    view! {
        <Row icon=IconName::DocumentText>
            <TextArea
                label=t("event.notes")
                label_hidden=true
                placeholder=t("event.notes")
                grows=true
                value=notes
                on_input=move |text| editor.change(|draft| draft.description = text)
            />
        </Row>
    }
}
