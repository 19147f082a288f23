-- Mail. Keys hold the account's number in their upper bits (see ids.rs), so an account's rows are a range of keys.
-- Everything but `emails`, `email_text` and `people` follows from them, in the same transaction; check_integrity recounts it.

create table mailboxes (
    mailbox integer primary key,
    is_trash integer not null default 0,
    total_emails integer not null default 0,
    unread_emails integer not null default 0,
    total_threads integer not null default 0,
    unread_threads integer not null default 0
) strict;

create table emails (
    email integer primary key,
    thread integer not null,
    document integer not null,              -- the rowid in email_text; stays when the email gets a new id
    blob blob not null,
    size integer not null,
    received_at integer not null,           -- milliseconds since 1970, here and below
    sent_at integer not null,               -- when it was received, if it does not say
    flags integer not null,                 -- 1 $seen, 2 $flagged, 4 $draft, 8 $answered, 16 $forwarded
    keywords text not null,                 -- JSON array of all
    mailboxes text not null,                -- JSON array of keys
    has_attachment integer not null,
    subject_key text not null,              -- to sort by: folded, without Re: and the like
    from_key text not null,
    to_key text not null,
    envelope text not null,                 -- JSON
    preview text not null
) strict;
create index emails_by_thread on emails (thread, received_at, email);
create index emails_by_document on emails (document);
create index emails_by_blob on emails (blob);

create table email_mailbox (
    mailbox integer not null,
    received_at integer not null,
    email integer not null,
    thread integer not null,
    seen integer not null,
    flagged integer not null,
    primary key (mailbox, received_at desc, email desc)
) strict, without rowid;
create index email_mailbox_unseen on email_mailbox (mailbox, received_at desc, email desc, thread) where seen = 0;
create index email_mailbox_flagged on email_mailbox (mailbox, received_at desc, email desc, thread) where flagged = 1;

-- The newest email of each thread in each mailbox: a collapsed list pages as fast as a flat one.
create table mailbox_thread (
    mailbox integer not null,
    received_at integer not null,
    email integer not null,
    thread integer not null,
    primary key (mailbox, received_at desc, email desc)
) strict, without rowid;

-- Keywords that are no bit of `flags`.
create table email_keyword (
    keyword text not null,
    email integer not null,
    primary key (keyword, email)
) strict, without rowid;

-- By hash of account, message id and base subject: the thread that a mail with these belongs to.
create table thread_reference (
    reference integer primary key,
    thread integer not null
) strict;

-- Text is folded and tokenised by search.rs before it comes here; `ascii` then only splits at spaces.
create virtual table email_text using fts5 (
    subject, "from", "to", cc, bcc, body, attachments, headers,
    content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3'
);

-- To whom the account wrote and who wrote to it.
create table people (
    account integer not null references accounts on delete cascade,
    address_key text not null,
    address text not null,
    name text not null,
    words text not null,                    -- folded words of name and address, each after a space
    written integer not null,
    received integer not null,
    last_at integer not null,
    primary key (account, address_key)
) strict, without rowid;
