//! Mails and conversations for the reading pane, and the addresses of their documents and files.

use std::sync::Arc;

use jmap::method::GetResponse;
use jmap::{BlobId, EmailId, Id, ThreadId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use mirror::TypeName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::engine::{email, thread};
use super::wishes::details;
use super::{Email, EmailDetails, Failure, Load, Records, Thread};
use crate::client::{Batch, path_of};

/// Whether a mail's document shows pictures from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteImages {
    /// As the sender is trusted or not: what one starts with.
    BySender,
    /// Shown, fetched by the gateway: the reader asked for it.
    Shown,
}

/// The setting that lists whose pictures are shown (the gateway reads it too).
const TRUSTED: &str = "trustedSenders";

impl Records {
    /// A mail as lists show it.
    pub fn email(self, id: EmailId) -> Signal<Load<Arc<Email>>> {
        let id = Id::from(id);
        self.want(&email(), std::slice::from_ref(&id), &self.engine().row_properties());
        Memo::new(move |_| {
            let engine = self.engine();
            engine.track(&email());
            engine.email(&id).map_or_else(|| self.absent(&email(), &id), Load::Ready)
        })
        .into()
    }

    /// A conversation with all its mails, in all folders. While one that joins it is on its way, it is as it was.
    pub fn thread(self, id: ThreadId) -> Signal<Load<Thread>> {
        let key = Id::from(&id);
        self.want(&thread(), std::slice::from_ref(&key), &["emailIds".to_owned()]);
        Memo::new(move |before: Option<&Load<Thread>>| {
            let engine = self.engine();
            engine.track(&thread());
            engine.track(&email());
            let Some(ids) = engine.thread_emails(&key) else { return self.absent(&thread(), &key) };
            // In the memo, since a reply changes the ids.
            self.want(&email(), &ids, &engine.row_properties());
            let mut emails = Vec::with_capacity(ids.len());
            for id in &ids {
                match engine.email(id) {
                    Some(email) => emails.push(email),
                    None => match self.absent(&email(), id) {
                        // One that was destroyed is not waited for.
                        Load::Missing => {}
                        absent => return before.filter(|before| before.ready().is_some()).cloned().unwrap_or(absent),
                    },
                }
            }
            if emails.is_empty() { Load::Missing } else { Load::Ready(Thread { id: id.clone(), emails }) }
        })
        .into()
    }

    /// A mail with headers, recipients and attachments.
    pub fn email_details(self, id: EmailId) -> Signal<Load<Arc<EmailDetails>>> {
        let id = Id::from(id);
        self.want_details(std::slice::from_ref(&id));
        Memo::new(move |_| {
            let engine = self.engine();
            engine.track(&email());
            let read = engine
                .email(&id)
                .and_then(|read| EmailDetails::read(read, engine.mirror.borrow().record(&email(), &id)?));
            read.map_or_else(|| self.absent(&email(), &id), |details| Load::Ready(Arc::new(details)))
        })
        .into()
    }

    fn want(self, of: &TypeName, ids: &[Id], properties: &[String]) {
        let engine = self.engine();
        let known = {
            let mirror = engine.mirror.borrow();
            ids.iter().all(|id| mirror.has(of, id, properties) || mirror.presence(of, id) == mirror::Presence::Missing)
        };
        if !known {
            engine.mirror.borrow_mut().load(of, ids, Some(properties));
            engine.pump_soon();
        }
    }

    fn want_details(self, ids: &[Id]) {
        let mut properties = self.engine().row_properties();
        properties.extend(details());
        self.want(&email(), ids, &properties);
    }

    /// Why a record is not there to show.
    fn absent<T>(self, of: &TypeName, id: &Id) -> Load<T> {
        let trouble = self.trouble();
        let engine = self.engine();
        let mirror = engine.mirror.borrow();
        let refusal = mirror.refusal(of, id).map(Failure::from);
        match (mirror.presence(of, id), refusal.or(trouble)) {
            (mirror::Presence::Missing, _) => Load::Missing,
            (_, Some(failure)) => Load::Failed(failure),
            (_, None) => Load::Loading,
        }
    }

    /// All header fields as they stand in the message: "Show headers".
    ///
    /// # Errors
    /// As any request.
    pub async fn headers(self, id: EmailId) -> Result<Vec<(String, String)>, Failure> {
        let account = self.account_now()?;
        let mut batch = Batch::new();
        let call = batch.call("Email/get", &account, json!({ "ids": [id], "properties": ["headers"] }));
        let answer: GetResponse = self.engine().client.ask_again(batch).await?.take(call)?;
        let headers = answer.list.first().and_then(|email| email.get("headers")?.as_array());
        let field = |header: &Value| {
            let text = |name: &str| Some(header.get(name)?.as_str()?.to_owned());
            Some((text("name")?, text("value")?))
        };
        Ok(headers.into_iter().flatten().filter_map(field).collect())
    }

    /// The address of the mail's safe document, for a sandboxed iframe's `src`; in colours for a dark page or not.
    pub fn body_url(self, id: &EmailId, images: RemoteImages, dark: bool) -> String {
        let images = match images {
            RemoteImages::BySender => "",
            RemoteImages::Shown => "&images=1",
        };
        format!("/owlet/messages/{id}/body?scheme={}{images}", if dark { "dark" } else { "light" })
    }

    /// The address of a file, of a whole message (`message/rfc822`), of a picture.
    pub fn download_url(self, blob: &BlobId, name: &str, media_type: &str) -> String {
        let engine = self.engine();
        let (Some(session), Some(account)) = (engine.client.session(), engine.account()) else { return String::new() };
        let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
        let name = if name.is_empty() { "file" } else { name };
        path_of(&session.download_url)
            .replace("{accountId}", account.as_str())
            .replace("{blobId}", blob.as_str())
            .replace("{name}", &encode(name))
            .replace("{type}", &encode(media_type))
    }

    /// A text file's or a whole message's text, from its [`download_url`](Self::download_url).
    ///
    /// # Errors
    /// As any request.
    pub async fn file_text(self, url: &str) -> Result<String, Failure> {
        self.engine().client.document(url).await
    }

    /// Gets ready to open these at once: the next and the previous message, in colours for a dark page or not.
    pub fn prefetch(self, ids: &[EmailId], dark: bool) {
        let keys: Vec<Id> = ids.iter().map(Id::from).collect();
        self.want_details(&keys);
        let engine = self.engine();
        for id in ids {
            if engine.prefetched.borrow_mut().insert(id.clone()) {
                let (engine, url) = (engine.clone(), self.body_url(id, RemoteImages::BySender, dark));
                // Into the browser's own cache, where the iframe finds it. If not, opening gets it.
                spawn_local(async move { drop(engine.client.document(&url).await) });
            }
        }
    }

    /// Shows remote images of this sender from now on (or no more).
    ///
    /// # Errors
    /// As any request.
    pub async fn trust_sender(self, address: String, trusted: bool) -> Result<(), Failure> {
        let address = address.to_lowercase();
        let settings = self.settings().await?;
        let trusted_now = settings.get(TRUSTED).and_then(|known| Vec::<String>::deserialize(known).ok());
        let mut all = trusted_now.unwrap_or_default();
        all.retain(|known| *known != address);
        if trusted {
            all.push(address);
        }
        self.engine().prefetched.borrow_mut().clear();
        self.store_setting(TRUSTED, json!(all)).await
    }
}
