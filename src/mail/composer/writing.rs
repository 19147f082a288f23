//! One mail being written, as signals. It outlives its form: widened, minimised and shown again it stays the same.
//! What the form shows and changes is here; what becomes of it is in `composers` and `outcome`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use jmap::ThreadId;
use leptos::prelude::*;

use super::body::Body;
use super::files::File;
use super::html::{self, Node};
use super::outcome::{Problem, When};
use super::part::Part;
use super::recipients;
use crate::records::{Attachment, Draft, DraftKey, DraftStatus, EmailAddress, Identity, IdentityId, Records};

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the foot of a conversation.
    Thread(ThreadId),
    /// In the reading pane.
    Sheet,
}

/// What it began as; names the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    New,
    Reply,
    Forward,
    Draft,
}

/// The three fields of recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    To,
    Cc,
    Bcc,
}

impl Field {
    pub(super) const ALL: [Self; 3] = [Self::To, Self::Cc, Self::Bcc];

    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::To => "composer.to",
            Self::Cc => "composer.cc",
            Self::Bcc => "composer.bcc",
        }
    }
}

/// The people in a field, and the letters behind them that are no token yet.
#[derive(Clone, Copy)]
pub(super) struct People {
    pub(super) tokens: RwSignal<Vec<EmailAddress>>,
    pub(super) text: RwSignal<String>,
}

impl People {
    fn new(tokens: Vec<EmailAddress>) -> Self {
        Self { tokens: RwSignal::new(tokens), text: RwSignal::new(String::new()) }
    }

    /// Adds addresses, each once.
    pub(super) fn add(self, addresses: Vec<EmailAddress>) {
        self.tokens.update(|tokens| {
            for address in addresses {
                if !tokens.iter().any(|other| recipients::is_same(other, &address)) {
                    tokens.push(address);
                }
            }
        });
    }

    /// Makes tokens of what was typed.
    pub(super) fn commit(self) {
        let text = self.text.get_untracked();
        if !text.trim().is_empty() {
            self.add(recipients::parse(&text));
        }
        if !text.is_empty() {
            self.text.set(String::new());
        }
    }

    fn all(self) -> Vec<EmailAddress> {
        let mut all = self.tokens.get();
        all.extend(recipients::parse(&self.text.get()));
        all
    }
}

/// What of the form is to be given the focus when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    To,
    Subject,
    Text,
}

static NEXT: AtomicUsize = AtomicUsize::new(1);

impl PartialEq for Writing {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// A mail being written.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    /// Tells it from the others, also when it has ended.
    number: usize,
    pub(super) records: Records,
    /// What shows and ends it.
    pub(super) part: &'static Part,
    /// Whatever belongs to it ends with it, not with its form.
    owner: StoredValue<Owner>,
    /// What no field shows: its name, whom it answers.
    base: StoredValue<Draft>,
    pub(super) beginning: Beginning,
    pub(super) place: RwSignal<Place>,
    pub(super) minimised: RwSignal<bool>,
    pub(super) wide: RwSignal<bool>,
    pub(super) identity: RwSignal<Option<IdentityId>>,
    pub(super) to: People,
    pub(super) cc: People,
    pub(super) bcc: People,
    /// Cc and Bcc are on show.
    pub(super) shows_cc: RwSignal<bool>,
    pub(super) shows_bcc: RwSignal<bool>,
    pub(super) shows_subject: RwSignal<bool>,
    pub(super) subject: RwSignal<String>,
    pub(super) body: RwSignal<Body>,
    /// Counts the times that the body was changed by something else than the editor, which then shows it anew.
    pub(super) body_version: RwSignal<u32>,
    pub(super) files: RwSignal<Vec<File>>,
    /// Addresses of pictures from this device, by Content-ID.
    pictures: StoredValue<HashMap<String, String>>,
    pub(super) important: RwSignal<bool>,
    pub(super) wants_receipt: RwSignal<bool>,
    /// What is in the way of sending.
    pub(super) problem: RwSignal<Option<Problem>>,
    /// Addresses that the server did not take.
    pub(super) refused: RwSignal<Vec<String>>,
    /// Sending waits for files on their way.
    pub(super) sends_soon: RwSignal<Option<When>>,
    /// Where the focus goes when the form is shown.
    pub(super) focus: RwSignal<Focus>,
    /// A person changed something since it was opened.
    pub(super) touched: RwSignal<bool>,
}

impl Writing {
    /// Makes the signals within the current owner.
    pub(super) fn new(
        part: &'static Part,
        records: Records,
        draft: Draft,
        body: Body,
        beginning: Beginning,
        place: Place,
    ) -> Self {
        let files = draft.attachments.iter().cloned().map(File::there).collect();
        let focus = match (draft.to.is_empty(), draft.subject.is_empty()) {
            (true, _) => Focus::To,
            (false, true) => Focus::Subject,
            (false, false) => Focus::Text,
        };
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            records,
            part,
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            beginning,
            minimised: RwSignal::new(false),
            wide: RwSignal::new(false),
            identity: RwSignal::new(draft.identity.clone()),
            shows_cc: RwSignal::new(!draft.cc.is_empty()),
            shows_bcc: RwSignal::new(!draft.bcc.is_empty()),
            shows_subject: RwSignal::new(!(beginning == Beginning::Reply && matches!(place, Place::Thread(_)))),
            place: RwSignal::new(place),
            to: People::new(draft.to.clone()),
            cc: People::new(draft.cc.clone()),
            bcc: People::new(draft.bcc.clone()),
            subject: RwSignal::new(draft.subject.clone()),
            body: RwSignal::new(body),
            body_version: RwSignal::new(0),
            files: RwSignal::new(files),
            pictures: StoredValue::new(HashMap::new()),
            important: RwSignal::new(draft.priority.is_some_and(|priority| priority < 3)),
            wants_receipt: RwSignal::new(draft.wants_receipt),
            problem: RwSignal::new(None),
            refused: RwSignal::new(Vec::new()),
            sends_soon: RwSignal::new(None),
            focus: RwSignal::new(focus),
            touched: RwSignal::new(false),
            base: StoredValue::new(draft),
        }
    }

    /// Its number, for lists.
    pub(super) fn number(self) -> usize {
        self.number
    }

    pub(super) fn key(self) -> DraftKey {
        self.base.with_value(|draft| draft.key.clone())
    }

    /// Does something that ends with the writing.
    pub(super) fn within<T>(self, run: impl FnOnce() -> T) -> T {
        self.owner.get_value().with(run)
    }

    /// A person changed something.
    pub(super) fn touch(self) {
        self.touched.set(true);
        self.problem.set(None);
    }

    pub(super) fn people(self, field: Field) -> People {
        match field {
            Field::To => self.to,
            Field::Cc => self.cc,
            Field::Bcc => self.bcc,
        }
    }

    /// Sets the body from elsewhere than the editor.
    pub(super) fn set_body(self, body: Body) {
        self.body.set(body);
        self.body_version.update(|version| *version += 1);
    }

    /// What stands in the formatted editor.
    pub(super) fn set_written(self, written: Vec<Node>) {
        if self.body.with_untracked(|body| body.written != written) {
            self.body.update(|body| body.written = written);
        }
    }

    /// What stands in the plain editor.
    pub(super) fn set_plain_text(self, text: String) {
        if self.body.with_untracked(|body| body.plain.as_ref() != Some(&text)) {
            self.body.update(|body| body.plain = Some(text));
        }
    }

    /// Where the editor gets the picture of a Content-ID.
    pub(super) fn picture(self, cid: &str) -> Option<String> {
        let local = self.pictures.with_value(|pictures| pictures.get(cid).cloned());
        local.or_else(|| {
            let attachment = self.files.with_untracked(|files| {
                let file = files.iter().find(|file| file.cid.as_deref() == Some(cid))?;
                untrack(|| file.attachment())
            })?;
            Some(self.records.download_url(&attachment.blob_id, &attachment.name, &attachment.media_type))
        })
    }

    /// A picture from this device is shown without asking the server for it.
    pub(super) fn remember_picture(self, cid: &str, address: &str) {
        self.pictures.update_value(|pictures| {
            pictures.insert(cid.to_owned(), address.to_owned());
        });
    }

    /// How safe it is.
    pub(super) fn status(self) -> Signal<DraftStatus> {
        self.records.draft_status(self.key())
    }

    /// Files that are there, without pictures that the text no longer shows. Reads signals.
    pub(super) fn attachments(self) -> Vec<Attachment> {
        let cids = self.body.with(|body| {
            let mut cids = html::content_ids(&body.written);
            cids.extend(html::content_ids(body.quote.as_deref().unwrap_or_default()));
            cids
        });
        self.files.with(|files| {
            files
                .iter()
                .filter_map(File::attachment)
                .filter(|file| !file.inline || file.cid.as_ref().is_some_and(|cid| cids.contains(cid)))
                .collect()
        })
    }

    /// The draft as it stands. Reads every signal of it, so an effect that calls it runs on every change.
    pub(super) fn draft(self) -> Draft {
        let mut draft = self.base.get_value();
        draft.identity = self.identity.get();
        draft.to = self.to.all();
        draft.cc = self.cc.all();
        draft.bcc = self.bcc.all();
        draft.subject = self.subject.get();
        draft.attachments = self.attachments();
        draft.priority = self.important.get().then_some(1);
        draft.wants_receipt = self.wants_receipt.get();
        self.body.with(|body| body.write_to(&mut draft));
        draft
    }

    /// The identity that it is written as. Reads signals.
    pub(super) fn identity_of(self, identities: &[Identity]) -> Option<Identity> {
        let chosen = self.identity.get();
        let found = identities.iter().find(|identity| Some(&identity.id) == chosen.as_ref());
        found.or(identities.first()).cloned()
    }

    /// What its bar says: the subject, or for whom it is.
    pub(super) fn title(self) -> Signal<String> {
        Signal::derive(move || {
            let subject = self.subject.get();
            if !subject.trim().is_empty() {
                return subject;
            }
            let names: Vec<String> = self.to.tokens.with(|to| to.iter().map(recipients::short).collect());
            if names.is_empty() { crate::locale::t("composer.newMail") } else { names.join(", ") }
        })
    }
}

impl Writing {
    /// Whether its draft is the one that is looked for.
    pub(super) fn is(self, is_it: impl FnOnce(&Draft) -> bool) -> bool {
        self.base.with_value(is_it)
    }

    /// Ends whatever belongs to it: saving, uploads, its signals.
    pub(super) fn end(self) {
        for address in self.pictures.try_get_value().unwrap_or_default().into_values() {
            // Fails only for what is no address.
            let _ = web_sys::Url::revoke_object_url(&address);
        }
        if let Some(owner) = self.owner.try_get_value() {
            owner.cleanup();
        }
    }
}
