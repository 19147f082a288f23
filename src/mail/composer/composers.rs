//! All mails being written, and which of them is where on the screen. A context.
//!
//! One is in front in the reading pane; others there are minimised to a bar. An answer stands in its conversation.

use std::time::Duration;

use jmap::{EmailId, ThreadId};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::part::{self, Opening};
use super::recipients;
use super::reply::Answer;
use super::writing::{Place, Writing};
use crate::records::{Draft, EmailAddress, Records, use_records};
use crate::shell::parts::{Typing, prefetch, when_there};
use crate::ui::{Announcer, Toasts, dom};

/// What is being written; a context.
#[derive(Clone, Copy)]
pub(crate) struct Composers {
    pub(super) records: Records,
    pub(super) toasts: Toasts,
    pub(super) announcer: Announcer,
    /// Lives as long as somebody is signed in.
    pub(super) owner: StoredValue<Owner>,
    /// The last is in front.
    pub(super) open: RwSignal<Vec<Writing>>,
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
        prefetch(part::part);
        // The form keeps itself; this is for those that have none on screen.
        on_leaving(move || composers.records.keep_now());
        composers
    }

    /// A new mail, in the reading pane.
    pub(crate) fn new_mail(self) {
        self.begin(Opening::New(Vec::new()));
    }

    /// A new mail to somebody.
    pub(crate) fn new_mail_to(self, address: EmailAddress) {
        self.begin(Opening::New(vec![address]));
    }

    /// A new mail as a `mailto:` link says; nothing, if it is none.
    pub(crate) fn mailto(self, address: &str) {
        self.begin(Opening::Link(address.to_owned()));
    }

    /// A draft from the Drafts folder, to go on with.
    pub(crate) fn edit(self, email: EmailId) {
        match self.find(|draft| draft.email.as_ref() == Some(&email)) {
            Some(writing) => self.bring_to_front(writing),
            None => self.begin(Opening::Draft(email)),
        }
    }

    /// Answers or forwards a mail, in place in its conversation. An answer that is being written already is shown.
    pub(crate) fn answer(self, email: EmailId, answer: Answer) {
        match self.answer_to(&email) {
            Some(writing) => self.bring_to_front(writing),
            None => self.begin(Opening::Answer(email, answer)),
        }
    }

    /// Goes on with a draft that `records` kept.
    pub(super) fn go_on(self, draft: Draft) {
        self.begin(Opening::Kept(draft, Place::Sheet));
    }

    /// Opens a form, fetching the part of the app that knows how, if it is not there.
    fn begin(self, opening: Opening) {
        let again = opening.clone();
        let again = move || self.begin(again.clone());
        self.within(|| {
            when_there(part::part, self.toasts, Typing::Awaits, move |part| (part.open)(self, opening), again)
        });
    }

    /// Closes the form; what was written stays in Drafts.
    pub(super) fn close(self, writing: Writing) {
        (writing.part.close)(self, writing);
    }

    /// What stands in the reading pane gets out of the way: a bar, or gone if nothing is in it.
    pub(super) fn make_way(self) {
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

    pub(super) fn find(self, is_it: impl Fn(&Draft) -> bool) -> Option<Writing> {
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
pub(super) fn leave_form() {
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
