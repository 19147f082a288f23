//! How a mail came: its header fields, and the message itself.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::locale::t;
use crate::mail::desk::Desk;
use crate::mail::said;
use crate::records::EmailDetails;
use crate::ui::{Dialog, DialogSize};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SourceAsked {
    /// Of which mail.
    pub(super) details: Arc<EmailDetails>,
    /// Only its header fields.
    pub(super) headers: bool,
}

type Draw = fn(RwSignal<Option<SourceAsked>>) -> AnyView;

/// What draws the dialog.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn source() -> Result<Draw, SplitLoaderError> {
    Ok(|asked| view! { <Source asked /> }.into_any())
}

#[component]
fn Source(asked: RwSignal<Option<SourceAsked>>) -> impl IntoView {
    let title = Signal::derive(move || {
        let headers = asked.with(|asked| asked.as_ref().is_none_or(|asked| asked.headers));
        t(if headers { "mail.headers" } else { "mail.source" })
    });
    view! {
        <Dialog
            open=Signal::derive(move || asked.with(Option::is_some))
            on_cancel=move |()| asked.set(None)
            title
            close_label=t("mail.close")
            size=DialogSize::Large
        >
            {move || asked.get().map(|asked| view! { <Contents asked /> })}
        </Dialog>
    }
}

#[component]
fn Contents(asked: SourceAsked) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let fields = RwSignal::new(Vec::<(String, String)>::new());
    let text = RwSignal::new(None::<String>);
    let SourceAsked { details, headers } = asked;
    spawn_local(async move {
        if headers {
            match desk.records.headers(details.email.id.clone()).await {
                Ok(found) => {
                    fields.try_set(found);
                    text.try_set(Some(String::new()));
                }
                Err(failure) => {
                    text.try_set(Some(said::failure(&failure)));
                }
            }
        } else {
            let url = desk.records.download_url(&details.blob_id, "message.eml", "text/plain");
            let got = desk.records.file_text(&url).await;
            text.try_set(Some(got.unwrap_or_else(|failure| said::failure(&failure))));
        }
    });
    view! {
        {move || {
            let shown = fields.get();
            (!shown.is_empty())
                .then(|| {
                    view! {
                        <dl class="headers">
                            {shown
                                .into_iter()
                                .map(|(name, value)| view! { <dt>{name}</dt><dd>{value.trim().to_owned()}</dd> })
                                .collect_view()}
                        </dl>
                    }
                })
        }}
        {move || match text.get() {
            Some(text) if text.is_empty() => None,
            Some(text) => Some(view! { <pre class="preview__text" tabindex="0">{text}</pre> }.into_any()),
            None => Some(view! { <p class="secondary">{t("mail.loadingFile")}</p> }.into_any()),
        }}
    }
}
