//! What each [`Action`] does: to what is chosen, to what is open, or to rows that a menu, a button or a drag
//! names. Everything shows at once and can be taken back from the toast, by Ctrl Z or `z`.

use jmap::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::actions::Action;
use super::ask::Asked;
use super::composer::Answer;
use super::desk::Desk;
use super::folders::folder_name;
use super::list::selection::Selection;
use super::said::with_said;
use super::summary;
use crate::locale::{t, t_count, t_with};
use crate::records::{EmailId, EmailPatch, EmailWindow, MailboxId, Role, Targets, Undo};
use crate::routes::{Open, Place};
use crate::shell::Offer;
use crate::ui::Toast;

impl Desk {
    /// Offers all actions to the palette and the keys.
    pub(crate) fn offer_actions(self, offers: crate::shell::Offers) {
        let open = Signal::derive(move || self.route.with(|route| route.open.is_some()));
        let meant = Signal::derive(move || {
            open.get() || self.selection.with(|selection| selection.cursor().is_some() || selection.count(1) > 0)
        });
        let always = Signal::stored(true);
        let all = Action::ALL.iter().map(|&action| {
            let available = match action {
                Action::Reply | Action::ReplyAll | Action::Forward | Action::Print => open,
                Action::Archive
                | Action::Delete
                | Action::Flag
                | Action::ToggleSeen
                | Action::MarkSeen
                | Action::MarkUnseen
                | Action::Move
                | Action::Categorise
                | Action::Junk
                | Action::Choose
                | Action::Open => meant,
                Action::New
                | Action::Undo
                | Action::ChooseAll
                | Action::Next
                | Action::Previous
                | Action::Back
                | Action::Refresh
                | Action::GoInbox
                | Action::GoFlagged
                | Action::GoSent
                | Action::GoDrafts
                | Action::GoArchive
                | Action::GoEverywhere
                | Action::GoTrash => always,
            };
            Offer { command: action.command(), available, run: Callback::new(move |()| self.run(action)) }
        });
        offers.offer(all.collect());
        // What was refused is undone already; it is said, since nobody would look for it.
        self.records.on_refused(move |refused| {
            let words = t_count("mail.refused", refused.count as u64, &[]);
            self.toasts.show(Toast::new(words).seconds(10));
        });
    }

    /// Does it: to what is chosen, else to what is open, else to the row under the cursor.
    pub(crate) fn run(self, action: Action) {
        match action {
            Action::New => self.composers.new_mail(),
            Action::Reply => self.answer(Answer::Reply),
            Action::ReplyAll => self.answer(Answer::ReplyAll),
            Action::Forward => self.answer(Answer::Forward),
            Action::Print => self.print(),
            Action::Undo => self.undo_last(),
            Action::Choose => self.choose_cursor(),
            Action::ChooseAll => {
                self.selection.update(Selection::all);
                self.choosing.set(true);
                self.announcer.say(t_count("mail.chosen", self.total_now() as u64, &[]));
            }
            Action::Next => self.step(1),
            Action::Previous => self.step(-1),
            Action::Open => {
                if let Some(key) = self.selection.with_untracked(|selection| selection.cursor().cloned()) {
                    self.open_row(&key);
                }
            }
            Action::Back => self.back(),
            Action::Refresh => {
                self.records.refresh();
                self.announcer.say(t("mail.looking"));
            }
            Action::GoInbox => self.go_to(Place::Inbox),
            Action::GoFlagged => self.go_to(Place::Flagged),
            Action::GoEverywhere => self.go_to(Place::Everywhere),
            Action::GoSent => self.go_to_role(&Role::Sent),
            Action::GoDrafts => self.go_to_role(&Role::Drafts),
            Action::GoArchive => self.go_to_role(&Role::Archive),
            Action::GoTrash => self.go_to_role(&Role::Trash),
            Action::Archive
            | Action::Delete
            | Action::Flag
            | Action::ToggleSeen
            | Action::MarkSeen
            | Action::MarkUnseen
            | Action::Move
            | Action::Categorise
            | Action::Junk => self.with_meant(move |keys| self.run_on(action, keys)),
        }
    }

    /// Does it to these rows.
    pub(crate) fn run_on(self, action: Action, keys: Vec<Id>) {
        if keys.is_empty() {
            return;
        }
        let role = self.folder_now().and_then(|folder| folder.role);
        match action {
            Action::Archive => self.put_away(keys, EmailPatch::Archive, self.role_folder_name(&Role::Archive)),
            Action::Delete if role == Some(Role::Trash) => self.asked.set(Some(Asked::Destroy(keys))),
            Action::Delete => self.put_away(keys, EmailPatch::Trash, self.role_folder_name(&Role::Trash)),
            Action::Junk if role == Some(Role::Junk) => {
                self.put_away(keys, EmailPatch::NotJunk, self.role_folder_name(&Role::Inbox));
            }
            Action::Junk => self.put_away(keys, EmailPatch::Junk, self.role_folder_name(&Role::Junk)),
            Action::Flag => {
                let on = !self.all(&keys, |row| row.flagged);
                let done = self.change(&keys, EmailPatch::Flagged(on));
                self.tell(&keys, if on { "mail.flaggedDone" } else { "mail.unflaggedDone" }, &[], done);
            }
            Action::ToggleSeen => {
                let unread = self.all(&keys, |row| row.unread);
                self.mark(&keys, unread);
            }
            Action::MarkSeen => self.mark(&keys, true),
            Action::MarkUnseen => self.mark(&keys, false),
            Action::Move => self.asked.set(Some(Asked::Move(keys))),
            Action::Categorise => self.asked.set(Some(Asked::Categorise(keys))),
            Action::New
            | Action::Reply
            | Action::ReplyAll
            | Action::Forward
            | Action::Print
            | Action::Undo
            | Action::Choose
            | Action::ChooseAll
            | Action::Next
            | Action::Previous
            | Action::Open
            | Action::Back
            | Action::Refresh
            | Action::GoInbox
            | Action::GoFlagged
            | Action::GoSent
            | Action::GoDrafts
            | Action::GoArchive
            | Action::GoEverywhere
            | Action::GoTrash => self.run(action),
        }
    }

    /// Into another folder.
    pub(crate) fn move_to(self, keys: Vec<Id>, folder: MailboxId) {
        let name = untrack(move || self.records.mailboxes().get())
            .iter()
            .find(|mailbox| mailbox.id == folder)
            .map(folder_name)
            .unwrap_or_default();
        self.put_away(keys, EmailPatch::Move(folder), name);
    }

    /// Sets or clears a category.
    pub(crate) fn categorise(self, keys: &[Id], keyword: String, on: bool) {
        let name = summary::category_name(&keyword);
        let done = self.change(keys, EmailPatch::Keyword(keyword, on));
        self.tell(keys, if on { "mail.categorised" } else { "mail.uncategorised" }, &[("category", &name)], done);
    }

    /// Gone for good: there is no way back, so it was asked before.
    pub(crate) fn destroy(self, keys: Vec<Id>) {
        let done = self.change(&keys, EmailPatch::Destroy);
        self.leave(&keys);
        self.tell(&keys, "mail.destroyed", &[], done);
    }

    /// Opens a row: reads it, or goes on with it if it is a draft.
    pub(crate) fn open_row(self, key: &Id) {
        let row = self.window_now().and_then(|window| window.row_now(window.index_of(key)?));
        if let Some(row) = row.as_ref().filter(|row| row.email.draft && row.thread.emails <= 1) {
            self.composers.edit(row.email.id.clone());
            return;
        }
        if let Some(window) = self.window_now() {
            window.hold(key);
        }
        self.open(Some(self.open_of(key)));
    }

    /// Answers the newest of what is open, or this mail.
    fn answer(self, answer: Answer) {
        if let Some(email) = self.newest_open() {
            self.answer_email(email, answer);
        }
    }

    /// Answers this mail, in place.
    pub(crate) fn answer_email(self, email: EmailId, answer: Answer) {
        self.composers.answer(email, answer);
    }

    /// Prints what is open, once no mail stands in colours made for a dark screen.
    fn print(self) {
        if self.printing.get_untracked() {
            return;
        }
        self.printing.set(true);
        spawn_local(async move {
            let mut patience = 60;
            while patience > 0 && super::reading::is_dark_anywhere() {
                gloo_timers::future::TimeoutFuture::new(50).await;
                patience -= 1;
            }
            let _ = window().print();
            self.printing.try_set(false);
        });
    }

    // --- the list ----------------------------------------------------------------------------

    /// To the row so many further down, which opens where there is a reading pane.
    pub(crate) fn step(self, by: isize) {
        let Some(window) = self.window_now() else { return };
        let total = self.total_now();
        if total == 0 {
            return;
        }
        let at = self.cursor_index(window);
        let to = at.map_or(0, |at| at.saturating_add_signed(by)).min(total - 1);
        if let Some(row) = window.row_now(to) {
            self.selection.update(|selection| selection.only(row.key.clone()));
            if self.reads_beside() || untrack(move || self.open_key()).is_some() {
                self.open_row(&row.key);
            }
        }
    }

    /// The index of the row under the cursor, or of what is open.
    pub(crate) fn cursor_index(self, window: EmailWindow) -> Option<usize> {
        let cursor = self.selection.with_untracked(|selection| selection.cursor().cloned());
        let key = cursor.or_else(|| untrack(move || self.open_key()))?;
        window.index_of(&key)
    }

    /// A mail opens beside the list, so that moving in the list reads.
    pub(crate) fn reads_beside(self) -> bool {
        !self.narrow.get_untracked() && self.preferences.reading_at.get_untracked() != crate::shell::ReadingAt::Off
    }

    fn choose_cursor(self) {
        if let Some(key) = self.selection.with_untracked(|selection| selection.cursor().cloned()) {
            self.choosing.set(true);
            self.selection.update(|selection| selection.toggle(key));
        }
    }

    fn back(self) {
        if untrack(move || self.is_choosing()) {
            self.stop_choosing();
        } else if self.route.with_untracked(|route| route.open.is_some()) {
            self.open(None);
            self.focus_list();
        } else if self.route.with_untracked(|route| route.search.is_some()) {
            self.search("", false);
        }
    }

    fn go_to_role(self, role: &Role) {
        if let Some(mailbox) = self.records.mailbox_with_role(role) {
            self.go_to(Place::Folder(mailbox.id));
        }
    }

    // --- changing ----------------------------------------------------------------------------

    /// The rows that an action without a row of its own means.
    pub(crate) fn with_meant(self, then: impl FnOnce(Vec<Id>) + 'static) {
        let selection = self.selection.get_untracked();
        if self.range_is_due() {
            return self.range.update_value(|range| {
                if let Some(range) = range {
                    range.then.push(Box::new(then));
                }
            });
        }
        if selection.is_all() {
            let Some(window) = self.window_now() else { return };
            spawn_local(async move {
                match window.all_keys().await {
                    Ok(keys) => then(keys.into_iter().filter(|key| selection.contains(key)).collect()),
                    Err(_) => {
                        self.toasts.show(Toast::new(t("mail.allNotFound")));
                    }
                }
            });
            return;
        }
        let chosen: Vec<Id> = selection.keys().into_iter().flatten().cloned().collect();
        let open = untrack(move || self.open_key());
        then(match (chosen.len(), open) {
            (0 | 1, Some(open)) if !self.choosing.get_untracked() => vec![open],
            (0, _) => selection.cursor().cloned().into_iter().collect(),
            _ => chosen,
        });
    }

    fn targets(self, keys: &[Id]) -> Targets {
        let conversations = self
            .window_now()
            .and_then(|window| keys.iter().find_map(|key| window.row_now(window.index_of(key)?)))
            .map_or_else(
                || self.route.with_untracked(|route| !matches!(route.open, Some(Open::Email(_)))),
                |row| row.key.as_str() == row.email.thread_id.as_str(),
            );
        let targets = if conversations {
            Targets::threads(keys.iter().map(|key| key.clone().into()))
        } else {
            Targets::emails(keys.iter().map(|key| key.clone().into()))
        };
        match self.folder_now() {
            Some(folder) => targets.within(folder.id),
            None => targets,
        }
    }

    fn change(self, keys: &[Id], patch: EmailPatch) -> Undo {
        self.records.change_emails(self.targets(keys), patch)
    }

    fn mark(self, keys: &[Id], seen: bool) {
        if let Some(window) = self.window_now() {
            keys.iter().for_each(|key| window.hold(key));
        }
        // Marked unread, a conversation is so as a whole only where it was read before.
        let done = self.change(keys, EmailPatch::Seen(seen));
        self.tell(keys, if seen { "mail.seenDone" } else { "mail.unseenDone" }, &[], done);
    }

    fn put_away(self, keys: Vec<Id>, patch: EmailPatch, folder: String) {
        let subject = self.subject(&keys);
        let leaves = match (&patch, self.route.with_untracked(|route| route.place.clone())) {
            (EmailPatch::Archive | EmailPatch::Move(_), Place::Flagged | Place::Everywhere) => false,
            (EmailPatch::Move(to), Place::Folder(here)) => *to != here,
            _ => true,
        };
        let next = leaves.then(|| self.next_after(&keys));
        let done = self.change(&keys, patch);
        if done.count() == 0 {
            return;
        }
        if let Some(next) = next {
            self.leave_for(&keys, next);
        }
        let words = match subject {
            Some(subject) => t_with("mail.moved", &[("subject", &subject), ("folder", &folder)]),
            None => t_count("mail.movedMany", keys.len() as u64, &[("folder", &folder)]),
        };
        self.toast(words, done);
    }

    fn leave(self, keys: &[Id]) {
        let next = self.next_after(keys);
        self.leave_for(keys, next);
    }

    /// The row that takes the place of those that leave: the one below, else the one above.
    fn next_after(self, keys: &[Id]) -> Option<Id> {
        let window = self.window_now()?;
        let first = keys.iter().filter_map(|key| window.index_of(key)).min()?;
        let stays = |index: usize| window.row_now(index).map(|row| row.key).filter(|key| !keys.contains(key));
        let below = (first..first + keys.len() + 1).find_map(stays);
        below.or_else(|| first.checked_sub(1).and_then(stays))
    }

    fn leave_for(self, keys: &[Id], next: Option<Id>) {
        self.choosing.set(false);
        let open = untrack(move || self.open_key());
        let was_open = open.is_some_and(|open| keys.contains(&open));
        self.selection.update(|selection| {
            selection.clear();
            selection.forget(keys, next.clone());
            if let Some(next) = next.clone().filter(|_| was_open) {
                selection.only(next);
            }
        });
        if was_open {
            match next.filter(|_| self.reads_beside()) {
                Some(next) => self.open_row(&next),
                None => self.open(None),
            }
        }
    }

    // --- telling -----------------------------------------------------------------------------

    fn tell(self, keys: &[Id], words: &'static str, arguments: &[(&str, &str)], done: Undo) {
        if done.count() > 0 {
            self.toast(t_count(words, keys.len() as u64, arguments), done);
        }
    }

    /// Says what was done, with its undoing.
    pub(crate) fn toast(self, words: String, done: Undo) {
        let toast = Toast::new(words);
        self.last_done.set_value(Some(done).filter(|done| done.is_possible()));
        let undo = move || {
            self.last_done.set_value(None);
            done.undo();
            self.announcer.say(t("mail.undone"));
        };
        let toast = if done.is_possible() { self.within(|| toast.act(t("mail.undo"), undo)) } else { toast };
        self.toasts.show(toast);
    }

    fn undo_last(self) {
        // The toast first: what it offers may be another thing than a change of mail, such as a mail just sent.
        if self.toasts.act() {
            return;
        }
        match self.last_done.try_update_value(Option::take).flatten() {
            Some(done) => {
                done.undo();
                self.toasts.show(Toast::new(t("mail.undone")));
            }
            None => self.announcer.say(t("mail.nothingToUndo")),
        }
    }

    fn subject(self, keys: &[Id]) -> Option<String> {
        let [key] = keys else { return None };
        let window = self.window_now()?;
        let row = window.row_now(window.index_of(key)?)?;
        Some(with_said(|said| summary::subject(summary::base_subject(&row.email.subject), said)))
    }

    fn role_folder_name(self, role: &Role) -> String {
        let mailbox = self.records.mailbox_with_role(role);
        mailbox.map(|mailbox| folder_name(&mailbox)).or_else(|| super::said::role_name(role)).unwrap_or_default()
    }

    fn all(self, keys: &[Id], is: impl Fn(&summary::RowSummary) -> bool) -> bool {
        let Some(window) = self.window_now() else { return false };
        let me = self.me.get_untracked();
        keys.iter()
            .filter_map(|key| window.row_now(window.index_of(key)?))
            .all(|row| is(&with_said(|said| summary::summarize(&row, &me, false, said))))
    }
}
