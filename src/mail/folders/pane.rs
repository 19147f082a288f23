//! The folder pane: New mail, and the tree of folders. Pattern: WAI-ARIA tree, by [`Tree`].
//! Name: the tree "Folders"; a row by its name and count in words.

use std::collections::HashSet;

use leptos::prelude::*;

use super::menu::folder_menu;
use super::summary::{FolderRow, key, rows};
use crate::locale::{number, t, t_count};
use crate::mail::Action;
use crate::mail::desk::Desk;
use crate::mail::list::DRAGGED;
use crate::mail::said;
use crate::records::{EmailListQuery, ListFilter, Mailbox, MailboxId};
use crate::routes::Place;
use crate::session::use_session;
use crate::shell::parts::{Typing, later};
use crate::shell::{FrameState, key_of};
use crate::ui::{Button, ButtonKind, ButtonSize, Icon, IconName, Tree, TreeDrop, TreeMenu, TreeRow};

/// A folder's name as people see it.
pub(crate) fn folder_name(mailbox: &Mailbox) -> String {
    mailbox.role.as_ref().and_then(said::role_name).unwrap_or_else(|| mailbox.name.clone())
}

fn row_name(row: &FolderRow) -> String {
    let known = row.role.as_ref().and_then(said::role_name);
    known.unwrap_or_else(|| match row.place {
        Place::Flagged => t("mail.flagged"),
        Place::Everywhere => t("mail.everywhere"),
        Place::Inbox => t("mail.inbox"),
        Place::Folder(_) => row.name.clone(),
    })
}

/// The pane.
#[component]
pub(crate) fn FolderPane() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let mailboxes = desk.records.mailboxes();
    let frame = use_context::<FrameState>();
    let closed = RwSignal::new(HashSet::<MailboxId>::new());
    let me = use_session().me();
    // Only a total, and only once the list one came for is there.
    let flagged = RwSignal::new(None);
    Effect::new(move |asked: Option<bool>| {
        let there = desk.window.get().is_some_and(|window| window.total().get().is_some());
        if there && asked != Some(true) {
            let query = EmailListQuery { filter: ListFilter::Flagged, ..EmailListQuery::everywhere() };
            let owner = Owner::current().and_then(|owner| owner.parent()).unwrap_or_default();
            flagged.set(Some(owner.with(|| desk.records.total(query))));
        }
        there || asked == Some(true)
    });
    let shown = Memo::new(move |_| {
        let flagged = flagged.get().and_then(|total| total.get()).unwrap_or_default();
        closed.with(|closed| rows(&mailboxes.get(), flagged as u64, closed))
    });
    let tree_rows = Signal::derive(move || {
        let own = me.get().map(|me| me.name).unwrap_or_default();
        let tree_row = |row: &FolderRow| {
            let name = row_name(row);
            let name = match (row.count, row.unread) {
                (0, _) => name,
                (count, true) => t_count("mail.folderUnread", count, &[("folder", &name)]),
                (count, false) => t_count("mail.folderCount", count, &[("folder", &name)]),
            };
            TreeRow {
                id: row.key(),
                name,
                section: Some(if row.favourite { t("mail.favourites") } else { own.clone() }),
                level: row.level,
                expanded: row.expanded,
            }
        };
        shown.with(|rows| rows.iter().map(tree_row).collect::<Vec<_>>())
    });
    let find = move |id: &str| shown.with_untracked(|rows| rows.iter().find(|row| row.key() == id).cloned());
    let selected = Signal::derive(move || {
        let route = desk.route.get();
        // The favourites stand for the folders that they are.
        let place = match (&route.place, desk.folder()) {
            (Place::Folder(_), Some(folder)) if folder.role == Some(crate::records::Role::Inbox) => Place::Inbox,
            _ => route.place,
        };
        Some(key(&place)).filter(|_| route.search.is_none())
    });
    let select = move |id: String| {
        if let Some(row) = find(&id) {
            desk.go_to(row.place);
            if let Some(frame) = frame {
                frame.drawer.set(false);
            }
        }
    };
    let toggle = move |id: String| {
        if let Some(folder) = find(&id).and_then(|row| row.id) {
            closed.update(|closed| {
                if !closed.remove(&folder) {
                    closed.insert(folder);
                }
            });
        }
    };
    let asked = RwSignal::new_local(None::<(FolderRow, crate::ui::Anchor)>);
    let menu = move |TreeMenu { id, anchor }: TreeMenu| {
        if let Some(row) = find(&id) {
            asked.set(Some((row, anchor)));
        }
    };
    let drop = move |TreeDrop { id, event }: TreeDrop| {
        let data = event.data_transfer().and_then(|data| data.get_data(DRAGGED).ok()).unwrap_or_default();
        let keys: Vec<jmap::Id> = data.split(' ').filter(|key| !key.is_empty()).map(jmap::Id::from).collect();
        let row = find(&id);
        let act = move |keys: Vec<jmap::Id>| match row {
            Some(FolderRow { id: Some(folder), .. }) => desk.move_to(keys, folder),
            Some(FolderRow { place: Place::Flagged, .. }) => desk.run_on(Action::Flag, keys),
            Some(_) | None => {}
        };
        // Those that are chosen here, or rows of another window, which are named.
        if keys.is_empty() && desk.drags_chosen.get_value() {
            desk.with_meant(act);
        } else if !keys.is_empty() {
            act(keys);
        }
    };
    let row = move |tree_row: Signal<TreeRow>| {
        let row = Memo::new(move |before: Option<&Option<FolderRow>>| {
            let id = tree_row.with(|row| row.id.clone());
            let now = shown.with(|rows| rows.iter().find(|row| row.key() == id).cloned());
            now.or_else(|| before.cloned().flatten())
        });
        let icon = Signal::derive(move || row.with(|row| row.as_ref().map_or(IconName::Folder, FolderRow::icon)));
        view! {
            <Icon name=icon />
            <span class="tree__words">{move || row.with(|row| row.as_ref().map(row_name))}</span>
            {move || {
                let (count, unread) = row.with(|row| row.as_ref().map(|row| (row.count, row.unread)))?;
                (count > 0)
                    .then(|| {
                        view! {
                            <span class="count" data-quiet=(!unread).then_some("") aria-hidden="true">
                                {number(count as f64)}
                            </span>
                            <span class="visually-hidden">
                                {t_count(if unread { "mail.countUnread" } else { "mail.messagesCount" }, count, &[])}
                            </span>
                        }
                    })
            }}
        }
    };
    view! {
        <div class="side__head">
            <Button
                kind=ButtonKind::Primary
                size=ButtonSize::Full
                icon=IconName::Compose
                keys=key_of(Action::New.command())
                on_press=move |()| {
                    if let Some(frame) = frame {
                        frame.drawer.set(false);
                    }
                    desk.run(Action::New);
                }
            >
                {t("mail.new")}
            </Button>
        </div>
        <nav class="side__folders" aria-label=t("mail.folders")>
            <Tree
                label=t("mail.folders")
                rows=tree_rows
                selected
                row
                on_select=select
                on_toggle=toggle
                on_menu=menu
                takes=DRAGGED
                on_drop=drop
            />
        </nav>
        {later(move || asked.with(Option::is_some), Typing::Awaits, folder_menu, move |draw| draw(asked))}
    }
}
