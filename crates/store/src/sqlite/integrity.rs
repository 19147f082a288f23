//! Recounts what the store derives.

use sqlx::Row;

use super::Store;
use super::blobs::hash;
use crate::Result;

/// Unread threads of each mailbox from `?1` to `?2`, anew (RFC 8621 §2: what is only in the trash counts only there,
/// and there nothing else); the mailboxes whose count was another.
pub(super) const RECOUNT_UNREAD_THREADS: &str = "
    update mailboxes as m set unread_threads = counted.n
    from (
        select b.mailbox as mailbox, (
            select count(distinct em.thread) from email_mailbox em
            where em.mailbox = b.mailbox and exists (
                select 1 from emails t, json_each(t.mailboxes) i join mailboxes o on o.mailbox = i.value
                where t.thread = em.thread and t.flags & 5 = 0 and o.is_trash = b.is_trash)
        ) as n
        from mailboxes b where b.mailbox between ?1 and ?2
    ) as counted
    where counted.mailbox = m.mailbox and m.unread_threads <> counted.n
    returning mailbox";

/// What must find nothing, and what it means if it does. Each gives a key.
const CHECKS: [(&str, &str); 19] = [
    (
        "an email is not in a mailbox where it says it is",
        "select e.email from emails e, json_each(e.mailboxes) m where not exists (
             select 1 from email_mailbox em where em.mailbox = m.value and em.received_at = e.received_at
                 and em.email = e.email and em.thread = e.thread and em.seen = (e.flags & 1 <> 0)
                 and em.flagged = (e.flags & 2 <> 0))",
    ),
    (
        "a mailbox has an email that does not say so",
        "select em.email from email_mailbox em where not exists (
             select 1 from emails e, json_each(e.mailboxes) m where e.email = em.email and m.value = em.mailbox)",
    ),
    (
        "an email is in no mailbox, or in one that is not there",
        "select e.email from emails e where json_array_length(e.mailboxes) = 0 or exists (
             select 1 from json_each(e.mailboxes) m where m.value not in (select mailbox from mailboxes))",
    ),
    (
        "an email's flags are not its keywords",
        r#"select e.email from emails e where e.flags <> (instr(keywords, '"$seen"') > 0) * 1
             + (instr(keywords, '"$flagged"') > 0) * 2 + (instr(keywords, '"$draft"') > 0) * 4
             + (instr(keywords, '"$answered"') > 0) * 8 + (instr(keywords, '"$forwarded"') > 0) * 16"#,
    ),
    (
        "a keyword of an email is not indexed",
        "select e.email from emails e, json_each(e.keywords) k
         where k.value not in ('$seen', '$flagged', '$draft', '$answered', '$forwarded')
             and not exists (select 1 from email_keyword i where i.keyword = k.value and i.email = e.email)",
    ),
    (
        "a keyword is indexed that the email has not",
        "select i.email from email_keyword i where not exists (
             select 1 from emails e, json_each(e.keywords) k where e.email = i.email and k.value = i.keyword)",
    ),
    (
        "a thread's newest email in a mailbox's list is not its row",
        "with listed as (
             select mailbox, 0 as list, thread, received_at, email from email_mailbox
             union all select mailbox, 1, thread, received_at, email from email_mailbox where seen = 0
             union all select mailbox, 2, thread, received_at, email from email_mailbox where flagged = 1
             union all select m.mailbox, 3, m.thread, m.received_at, m.email
                 from email_mailbox m join emails e on e.email = m.email where e.has_attachment = 1)
         select email from (
             select *, row_number() over (partition by mailbox, list, thread order by received_at desc, email desc) as nth
             from listed) as newest
         where nth = 1 and not exists (select 1 from mailbox_thread mt where mt.mailbox = newest.mailbox
             and mt.list = newest.list and mt.received_at = newest.received_at and mt.email = newest.email
             and mt.thread = newest.thread)",
    ),
    (
        "a thread has more rows than one in a mailbox's list, or one without an email that belongs there",
        "select thread from mailbox_thread group by mailbox, list, thread having count(*) > 1
         union select thread from mailbox_thread mt where not exists (
             select 1 from email_mailbox em join emails e on e.email = em.email
             where em.mailbox = mt.mailbox and em.received_at = mt.received_at
                 and em.email = mt.email and em.thread = mt.thread
                 and case mt.list when 0 then 1 when 1 then em.seen = 0 when 2 then em.flagged = 1
                     when 3 then e.has_attachment = 1 end)",
    ),
    (
        "a mailbox counts its emails wrongly",
        "select m.mailbox from mailboxes m where total_emails <> (
             select count(*) from email_mailbox em where em.mailbox = m.mailbox)",
    ),
    (
        "a mailbox counts its unread emails wrongly",
        "select m.mailbox from mailboxes m where unread_emails <> (
             select count(*) from email_mailbox em join emails e on e.email = em.email
             where em.mailbox = m.mailbox and e.flags & 5 = 0)",
    ),
    (
        "a mailbox counts its threads wrongly",
        "select m.mailbox from mailboxes m where total_threads <> (
             select count(distinct thread) from email_mailbox em where em.mailbox = m.mailbox)",
    ),
    (
        "a mailbox counts its unread threads wrongly",
        "select b.mailbox from mailboxes b where unread_threads <> (
             select count(distinct em.thread) from email_mailbox em
             where em.mailbox = b.mailbox and exists (
                 select 1 from emails t, json_each(t.mailboxes) i join mailboxes o on o.mailbox = i.value
                 where t.thread = em.thread and t.flags & 5 = 0 and o.is_trash = b.is_trash))",
    ),
    (
        "an email's text is not in the search index",
        "select email from emails where document not in (select rowid from email_text)",
    ),
    (
        "the search index has a text of no email",
        "select rowid from email_text where rowid not in (select document from emails)",
    ),
    (
        "an account counts its emails or their octets wrongly",
        "select number from accounts a where (emails, octets) <> (
             select count(*), coalesce(sum(size), 0) from emails e where e.email >> 36 = a.number)",
    ),
    (
        "an event has no row to be found by, or a row has no event",
        "select (account << 36) | cast(substr(id, 2) as integer) from records where type = 9
             and (account << 36) | cast(substr(id, 2) as integer) not in (select event from calendar_events)
         union select event from calendar_events where not exists (
             select 1 from records where account = event >> 36 and type = 9
                 and id = 'k' || (event & ((1 << 36) - 1)))",
    ),
    (
        "an event is in no calendar, or in one that is not there",
        "select event from calendar_events where event not in (select event from calendar_event_calendar)
         union select event from calendar_event_calendar where not exists (
             select 1 from records where account = calendar >> 36 and type = 8
                 and id = 'c' || (calendar & ((1 << 36) - 1)))",
    ),
    (
        "an event's text is not in the search index, or a text is of no event",
        "select event from calendar_events where event not in (select rowid from calendar_event_text)
         union select rowid from calendar_event_text where rowid not in (select event from calendar_events)",
    ),
    (
        "an email's blob is not known, or a mailbox without a record",
        "select email from emails where blob not in (select hash from blobs)
         union select mailbox from mailboxes where not exists (
             select 1 from records where account = mailbox >> 36 and type = 1
                 and id = 'm' || (mailbox & ((1 << 36) - 1)))",
    ),
];

impl Store {
    /// Everything in which a derived row (counter, mailbox, thread, search index, blob) is not what the emails say, a
    /// sentence each; empty if all is well. Reads everything: for tests and for `owletd check`.
    pub async fn check_integrity(&self) -> Result<Vec<String>> {
        let mut snapshot = self.read().await?;
        let mut found = Vec::new();
        for (meaning, sql) in CHECKS {
            for row in sqlx::query(sql).fetch_all(&mut *snapshot).await? {
                let key: i64 = row.try_get(0)?;
                found.push(format!("{meaning} (account {}, record {})", key >> 36, key & ((1 << 36) - 1)));
            }
        }
        for row in sqlx::query("select hash, size from blobs").fetch_all(&mut *snapshot).await? {
            let size = super::records::count(&row, 1)?;
            let file = self.inner.blobs.size(&hash(row.try_get(0)?)?).await?;
            if file != Some(size) {
                found.push("a blob's file is not there, or not whole".to_owned());
            }
        }
        let row = sqlx::query("pragma integrity_check").fetch_one(&mut *snapshot).await?;
        let verdict: String = row.try_get(0)?;
        if verdict != "ok" {
            found.push(format!("the database is damaged: {verdict}"));
        }
        Ok(found)
    }
}
