//! The form of a mail: who, what about, the text, files, and what is done with it. Pattern: a named region; its fields
//! and tools have their own.
//!
//! | key | does |
//! |---|---|
//! | Ctrl Enter | sends |
//! | Escape | closes; what was written stays in Drafts |
//!
//! Name: what it is ("New mail", "Reply").

mod head;
mod notices;
mod tools;

use leptos::{ev, html, prelude::*};

use super::composers::{Composers, on_leaving};
use super::editor::{Editor, EditorField, Toolbar, files_of, is_picture};
use super::files::Files;
use super::outcome::When;
use super::token_field::TokenField;
use super::writing::{Beginning, Field, Focus, Place, Writing};
use crate::locale::t;
use crate::ui::{Button, ButtonKind, Choice, Select, dom};
use head::Head;
use notices::Notices;
use tools::Tools;

/// A mail being written.
#[component]
pub(super) fn Composer(writing: Writing) -> impl IntoView {
    let composers = expect_context::<Composers>();
    let editor = Editor::new(writing);
    let to = NodeRef::<html::Input>::new();
    let cc = NodeRef::<html::Input>::new();
    let bcc = NodeRef::<html::Input>::new();
    let subject = NodeRef::<html::Input>::new();
    let form = NodeRef::<html::Section>::new();
    let formats = RwSignal::new(false);
    let is_target = RwSignal::new(false);

    let send = Callback::new(move |when: When| {
        editor.read();
        composers.send(writing, when);
    });
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        // Menus and dialogs of the form have keys of their own.
        _ if is_in_layer(&event) => event.stop_propagation(),
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            event.stop_propagation();
            send.run(When::Now);
        }
        "Escape" if !event.default_prevented() && !event.is_composing() => {
            event.prevent_default();
            event.stop_propagation();
            editor.read();
            composers.close(writing);
        }
        // Single keys are commands elsewhere in the app, and letters here; F6, Ctrl and a letter go on.
        key if !(event.ctrl_key() || event.meta_key() || event.alt_key() || is_function_key(key)) => {
            event.stop_propagation();
        }
        _ => {}
    };
    let take_files = move |files: Vec<web_sys::File>, inline: bool| {
        for file in files {
            let shown = inline && is_picture(&file) && writing.body.with_untracked(|body| body.plain.is_none());
            if shown { editor.insert_picture(&file) } else { writing.attach(&file, None) }
        }
    };
    let has_files =
        |event: &ev::DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    let dragover = move |event: ev::DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            if let Some(data) = event.data_transfer() {
                data.set_drop_effect("copy");
            }
            is_target.set(true);
        }
    };
    let dragleave = move |event: ev::DragEvent| {
        use wasm_bindgen::JsCast;
        let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = form.try_get_untracked().flatten().is_some_and(|form| form.contains(to.as_ref()));
        if !inside || to.is_none() {
            is_target.set(false);
        }
    };
    let drop = move |event: ev::DragEvent| {
        is_target.set(false);
        if let Some(data) = event.data_transfer()
            && has_files(&event)
        {
            event.prevent_default();
            event.stop_propagation();
            // On the text pictures go into the text; beside it they are files.
            let on_text = event_target::<web_sys::Element>(&event).closest(".composer__text").ok().flatten().is_some();
            if on_text {
                editor.caret_to_point(event.client_x(), event.client_y());
            }
            take_files(files_of(&data), on_text);
        }
    };
    let paste = move |event: web_sys::ClipboardEvent| {
        let files = event.clipboard_data().map(|data| files_of(&data)).unwrap_or_default();
        if !files.is_empty() {
            event.prevent_default();
            take_files(files, false);
        }
    };

    // The focus goes where there is something to do, when the form is shown and when a field is at fault.
    let place_focus = move |focus: Focus| {
        request_animation_frame(move || match focus {
            Focus::To => focus_input(to),
            Focus::Subject => focus_input(subject),
            Focus::Text => editor.focus_start(),
        });
    };
    Effect::new(move |_| place_focus(writing.focus.get()));
    let is_faulty = Memo::new(move |_| writing.problem.with(|problem| problem.as_ref().is_some_and(|p| !p.is_hint())));
    Effect::new(move |_| {
        if is_faulty.get() && writing.focus.get_untracked() == Focus::To {
            focus_input(to);
        }
    });

    // What is on screen is safe before the tab is hidden or closed; then there is no later.
    on_leaving(move || {
        editor.read();
        if writing.touched.get_untracked() {
            composers.records.save_draft(&untrack(|| writing.draft()));
            composers.records.keep_now();
            composers.records.flush_draft(&writing.key());
        }
    });

    form.on_load(|form| {
        request_animation_frame(move || {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            form.scroll_into_view_with_scroll_into_view_options(&nearest);
        });
    });

    let name = match writing.beginning {
        Beginning::New => "composer.newMail",
        Beginning::Reply => "composer.reply",
        Beginning::Forward => "composer.forward",
        Beginning::Draft => "composer.draft",
    };
    let identities = composers.records.identities();
    let from = move || {
        (identities.with(Vec::len) > 1).then(|| {
            let choices = Signal::derive(move || {
                identities.with(|all| {
                    all.iter()
                        .map(|identity| {
                            Choice::new(identity.id.clone(), format!("{} <{}>", identity.name, identity.email))
                        })
                        .collect::<Vec<_>>()
                })
            });
            let value = Signal::derive(move || {
                identities.with(|all| writing.identity_of(all)).map_or_else(|| "".into(), |identity| identity.id)
            });
            let change = Callback::new(move |id| {
                editor.read();
                writing.identity.set(Some(id));
                if let Some(identity) = identities.with_untracked(|all| untrack(|| writing.identity_of(all))) {
                    let mut body = writing.body.get_untracked();
                    body.sign(&identity);
                    writing.set_body(body);
                }
                writing.touch();
            });
            view! {
                <div class="composer__line composer__from">
                    <span class="composer__label" aria-hidden="true">{t("composer.from")}</span>
                    <Select label=t("composer.from") label_hidden=true choices=choices value=value on_change=change />
                </div>
            }
        })
    };
    let show_cc = Callback::new(move |()| {
        writing.shows_cc.set(true);
        writing.shows_bcc.set(true);
        request_animation_frame(move || focus_input(cc));
    });
    let is_sheet = move || *writing.place.read() == Place::Sheet;
    let unfold = Callback::new(move |()| {
        editor.read();
        let mut body = writing.body.get_untracked();
        body.unfold();
        writing.set_body(body);
        request_animation_frame(move || editor.focus_start());
    });
    view! {
        <section
            class="composer"
            aria-label=t(name)
            data-place=move || if is_sheet() { "sheet" } else { "thread" }
            data-wide=move || writing.wide.get().then_some("")
            data-target=move || is_target.get().then_some("")
            on:keydown=keydown
            on:dragover=dragover
            on:dragleave=dragleave
            on:drop=drop
            on:paste=paste
            node_ref=form
        >
            <Head writing editor name=name />
            <div class="composer__fields">
                {from}
                <TokenField writing field=Field::To node_ref=to>
                    <Show when=move || !writing.shows_cc.get() || !writing.shows_bcc.get()>
                        <Button kind=ButtonKind::Link on_press=show_cc>{t("composer.ccBcc")}</Button>
                    </Show>
                </TokenField>
                <Show when=move || writing.shows_cc.get()>
                    <TokenField writing field=Field::Cc node_ref=cc />
                </Show>
                <Show when=move || writing.shows_bcc.get()>
                    <TokenField writing field=Field::Bcc node_ref=bcc />
                </Show>
                <Show when=move || writing.shows_subject.get()>
                    <div class="composer__line composer__subject">
                        <span class="composer__label" aria-hidden="true">{t("composer.subject")}</span>
                        <input
                            type="text"
                            class="composer__input"
                            aria-label=t("composer.subject")
                            autocomplete="off"
                            spellcheck="true"
                            dir="auto"
                            prop:value=move || writing.subject.get()
                            on:input=move |event| {
                                writing.subject.set(event_target_value(&event));
                                writing.touch();
                            }
                            on:keydown=move |event: ev::KeyboardEvent| {
                                if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() && !event.is_composing() {
                                    event.prevent_default();
                                    editor.focus_start();
                                }
                            }
                            node_ref=subject
                        />
                    </div>
                </Show>
            </div>
            <div class="composer__scroll">
                <EditorField editor />
                <Show when=move || writing.body.with(|body| body.quote.is_some())>
                    <button
                        class="composer__fold"
                        type="button"
                        aria-label=t("composer.showQuote")
                        data-tooltip=t("composer.showQuote")
                        aria-expanded="false"
                        on:click=move |_| unfold.run(())
                    >
                        "…"
                    </button>
                </Show>
                <Files writing />
            </div>
            <Notices writing send />
            <Show when=move || formats.get() && writing.body.with(|body| body.plain.is_none())>
                <Toolbar editor />
            </Show>
            <Tools writing editor formats send />
        </section>
    }
}

fn is_in_layer(event: &ev::KeyboardEvent) -> bool {
    event_target::<web_sys::Element>(event).closest("dialog, .popover").ok().flatten().is_some()
}

fn is_function_key(key: &str) -> bool {
    key.len() > 1 && key.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
}

fn focus_input(input: NodeRef<html::Input>) {
    if let Some(input) = input.try_get_untracked().flatten() {
        dom::focus(&input);
    }
}
