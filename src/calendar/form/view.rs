//! The form beside the grid: of a new event, of one that may be changed, or of an invitation, which is read and
//! answered.
//!
//! | key | does |
//! |---|---|
//! | Ctrl Enter | saves |
//! | Escape | closes; what was typed can be gone on with |

use std::sync::Arc;

use leptos::{ev, html, prelude::*};

use super::answer::{AnswerBar, Said};
use super::availability::Times;
use super::details::{CalendarField, CategoryFields, MeetingField, NotesField, ReminderFields, ShowAsFields};
use super::editor::Editor;
use super::people::PeopleFields;
use super::place::PlaceField;
use super::repeat_fields::RepeatFields;
use super::saving::Scope;
use super::when::WhenFields;
use crate::calendar::desk::{CalendarDesk, Editing};
use crate::locale::{t, t_count, t_with};
use crate::records::Event;
use crate::ui::{
    Button, ButtonKind, Choice, Dialog, DialogSize, IconButton, IconName, Notice, NoticeKind, RadioGroup, Toast,
};

/// The form of what the desk has for it.
#[component]
pub(in crate::calendar) fn EventForm() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let editing = Memo::new(move |_| desk.editing.get());
    // Here, not in the form: it is wanted when that is gone.
    let go_on = Callback::new(move |()| {
        if let Some(about) = desk.unsaved.with_value(|unsaved| unsaved.as_ref().map(|it| it.editing.clone())) {
            desk.editing.set(Some(about));
        }
    });
    move || editing.get().map(|editing| view! { <Form desk editing go_on /> })
}

#[component]
fn Form(desk: CalendarDesk, editing: Editing, go_on: Callback<()>) -> impl IntoView {
    let editor = Editor::new(desk, &editing);
    let times = Times::new(editor);
    let event = editor.event.get_value();
    let may_change = event.as_ref().is_none_or(|event| desk.may_change(event));
    let asks_scope = RwSignal::new(None::<Vec<Scope>>);
    let title_field = NodeRef::<html::Input>::new();
    let root = NodeRef::<html::Form>::new();
    let came_from = StoredValue::new_local(crate::ui::focused());
    root.on_load(move |root| {
        // A new one begins with its title; of another one reads first.
        match title_field.get_untracked().filter(|_| editor.is_new()) {
            Some(field) => crate::ui::focus(&field),
            None => crate::ui::focus(&root),
        }
    });

    // What was typed is not lost with the form.
    let about = editing.clone();
    on_cleanup(move || {
        if editor.keep(&about) {
            let title = editor.draft.with_untracked(|draft| draft.title.clone());
            let title = if title.is_empty() { t("calendar.untitled") } else { title };
            let words = t_with("event.unsaved", &[("title", &title)]);
            desk.toasts.show(Toast::new(words).act(t("event.goOn"), go_on).seconds(10));
        }
    });
    let close = Callback::new(move |()| {
        desk.editing.set(None);
        if let Some(back) = came_from.get_value() {
            crate::ui::focus(&back);
        }
    });
    let discard = Callback::new(move |()| {
        let kept = editor.draft.get_untracked();
        let was_new = editor.is_new();
        let about = editing.clone();
        editor.draft.set(editor.before.get_untracked());
        editor.failure.set(None);
        let back = Callback::new(move |()| {
            if was_new {
                desk.unsaved.set_value(Some(super::editor::Unsaved { editing: about.clone(), draft: kept.clone() }));
                desk.editing.set(Some(about.clone()));
            } else if editor.draft.try_set(kept.clone()).is_some() {
                desk.unsaved.set_value(Some(super::editor::Unsaved { editing: about.clone(), draft: kept.clone() }));
                desk.editing.set(Some(about.clone()));
            }
        });
        desk.toasts.show(Toast::new(t("event.discarded")).act(t("calendar.undo"), back));
        if was_new {
            close.run(());
        }
    });
    let is_changed = Memo::new(move |_| editor.is_changed());
    let waits = RwSignal::new(false);
    let save = move || {
        if editor.busy.get_untracked() {
            return;
        }
        if editor.loads.get_untracked() {
            return waits.set(true);
        }
        if let Some(fault) = editor.draft.with_untracked(super::draft::EventDraft::fault) {
            return editor.failure.set(Some(t(fault.key())));
        }
        let scopes = editor.scopes();
        match scopes.as_slice() {
            [scope] => editor.save(*scope),
            _ => asks_scope.set(Some(scopes)),
        }
    };
    // Saved as soon as it is known of what it is a part.
    Effect::new(move |_| {
        if waits.get() && !editor.loads.get() {
            waits.set(false);
            save();
        }
    });
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            if is_changed.get_untracked() || editor.is_new() {
                save();
            }
        }
        "Escape" if !event.default_prevented() => {
            event.stop_propagation();
            close.run(());
        }
        _ => {}
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    let invited = Memo::new(move |_| editor.draft.with(|draft| draft.invited(&desk.me.get())));
    let verb = move || {
        let tells = editor.is_new() || is_changed.get();
        match invited.get() {
            count if count > 0 && may_change && tells => t_count("event.sendTo", count as u64, &[]),
            _ => t("event.save"),
        }
    };
    let sends = Memo::new(move |_| invited.get() > 0);
    let delete = event.clone().map(|event| {
        let can = may_change || event.guest_of(&desk.me.get_untracked()).is_some();
        let press = Callback::new(move |()| desk.delete(&event));
        can.then(|| view! { <IconButton name=t("event.delete") icon=IconName::Delete keys="Del" on_press=press /> })
    });
    let fields = if may_change {
        view! { <Fields editor times title_field /> }.into_any()
    } else {
        event.clone().map(|event| view! { <Invitation editor event /> }).into_any()
    };
    view! {
        <form
            class="event-form"
            aria-label=t("event.form")
            tabindex="-1"
            novalidate=true
            on:keydown=keydown
            on:submit=submit
            node_ref=root
        >
            <header class="event-form__head">
                <IconButton name=t("event.close") icon=IconName::Dismiss keys="Esc" on_press=close />
                <span class="spread"></span>
                {delete}
            </header>
            <div class="event-form__body">{fields}</div>
            {move || editor.failure.get().map(|words| view! {
                <div class="event-form__failure"><Notice kind=NoticeKind::Error words=words /></div>
            })}
            {move || (may_change || is_changed.get()).then(|| view! {
                <footer class="event-form__foot">
                    {move || {
                        let words = Signal::derive(verb);
                        let icon = sends.get().then_some(IconName::Send).unwrap_or(IconName::Check);
                        view! {
                            <Button
                                kind=ButtonKind::Primary
                                icon=icon
                                submit=true
                                busy=editor.busy
                                keys="Ctrl Enter"
                                disabled=Signal::derive(move || !(editor.is_new() || is_changed.get()))
                            >
                                {move || words.get()}
                            </Button>
                        }
                    }}
                    {move || (is_changed.get() || editor.is_new()).then(|| view! {
                        <Button kind=ButtonKind::Quiet on_press=discard>{t("event.discard")}</Button>
                    })}
                </footer>
            })}
        </form>
        <ScopeDialog editor asks_scope />
    }
}

/// All that can be changed.
#[component]
fn Fields(editor: Editor, times: Times, title_field: NodeRef<html::Input>) -> impl IntoView {
    let title = editor.field(|draft| draft.title.clone());
    view! {
        <input
            class="event-form__title"
            type="text"
            autocomplete="off"
            aria-label=t("event.title")
            placeholder=t("event.addTitle")
            prop:value=move || title.get()
            on:input=move |event| editor.change(|draft| draft.title = event_target_value(&event))
            node_ref=title_field
        />
        <WhenFields editor />
        <RepeatFields editor />
        <PeopleFields editor times />
        <PlaceField editor times />
        <MeetingField editor />
        <ReminderFields editor />
        <ShowAsFields editor may_change=true />
        <CategoryFields editor />
        <CalendarField editor />
        <NotesField editor />
    }
}

/// What others have planned: read and answered; only one's own of it is changed.
#[component]
fn Invitation(editor: Editor, event: Arc<Event>) -> impl IntoView {
    let is_guest = event.guest_of(&editor.desk.me.get_untracked()).is_some();
    let mine = is_guest.then(|| {
        view! {
            <ReminderFields editor />
            <ShowAsFields editor may_change=false />
            <CategoryFields editor />
        }
    });
    view! {
        <h2 class="event-form__name">{editor.desk.title(&event)}</h2>
        {is_guest.then(|| view! { <AnswerBar editor event=event.clone() /> })}
        <Said editor event />
        {mine}
    }
}

/// Which of a series are changed.
#[component]
fn ScopeDialog(editor: Editor, asks_scope: RwSignal<Option<Vec<Scope>>>) -> impl IntoView {
    let chosen = RwSignal::new(Scope::One);
    let open = Memo::new(move |_| asks_scope.with(Option::is_some));
    let current = Signal::derive(move || {
        let offered = asks_scope.get().unwrap_or_default();
        let chosen = chosen.get();
        if offered.contains(&chosen) { chosen } else { offered.first().copied().unwrap_or(Scope::All) }
    });
    let choices = Signal::derive(move || {
        let words = |scope: Scope| match scope {
            Scope::One => Choice::new(scope, t("event.scopeOne")),
            Scope::Following => Choice::new(scope, t("event.scopeFollowing")),
            Scope::All => {
                let moves_day =
                    editor.draft.with(|draft| editor.before.with(|before| draft.start.date() != before.start.date()));
                let choice = Choice::new(scope, t("event.scopeAll"));
                if moves_day { choice.hint(t("event.scopeAllHint")) } else { choice }
            }
        };
        asks_scope.get().unwrap_or_default().into_iter().map(words).collect::<Vec<_>>()
    });
    let cancel = Callback::new(move |()| asks_scope.set(None));
    let go = Callback::new(move |()| {
        let scope = current.get_untracked();
        asks_scope.set(None);
        editor.save(scope);
    });
    view! {
        <Dialog
            open=open
            on_cancel=cancel
            title=t("event.scope")
            close_label=t("event.close")
            size=DialogSize::Small
            foot=move || view! {
                <Button kind=ButtonKind::Quiet on_press=cancel>{t("event.cancel")}</Button>
                <Button kind=ButtonKind::Primary on_press=go>{t("event.save")}</Button>
            }
        >
            <RadioGroup label=t("event.scope") choices=choices value=current on_change=move |scope| chosen.set(scope) />
        </Dialog>
    }
}
