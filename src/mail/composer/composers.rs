//! All mails being written, and which of them is where on the screen. A context.
//!
//! One is in front in the reading pane; others there are minimised to a bar. An answer stands in its conversation.

use std::time::Duration;

use jmap::{EmailId, ThreadId};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::body::Body;
use super::mailto::{self, Mailto};
use super::writing::{Beginning, Place, Writing};
use super::{html, recipients};
use crate::locale::t;
use crate::records::{Draft, EmailAddress, Records, use_records};
use crate::ui::{Announcer, Toast, Toasts, dom};

/// What is being written; a context.
#[derive(Clone, Copy)]
pub(crate) struct Composers {
    pub(super) records: Records,
    pub(super) toasts: Toasts,
    pub(super) announcer: Announcer,
    /// Lives as long as somebody is signed in.
    owner: StoredValue<Owner>,
    /// The last is in front.
    open: RwSignal<Vec<Writing>>,
}

impl Composers {
    /// Provides it to all below. Needs [`Records`], [`Toasts`] and [`Announcer`].
    pub(crate) fn provide() -> Self {
        let composers = Self {
            records: use_records(),
            toasts: expect_context(),
            announcer: expect_context(),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            open: RwSignal::new(Vec::new()),
        };
        provide_context(composers);
        // The form keeps itself; this is for those that have none on screen.
        on_leaving(move || composers.records.keep_now());
        composers
    }

    /// A new mail, in the reading pane.
    pub(crate) fn new_mail(self) {
        self.new_with(Mailto::default());
    }

    /// A new mail to somebody.
    pub(crate) fn new_mail_to(self, address: EmailAddress) {
        self.new_with(Mailto { to: vec![address], ..Mailto::default() });
    }

    /// A new mail as a `mailto:` link says; nothing, if it is none.
    pub(crate) fn mailto(self, address: &str) {
        if let Some(mailto) = mailto::parse(address) {
            self.new_with(mailto);
        }
    }

    fn new_with(self, mailto: Mailto) {
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

    /// A draft from the Drafts folder, to go on with.
    pub(crate) fn edit(self, email: EmailId) {
        if let Some(writing) = self.find(|draft| draft.email.as_ref() == Some(&email)) {
            return self.bring_to_front(writing);
        }
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

    /// Opens a form for a mail and keeps it safe from the first change on.
    pub(super) fn show(self, draft: Draft, body: Body, beginning: Beginning, place: Place) -> Writing {
        if place == Place::Sheet {
            self.make_way();
        }
        let owner = self.owner.get_value().child();
        let writing = owner.with(|| {
            let writing = Writing::new(self.records, draft, body, beginning, place.clone());
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

    /// What stands in the reading pane gets out of the way: a bar, or gone if nothing is in it.
    fn make_way(self) {
        let in_front = self.open.with_untracked(|open| {
            open.iter().copied().filter(|writing| is_shown(*writing, &Place::Sheet)).collect::<Vec<_>>()
        });
        for writing in in_front {
            if writing.touched.get_untracked() {
                leave_form();
                writing.minimised.set(true);
            } else {
                self.remove(writing);
            }
        }
    }

    pub(super) fn bring_to_front(self, writing: Writing) {
        if *writing.place.read_untracked() == Place::Sheet && writing.minimised.get_untracked() {
            self.make_way();
        }
        writing.minimised.set(false);
        self.open.update(|open| {
            if let Some(at) = open.iter().position(|other| *other == writing) {
                let writing = open.remove(at);
                open.push(writing);
            }
        });
    }

    /// Closes the form; what was written stays in Drafts.
    pub(super) fn close(self, writing: Writing) {
        if writing.touched.get_untracked() {
            for field in super::writing::Field::ALL {
                writing.people(field).commit();
            }
            self.records.save_draft(&untrack(|| writing.draft()));
            self.records.leave_draft(&writing.key());
            self.toasts.show(Toast::new(t("composer.keptInDrafts")));
        }
        self.remove(writing);
    }

    /// Throws it away, with a way back.
    pub(super) fn discard(self, writing: Writing) {
        let place = writing.place.get_untracked();
        let draft = untrack(|| writing.draft());
        let had_words = writing.touched.get_untracked() || draft.email.is_some();
        self.remove(writing);
        if !had_words {
            return;
        }
        let undo = self.within(|| self.records.discard_draft(&draft.key));
        // The form that asked is gone when this is called.
        let back = self.within(|| {
            Callback::new(move |()| {
                undo.undo();
                self.reopen(draft.clone(), place.clone());
            })
        });
        self.toasts.show(Toast::new(t("composer.discarded")).act(t("composer.undo"), back));
    }

    /// Takes it off the screen. Its signals end once its form is gone.
    pub(super) fn remove(self, writing: Writing) {
        leave_form();
        self.open.update(|open| open.retain(|other| *other != writing));
        set_timeout(
            move || {
                writing.end();
                // The focus was in the form; it goes to where one was reading, or else to the list.
                let places = [".reply-line", "[data-pane-entry]", "[role='grid'][tabindex='0']", "main"];
                let find = |place: &str| document().query_selector(place).ok().flatten()?.dyn_into().ok();
                if dom::focused().is_none()
                    && let Some(place) = places.into_iter().find_map(find)
                {
                    dom::focus(&place);
                }
            },
            Duration::from_millis(50),
        );
    }

    fn find(self, is_it: impl Fn(&Draft) -> bool) -> Option<Writing> {
        self.open.with_untracked(|open| open.iter().copied().find(|writing| writing.is(&is_it)))
    }

    /// The answer to this mail that is being written.
    pub(super) fn answer_to(self, email: &EmailId) -> Option<Writing> {
        self.find(|draft| draft.answers.as_ref() == Some(email) || draft.forwards.as_ref() == Some(email))
    }

    /// Does something that goes on as long as somebody is signed in.
    pub(super) fn within<T>(self, run: impl FnOnce() -> T) -> T {
        self.owner.get_value().with(run)
    }

    /// What is written in the reading pane.
    pub(super) fn sheet(self) -> Memo<Option<Writing>> {
        Memo::new(move |_| self.shown(&Place::Sheet))
    }

    /// What is written in a conversation.
    pub(super) fn thread(self, thread: Signal<ThreadId>) -> Memo<Option<Writing>> {
        Memo::new(move |_| self.shown(&Place::Thread(thread.get())))
    }

    fn shown(self, place: &Place) -> Option<Writing> {
        self.open.with(|open| {
            open.iter().rev().copied().find(|writing| !writing.minimised.get() && *writing.place.read() == *place)
        })
    }

    /// The ones that are bars.
    pub(super) fn minimised(self) -> Signal<Vec<Writing>> {
        Signal::derive(move || {
            self.open.with(|open| open.iter().copied().filter(|writing| writing.minimised.get()).collect())
        })
    }

    /// Whether the reading pane is a form now.
    pub(crate) fn in_sheet(self) -> Signal<bool> {
        let sheet = self.sheet();
        Signal::derive(move || sheet.with(Option::is_some))
    }

    /// Whether an answer is written in this conversation.
    pub(crate) fn writes_in(self, thread: Signal<ThreadId>) -> Signal<bool> {
        let writing = self.thread(thread);
        Signal::derive(move || writing.with(Option::is_some))
    }

    /// Puts away what only stands in the reading pane, because something else is to be read there. What was written
    /// becomes a bar.
    pub(crate) fn leave_sheet(self) {
        self.make_way();
    }

    /// Whether a draft of this key is open.
    pub(super) fn has(self, draft: &Draft) -> bool {
        self.open.with(|open| open.iter().any(|writing| writing.is(|open| open.key == draft.key)))
    }
}

fn is_shown(writing: Writing, place: &Place) -> bool {
    !writing.minimised.get_untracked() && *writing.place.read_untracked() == *place
}

/// Calls when the page may be gone in a moment. On a phone a hidden tab gets no other sign.
pub(super) fn on_leaving(call: impl Fn() + Clone + 'static) {
    let hidden = call.clone();
    dom::on_window(ev::pagehide, move |_| call());
    // It bubbles from the document.
    let visibility = window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            hidden();
        }
    });
    on_cleanup(move || visibility.remove());
}

/// Lets go of the focus before a form goes: what its fields do when they lose it, they do while it is still there.
fn leave_form() {
    if let Some(focused) = dom::focused()
        && focused.closest(".composer").ok().flatten().is_some()
    {
        // It fails only where an element can't have the focus.
        let _ = focused.blur();
    }
}

/// Names, for a sentence: "Bob Okafor and 2 more".
pub(super) fn names(people: &[EmailAddress]) -> String {
    people.iter().map(recipients::short).collect::<Vec<_>>().join(", ")
}
