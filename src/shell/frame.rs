//! The frame: rail, side, top bar and the sheet, with the drawer of narrow windows, the skip link, the keys
//! of the whole page and the sheet of keys. A page brings what stands in each.

use leptos::{ev, prelude::*};
use web_sys::KeyboardEvent;

use super::commands::{Command, Group};
use super::help::sheet_of_keys;
use super::notices::ConnectionNotice;
use super::offers::{Offer, Offers};
use super::palette::{Palette, PalettePopover};
use super::parts::{Typing, later};
use super::preferences::{Preferences, SIDE};
use super::rail::Rail;
use super::{keys, panes};
use crate::locale::t;
use crate::ui::{IconName, Splitter, on_window};

/// What pages share of the frame; a context.
#[derive(Clone, Copy)]
pub(crate) struct FrameState {
    /// The side is open as a drawer, in windows that have no room for it beside the rest.
    pub(crate) drawer: RwSignal<bool>,
    /// Takes strokes from documents within the page.
    pub(crate) press: Callback<KeyboardEvent>,
}

static SEARCH: Command =
    Command { words: "shell.searchOrDo", icon: IconName::Search, keys: &["Ctrl+k", "/"], group: Group::App };
static KEYS: Command = Command { words: "shell.keys", icon: IconName::Keyboard, keys: &["?"], group: Group::App };

/// The frame of a page.
#[component]
pub(crate) fn Frame(
    /// The words of the skip link.
    #[prop(into)]
    skip: String,
    /// The side: what the page's places are.
    side: ViewFn,
    /// The top bar.
    top: ViewFn,
    /// The sheets.
    children: Children,
) -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let offers = expect_context::<Offers>();
    let palette = expect_context::<Palette>();
    let help = RwSignal::new(false);
    let press = keys::listen(offers);
    panes::listen();
    let drawer = RwSignal::new(false);
    provide_context(FrameState { drawer, press });
    let always = Signal::stored(true);
    offers.offer(vec![
        Offer { command: &SEARCH, available: always, run: Callback::new(move |()| palette.open_with(String::new())) },
        Offer { command: &KEYS, available: always, run: Callback::new(move |()| help.set(true)) },
    ]);
    on_window(ev::keydown, move |event| {
        if event.key() == "Escape" && drawer.get_untracked() {
            drawer.set(false);
        }
    });
    view! {
        <a class="skip-link" href="#main">{skip}</a>
        <div class="frame" style:--side=move || format!("{}rem", preferences.side.get()) data-drawer=move || drawer.get().then_some("")>
            <Rail />
            <div class="side" id="side" data-pane="[role='treeitem'][tabindex='0']">{side.run()}</div>
            <div class="side-splitter" role="complementary" aria-label=t("shell.sideWidth")>
                <Splitter
                    label=t("shell.sideWidth")
                    controls="side"
                    value=preferences.side
                    min=11.0
                    max=20.0
                    initial=SIDE
                    bare=true
                    on_change=move |width| preferences.side.set(width)
                    on_settle=move |_| preferences.keep_widths()
                />
            </div>
            <div class="scrim" aria-hidden="true" on:click=move |_| drawer.set(false)></div>
            <header class="top" data-pane=".search__button">{top.run()}</header>
            <main class="main" id="main" tabindex="-1">
                <ConnectionNotice />
                {children()}
            </main>
        </div>
        <PalettePopover />
        {later(move || help.get(), Typing::Awaits, sheet_of_keys, move |draw| draw(help))}
    }
}
