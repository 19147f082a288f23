//! Search or do: one field for commands, people and mail. Pattern: WAI-ARIA combobox with a grouped list.
//!
//! | key | does |
//! |---|---|
//! | Ctrl K, / | opens |
//! | ArrowDown, ArrowUp | move in the list; the ends join |
//! | Enter | does what is marked |
//! | Escape | closes, the focus goes back |
//!
//! The shell brings the commands; features bring [`Source`]s of what else there is to find.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};

use super::commands::fit;
use super::offers::{Offers, key_of};
use crate::locale::t;
use crate::ui::{
    Anchor, AnchorSignal, Avatar, AvatarSize, Entry, Icon, IconName, Kbd, Popover, fresh_id,
    roving::{Ends, step},
    window_size,
};

/// Something found.
#[derive(Clone)]
pub(crate) struct Finding {
    /// Its words.
    pub(crate) words: String,
    /// A word more, quiet.
    pub(crate) hint: Option<String>,
    /// Its drawing.
    pub(crate) face: Face,
    /// The key that does the same.
    pub(crate) keys: Option<String>,
    /// It was chosen. Not a callback: those end with the palette, and this runs when it has closed.
    pub(crate) run: Arc<dyn Fn() + Send + Sync>,
}

/// What stands before a finding.
#[derive(Clone)]
pub(crate) enum Face {
    /// An icon.
    Icon(IconName),
    /// A person: name and address.
    Person(String, String),
}

/// Finds things for what is typed.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    /// The key of the words above what it finds.
    pub(crate) title: &'static str,
    /// Given what is typed, what there is. Called once each time the palette opens.
    pub(crate) find: Callback<Signal<String>, Signal<Vec<Finding>>>,
}

/// The palette; a context.
#[derive(Clone, Copy)]
pub(crate) struct Palette {
    open: RwSignal<bool>,
    text: RwSignal<String>,
    sources: RwSignal<Vec<Source>>,
}

impl Palette {
    /// Provides it to all below.
    pub(crate) fn provide() -> Self {
        let palette =
            Self { open: RwSignal::new(false), text: RwSignal::new(String::new()), sources: RwSignal::new(Vec::new()) };
        provide_context(palette);
        palette
    }

    /// Opens it with a text to go on with.
    pub(crate) fn open_with(self, text: String) {
        self.text.set(text);
        self.open.set(true);
    }

    /// Also finds what this finds.
    pub(crate) fn add_source(self, source: Source) {
        self.sources.update(|sources| sources.push(source));
    }
}

/// The field-like button in the top bar, and the palette it opens.
#[component]
pub(crate) fn SearchBox(
    /// What is searched now, if anything; the palette goes on with it.
    #[prop(into)]
    searched: Signal<Option<String>>,
    /// The search is over.
    on_clear: Callback<()>,
) -> impl IntoView {
    let palette = expect_context::<Palette>();
    let open = move |_: ev::MouseEvent| palette.open_with(searched.get_untracked().unwrap_or_default());
    view! {
        <div class="search" role="search">
            <button
                class="search__button"
                type="button"
                aria-haspopup="dialog"
                aria-keyshortcuts="Control+K"
                data-tooltip=t("shell.searchOrDo")
                data-keys="Ctrl K"
                on:click=open
            >
                <Icon name=IconName::Search />
                <span class="search__words truncate">
                    {move || {
                        searched
                            .get()
                            .is_some()
                            .then(|| view! { <span class="visually-hidden">{t("shell.searchOrDo")} ": "</span> })
                    }}
                    {move || searched.get().unwrap_or_else(|| t("shell.searchOrDo"))}
                </span>
                {move || {
                    let kbd = || view! { <span aria-hidden="true"><Kbd keys="Ctrl K" /></span> };
                    searched.get().is_none().then(kbd)
                }}
            </button>
            {move || {
                searched
                    .get()
                    .is_some()
                    .then(|| {
                        view! {
                            <button
                                class="icon-button"
                                type="button"
                                data-size="small"
                                aria-label=t("shell.endSearch")
                                data-tooltip=t("shell.endSearch")
                                on:click=move |_| on_clear.run(())
                            >
                                <Icon name=IconName::Dismiss />
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// The palette itself; stands once in the frame. Not a part of its own: who opens it types at once.
#[component]
pub(super) fn PalettePopover() -> impl IntoView {
    let palette = expect_context::<Palette>();
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    Effect::new(move |_| {
        if palette.open.get() {
            let (width, height) = window_size();
            let wide = width.min(656.0);
            anchor.set(Anchor::Point((width - wide) / 2.0 + 8.0, (height * 0.1).min(80.0)));
        }
    });
    view! {
        <Popover
            open=palette.open
            anchor
            label=t("shell.searchOrDo")
            entry=Signal::stored(Entry::First)
            anchored=true
            wide=true
        >
            <Contents />
        </Popover>
    }
}

#[component]
fn Contents() -> impl IntoView {
    let palette = expect_context::<Palette>();
    let offers = expect_context::<Offers>();
    let text = palette.text;
    let marked = RwSignal::new(0_usize);
    let list_id = fresh_id("found");
    let option_id = StoredValue::new(fresh_id("option"));
    let input = NodeRef::<html::Input>::new();
    input.on_load(|input| input.select());

    let commands = Memo::new(move |_| {
        let typed = text.get();
        let mut fitting: Vec<(usize, usize)> = offers
            .all()
            .iter()
            .enumerate()
            .filter(|(_, offer)| offer.available.get())
            .filter_map(|(place, offer)| Some((fit(&typed, &t(offer.command.words))?, place)))
            .collect();
        fitting.sort_unstable();
        fitting.truncate(if typed.trim().is_empty() { 8 } else { 5 });
        fitting.into_iter().map(|(_, place)| place).collect::<Vec<_>>()
    });
    let found_commands = move || -> Vec<Finding> {
        let all = offers.all();
        let of = |place: &usize| {
            let offer = *all.get(*place)?;
            Some(Finding {
                words: t(offer.command.words),
                hint: None,
                face: Face::Icon(offer.command.icon),
                keys: key_of(offer.command),
                run: Arc::new(move || offer.run.run(())),
            })
        };
        commands.with(|places| places.iter().filter_map(of).collect())
    };
    let sources: Vec<(&'static str, Signal<Vec<Finding>>)> = palette
        .sources
        .get_untracked()
        .into_iter()
        .map(|source| (source.title, source.find.run(text.into())))
        .collect();
    let sources = StoredValue::new(sources);
    let groups = Signal::derive(move || {
        let mut groups = vec![("shell.do", found_commands())];
        groups.extend(sources.get_value().into_iter().map(|(title, found)| (title, found.get())));
        groups.retain(|(_, found)| !found.is_empty());
        // What was typed is more likely looked for than done, unless a command begins with it.
        let typed = text.get();
        let begins = groups.iter().any(|(title, found)| {
            *title == "shell.do" && found.first().is_some_and(|first| fit(&typed, &first.words) == Some(0))
        });
        if !typed.trim().is_empty() && !begins {
            groups.sort_by_key(|(title, _)| *title == "shell.do");
        }
        groups
    });
    let count = move || groups.with(|groups| groups.iter().map(|(_, found)| found.len()).sum::<usize>());
    let run = move |place: usize| {
        let found = groups.with_untracked(|groups| groups.iter().flat_map(|(_, found)| found).nth(place).cloned());
        if let Some(found) = found {
            palette.open.set(false);
            // After the focus is back where it was, so that what runs starts from there.
            request_animation_frame(move || (found.run)());
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        let key = event.key();
        if event.is_composing() {
            return;
        }
        if key == "Enter" {
            event.prevent_default();
            run(marked.get_untracked());
        } else if matches!(key.as_str(), "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp")
            && let Some(to) = step(&key, Some(marked.get_untracked()), count(), 5, Ends::Join)
        {
            event.prevent_default();
            marked.set(to);
            let id = option_id.with_value(|id| format!("{id}-{to}"));
            if let Some(option) = document().get_element_by_id(&id) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        }
    };
    let option = move |place: usize, finding: Finding| {
        let face = match finding.face {
            Face::Icon(icon) => view! { <Icon name=icon /> }.into_any(),
            Face::Person(name, address) => {
                view! { <Avatar name=name seed=address size=AvatarSize::Small /> }.into_any()
            }
        };
        view! {
            <div
                class="palette__row"
                role="option"
                id=option_id.with_value(|id| format!("{id}-{place}"))
                aria-selected=move || (marked.get() == place).to_string()
                on:pointermove=move |_| marked.set(place)
                on:click=move |_| run(place)
            >
                {face}
                <span class="palette__words truncate">{typed_letters(finding.words, &text.get_untracked())}</span>
                {finding.hint.map(|hint| view! { <span class="palette__hint truncate">{hint}</span> })}
                {finding.keys.map(|keys| view! { <span class="palette__keys"><Kbd keys /></span> })}
            </div>
        }
    };
    let shown = move || {
        let mut place = 0;
        groups
            .get()
            .into_iter()
            .map(|(title, found)| {
                let rows = found
                    .into_iter()
                    .map(|finding| {
                        place += 1;
                        option(place - 1, finding)
                    })
                    .collect_view();
                view! {
                    <div role="group" aria-label=t(title)>
                        <div class="palette__title" aria-hidden="true">{t(title)}</div>
                        {rows}
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <div class="palette">
            <div class="palette__field">
                <Icon name=IconName::Search />
                <input
                    type="text"
                    role="combobox"
                    aria-label=t("shell.searchOrDo")
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=list_id.clone()
                    aria-activedescendant=move || option_id.with_value(|id| format!("{id}-{}", marked.get()))
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=t("shell.searchOrDoAnything")
                    prop:value=move || text.get()
                    on:input=move |event| {
                        marked.set(0);
                        text.set(event_target_value(&event));
                    }
                    on:keydown=keydown
                    node_ref=input
                />
            </div>
            <div class="palette__list" role="listbox" id=list_id aria-label=t("shell.found")>
                {shown}
            </div>
        </div>
    }
}

/// The words with the typed letters in bold, where they begin a word.
fn typed_letters(words: String, typed: &str) -> impl IntoView + use<> {
    let typed = typed.trim().to_lowercase();
    let lower = words.to_lowercase();
    let at = if typed.is_empty() || lower.len() != words.len() { None } else { lower.find(&typed) };
    let parts = at.and_then(|at| {
        let end = at + typed.len();
        Some((words.get(..at)?.to_owned(), words.get(at..end)?.to_owned(), words.get(end..)?.to_owned()))
    });
    match parts {
        Some((before, letters, after)) => view! { {before}<b>{letters}</b>{after} }.into_any(),
        None => words.into_any(),
    }
}
