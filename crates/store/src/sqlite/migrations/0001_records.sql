-- Accounts, and records of any type with their states and changes.

create table accounts (
    number integer primary key autoincrement,
    address text not null,
    address_key text not null unique,       -- lower case
    name text not null,
    password_hash text not null,
    created_at integer not null,
    last_number integer not null default 0, -- of the records, of any type, that it ever had
    modseq integer not null default 0,      -- of the last change
    octets integer not null default 0,      -- of its emails
    emails integer not null default 0
) strict;

create table states (
    account integer not null,
    type integer not null,
    modseq integer not null,                -- of the last change
    oldest integer not null default 0,      -- changes since an earlier one are not known any more
    primary key (account, type)
) strict, without rowid;

create table records (
    account integer not null,
    type integer not null,
    id text not null,
    modseq integer not null,
    body text not null,                     -- JSON, without the id
    primary key (account, type, id)
) strict, without rowid;

-- One row for each record that a transaction changed, kept for thirty days.
create table changes (
    account integer not null,
    type integer not null,
    modseq integer not null,
    at integer not null,                    -- seconds since 1970
    kind integer not null,                  -- 1 created, 2 updated, 3 destroyed, 4 only counters updated
    id text not null,
    thread integer not null,                -- of an email, else 0
    primary key (account, type, modseq)
) strict, without rowid;

create table app_passwords (
    id integer primary key autoincrement,
    account integer not null references accounts on delete cascade,
    label text not null,
    hash text not null,
    created_at integer not null,
    last_used_at integer not null default 0 -- 0: never
) strict;
create index app_passwords_by_account on app_passwords (account);

create table sessions (
    token_hash blob not null primary key,
    account integer not null references accounts on delete cascade,
    user_agent text not null,
    created_at integer not null,
    last_used_at integer not null,
    expires_at integer not null
) strict, without rowid;
create index sessions_by_account on sessions (account);

create table settings (
    account integer not null references accounts on delete cascade,
    key text not null,
    value text not null,                    -- JSON
    primary key (account, key)
) strict, without rowid;

create table trusted_senders (
    account integer not null references accounts on delete cascade,
    address_key text not null,
    primary key (account, address_key)
) strict, without rowid;

create table journal (
    account integer not null references accounts on delete cascade,
    key blob not null,
    primary key (account, key)
) strict, without rowid;

create table due_submissions (
    account integer not null references accounts on delete cascade,
    id text not null,
    at integer not null,                    -- milliseconds since 1970
    primary key (account, id)
) strict, without rowid;
create index due_submissions_by_time on due_submissions (at);

create table blobs (
    hash blob not null primary key,
    size integer not null,
    created_at integer not null
) strict, without rowid;

create table uploads (
    account integer not null references accounts on delete cascade,
    hash blob not null,
    media_type text not null,               -- empty: not said
    created_at integer not null,
    primary key (account, hash)
) strict, without rowid;
