-- Push to URLs that clients name (RFC 8620 §7.2), and what the gateway must keep to itself.

create table push_subscriptions (
    id integer primary key autoincrement,
    account integer not null references accounts on delete cascade,
    -- What it was made with, and ends with: one of these, or the account's own password if both are null.
    app_password integer references app_passwords on delete cascade,
    session blob references sessions on delete cascade,
    device_client_id text not null,
    url text not null,
    p256dh blob not null,                   -- empty: not encrypted
    auth blob not null,
    verification_code text not null,
    code_sent integer not null default 0,
    is_verified integer not null default 0,
    created_at integer not null,
    expires_at integer not null,            -- 0: with the session
    types text not null,                    -- JSON: a list, or null for all
    pushed integer not null                 -- changes up to this modseq were told
) strict;
create index push_subscriptions_by_account on push_subscriptions (account);
create index push_subscriptions_by_app_password on push_subscriptions (app_password);
create index push_subscriptions_by_session on push_subscriptions (session);

create table secrets (
    name text not null primary key,
    value blob not null
) strict, without rowid;
