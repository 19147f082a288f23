//! The files of a mail as cards: icon, name, size. A press looks at it or saves it; the menu has both.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

use super::invitation::is_about_event;
use super::preview::{PreviewKind, preview, preview_kind};
use crate::locale::{bytes, t, t_with};
use crate::mail::desk::Desk;
use crate::records::{Attachment, EmailDetails};
use crate::shell::parts::{Typing, later};
use crate::ui::{Button, ButtonKind, ButtonSize, Hue, Icon, IconButton, IconName};

/// The drawing of a kind of file, and its hue.
fn look(file: &Attachment) -> (IconName, Hue) {
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    match (file.media_type.split('/').next().unwrap_or_default(), ending.as_str()) {
        (_, "pdf") => (IconName::DocumentPdf, Hue::Berry),
        (_, "xls" | "xlsx" | "ods" | "csv" | "tsv") => (IconName::DocumentTable, Hue::Fern),
        (_, "zip" | "gz" | "7z" | "rar" | "tar" | "xz") => (IconName::DocumentArchive, Hue::Straw),
        ("image", _) => (IconName::DocumentImage, Hue::Plum),
        ("audio", _) => (IconName::DocumentSound, Hue::Rust),
        ("video", _) => (IconName::DocumentVideo, Hue::Rust),
        ("text", _) | (_, "doc" | "docx" | "odt" | "rtf" | "md") => (IconName::DocumentText, Hue::Sky),
        (_, "ics") => (IconName::Calendar, Hue::Lake),
        _ => (IconName::Document, Hue::Slate),
    }
}

/// Saves what an address of ours gives.
pub(super) fn download(url: &str) {
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(url);
        link.set_download("");
        link.click();
    }
}

/// The cards.
#[component]
pub(super) fn Attachments(
    /// Of which mail.
    details: Arc<EmailDetails>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    // What a mail says about an event stands above; as a file it is listed where somebody gave it a name.
    let is_listed = |file: &&Attachment| !file.inline && !(file.name.is_empty() && is_about_event(file));
    let files: Vec<Attachment> = details.attachments.iter().filter(is_listed).cloned().collect();
    let shown = RwSignal::new(None::<Attachment>);
    let several = files.len() > 1;
    let id = details.email.id.clone();
    let save_all = move |()| download(&format!("/owlet/messages/{id}/attachments.zip"));
    let card = move |file: Attachment| {
        let name = if file.name.is_empty() { t("mail.unnamedFile") } else { file.name.clone() };
        let (icon, hue) = look(&file);
        let url = desk.records.download_url(&file.blob_id, &file.name, &file.media_type);
        let size = bytes(file.size);
        let kind = preview_kind(&file.media_type, &file.name);
        let press = {
            let (file, url) = (file.clone(), url.clone());
            move |_| match kind {
                PreviewKind::None => download(&url),
                PreviewKind::Picture | PreviewKind::Pdf | PreviewKind::Text => shown.set(Some(file.clone())),
            }
        };
        let tooltip = name.clone();
        let save_label = t_with("mail.saveFile", &[("name", &name)]);
        view! {
            <li class="attachment">
                <button class="attachment__open" type="button" data-tooltip=tooltip on:click=press>
                    <span class="attachment__kind" data-hue=hue.as_str()><Icon name=icon /></span>
                    <span class="attachment__words">
                        <span class="attachment__name truncate">{name}</span>
                        <span class="attachment__size">{size}</span>
                    </span>
                </button>
                <IconButton small=true name=save_label icon=IconName::Download on_press=move |()| download(&url) />
            </li>
        }
    };
    (!files.is_empty()).then(|| {
        view! {
            <div class="attachments">
                <ul class="attachments__cards" aria-label=t("mail.files")>
                    {files.clone().into_iter().map(card).collect_view()}
                </ul>
                {several
                    .then(|| {
                        view! {
                            <Button
                                kind=ButtonKind::Link
                                size=ButtonSize::Compact
                                icon=IconName::Download
                                on_press=save_all
                            >
                                {t("mail.saveAllFiles")}
                            </Button>
                        }
                    })}
            </div>
            {later(move || shown.with(Option::is_some), Typing::Awaits, preview, move |draw| draw(shown, files.clone()))}
        }
    })
}
