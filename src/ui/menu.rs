//! A menu of acts, from a button or at the pointer. Pattern: WAI-ARIA menu button and menu.
//!
//! | key | does |
//! |---|---|
//! | Enter, Space, ArrowDown on the button | opens, focus on the first item |
//! | ArrowUp on the button | opens, focus on the last item |
//! | ArrowDown, ArrowUp, Home, End | move; the ends join |
//! | letters | go to the item that begins with them |
//! | Enter, Space | act, and close |
//! | Escape, Tab | close; the focus goes back to the button |
//!
//! Name: the menu by `label`, an item by its words; the key shown beside it is told by `aria-keyshortcuts`.

use leptos::{ev, prelude::*};

use super::{
    badge::Kbd,
    button::{Button, ButtonKind},
    choice::Choice,
    dom,
    icon::Icon,
    icon_button::{HasPopup, IconButton},
    icon_name::IconName,
    keys::aria_keyshortcuts,
    placement::Placement,
    popover::{Anchor, AnchorSignal, Entry, Popover, PopoverHandle},
    roving::{Ends, step},
    steady::now,
    typeahead::Typeahead,
};

const ITEMS: &str = "[role^='menuitem']:not([aria-disabled='true'])";

/// A menu beside an anchor: of a button, or at the pointer as a context menu.
#[component]
pub(crate) fn Menu(
    /// Whether it is open; set to false when it closes.
    open: RwSignal<bool>,
    /// What it stands beside; see [`Anchor::at_pointer`].
    anchor: AnchorSignal,
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The side it prefers.
    #[prop(optional)]
    placement: Placement,
    /// Where the focus goes at first.
    #[prop(optional, into)]
    entry: Signal<Entry>,
    /// [`MenuItem`]s, [`MenuChoice`]s, [`MenuRule`]s, [`MenuTitle`]s.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Popover open anchor role="presentation" placement entry>
            <Items open label>{children.with_value(|children| children())}</Items>
        </Popover>
    }
}

/// Made anew each time the menu opens, so that what was typed in it is forgotten.
#[component]
fn Items(open: RwSignal<bool>, label: Signal<String>, children: Children) -> impl IntoView {
    let typeahead = StoredValue::new(Typeahead::default());
    let keydown = move |event: ev::KeyboardEvent| {
        let root = match Anchor::of(&event) {
            Anchor::Element(root) => root,
            Anchor::Nowhere | Anchor::Point(..) => return,
        };
        let items = dom::all(&root, ITEMS);
        let at = dom::focused_index(&items);
        let key = event.key();
        let typed = key.chars().next().filter(|_| key.chars().count() == 1);
        let to = match typed {
            Some(_) if event.ctrl_key() || event.meta_key() || event.alt_key() => None,
            Some(' ') if !typeahead.with_value(|typeahead| typeahead.is_typing(now())) => None,
            Some(letter) => {
                let words: Vec<String> = items.iter().map(|item| item.text_content().unwrap_or_default()).collect();
                typeahead.try_update_value(|it| it.find(letter, now(), words.iter().map(String::as_str), at)).flatten()
            }
            None if key == "Tab" => {
                // Out of a menu Tab goes on from the button, not from where the menu is in the page.
                event.prevent_default();
                open.set(false);
                return;
            }
            None => step(&key, at, items.len(), 8, Ends::Join),
        };
        if let Some(item) = to.and_then(|to| items.get(to)) {
            event.prevent_default();
            event.stop_propagation();
            dom::focus(item);
        }
    };
    view! {
        <div class="menu" role="menu" aria-label=move || label.get() on:keydown=keydown>
            {children()}
        </div>
    }
}

/// The look of a menu's button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MenuFace {
    /// Only an icon.
    Icon(IconName),
    /// Words, and a chevron after them.
    Words(String),
}

/// A button that opens a menu.
#[component]
pub(crate) fn MenuButton(
    /// Names the button and the menu.
    #[prop(into)]
    name: Signal<String>,
    /// How the button looks.
    face: MenuFace,
    /// The key that opens it.
    #[prop(optional, into)]
    keys: MaybeProp<String>,
    /// The side the menu prefers.
    #[prop(optional)]
    placement: Placement,
    /// 1.75rem instead of a control's size.
    #[prop(optional)]
    small: bool,
    /// Takes no tab stop of its own, for rows and bars that move the focus themselves.
    #[prop(optional)]
    skip_tab: bool,
    /// Can't be opened now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The items.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    let entry = RwSignal::new(Entry::First);
    let remember = move |event: &web_sys::Event| {
        if let Anchor::Element(holder) = Anchor::of(event)
            && let Ok(Some(button)) = holder.query_selector("button")
        {
            anchor.set(Anchor::Element(button));
        }
    };
    // Before the click reaches the button inside: its box is then known when the menu opens.
    let pointerdown = move |event: ev::PointerEvent| remember(&event);
    let keydown = move |event: ev::KeyboardEvent| {
        remember(&event);
        let to = match event.key().as_str() {
            "ArrowDown" => Entry::First,
            "ArrowUp" => Entry::Last,
            _ => return,
        };
        if !open.get_untracked() && !disabled.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            entry.set(to);
            open.set(true);
        }
    };
    let click = move |event: ev::MouseEvent| remember(&event);
    let toggle = Callback::new(move |()| {
        entry.set(Entry::First);
        open.update(|open| *open = !*open);
    });
    let button = match face {
        MenuFace::Icon(icon) => view! {
            <IconButton
                name=name
                icon=icon
                keys=keys
                small=small
                skip_tab=skip_tab
                disabled=disabled
                has_popup=HasPopup::Menu
                expanded=open
                on_press=toggle
            />
        }
        .into_any(),
        MenuFace::Words(words) => view! {
            <Button
                kind=ButtonKind::Quiet
                disabled=disabled
                on_press=toggle
                attr:aria-haspopup="menu"
                attr:aria-expanded=move || open.get().to_string()
            >
                <span class="group-line">{words} <Icon name=IconName::ChevronDown size=super::icon::IconSize::Small /></span>
            </Button>
        }
        .into_any(),
    };
    let children = StoredValue::new(children);
    view! {
        <span class="menu-button" on:pointerdown:capture=pointerdown on:click:capture=click on:keydown=keydown>
            {button}
        </span>
        <Menu open anchor label=name placement entry>
            {children.with_value(|children| children())}
        </Menu>
    }
}

/// What a press on an item does.
fn closing(on_press: Callback<()>, disabled: Signal<bool>) -> impl Fn(ev::MouseEvent) + Clone {
    let popover = use_context::<PopoverHandle>();
    move |_| {
        if disabled.get_untracked() {
            return;
        }
        match popover {
            Some(popover) => popover.close_with(on_press),
            None => on_press.run(()),
        }
    }
}

/// One act.
#[component]
pub(crate) fn MenuItem(
    /// Its words, a verb; … at the end if it asks more.
    #[prop(into)]
    words: Signal<String>,
    /// Its drawing.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The key that does the same.
    #[prop(optional, into)]
    keys: MaybeProp<String>,
    /// A sentence more.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// A loss.
    #[prop(optional)]
    danger: bool,
    /// Can't be chosen now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// It was chosen.
    #[prop(into)]
    on_press: Callback<()>,
    /// Something else than an icon before the words: a presence mark, a chip.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <button
            class="menu__item"
            type="button"
            role="menuitem"
            tabindex="-1"
            data-kind=danger.then_some("danger")
            aria-keyshortcuts=move || keys.get().map(|keys| aria_keyshortcuts(&keys))
            aria-disabled=move || disabled.get().then_some("true")
            on:click=closing(on_press, disabled)
        >
            {icon.map(|icon| view! { <Icon name=icon /> })}
            {children.map(|children| children())}
            <span class="menu__words">
                {move || words.get()}
                {move || hint.get().map(|hint| view! { <span class="menu__hint">{hint}</span> })}
            </span>
            {move || keys.get().map(|keys| view! { <span aria-hidden="true"><Kbd keys /></span> })}
        </button>
    }
}

/// One of several that hold (`radio`), or one that is on or off.
#[component]
pub(crate) fn MenuChoice(
    /// Its words.
    #[prop(into)]
    words: Signal<String>,
    /// Whether it holds.
    #[prop(into)]
    checked: Signal<bool>,
    /// One of several, not on or off.
    #[prop(optional)]
    radio: bool,
    /// It was chosen.
    #[prop(into)]
    on_press: Callback<()>,
    /// What stands before the words: a presence mark, a chip.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <button
            class="menu__item"
            type="button"
            role=if radio { "menuitemradio" } else { "menuitemcheckbox" }
            tabindex="-1"
            aria-checked=move || checked.get().to_string()
            on:click=closing(on_press, false.into())
        >
            {children.map(|children| children())}
            <span class="menu__words">{move || words.get()}</span>
            {move || checked.get().then(|| view! { <Icon name=IconName::Check /> })}
        </button>
    }
}

/// One of several that exclude each other.
#[component]
pub(crate) fn MenuChoices<T>(
    /// Between what.
    choices: Vec<Choice<T>>,
    /// What holds.
    #[prop(into)]
    value: Signal<T>,
    /// One was chosen.
    #[prop(into)]
    on_change: Callback<T>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let one = |choice: Choice<T>| {
        let (own, picked) = (choice.value.clone(), choice.value);
        let checked = Signal::derive(move || value.with(|value| *value == own));
        let press = move |()| on_change.run(picked.clone());
        view! { <MenuChoice radio=true words=choice.label checked on_press=press /> }
    };
    choices.into_iter().map(one).collect_view()
}

/// A line between groups.
#[component]
pub(crate) fn MenuRule() -> impl IntoView {
    view! { <div class="menu__rule" role="separator"></div> }
}

/// A word above a group.
#[component]
pub(crate) fn MenuTitle(
    /// The word.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    view! { <div class="menu__title" role="presentation">{move || words.get()}</div> }
}
