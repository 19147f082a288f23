//! Writes what a transaction did to emails, and everything that follows from it: a statement for each table, however
//! many emails.
//!
//! The rows that follow from the emails (threads in mailboxes, counters) are worked out from whole threads: the
//! thread as it was and as it is are compared, and the difference is written. So no counter depends on how an email
//! got where it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::Row;

use super::emails::{DRAFT, Document, FLAGGED, FLAGS, SEEN, Stored};
use super::people::Acquaintance;
use super::{Writer, json};
use crate::{DataType, Error, Result, ids};

/// So many changed emails are held in memory.
pub(super) const MAX_PENDING: usize = 1000;

/// Octets of text to index that one statement takes.
const TEXT_OCTETS: usize = 1 << 20;

/// What is not written yet.
#[derive(Default)]
pub(super) struct Pending {
    /// By key: emails that were read or changed.
    pub(super) edits: HashMap<i64, Edit>,
    /// How many changes there were.
    pub(super) changed: usize,
    /// The emails that this transaction created.
    pub(super) created: HashSet<i64>,
    /// Threads of which the database has nothing yet.
    pub(super) new_threads: HashSet<i64>,
    /// By reference: its thread.
    pub(super) references: HashMap<i64, i64>,
    /// What the database said of references: their threads, or that it has none. Until a flush.
    pub(super) found: HashMap<i64, Option<i64>>,
    /// Texts to index.
    pub(super) texts: Vec<Document>,
    /// By lower case address.
    pub(super) people: BTreeMap<String, Acquaintance>,
    /// By key: whether it is the trash. `None`: not read yet.
    pub(super) mailboxes: Option<HashMap<i64, bool>>,
    /// Texts of emails that were inserted and destroyed without ever having been written.
    pub(super) documents: Vec<i64>,
    /// Blobs that are new in the database, and their sizes.
    pub(super) blobs: BTreeMap<[u8; 32], i64>,
    /// Blobs that the database has.
    pub(super) known_blobs: HashSet<[u8; 32]>,
}

/// An email as the database has it and as it is to be.
pub(super) struct Edit {
    pub(super) before: Option<Stored>,
    pub(super) after: Option<Stored>,
    pub(super) is_changed: bool,
}

/// What a thread's email adds to what follows from the thread.
#[derive(Clone, PartialEq)]
struct Member {
    received_at: i64,
    flags: i64,
    has_attachment: bool,
    mailboxes: BTreeSet<i64>,
}

impl Member {
    fn of(stored: &Stored) -> Self {
        Self {
            received_at: stored.received_at,
            flags: stored.flags,
            has_attachment: stored.has_attachment,
            mailboxes: stored.mailboxes.clone(),
        }
    }

    /// In which lists of a mailbox it is.
    fn lists(&self) -> impl Iterator<Item = i64> {
        let lists = [
            (LIST_ALL, true),
            (LIST_UNSEEN, self.flags & SEEN == 0),
            (LIST_FLAGGED, self.flags & FLAGGED != 0),
            (LIST_ATTACHMENT, self.has_attachment),
        ];
        lists.into_iter().filter_map(|(list, is_in)| is_in.then_some(list))
    }

    fn is_unread(&self) -> bool {
        self.flags & (SEEN | DRAFT) == 0
    }
}

/// By key.
type Members = BTreeMap<i64, Member>;

/// What becomes of a mailbox's counters.
#[derive(Default, PartialEq)]
struct Delta {
    total_emails: i64,
    unread_emails: i64,
    total_threads: i64,
    unread_threads: i64,
}

/// The lists of threads that a mailbox has: a number in `mailbox_thread`. Of each the newest email that is in it
/// stands for a thread.
pub(super) const LIST_ALL: i64 = 0;
pub(super) const LIST_UNSEEN: i64 = 1;
pub(super) const LIST_FLAGGED: i64 = 2;
pub(super) const LIST_ATTACHMENT: i64 = 3;

/// A thread in a mailbox.
#[derive(Default, PartialEq)]
struct InMailbox {
    /// By list.
    newest: BTreeMap<i64, (i64, i64)>,
    is_unread: bool,
}

impl Writer {
    /// Writes what is held in memory.
    pub(super) async fn flush(&mut self) -> Result<()> {
        let edits: Vec<Edit> =
            std::mem::take(&mut self.pending.edits).into_values().filter(|edit| edit.is_changed).collect();
        self.pending.changed = 0;
        self.pending.found.clear();
        self.write_texts().await?;
        self.write_blobs().await?;
        self.write_people().await?;
        if edits.is_empty() {
            return Ok(());
        }
        self.load_mailboxes().await?;
        let before = self.threads_before(&edits).await?;
        let after = threads_after(&before, &edits);
        self.pending.new_threads.clear();

        self.write_emails(&edits).await?;
        self.write_email_mailboxes(&edits).await?;
        self.write_keywords(&edits).await?;
        self.write_references().await?;
        self.write_threads(&before, &after, &edits).await
    }

    /// Each thread that an edit touches, as the database has it.
    async fn threads_before(&mut self, edits: &[Edit]) -> Result<HashMap<i64, Members>> {
        let mut threads: HashMap<i64, Members> = HashMap::new();
        for stored in edits.iter().flat_map(|edit| edit.before.iter().chain(&edit.after)) {
            threads.entry(stored.thread).or_default();
        }
        let known: Vec<i64> =
            threads.keys().copied().filter(|thread| !self.pending.new_threads.contains(thread)).collect();
        if !known.is_empty() {
            let rows = sqlx::query(
                "select thread, email, received_at, flags, mailboxes, has_attachment
                 from json_each(?) join emails on thread = value",
            )
            .bind(json(&known)?)
            .fetch_all(&mut *self.tx)
            .await?;
            for row in rows {
                let member = Member {
                    received_at: row.try_get(2)?,
                    flags: row.try_get(3)?,
                    mailboxes: serde_json::from_str(row.try_get(4)?)?,
                    has_attachment: row.try_get::<i64, _>(5)? != 0,
                };
                threads.entry(row.try_get(0)?).or_default().insert(row.try_get(1)?, member);
            }
        }
        Ok(threads)
    }

    async fn run(&mut self, sql: &'static str, rows: String) -> Result<()> {
        sqlx::query(sql).bind(rows).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Makes texts findable.
    async fn write_texts(&mut self) -> Result<()> {
        let mut texts = std::mem::take(&mut self.pending.texts).into_iter().peekable();
        while texts.peek().is_some() {
            let (mut rows, mut octets) = (Vec::new(), 0);
            while octets < TEXT_OCTETS
                && let Some(Document { key, columns }) = texts.next()
            {
                octets += columns.iter().map(String::len).sum::<usize>();
                rows.push((key, columns));
            }
            self.run(
                r#"insert into email_text (rowid, subject, "from", "to", cc, bcc, body, attachments, headers)
                   select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]',
                       value ->> '$[1][3]', value ->> '$[1][4]', value ->> '$[1][5]', value ->> '$[1][6]',
                       value ->> '$[1][7]'
                   from json_each(?)"#,
                json(&rows)?,
            )
            .await?;
        }
        Ok(())
    }

    async fn write_emails(&mut self, edits: &[Edit]) -> Result<()> {
        let (mut inserted, mut updated, mut destroyed) = (Vec::new(), Vec::new(), Vec::new());
        let kept: HashSet<i64> = edits.iter().filter_map(|edit| Some(edit.after.as_ref()?.document)).collect();
        let mut documents = std::mem::take(&mut self.pending.documents);
        for edit in edits {
            match (&edit.before, &edit.after) {
                (None, Some(new)) => inserted.push(new_row(new)),
                (Some(_), Some(new)) => {
                    updated.push((new.email, new.thread, new.flags, json(&new.keywords)?, json(&new.mailboxes)?));
                }
                (old, None) => {
                    destroyed.extend(old.iter().map(|old| old.email));
                    documents.extend(old.iter().map(|old| old.document).filter(|document| !kept.contains(document)));
                }
            }
        }
        if !destroyed.is_empty() {
            self.run("delete from emails where email in (select value from json_each(?))", json(&destroyed)?).await?;
        }
        if !documents.is_empty() {
            self.run("delete from email_text where rowid in (select value from json_each(?))", json(&documents)?)
                .await?;
        }
        if !inserted.is_empty() {
            self.run(
                "insert into emails (email, thread, document, blob, size, received_at, sent_at, flags, keywords,
                     mailboxes, has_attachment, subject_key, from_key, to_key, envelope, preview)
                 select value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5,
                     value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12,
                     value ->> 13, value ->> 14, value ->> 15
                 from json_each(?) order by 1",
                format!("[{}]", inserted.into_iter().collect::<Result<Vec<_>>>()?.join(",")),
            )
            .await?;
        }
        if !updated.is_empty() {
            updated.sort_unstable_by_key(|row| row.0);
            self.run(
                "update emails set thread = value ->> 1, flags = value ->> 2, keywords = value ->> 3,
                     mailboxes = value ->> 4
                 from json_each(?) where email = value ->> 0",
                json(&updated)?,
            )
            .await?;
        }
        Ok(())
    }

    async fn write_email_mailboxes(&mut self, edits: &[Edit]) -> Result<()> {
        let (mut gone, mut there) = (Vec::new(), Vec::new());
        for edit in edits {
            if let Some(old) = &edit.before {
                let left = old
                    .mailboxes
                    .iter()
                    .filter(|mailbox| edit.after.as_ref().is_none_or(|new| !new.mailboxes.contains(mailbox)));
                gone.extend(left.map(|mailbox| (mailbox, old.received_at, old.email)));
            }
            if let Some(new) = &edit.after {
                let (seen, flagged) = (i64::from(new.flags & SEEN != 0), i64::from(new.flags & FLAGGED != 0));
                there.extend(
                    new.mailboxes
                        .iter()
                        .map(|mailbox| (mailbox, new.received_at, new.email, new.thread, seen, flagged)),
                );
            }
        }
        if !gone.is_empty() {
            self.run(
                "delete from email_mailbox where (mailbox, received_at, email) in
                     (select value ->> 0, value ->> 1, value ->> 2 from json_each(?))",
                json(&gone)?,
            )
            .await?;
        }
        if !there.is_empty() {
            there.sort_unstable();
            self.run(
                "insert into email_mailbox (mailbox, received_at, email, thread, seen, flagged)
                 select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
                 from json_each(?) where true
                 on conflict (mailbox, received_at, email)
                 do update set thread = excluded.thread, seen = excluded.seen, flagged = excluded.flagged
                 where thread <> excluded.thread or seen <> excluded.seen or flagged <> excluded.flagged",
                json(&there)?,
            )
            .await?;
        }
        Ok(())
    }

    async fn write_keywords(&mut self, edits: &[Edit]) -> Result<()> {
        let (mut gone, mut there) = (Vec::new(), Vec::new());
        for edit in edits {
            let of = |stored: &Option<Stored>| {
                let keywords = stored.iter().flat_map(|stored| stored.keywords.iter());
                keywords.filter(|keyword| !is_flag(keyword)).cloned().collect::<BTreeSet<String>>()
            };
            let (old, new) = (of(&edit.before), of(&edit.after));
            let key = edit.before.as_ref().or(edit.after.as_ref()).map(|stored| stored.email);
            gone.extend(old.difference(&new).map(|keyword| (keyword.clone(), key)));
            there.extend(new.difference(&old).map(|keyword| (keyword.clone(), key)));
        }
        if !gone.is_empty() {
            self.run(
                "delete from email_keyword where (keyword, email) in
                     (select value ->> 0, value ->> 1 from json_each(?))",
                json(&gone)?,
            )
            .await?;
        }
        if !there.is_empty() {
            self.run(
                "insert or ignore into email_keyword (keyword, email)
                 select value ->> 0, value ->> 1 from json_each(?)",
                json(&there)?,
            )
            .await?;
        }
        Ok(())
    }

    async fn write_references(&mut self) -> Result<()> {
        let references: Vec<(i64, i64)> = std::mem::take(&mut self.pending.references).into_iter().collect();
        if !references.is_empty() {
            self.run(
                "insert into thread_reference (reference, thread)
                 select value ->> 0, value ->> 1 from json_each(?) where true
                 on conflict (reference) do update set thread = excluded.thread where thread <> excluded.thread",
                json(&references)?,
            )
            .await?;
        }
        Ok(())
    }

    /// Threads in mailboxes, counters, and the changes of both.
    async fn write_threads(
        &mut self,
        before: &HashMap<i64, Members>,
        after: &HashMap<i64, Members>,
        edits: &[Edit],
    ) -> Result<()> {
        let trash: HashSet<i64> =
            self.pending.mailboxes.iter().flatten().filter(|(_, is_trash)| **is_trash).map(|(key, _)| *key).collect();
        let mut deltas: BTreeMap<i64, Delta> = BTreeMap::new();
        for edit in edits {
            for (stored, sign) in [(&edit.before, -1), (&edit.after, 1)] {
                let Some(member) = stored.as_ref().map(Member::of) else { continue };
                for mailbox in &member.mailboxes {
                    let delta = deltas.entry(*mailbox).or_default();
                    delta.total_emails += sign;
                    delta.unread_emails += sign * i64::from(member.is_unread());
                }
            }
        }
        let (mut gone, mut there) = (Vec::new(), Vec::new());
        let nobody = Members::new();
        let mut threads: Vec<i64> = before.keys().copied().collect();
        threads.sort_unstable();
        for thread in threads {
            let old = before.get(&thread).unwrap_or(&nobody);
            let new = after.get(&thread).unwrap_or(&nobody);
            let id = ids::id(DataType::Thread, thread);
            match (old.is_empty(), new.is_empty()) {
                (true, true) => {}
                (true, false) => drop(self.log.created(DataType::Thread, id, thread)),
                (false, true) => drop(self.log.destroyed(DataType::Thread, id, thread)),
                (false, false) if !old.keys().eq(new.keys()) => {
                    self.log.updated(DataType::Thread, id, thread);
                }
                (false, false) => {}
            }
            let (old, new) = (in_mailboxes(old, &trash), in_mailboxes(new, &trash));
            let absent = InMailbox::default();
            for (mailbox, state) in &old {
                let delta = deltas.entry(*mailbox).or_default();
                delta.total_threads -= 1;
                delta.unread_threads -= i64::from(state.is_unread);
                let now = new.get(mailbox).unwrap_or(&absent);
                let left = state.newest.iter().filter(|(list, newest)| now.newest.get(*list) != Some(*newest));
                gone.extend(left.map(|(list, newest)| (*mailbox, *list, newest.0, newest.1)));
            }
            for (mailbox, state) in &new {
                let delta = deltas.entry(*mailbox).or_default();
                delta.total_threads += 1;
                delta.unread_threads += i64::from(state.is_unread);
                let was = old.get(mailbox).unwrap_or(&absent);
                let came = state.newest.iter().filter(|(list, newest)| was.newest.get(*list) != Some(*newest));
                there.extend(came.map(|(list, newest)| (*mailbox, *list, newest.0, newest.1, thread)));
            }
        }
        if !gone.is_empty() {
            self.run(
                "delete from mailbox_thread where (mailbox, list, received_at, email) in
                     (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?))",
                json(&gone)?,
            )
            .await?;
        }
        if !there.is_empty() {
            there.sort_unstable();
            self.run(
                "insert into mailbox_thread (mailbox, list, received_at, email, thread)
                 select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?)",
                json(&there)?,
            )
            .await?;
        }
        let mut rows = Vec::new();
        for (mailbox, delta) in deltas.into_iter().filter(|(_, delta)| *delta != Delta::default()) {
            self.log.counted(ids::id(DataType::Mailbox, mailbox));
            rows.push((mailbox, delta.total_emails, delta.unread_emails, delta.total_threads, delta.unread_threads));
        }
        if !rows.is_empty() {
            self.run(
                "update mailboxes set
                     total_emails = total_emails + (value ->> 1), unread_emails = unread_emails + (value ->> 2),
                     total_threads = total_threads + (value ->> 3), unread_threads = unread_threads + (value ->> 4)
                 from json_each(?) where mailbox = value ->> 0",
                json(&rows)?,
            )
            .await?;
        }
        Ok(())
    }
}

/// The threads as the edits leave them.
fn threads_after(before: &HashMap<i64, Members>, edits: &[Edit]) -> HashMap<i64, Members> {
    let mut threads = before.clone();
    for old in edits.iter().filter_map(|edit| edit.before.as_ref()) {
        threads.entry(old.thread).or_default().remove(&old.email);
    }
    for new in edits.iter().filter_map(|edit| edit.after.as_ref()) {
        threads.entry(new.thread).or_default().insert(new.email, Member::of(new));
    }
    threads
}

/// What a thread is in each mailbox that has an email of it. Unread is what is unread anywhere; but emails that are
/// only in the trash count only there, and there no others (RFC 8621 §2).
fn in_mailboxes(members: &Members, trash: &HashSet<i64>) -> HashMap<i64, InMailbox> {
    let unread = |is_counted: &dyn Fn(&i64) -> bool| {
        members.values().any(|member| member.is_unread() && member.mailboxes.iter().any(is_counted))
    };
    let (outside, inside) = (unread(&|mailbox| !trash.contains(mailbox)), unread(&|mailbox| trash.contains(mailbox)));
    let mut mailboxes: HashMap<i64, InMailbox> = HashMap::new();
    for (email, member) in members {
        for mailbox in &member.mailboxes {
            let newest = (member.received_at, *email);
            let state = mailboxes.entry(*mailbox).or_default();
            state.is_unread = if trash.contains(mailbox) { inside } else { outside };
            for list in member.lists() {
                let known = state.newest.entry(list).or_insert(newest);
                *known = newest.max(*known);
            }
        }
    }
    mailboxes
}

pub(super) fn is_flag(keyword: &str) -> bool {
    FLAGS.iter().any(|(flag, _)| *flag == keyword)
}

/// A row for the insert, as JSON.
fn new_row(new: &Stored) -> Result<String> {
    let hash: String = new.blob.iter().map(|byte| format!("{byte:02x}")).collect();
    let keys = (new.email, new.thread, new.document, hash, new.size, new.received_at, new.sent_at, new.flags);
    let texts = (
        json(&new.keywords)?,
        json(&new.mailboxes)?,
        i64::from(new.has_attachment),
        &new.subject_key,
        &new.from_key,
        &new.to_key,
        &new.envelope,
        &new.preview,
    );
    let (keys, texts) = (json(&keys)?, json(&texts)?);
    let joined = keys.strip_suffix(']').zip(texts.strip_prefix('['));
    let (keys, texts) = joined.ok_or_else(|| Error::Damaged("a tuple is no JSON array".to_owned()))?;
    Ok(format!("{keys},{texts}"))
}
