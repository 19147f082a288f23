//! The chips that narrow what a search finds.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::locale::{t, t_with};
use crate::mail::desk::Desk;
use crate::mail::folders::folder_name;
use crate::mail::search::Search;
use crate::mail::summary::full_name;
use crate::routes::{MailRoute, Place};
use crate::ui::{Choice, FilterChip, IconName, MenuButton, MenuChoice, MenuChoices, MenuFace};

/// From, In, Has a file, When: they change the words of the search, which one could also type.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn search_chips() -> Result<fn() -> AnyView, SplitLoaderError> {
    Ok(|| view! { <SearchChips /> }.into_any())
}

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
