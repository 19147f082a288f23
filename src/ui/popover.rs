//! A box that floats beside what opened it, for a choice that acts at once. Pattern: non-modal dialog, or the role
//! that is given (`menu`, `listbox`).
//!
//! | key | does |
//! |---|---|
//! | Escape | closes, the focus goes back |
//! | Tab out of it | closes |
//!
//! A press outside closes it; a press on its anchor is left to the anchor, which opens and closes. On a phone it comes
//! from below. Name: `label`.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    dom,
    placement::{self, Placement, Rect},
};

/// What a popover stands beside.
#[derive(Clone, Debug, Default)]
pub(crate) enum Anchor {
    /// The upper start corner of the window.
    #[default]
    Nowhere,
    /// Where the pointer was.
    Point(f64, f64),
    /// A button or a field.
    Element(Element),
}

impl Anchor {
    /// The element that an event was listened for on.
    pub(crate) fn of(event: &web_sys::Event) -> Self {
        let element = event.current_target().and_then(|target| target.dyn_into().ok());
        element.map_or(Self::Nowhere, Self::Element)
    }

    /// Where a press or a context menu was asked for; beside the element, if by key.
    pub(crate) fn at_pointer(event: &web_sys::MouseEvent) -> Self {
        if event.client_x() == 0 && event.client_y() == 0 {
            Self::of(event)
        } else {
            Self::Point(f64::from(event.client_x()), f64::from(event.client_y()))
        }
    }

    fn rect(&self) -> Rect {
        match self {
            Self::Nowhere => Rect::default(),
            Self::Point(x, y) => Rect { x: *x, y: *y, width: 0.0, height: 0.0 },
            Self::Element(element) => dom::rect_of(element),
        }
    }

    fn contains(&self, event: &web_sys::Event) -> bool {
        matches!(self, Self::Element(element) if dom::is_within(event, element))
    }
}

/// The anchor of a popover; elements do not leave their thread, so neither does it.
pub(crate) type AnchorSignal = RwSignal<Anchor, LocalStorage>;

/// Where the focus goes when a popover opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Entry {
    /// To the first control within.
    #[default]
    First,
    /// To the last one: a menu opened by arrow up.
    Last,
    /// To the box itself.
    Whole,
    /// It stays where it is: a list of suggestions.
    Stays,
}

/// Puts a shown box beside its anchor, by custom properties that its sheet reads.
pub(crate) fn put_beside(surface: &HtmlElement, anchor: &Anchor, placement: Placement) {
    let style = HtmlElement::style(surface);
    // Its natural height first; what is measured must not be what an earlier place allowed.
    let _ = style.remove_property("--room");
    let size = (f64::from(surface.offset_width()), f64::from(surface.offset_height()));
    let placed = placement::place(anchor.rect(), size, dom::window_size(), placement, dom::is_rtl());
    let _ = style.set_property("--x", &format!("{}px", placed.x.round()));
    let _ = style.set_property("--y", &format!("{}px", placed.y.round()));
    let _ = style.set_property("--room", &format!("{}px", placed.room.floor()));
}

/// What stands in a popover reaches for this; a context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PopoverHandle {
    give_back: Callback<()>,
    open: RwSignal<bool>,
}

impl PopoverHandle {
    /// Gives the focus back, acts, then closes: what the act opens finds the focus where it belongs, and what the act
    /// needs is still there.
    pub(crate) fn close_with(self, act: Callback<()>) {
        self.give_back.run(());
        act.run(());
        self.open.try_set(false);
    }
}

/// Elements that take the focus, in the order of the page.
pub(crate) const FOCUSABLE: &str = "a[href], button:not(:disabled):not([tabindex='-1']), \
     input:not(:disabled):not([type='hidden']), select:not(:disabled), textarea:not(:disabled), \
     [role^='menuitem']:not([aria-disabled='true']), [tabindex='0']";

/// A floating box.
#[component]
pub(crate) fn Popover(
    /// Whether it is open; set to false when it closes itself.
    open: RwSignal<bool>,
    /// What it stands beside.
    anchor: AnchorSignal,
    /// Its accessible name.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Its role.
    #[prop(default = "dialog")]
    role: &'static str,
    /// Its id, for `aria-controls`.
    #[prop(optional, into)]
    id: Option<String>,
    /// The side it prefers.
    #[prop(optional)]
    placement: Placement,
    /// Where the focus goes at first.
    #[prop(optional, into)]
    entry: Signal<Entry>,
    /// As wide as its anchor at least; and beside it also on a phone, under a field.
    #[prop(optional)]
    anchored: bool,
    /// 40rem wide.
    #[prop(optional)]
    wide: bool,
    /// What is in it; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let id = StoredValue::new(id);
    move || {
        open.get().then(|| {
            let children = children.get_value();
            let id = id.get_value();
            view! {
                <Surface open anchor label role id placement entry=entry.get_untracked() anchored wide>
                    {children()}
                </Surface>
            }
        })
    }
}

#[component]
fn Surface(
    open: RwSignal<bool>,
    anchor: AnchorSignal,
    label: MaybeProp<String>,
    role: &'static str,
    id: Option<String>,
    placement: Placement,
    entry: Entry,
    anchored: bool,
    wide: bool,
    children: Children,
) -> impl IntoView {
    let surface = NodeRef::<html::Div>::new();
    let came_from = StoredValue::new_local(dom::focused());
    let put = move || {
        if let Some(surface) = surface.try_get_untracked().flatten() {
            // Also a frame after the wheel: it may be gone by then, with what it stood beside.
            if let Some(anchor) = anchor.try_get_untracked() {
                put_beside(&surface, &anchor, placement);
            }
        }
    };

    surface.on_load(move |surface| {
        if anchored && let Anchor::Element(element) = anchor.get_untracked() {
            let _ =
                HtmlElement::style(&surface).set_property("min-width", &format!("{}px", dom::rect_of(&element).width));
        }
        let _ = surface.show_popover();
        put();
        let within = || dom::all(&surface, FOCUSABLE);
        let target = match entry {
            Entry::First => within().into_iter().next(),
            Entry::Last => within().pop(),
            Entry::Whole => None,
            Entry::Stays => return,
        };
        dom::focus(&target.unwrap_or_else(|| (*surface).clone()));
    });

    // Back to where one was, unless the focus has already gone somewhere on purpose.
    let give_back = move || {
        let back = came_from.try_get_value().flatten();
        let inside = surface.try_get_untracked().flatten().zip(dom::focused());
        let inside = inside.is_some_and(|(surface, focused)| surface.contains(Some(&focused)));
        if entry != Entry::Stays
            && (inside || dom::focused().is_none())
            && let Some(back) = back
        {
            dom::focus(&back);
        }
    };
    let close = move || {
        give_back();
        open.try_set(false);
    };
    on_cleanup(give_back);
    provide_context(PopoverHandle { give_back: Callback::new(move |()| give_back()), open });

    dom::on_window(ev::pointerdown, move |event| {
        let outside = surface.get_untracked().is_some_and(|surface| !dom::is_within(&event, &surface));
        if outside && !anchor.with_untracked(|anchor| anchor.contains(&event)) {
            open.try_set(false);
        }
    });
    dom::on_window(ev::resize, move |_| put());
    // A press in a frame within the page (the body of a message) is told to nobody else.
    dom::on_window(ev::blur, move |_| {
        if entry != Entry::Stays && dom::focused().is_some_and(|focused| focused.tag_name() == "IFRAME") {
            open.try_set(false);
        }
    });
    // After the page has moved under it.
    dom::on_window(ev::wheel, move |_| request_animation_frame(put));
    let keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
    };
    let focusout = move |event: ev::FocusEvent| {
        let Some(target) = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok()) else {
            return;
        };
        let inside = surface.get_untracked().is_some_and(|surface| surface.contains(Some(&target)));
        let on_anchor = anchor
            .with_untracked(|anchor| matches!(anchor, Anchor::Element(element) if element.contains(Some(&target))));
        if !inside && !on_anchor && entry != Entry::Stays {
            open.try_set(false);
        }
    };
    view! {
        <div
            class="popover"
            popover="manual"
            id=id
            role=role
            tabindex="-1"
            data-anchored=anchored.then_some("")
            data-wide=wide.then_some("")
            aria-label=move || label.get()
            on:keydown=keydown
            on:focusout=focusout
            node_ref=surface
        >
            {children()}
        </div>
    }
}
