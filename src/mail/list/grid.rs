//! The grid of messages. Pattern: WAI-ARIA grid with several rows selectable; one tab stop, the row under the
//! cursor by `aria-activedescendant`, so that rows may come and go without the focus being lost.
//!
//! Keys: see [`keys`](super::keys). Name: "Messages"; a row by who, what about, when.

use jmap::Id;
use leptos::{ev, prelude::*};

use super::keys;
use super::menu::{RowMenuAsked, row_menu};
use super::row::{EmailRow, row_id};
use super::view::ListView;
use crate::locale::t;
use crate::mail::desk::Desk;
use crate::records::EmailWindow;
use crate::shell::parts::{Typing, later};
use crate::ui::focus;

/// The rows of a list.
#[component]
pub(super) fn Grid(
    /// The list.
    window: EmailWindow,
    /// Its view.
    list: ListView,
    /// Its rows are named by recipients.
    outgoing: Memo<bool>,
    /// It is a search, whose words are marked.
    searched: bool,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let cursor = Signal::derive(move || desk.selection.with(|selection| selection.cursor().cloned()));
    let slots = list.slots(cursor);
    let total = window.total();
    let first = list.first();
    let asked = RwSignal::new_local(None::<RowMenuAsked>);
    let sticky = Memo::new(move |_| {
        window.track();
        first.get().and_then(|index| list.day(index))
    });
    let pushed = list.pushed();
    let heads = list.heads();

    // The rows chosen follow the list: what is gone is not chosen any more.
    window.on_change(move |change| {
        if !change.removed.is_empty() {
            let gone: Vec<Id> = change.removed.iter().map(|row| row.key.clone()).collect();
            desk.selection.update(|selection| {
                let cursor_gone = selection.cursor().is_some_and(|cursor| gone.contains(cursor));
                let next = cursor_gone.then(|| first.get_untracked().and_then(|it| window.row_now(it))).flatten();
                selection.forget(&gone, next.map(|row| row.key));
            });
        }
    });
    Effect::new(move |before: Option<usize>| {
        let count = desk.focus_list.get();
        if before.is_some_and(|before| before != count)
            && let Some(scroller) = list.scroller.get_untracked()
        {
            focus(&scroller);
        }
        count
    });

    let row = move |key: Id, index: usize| {
        let place = slot_index(slots, key.clone(), index);
        view! { <EmailRow window list key index=place outgoing searched asked /> }
    };
    view! {
        <div
            class="email-list__rows"
            role="grid"
            tabindex="0"
            aria-label=t("mail.messages")
            aria-multiselectable="true"
            aria-rowcount=move || total.get().map_or(-1, |total| i64::try_from(total).unwrap_or(-1)).to_string()
            aria-activedescendant=move || {
                let key = cursor.get()?;
                slots.with(|slots| slots.iter().any(|slot| slot.key.as_ref() == Some(&key))).then(|| row_id(&key))
            }
            data-choosing=move || desk.is_choosing().then_some("")
            on:scroll=move |_| list.scrolled()
            on:keydown=move |event: ev::KeyboardEvent| keys::press(desk, list, window, &event, asked)
            on:focus=move |_| keys::enter(desk, list, window)
            node_ref=list.scroller
        >
            <div class="email-list__sticky" aria-hidden="true">
                {move || {
                    sticky
                        .get()
                        .map(|day| {
                            view! {
                                <div
                                    class="email-list__day"
                                    style:transform=move || format!("translateY({}px)", pushed.get())
                                >
                                    {day}
                                </div>
                            }
                        })
                }}
            </div>
            <div class="email-list__room" role="rowgroup" node_ref=list.room>
                <For each=move || heads.get() key=|index| *index let:index>
                    <div
                        class="email-list__day"
                        data-placed
                        aria-hidden="true"
                        style:transform=move || format!("translateY({}px)", list.head_top(index))
                    >
                        {move || {
                            window.track();
                            list.day(index)
                        }}
                    </div>
                </For>
                <For
                    each=move || slots.get()
                    key=|slot| slot.key.as_ref().map_or_else(|| slot.index.to_string(), |key| format!("k{key}"))
                    let:slot
                >
                    {match slot.key {
                        Some(key) => row(key, slot.index).into_any(),
                        None => view! {
                            <div
                                class="email-list__bone"
                                aria-hidden="true"
                                style:transform=move || format!("translateY({}px)", list.row_top(slot.index))
                            >
                                <div class="bone-row">
                                    <i class="bone" data-shape="disc"></i>
                                    <div>
                                        <i class="bone" data-width="2"></i>
                                        <i class="bone" data-width="4"></i>
                                    </div>
                                </div>
                            </div>
                        }
                        .into_any(),
                    }}
                </For>
            </div>
        </div>
        <div class="email-list__probe" aria-hidden="true" node_ref=list.probe>
            <div class="email-row"></div>
            <div class="email-list__day">"0"</div>
        </div>
        {later(move || asked.with(Option::is_some), Typing::Awaits, row_menu, move |draw| draw(asked))}
    }
}

/// Where a row is now; where it was last, while it leaves.
fn slot_index(slots: Memo<Vec<super::view::Slot>>, key: Id, first: usize) -> Memo<usize> {
    Memo::new(move |before: Option<&usize>| {
        let now = slots.with(|slots| slots.iter().find(|slot| slot.key.as_ref() == Some(&key)).map(|slot| slot.index));
        now.or(before.copied()).unwrap_or(first)
    })
}
