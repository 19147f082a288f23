//! A look at a file without saving it: pictures as they are, PDF by the browser's own viewer, text as text.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::attachments::download;
use crate::locale::t;
use crate::mail::desk::Desk;
use crate::records::Attachment;
use crate::ui::{Button, ButtonKind, Dialog, DialogSize, IconButton, IconName};

/// How a file can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PreviewKind {
    /// In an `img`, where nothing in it can run.
    Picture,
    /// By the browser's viewer.
    Pdf,
    /// As text, its beginning.
    Text,
    /// Only saved.
    None,
}

/// Longer texts are saved, not looked at.
const TEXT: u64 = 512 * 1024;

/// How a file of this type can be looked at.
pub(super) fn preview_kind(media_type: &str, name: &str) -> PreviewKind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    match media_type {
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp" | "image/svg+xml" => {
            PreviewKind::Picture
        }
        "application/pdf" => PreviewKind::Pdf,
        "application/octet-stream" if ending == "pdf" => PreviewKind::Pdf,
        "application/json" => PreviewKind::Text,
        // HTML is shown as its source: it is a file, not a mail.
        kind if kind.starts_with("text/") => PreviewKind::Text,
        _ => PreviewKind::None,
    }
}

type Draw = fn(RwSignal<Option<Attachment>>, Vec<Attachment>) -> AnyView;

/// What draws the dialog.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn preview() -> Result<Draw, SplitLoaderError> {
    Ok(|shown, files| view! { <Preview shown files /> }.into_any())
}

#[component]
fn Preview(
    /// What is looked at.
    shown: RwSignal<Option<Attachment>>,
    /// All files of the mail, to go on to.
    files: Vec<Attachment>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let files: Vec<Attachment> =
        files.into_iter().filter(|file| preview_kind(&file.media_type, &file.name) != PreviewKind::None).collect();
    let several = files.len() > 1;
    let files = StoredValue::new(files);
    let step = move |by: isize| {
        let now = shown.get_untracked();
        let next = files.with_value(|files| {
            let at = files.iter().position(|file| Some(file) == now.as_ref())?;
            let count = isize::try_from(files.len()).ok()?;
            let to = (isize::try_from(at).ok()? + by).rem_euclid(count);
            files.get(usize::try_from(to).ok()?).cloned()
        });
        if next.is_some() {
            shown.set(next);
        }
    };
    let url = move |file: &Attachment| desk.records.download_url(&file.blob_id, &file.name, &file.media_type);
    let title = Signal::derive(move || shown.get().map(|file| file.name).unwrap_or_default());
    let contents = move || {
        let file = shown.get()?;
        let url = url(&file);
        Some(match preview_kind(&file.media_type, &file.name) {
            PreviewKind::Picture => view! { <img class="preview__picture" src=url alt=file.name.clone() /> }.into_any(),
            PreviewKind::Pdf => {
                let joint = if url.contains('?') { '&' } else { '?' };
                // Without the pages beside it, as the dialog is narrow; a viewer that does not know this passes over it.
                let url = format!("{url}{joint}disposition=inline#navpanes=0");
                view! { <iframe class="preview__pdf" src=url title=file.name.clone()></iframe> }.into_any()
            }
            PreviewKind::Text if file.size <= TEXT => view! { <TextPreview url /> }.into_any(),
            PreviewKind::Text | PreviewKind::None => {
                view! { <p class="secondary">{t("mail.noPreview")}</p> }.into_any()
            }
        })
    };
    let foot = move || {
        view! {
            {several
                .then(|| {
                    view! {
                        <IconButton name=t("mail.previousFile") icon=IconName::ChevronLeft on_press=move |()| step(-1) />
                        <IconButton name=t("mail.nextFile") icon=IconName::ChevronRight on_press=move |()| step(1) />
                    }
                })}
            <span class="spread"></span>
            <Button
                kind=ButtonKind::Primary
                icon=IconName::Download
                on_press=move |()| {
                    if let Some(file) = shown.get_untracked() {
                        download(&url(&file));
                    }
                }
            >
                {t("mail.save")}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || shown.with(Option::is_some))
            on_cancel=move |()| shown.set(None)
            title
            close_label=t("mail.close")
            size=DialogSize::Large
            foot
        >
            <div class="preview">{contents}</div>
        </Dialog>
    }
}

#[component]
fn TextPreview(url: String) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let text = RwSignal::new(None::<Result<String, ()>>);
    spawn_local(async move {
        let got = desk.records.file_text(&url).await;
        text.try_set(Some(got.map_err(|_| ())));
    });
    move || match text.get() {
        Some(Ok(text)) => view! { <pre class="preview__text" tabindex="0">{text}</pre> }.into_any(),
        Some(Err(())) => view! { <p class="secondary">{t("mail.noPreview")}</p> }.into_any(),
        None => view! { <p class="secondary">{t("mail.loadingFile")}</p> }.into_any(),
    }
}
