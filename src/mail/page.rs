//! The mail page: folders, list and reading in the frame, with what searches and tells of new mail.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::actions::Action;
use super::ask::Questions;
use super::composer::ComposerBars;
use super::desk::Desk;
use super::folders::summary::icon;
use super::folders::{FolderPane, folder_name};
use super::list::{ListPane, title};
use super::notify;
use super::reading::ReadingPane;
use super::said::with_said;
use super::search::Search;
use super::summary::{full_name, subject};
use crate::locale::{dates, t, t_with};
use crate::records::{EmailListQuery, EmailSearch};
use crate::routes::{MailRoute, Open, Place};
use crate::shell::{
    Command, Face, Finding, Frame, FrameState, Group, Offer, Offers, Palette, ReadingAt, SearchBox, Source,
};
use crate::ui::{IconButton, IconName, Sheet, Splitter};

/// The widths and heights of panes that a double click goes back to, in rem.
const LIST: f64 = 20.5;
const LIST_HEIGHT: f64 = 18.0;

static NOTIFY: Command = Command { words: "mail.notify", icon: IconName::Alert, keys: &[], group: Group::App };

/// The page.
#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let desk = Desk::provide();
    let offers = expect_context::<Offers>();
    desk.offer_actions(offers);
    offers.offer(vec![Offer {
        command: &NOTIFY,
        available: Signal::derive(notify::can_ask),
        run: Callback::new(move |()| notify::ask(desk)),
    }]);
    add_sources(desk, expect_context::<Palette>());
    notify::tell(desk);
    let unread = notify::unread(desk);
    view! {
        <Frame
            mail_waits=Signal::derive(move || unread.get() > 0)
            mail_href="/mail/inbox"
            skip=t("mail.skip")
            side=ViewFn::from(|| view! { <FolderPane /> })
            top=ViewFn::from(|| view! { <TopBar /> })
        >
            <h1 class="visually-hidden">{t("mail.page")}</h1>
            <Panes />
            <ComposerBars />
            <Questions />
        </Frame>
    }
}

/// What stands above: on a phone the folder's name and its drawer.
#[component]
fn TopBar() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let frame = expect_context::<FrameState>();
    let title = title(desk);
    let searched = Signal::derive(move || desk.route.with(|route| route.search.clone()));
    view! {
        <span class="top__drawer">
            <IconButton
                name=t("mail.folders")
                icon=IconName::Menu
                expanded=Signal::derive(move || Some(frame.drawer.get()))
                on_press=move |()| frame.drawer.update(|drawer| *drawer = !*drawer)
            />
        </span>
        <span class="top__title truncate" aria-hidden="true">{move || title.get()}</span>
        <SearchBox searched on_clear=Callback::new(move |()| desk.search("", false)) />
        <span class="spread"></span>
    }
}

/// List and reading pane, side by side, one above the other or one at a time.
#[component]
fn Panes() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let preferences = desk.preferences;
    let in_sheet = desk.composers.in_sheet();
    let reads = Memo::new(move |_| desk.route.with(|route| route.open.is_some()) || in_sheet.get());
    let below = Memo::new(move |_| preferences.reading_at.get() == ReadingAt::Below);
    view! {
        <Sheet grow=true>
            <div
                class="mail"
                data-reading=move || preferences.reading_at.get().as_str()
                data-reads=move || reads.get().then_some("")
                style:--list=move || format!("{}rem", preferences.list.get())
                style:--list-height=move || format!("{}rem", preferences.list_height.get())
            >
                <ListPane />
                {move || {
                    let below = below.get();
                    let value = if below { preferences.list_height } else { preferences.list };
                    let (min, max, initial) = if below { (10.0, 40.0, LIST_HEIGHT) } else { (18.0, 30.0, LIST) };
                    view! {
                        <Splitter
                            label=t("mail.listSize")
                            controls="list"
                            value
                            min
                            max
                            initial
                            across=below
                            on_change=move |size| value.set(size)
                            on_settle=move |_| preferences.keep_widths()
                        />
                    }
                }}
                <ReadingPane />
            </div>
            <button
                class="new-button"
                type="button"
                aria-label=t("mail.new")
                hidden=move || reads.get()
                on:click=move |_| desk.run(Action::New)
            >
                <crate::ui::Icon name=IconName::Compose size=crate::ui::IconSize::Large />
            </button>
        </Sheet>
    }
}

// --- what the palette finds ----------------------------------------------------------------------

fn add_sources(desk: Desk, palette: Palette) {
    let source = |title: &'static str, find: Callback<Signal<String>, Signal<Vec<Finding>>>| Source { title, find };
    palette.add_source(source("mail.findSearch", Callback::new(move |text| searches(desk, text))));
    palette.add_source(source("mail.findFolders", Callback::new(move |text| folders(desk, text))));
    palette.add_source(source("mail.findPeople", Callback::new(move |text| people(desk, text))));
    palette.add_source(source("mail.findMail", Callback::new(move |text| mail(desk, text))));
}

/// The search itself: everywhere, and in the folder that is shown.
fn searches(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    Signal::derive(move || {
        let typed = text.get().trim().to_owned();
        if typed.is_empty() {
            return Vec::new();
        }
        let finding = |words: String, everywhere: bool| {
            let typed = typed.clone();
            Finding {
                words,
                hint: None,
                face: Face::Icon(IconName::Search),
                keys: None,
                run: Arc::new(move || desk.search(&typed, everywhere)),
            }
        };
        let mut found = vec![finding(t_with("mail.searchAllFor", &[("text", &typed)]), true)];
        if let Some(folder) = desk.folder() {
            let words = t_with("mail.searchFolderFor", &[("text", &typed), ("folder", &folder_name(&folder))]);
            found.push(finding(words, false));
        }
        found
    })
}

fn folders(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    Signal::derive(move || {
        let typed = text.get().trim().to_lowercase();
        if typed.is_empty() {
            return Vec::new();
        }
        let mailboxes = desk.records.mailboxes().get();
        let finding = |mailbox: &crate::records::Mailbox| {
            let id = mailbox.id.clone();
            Finding {
                words: folder_name(mailbox),
                hint: None,
                face: Face::Icon(icon(mailbox.role.as_ref(), false)),
                keys: None,
                run: Arc::new(move || desk.go_to(Place::Folder(id.clone()))),
            }
        };
        let fits = |mailbox: &&crate::records::Mailbox| folder_name(mailbox).to_lowercase().contains(&typed);
        mailboxes.iter().filter(fits).take(3).map(finding).collect()
    })
}

fn people(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    let found = RwSignal::new(Vec::new());
    let typed = rested(text);
    Effect::new(move |_| {
        let typed = typed.get();
        if typed.trim().chars().count() < 2 || typed.contains(':') {
            found.set(Vec::new());
            return;
        }
        spawn_local(async move {
            let people = desk.records.suggest(typed).await;
            let finding = |person: crate::records::Recipient| {
                let name = full_name(&person.address).to_owned();
                let address = person.address.clone();
                Finding {
                    words: t_with("mail.writeTo", &[("name", &name)]),
                    hint: Some(person.address.email.clone()),
                    face: Face::Person(name, person.address.email),
                    keys: None,
                    run: Arc::new(move || desk.composers.new_mail_to(address.clone())),
                }
            };
            found.try_set(people.into_iter().take(3).map(finding).collect::<Vec<_>>());
        });
    });
    found.into()
}

/// The first mails that a search would find.
fn mail(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    let typed = rested(text);
    let window = Memo::new(move |_| {
        let typed = typed.get();
        (typed.trim().chars().count() > 1).then(|| {
            let search = EmailSearch::parse(&Search::parse(&typed).with("in", None).to_string(), 0);
            Found(desk.records.window(EmailListQuery::everywhere().searching(search)))
        })
    });
    Signal::derive(move || {
        let Some(Found(window)) = window.get() else { return Vec::new() };
        window.show(0..4);
        let finding = |row: crate::records::Row| {
            let route = MailRoute {
                place: Place::Everywhere,
                open: Some(Open::Thread(row.email.thread_id.clone())),
                search: Some(typed.get_untracked()),
                ..MailRoute::default()
            };
            let from = row.email.from.first().map(|from| full_name(from).to_owned()).unwrap_or_default();
            let time = dates::short(row.email.received_at.millis() as f64, dates::now());
            Finding {
                words: with_said(|said| subject(&row.email.subject, said)),
                hint: Some(format!("{from} · {time}")),
                face: Face::Icon(IconName::Mail),
                keys: None,
                run: Arc::new(move || desk.go(&route, false)),
            }
        };
        window.track();
        (0..4).filter_map(|index| window.row_now(index)).map(finding).collect()
    })
}

/// A window in a memo: a new search is always another one.
#[derive(Clone, Copy)]
struct Found(crate::records::EmailWindow);

impl PartialEq for Found {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// What was typed, once typing has rested.
fn rested(text: Signal<String>) -> Signal<String> {
    let rested = RwSignal::new(text.get_untracked());
    let timer = StoredValue::new(None::<leptos::leptos_dom::helpers::TimeoutHandle>);
    Effect::new(move |_| {
        let typed = text.get();
        let set = move || {
            rested.try_set(typed);
        };
        let next = set_timeout_with_handle(set, std::time::Duration::from_millis(120)).ok();
        if let Some(before) = timer.try_update_value(|timer| std::mem::replace(timer, next)).flatten() {
            before.clear();
        }
    });
    rested.into()
}
