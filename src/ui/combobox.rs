//! A field with a list of suggestions below it. Pattern: WAI-ARIA combobox with a listbox; the focus stays in the
//! field, `aria-activedescendant` says which option is meant.
//!
//! | key | does |
//! |---|---|
//! | ArrowDown, ArrowUp, PageDown, PageUp | move through the options; open a closed list |
//! | Enter | takes the option; without one, what was typed (`on_commit`) |
//! | Tab | takes the option if `picks_on_tab`, and goes on |
//! | Escape | closes the list; the field keeps its words |
//! | Home, End | stay with the text |
//!
//! Name: the field and the list by `label`, an option by its view. `state` says in words what there is to say while the
//! list is empty ("Searching…"), and how many there are for a screen reader.

use leptos::{ev, html, prelude::*};

use super::{
    dom,
    popover::{Anchor, AnchorSignal, Entry, Popover},
    roving::{Ends, step},
};

/// A text field with suggestions of type `T`.
#[component]
pub(crate) fn Combobox<T, V>(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What the field holds.
    #[prop(into)]
    text: Signal<String>,
    /// It was changed by a letter; the caller looks for options.
    #[prop(into)]
    on_input: Callback<String>,
    /// What there is to choose from, best first.
    #[prop(into)]
    options: Signal<Vec<T>>,
    /// How an option is shown.
    option: impl Fn(&T) -> V + Send + Sync + 'static,
    /// The group of an option, a heading above its first; options of a group stand together.
    #[prop(optional, into)]
    group: Option<Callback<T, String>>,
    /// What to say below the field while there are no options.
    #[prop(optional, into)]
    state: MaybeProp<String>,
    /// An example, never instead of the label.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// The first option is meant without an arrow: Enter takes it.
    #[prop(optional)]
    first_is_meant: bool,
    /// Tab takes the option too, as in recipients.
    #[prop(optional)]
    picks_on_tab: bool,
    /// The list stands below the field as a part of the page, always open, as in a palette.
    #[prop(optional)]
    in_place: bool,
    /// An option was taken.
    #[prop(into)]
    on_pick: Callback<T>,
    /// Enter without an option: what was typed.
    #[prop(optional, into)]
    on_commit: Option<Callback<String>>,
    /// A key that the list does not want, before the field gets it.
    #[prop(optional, into)]
    on_key: Option<Callback<ev::KeyboardEvent>>,
    /// The focus left the field.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// The element, for one who gives it the focus.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let list_id = StoredValue::new(dom::fresh_id("options"));
    let option_id = move |index: usize| list_id.with_value(|id| format!("{id}-{index}"));
    let option = StoredValue::new(option);
    let open = RwSignal::new(in_place);
    let anchor = AnchorSignal::new_local(Anchor::Nowhere);
    let chosen = RwSignal::new(None::<usize>);
    let count = move || options.with(Vec::len);
    // A list that shrank or grew anew: what is meant is again the first, or none.
    let active = Memo::new(move |_| {
        let count = count();
        match chosen.get() {
            Some(index) if index < count => Some(index),
            Some(_) | None => (first_is_meant && count > 0).then_some(0),
        }
    });
    let show = move || {
        if let Some(input) = node_ref.get_untracked() {
            let holder = input.closest(".input").ok().flatten();
            anchor.set(Anchor::Element(holder.unwrap_or_else(|| (**input).clone())));
        }
        open.set(true);
    };
    let hide = move || {
        chosen.set(None);
        open.set(in_place);
    };
    let pick = move |index: usize| {
        if let Some(value) = options.with_untracked(|options| options.get(index).cloned()) {
            hide();
            on_pick.run(value);
        }
    };
    let keep_in_view = move |index: usize| {
        if let Some(option) = document().get_element_by_id(&option_id(index)) {
            let into_view = web_sys::ScrollIntoViewOptions::new();
            into_view.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&into_view);
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let key = event.key();
        let count = options.with_untracked(Vec::len);
        let is_open = open.get_untracked() && count > 0;
        match key.as_str() {
            "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" if event.alt_key() || !is_open => {
                event.prevent_default();
                if count > 0 {
                    show();
                }
            }
            "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" => {
                event.prevent_default();
                if let Some(to) = step(&key, active.get_untracked(), count, 8, Ends::Join) {
                    chosen.set(Some(to));
                    keep_in_view(to);
                }
            }
            "Enter" => match active.get_untracked().filter(|_| is_open) {
                Some(index) => {
                    event.prevent_default();
                    pick(index);
                }
                None => {
                    if let Some(on_commit) = on_commit {
                        event.prevent_default();
                        hide();
                        on_commit.run(text.get_untracked());
                    }
                }
            },
            "Tab" if picks_on_tab && is_open && !event.shift_key() => {
                if let Some(index) = active.get_untracked() {
                    event.prevent_default();
                    pick(index);
                }
            }
            "Escape" if is_open && !in_place => {
                event.prevent_default();
                event.stop_propagation();
                hide();
            }
            _ => {
                if let Some(on_key) = on_key {
                    on_key.run(event);
                }
            }
        }
    };
    let input = move |event: ev::Event| {
        chosen.set(None);
        on_input.run(event_target_value(&event));
        show();
    };
    let leave = move |_| {
        hide();
        if let Some(on_leave) = on_leave {
            on_leave.run(());
        }
    };

    let rows = move || {
        let mut last = None;
        options.with(|options| {
            options
                .iter()
                .enumerate()
                .map(|(index, value)| {
                    let title =
                        group.map(|group| group.run(value.clone())).filter(|title| last.as_ref() != Some(title));
                    if title.is_some() {
                        last.clone_from(&title);
                    }
                    let drawn = option.with_value(|option| option(value));
                    view! {
                        {title.map(|title| view! { <div class="menu__title" role="presentation">{title}</div> })}
                        <div
                            class="option"
                            role="option"
                            id=option_id(index)
                            aria-selected=move || (active.get() == Some(index)).to_string()
                            // The field keeps the focus.
                            on:pointerdown=|event: ev::PointerEvent| event.prevent_default()
                            on:mousedown=|event: ev::MouseEvent| event.prevent_default()
                            // One highlight: the pointer moves what is meant, as an arrow does.
                            on:pointermove=move |_| chosen.set(Some(index))
                            on:click=move |_| pick(index)
                        >
                            {drawn}
                        </div>
                    }
                })
                .collect_view()
        })
    };
    let list = move || {
        view! {
            {move || {
                (count() == 0)
                    .then(|| state.get().map(|state| view! { <p class="listbox__state">{state}</p> }))
                    .flatten()
            }}
            <div class="listbox" role="listbox" id=list_id.get_value() aria-label=move || label.get()>
                {rows}
            </div>
        }
    };
    // Nothing to show is no reason for an empty box.
    let has_something = Memo::new(move |_| count() > 0 || state.get().is_some());
    let floats = RwSignal::new(false);
    Effect::new(move |_| floats.set(!in_place && open.get() && has_something.get()));
    view! {
        <div class="combobox">
            <input
                type="text"
                role="combobox"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-label=move || label.get()
                aria-autocomplete="list"
                aria-haspopup="listbox"
                aria-expanded=move || (open.get() && count() > 0).to_string()
                aria-controls=move || (in_place || floats.get()).then(|| list_id.get_value())
                aria-activedescendant=move || active.get().filter(|_| in_place || floats.get()).map(option_id)
                placeholder=move || placeholder.get()
                prop:value=move || text.get()
                on:input=input
                on:keydown=keydown
                on:blur=leave
                node_ref=node_ref
            />
            <span class="visually-hidden" role="status">
                {move || state.get().filter(|_| open.get())}
            </span>
        </div>
        {if in_place {
            list().into_any()
        } else {
            view! {
                <Popover open=floats anchor role="presentation" entry=Entry::Stays anchored=true>
                    {list()}
                </Popover>
            }
            .into_any()
        }}
    }
}
