//! The list pane: its head, what stands there while it loads, is empty or failed, and the rows.

use leptos::prelude::*;

use super::grid::Grid;
use super::head::{ListHead, title};
use super::selection::Selection;
use super::view::ListView;
use crate::locale::{t, t_count, t_with};
use crate::mail::composer::RecoveredNotice;
use crate::mail::desk::Desk;
use crate::mail::said;
use crate::mail::search::Search;
use crate::records::{EmailListQuery, EmailSort, EmailWindow, Failure, Load};
use crate::routes::{MailRoute, Place, Show};
use crate::ui::{Bones, BonesKind, EmptyState, Icon, IconName, IconSize, OwlPicture};

/// The list.
#[component]
pub(crate) fn ListPane() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let query = desk.query();
    // Another list is made anew, so that it begins at its top.
    let list = Memo::new(move |before: Option<&(usize, EmailListQuery)>| {
        (before.map_or(0, |(number, _)| number + 1), query.get())
    });
    let name = title(desk);
    view! {
        <section class="email-list" id="list" aria-label=move || name.get() data-pane="[role='grid']">
            <ListHead />
            <RecoveredNotice />
            <For each=move || [list.get()] key=|(number, _)| *number children=|(_, query)| view! { <Rows query /> } />
        </section>
    }
}

#[component]
fn Rows(query: EmailListQuery) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let by_date = matches!(query.sort, EmailSort::Newest | EmailSort::Oldest);
    let searched = query.search.is_some();
    let window = desk.records.window(query);
    desk.window.set(Some(window));
    desk.choosing.set(false);
    // What is open stays under the cursor when one comes back to a list.
    let mut selection = Selection::default();
    if let Some(key) = untrack(move || desk.open_key()) {
        selection.only(key);
    }
    desk.selection.set(selection);
    let list = ListView::new(window, by_date);
    let outgoing = desk.is_outgoing();
    let status = window.status();
    let total = window.total();
    #[derive(Clone, PartialEq)]
    enum Shows {
        Bones,
        Nothing,
        Rows,
        Failed(Failure),
    }
    let shows = Memo::new(move |_| match (status.get(), total.get()) {
        (Load::Failed(failure), _) => Shows::Failed(failure),
        (Load::Ready(()) | Load::Missing, Some(0)) => Shows::Nothing,
        (_, Some(_)) => Shows::Rows,
        (Load::Loading | Load::Ready(()) | Load::Missing, None) => Shows::Bones,
    });
    move || match shows.get() {
        Shows::Bones => {
            view! { <div class="email-list__waiting"><Bones kind=BonesKind::Rows(12) label=t("mail.loading") /></div> }
                .into_any()
        }
        Shows::Nothing => view! { <Nothing /> }.into_any(),
        Shows::Failed(failure) => view! { <Failed failure window /> }.into_any(),
        Shows::Rows => view! {
            <div class="email-list__body">
                <NewPill window list />
                <Grid window list outgoing searched />
            </div>
        }
        .into_any(),
    }
}

/// "3 new": a way up, while one reads further down.
#[component]
fn NewPill(window: EmailWindow, list: ListView) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let at_top = list.is_at_top();
    let new = window.new_above();
    let up = move |_| {
        list.scroll_to(0.0);
        window.seen_top();
        desk.focus_list();
    };
    move || {
        let count = new.get();
        (count > 0 && !at_top.get()).then(|| {
            view! {
                <button class="new-pill" type="button" on:click=up>
                    <Icon name=IconName::ArrowUp size=IconSize::Small />
                    {t_count("mail.newAbove", count as u64, &[])}
                </button>
            }
        })
    }
}

/// A list without a row: a fact, and a way on.
#[component]
fn Nothing() -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || {
        let route = desk.route.get();
        if let Some(typed) = &route.search {
            let search = Search::parse(typed);
            let plain = search.plain();
            let sought = if plain.is_empty() { typed.clone() } else { plain };
            let everywhere = route.place == Place::Everywhere && search.value("in").is_none();
            let typed = search.with("in", None).to_string();
            return view! {
                <EmptyState
                    picture=OwlPicture::Looking
                    title=t_with("mail.nothingFound", &[("text", &sought)])
                    words=t(if everywhere { "mail.searchedEverywhere" } else { "mail.searchedHere" })
                    act=t(if everywhere { "mail.endSearch" } else { "mail.searchEverywhere" })
                    on_act=move |()| desk.search(if everywhere { "" } else { &typed }, true)
                />
            }
            .into_any();
        }
        if route.show != Show::All {
            let words = if route.show == Show::Unread { "mail.allRead" } else { "mail.noneSuch" };
            return view! {
                <EmptyState
                    picture=OwlPicture::Asleep
                    title=t(words)
                    words=t(if route.show == Show::Unread { "mail.nothingWaits" } else { "mail.noneSuchWords" })
                    act=t("mail.showAllMail")
                    on_act=move |()| {
                        desk.go(&MailRoute { show: Show::All, ..desk.route.get_untracked() }, true);
                    }
                />
            }
            .into_any();
        }
        let is_gone = matches!(&route.place, Place::Folder(id)
            if desk.records.mailboxes().with(|all| !all.is_empty() && all.iter().all(|mailbox| mailbox.id != *id)));
        if is_gone {
            return view! {
                <EmptyState
                    picture=OwlPicture::Looking
                    title=t("mail.folderGone")
                    words=t("mail.folderGoneWords")
                    act=t("mail.goInbox")
                    on_act=move |()| desk.go(&MailRoute { place: Place::Inbox, ..MailRoute::default() }, true)
                />
            }
            .into_any();
        }
        let (title, words) = match route.place {
            Place::Inbox => ("mail.inboxEmpty", "mail.nothingWaits"),
            Place::Flagged => ("mail.noneFlagged", "mail.noneFlaggedWords"),
            Place::Everywhere | Place::Folder(_) => ("mail.folderEmpty", "mail.folderEmptyWords"),
        };
        view! { <EmptyState picture=OwlPicture::Asleep title=t(title) words=t(words) /> }.into_any()
    }
}

/// A list that did not load: what, whether it is safe, one button, a reference.
#[component]
fn Failed(failure: Failure, window: EmailWindow) -> impl IntoView {
    let offline = failure == Failure::Offline;
    let reference = failure.reference().map(|reference| t_with("mail.reference", &[("reference", reference)]));
    view! {
        <div role="alert" class="email-list__failed">
            <EmptyState
                picture=if offline { OwlPicture::Offline } else { OwlPicture::Puzzled }
                title=t(if offline { "mail.offline" } else { "mail.folderFailed" })
                words=said::failure(&failure)
                act=t("mail.tryAgain")
                reference=reference
                on_act=move |()| window.retry()
            />
        </div>
    }
}
