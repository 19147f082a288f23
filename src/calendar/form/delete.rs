//! Asks before an event goes, where others hear of it or there is more than one: which of a series, whether and with
//! what words they are told. What was not answered is not declined unless one says so.

use std::sync::Arc;

use jmap::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Map, json};

use super::draft::escaped;
use super::repeat::{Repeat, parse_local};
use super::saving::Scope;
use crate::calendar::desk::CalendarDesk;
use crate::locale::{t, t_count, t_with};
use crate::records::{Event, Failure};
use crate::ui::{Button, ButtonKind, Checkbox, Choice, Dialog, DialogSize, RadioGroup, TextArea, Toast};

/// The question about what the desk has for it.
#[component]
pub(in crate::calendar) fn DeleteDialog() -> impl IntoView {
    let desk = expect_context::<CalendarDesk>();
    let event = Memo::new(move |_| desk.deleting.get());
    let open = Memo::new(move |_| event.with(Option::is_some));
    let scope = RwSignal::new(Scope::One);
    let note = RwSignal::new(String::new());
    let tells = RwSignal::new(true);
    let busy = RwSignal::new(false);
    // Each question begins anew; an invitation that was not answered is by itself not declined.
    Effect::new(move |_| {
        if let Some(event) = event.get() {
            scope.set(Scope::One);
            note.set(String::new());
            tells.set(is_mine(desk, &event) || was_answered(desk, &event));
        }
    });
    let cancel = Callback::new(move |()| desk.deleting.set(None));
    let go = Callback::new(move |()| {
        let Some(event) = event.get_untracked() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (scope, note, tells) = (scope.get_untracked(), note.get_untracked(), tells.get_untracked());
        spawn_local(async move {
            let done = delete(desk, &event, scope, note.trim(), tells).await;
            busy.try_set(false);
            desk.deleting.set(None);
            match done {
                Ok(()) => {
                    desk.close(&event.id);
                    desk.toasts.show(Toast::new(t_with("calendar.deleted", &[("title", &desk.title(&event))])));
                }
                Err(failure) => desk.failed(&failure),
            }
        });
    });
    let title = move || {
        let title = event.get().map(|event| desk.title(&event)).unwrap_or_default();
        t_with("event.deleteTitle", &[("title", &title)])
    };
    let body = move || {
        event.get().map(|event| {
            let is_mine = is_mine(desk, &event);
            let others = others(desk, &event);
            let tells_words = if is_mine { t_count("event.tellGuests", others as u64, &[]) } else { t("event.tellDecline") };
            let scopes = vec![
                Choice::new(Scope::One, t("event.scopeOne")),
                Choice::new(Scope::Following, t("event.scopeFollowing")),
                Choice::new(Scope::All, t("event.scopeAll")),
            ];
            let scopes = if is_mine { scopes } else { scopes.into_iter().filter(|it| it.value != Scope::Following).collect() };
            view! {
                {event.base.is_some().then(|| view! {
                    <RadioGroup label=t("event.deleteScope") choices=scopes value=scope on_change=move |it| scope.set(it) />
                })}
                {(others > 0).then(|| view! {
                    <Checkbox label=tells_words checked=tells on_change=move |it| tells.set(it) />
                    {move || tells.get().then(|| view! {
                        <TextArea label=t("event.note") value=note on_input=move |text| note.set(text) />
                    })}
                })}
            }
        })
    };
    view! {
        <Dialog
            open=open
            on_cancel=cancel
            title=Signal::derive(title)
            close_label=t("event.close")
            size=DialogSize::Small
            foot=move || view! {
                <Button kind=ButtonKind::Quiet autofocus=true on_press=cancel>{t("event.keep")}</Button>
                <Button kind=ButtonKind::Danger busy=busy on_press=go>
                    {move || {
                        let calls_off = event.get().is_some_and(|event| is_mine(desk, &event) && others(desk, &event) > 0);
                        if calls_off { t("event.callOff") } else { t("event.delete") }
                    }}
                </Button>
            }
        >
            {body}
        </Dialog>
    }
}

fn is_mine(desk: CalendarDesk, event: &Event) -> bool {
    event.guests.is_empty() || event.guest_of(&desk.me.get_untracked()).is_some_and(|me| me.is_owner)
}

fn was_answered(desk: CalendarDesk, event: &Event) -> bool {
    let me = event.guest_of(&desk.me.get_untracked());
    me.is_some_and(|me| me.participation != crate::records::Participation::NeedsAction)
}

fn others(desk: CalendarDesk, event: &Event) -> usize {
    let me = desk.me.get_untracked();
    event.guests.iter().filter(|guest| !me.iter().any(|me| me.eq_ignore_ascii_case(&guest.address))).count()
}

async fn delete(desk: CalendarDesk, event: &Arc<Event>, scope: Scope, note: &str, tells: bool) -> Result<(), Failure> {
    let records = desk.records;
    let whole = event.series().clone();
    let target: Id = match scope {
        Scope::One => event.id.clone(),
        Scope::All | Scope::Following => whole.clone(),
    };
    let is_first = |series: &Event| Some(&series.local_start) == event.recurrence_id.as_ref();
    let at = event.recurrence_id.as_deref().and_then(parse_local);
    if let (Scope::Following, Some(at)) = (scope, at)
        && let Some(series) = records.load_event(&whole).await?
        && !is_first(&series)
        && let Some(rule) = series.rule.as_ref().and_then(Repeat::from_json)
    {
        let mut patch = Map::new();
        patch.insert("recurrenceRule".to_owned(), rule.before(at).to_json());
        return records.update_event(&whole, patch, tells).await;
    }
    // The words go with the cancellation, or with the answer, as what I say of my part in it.
    if let (true, false, Some(me)) = (tells, note.is_empty(), event.guest_of(&desk.me.get_untracked())) {
        let mut patch = Map::new();
        patch.insert(format!("participants/{}/participationComment", escaped(&me.key)), json!(note));
        records.update_event(&target, patch, false).await?;
    }
    records.destroy_event(&target, tells).await
}
