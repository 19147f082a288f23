//! The mail page: folders, list and reading in the frame, with what searches and tells of new mail.

use leptos::prelude::*;

use super::actions::Action;
use super::ask::questions;
use super::composer::ComposerBars;
use super::desk::Desk;
use super::finding::add_sources;
use super::folders::FolderPane;
use super::list::{ListPane, title};
use super::notify;
use super::reading::{ReadingPane, contents};
use crate::locale::t;
use crate::shell::parts::{Typing, later, prefetch};
use crate::shell::{Command, Frame, FrameState, Group, Offer, Offers, Palette, ReadingAt, SearchBox};
use crate::ui::{IconButton, IconName, Sheet, Splitter};

/// The widths and heights of panes that a double click goes back to, in rem.
const LIST: f64 = 20.5;
const LIST_HEIGHT: f64 = 18.0;

static NOTIFY: Command = Command { words: "mail.notify", icon: IconName::Alert, keys: &[], group: Group::App };

/// Mail on whatever page one is: what is being written, and the telling of new mail. The answer is where mail is.
pub(crate) fn provide() -> Signal<String> {
    let desk = Desk::provide();
    notify::tell(desk);
    Signal::derive(move || desk.route.with(crate::routes::MailRoute::href))
}

/// The page.
#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let offers = expect_context::<Offers>();
    desk.offer_actions(offers);
    offers.offer(vec![Offer {
        command: &NOTIFY,
        available: Signal::derive(notify::can_ask),
        run: Callback::new(move |()| notify::ask(desk)),
    }]);
    add_sources(desk, expect_context::<Palette>());
    prefetch(contents);
    prefetch(questions);
    notify::entitle(desk);
    view! {
        <Frame
            skip=t("mail.skip")
            side=ViewFn::from(|| view! { <FolderPane /> })
            top=ViewFn::from(|| view! { <TopBar /> })
        >
            <h1 class="visually-hidden">{t("mail.page")}</h1>
            <Panes />
            <ComposerBars />
            {later(move || desk.asked.with(Option::is_some), Typing::Awaits, questions, |draw| draw())}
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
