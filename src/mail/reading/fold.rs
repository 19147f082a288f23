//! Which mails of a conversation are shown, and which of them open. Pure.

use std::collections::BTreeSet;

use crate::records::{Email, EmailId, MailboxId};

/// The mails that belong on screen: without those in `hidden` folders (trash and junk) unless the list
/// shows that folder, or nothing else would be left.
pub(crate) fn shown<'a, T: AsRef<Email>>(
    emails: &'a [T],
    hidden: &BTreeSet<MailboxId>,
    here: Option<&MailboxId>,
) -> Vec<&'a T> {
    let is_hidden = |email: &Email| {
        !email.mailbox_ids.is_empty() && email.mailbox_ids.iter().all(|id| hidden.contains(id) && Some(id) != here)
    };
    let kept: Vec<&T> = emails.iter().filter(|email| !is_hidden((*email).as_ref())).collect();
    if kept.is_empty() { emails.iter().collect() } else { kept }
}

/// Those that open at first: the newest that is no draft, and what is unread.
pub(crate) fn opened<'a>(emails: impl DoubleEndedIterator<Item = &'a Email> + Clone) -> BTreeSet<EmailId> {
    let newest = emails.clone().rev().find(|email| !email.draft).or_else(|| emails.clone().next_back());
    let unread = emails.filter(|email| !email.seen && !email.draft);
    newest.into_iter().chain(unread).map(|email| email.id.clone()).collect()
}

/// What a plain text is made of, for showing it: words, addresses that can be followed, quoted lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Words as they are.
    Text(&'a str),
    /// An address of the web.
    Link(&'a str),
}

/// Finds the web addresses in a text. What closes a sentence or a bracket round it is not part of one.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("http")) {
        let at = from + found;
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(rest.len());
        let mut link =
            rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '”', '’']);
        if !link.contains('(') {
            link = link.trim_end_matches(')');
        }
        let begins = text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
        let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
        if begins && host.is_some_and(|host| host.starts_with(char::is_alphanumeric)) {
            if at > start {
                pieces.push(Piece::Text(text.get(start..at).unwrap_or_default()));
            }
            pieces.push(Piece::Link(link));
            start = at + link.len();
            from = start;
        } else {
            from = at + 4;
        }
    }
    if start < text.len() {
        pieces.push(Piece::Text(text.get(start..).unwrap_or_default()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{ThreadId, UtcDate};
    use std::sync::Arc;

    fn email(id: &str, folder: &str, seen: bool, draft: bool) -> Arc<Email> {
        Arc::new(Email {
            id: EmailId::from(id),
            thread_id: ThreadId::from("t"),
            mailbox_ids: BTreeSet::from([MailboxId::from(folder)]),
            seen,
            flagged: false,
            draft,
            answered: false,
            forwarded: false,
            keywords: BTreeSet::new(),
            from: vec![],
            to: vec![],
            subject: String::new(),
            received_at: UtcDate::from_millis(0),
            preview: String::new(),
            has_attachment: false,
            size: 0,
        })
    }

    fn ids<'a>(emails: impl IntoIterator<Item = &'a Arc<Email>>) -> Vec<&'a str> {
        emails.into_iter().map(|email| email.id.as_str()).collect()
    }

    #[test]
    fn deleted_mail_is_left_out_but_where_one_looks_at_it() {
        let emails =
            [email("a", "inbox", true, false), email("b", "trash", true, false), email("c", "sent", true, false)];
        let trash = MailboxId::from("trash");
        let hidden = BTreeSet::from([trash.clone()]);
        assert_eq!(ids(shown(&emails, &hidden, None)), ["a", "c"]);
        assert_eq!(ids(shown(&emails, &hidden, Some(&trash))), ["a", "b", "c"]);
        let only_deleted = emails.get(1..2).unwrap();
        assert_eq!(ids(shown(only_deleted, &hidden, None)), ["b"]);
    }

    #[test]
    fn the_newest_and_the_unread_open() {
        let emails = [
            email("a", "i", false, false),
            email("b", "i", true, false),
            email("c", "i", true, false),
            email("d", "d", true, true),
        ];
        let opened: Vec<String> = opened(emails.iter().map(AsRef::as_ref)).iter().map(ToString::to_string).collect();
        assert_eq!(opened, ["a", "c"]);
    }

    #[track_caller]
    fn check(text: &str, links: &[&str]) {
        let pieces = pieces(text);
        let found: Vec<&str> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Link(link) => Some(*link),
                Piece::Text(_) => None,
            })
            .collect();
        assert_eq!(found, links, "{text}");
        let whole: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Link(text) | Piece::Text(text) => *text,
            })
            .collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn web_addresses_in_plain_text_are_links() {
        check("See https://owlery.example/plan.", &["https://owlery.example/plan"]);
        check("(http://a.example/b) and https://c.example/x_(y)", &["http://a.example/b", "https://c.example/x_(y)"]);
        check("<https://a.example>", &["https://a.example"]);
        check("nothttp://a.example, http:, https://", &[]);
        check("", &[]);
    }
}
