//! Every promise of the store, to be kept by any back end: [`conformance!`](crate::conformance!) makes a test of each.
//!
//! ```text
//! store::conformance!(store::Store::open);
//! ```

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "these are tests; a function's name is the fact that it checks"
)]

mod accounts;
mod calendars;
mod emails;
mod push;
mod query;
mod random;
mod records;
mod search;
mod world;

pub use accounts::*;
pub use calendars::*;
pub use emails::*;
pub use push::*;
pub use query::*;
pub use random::*;
pub use records::*;
pub use search::*;
pub use world::World;

/// Makes a module `conformance` with a test for each promise. Takes an async function from a folder to an open store.
#[macro_export]
macro_rules! conformance {
    ($open:path) => {
        $crate::conformance!($open:
            an_account_begins_with_its_mailboxes
            an_address_is_taken_whatever_its_case
            a_removed_account_leaves_nothing_and_its_id_is_not_used_again
            app_passwords_are_added_used_and_removed
            a_session_is_found_until_it_expires
            sessions_end_one_by_one_or_all
            settings_and_trusted_senders_are_kept
            a_push_subscription_is_kept_changed_and_destroyed
            a_push_subscription_belongs_to_what_it_was_made_with
            a_push_subscription_ends_with_its_credentials
            push_subscriptions_are_limited_and_swept
            a_secret_is_kept_once
            states_are_told_of_one_moment
            people_are_suggested_by_how_often_one_writes_to_them
            a_record_is_created_changed_and_destroyed
            the_same_body_changes_nothing
            a_dropped_writer_takes_everything_back
            changes_can_stop_after_any_record
            what_was_created_and_destroyed_since_is_not_named
            a_foreign_state_is_refused
            commits_are_told_to_subscribers
            submissions_are_due_at_their_time
            submissions_of_one_moment_are_due_in_the_order_of_their_making
            an_import_key_is_seen_once_committed
            old_changes_are_swept_and_then_not_known
            an_email_is_kept_as_it_was_given
            counters_follow_every_change
            only_counters_changed_is_said
            an_answer_joins_its_thread
            another_subject_is_another_thread
            two_threads_become_one_with_new_ids
            threads_joined_before_a_commit_keep_their_ids
            the_trash_counts_for_itself
            another_mailbox_becomes_the_trash
            a_mailbox_with_emails_is_not_destroyed
            an_email_without_a_mailbox_or_a_blob_is_refused
            an_email_destroyed_in_its_transaction_leaves_nothing
            emails_inserted_together_thread_as_one_by_one
            the_members_of_a_thread_are_told_oldest_first
            a_blob_is_read_by_those_who_may
            a_kept_blob_outlives_its_email
            unused_blobs_are_swept
            a_backup_opens_as_a_store
            a_page_is_where_it_says
            every_window_is_a_part_of_the_whole
            an_anchor_that_is_not_there_is_an_error
            what_cannot_be_asked_is_refused
            another_account_sees_nothing
            words_are_found_by_their_beginning_and_phrases_whole
            accents_and_case_do_not_matter
            chinese_japanese_and_korean_are_found
            each_field_is_searched_by_itself
            headers_are_found_by_name_and_word
            a_destroyed_email_is_not_found
            queries_and_their_changes_agree_with_a_plain_model
            an_event_is_put_changed_and_destroyed
            events_are_found_by_time
            events_are_found_by_words_and_by_calendar
            a_floating_event_is_where_the_clock_of_who_asks_shows_its_time
            others_neither_see_what_is_secret_nor_search_what_is_private
            a_uid_is_in_an_account_once
            a_calendar_with_events_is_not_destroyed
            what_is_shared_is_known_to_both
            alerts_are_due_at_their_time
            an_event_keeps_its_blobs
            principals_follow_the_accounts
        );
    };
    ($open:path: $($fact:ident)*) => {
        mod conformance {
            $(
                #[test]
                fn $fact() {
                    $crate::conformance::World::run(|dir| async move { $open(&dir).await }, $crate::conformance::$fact);
                }
            )*
        }
    };
}
