//! Sending: what is in the way, the handing over, and what becomes of it until it can no longer be taken back.

use leptos::prelude::*;

use super::composers::{Composers, names};
use super::writing::{Field, Focus, Place, Writing};
use super::{checks, recipients};
use crate::locale::{bytes, dates, t, t_with};
use crate::records::{Draft, EmailAddress, Failure, Submission, SubmissionStatus, UtcDate};
use crate::ui::Toast;

/// Seconds in which sending can be undone; the server holds the mail so long.
const HOLD: u32 = 10;

/// When a mail goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// At once, but for the time to undo it.
    Now,
    /// At a time.
    At(UtcDate),
}

/// What is in the way of sending.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Problem {
    /// There is nobody to send it to.
    NoRecipient,
    /// An address can't be used; its token says why.
    WrongAddress,
    /// The server did not take addresses; their tokens say so.
    RefusedAddress(Vec<String>),
    /// Files failed.
    FilesFailed,
    /// Larger than the server takes.
    TooLarge { size: u64, limit: u64 },
    /// It speaks of an attachment. A hint: sending again sends.
    NoAttachment,
    /// It has no subject. A hint: sending again sends.
    NoSubject,
    /// The server did not take it.
    Refused(Failure),
}

impl Problem {
    /// Whether it only asks to look again.
    pub(super) fn is_hint(&self) -> bool {
        match self {
            Self::NoAttachment | Self::NoSubject => true,
            Self::NoRecipient
            | Self::WrongAddress
            | Self::RefusedAddress(_)
            | Self::FilesFailed
            | Self::TooLarge { .. }
            | Self::Refused(_) => false,
        }
    }

    /// What it says.
    pub(super) fn words(&self) -> String {
        match self {
            Self::NoRecipient => t("composer.noRecipient"),
            Self::WrongAddress => t("composer.wrongAddress"),
            Self::RefusedAddress(addresses) => {
                t_with("composer.refusedAddress", &[("addresses", &addresses.join(", "))])
            }
            Self::FilesFailed => t("composer.filesFailed"),
            Self::TooLarge { size, limit } => {
                t_with("composer.tooLarge", &[("size", &bytes(*size)), ("limit", &bytes(*limit))])
            }
            Self::NoAttachment => t("composer.noAttachment"),
            Self::NoSubject => t("composer.noSubject"),
            Self::Refused(failure) => refusal(failure),
        }
    }
}

fn refusal(failure: &Failure) -> String {
    let words = match failure {
        Failure::Offline => t("composer.notSentOffline"),
        Failure::SignedOut => t("composer.notSentSignedOut"),
        Failure::TooLarge { limit: Some(limit) } => t_with("composer.notSentTooLargeFor", &[("limit", &bytes(*limit))]),
        Failure::TooLarge { limit: None } => t("composer.notSentTooLarge"),
        Failure::Refused { reason, .. } => match reason.as_str() {
            "forbiddenFrom" | "forbiddenMailFrom" | "forbiddenToSend" => t("composer.notSentForbidden"),
            "overQuota" => t("composer.notSentOverQuota"),
            "tooManyRecipients" => t("composer.notSentTooMany"),
            "noRecipients" => t("composer.noRecipient"),
            "tooLarge" => t("composer.notSentTooLarge"),
            _ => t("composer.notSent"),
        },
        Failure::TooMany { .. } | Failure::Server { .. } | Failure::Cancelled => t("composer.notSent"),
    };
    match failure.reference() {
        Some(reference) => t_with("composer.withReference", &[("words", &words), ("reference", reference)]),
        None => words,
    }
}

impl Composers {
    /// Sends what is written, unless something is in the way; then the form says what.
    pub(super) fn send(self, writing: Writing, when: When) {
        for field in Field::ALL {
            writing.people(field).commit();
        }
        let shown = writing.problem.get_untracked();
        let acknowledged = shown.as_ref().is_some_and(Problem::is_hint);
        let problem = untrack(|| self.in_the_way(writing)).filter(|problem| !(problem.is_hint() && acknowledged));
        match problem {
            Some(problem) => {
                writing.sends_soon.set(None);
                if matches!(problem, Problem::NoRecipient | Problem::WrongAddress | Problem::RefusedAddress(_)) {
                    writing.focus.set(Focus::To);
                }
                writing.problem.set(Some(problem));
            }
            None if untrack(|| writing.pending_files()).0 > 0 => {
                writing.problem.set(None);
                writing.sends_soon.set(Some(when));
            }
            None => self.hand_over(writing, when),
        }
    }

    /// Sends as soon as the last file is there, if that was asked for.
    pub(super) fn send_when_ready(self, writing: Writing) {
        Effect::new(move |_| {
            let (going, failed) = writing.pending_files();
            if let Some(when) = writing.sends_soon.get()
                && going == 0
            {
                if failed > 0 {
                    writing.sends_soon.set(None);
                    writing.problem.set(Some(Problem::FilesFailed));
                } else {
                    untrack(|| self.hand_over(writing, when));
                }
            }
        });
    }

    fn in_the_way(self, writing: Writing) -> Option<Problem> {
        let everybody: Vec<EmailAddress> =
            Field::ALL.into_iter().flat_map(|field| writing.people(field).tokens.get()).collect();
        if everybody.is_empty() {
            return Some(Problem::NoRecipient);
        }
        if everybody.iter().any(|address| recipients::fault(address).is_some()) {
            return Some(Problem::WrongAddress);
        }
        let refused: Vec<String> = writing.refused.with(|refused| {
            refused
                .iter()
                .filter(|email| everybody.iter().any(|address| address.email.eq_ignore_ascii_case(email)))
                .cloned()
                .collect()
        });
        if !refused.is_empty() {
            return Some(Problem::RefusedAddress(refused));
        }
        if writing.pending_files().1 > 0 {
            return Some(Problem::FilesFailed);
        }
        let attachments = writing.attachments();
        let text = writing.body.with(|body| crate::mail::composer::html::to_text(&body.written));
        let size = checks::message_size(&attachments, text.len() * 3);
        if let Some(limit) = self.records.max_message().filter(|limit| size > *limit) {
            return Some(Problem::TooLarge { size, limit });
        }
        let has_file = writing.files.with(|files| !files.is_empty());
        if !has_file && checks::mentions_attachment(&text) {
            return Some(Problem::NoAttachment);
        }
        writing.subject.with(|subject| subject.trim().is_empty()).then_some(Problem::NoSubject)
    }

    fn hand_over(self, writing: Writing, when: When) {
        writing.sends_soon.set(None);
        let place = writing.place.get_untracked();
        let draft = untrack(|| writing.draft());
        let sent = self.for_wire(draft.clone());
        // The form is gone before it is known what became of the mail.
        let submission = self.within(|| match when {
            When::Now => self.records.send(sent, HOLD),
            When::At(time) => self.records.send_at(sent, time),
        });
        let offline = self.records.connection().get_untracked().offline;
        let words = match when {
            When::Now if offline => t("composer.sentOffline"),
            When::Now => t("composer.sent"),
            When::At(time) => {
                let millis = time.millis() as f64;
                t_with("composer.sentLater", &[("time", &dates::medium(millis, dates::now()))])
            }
        };
        self.remove(writing);
        let undo = self.within(|| Callback::new(move |()| submission.undo()));
        let toast = self.toasts.show(Toast::new(words).act(t("composer.undo"), undo).seconds(HOLD));
        self.follow(submission, toast, draft, place);
    }

    /// Addresses as they go over the wire, and those that the identity adds.
    fn for_wire(self, mut draft: Draft) -> Draft {
        let identities = self.records.identities().get_untracked();
        let identity = identities.iter().find(|identity| Some(&identity.id) == draft.identity.as_ref());
        for address in identity.or(identities.first()).and_then(|identity| identity.bcc.as_ref()).into_iter().flatten()
        {
            let everybody = || draft.to.iter().chain(&draft.cc).chain(&draft.bcc);
            if !everybody().any(|other| recipients::is_same(other, address)) {
                draft.bcc.push(address.clone());
            }
        }
        for list in [&mut draft.to, &mut draft.cc, &mut draft.bcc] {
            for address in list {
                *address = recipients::for_wire(address);
            }
        }
        draft
    }

    /// Opens the form again if the mail comes back: taken back by the person, or not taken by the server.
    fn follow(self, submission: Submission, toast: usize, written: Draft, place: Place) {
        self.within(|| {
            let status = submission.status();
            Effect::new(move |done: Option<bool>| {
                if done == Some(true) {
                    return true;
                }
                match status.get() {
                    SubmissionStatus::Sending | SubmissionStatus::Held { .. } => false,
                    SubmissionStatus::Sent => {
                        self.toasts.put_away(toast);
                        true
                    }
                    SubmissionStatus::Undone(draft) => {
                        self.toasts.put_away(toast);
                        let draft = as_written(draft, &written);
                        untrack(|| self.reopen(draft, place.clone()));
                        self.announcer.say(t("composer.undone"));
                        true
                    }
                    SubmissionStatus::Failed { failure, recipients, draft } => {
                        self.toasts.put_away(toast);
                        let to = names(&draft.to);
                        let draft = as_written(draft, &written);
                        untrack(|| {
                            let writing = self.reopen(draft, place.clone());
                            writing.problem.set(Some(if recipients.is_empty() {
                                Problem::Refused(failure)
                            } else {
                                Problem::RefusedAddress(recipients.clone())
                            }));
                            writing.refused.set(recipients);
                        });
                        self.announcer.interrupt(t_with("composer.notSentTo", &[("names", &to)]));
                        true
                    }
                }
            });
        });
    }
}

/// What comes back, with the addresses as the person wrote them.
fn as_written(back: Draft, written: &Draft) -> Draft {
    Draft { to: written.to.clone(), cc: written.cc.clone(), bcc: written.bcc.clone(), ..back }
}
