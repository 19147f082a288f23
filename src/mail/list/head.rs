//! The head of the list: which folder or search, choosing several, filter and order; below it, while one
//! searches, the chips that narrow it.

use leptos::prelude::*;

use crate::locale::{t, t_count, t_with};
use crate::mail::desk::Desk;
use crate::mail::folders::folder_name;
use crate::mail::search::Search;
use crate::mail::summary::full_name;
use crate::records::EmailSort;
use crate::routes::{MailRoute, Place, SORTS, Show};
use crate::ui::placement::Placement;
use crate::ui::{
    Checkbox, Choice, FilterChip, IconButton, IconName, MenuButton, MenuChoice, MenuChoices, MenuFace, MenuTitle,
};

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
            Place::Folder(_) => desk.folder().map(|folder| folder_name(&folder)).unwrap_or_default(),
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
            if searching { view! { <SearchChips /> }.into_any() } else { view! { <Filters show_now /> }.into_any() }
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

/// From, In, Has a file, When: they change the words of the search, which one could also type.
#[component]
fn SearchChips() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let search =
        Memo::new(move |_| desk.route.with(|route| route.search.as_deref().map(Search::parse).unwrap_or_default()));
    let set = move |name: &'static str, value: Option<String>| {
        let next = search.get_untracked().with(name, value.as_deref());
        let route = desk.route.get_untracked();
        desk.go(
            &MailRoute { search: Some(next.to_string()).filter(|text| !text.is_empty()), open: None, ..route },
            true,
        );
    };
    let has_file = Memo::new(move |_| search.with(|search| search.has("has", "attachment")));
    let is_unread = Memo::new(move |_| search.with(|search| search.has("is", "unread")));
    let from = move || {
        let known = search.with(|search| search.value("from").map(str::to_owned));
        let writers = move || {
            let mut writers = vec![Choice::new(None, t("mail.anybody"))];
            let Some(window) = desk.window.get() else { return writers };
            window.track();
            for row in (0..40).filter_map(|index| window.row_now(index)) {
                for from in &row.email.from {
                    let address = Some(from.email.clone());
                    if writers.len() < 9 && !writers.iter().any(|known| known.value == address) {
                        writers.push(Choice::new(address, full_name(from)));
                    }
                }
            }
            writers
        };
        let label =
            known.clone().map_or_else(|| t("mail.chipFrom"), |who| t_with("mail.chipFromWho", &[("who", &who)]));
        view! {
            <MenuButton name=label.clone() face=MenuFace::Words(label)>
                <MenuChoices
                    choices=writers()
                    value=Signal::stored(known.clone())
                    on_change=move |who| set("from", who)
                />
            </MenuButton>
        }
    };
    let place = move || {
        let named = search.with(|search| search.value("in").map(str::to_owned));
        let everywhere = desk.route.with(|route| route.place == Place::Everywhere);
        let label = match (&named, everywhere) {
            (Some(name), _) => t_with("mail.chipInFolder", &[("folder", name)]),
            (None, true) => t("mail.chipEverywhere"),
            (None, false) => t_with(
                "mail.chipInFolder",
                &[("folder", &desk.folder().map(|it| folder_name(&it)).unwrap_or_default())],
            ),
        };
        let folders = desk.records.mailboxes().get();
        let choose = move |name: Option<String>| {
            let next = search.get_untracked().with("in", name.as_deref());
            desk.go(
                &MailRoute { place: Place::Everywhere, search: Some(next.to_string()), ..MailRoute::default() },
                true,
            );
        };
        view! {
            <MenuButton name=label.clone() face=MenuFace::Words(label)>
                <MenuChoice
                    radio=true
                    words=t("mail.everywhere")
                    checked=everywhere && named.is_none()
                    on_press=move |()| choose(None)
                />
                {folders
                    .iter()
                    .map(|folder| {
                        let name = folder_name(folder);
                        let is = named.as_deref() == Some(name.as_str());
                        view! {
                            <MenuChoice
                                radio=true
                                words=name.clone()
                                checked=is
                                on_press=move |()| choose(Some(name.clone()))
                            />
                        }
                    })
                    .collect_view()}
            </MenuButton>
        }
    };
    let when = move || {
        let after = search.with(|search| search.value("after").map(str::to_owned));
        let options = [
            ("mail.whenEver", None),
            ("mail.whenWeek", Some(7)),
            ("mail.whenMonth", Some(31)),
            ("mail.whenYear", Some(366)),
        ]
        .map(|(words, days)| (words, days.map(iso_days_ago)));
        let label = options.iter().find(|(_, date)| date.is_some() && *date == after).map_or_else(
            || after.clone().map_or_else(|| t("mail.chipWhen"), |date| t_with("mail.chipSince", &[("date", &date)])),
            |(words, _)| t(words),
        );
        view! {
            <MenuButton name=label.clone() face=MenuFace::Words(label)>
                <MenuChoices
                    choices=options.clone().map(|(words, date)| Choice::new(date, t(words))).into()
                    value=Signal::stored(after.clone())
                    on_change=move |date| set("after", date)
                />
            </MenuButton>
        }
    };
    view! {
        <div class="filter-row" role="group" aria-label=t("mail.filter") data-holds="">
            {from}
            {place}
            <FilterChip
                words=t("mail.chipFile")
                icon=IconName::Attach
                pressed=has_file
                on_press=move |()| set("has", (!has_file.get_untracked()).then(|| "attachment".to_owned()))
            />
            <FilterChip
                words=t("mail.showUnread")
                pressed=is_unread
                on_press=move |()| set("is", (!is_unread.get_untracked()).then(|| "unread".to_owned()))
            />
            {when}
        </div>
    }
}

/// The date so many days ago, as searches write it.
fn iso_days_ago(days: i32) -> String {
    let millis = crate::locale::dates::now() - f64::from(days) * crate::locale::dates::DAY;
    let date = js_sys::Date::new(&millis.into());
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}
