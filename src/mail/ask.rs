//! What the mail page asks in a dialog: where mail goes, its categories, and losses that cannot be undone.

use std::collections::BTreeSet;

use jmap::Id;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos::{ev, html, prelude::*};

use super::desk::Desk;
use super::folders::ask::{LoseFolder, Loss, NameFolder};
use super::folders::folder_name;
use super::folders::summary::icon;
use super::summary::{categories, category_keyword, category_name};
use crate::locale::{t, t_count, t_with};
use crate::records::{Mailbox, MailboxId};
use crate::ui::{
    Button, ButtonKind, Checkbox, Dialog, DialogSize, Hue, Icon, IconName, TextField, all, focus,
    roving::{Ends, step},
};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    /// Into which folder these rows go.
    Move(Vec<Id>),
    /// Which categories these rows have.
    Categorise(Vec<Id>),
    /// Whether these rows go for good.
    Destroy(Vec<Id>),
    /// A new folder's name, and in which it is.
    NewFolder(Option<MailboxId>),
    /// Another name.
    RenameFolder(Mailbox),
    /// Into which folder a folder goes.
    MoveFolder(Mailbox),
    /// Whether a folder goes for good.
    DeleteFolder(Mailbox),
    /// Whether all mail in a folder goes for good.
    EmptyFolder(Mailbox),
}

/// What draws the dialog that is asked now; it stands once on the page.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn questions() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(|| view! { <Questions /> }.into_any())
}

#[component]
fn Questions() -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || {
        desk.asked.get().map(|asked| match asked {
            Asked::Move(keys) => {
                let chosen = move |folder: MailboxId| desk.move_to(keys.clone(), folder);
                view! { <ChooseFolder title=t("mail.moveTitle") without=None on_choose=chosen /> }.into_any()
            }
            Asked::MoveFolder(folder) => {
                let without = folder.id.clone();
                let chosen = move |parent: MailboxId| {
                    let done = desk.records.move_mailbox(&folder.id, Some(parent));
                    desk.toast(t_with("mail.folderMoved", &[("folder", &folder_name(&folder))]), done);
                };
                view! { <ChooseFolder title=t("mail.moveFolderTitle") without=Some(without) on_choose=chosen /> }
                    .into_any()
            }
            Asked::Categorise(keys) => view! { <Categories keys /> }.into_any(),
            Asked::Destroy(keys) => view! { <DestroyMail keys /> }.into_any(),
            Asked::NewFolder(parent) => view! { <NameFolder folder=None parent /> }.into_any(),
            Asked::RenameFolder(folder) => view! { <NameFolder folder=Some(folder) parent=None /> }.into_any(),
            Asked::DeleteFolder(folder) => view! { <LoseFolder folder loss=Loss::Folder /> }.into_any(),
            Asked::EmptyFolder(folder) => view! { <LoseFolder folder loss=Loss::Mail /> }.into_any(),
        })
    }
}

/// A field that narrows, and the folders. Pattern: a list of buttons; arrows move, Enter chooses.
#[component]
fn ChooseFolder(
    title: String,
    /// A folder, and what is in it, that cannot be chosen.
    without: Option<MailboxId>,
    #[prop(into)] on_choose: Callback<MailboxId>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let typed = RwSignal::new(String::new());
    let list = NodeRef::<html::Div>::new();
    let close = move || desk.asked.set(None);
    let choose = move |id: MailboxId| {
        close();
        on_choose.run(id);
    };
    let here = desk.folder_now().map(|folder| folder.id);
    let without = StoredValue::new(without);
    let here = StoredValue::new(here);
    let folders = Memo::new(move |_| {
        let typed = typed.get().to_lowercase();
        let all = desk.records.mailboxes().get();
        let path = |mailbox: &Mailbox| {
            let mut parts = vec![folder_name(mailbox)];
            let mut parent = mailbox.parent_id.clone();
            while let Some(id) = parent.take() {
                let found = all.iter().find(|mailbox| mailbox.id == id);
                parts.extend(found.map(folder_name));
                parent = found.and_then(|found| found.parent_id.clone()).filter(|_| parts.len() < 32);
            }
            parts.reverse();
            parts
        };
        let is_out = |mailbox: &Mailbox| {
            without.with_value(|without| match without {
                Some(without) => {
                    mailbox.id == *without || mailbox.parent_id.as_ref() == Some(without) || mailbox.role.is_some()
                }
                None => here.with_value(|here| here.as_ref() == Some(&mailbox.id)) || !mailbox.my_rights.may_add_items,
            })
        };
        all.iter()
            .filter(|mailbox| !is_out(mailbox))
            .map(|mailbox| (mailbox.id.clone(), path(mailbox), icon(mailbox.role.as_ref(), false)))
            .filter(|(_, path, _)| path.iter().any(|name| name.to_lowercase().contains(&typed)))
            .collect::<Vec<_>>()
    });
    let first = move |()| {
        if let Some((id, ..)) = folders.get_untracked().into_iter().next() {
            choose(id);
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        let Some(root) = list.get_untracked() else { return };
        let rows = all(&root, "button.menu__item");
        let at = crate::ui::focused_index(&rows);
        let key = event.key();
        if matches!(key.as_str(), "ArrowDown" | "ArrowUp")
            && let Some(row) = step(&key, at, rows.len(), 8, Ends::Join).and_then(|to| rows.get(to))
        {
            event.prevent_default();
            focus(row);
        }
    };
    view! {
        <Dialog open=true on_cancel=move |()| close() title close_label=t("mail.close") size=DialogSize::Small>
            <div class="choose-folder" on:keydown=keydown>
                <TextField
                    label=t("mail.findFolder")
                    label_hidden=true
                    placeholder=t("mail.findFolder")
                    icon=IconName::Search
                    value=typed
                    autofocus=true
                    on_input=move |text| typed.set(text)
                    on_enter=first
                />
                <div class="choose-folder__list" node_ref=list>
                    {move || {
                        folders
                            .get()
                            .into_iter()
                            .map(|(id, path, icon)| {
                                let (name, within) = path.split_last().map(|(name, within)| (name.clone(), within.join(" / "))).unwrap_or_default();
                                view! {
                                    <button class="menu__item" type="button" on:click=move |_| choose(id.clone())>
                                        <Icon name=icon />
                                        <span class="menu__words truncate">{name}</span>
                                        <span class="secondary truncate">{within}</span>
                                    </button>
                                }
                            })
                            .collect_view()
                    }}
                    {move || {
                        folders.with(Vec::is_empty).then(|| view! { <p class="secondary">{t("mail.noSuchFolder")}</p> })
                    }}
                </div>
            </div>
        </Dialog>
    }
}

/// The categories of rows, and a new one. Each change holds at once.
#[component]
fn Categories(keys: Vec<Id>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let name = RwSignal::new(String::new());
    let keys = StoredValue::new(keys);
    let emails = move || {
        let window = desk.window.get();
        window.into_iter().flat_map(move |window| {
            window.track();
            let find = move |key: &Id| window.row_now(window.index_of(key)?).map(|row| row.email);
            keys.get_value().iter().filter_map(find).collect::<Vec<_>>()
        })
    };
    // Those of these mails, and those seen in the list: the server keeps no list of its own.
    let known = Memo::new(move |before: Option<&BTreeSet<String>>| {
        let mut known = before.cloned().unwrap_or_default();
        known.extend(emails().flat_map(|email| categories(&email)));
        if let Some(window) = desk.window.get() {
            known.extend((0..200).filter_map(|index| window.row_now(index)).flat_map(|row| categories(&row.email)));
        }
        known
    });
    let add = move || {
        if let Some(keyword) = category_keyword(&name.get_untracked()) {
            name.set(String::new());
            desk.categorise(&keys.get_value(), keyword, true);
        }
    };
    let line = move |keyword: String| {
        let has = {
            let keyword = keyword.clone();
            move || emails().filter(|email| email.keywords.contains(&keyword)).count()
        };
        let count = keys.with_value(Vec::len);
        let has = Memo::new(move |_| has());
        let hue = Hue::of(&keyword);
        let label = category_name(&keyword);
        view! {
            <Checkbox
                label
                hue
                checked=Signal::derive(move || has.get() == count)
                mixed=Signal::derive(move || (1..count).contains(&has.get()))
                on_change=move |on| desk.categorise(&keys.get_value(), keyword.clone(), on)
            />
        }
    };
    let foot = move || {
        view! {
            <span class="spread"></span>
            <Button kind=ButtonKind::Primary on_press=move |()| desk.asked.set(None)>{t("mail.done")}</Button>
        }
    };
    view! {
        <Dialog
            open=true
            on_cancel=move |()| desk.asked.set(None)
            title=t("mail.categories")
            close_label=t("mail.close")
            size=DialogSize::Small
            foot
        >
            <div class="categories">
                <For each=move || known.get() key=Clone::clone children=line />
            </div>
            <TextField
                label=t("mail.newCategory")
                value=name
                autofocus=true
                hint=t("mail.newCategoryHint")
                on_input=move |text| name.set(text)
                on_enter=move |()| add()
            />
        </Dialog>
    }
}

/// Asks before mail goes for good; the safe button has the focus.
#[component]
fn DestroyMail(keys: Vec<Id>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let count = keys.len() as u64;
    let keys = StoredValue::new(keys);
    let close = move || desk.asked.set(None);
    let foot = move || {
        view! {
            <span class="spread"></span>
            <Button autofocus=true on_press=move |()| close()>{t("mail.cancel")}</Button>
            <Button
                kind=ButtonKind::Danger
                on_press=move |()| {
                    close();
                    desk.destroy(keys.get_value());
                }
            >
                {t("mail.deleteForGood")}
            </Button>
        }
    };
    view! {
        <Dialog
            open=true
            on_cancel=move |()| close()
            title=t_count("mail.destroyTitle", count, &[])
            close_label=t("mail.close")
            size=DialogSize::Small
            foot
        >
            <p>{t("mail.destroyWords")}</p>
        </Dialog>
    }
}
