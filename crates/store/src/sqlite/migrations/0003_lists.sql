-- A list of threads of its own for the unread, the flagged and those with an attachment of a mailbox, so that they page
-- as fast as all: of each thread the newest email that is in the list.

create table mailbox_thread_lists (
    mailbox integer not null,
    list integer not null,                  -- 0 all, 1 without $seen, 2 with $flagged, 3 with an attachment
    received_at integer not null,
    email integer not null,
    thread integer not null,
    primary key (mailbox, list, received_at desc, email desc)
) strict, without rowid;
insert into mailbox_thread_lists (mailbox, list, received_at, email, thread)
    select mailbox, 0, received_at, email, thread from mailbox_thread;
insert into mailbox_thread_lists (mailbox, list, received_at, email, thread)
    select mailbox, list, received_at, email, thread from (
        select m.mailbox, l.value as list, m.received_at, m.email, m.thread,
            row_number() over (partition by m.mailbox, l.value, m.thread order by m.received_at desc, m.email desc) as nth
        from email_mailbox m join emails e on e.email = m.email join json_each('[1,2,3]') l on
            iif(l.value = 1, m.seen = 0, iif(l.value = 2, m.flagged = 1, e.has_attachment = 1)))
    where nth = 1;
drop table mailbox_thread;
alter table mailbox_thread_lists rename to mailbox_thread;

-- All that a search looks at beside the text: the wide rows themselves are read for one page only.
drop index emails_by_document;
create index emails_by_document on emails (document, received_at, thread, flags, mailboxes, has_attachment);

-- So much text is gathered in memory, within a transaction, before a segment of the index is written: an import makes
-- few large ones in the place of many small ones that have to be merged.
insert into email_text (email_text, rank) values ('hashsize', 16777216);
