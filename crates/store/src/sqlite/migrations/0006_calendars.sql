-- Calendars. A calendar and an event are records like others; here is what they are found by. Times are milliseconds
-- since 1970.

create table calendar_events (
    event integer primary key,
    uid text not null,
    recurrence_id text not null,            -- empty: none
    starts_at integer not null,             -- of the first occurrence; the largest number: at no time
    ends_at integer not null,               -- of the last occurrence; the largest number: never
    is_long integer not null,               -- more than 31 days lie between the two
    is_floating integer not null,           -- the two are times of the clock, wherever one is
    is_series integer not null,
    discretion integer not null,            -- of people with whom it is shared: 1 none searches it, 2 none sees it
    created_at integer not null,
    updated_at integer not null
) strict;
-- 36: see NUMBER_BITS.
create unique index calendar_events_by_uid on calendar_events (event >> 36, uid, recurrence_id);
-- Short events are looked for among those that begin shortly before the end of a time; the few long ones are gone through.
create index calendar_events_by_time on calendar_events (event >> 36, is_long, starts_at, ends_at, is_floating, event);

create table calendar_event_calendar (
    calendar integer not null,
    event integer not null,
    primary key (calendar, event)
) strict, without rowid;
create index calendar_event_calendar_by_event on calendar_event_calendar (event, calendar);

create table calendar_event_blob (
    blob blob not null,
    event integer not null,
    primary key (blob, event)
) strict, without rowid;
create index calendar_event_blob_by_event on calendar_event_blob (event);

create virtual table calendar_event_text using fts5 (
    title, description, location, owner, attendee, other,
    content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3'
);

-- With whom a calendar is shared. A row stays when nothing is shared any more, so that it is known when that was.
create table calendar_shares (
    calendar integer not null,
    account integer not null,               -- with whom
    rights text not null,                   -- JSON
    since integer not null,                 -- the modseq, in the calendar's account, of the last change of the rights
    primary key (calendar, account)
) strict, without rowid;
create index calendar_shares_by_account on calendar_shares (account, calendar);

-- What people with whom a calendar is shared keep for themselves of it, or of an event in it.
create table calendar_personal (
    record integer not null,                -- the key of a calendar or an event
    account integer not null,               -- whose
    body text not null,                     -- JSON
    primary key (record, account)
) strict, without rowid;
create index calendar_personal_by_account on calendar_personal (account);

-- When the next alert of an event is due for somebody.
create table calendar_alerts (
    event integer not null,
    account integer not null,               -- for whom
    at integer not null,
    primary key (event, account)
) strict, without rowid;
create index calendar_alerts_by_time on calendar_alerts (at);

-- People, rooms and things of the organisation: one for each account, and the account's number for ever. `modseq` is
-- on a scale of its own, over all of them.
create table principals (
    account integer primary key,
    kind text not null,                     -- individual, location, resource
    description text not null default '',
    time_zone text not null default '',
    booking text not null default 'null',   -- JSON: of a room or thing
    created integer not null,
    modseq integer not null,
    is_gone integer not null default 0
) strict;
create index principals_by_modseq on principals (modseq);

insert into principals (account, kind, created, modseq)
    select number, 'individual', row_number() over (order by number), row_number() over (order by number) from accounts;
create trigger a_new_account_is_a_principal after insert on accounts begin
    insert into principals (account, kind, created, modseq)
        select new.number, 'individual', n, n from (select coalesce(max(modseq), 0) + 1 as n from principals);
end;
create trigger a_renamed_account_is_a_changed_principal after update of name on accounts when new.name <> old.name begin
    update principals set modseq = (select max(modseq) + 1 from principals) where account = new.number;
end;
create trigger an_account_gone_is_a_principal_gone after delete on accounts begin
    update principals set is_gone = 1, modseq = (select max(modseq) + 1 from principals) where account = old.number;
end;

-- Accounts from before begin with what a new account begins with: a calendar, and an address to take part as.
insert into records (account, type, id, modseq, body)
    select number, 8, 'c' || (last_number + 1), modseq + 1,
        json_object('name', 'Calendar', 'isDefault', json('true'), 'isSubscribed', json('true'), 'sortOrder', 10)
    from accounts;
insert into records (account, type, id, modseq, body)
    select number, 11, 'p' || (last_number + 2), modseq + 2,
        json_object('name', name, 'calendarAddress', 'mailto:' || address, 'isDefault', json('true'))
    from accounts;
insert into states (account, type, modseq, oldest) select number, 8, modseq + 1, modseq + 1 from accounts;
insert into states (account, type, modseq, oldest) select number, 11, modseq + 2, modseq + 2 from accounts;
update accounts set last_number = last_number + 2, modseq = modseq + 2;
