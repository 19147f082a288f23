//! The text of a mail: formatted, edited in place, or plain. Pattern: multi-line textbox; its tools are a toolbar.
//!
//! | key | does |
//! |---|---|
//! | Ctrl B, I, U | bold, italic, underlined |
//! | Ctrl Shift X | struck through |
//! | Ctrl K | link |
//! | Ctrl Shift 7, 8, 9 | numbers, bullets, quotation |
//! | Ctrl \ | clears formatting |
//! | Ctrl Z, Ctrl Y, Ctrl Shift Z | undo, redo |
//! | Tab | leaves the text; in a list it makes a deeper item, Shift Tab a higher one |
//!
//! Name: "Message".
//!
//! The browser edits (`execCommand`, which alone has undo everywhere); what it leaves is read into our own tree after
//! each pause, so nothing but the allow-list is ever kept or sent.

mod commands;
mod dom;
mod link;
mod paste;
mod toolbar;

pub(super) use commands::Command;
pub(super) use paste::{files_of, is_picture};
pub(super) use toolbar::Toolbar;

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::{ev, html, prelude::*};

use super::body::Body;
use super::writing::Writing;
use crate::locale::t;
use link::{LinkDialog, LinkStart};

/// Milliseconds after which what is typed is read although one types on without a pause.
const LONGEST_UNREAD: f64 = 500.0;

/// What the toolbar and the form ask of the editor. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    writing: Writing,
    rich: NodeRef<html::Div>,
    plain: NodeRef<html::Textarea>,
    /// Counts selection changes, for the toolbar's state.
    selection: RwSignal<u32>,
    /// The link that is being made or changed in its dialog.
    link: RwSignal<Option<LinkStart>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Since when something typed waits to be read, in milliseconds.
    unread_since: StoredValue<Option<f64>>,
    /// The version of the body that is on show.
    shown: StoredValue<Option<u32>>,
    /// Where the caret was when the text lost the focus.
    caret: StoredValue<Option<web_sys::Range>, LocalStorage>,
}

impl Editor {
    pub(super) fn new(writing: Writing) -> Self {
        Self {
            writing,
            rich: NodeRef::new(),
            plain: NodeRef::new(),
            selection: RwSignal::new(0),
            link: RwSignal::new(None),
            timer: StoredValue::new(None),
            unread_since: StoredValue::new(None),
            shown: StoredValue::new(None),
            caret: StoredValue::new_local(None),
        }
    }

    /// Gives the text the focus, the caret at its beginning: above signature and quotation.
    pub(super) fn focus_start(self) {
        if let Some(rich) = self.rich.try_get_untracked().flatten() {
            crate::ui::dom::focus(&rich);
            dom::caret_to_start(&rich);
        } else if let Some(plain) = self.plain.try_get_untracked().flatten() {
            crate::ui::dom::focus(&plain);
            // Fails only for fields without a selection.
            let _ = plain.set_selection_range(0, 0);
        }
    }

    /// Reads what stands in the editor into the writing.
    pub(super) fn read(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        self.unread_since.try_update_value(Option::take);
        let Some(is_plain) = self.writing.body.try_with_untracked(|body| body.plain.is_some()) else { return };
        if is_plain && let Some(plain) = self.plain.try_get_untracked().flatten() {
            self.writing.set_plain_text(plain.value());
        } else if !is_plain && let Some(rich) = self.rich.try_get_untracked().flatten() {
            self.writing.set_written(dom::read(&rich));
        }
    }

    fn read_soon(self) {
        self.writing.touch();
        let now = crate::locale::dates::now();
        let since = self.unread_since.try_update_value(|since| *since.get_or_insert(now)).unwrap_or(now);
        if now - since > LONGEST_UNREAD {
            return self.read();
        }
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let timer = set_timeout_with_handle(move || self.read(), Duration::from_millis(100)).ok();
        self.timer.set_value(timer);
    }

    /// Shows the body, unless what is shown came from here.
    fn show(self, rich: &web_sys::Element) {
        let version = self.writing.body_version.get();
        if self.shown.get_value() == Some(version) {
            return;
        }
        self.shown.set_value(Some(version));
        let writing = self.writing;
        let picture = move |cid: &str| writing.picture(cid);
        writing.body.with_untracked(|body| dom::fill(rich, &body.written, &picture));
    }

    /// Puts a picture into the text where the caret is, and sends its file.
    pub(super) fn insert_picture(self, file: &web_sys::File) {
        let cid = format!("{}@owlet", self.writing.records.new_draft_key().0);
        self.writing.attach(file, Some(cid.clone()));
        if let Ok(address) = web_sys::Url::create_object_url_with_blob(file) {
            self.writing.remember_picture(&cid, &address);
            self.restore_caret();
            paste::insert_picture(&cid, &address, &file.name());
            self.read_soon();
        }
    }

    /// Puts the caret where something is dropped.
    pub(super) fn caret_to_point(self, x: i32, y: i32) {
        if let Some(rich) = self.rich.try_get_untracked().flatten() {
            crate::ui::dom::focus(&rich);
            dom::caret_to_point(x, y);
        }
    }

    /// Gives the text the focus, the caret where it was.
    fn focus_back(self) {
        self.restore_caret();
    }

    fn has_focus(self, rich: &web_sys::Element) -> bool {
        crate::ui::dom::focused().is_some_and(|focused| focused.is_same_node(Some(rich)))
    }

    /// Browsers move the selection when the focus leaves; what counts is where it was before.
    fn keep_caret(self) {
        if let Some(rich) = self.rich.try_get_untracked().flatten()
            && self.has_focus(&rich)
            && let Some(range) = dom::selection_within(&rich)
        {
            // A copy: the selection's own range moves on.
            self.caret.set_value(Some(range.clone_range()));
        }
    }

    fn restore_caret(self) {
        let Some(rich) = self.rich.try_get_untracked().flatten() else { return };
        if self.has_focus(&rich) && dom::selection_within(&rich).is_some() {
            return;
        }
        crate::ui::dom::focus(&rich);
        match self.caret.try_get_value().flatten() {
            Some(range) if dom::contains(&rich, &range) => dom::select(&range),
            _ if dom::selection_within(&rich).is_none() => dom::caret_to_start(&rich),
            _ => {}
        }
    }

    /// Runs a command on the selection.
    pub(super) fn run(self, command: Command) {
        self.restore_caret();
        if command == Command::Link {
            self.link.set(Some(LinkStart::here(self)));
            return;
        }
        commands::run(command);
        self.keep_caret();
        self.selection.update(|count| *count += 1);
        self.read_soon();
    }

    /// Whether a command holds where the caret is. Reads a signal.
    pub(super) fn holds(self, command: Command) -> bool {
        self.selection.track();
        self.rich.try_get_untracked().flatten().is_some_and(|rich| dom::selection_within(&rich).is_some())
            && commands::holds(command)
    }
}

/// The text of a mail.
#[component]
pub(super) fn EditorField(editor: Editor) -> impl IntoView {
    let writing = editor.writing;
    let plain = Memo::new(move |_| writing.body.with(|body| body.plain.is_some()));
    // Follows the caret, for the toolbar and for what opens a dialog.
    let selection = dom::SelectionListener::new(move || {
        editor.keep_caret();
        editor.selection.try_update(|count| *count += 1);
    });
    let selection = StoredValue::new_local(Some(selection));
    on_cleanup(move || {
        selection.try_update_value(Option::take);
    });
    on_cleanup(move || editor.read());
    view! {
        {move || if plain.get() {
            view! { <PlainText editor /> }.into_any()
        } else {
            view! { <RichText editor /> }.into_any()
        }}
        <LinkDialog editor />
    }
}

#[component]
fn RichText(editor: Editor) -> impl IntoView {
    let keydown = move |event: ev::KeyboardEvent| {
        if let Some(command) = Command::of_key(&event) {
            event.prevent_default();
            event.stop_propagation();
            editor.run(command);
        } else if event.key() == "Enter"
            && !event.shift_key()
            && !event.ctrl_key()
            && !event.is_composing()
            && commands::leave_quotation()
        {
            event.prevent_default();
            editor.read_soon();
        }
    };
    Effect::new(move |_| {
        if let Some(rich) = editor.rich.get() {
            editor.show(&rich);
        }
    });
    editor.shown.set_value(None);
    view! {
        <div
            class="composer__text"
            role="textbox"
            aria-multiline="true"
            aria-label=t("composer.message")
            contenteditable="true"
            spellcheck="true"
            dir="auto"
            tabindex="0"
            on:focus=move |_| commands::prepare()
            on:input=move |_| editor.read_soon()
            on:blur=move |_| editor.read()
            on:keydown=keydown
            on:paste=move |event: web_sys::ClipboardEvent| paste::paste(editor, &event)
            on:drop=move |event: ev::DragEvent| paste::drop(editor, &event)
            on:click=|event: ev::MouseEvent| dom::follow_link(&event)
            node_ref=editor.rich
        ></div>
    }
}

#[component]
fn PlainText(editor: Editor) -> impl IntoView {
    let writing = editor.writing;
    editor.shown.set_value(None);
    let value = Memo::new(move |_| {
        writing.body_version.track();
        writing.body.with_untracked(Body::written_text)
    });
    view! {
        <textarea
            class="composer__text"
            data-plain=""
            aria-label=t("composer.message")
            spellcheck="true"
            dir="auto"
            prop:value=move || value.get()
            on:input=move |_| editor.read_soon()
            on:blur=move |_| editor.read()
            node_ref=editor.plain
        ></textarea>
    }
}
