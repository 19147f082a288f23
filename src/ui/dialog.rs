//! Several fields that are saved together, or a loss that can't be undone. Pattern: WAI-ARIA modal dialog, by the
//! native `<dialog>`, which holds the focus and gives it back.
//!
//! | key | does |
//! |---|---|
//! | Escape | cancels |
//! | Tab | goes round within |
//!
//! Name: `title`, its heading. The focus starts on what has `autofocus`, which for a loss is the safe button.
//! One at a time: opening one closes another.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::{dom, icon_button::IconButton, icon_name::IconName};

/// How wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DialogSize {
    /// 26rem: a question.
    Small,
    /// 34rem: a form. Fills the window of a phone.
    #[default]
    Normal,
    /// 44rem: a form in columns. Fills the window of a phone.
    Large,
}

impl DialogSize {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Small => Some("small"),
            Self::Normal => None,
            Self::Large => Some("large"),
        }
    }
}

/// A modal dialog.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// It was cancelled, by Escape or the cross.
    #[prop(into)]
    on_cancel: Callback<()>,
    /// Its heading and accessible name.
    #[prop(into)]
    title: Signal<String>,
    /// Names the cross.
    #[prop(into)]
    close_label: Signal<String>,
    /// How wide.
    #[prop(optional)]
    size: DialogSize,
    /// Its buttons: the act last.
    #[prop(optional, into)]
    foot: ViewFn,
    /// What is in it; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let foot = StoredValue::new(foot);
    // Told again that it is open, it stays as it is.
    let open = Memo::new(move |_| open.get());
    move || {
        open.get().then(|| {
            let children = children.get_value();
            let foot = foot.get_value();
            view! {
                <Surface on_cancel title close_label size foot>
                    {children()}
                </Surface>
            }
        })
    }
}

#[component]
fn Surface(
    on_cancel: Callback<()>,
    title: Signal<String>,
    close_label: Signal<String>,
    size: DialogSize,
    foot: ViewFn,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let came_from = StoredValue::new_local(dom::focused());
    let title_id = dom::fresh_id("dialog");
    let labelled_by = title_id.clone();

    dialog.on_load(move |dialog| {
        let other = document().query_selector("dialog[open]").ok().flatten();
        if let Some(other) = other.and_then(|other| other.dyn_into::<HtmlDialogElement>().ok()) {
            other.close();
        }
        // Fails only when it is open already.
        let _ = dialog.show_modal();
        let first = dom::all(&dialog, "[autofocus]").into_iter().next();
        let first = first.or_else(|| dom::all(&dialog, ".dialog__head > h2").into_iter().next());
        if let Some(first) = first {
            dom::focus(&first);
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
        if let Some(back) = came_from.try_get_value().flatten() {
            dom::focus(&back);
        }
    });
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        on_cancel.run(());
    };
    view! {
        <dialog
            class="dialog"
            data-size=size.as_str()
            aria-labelledby=labelled_by
            on:cancel=cancel
            on:close=move |_| on_cancel.run(())
            node_ref=dialog
        >
            <header class="dialog__head">
                <h2 id=title_id tabindex="-1">
                    {move || title.get()}
                </h2>
                <IconButton name=close_label icon=IconName::Dismiss on_press=on_cancel />
            </header>
            <div class="dialog__body">{children()}</div>
            <footer class="dialog__foot">{foot.run()}</footer>
        </dialog>
    }
}
