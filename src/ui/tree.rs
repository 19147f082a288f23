//! Branches and leaves in one tab stop. Pattern: WAI-ARIA tree view, with single selection; levels by `aria-level`.
//!
//! | key | does |
//! |---|---|
//! | ArrowDown, ArrowUp, PageDown, PageUp, Home, End | move |
//! | ArrowRight | opens a branch; in an open one, to its first |
//! | ArrowLeft | closes a branch; else to the one it is in |
//! | Enter, Space | selects |
//! | letters | go to the row that begins with them |
//! | Shift F10, the menu key | asks for the row's menu |
//!
//! Name: the tree by `label`, a section by its title, a row by what it shows: words, and a count with its words.
//! The caller hands over the rows that are visible, in their order, and keeps which branches are open.

use std::time::Duration;

use leptos::attr::custom::custom_attribute;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::{ev, html, prelude::*};
use web_sys::HtmlElement;

use super::{
    dom,
    icon::Icon,
    icon_name::IconName,
    popover::Anchor,
    roving::{Ends, step},
    steady::now,
    typeahead::Typeahead,
};

/// A visible row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeRow {
    /// Who it is; the same for as long as it is there.
    pub(crate) id: String,
    /// What letters are matched against.
    pub(crate) name: String,
    /// The title above it and those that follow, up to another one.
    pub(crate) section: Option<String>,
    /// How deep, from nought.
    pub(crate) level: usize,
    /// For a branch, whether it is open.
    pub(crate) expanded: Option<bool>,
}

/// What a row's menu is asked for, and where.
#[derive(Clone, Debug)]
pub(crate) struct TreeMenu {
    /// The row.
    pub(crate) id: String,
    /// Beside what the menu goes.
    pub(crate) anchor: Anchor,
}

/// What was dropped on a row.
#[derive(Clone, Debug)]
pub(crate) struct TreeDrop {
    /// The row.
    pub(crate) id: String,
    /// The event, whose data the caller reads.
    pub(crate) event: ev::DragEvent,
}

/// A branch opens under what is held over it for so long.
const OPENS_AFTER: Duration = Duration::from_millis(600);

/// A tree of rows.
#[component]
pub(crate) fn Tree<V>(
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The rows that are visible, in their order.
    #[prop(into)]
    rows: Signal<Vec<TreeRow>>,
    /// The row that is selected.
    #[prop(into)]
    selected: Signal<Option<String>>,
    /// What a row shows between its twisty and its end: an icon, words, a count.
    row: impl Fn(Signal<TreeRow>) -> V + Send + Sync + 'static,
    /// A row was selected.
    #[prop(into)]
    on_select: Callback<String>,
    /// A branch should open or close.
    #[prop(into)]
    on_toggle: Callback<String>,
    /// A row's menu was asked for.
    #[prop(optional, into)]
    on_menu: Option<Callback<TreeMenu>>,
    /// The kind of data, of a drag, that rows take.
    #[prop(optional)]
    takes: Option<&'static str>,
    /// Something of that kind was dropped on a row.
    #[prop(optional, into)]
    on_drop: Option<Callback<TreeDrop>>,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    let tree = NodeRef::<html::Div>::new();
    let typeahead = StoredValue::new(Typeahead::default());
    let row = StoredValue::new(row);
    let focused = RwSignal::new(None::<String>);
    // The one tab stop: where the focus was, else what is selected, else the first.
    let stop = Memo::new(move |_| {
        let has = |id: &String| rows.with(|rows| rows.iter().any(|row| row.id == *id));
        let first = || rows.with(|rows| rows.first().map(|row| row.id.clone()));
        focused.get().filter(has).or_else(|| selected.get().filter(has)).or_else(first)
    });
    let items = move || -> Vec<HtmlElement> {
        tree.get_untracked().map(|tree| dom::all(&tree, "[role='treeitem']")).unwrap_or_default()
    };
    let go = move |to: usize| {
        if let Some(item) = items().get(to) {
            dom::focus(item);
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(at) = dom::focused_index(&items()) else { return };
        let all = rows.get_untracked();
        let Some(current) = all.get(at) else { return };
        let key = event.key();
        let forward = if dom::is_rtl() { "ArrowLeft" } else { "ArrowRight" };
        let back = if dom::is_rtl() { "ArrowRight" } else { "ArrowLeft" };
        let is_typing = typeahead.with_value(|typeahead| typeahead.is_typing(now()));
        match key.as_str() {
            "Enter" => on_select.run(current.id.clone()),
            " " if !is_typing => on_select.run(current.id.clone()),
            key if key == forward => match current.expanded {
                Some(false) => on_toggle.run(current.id.clone()),
                Some(true) => go(at + 1),
                None => {}
            },
            key if key == back => match current.expanded {
                Some(true) => on_toggle.run(current.id.clone()),
                Some(false) | None => {
                    let parent = all.iter().take(at).rposition(|row| row.level < current.level);
                    if let Some(parent) = parent.filter(|_| current.level > 0) {
                        go(parent);
                    }
                }
            },
            key => {
                let letter = key.chars().next().filter(|_| key.chars().count() == 1);
                let to = match letter {
                    Some(letter) => typeahead
                        .try_update_value(|it| {
                            it.find(letter, now(), all.iter().map(|row| row.name.as_str()), Some(at))
                        })
                        .flatten(),
                    None => step(key, Some(at), all.len(), 10, Ends::Hold),
                };
                let Some(to) = to else { return };
                go(to);
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };

    let sections = Memo::new(move |_| {
        let mut titles: Vec<Option<String>> = Vec::new();
        rows.with(|rows| {
            for row in rows {
                if titles.last() != Some(&row.section) {
                    titles.push(row.section.clone());
                }
            }
        });
        titles
    });
    let item = move |first: TreeRow| {
        view! { <Item first rows selected stop focused on_select on_toggle on_menu takes on_drop row=move |it| row.with_value(|row| row(it)) /> }
    };
    view! {
        <div class="tree" role="tree" aria-label=move || label.get() on:keydown=keydown node_ref=tree>
            <For each=move || sections.get() key=Clone::clone let:title>
                {
                    let section = title.clone();
                    let within = move || {
                        rows.with(|rows| {
                            rows.iter().filter(|row| row.section == section).cloned().collect::<Vec<_>>()
                        })
                    };
                    let list = view! { <For each=within key=|row| row.id.clone() children=item /> };
                    match title {
                        Some(title) => view! {
                            <div role="group" aria-label=title.clone()>
                                <div class="tree__title" aria-hidden="true">{title.clone()}</div>
                                {list}
                            </div>
                        }
                        .into_any(),
                        None => list.into_any(),
                    }
                }
            </For>
        </div>
    }
}

#[component]
fn Item<V>(
    first: TreeRow,
    rows: Signal<Vec<TreeRow>>,
    selected: Signal<Option<String>>,
    stop: Memo<Option<String>>,
    focused: RwSignal<Option<String>>,
    on_select: Callback<String>,
    on_toggle: Callback<String>,
    on_menu: Option<Callback<TreeMenu>>,
    takes: Option<&'static str>,
    on_drop: Option<Callback<TreeDrop>>,
    row: impl Fn(Signal<TreeRow>) -> V,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    let id = StoredValue::new(first.id.clone());
    // What the caller says of this row now; while it leaves, what was said last.
    let current = Memo::new(move |before: Option<&TreeRow>| {
        let now = rows.with(|rows| rows.iter().find(|row| id.with_value(|id| row.id == *id)).cloned());
        now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let is = move |other: Option<String>| id.with_value(|id| other.as_ref() == Some(id));
    let over = RwSignal::new(false);
    let opening = StoredValue::<Option<TimeoutHandle>>::new(None);
    let still = move || {
        if let Some(timer) = opening.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(still);
    let is_taken = move |event: &ev::DragEvent| {
        let types = event.data_transfer().map(|data| data.types());
        takes.is_some_and(|takes| {
            types.is_some_and(|types| types.iter().any(|kind| kind.as_string().as_deref() == Some(takes)))
        })
    };
    let dragover = move |event: ev::DragEvent| {
        if is_taken(&event) {
            event.prevent_default();
            if !over.get_untracked() {
                over.set(true);
                if current.with_untracked(|row| row.expanded == Some(false)) {
                    // The folder may be gone by then.
                    let open = move || {
                        if let Some(id) = id.try_get_value() {
                            on_toggle.run(id);
                        }
                    };
                    opening.set_value(set_timeout_with_handle(open, OPENS_AFTER).ok());
                }
            }
        }
    };
    let leave = move || {
        still();
        over.set(false);
    };
    let drop = move |event: ev::DragEvent| {
        leave();
        if is_taken(&event)
            && let Some(on_drop) = on_drop
        {
            event.prevent_default();
            on_drop.run(TreeDrop { id: id.get_value(), event });
        }
    };
    let menu = move |event: ev::MouseEvent| {
        if let Some(on_menu) = on_menu {
            event.prevent_default();
            on_menu.run(TreeMenu { id: id.get_value(), anchor: Anchor::at_pointer(&event) });
        }
    };
    let twist = move |event: ev::MouseEvent| {
        event.stop_propagation();
        on_toggle.run(id.get_value());
    };
    view! {
        <div
            class="tree__item"
            role="treeitem"
            tabindex=move || if is(stop.get()) { "0" } else { "-1" }
            style:--level=move || current.with(|row| row.level.to_string())
            data-drop=move || over.get().then_some("")
            {..custom_attribute("aria-level", move || current.with(|row| (row.level + 1).to_string()))}
            aria-expanded=move || current.with(|row| row.expanded.map(|expanded| expanded.to_string()))
            aria-selected=move || is(selected.get()).to_string()
            on:focus=move |_| focused.set(Some(id.get_value()))
            on:click=move |_| on_select.run(id.get_value())
            on:contextmenu=menu
            on:dragover=dragover
            on:dragleave=move |_| leave()
            on:drop=drop
        >
            {move || {
                current
                    .with(|row| row.expanded.is_some())
                    .then(|| {
                        view! {
                            <span class="tree__twisty" aria-hidden="true" on:click=twist>
                                <Icon name=IconName::ChevronRight />
                            </span>
                        }
                    })
            }}
            {row(current.into())}
        </div>
    }
}
