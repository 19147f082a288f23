//! The opening of a form: for a new mail, a draft, or an answer, for which what is known of the original stands there at
//! once, and its formatted text as soon as it comes.

use std::sync::Arc;

use jmap::EmailId;
use leptos::prelude::*;

use super::body::Body;
use super::composers::Composers;
use super::files::File;
use super::html::{self, Source};
use super::mailto::{self, Mailto};
use super::part::{Opening, PART};
use super::recipients;
use super::reply::{Answer, Original, Words, begin};
use super::writing::{Beginning, Focus, Place, Writing};
use crate::locale::{dates, t, t_with};
use crate::records::{Draft, EmailDetails, Load};
use crate::ui::Toast;

impl Composers {
    /// Opens a form for what is to be written.
    pub(super) fn open(self, opening: Opening) {
        match opening {
            Opening::New(to) => self.open_new(Mailto { to, ..Mailto::default() }),
            Opening::Link(address) => {
                if let Some(mailto) = mailto::parse(&address) {
                    self.open_new(mailto);
                }
            }
            Opening::Draft(email) => self.open_draft(email),
            Opening::Kept(draft, place) => {
                self.reopen(draft, place);
            }
            Opening::Answer(email, answer) => self.open_answer(email, answer),
        }
    }

    fn open_new(self, mailto: Mailto) {
        let mut draft = Draft::new(self.records.new_draft_key());
        draft.to = mailto.to;
        draft.cc = mailto.cc;
        draft.bcc = mailto.bcc;
        draft.subject = mailto.subject;
        draft.in_reply_to.clone_from(&mailto.in_reply_to);
        draft.references = mailto.in_reply_to;
        let body = Body { written: html::from_text(&mailto.body), ..Body::default() };
        self.show(draft, body, Beginning::New, Place::Sheet);
    }

    fn open_draft(self, email: EmailId) {
        self.within(move || {
            leptos::task::spawn_local(async move {
                match self.records.open_draft(email).await {
                    Ok(draft) => {
                        self.reopen(draft, Place::Sheet);
                    }
                    Err(_) => {
                        self.toasts.show(Toast::new(t("composer.draftNotOpened")));
                    }
                }
            });
        });
    }

    /// A draft that `records` gave back: after a crash, after sending was undone.
    pub(super) fn reopen(self, draft: Draft, place: Place) -> Writing {
        if let Some(writing) = self.find(|open| open.key == draft.key) {
            self.bring_to_front(writing);
            return writing;
        }
        let body = Body::of(&draft);
        let writing = self.show(draft, body, Beginning::Draft, place);
        writing.touched.set(true);
        writing
    }

    fn open_answer(self, email: EmailId, answer: Answer) {
        self.within(|| {
            let details = self.records.email_details(email);
            // Until the details are there; most often they are, since the mail is on screen.
            Effect::new(move |done: Option<bool>| {
                if done == Some(true) {
                    return true;
                }
                match details.get() {
                    Load::Loading => return false,
                    Load::Ready(details) => untrack(|| self.begin_answer(details, answer)),
                    Load::Missing | Load::Failed(_) => {
                        self.toasts.show(Toast::new(t("composer.originalNotLoaded")));
                    }
                }
                true
            });
        });
    }

    fn begin_answer(self, details: Arc<EmailDetails>, answer: Answer) {
        let words = words(&details);
        let identities = self.records.identities().get_untracked();
        let plain = html::from_text(&details.text);
        let original = Original { details: &details, body: &plain, identities: &identities, list: None };
        let (draft, body) = begin(answer, original, self.records.new_draft_key(), &words);
        let beginning = match answer {
            Answer::Reply | Answer::ReplyAll => Beginning::Reply,
            Answer::Forward | Answer::ForwardAsAttachment => Beginning::Forward,
        };
        let place = Place::Thread(details.email.thread_id.clone());
        let writing = self.show(draft, body, beginning, place);
        writing.focus.set(if beginning == Beginning::Forward { Focus::To } else { Focus::Text });
        // A file that holds it whole quotes nothing.
        if answer != Answer::ForwardAsAttachment {
            self.complete(writing, details, answer, words);
        }
    }

    /// Puts the formatted original in the place of the plain one, with the pictures that it shows; and mends whom the
    /// answer goes to, if a mailing list brought the mail and nobody has changed it yet.
    fn complete(self, writing: Writing, details: Arc<EmailDetails>, answer: Answer, words: Words) {
        leptos::task::spawn_local(async move {
            let Ok(known) = self.records.original(details.email.id.clone()).await else { return };
            let nodes = match &known.html {
                Some(markup) => html::parse(markup, Source::Quoted),
                None => html::from_text(&details.text),
            };
            // Closed, or unfolded meanwhile: then the person may be writing in it.
            let is_folded = writing.body.try_with_untracked(|body| body.quote.is_some()) == Some(true);
            if !is_folded {
                return;
            }
            let identities = self.records.identities().get_untracked();
            let original =
                Original { details: &details, body: &nodes, identities: &identities, list: known.list.as_ref() };
            let (draft, begun) = begin(answer, original, writing.key(), &words);
            if known.list.is_some() && !writing.touched.get_untracked() {
                writing.to.tokens.set(draft.to);
                writing.cc.tokens.set(draft.cc);
            }
            writing.files.update(|files| {
                for attachment in draft.attachments {
                    match files.iter_mut().find(|file| file.is_blob(&attachment.blob_id)) {
                        Some(file) => *file = File::there(attachment),
                        None => files.push(File::there(attachment)),
                    }
                }
            });
            writing.body.update(|body| body.quote = begun.quote);
        });
    }

    /// Opens a form for a mail and keeps it safe from the first change on.
    pub(super) fn show(self, draft: Draft, body: Body, beginning: Beginning, place: Place) -> Writing {
        if place == Place::Sheet {
            self.make_way();
        }
        let owner = self.owner.get_value().child();
        let writing = owner.with(|| {
            let writing = Writing::new(&PART, self.records, draft, body, beginning, place.clone());
            let keep = Effect::new(move |before: Option<Draft>| {
                let draft = writing.draft();
                if before.as_ref().is_some_and(|before| *before != draft) && writing.touched.get_untracked() {
                    writing.records.save_draft(&draft);
                }
                draft
            });
            // Kept alive by its owner.
            let _ = keep;
            self.sign(writing);
            self.send_when_ready(writing);
            writing
        });
        self.open.update(|open| {
            if let Place::Thread(thread) = &place {
                // A second answer in a conversation moves the first one out of the way, nothing is lost.
                for other in open.iter() {
                    if *other.place.read_untracked() == Place::Thread(thread.clone()) {
                        other.place.set(Place::Sheet);
                        other.minimised.set(true);
                    }
                }
            }
            open.push(writing);
        });
        writing
    }

    /// Puts the signature below the text as soon as the identities are known, if nothing was written before.
    fn sign(self, writing: Writing) {
        if matches!(writing.beginning, Beginning::Draft) {
            return;
        }
        let identities = self.records.identities();
        Effect::new(move |signed: Option<bool>| {
            if signed == Some(true) {
                return true;
            }
            let Some(identity) = identities.with(|all| writing.identity_of(all)) else { return false };
            if !writing.touched.get_untracked() {
                let mut body = writing.body.get_untracked();
                body.sign(&identity);
                writing.set_body(body);
            }
            true
        });
    }
}

fn words(details: &EmailDetails) -> Words {
    let sent =
        details.sent_at.as_ref().map_or_else(|| details.email.received_at.millis(), |date| date.0.timestamp_millis());
    let date = dates::full(sent as f64);
    let writer = details.email.from.first().map(recipients::short).unwrap_or_default();
    Words {
        attribution: t_with("composer.attribution", &[("date", &date), ("name", &writer)]),
        forwarded: t("composer.forwarded"),
        fields: ["composer.from", "composer.date", "composer.subject", "composer.to", "composer.cc"].map(t),
        date,
    }
}
