//! Folders in the order and with the counts that the folder pane shows: records in, rows out. Pure.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::records::{Mailbox, MailboxId, Role};
use crate::routes::Place;
use crate::ui::IconName;

/// What stands in the pane, by what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderRow {
    /// Where it leads.
    pub(crate) place: Place,
    /// The folder, unless it is a list over all folders.
    pub(crate) id: Option<MailboxId>,
    /// The server's name; empty for what is no folder.
    pub(crate) name: String,
    /// Its role, by which the well-known ones are drawn.
    pub(crate) role: Option<Role>,
    /// Among the favourites at the top.
    pub(crate) favourite: bool,
    /// How deep.
    pub(crate) level: usize,
    /// For one with folders in it, whether it is open.
    pub(crate) expanded: Option<bool>,
    /// The number at the end.
    pub(crate) count: u64,
    /// The number says "unread", in the colour of acts; else it only counts.
    pub(crate) unread: bool,
}

impl FolderRow {
    /// The id that the tree knows the row by.
    pub(crate) fn key(&self) -> String {
        key(&self.place)
    }

    /// Its drawing.
    pub(crate) fn icon(&self) -> IconName {
        match (&self.place, &self.role) {
            (Place::Flagged, _) => IconName::Flag,
            (Place::Everywhere, _) => IconName::Mail,
            (_, role) => icon(role.as_ref(), self.expanded == Some(true)),
        }
    }
}

/// The id that the tree knows a place by.
pub(crate) fn key(place: &Place) -> String {
    match place {
        Place::Inbox => "inbox".to_owned(),
        Place::Flagged => "flagged".to_owned(),
        Place::Everywhere => "everywhere".to_owned(),
        Place::Folder(id) => format!("folder {id}"),
    }
}

/// The drawing of a folder.
pub(crate) fn icon(role: Option<&Role>, open: bool) -> IconName {
    match role {
        Some(Role::Inbox) => IconName::Inbox,
        Some(Role::Archive) => IconName::Archive,
        Some(Role::Drafts) => IconName::Drafts,
        Some(Role::Sent) => IconName::Send,
        Some(Role::Trash) => IconName::Delete,
        Some(Role::Junk) => IconName::Junk,
        Some(Role::Scheduled) => IconName::Clock,
        Some(Role::Flagged) => IconName::Flag,
        Some(Role::All | Role::Important | Role::Subscribed | Role::Other(_)) | None if open => IconName::FolderOpen,
        Some(Role::All | Role::Important | Role::Subscribed | Role::Other(_)) | None => IconName::Folder,
    }
}

/// Where a folder stands among its siblings: those of a role first, then by the server's order and name.
fn rank(mailbox: &Mailbox) -> usize {
    match mailbox.role {
        Some(Role::Inbox) => 0,
        Some(Role::Drafts) => 1,
        Some(Role::Scheduled) => 2,
        Some(Role::Sent) => 3,
        Some(Role::Archive) => 4,
        Some(Role::Trash) => 8,
        Some(Role::Junk) => 7,
        Some(Role::All | Role::Flagged | Role::Important | Role::Subscribed | Role::Other(_)) | None => 5,
    }
}

/// The number at the end of a folder's row, and whether it is of unread mail.
fn count(mailbox: &Mailbox) -> (u64, bool) {
    match mailbox.role {
        Some(Role::Drafts | Role::Scheduled) => (mailbox.total_emails, false),
        // Unread mail there waits for nobody; and threads that have unread mail elsewhere count as unread here.
        Some(Role::Sent | Role::Trash | Role::Archive) => (0, false),
        Some(Role::Junk) => (mailbox.unread_emails, false),
        Some(Role::Inbox | Role::All | Role::Flagged | Role::Important | Role::Subscribed | Role::Other(_)) | None => {
            (mailbox.unread_emails, true)
        }
    }
}

/// The rows that are visible: favourites, then the folders with those inside of what is open.
pub(crate) fn rows(mailboxes: &[Mailbox], flagged: u64, closed: &HashSet<MailboxId>) -> Vec<FolderRow> {
    let with_role = |role: Role| mailboxes.iter().find(move |mailbox| mailbox.role.as_ref() == Some(&role));
    let mut rows = Vec::new();
    let favourite = |place: Place, mailbox: Option<&Mailbox>, (count, unread): (u64, bool)| FolderRow {
        place,
        id: mailbox.map(|mailbox| mailbox.id.clone()),
        name: mailbox.map(|mailbox| mailbox.name.clone()).unwrap_or_default(),
        role: mailbox.and_then(|mailbox| mailbox.role.clone()),
        favourite: true,
        level: 0,
        expanded: None,
        count,
        unread,
    };
    let inbox = with_role(Role::Inbox);
    rows.push(FolderRow { role: Some(Role::Inbox), ..favourite(Place::Inbox, inbox, inbox.map_or((0, true), count)) });
    rows.push(favourite(Place::Flagged, None, (flagged, false)));
    if let Some(sent) = with_role(Role::Sent) {
        rows.push(favourite(Place::Folder(sent.id.clone()), Some(sent), (0, false)));
    }
    let mut children: HashMap<Option<&MailboxId>, Vec<&Mailbox>> = HashMap::new();
    let known: BTreeSet<&MailboxId> = mailboxes.iter().map(|mailbox| &mailbox.id).collect();
    for mailbox in mailboxes {
        // One whose parent is not shown to us stands at the top rather than nowhere.
        children.entry(mailbox.parent_id.as_ref().filter(|id| known.contains(id))).or_default().push(mailbox);
    }
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| {
            (rank(a), a.sort_order, a.name.to_lowercase()).cmp(&(rank(b), b.sort_order, b.name.to_lowercase()))
        });
    }
    walk(&children, None, 0, closed, &mut rows);
    rows
}

fn walk(
    children: &HashMap<Option<&MailboxId>, Vec<&Mailbox>>,
    parent: Option<&MailboxId>,
    level: usize,
    closed: &HashSet<MailboxId>,
    rows: &mut Vec<FolderRow>,
) {
    for mailbox in children.get(&parent).into_iter().flatten() {
        let favourite = level == 0 && matches!(mailbox.role, Some(Role::Inbox | Role::Sent));
        let within = children.contains_key(&Some(&mailbox.id));
        let open = !closed.contains(&mailbox.id);
        // The inbox and the sent mail are favourites already; what is inside of them keeps its branch.
        let inside = if favourite {
            level
        } else {
            let (count, unread) = count(mailbox);
            rows.push(FolderRow {
                place: Place::Folder(mailbox.id.clone()),
                id: Some(mailbox.id.clone()),
                name: mailbox.name.clone(),
                role: mailbox.role.clone(),
                favourite: false,
                level,
                expanded: within.then_some(open),
                count,
                unread,
            });
            level + 1
        };
        // A tree of folders that came in a circle ends somewhere.
        if (open || favourite) && level < 32 {
            walk(children, Some(&mailbox.id), inside, closed, rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(id: &str, parent: Option<&str>, role: Option<Role>, unread: u64) -> Mailbox {
        let json =
            serde_json::json!({ "id": id, "name": id, "parentId": parent, "totalEmails": 9, "unreadEmails": unread });
        Mailbox { role, ..serde_json::from_value(json).unwrap() }
    }

    fn sample() -> Vec<Mailbox> {
        vec![
            folder("trash", None, Some(Role::Trash), 1),
            folder("week", None, None, 0),
            folder("press", Some("week"), None, 0),
            folder("building", Some("week"), None, 1),
            folder("sent", None, Some(Role::Sent), 2),
            folder("inbox", None, Some(Role::Inbox), 6),
            folder("drafts", None, Some(Role::Drafts), 0),
            folder("orphan", Some("gone"), None, 0),
        ]
    }

    fn shown(rows: &[FolderRow]) -> Vec<String> {
        rows.iter().map(|row| format!("{}{} {}", "-".repeat(row.level), row.key(), row.count)).collect()
    }

    #[test]
    fn favourites_come_first_and_folders_hang_under_theirs() {
        let rows = rows(&sample(), 3, &HashSet::new());
        assert_eq!(
            shown(&rows),
            [
                "inbox 6",
                "flagged 3",
                "folder sent 0",
                "folder drafts 9",
                "folder orphan 0",
                "folder week 0",
                "-folder building 1",
                "-folder press 0",
                "folder trash 0",
            ]
        );
    }

    #[test]
    fn a_closed_folder_hides_what_is_in_it() {
        let rows = rows(&sample(), 0, &HashSet::from([MailboxId::from("week")]));
        assert!(!shown(&rows).iter().any(|row| row.contains("press")));
        assert!(rows.iter().any(|row| row.expanded == Some(false)));
    }

    #[test]
    fn only_unread_mail_that_waits_is_counted_in_colour() {
        let rows = rows(&sample(), 3, &HashSet::new());
        let coloured: Vec<_> = rows.iter().filter(|row| row.unread && row.count > 0).map(|row| row.key()).collect();
        assert_eq!(coloured, ["inbox", "folder building"]);
    }
}
