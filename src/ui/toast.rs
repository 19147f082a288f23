//! What was just done, with its undoing. Pattern: WAI-ARIA status, with a button in it; never for errors that need an
//! act.
//!
//! | key | does |
//! |---|---|
//! | Tab | reaches its button; while it has the focus it stays |
//! | Escape within | puts it away |
//!
//! Name: its words are read as they come. One at a time, the newest; 6 s unless told, held under the pointer and the
//! focus. The undoing by Ctrl Z is the shell's, through [`Toasts::act`].

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    button::{Button, ButtonKind},
    dom,
};

/// What a toast offers.
#[derive(Clone, Debug)]
pub(crate) struct ToastAct {
    /// A verb: "Undo".
    pub(crate) words: String,
    /// It was chosen.
    pub(crate) on_act: Callback<()>,
}

/// What a toast says.
#[derive(Clone, Debug)]
pub(crate) struct Toast {
    /// What was done.
    pub(crate) text: String,
    /// What can be done about it.
    pub(crate) action: Option<ToastAct>,
    /// How long it stays.
    pub(crate) seconds: u32,
}

impl Toast {
    /// A toast of words only, for 6 s.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), action: None, seconds: 6 }
    }

    /// The same with something that can be done about it.
    pub(crate) fn act(self, words: impl Into<String>, on_act: impl Into<Callback<()>>) -> Self {
        Self { action: Some(ToastAct { words: words.into(), on_act: on_act.into() }), ..self }
    }

    /// The same for another time.
    pub(crate) fn seconds(self, seconds: u32) -> Self {
        Self { seconds, ..self }
    }
}

/// The one toast of the page; a context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toasts {
    current: RwSignal<Option<(usize, Toast)>>,
    next: StoredValue<usize>,
}

impl Toasts {
    /// Provides it to all below.
    pub(crate) fn provide() -> Self {
        let toasts = Self { current: RwSignal::new(None), next: StoredValue::new(0) };
        provide_context(toasts);
        toasts
    }

    /// Shows a toast, in place of the one before. Its number puts it away again.
    pub(crate) fn show(self, toast: Toast) -> usize {
        let number = self.next.get_value() + 1;
        self.next.set_value(number);
        self.current.set(Some((number, toast)));
        number
    }

    /// Puts a toast away, if it is still the one that is shown.
    pub(crate) fn put_away(self, number: usize) {
        let is_shown =
            self.current.with_untracked(|current| current.as_ref().is_some_and(|(shown, _)| *shown == number));
        if is_shown {
            self.current.set(None);
        }
    }

    /// Does what the shown toast offers, and says whether there was something.
    pub(crate) fn act(self) -> bool {
        let Some((number, toast)) = self.current.get_untracked() else { return false };
        let Some(action) = toast.action else { return false };
        self.put_away(number);
        action.on_act.run(());
        true
    }
}

/// Where the toast is shown; stands once in the app, from the start, so that it is read when it is filled.
#[component]
pub(crate) fn ToastRegion() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let region = NodeRef::<html::Div>::new();
    let held = RwSignal::new(false);
    let timer = StoredValue::<Option<TimeoutHandle>>::new(None);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |before: Option<Option<usize>>| {
        stop();
        let current = toasts.current.get();
        let number = current.as_ref().map(|(number, _)| *number);
        // The pointer that held the one before may not be on this one.
        if before.flatten() != number {
            held.set(false);
        }
        if let Some((number, toast)) = current
            && !held.get()
        {
            let after = Duration::from_secs(u64::from(toast.seconds));
            timer.set_value(set_timeout_with_handle(move || toasts.put_away(number), after).ok());
        }
        number
    });
    on_cleanup(stop);
    // Where the focus came from, so that it does not fall to the body with the toast.
    let came_from = StoredValue::new_local(None::<HtmlElement>);
    let give_back = move || {
        held.set(false);
        let inside = region.get_untracked().zip(dom::focused());
        if inside.is_some_and(|(region, focused)| region.contains(Some(&focused)))
            && let Some(back) = came_from.get_value()
        {
            dom::focus(&back);
        }
    };
    let focusin = move |event: ev::FocusEvent| {
        held.set(true);
        let from = event.related_target().and_then(|from| from.dyn_into::<HtmlElement>().ok());
        let outside = from.filter(|from| region.get_untracked().is_some_and(|region| !region.contains(Some(from))));
        if outside.is_some() {
            came_from.set_value(outside);
        }
    };
    let put_away = move || {
        give_back();
        toasts.current.set(None);
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            put_away();
        }
    };
    let act = Callback::new(move |()| {
        give_back();
        toasts.act();
    });
    let shown = move || {
        toasts.current.get().map(|(_, toast)| {
            let action = toast.action.map(|action| {
                view! { <Button kind=ButtonKind::Quiet on_press=act>{action.words}</Button> }
            });
            view! {
                <div
                    class="toast"
                    on:pointerenter=move |_| held.set(true)
                    on:pointerleave=move |_| held.set(false)
                    on:focusin=focusin
                    on:focusout=move |_| held.set(false)
                    on:keydown=keydown
                >
                    <span class="toast__words">{toast.text}</span>
                    {action}
                </div>
            }
        })
    };
    view! {
        <div class="toasts" role="status" node_ref=region>
            {shown}
        </div>
    }
}
