//! What a person does to mails, as an intention; and what it means: patches, rows that leave lists, counts
//! that move.

use std::collections::{BTreeMap, BTreeSet};

use jmap::mailbox::Role;
use jmap::{EmailId, Id, MailboxId, ThreadId};
use mirror::{Action, Change, Edit, Properties, WindowKey};
use serde_json::{Value, json};

/// What becomes of mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailPatch {
    /// Read or unread.
    Seen(bool),
    /// Flagged or not.
    Flagged(bool),
    /// A category or another keyword, set or removed.
    Keyword(String, bool),
    /// Out of the folder they are seen in (see [`Targets::within`]), into this one.
    Move(MailboxId),
    /// Into the archive.
    Archive,
    /// Into junk.
    Junk,
    /// Out of junk, into the inbox.
    NotJunk,
    /// Into the trash.
    Trash,
    /// Gone for good. Has no undo.
    Destroy,
}

/// Which mails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Single mails.
    pub emails: Vec<EmailId>,
    /// Whole conversations: of each, the mails in `within`, or all if that is `None`.
    pub threads: Vec<ThreadId>,
    /// The folder that the list shows: what "move" moves out of, and what limits `threads`.
    pub within: Option<MailboxId>,
}

impl Targets {
    /// Single mails.
    pub fn emails(ids: impl IntoIterator<Item = EmailId>) -> Self {
        Self { emails: ids.into_iter().collect(), ..Self::default() }
    }

    /// Whole conversations.
    pub fn threads(ids: impl IntoIterator<Item = ThreadId>) -> Self {
        Self { threads: ids.into_iter().collect(), ..Self::default() }
    }

    /// As seen in this folder.
    #[must_use]
    pub fn within(mut self, mailbox: MailboxId) -> Self {
        self.within = Some(mailbox);
        self
    }
}

/// What is known of one mail that is to be changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    /// The mail.
    pub id: EmailId,
    /// Its conversation.
    pub thread: Option<ThreadId>,
    /// Its folders; `None` if they are not known.
    pub mailboxes: Option<BTreeSet<MailboxId>>,
    /// Unread (and no draft); `None` if that is not known.
    pub unread: Option<bool>,
}

/// What surrounds a change.
pub(super) struct Surroundings<'a> {
    /// The folder that has a role.
    pub role: &'a dyn Fn(&Role) -> Option<MailboxId>,
    /// The folder that the person looks at.
    pub within: Option<&'a MailboxId>,
    /// The lists that show a folder.
    pub lists: &'a [(WindowKey, MailboxId)],
    /// Of a conversation, what is known of the mails that are not changed.
    pub others: &'a dyn Fn(&ThreadId) -> Vec<Known>,
}

/// Where a change brings the mails, if it moves them.
fn destination(patch: &EmailPatch, role: &dyn Fn(&Role) -> Option<MailboxId>) -> Option<MailboxId> {
    match patch {
        EmailPatch::Move(to) => Some(to.clone()),
        EmailPatch::Archive => role(&Role::Archive),
        EmailPatch::Junk => role(&Role::Junk),
        EmailPatch::NotJunk => role(&Role::Inbox),
        EmailPatch::Trash => role(&Role::Trash),
        EmailPatch::Seen(_) | EmailPatch::Flagged(_) | EmailPatch::Keyword(..) | EmailPatch::Destroy => None,
    }
}

/// The patch for one mail, and its folders afterwards. `None` if nothing changes.
fn patch_of(
    patch: &EmailPatch,
    email: &Known,
    to: Option<&MailboxId>,
    within: Option<&MailboxId>,
) -> Option<(Properties, Option<BTreeSet<MailboxId>>)> {
    let mut properties = Properties::new();
    let mut keyword = |name: &str, is: bool| {
        properties.insert(format!("keywords/{name}"), if is { json!(true) } else { Value::Null });
    };
    match patch {
        EmailPatch::Seen(seen) => keyword("$seen", *seen),
        EmailPatch::Flagged(flagged) => keyword("$flagged", *flagged),
        EmailPatch::Keyword(name, is) => keyword(&name.to_lowercase(), *is),
        EmailPatch::Junk => {
            keyword("$junk", true);
            keyword("$notjunk", false);
        }
        EmailPatch::NotJunk => {
            keyword("$junk", false);
            keyword("$notjunk", true);
        }
        EmailPatch::Move(_) | EmailPatch::Archive | EmailPatch::Trash | EmailPatch::Destroy => {}
    }
    let Some(to) = to else {
        let unchanged = email.mailboxes.clone();
        return (!properties.is_empty()).then_some((properties, unchanged));
    };
    // Out of the folder it is seen in; out of all of them for trash, junk, and where none is looked at.
    let everywhere = within.is_none() || matches!(patch, EmailPatch::Trash | EmailPatch::Junk);
    let from: BTreeSet<MailboxId> = match (&email.mailboxes, within) {
        (Some(known), Some(within)) if !everywhere => {
            known.iter().filter(|mailbox| *mailbox == within).cloned().collect()
        }
        (Some(known), _) => known.clone(),
        (None, within) => within.into_iter().cloned().collect(),
    };
    for mailbox in from.iter().filter(|mailbox| *mailbox != to) {
        properties.insert(format!("mailboxIds/{mailbox}"), Value::Null);
    }
    let is_there = email.mailboxes.as_ref().is_some_and(|known| known.contains(to));
    if !is_there {
        properties.insert(format!("mailboxIds/{to}"), json!(true));
    }
    let after = email
        .mailboxes
        .as_ref()
        .map(|known| known.difference(&from).cloned().chain([to.clone()]).collect::<BTreeSet<_>>());
    (!properties.is_empty()).then_some((properties, after))
}

/// The change for the mirror: each mail's patch, with the rows that go and the counts that move.
pub(super) fn change(emails: &[Known], patch: &EmailPatch, around: &Surroundings<'_>) -> Change {
    let to = destination(patch, around.role);
    let mut edits = Vec::new();
    // By thread: unread mails and folders before and after, to move the counts of threads with the last edit.
    let mut threads: BTreeMap<Option<ThreadId>, Vec<(Known, Known)>> = BTreeMap::new();
    for email in emails {
        let (action, after) = if *patch == EmailPatch::Destroy {
            (Action::Destroy, Some(BTreeSet::new()))
        } else {
            match patch_of(patch, email, to.as_ref(), around.within) {
                Some((properties, after)) => (Action::Patch(properties), after),
                None => continue,
            }
        };
        let mut edit = Edit { id: Id::from(&email.id), action, rows: Vec::new(), counters: Vec::new() };
        let mut now = Known { mailboxes: after, ..email.clone() };
        if let EmailPatch::Seen(seen) = patch {
            now.unread = Some(!seen);
        }
        edit = count_emails(edit, email, &now);
        threads.entry(email.thread.clone()).or_default().push((email.clone(), now));
        edits.push(edit);
    }
    for (thread, changed) in &threads {
        let others = thread.as_ref().map(around.others).unwrap_or_default();
        let Some((last, _)) = changed.last() else { continue };
        let Some(edit) = edits.iter_mut().find(|edit| edit.id == Id::from(&last.id)) else { continue };
        count_thread(edit, changed, &others);
        hide_rows(&mut edits, changed, &others, around.lists);
    }
    Change { of: "Email".into(), edits }
}

/// Moves `totalEmails` and `unreadEmails` of the folders that a mail leaves, enters or is read in.
fn count_emails(mut edit: Edit, before: &Known, after: &Known) -> Edit {
    let (Some(old), Some(new)) = (&before.mailboxes, &after.mailboxes) else { return edit };
    let unread = |known: &Known| i64::from(known.unread.unwrap_or_default());
    for mailbox in old.union(new) {
        let (was, is) = (i64::from(old.contains(mailbox)), i64::from(new.contains(mailbox)));
        if was != is {
            edit = edit.counting("Mailbox", mailbox.into(), "totalEmails", is - was);
        }
        let by = is * unread(after) - was * unread(before);
        if by != 0 {
            edit = edit.counting("Mailbox", mailbox.into(), "unreadEmails", by);
        }
    }
    edit
}

/// Moves `totalThreads` and `unreadThreads`: a thread counts in a folder if one of its mails is there, and as
/// unread if one of its mails, wherever, is unread (RFC 8621 §2).
fn count_thread(edit: &mut Edit, changed: &[(Known, Known)], others: &[Known]) {
    let folders = |known: &Known| known.mailboxes.clone().unwrap_or_default();
    let before: Vec<&Known> = changed.iter().map(|(before, _)| before).chain(others).collect();
    let after: Vec<&Known> = changed.iter().map(|(_, after)| after).chain(others).collect();
    if before.iter().chain(&after).any(|known| known.mailboxes.is_none() || known.unread.is_none()) {
        return;
    }
    let is_unread = |all: &[&Known]| all.iter().any(|known| known.unread == Some(true) && !folders(known).is_empty());
    let mailboxes: BTreeSet<MailboxId> = before.iter().chain(&after).flat_map(|known| folders(known)).collect();
    for mailbox in mailboxes {
        let there = |all: &[&Known]| all.iter().any(|known| folders(known).contains(&mailbox));
        let (was, is) = (there(&before), there(&after));
        let total = i64::from(is) - i64::from(was);
        let unread = i64::from(is && is_unread(&after)) - i64::from(was && is_unread(&before));
        for (property, by) in [("totalThreads", total), ("unreadThreads", unread)] {
            if by != 0 {
                *edit = edit.clone().counting("Mailbox", Id::from(&mailbox), property, by);
            }
        }
    }
}

/// Takes rows out of lists whose folder the whole conversation leaves. If some of it stays, so does the row:
/// which mail it then shows is the server's to say.
fn hide_rows(edits: &mut [Edit], changed: &[(Known, Known)], others: &[Known], lists: &[(WindowKey, MailboxId)]) {
    for (window, mailbox) in lists {
        let is_in = |known: &Known| known.mailboxes.as_ref().is_some_and(|mailboxes| mailboxes.contains(mailbox));
        let stays = others.iter().chain(changed.iter().map(|(_, after)| after)).any(is_in);
        if stays {
            continue;
        }
        for (before, _) in changed.iter().filter(|(before, after)| is_in(before) && !is_in(after)) {
            if let Some(edit) = edits.iter_mut().find(|edit| edit.id == Id::from(&before.id)) {
                *edit = edit.clone().leaving(window.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: &str, mailboxes: &[&str], unread: bool) -> Known {
        Known {
            id: id.into(),
            thread: Some("t1".into()),
            mailboxes: Some(mailboxes.iter().map(|mailbox| MailboxId::from(*mailbox)).collect()),
            unread: Some(unread),
        }
    }

    fn make(emails: &[Known], patch: &EmailPatch, others: &[Known]) -> Change {
        let inbox = MailboxId::from("inbox");
        let lists = [(WindowKey::from("w"), inbox.clone())];
        let role = |role: &Role| Some(MailboxId::from(role.as_str()));
        let others = |_: &ThreadId| others.to_vec();
        change(emails, patch, &Surroundings { role: &role, within: Some(&inbox), lists: &lists, others: &others })
    }

    fn check(emails: &[Known], patch: &EmailPatch, others: &[Known], expect: Value) {
        assert_eq!(serde_json::to_value(make(emails, patch, others).edits).unwrap(), expect);
    }

    fn counter(mailbox: &str, property: &str, by: i64) -> Value {
        json!({ "of": "Mailbox", "id": mailbox, "property": property, "by": by })
    }

    #[test]
    fn reading_a_mail_counts_it_and_its_thread() {
        check(
            &[known("e1", &["inbox"], true)],
            &EmailPatch::Seen(true),
            &[known("e0", &["inbox"], false)],
            json!([{
                "id": "e1", "action": { "patch": { "keywords/$seen": true } },
                "counters": [counter("inbox", "unreadEmails", -1), counter("inbox", "unreadThreads", -1)],
            }]),
        );
    }

    #[test]
    fn a_thread_with_another_unread_mail_stays_unread() {
        let change = make(&[known("e1", &["inbox"], true)], &EmailPatch::Seen(true), &[known("e0", &["inbox"], true)]);
        let counters = &change.edits.first().unwrap().counters;
        assert!(counters.iter().all(|counter| counter.property != "unreadThreads"));
    }

    #[test]
    fn archiving_takes_the_row_away() {
        check(
            &[known("e1", &["inbox", "work"], false)],
            &EmailPatch::Archive,
            &[known("e0", &["sent"], false)],
            json!([{
                "id": "e1", "action": { "patch": { "mailboxIds/inbox": null, "mailboxIds/archive": true } },
                "rows": [{ "window": "w", "shown": "hidden" }],
                "counters": [
                    counter("archive", "totalEmails", 1), counter("inbox", "totalEmails", -1),
                    counter("archive", "totalThreads", 1), counter("inbox", "totalThreads", -1),
                ],
            }]),
        );
    }

    #[test]
    fn a_row_stays_while_a_mail_of_its_thread_does() {
        let change = make(&[known("e1", &["inbox"], false)], &EmailPatch::Trash, &[known("e0", &["inbox"], false)]);
        assert!(change.edits.first().unwrap().rows.is_empty());
    }

    #[test]
    fn the_trash_takes_a_mail_out_of_all_folders() {
        let change = make(&[known("e1", &["inbox", "work"], false)], &EmailPatch::Trash, &[]);
        let expect = json!({ "patch": {
            "mailboxIds/inbox": null, "mailboxIds/work": null, "mailboxIds/trash": true,
        } });
        assert_eq!(serde_json::to_value(&change.edits.first().unwrap().action).unwrap(), expect);
    }

    #[test]
    fn a_mail_that_is_there_already_does_not_move() {
        let change = make(&[known("e1", &["inbox"], false)], &EmailPatch::Move("inbox".into()), &[]);
        assert!(change.edits.is_empty());
    }

    #[test]
    fn of_an_unknown_mail_nothing_is_counted() {
        let unknown = Known { id: "e1".into(), thread: None, mailboxes: None, unread: None };
        check(
            &[unknown],
            &EmailPatch::Flagged(true),
            &[],
            json!([{ "id": "e1", "action": { "patch": { "keywords/$flagged": true } } }]),
        );
    }
}
