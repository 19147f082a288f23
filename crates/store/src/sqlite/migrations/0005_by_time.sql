-- All emails of an account by time, whatever mailbox they are in: for lists of everything, and for searches that find
-- much, which go through it instead of looking up all that they find. 36: see NUMBER_BITS.
create index emails_by_time on emails (email >> 36, received_at desc, email desc, document, thread);
