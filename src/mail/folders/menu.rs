//! What can be done with a folder. What cannot be undone is asked before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::pane::folder_name;
use super::summary::FolderRow;
use crate::locale::{t, t_count, t_with};
use crate::mail::ask::Asked;
use crate::mail::desk::Desk;
use crate::mail::said;
use crate::records::Role;
use crate::ui::{Anchor, AnchorSignal, IconName, Menu, MenuItem, MenuRule, Toast};

type Draw = fn(RwSignal<Option<(FolderRow, Anchor)>, LocalStorage>) -> AnyView;

/// What draws the menu; it stands once beside the tree.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn folder_menu() -> Result<Draw, SplitLoaderError> {
    Ok(|asked| view! { <FolderMenu asked /> }.into_any())
}

#[component]
fn FolderMenu(asked: RwSignal<Option<(FolderRow, Anchor)>, LocalStorage>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    Effect::new(move |_| {
        if let Some((_, at)) = asked.get() {
            anchor.set(at);
            open.set(true);
        }
    });
    let mailbox = move || {
        let id = asked.with(|asked| asked.as_ref().and_then(|(row, _)| row.id.clone()))?;
        desk.records.mailboxes().get().iter().find(|mailbox| mailbox.id == id).cloned()
    };
    let read_all = move |()| {
        let Some(folder) = untrack(mailbox) else { return };
        spawn_local(async move {
            let words = match desk.records.mark_all_seen(folder.id).await {
                Ok(count) => t_count("mail.seenDone", count as u64, &[]),
                Err(failure) => said::failure(&failure),
            };
            desk.toasts.show(Toast::new(words));
        });
    };
    let to_top = move |()| {
        if let Some(folder) = untrack(mailbox) {
            let done = desk.records.move_mailbox(&folder.id, None);
            desk.toast(t_with("mail.folderMoved", &[("folder", &folder_name(&folder))]), done);
        }
    };
    let ask = move |asks: fn(crate::records::Mailbox) -> Asked| {
        Callback::new(move |()| {
            if let Some(folder) = untrack(mailbox) {
                desk.asked.set(Some(asks(folder)));
            }
        })
    };
    view! {
        <Menu open anchor label=t("mail.folderMenu")>
            {move || {
                let folder = mailbox();
                let own = folder.as_ref().is_some_and(|folder| folder.role.is_none());
                let emptied =
                    folder.as_ref().is_some_and(|it| matches!(it.role, Some(Role::Trash | Role::Junk)) && it.total_emails > 0);
                let (rights, unread, inside) = folder
                    .as_ref()
                    .map_or((crate::records::Rights::ALL, 0, false), |it| (it.my_rights, it.unread_emails, it.parent_id.is_some()));
                view! {
                    {folder
                        .is_some()
                        .then(|| {
                            view! {
                                <MenuItem
                                    words=t("mail.readAll")
                                    icon=IconName::MailRead
                                    disabled=unread == 0 || !rights.may_set_seen
                                    on_press=read_all
                                />
                                <MenuRule />
                            }
                        })}
                    <MenuItem
                        words=t("mail.newFolder")
                        icon=IconName::FolderAdd
                        on_press=move |()| {
                            desk.asked
                                .set(
                                    Some(Asked::NewFolder(untrack(mailbox).filter(|folder| folder.role.is_none()).map(|folder| folder.id))),
                                );
                        }
                    />
                    {own
                        .then(|| {
                            view! {
                                <MenuItem
                                    words=t("mail.rename")
                                    icon=IconName::Edit
                                    disabled=!rights.may_rename
                                    on_press=ask(Asked::RenameFolder)
                                />
                                <MenuItem
                                    words=t("mail.moveFolder")
                                    icon=IconName::FolderMove
                                    disabled=!rights.may_rename
                                    on_press=ask(Asked::MoveFolder)
                                />
                                {inside
                                    .then(|| {
                                        view! { <MenuItem words=t("mail.folderToTop") icon=IconName::ArrowUp on_press=to_top /> }
                                    })}
                                <MenuRule />
                                <MenuItem
                                    words=t("mail.deleteFolder")
                                    icon=IconName::Delete
                                    danger=true
                                    disabled=!rights.may_delete
                                    on_press=ask(Asked::DeleteFolder)
                                />
                            }
                        })}
                    {emptied
                        .then(|| {
                            view! {
                                <MenuRule />
                                <MenuItem
                                    words=t("mail.emptyFolder")
                                    icon=IconName::Delete
                                    danger=true
                                    on_press=ask(Asked::EmptyFolder)
                                />
                            }
                        })}
                }
            }}
        </Menu>
    }
}
