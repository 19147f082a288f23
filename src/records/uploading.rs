//! A file on its way to the server, with its progress.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Attachment, Failure, Records};
use crate::client::Client;

/// A file on its way to the server. `Copy`.
#[derive(Clone, Copy)]
pub struct Upload(StoredValue<Rc<Inner>, LocalStorage>);

struct Inner {
    client: Client,
    file: web_sys::File,
    status: ArcRwSignal<UploadStatus>,
    cancel: RefCell<Option<oneshot::Sender<()>>>,
    /// The parts told are rounded to this many steps, so that a bar is not drawn a hundred times a second.
    told: Cell<u32>,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadStatus {
    /// From 0 to 1.
    Uploading(f64),
    /// There; put it into the draft's `attachments`.
    Done(Attachment),
    /// `TooLarge` and `Offline` among others; [`Upload::retry`] sends it again.
    Failed(Failure),
}

/// Steps of a progress bar.
const STEPS: f64 = 200.0;

impl Upload {
    /// How far it is.
    pub fn status(self) -> Signal<UploadStatus> {
        let status = self.0.try_get_value().map(|inner| inner.status.clone());
        status.unwrap_or_else(|| ArcRwSignal::new(UploadStatus::Failed(Failure::Cancelled))).into()
    }

    /// Stops it.
    pub fn cancel(self) {
        if let Some(inner) = self.0.try_get_value() {
            inner.cancel.take();
        }
    }

    /// Sends it again after a failure.
    pub fn retry(self) {
        if let Some(inner) = self.0.try_get_value() {
            start(inner);
        }
    }
}

impl Records {
    /// Sends a file to the server, for a draft. Cancelled with the owner that started it.
    pub fn upload(self, file: &web_sys::File) -> Upload {
        let inner = Rc::new(Inner {
            client: self.engine().client.clone(),
            file: file.clone(),
            status: ArcRwSignal::new(UploadStatus::Uploading(0.0)),
            cancel: RefCell::default(),
            told: Cell::default(),
        });
        start(inner.clone());
        let upload = Upload(StoredValue::new_local(inner));
        on_cleanup(move || {
            if let Some(inner) = upload.0.try_get_value() {
                inner.cancel.take();
            }
        });
        upload
    }
}

fn start(inner: Rc<Inner>) {
    let (cancel, cancelled) = oneshot::channel();
    inner.cancel.replace(Some(cancel));
    inner.told.set(0);
    inner.status.set(UploadStatus::Uploading(0.0));
    spawn_local(async move {
        let progress: Rc<dyn Fn(f64)> = Rc::new({
            let inner = inner.clone();
            move |part| {
                let step = (part * STEPS) as u32;
                if inner.told.replace(step) != step {
                    inner.status.set(UploadStatus::Uploading(part));
                }
            }
        });
        let file = inner.file.clone();
        let upload = inner.client.upload(&file, progress);
        let result = match select(std::pin::pin!(upload), cancelled).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(Failure::Cancelled),
        };
        inner.status.set(match result {
            Ok(answer) => UploadStatus::Done(Attachment {
                blob_id: answer.blob_id,
                name: file.name(),
                media_type: answer.media_type,
                size: answer.size,
                cid: None,
                inline: false,
            }),
            Err(failure) => UploadStatus::Failed(failure),
        });
    });
}
