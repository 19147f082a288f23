//! The head of the list: which folder or search, choosing several, filter and order; below it, while one
//! searches, the chips that narrow it.

use leptos::prelude::*;

use super::chips::search_chips;
use crate::locale::{t, t_count, t_with};
use crate::mail::desk::Desk;
use crate::mail::folders::folder_name;
use crate::records::EmailSort;
use crate::routes::{MailRoute, Place, SORTS, Show};
use crate::shell::parts::{Typing, later};
use crate::ui::placement::Placement;
use crate::ui::{Checkbox, Choice, FilterChip, IconButton, IconName, MenuButton, MenuChoices, MenuFace, MenuTitle};

/// The key of the words of a filter.
fn filter_words(show: Show) -> &'static str {
    match show {
        Show::All => "mail.showAll",
        Show::Unread => "mail.showUnread",
        Show::Flagged => "mail.showFlagged",
        Show::ToMe => "mail.showToMe",
        Show::WithFile => "mail.showWithFile",
    }
}

fn sort_words(sort: EmailSort) -> &'static str {
    match sort {
        EmailSort::Newest => "mail.sortNewest",
        EmailSort::Oldest => "mail.sortOldest",
        EmailSort::From => "mail.sortFrom",
        EmailSort::Subject => "mail.sortSubject",
        EmailSort::Largest => "mail.sortLargest",
    }
}

/// The name of what the list shows.
pub(crate) fn title(desk: Desk) -> Memo<String> {
    Memo::new(move |_| {
        let route = desk.route.get();
        if route.search.is_some() {
            return t("mail.found");
        }
        match route.place {
            Place::Flagged => t("mail.flagged"),
            Place::Everywhere => t("mail.everywhere"),
            Place::Inbox => t("mail.inbox"),
            Place::Folder(_) => match desk.folder() {
                Some(folder) => folder_name(&folder),
                // Not known yet, or there is none of this id.
                None if desk.records.mailboxes().with(|all| all.is_empty()) => String::new(),
                None => t("mail.folderMenu"),
            },
        }
    })
}

/// Shows only such.
fn show(desk: Desk, show: Show) {
    let route = desk.route.get_untracked();
    desk.go(&MailRoute { show, open: None, ..route }, true);
}

/// The head.
#[component]
pub(super) fn ListHead() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let title = title(desk);
    let choosing = Memo::new(move |_| desk.is_choosing());
    let total = Memo::new(move |_| desk.window.get().and_then(|window| window.total().get()).unwrap_or_default());
    let count = Memo::new(move |_| desk.selection.with(|selection| selection.count(total.get())));
    let all = move |on: bool| {
        if on {
            desk.run(crate::mail::Action::ChooseAll);
        } else {
            desk.stop_choosing();
        }
    };
    let show_now = Memo::new(move |_| desk.route.with(|route| route.show));
    let sort_now = Memo::new(move |_| desk.route.with(|route| route.sort));
    let plain = move || {
        view! {
            <h2 class="email-list__title truncate" id="list-title">{move || title.get()}</h2>
            <span class="spread"></span>
            <IconButton
                name=t("mail.chooseSeveral")
                icon=IconName::Multiselect
                on_press=move |()| desk.choosing.set(true)
            />
            <MenuButton
                name=Signal::derive(move || t_with("mail.filterNow", &[("filter", &t(filter_words(show_now.get())))]))
                face=MenuFace::Icon(IconName::Filter)
                placement=Placement::BelowEnd
            >
                <MenuChoices
                    choices=Show::ALL.map(|one| Choice::new(one, t(filter_words(one)))).into()
                    value=show_now
                    on_change=move |one| show(desk, one)
                />
            </MenuButton>
            <MenuButton
                name=Signal::derive(move || t_with("mail.sortNow", &[("order", &t(sort_words(sort_now.get())))]))
                face=MenuFace::Icon(IconName::Sort)
                placement=Placement::BelowEnd
            >
                <MenuTitle words=t("mail.sort") />
                <MenuChoices
                    choices=SORTS.map(|(sort, _)| Choice::new(sort, t(sort_words(sort)))).into()
                    value=sort_now
                    on_change=move |sort| {
                        let route = desk.route.get_untracked();
                        desk.go(&MailRoute { sort, open: None, ..route }, true);
                    }
                />
            </MenuButton>
        }
    };
    let several = move || {
        view! {
            <Checkbox
                bare=true
                label=t("mail.chooseAll")
                checked=Signal::derive(move || count.get() > 0 && count.get() == total.get())
                mixed=Signal::derive(move || count.get() > 0 && count.get() < total.get())
                on_change=all
            />
            <h2 class="email-list__title truncate" id="list-title">
                {move || t_count("mail.chosen", count.get() as u64, &[])}
            </h2>
            <span class="spread"></span>
            <IconButton name=t("mail.stopChoosing") icon=IconName::Dismiss on_press=move |()| desk.stop_choosing() />
        }
    };
    view! {
        <header class="email-list__head">
            {move || if choosing.get() { several().into_any() } else { plain().into_any() }}
        </header>
        {move || {
            let searching = desk.route.with(|route| route.search.is_some());
            if searching { later(|| true, Typing::GoesOn, search_chips, |draw| draw()).into_any() } else { view! { <Filters show_now /> }.into_any() }
        }}
    }
}

/// The filters as chips: always on a phone, elsewhere while one of them holds.
#[component]
fn Filters(show_now: Memo<Show>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let chip = move |one: Show| {
        view! {
            <FilterChip
                words=t(filter_words(one))
                pressed=Signal::derive(move || show_now.get() == one)
                on_press=move |()| show(desk, one)
            />
        }
    };
    view! {
        <div
            class="filter-row"
            role="group"
            aria-label=t("mail.filter")
            data-holds=move || (show_now.get() != Show::All).then_some("")
        >
            {Show::ALL.map(chip).collect_view()}
        </div>
    }
}
