//! The commands of mail, said once: their words, drawings and keys. Menus, the toolbar, row actions, the
//! palette, the keys and the `?` sheet share this table; what each does is in [`act`](super::act).

use crate::shell::{Command, Group};
use crate::ui::IconName;

/// Declares the actions and their table together, so that neither can lack one of the other.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident: $words:literal, $icon:path, [$($key:literal),*], $group:ident;)*) => {
        /// What a person can do with mail.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// All, in the order of menus and the `?` sheet.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            /// How it is said, drawn and typed.
            pub(crate) fn command(self) -> &'static Command {
                match self {
                    $(Self::$name => const {
                        &Command {
                            words: $words,
                            icon: $icon,
                            keys: &[$($key),*],
                            group: Group::$group,
                        }
                    },)*
                }
            }
        }
    };
}

actions! {
    /// Begins a mail.
    New: "mail.new", IconName::Compose, ["c", "n"], Write;
    /// Answers the writer.
    Reply: "mail.reply", IconName::Reply, ["r"], Write;
    /// Answers everybody.
    ReplyAll: "mail.replyAll", IconName::ReplyAll, ["a"], Write;
    /// Sends it on.
    Forward: "mail.forward", IconName::Forward, ["f"], Write;
    /// Puts away.
    Archive: "mail.archive", IconName::Archive, ["e"], Act;
    /// Into the trash; from there, for good.
    Delete: "mail.delete", IconName::Delete, ["#", "Delete"], Act;
    /// Flags, or takes the flag away.
    Flag: "mail.flag", IconName::Flag, ["s"], Act;
    /// Read becomes unread and the other way round.
    ToggleSeen: "mail.toggleSeen", IconName::MailRead, ["u"], Act;
    /// Read.
    MarkSeen: "mail.markSeen", IconName::MailRead, ["Shift+i"], Act;
    /// Unread.
    MarkUnseen: "mail.markUnseen", IconName::MailUnread, ["Shift+u"], Act;
    /// Into another folder.
    Move: "mail.move", IconName::FolderMove, ["v"], Act;
    /// Sets and clears categories.
    Categorise: "mail.categorise", IconName::Tag, ["l"], Act;
    /// Into junk, or out of it.
    Junk: "mail.junk", IconName::Junk, ["!"], Act;
    /// Prints what is open.
    Print: "mail.print", IconName::Print, ["Ctrl+p"], Act;
    /// Takes back what was done last.
    Undo: "mail.undo", IconName::Undo, ["z", "Ctrl+z"], Act;
    /// Chooses the row under the cursor as well.
    Choose: "mail.choose", IconName::Multiselect, ["x"], Move;
    /// Chooses every row.
    ChooseAll: "mail.chooseAll", IconName::Multiselect, ["Ctrl+a"], Move;
    /// The row below.
    Next: "mail.next", IconName::ArrowDown, ["j"], Move;
    /// The row above.
    Previous: "mail.previous", IconName::ArrowUp, ["k"], Move;
    /// Reads the row under the cursor.
    Open: "mail.open", IconName::Open, ["o"], Move;
    /// Closes what is open, or lets go of what is chosen.
    Back: "mail.back", IconName::ArrowLeft, ["Escape"], Move;
    /// Looks for new mail.
    Refresh: "mail.refresh", IconName::Refresh, ["Shift+n"], App;
    /// To the inbox.
    GoInbox: "mail.goInbox", IconName::Inbox, ["g i"], Go;
    /// To flagged mail.
    GoFlagged: "mail.goFlagged", IconName::Flag, ["g f", "g s"], Go;
    /// To sent mail.
    GoSent: "mail.goSent", IconName::Send, ["g t"], Go;
    /// To drafts.
    GoDrafts: "mail.goDrafts", IconName::Drafts, ["g d"], Go;
    /// To the archive.
    GoArchive: "mail.goArchive", IconName::Archive, ["g e"], Go;
    /// To all mail.
    GoEverywhere: "mail.goEverywhere", IconName::Mail, ["g a"], Go;
    /// To deleted mail.
    GoTrash: "mail.goTrash", IconName::Delete, ["g #"], Go;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn no_two_actions_share_a_key() {
        let mut taken = HashMap::new();
        for action in Action::ALL {
            for key in action.command().keys {
                assert_eq!(taken.insert(*key, *action), None, "{key} is {action:?}'s too");
            }
        }
    }

    #[test]
    fn every_action_has_words() {
        let words: HashMap<String, serde_json::Value> =
            serde_json::from_str(include_str!("../../locales/en/mail.json")).unwrap();
        for action in Action::ALL {
            let key = action.command().words.strip_prefix("mail.").unwrap();
            assert!(words.contains_key(key), "{key}");
        }
    }
}
