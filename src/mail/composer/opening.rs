//! The opening of an answer: what is known of the original at once, its formatted text as soon as it is there.

use std::sync::Arc;

use jmap::EmailId;
use leptos::prelude::*;

use super::composers::Composers;
use super::files::File;
use super::html::{self, Source};
use super::recipients;
use super::reply::{Answer, Original, Words, begin};
use super::writing::{Beginning, Focus, Place, Writing};
use crate::locale::{dates, t, t_with};
use crate::records::{EmailDetails, Load};
use crate::ui::Toast;

impl Composers {
    /// Answers or forwards a mail, in place in its conversation. An answer that is being written already is shown.
    pub(crate) fn answer(self, email: EmailId, answer: Answer) {
        if let Some(writing) = self.answer_to(&email) {
            return self.bring_to_front(writing);
        }
        self.within(|| {
            let details = self.records.email_details(email);
            // Until the details are there; most often they are, since the mail is on screen.
            Effect::new(move |done: Option<bool>| {
                if done == Some(true) {
                    return true;
                }
                match details.get() {
                    Load::Loading => return false,
                    Load::Ready(details) => untrack(|| self.open_answer(details, answer)),
                    Load::Missing | Load::Failed(_) => {
                        self.toasts.show(Toast::new(t("composer.originalNotLoaded")));
                    }
                }
                true
            });
        });
    }

    fn open_answer(self, details: Arc<EmailDetails>, answer: Answer) {
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
