//! The dialog that makes a link of the selection, changes one, or takes it away.

use leptos::prelude::*;

use super::{Editor, commands, dom, paste};
use crate::locale::t;
use crate::mail::composer::html::{Element, Node, Source};
use crate::ui::{Button, ButtonKind, Dialog, DialogSize, FieldKind, TextField};

/// What the dialog begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LinkStart {
    /// What is selected.
    words: String,
    address: String,
    /// There is a link already.
    is_change: bool,
}

impl LinkStart {
    /// What the caret is in; a link is then selected whole.
    pub(super) fn here(editor: Editor) -> Self {
        let link = dom::around_caret("a[href]");
        if let Some(link) = &link {
            dom::select_all_of(link);
        }
        editor.keep_caret();
        let address = link.as_ref().and_then(|link| link.get_attribute("href")).unwrap_or_default();
        Self { words: dom::selected_text(), address, is_change: link.is_some() }
    }
}

#[component]
pub(super) fn LinkDialog(editor: Editor) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let address = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let start = editor.link;
    let open = Memo::new(move |_| start.with(Option::is_some));
    let is_change = Memo::new(move |_| start.with(|start| start.as_ref().is_some_and(|start| start.is_change)));
    // What is typed begins as what was found, each time the dialog opens.
    Effect::new(move |_| {
        if let Some(start) = start.get() {
            words.set(start.words);
            address.set(start.address);
            error.set(None);
        }
    });
    let close = Callback::new(move |()| editor.link.set(None));
    // After the dialog has gone and given the focus back.
    let after = move |run: Box<dyn Fn()>| {
        editor.link.set(None);
        request_animation_frame(move || {
            editor.restore_caret();
            commands::prepare();
            run();
            editor.keep_caret();
            editor.read_soon();
        });
    };
    let save = move || {
        let Some(href) = complete(&address.get_untracked()) else {
            error.set(Some(t("composer.linkWrong")));
            return;
        };
        let said = words.get_untracked();
        let said = if said.trim().is_empty() { href.clone() } else { said };
        let unchanged = start.with_untracked(|start| start.as_ref().is_some_and(|start| start.words == said));
        after(Box::new(move || {
            if unchanged {
                commands::exec("createLink", &href);
            } else if let Some(mut link) = Element::new("a", [("href", href.as_str())], Source::Own) {
                link.children.push(Node::Text(said.clone()));
                commands::exec("insertHTML", &paste::guarded(&[Node::Element(link)]));
            }
        }));
    };
    let remove = Callback::new(move |()| {
        after(Box::new(|| {
            commands::exec("unlink", "");
        }));
    });
    let on_save = Callback::new(move |()| save());
    let foot = move || {
        view! {
            <Show when=move || is_change.get()>
                <Button kind=ButtonKind::QuietDanger on_press=remove>{t("composer.linkRemove")}</Button>
                <span class="spread"></span>
            </Show>
            <Button kind=ButtonKind::Quiet on_press=close>{t("composer.cancel")}</Button>
            <Button kind=ButtonKind::Primary on_press=on_save>{t("composer.linkSave")}</Button>
        }
    };
    view! {
        <Dialog
            open=open
            on_cancel=close
            title=t("composer.link")
            close_label=t("composer.close")
            size=DialogSize::Small
            foot=foot
        >
            <TextField
                label=t("composer.linkAddress")
                kind=FieldKind::Url
                value=address
                on_input=Callback::new(move |text| {
                    error.set(None);
                    address.set(text);
                })
                error=error
                autofocus=true
                on_enter=on_save
            />
            <TextField
                label=t("composer.linkWords")
                value=words
                on_input=Callback::new(move |text| words.set(text))
                on_enter=on_save
            />
        </Dialog>
    }
}

/// The whole address of what was typed: `owlery.example`, `bob@owlery.example`.
fn complete(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let has_scheme = ["http://", "https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| typed.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let address = if has_scheme {
        typed.to_owned()
    } else if typed.contains('@') && !typed.contains('/') {
        format!("mailto:{typed}")
    } else {
        format!("https://{typed}")
    };
    let named = address.split_once(':').is_some_and(|(_, rest)| !rest.trim_matches('/').is_empty());
    let known = Element::new("a", [("href", address.as_str())], Source::Own)?.attribute("href").is_some();
    (named && known && !typed.contains(char::is_whitespace)).then_some(address)
}
