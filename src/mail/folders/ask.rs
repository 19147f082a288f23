//! The dialogs about a folder: its name, where it goes, and losses that cannot be undone.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::pane::folder_name;
use crate::locale::{t, t_count, t_with};
use crate::mail::desk::Desk;
use crate::mail::said;
use crate::records::{Failure, Mailbox, MailboxId};
use crate::routes::Place;
use crate::ui::{Button, ButtonKind, Dialog, DialogSize, TextField, Toast};

/// Asks for a name: of a new folder, or another one for a folder.
#[component]
pub(crate) fn NameFolder(
    /// The folder to rename; `None` for a new one.
    folder: Option<Mailbox>,
    /// In which a new one is made.
    parent: Option<MailboxId>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let name = RwSignal::new(folder.as_ref().map(|folder| folder.name.clone()).unwrap_or_default());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let is_new = folder.is_none();
    let folder = StoredValue::new(folder);
    let parent = StoredValue::new(parent);
    let close = move || desk.asked.set(None);
    let save = move || {
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set(Some(t("mail.folderNeedsName")));
            return;
        }
        if let Some(folder) = folder.get_value() {
            let done = desk.records.rename_mailbox(&folder.id, wanted.clone());
            close();
            desk.toast(t_with("mail.folderRenamed", &[("folder", &wanted)]), done);
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let made = desk.records.create_mailbox(wanted.clone(), parent.get_value()).await;
            busy.try_set(false);
            match made {
                Ok(_) => {
                    close();
                    desk.toasts.show(Toast::new(t_with("mail.folderMade", &[("folder", &wanted)])));
                }
                Err(Failure::Refused { .. }) => {
                    error.try_set(Some(t("mail.folderNameTaken")));
                }
                Err(failure) => {
                    error.try_set(Some(said::failure(&failure)));
                }
            }
        });
    };
    let foot = move || {
        view! {
            <span class="spread"></span>
            <Button on_press=move |()| close()>{t("mail.cancel")}</Button>
            <Button kind=ButtonKind::Primary busy on_press=move |()| save()>
                {t(if is_new { "mail.makeFolder" } else { "mail.renameFolder" })}
            </Button>
        }
    };
    view! {
        <Dialog
            open=true
            on_cancel=move |()| close()
            title=t(if is_new { "mail.newFolderTitle" } else { "mail.renameFolderTitle" })
            close_label=t("mail.close")
            size=DialogSize::Small
            foot
        >
            <TextField
                label=t("mail.folderName")
                value=name
                error
                autofocus=true
                on_input=move |text| {
                    error.set(None);
                    name.set(text);
                }
                on_enter=move |()| save()
            />
        </Dialog>
    }
}

/// Which loss is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// The folder and what is only in it.
    Folder,
    /// All mail in it.
    Mail,
}

/// Asks before a loss that cannot be undone; the safe button has the focus.
#[component]
pub(crate) fn LoseFolder(folder: Mailbox, loss: Loss) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let busy = RwSignal::new(false);
    let name = folder_name(&folder);
    let close = move || desk.asked.set(None);
    let (title, verb, words) = match loss {
        Loss::Folder => (
            t_with("mail.deleteFolderTitle", &[("folder", &name)]),
            t("mail.deleteForGood"),
            t_count("mail.deleteFolderWords", folder.total_emails, &[]),
        ),
        Loss::Mail => (
            t_with("mail.emptyFolderTitle", &[("folder", &name)]),
            t("mail.deleteForGood"),
            t_count("mail.emptyFolderWords", folder.total_emails, &[]),
        ),
    };
    let folder = StoredValue::new(folder);
    let lose = move |()| {
        busy.set(true);
        let folder = folder.get_value();
        spawn_local(async move {
            let id = folder.id.clone();
            let done = match loss {
                Loss::Folder => desk
                    .records
                    .destroy_mailbox(id.clone())
                    .await
                    .map(|()| t_with("mail.folderDeleted", &[("folder", &folder_name(&folder))])),
                Loss::Mail => desk
                    .records
                    .empty_mailbox(id.clone())
                    .await
                    .map(|count| t_count("mail.destroyed", count as u64, &[])),
            };
            if loss == Loss::Folder
                && done.is_ok()
                && desk.route.with_untracked(|route| route.place == Place::Folder(id))
            {
                desk.go_to(Place::Inbox);
            }
            close();
            let words = done.unwrap_or_else(|failure| match failure {
                Failure::Refused { .. } => t("mail.folderHasFolders"),
                failure => said::failure(&failure),
            });
            desk.toasts.show(Toast::new(words));
        });
    };
    let foot = move || {
        let verb = verb.clone();
        view! {
            <span class="spread"></span>
            <Button autofocus=true on_press=move |()| close()>{t("mail.cancel")}</Button>
            <Button kind=ButtonKind::Danger busy on_press=lose>{verb}</Button>
        }
    };
    view! {
        <Dialog open=true on_cancel=move |()| close() title close_label=t("mail.close") size=DialogSize::Small foot>
            <p>{words.clone()}</p>
        </Dialog>
    }
}
