//! The files of a mail: on their way with progress, there, or failed; and their cards.

use leptos::prelude::*;

use super::writing::Writing;
use crate::locale::{bytes, t, t_with};
use crate::records::{Attachment, BlobId, Failure, Upload, UploadStatus};
use crate::ui::{Icon, IconButton, IconName, Progress, dom};

/// A file of the mail.
#[derive(Clone)]
pub(super) struct File {
    /// Tells it from the others, also from one of the same name.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) media_type: String,
    /// A picture in the text, which points at it by this Content-ID.
    pub(super) cid: Option<String>,
    state: State,
}

#[derive(Clone)]
enum State {
    There(Attachment),
    OnItsWay(Upload),
    /// It was not even tried.
    TooLarge,
}

/// How a file stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    There,
    OnItsWay(f64),
    Failed(Failure),
}

impl File {
    /// One that the server has.
    pub(super) fn there(attachment: Attachment) -> Self {
        Self {
            key: dom::fresh_id("file"),
            name: attachment.name.clone(),
            size: attachment.size,
            media_type: attachment.media_type.clone(),
            cid: attachment.cid.clone().filter(|_| attachment.inline),
            state: State::There(attachment),
        }
    }

    /// Whether it is this one on the server.
    pub(super) fn is_blob(&self, blob: &BlobId) -> bool {
        matches!(&self.state, State::There(attachment) if attachment.blob_id == *blob)
    }

    /// How it stands. Reads the upload's signal.
    pub(super) fn standing(&self) -> Standing {
        match &self.state {
            State::There(_) => Standing::There,
            State::TooLarge => Standing::Failed(Failure::TooLarge { limit: None }),
            State::OnItsWay(upload) => match upload.status().get() {
                UploadStatus::Uploading(part) => Standing::OnItsWay(part),
                UploadStatus::Done(_) => Standing::There,
                UploadStatus::Failed(failure) => Standing::Failed(failure),
            },
        }
    }

    /// What the draft gets of it, once it is there. Reads the upload's signal.
    pub(super) fn attachment(&self) -> Option<Attachment> {
        let attachment = match &self.state {
            State::There(attachment) => attachment.clone(),
            State::TooLarge => return None,
            State::OnItsWay(upload) => match upload.status().get() {
                UploadStatus::Done(attachment) => attachment,
                UploadStatus::Uploading(_) | UploadStatus::Failed(_) => return None,
            },
        };
        Some(Attachment { cid: self.cid.clone().or(attachment.cid.clone()), inline: self.cid.is_some(), ..attachment })
    }
}

impl Writing {
    /// Sends a file to the server and shows its card. Within the writing's owner, so that it goes on while the form is
    /// minimised.
    pub(super) fn attach(self, file: &web_sys::File, cid: Option<String>) {
        self.touch();
        let size = file.size().max(0.0) as u64;
        let too_large = self.records.max_upload().is_some_and(|most| size > most);
        let state =
            if too_large { State::TooLarge } else { State::OnItsWay(self.within(|| self.records.upload(file))) };
        let name = if file.name().is_empty() { t("composer.unnamedFile") } else { file.name() };
        let card = File { key: dom::fresh_id("file"), name, size, media_type: file.type_(), cid, state };
        self.files.update(|files| files.push(card));
    }

    /// Takes a file away; one on its way is stopped.
    pub(super) fn detach(self, key: &str) {
        self.touch();
        self.files.update(|files| {
            if let Some(at) = files.iter().position(|file| file.key == key)
                && let State::OnItsWay(upload) = files.remove(at).state
            {
                upload.cancel();
            }
        });
    }

    /// How many files are on their way, and how many failed. Reads signals.
    pub(super) fn pending_files(self) -> (usize, usize) {
        self.files.with(|files| {
            files.iter().fold((0, 0), |(going, failed), file| match file.standing() {
                Standing::There => (going, failed),
                Standing::OnItsWay(_) => (going + 1, failed),
                Standing::Failed(_) => (going, failed + 1),
            })
        })
    }
}

/// The drawing of a file's kind.
fn icon(media_type: &str, name: &str) -> (IconName, &'static str) {
    let end = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    match (media_type, end.as_str()) {
        ("application/pdf", _) | (_, "pdf") => (IconName::DocumentPdf, "berry"),
        (_, "xlsx" | "xls" | "ods" | "csv") => (IconName::DocumentTable, "fern"),
        (_, "zip" | "gz" | "7z" | "tar") => (IconName::DocumentArchive, "straw"),
        ("message/rfc822", _) => (IconName::Mail, "lake"),
        (media, _) if media.starts_with("image/") => (IconName::DocumentImage, "plum"),
        (media, _) if media.starts_with("audio/") => (IconName::DocumentSound, "rust"),
        (media, _) if media.starts_with("video/") => (IconName::DocumentVideo, "rust"),
        (_, "docx" | "doc" | "odt" | "txt") => (IconName::DocumentText, "sky"),
        _ => (IconName::Document, "slate"),
    }
}

/// What a failed upload says.
fn failure_words(failure: &Failure) -> String {
    match failure {
        Failure::TooLarge { limit: Some(limit) } => t_with("composer.fileTooLargeFor", &[("limit", &bytes(*limit))]),
        Failure::TooLarge { limit: None } => t("composer.fileTooLarge"),
        Failure::Offline => t("composer.fileOffline"),
        Failure::Cancelled => t("composer.fileCancelled"),
        Failure::SignedOut | Failure::Refused { .. } | Failure::TooMany { .. } | Failure::Server { .. } => {
            t("composer.fileFailed")
        }
    }
}

/// The cards of the files that are listed.
#[component]
pub(super) fn Files(writing: Writing) -> impl IntoView {
    let listed = Memo::new(move |_| {
        let keys: Vec<String> = writing
            .files
            .with(|files| files.iter().filter(|file| file.cid.is_none()).map(|file| file.key.clone()).collect());
        keys
    });
    let file = move |key: &str| writing.files.with(|files| files.iter().find(|file| file.key == key).cloned());
    let card = move |key: String| {
        let Some(shown) = untrack(|| file(&key)) else { return ().into_any() };
        let (drawing, hue) = icon(&shown.media_type, &shown.name);
        let size = bytes(shown.size);
        let name = shown.name.clone();
        let state = shown.state.clone();
        let standing = Memo::new(move |_| shown.standing());
        let removes = name.clone();
        let remove_label = Signal::derive(move || match standing.get() {
            Standing::OnItsWay(_) => t_with("composer.cancelFile", &[("name", &removes)]),
            Standing::There | Standing::Failed(_) => t_with("composer.removeFile", &[("name", &removes)]),
        });
        let progress_label = t_with("composer.sendingFile", &[("name", &name)]);
        let retry_label = t_with("composer.retryFile", &[("name", &name)]);
        let below = move || match standing.get() {
            Standing::There => view! { <span class="file-card__size">{size.clone()}</span> }.into_any(),
            Standing::OnItsWay(_) => view! {
                <Progress
                    label=progress_label.clone()
                    value=Signal::derive(move || match standing.get() {
                        Standing::OnItsWay(part) => Some(part),
                        Standing::There | Standing::Failed(_) => None,
                    })
                />
            }
            .into_any(),
            Standing::Failed(failure) => {
                view! { <span class="file-card__failure" role="alert">{failure_words(&failure)}</span> }.into_any()
            }
        };
        let retry = move || {
            let can =
                matches!(standing.get(), Standing::Failed(failure) if !matches!(failure, Failure::TooLarge { .. }));
            let State::OnItsWay(upload) = state.clone() else { return None };
            let again = Callback::new(move |()| upload.retry());
            can.then(
                || view! { <IconButton small=true name=retry_label.clone() icon=IconName::Refresh on_press=again /> },
            )
        };
        let remove = Callback::new(move |()| writing.detach(&key));
        view! {
            <li class="file-card" data-failed=move || matches!(standing.get(), Standing::Failed(_)).then_some("")>
                <span class="file-card__kind" data-hue=hue>
                    <Icon name=drawing />
                </span>
                <span class="file-card__words">
                    <span class="file-card__name truncate" title=name.clone()>{name.clone()}</span>
                    {below}
                </span>
                {retry}
                <IconButton small=true name=remove_label icon=IconName::Dismiss on_press=remove />
            </li>
        }
        .into_any()
    };
    view! {
        <ul class="composer__files" aria-label=t("composer.files") hidden=move || listed.with(Vec::is_empty)>
            <For each=move || listed.get() key=Clone::clone children=card />
        </ul>
    }
}
