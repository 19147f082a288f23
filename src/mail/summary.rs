//! What a row and the head of a conversation say of mail: records in, words out. Pure; the words that
//! depend on a language come in as arguments.

use jmap::subject::{FORWARD, REPLY, without_prefix};

use crate::records::{Email, EmailAddress, Row};

/// What a row shows. Equal summaries look equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowSummary {
    /// Who: the writers, or the recipients of mail going out.
    pub(crate) people: String,
    /// The name on the avatar.
    pub(crate) face: String,
    /// The address that the avatar's hue and photo come from.
    pub(crate) address: String,
    /// Mails in the conversation.
    pub(crate) count: usize,
    /// What about.
    pub(crate) subject: String,
    /// How the newest begins.
    pub(crate) preview: String,
    /// Something in it is unread.
    pub(crate) unread: bool,
    /// Something in it is flagged.
    pub(crate) flagged: bool,
    /// It has a file.
    pub(crate) has_attachment: bool,
    /// The newest was answered.
    pub(crate) answered: bool,
    /// The newest was forwarded.
    pub(crate) forwarded: bool,
    /// The newest is a draft.
    pub(crate) draft: bool,
    /// Categories of the newest, as keywords.
    pub(crate) categories: Vec<String>,
}

/// The words that a summary needs in the reader's language.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Instead of one's own name: "You".
    pub(crate) you: String,
    /// Instead of an empty subject.
    pub(crate) no_subject: String,
    /// Instead of whom a mail is from.
    pub(crate) no_sender: String,
    /// Instead of whom a draft is for.
    pub(crate) nobody: String,
}

/// Says a row. `me` is one's own address; `outgoing` asks for recipients, as in Sent and Drafts.
pub(crate) fn summarize(row: &Row, me: &str, outgoing: bool, said: &Said) -> RowSummary {
    let email = row.email.as_ref();
    let thread = row.thread.as_ref();
    let outgoing = outgoing && email.from.iter().all(|from| is(from, me));
    let mut people: Vec<&EmailAddress> =
        if outgoing { email.to.iter().collect() } else { thread.participants.iter().rev().collect() };
    if people.is_empty() && !outgoing {
        people = email.from.iter().collect();
    }
    // Oneself only where there is nobody else: one knows that one took part.
    if !outgoing && people.iter().any(|person| !is(person, me)) {
        people.retain(|person| !is(person, me));
    }
    let face = people.first().copied().or(email.from.first());
    RowSummary {
        people: if people.is_empty() && !outgoing { said.no_sender.clone() } else { names(&people, me, said) },
        face: face.map(|face| full_name(face).to_owned()).unwrap_or_default(),
        address: face.map(|face| face.email.clone()).unwrap_or_default(),
        count: thread.emails.max(1),
        subject: subject(base_subject(&email.subject), said),
        preview: email.preview.split_whitespace().collect::<Vec<_>>().join(" "),
        unread: thread.unread > 0 || (thread.emails == 0 && !email.seen),
        flagged: thread.flagged || email.flagged,
        has_attachment: thread.has_attachment || email.has_attachment,
        answered: email.answered,
        forwarded: email.forwarded,
        draft: email.draft,
        categories: categories(email),
    }
}

/// "Greta Olsen, Hugo": the first in full, the others by their first names.
fn names(people: &[&EmailAddress], me: &str, said: &Said) -> String {
    let Some((first, others)) = people.split_first() else { return said.nobody.clone() };
    let mut names = vec![if is(first, me) { said.you.clone() } else { full_name(first).to_owned() }];
    for person in others {
        names.push(if is(person, me) { said.you.clone() } else { first_name(person).to_owned() });
    }
    names.join(", ")
}

/// Whether an address is this one, whatever its case.
pub(crate) fn is(person: &EmailAddress, address: &str) -> bool {
    person.email.eq_ignore_ascii_case(address)
}

/// The name, or the address where there is none.
pub(crate) fn full_name(person: &EmailAddress) -> &str {
    person.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&person.email)
}

/// The first word of the name, or all of a long one; of "Olsen, Greta" the one after the comma; of an address what is before the @.
pub(crate) fn first_name(person: &EmailAddress) -> &str {
    let name = full_name(person);
    let given = name.split_once(',').map_or(name, |(_, given)| given.trim());
    // "The Reading Week" is nobody's first name.
    if given.split_whitespace().count() > 2 {
        return given;
    }
    let word = given.split_whitespace().next().unwrap_or(name);
    word.split_once('@').map_or(word, |(local, _)| local)
}

/// The subject without what answering and forwarding put before it, in the languages that mail comes in.
pub(crate) fn base_subject(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(after) = without_prefix(rest, REPLY).or_else(|| without_prefix(rest, FORWARD)) {
        // Nothing but a prefix: that is its subject.
        if after.trim().is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

/// The subject, or what is said instead of none.
pub(crate) fn subject(text: &str, said: &Said) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { said.no_subject.clone() } else { text }
}

/// The keywords that are categories: all that no standard and no other program means something by.
pub(crate) fn categories(email: &Email) -> Vec<String> {
    email.keywords.iter().filter(|keyword| is_category(keyword)).cloned().collect()
}

fn is_category(keyword: &str) -> bool {
    !keyword.starts_with(['$', '\\'])
        && !matches!(keyword, "junk" | "nonjunk" | "notjunk" | "forwarded" | "redirected" | "old" | "recent")
}

/// A category's name for people: `opening_week` is "Opening week".
pub(crate) fn category_name(keyword: &str) -> String {
    let spaced = keyword.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The keyword of a category that a person named: lower case, and only what a keyword may hold
/// (RFC 8621 §4.1.1). `None` if nothing is left.
pub(crate) fn category_keyword(name: &str) -> Option<String> {
    let keyword: String = name
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
        .collect();
    keyword.chars().any(|c| c.is_ascii_alphanumeric()).then_some(keyword)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{EmailId, ThreadId, ThreadSummary, UtcDate};
    use std::collections::BTreeSet;
    use std::sync::Arc;

    const ME: &str = "alice@owlery.example";

    fn person(name: &str, address: &str) -> EmailAddress {
        EmailAddress { name: (!name.is_empty()).then(|| name.to_owned()), email: address.to_owned() }
    }

    fn alice() -> EmailAddress {
        person("Alice Moreau", "Alice@owlery.example")
    }

    fn said() -> Said {
        Said {
            you: "You".into(),
            no_subject: "(No subject)".into(),
            no_sender: "(No sender)".into(),
            nobody: "Nobody".into(),
        }
    }

    fn row(from: EmailAddress, participants: Vec<EmailAddress>, to: Vec<EmailAddress>) -> Row {
        let emails = participants.len();
        Row {
            key: "t1".into(),
            email: Arc::new(Email {
                id: EmailId::from("e1"),
                thread_id: ThreadId::from("t1"),
                mailbox_ids: BTreeSet::new(),
                seen: true,
                flagged: false,
                draft: false,
                answered: false,
                forwarded: false,
                keywords: ["$seen", "opening_week"].map(str::to_owned).into(),
                from: vec![from],
                to,
                subject: "  ".into(),
                received_at: UtcDate::from_millis(0),
                preview: "Dear  all,\n the plan".into(),
                has_attachment: false,
                size: 1,
            }),
            thread: Arc::new(ThreadSummary { participants, emails, ..ThreadSummary::default() }),
        }
    }

    #[track_caller]
    fn check(row: &Row, outgoing: bool, expect: &str) {
        assert_eq!(summarize(row, ME, outgoing, &said()).people, expect);
    }

    #[test]
    fn the_last_writer_is_named_in_full_and_first() {
        let (bob, greta) = (person("Bob Okafor", "bob@x"), person("Olsen, Greta", "greta@x"));
        check(&row(bob.clone(), vec![greta, alice(), bob], vec![]), false, "Bob Okafor, Greta");
    }

    #[test]
    fn oneself_is_named_where_nobody_else_wrote() {
        check(&row(alice(), vec![alice()], vec![]), false, "You");
    }

    #[test]
    fn mail_going_out_is_named_by_its_recipients() {
        let to = vec![person("", "hugo.barros@x"), person("Emi Tanaka", "emi@x")];
        check(&row(alice(), vec![alice()], to), true, "hugo.barros@x, Emi");
        check(&row(alice(), vec![alice()], vec![]), true, "Nobody");
    }

    #[test]
    fn what_is_empty_or_broken_over_lines_is_said_in_one() {
        let summary = summarize(&row(alice(), vec![], vec![]), ME, false, &said());
        assert_eq!(summary.subject, "(No subject)");
        assert_eq!(summary.preview, "Dear all, the plan");
        assert_eq!(summary.categories, ["opening_week"]);
    }

    #[test]
    fn a_subject_is_shown_without_its_answers() {
        for (text, expect) in [
            ("Re: AW: Fwd: Lamps", "Lamps"),
            ("RE[2]: Lamps", "Lamps"),
            ("Antw: SV: R: Lamps", "Lamps"),
            ("转发：Lamps", "Lamps"),
            ("Re:", "Re:"),
            ("Review: Lamps", "Review: Lamps"),
            ("Lamps: a plan", "Lamps: a plan"),
        ] {
            assert_eq!(base_subject(text), expect);
        }
    }

    #[test]
    fn a_category_has_a_name_and_a_keyword() {
        assert_eq!(category_name("opening_week"), "Opening week");
        assert_eq!(category_keyword(" Opening week ").as_deref(), Some("opening_week"));
        assert_eq!(category_keyword("…"), None);
    }
}
