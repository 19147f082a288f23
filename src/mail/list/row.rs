//! One row of the list: who, what about, how it begins, when, and signs; a checkbox while one chooses, acts
//! under the pointer. It is dragged to folders and swiped by a finger.
//!
//! Checkbox and acts are drawn where they can be seen only, at the row under the pointer or the cursor: rows that
//! are scrolled by would cost twice. Keys and the row's menu do the same at every row.

use jmap::Id;
use leptos::{ev, prelude::*};

use super::menu::RowMenuAsked;
use super::swipe::Swipe;
use super::view::ListView;
use crate::locale::{dates, t, t_count};
use crate::mail::Action;
use crate::mail::desk::Desk;
use crate::mail::said::with_said;
use crate::mail::summary::{RowSummary, category_name, summarize};
use crate::records::{EmailWindow, Marked, Row, Snippet, Span};
use crate::ui::{Anchor, Avatar, Checkbox, Chip, Hue, Icon, IconButton, IconName, IconSize};

/// The kind of data of a drag of rows.
pub(crate) const DRAGGED: &str = "application/x-owlet-mail";

/// The element's id of a row.
pub(super) fn row_id(key: &Id) -> String {
    format!("row-{key}")
}

/// One row.
#[component]
pub(super) fn EmailRow(
    window: EmailWindow,
    list: ListView,
    key: Id,
    index: Memo<usize>,
    outgoing: Memo<bool>,
    searched: bool,
    asked: RwSignal<Option<RowMenuAsked>, LocalStorage>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let id = row_id(&key);
    let key = StoredValue::new(key);
    // What is known of it; what was last, while it leaves.
    let row = Memo::new(move |before: Option<&Option<Row>>| {
        window.row(index.get()).get().filter(|row| key.with_value(|key| row.key == *key)).or_else(|| before.cloned()?)
    });
    let summary = Memo::new(move |_| {
        let me = desk.me.get();
        row.with(|row| row.as_ref().map(|row| with_said(|said| summarize(row, &me, outgoing.get(), said))))
            .unwrap_or_default()
    });
    let received = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.email.received_at.millis() as f64)));
    let time = Memo::new(move |_| {
        let say = if list.has_days() { dates::under_head } else { dates::short };
        received.get().map(|millis| say(millis, dates::now())).unwrap_or_default()
    });
    // Who hears a row does not hear the head that it stands under.
    let said_time = move || received.get().map(|millis| dates::medium(millis, dates::now())).unwrap_or_default();
    let is_open = Memo::new(move |_| desk.open_key().is_some_and(|open| key.with_value(|key| open == *key)));
    let choosing = Memo::new(move |_| desk.is_choosing());
    let is_chosen = Memo::new(move |_| {
        if choosing.get() {
            desk.selection.with(|selection| key.with_value(|key| selection.contains(key)))
        } else {
            is_open.get() || desk.selection.with(|selection| key.with_value(|key| selection.single() == Some(key)))
        }
    });
    let has_cursor =
        Memo::new(move |_| desk.selection.with(|selection| key.with_value(|key| selection.cursor() == Some(key))));
    let hovered = RwSignal::new(false);
    let at_hand = Memo::new(move |_| hovered.get() || has_cursor.get());
    let has_acts = Memo::new(move |_| at_hand.get() && !choosing.get());
    let has_check = Memo::new(move |_| at_hand.get() || choosing.get());
    let snippet = searched.then(|| {
        Memo::new(move |_| {
            let email = row.with(|row| row.as_ref().map(|row| row.email.id.clone()))?;
            window.snippet(email).get()
        })
    });

    let click = move |event: ev::MouseEvent| {
        let key = key.get_value();
        list.set_out();
        if event.shift_key() {
            desk.extend_to(window, Some(key), index.get_untracked());
        } else if event.ctrl_key() || event.meta_key() || desk.choosing.get_untracked() {
            desk.choosing.set(true);
            desk.selection.update(|selection| selection.toggle(key));
        } else {
            desk.selection.update(|selection| selection.only(key.clone()));
            desk.open_row(&key);
        }
    };
    let check = Callback::new(move |_: bool| {
        desk.choosing.set(true);
        desk.selection.update(|selection| selection.toggle(key.get_value()));
    });
    let menu = move |event: ev::MouseEvent| {
        event.prevent_default();
        asked.set(Some(RowMenuAsked::of(desk, key.get_value(), Anchor::at_pointer(&event))));
    };
    let dragstart = move |event: ev::DragEvent| {
        let own = key.get_value();
        // One of those chosen carries them all.
        let chosen = desk.selection.with_untracked(|it| it.contains(&own).then(|| it.clone())).unwrap_or_default();
        // Their keys may not be known here: then they are asked for where they are dropped.
        let unknown = chosen.is_all() || (chosen.count(1) > 0 && desk.range_is_due());
        desk.drags_chosen.set_value(unknown);
        let mut keys: Vec<String> = chosen.keys().into_iter().flatten().map(ToString::to_string).collect();
        if keys.is_empty() && !unknown {
            keys.push(own.to_string());
        }
        if let Some(data) = event.data_transfer() {
            let _ = data.set_data(DRAGGED, &if unknown { String::new() } else { keys.join(" ") });
            data.set_effect_allowed("move");
            let count = chosen.count(desk.total_now()).max(1);
            super::swipe::drag_chip(&data, &t_count("mail.dragged", count as u64, &[]));
        }
    };
    let swipe = Swipe::new();
    let act = move |action: Action| Callback::new(move |()| desk.run_on(action, vec![key.get_value()]));
    let swiped = move |action: Option<Action>| {
        if let Some(action) = action {
            desk.run_on(action, vec![key.get_value()]);
        }
    };
    let action = move |action: Action, name: Signal<String>, icon: Signal<IconName>| {
        let keys = crate::shell::key_of(action.command());
        view! { <IconButton small=true skip_tab=true name icon keys on_press=act(action) /> }
    };
    let flag_icon =
        Signal::derive(move || if summary.with(|it| it.flagged) { IconName::FlagFilled } else { IconName::Flag });
    let flag_name = Signal::derive(move || t(if summary.with(|it| it.flagged) { "mail.unflag" } else { "mail.flag" }));
    let seen_icon =
        Signal::derive(move || if summary.with(|it| it.unread) { IconName::MailRead } else { IconName::MailUnread });
    let seen_name =
        Signal::derive(move || t(if summary.with(|it| it.unread) { "mail.markSeen" } else { "mail.markUnseen" }));
    let acts = move || {
        view! {
            <div class="email-row__actions" role="gridcell" on:click=|event| event.stop_propagation()>
                {action(Action::Archive, t("mail.archive").into(), IconName::Archive.into())}
                {action(Action::Delete, t("mail.delete").into(), IconName::Delete.into())}
                {action(Action::Flag, flag_name, flag_icon)}
                {action(Action::ToggleSeen, seen_name, seen_icon)}
            </div>
        }
    };
    let check_box = move || {
        view! {
            <span class="email-row__check" on:click=|event| event.stop_propagation()>
                <Checkbox
                    bare=true
                    skip_tab=true
                    label=Signal::derive(move || {
                        summary.with(|it| crate::locale::t_with("mail.chooseRow", &[("subject", &it.subject)]))
                    })
                    checked=Signal::derive(move || {
                        desk.selection.with(|selection| key.with_value(|key| selection.contains(key)))
                    })
                    on_change=check
                />
            </span>
        }
    };
    view! {
        <div
            class="email-row"
            role="row"
            id=id
            style:transform=move || format!("translateY({}px)", list.row_top(index.get()))
            draggable="true"
            aria-rowindex=move || (index.get() + 1).to_string()
            aria-selected=move || is_chosen.get().to_string()
            aria-label=move || summary.with(|summary| label(summary, &said_time()))
            data-unread=move || summary.with(|summary| summary.unread).then_some("")
            data-first=move || list.is_first(index.get()).then_some("")
            data-cursor=move || has_cursor.get().then_some("")
            data-swipe=move || swipe.side()
            on:pointerenter=move |event: ev::PointerEvent| hovered.set(event.pointer_type() != "touch")
            on:pointerleave=move |_| hovered.set(false)
            on:click=click
            on:contextmenu=menu
            on:dragstart=dragstart
            on:dragend=move |_| desk.drags_chosen.set_value(false)
            on:touchstart=move |event| swipe.start(&event)
            on:touchmove=move |event| swipe.moved(&event)
            on:touchend=move |event| swiped(swipe.end(&event))
            on:touchcancel=move |_| swipe.cancel()
        >
            <span class="email-row__dot"></span>
            <span class="email-row__face" role="gridcell" style:translate=move || swipe.translate()>
                <Avatar
                    name=Signal::derive(move || summary.with(|it| it.face.clone()))
                    seed=Signal::derive(move || summary.with(|it| it.address.clone()))
                />
                {move || has_check.get().then(check_box)}
            </span>
            <div class="email-row__words" role="gridcell" style:translate=move || swipe.translate()>
                <div class="email-row__line email-row__first">
                    <span class="email-row__from truncate">{move || summary.with(|it| it.people.clone())}</span>
                    {move || {
                        let count = summary.with(|it| it.count);
                        (count > 1).then(|| view! { <span class="email-row__thread">{count.to_string()}</span> })
                    }}
                    <time class="email-row__time">{move || time.get()}</time>
                </div>
                <div class="email-row__line">
                    <span class="email-row__subject truncate">
                        {move || words(snippet, |it| it.subject, || summary.with(|it| it.subject.clone()))}
                    </span>
                    {move || summary.with(signs)}
                </div>
                <div class="email-row__line email-row__last">
                    <span class="email-row__preview truncate">
                        {move || words(snippet, |it| it.preview, || summary.with(|it| it.preview.clone()))}
                    </span>
                    {move || {
                        summary
                            .with(|it| it.categories.first().cloned())
                            .map(|keyword| view! { <Chip hue=Hue::of(&keyword) words=category_name(&keyword) /> })
                    }}
                </div>
            </div>
            {move || has_acts.get().then(acts)}
        </div>
    }
}

/// What a screen reader says of the row.
fn label(summary: &RowSummary, time: &str) -> String {
    let mut parts = Vec::new();
    if summary.unread {
        parts.push(t("mail.unread"));
    }
    if summary.draft {
        parts.push(t("mail.draft"));
    }
    parts.push(summary.people.clone());
    if summary.count > 1 {
        parts.push(t_count("mail.messagesCount", summary.count as u64, &[]));
    }
    parts.push(summary.subject.clone());
    parts.push(time.to_owned());
    for (holds, key) in [
        (summary.flagged, "mail.flagged"),
        (summary.has_attachment, "mail.withFile"),
        (summary.answered, "mail.answered"),
        (summary.forwarded, "mail.forwarded"),
    ] {
        if holds {
            parts.push(t(key));
        }
    }
    parts.extend(summary.categories.iter().map(|keyword| category_name(keyword)));
    parts.push(summary.preview.clone());
    parts.join(", ")
}

/// The icons of line two.
fn signs(summary: &RowSummary) -> impl IntoView + use<> {
    let sign = |holds: bool, name: IconName| {
        holds.then(|| view! { <span class="email-row__sign"><Icon name size=IconSize::Small /></span> })
    };
    let flag = summary.flagged.then(|| {
        view! { <span class="email-row__sign" data-flag><Icon name=IconName::FlagFilled size=IconSize::Small /></span> }
    });
    (
        sign(summary.draft, IconName::Edit),
        sign(summary.answered, IconName::Reply),
        sign(summary.forwarded, IconName::Forward),
        sign(summary.has_attachment, IconName::Attach),
        flag,
    )
}

/// The spans from a little before the first mark on, so that it is in view however narrow the row.
fn from_first_mark(marked: Marked) -> Vec<Span> {
    const BEFORE: usize = 18;
    let Some(first) = marked.0.iter().position(|span| span.marked) else { return marked.0 };
    let before: String = marked.0.iter().take(first).map(|span| span.text.as_str()).collect();
    let count = before.chars().count();
    if count <= BEFORE {
        return marked.0;
    }
    let kept: String = before.chars().skip(count - BEFORE).collect();
    // Not in the middle of a word.
    let kept = kept.split_once(' ').map_or(kept.as_str(), |(_, whole)| whole);
    let lead = Span { text: format!("… {kept}"), marked: false };
    std::iter::once(lead).chain(marked.0.into_iter().skip(first)).collect()
}

/// The words with what was searched marked, or as they are.
fn words(
    snippet: Option<Memo<Option<Snippet>>>,
    part: fn(Snippet) -> Option<Marked>,
    plain: impl Fn() -> String,
) -> AnyView {
    match snippet.and_then(|snippet| snippet.get()).and_then(part) {
        Some(marked) => from_first_mark(marked)
            .into_iter()
            .map(|span| if span.marked { view! { <mark>{span.text}</mark> }.into_any() } else { span.text.into_any() })
            .collect_view()
            .into_any(),
        None => plain().into_any(),
    }
}
