//! What a person reading a list may rely on, one fact a test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::manual_is_multiple_of,
    clippy::single_range_in_vec_init,
    reason = "a test that panics has failed"
)]

use jmap::method::{AddedItem, QueryChangesResponse, QueryResponse};
use jmap::{Id, MethodError};
use mirror::{Ask, Limits, Mirror, Place, Selection, Status, Ticket, Touched, TypeName, WindowKey, WindowSpec};

const KEY: &str = "w";

fn key() -> WindowKey {
    KEY.into()
}

fn ids(text: &str) -> Vec<Id> {
    text.split_whitespace().map(Id::from).collect()
}

fn open(view: std::ops::Range<usize>) -> Mirror {
    let mut mirror = Mirror::new(Limits::default());
    mirror.open(&key(), WindowSpec { of: "Email".into(), properties: Vec::new(), row_key: None });
    assert!(mirror.show(&key(), view).is_empty());
    mirror
}

/// The one thing that is asked.
fn ask(mirror: &mut Mirror) -> (Ticket, Ask) {
    let mut wishes = mirror.wishes();
    assert_eq!(wishes.len(), 1, "{wishes:?}");
    wishes.pop().map(|wish| (wish.ticket, wish.ask)).unwrap()
}

/// The first of these that is asked; the rest is lost.
fn find(mirror: &mut Mirror, is: impl Fn(&Ask) -> bool) -> Ticket {
    let (found, rest): (Vec<_>, Vec<_>) = mirror.wishes().into_iter().partition(|wish| is(&wish.ask));
    for wish in rest {
        mirror.lost(wish.ticket);
    }
    found[0].ticket
}

fn page(mirror: &mut Mirror, position: u64, rows: &str, total: u64) -> Touched {
    let ticket = find(mirror, |ask| matches!(ask, Ask::Page { .. }));
    let answer = QueryResponse {
        account_id: "a".into(),
        query_state: "1".into(),
        can_calculate_changes: true,
        position,
        ids: ids(rows),
        total: Some(total),
        limit: Some(5),
    };
    mirror.apply_page(ticket, answer)
}

fn delta(mirror: &mut Mirror, (from, to): (&str, &str), removed: &str, added: &str, total: u64) -> Touched {
    mirror.suspect();
    let ticket = find(mirror, |ask| matches!(ask, Ask::QueryChanges { .. }));
    let added = added.split_whitespace().map(|item| item.split_once('@').unwrap());
    let answer = QueryChangesResponse {
        account_id: "a".into(),
        old_query_state: from.into(),
        new_query_state: to.into(),
        total: Some(total),
        removed: ids(removed),
        added: added.map(|(id, index)| AddedItem { id: id.into(), index: index.parse().unwrap() }).collect(),
    };
    mirror.apply_query_changes(ticket, answer)
}

fn shown(mirror: &Mirror) -> String {
    let total = mirror.total(&key()).unwrap();
    let rows = (0..total).map(|at| mirror.row(&key(), at).map_or(".".to_owned(), |row| row.id.to_string()));
    rows.collect::<Vec<_>>().join(" ")
}

#[test]
fn new_mail_above_the_view_is_counted_and_the_view_moves_with_its_rows() {
    let mut mirror = open(2..4);
    let _ = page(&mut mirror, 0, "a b c d e", 5);
    let touched = delta(&mut mirror, ("1", "2"), "", "x@0 y@1", 7);
    assert_eq!(shown(&mirror), "x y a b c d e");
    assert_eq!((touched.windows[0].shift, touched.windows[0].above), (2, 2));
}

#[test]
fn an_unknown_id_in_removed_does_not_cost_the_rows_after_a_gap_if_the_totals_agree() {
    let mut mirror = open(0..5);
    let _ = page(&mut mirror, 0, "a b c d e", 120);
    let _ = mirror.show(&key(), 100..105);
    let _ = page(&mut mirror, 100, "v w x y z", 120);
    let _ = delta(&mut mirror, ("1", "2"), "nobody", "", 120);
    assert_eq!(mirror.index_of(&key(), &"v".into()), Some(100));
    let _ = delta(&mut mirror, ("2", "3"), "nobody b", "", 119);
    assert_eq!(mirror.index_of(&key(), &"v".into()), Some(99));
}

#[test]
fn a_list_that_cannot_be_brought_up_to_date_is_looked_up_where_the_reader_is() {
    let mut mirror = open(0..5);
    let _ = page(&mut mirror, 0, "a b c d e", 9);
    let _ = mirror.show(&key(), 2..5);
    for wish in mirror.wishes() {
        mirror.lost(wish.ticket);
    }
    mirror.suspect();
    for wish in mirror.wishes() {
        match wish.ask {
            Ask::QueryChanges { .. } => {
                let error = MethodError::from(jmap::error::MethodErrorKind::CannotCalculateChanges);
                let _ = mirror.apply_error(wish.ticket, &error);
            }
            _ => mirror.lost(wish.ticket),
        }
    }
    assert_eq!(shown(&mirror), "a b c d e . . . .", "the old rows stay until the new ones are there");
    let (ticket, Ask::Page { place, .. }) = ask(&mut mirror) else { panic!("no page is asked") };
    assert!(matches!(&place, Place::Anchor { id, .. } if id.as_str() == "c"), "{place:?}");
    let lost = MethodError::from(jmap::error::MethodErrorKind::AnchorNotFound);
    let _ = mirror.apply_error(ticket, &lost);
    assert!(matches!(ask(&mut mirror).1, Ask::Page { place: Place::Position(2), limit: 3, .. }));
}

#[test]
fn the_mail_being_read_stays_in_a_list_of_unread_mail() {
    let mut mirror = open(0..5);
    let _ = page(&mut mirror, 0, "a b c", 3);
    mirror.hold(&key(), &"b".into());
    let touched = delta(&mut mirror, ("1", "2"), "b", "", 2);
    assert!(touched.windows.is_empty());
    assert_eq!(shown(&mirror), "a b c");
    let touched = mirror.release(&key());
    assert_eq!(touched.windows[0].removed[0].key.as_str(), "b");
    assert_eq!(shown(&mirror), "a c");
}

#[test]
fn the_mail_being_read_goes_for_good_when_it_is_put_away() {
    let mut mirror = open(0..5);
    let _ = page(&mut mirror, 0, "a b c", 3);
    mirror.hold(&key(), &"b".into());
    let edit = mirror::Edit::destroy("b".into()).leaving(key());
    let _ = mirror.change(mirror::Change { of: "Email".into(), edits: vec![edit] });
    assert_eq!(shown(&mirror), "a c");
    let ticket = find(&mut mirror, |ask| matches!(ask, Ask::Set { .. }));
    let answer = serde_json::json!({ "accountId": "a", "newState": "2", "destroyed": ["b"] });
    let _ = mirror.apply_set(ticket, serde_json::from_value(answer).unwrap());
    let _ = delta(&mut mirror, ("1", "2"), "b", "", 2);
    assert_eq!(shown(&mirror), "a c", "also when the change is confirmed and over");
}

#[test]
fn a_query_that_fails_says_so_and_can_be_tried_again() {
    let mut mirror = open(0..5);
    let (ticket, _) = ask(&mut mirror);
    let error = MethodError::from(jmap::error::MethodErrorKind::UnsupportedFilter);
    let touched = mirror.apply_error(ticket, &error);
    assert_eq!(touched.windows.len(), 1);
    assert_eq!(mirror.status(&key()), Status::Failed(error));
    assert!(mirror.wishes().is_empty());
    mirror.retry(&key());
    ask(&mut mirror);
}

#[test]
fn a_record_that_is_not_given_says_why_and_is_asked_again_only_when_told() {
    let mut mirror = Mirror::new(Limits::default());
    let (of, id) = (TypeName::from("Email"), Id::from("a"));
    let subject = ["subject".to_owned()];
    mirror.load(&of, std::slice::from_ref(&id), Some(&subject));
    let ticket = find(&mut mirror, |ask| matches!(ask, Ask::Get { .. }));
    let error = MethodError::from(jmap::error::MethodErrorKind::ServerFail);
    let touched = mirror.apply_error(ticket, &error);
    assert!(touched.records.contains(&(of.clone(), id.clone())), "whoever waits for it is told");
    assert_eq!(mirror.refusal(&of, &id), Some(&error));
    // A view that wants it still would else ask without end.
    mirror.load(&of, std::slice::from_ref(&id), Some(&subject));
    assert!(mirror.wishes().is_empty());
    mirror.retry_records();
    assert_eq!(mirror.refusal(&of, &id), None);
    find(&mut mirror, |ask| matches!(ask, Ask::Get { .. }));
}

#[test]
fn only_twenty_windows_out_of_view_are_kept() {
    let mut mirror = open(0..5);
    let _ = page(&mut mirror, 0, "a b c", 3);
    mirror.hide(&key());
    for n in 0..30 {
        let other = WindowKey::from(format!("{n}"));
        mirror.open(&other, WindowSpec { of: "Email".into(), properties: Vec::new(), row_key: None });
        let _ = mirror.show(&other, 0..5);
        mirror.hide(&other);
    }
    assert_eq!(mirror.total(&key()), None);
    assert!(!mirror.wishes().iter().any(|wish| matches!(wish.ask, Ask::Page { .. })));
}

#[test]
fn at_most_two_pages_are_on_their_way_and_none_that_left_the_screen() {
    let mut mirror = open(0..10);
    let _ = page(&mut mirror, 0, "a b c d e", 100_000);
    let _ = mirror.show(&key(), 50_010..50_020);
    let (first, _) = ask(&mut mirror);
    let _ = mirror.show(&key(), 70_010..70_020);
    let _ = ask(&mut mirror);
    let _ = mirror.show(&key(), 0..10);
    assert!(mirror.wishes().is_empty());
    mirror.lost(first);
    let (_, Ask::Page { place, limit, .. }) = ask(&mut mirror) else { panic!("no page is asked") };
    assert_eq!((place, limit), (Place::Position(5), 5));
}

#[test]
fn what_is_in_view_is_asked_alone_and_what_is_around_it_afterwards() {
    let mut mirror = open(0..3);
    let (_, Ask::Page { place, limit, .. }) = ask(&mut mirror) else { panic!("no page is asked") };
    assert_eq!((place, limit), (Place::Position(0), 3));
    assert!(mirror.wishes().is_empty(), "nothing that could make it late");
    let mut mirror = open(0..3);
    let _ = page(&mut mirror, 0, "a b c", 120);
    let around: Vec<Ask> = mirror.wishes().into_iter().map(|wish| wish.ask).collect();
    let [Ask::Page { place: Place::Position(3), limit: 47, .. }, Ask::Page { place: Place::Position(50), limit: 50, .. }] =
        around.as_slice()
    else {
        panic!("{around:?}")
    };
}

fn select(change: impl FnOnce(&mut Selection, &Mirror)) -> (Mirror, Selection) {
    let mut mirror = open(0..5);
    let _ = page(&mut mirror, 0, "a b c d e", 8);
    for wish in mirror.wishes() {
        mirror.lost(wish.ticket);
    }
    let mut selection = Selection::default();
    change(&mut selection, &mirror);
    (mirror, selection)
}

fn check(mirror: &Mirror, selection: &Selection, expect: &str, count: usize) {
    let keys: Vec<&str> = selection.keys().map(Id::as_str).collect();
    assert_eq!((keys.join(" ").as_str(), selection.count(&mirror.rows(&key()))), (expect, count));
}

#[test]
fn a_range_goes_from_the_anchor_whichever_way() {
    let (mirror, mut selection) = select(|it, _| it.only(&"c".into()));
    selection.extend(4, false, &mirror.rows(&key()));
    check(&mirror, &selection, "c d e", 3);
    selection.extend(0, false, &mirror.rows(&key()));
    check(&mirror, &selection, "a b c", 3);
    assert_eq!(selection.focus().map(Id::as_str), Some("a"));
    selection.toggle(&"b".into(), &mirror.rows(&key()));
    check(&mirror, &selection, "a c", 2);
}

#[test]
fn a_range_over_rows_never_seen_follows_the_list_and_becomes_rows() {
    let (mut mirror, mut selection) = select(|it, _| it.only(&"d".into()));
    selection.extend(6, false, &mirror.rows(&key()));
    check(&mirror, &selection, "d e", 4);
    assert_eq!(selection.unknown(), [5..7]);
    mirror.suspect();
    let (ticket, answer) = {
        let wish = mirror.wishes().into_iter().find(|wish| matches!(wish.ask, Ask::QueryChanges { .. })).unwrap();
        let added = vec![AddedItem { id: "x".into(), index: 0 }];
        (
            wish.ticket,
            QueryChangesResponse {
                account_id: "a".into(),
                old_query_state: "1".into(),
                new_query_state: "2".into(),
                total: Some(9),
                removed: Vec::new(),
                added,
            },
        )
    };
    let touched = mirror.apply_query_changes(ticket, answer);
    selection.apply(&touched.windows[0], &mirror.rows(&key()));
    assert_eq!(selection.unknown(), [6..8]);
    assert!(selection.contains_index(7, &mirror.rows(&key())) && !selection.contains_index(8, &mirror.rows(&key())));
}

#[test]
fn a_focused_row_that_goes_gives_the_focus_to_the_one_that_takes_its_place() {
    let (mut mirror, mut selection) = select(|it, _| it.only(&"b".into()));
    let change = mirror::Change { of: "Email".into(), edits: vec![mirror::Edit::destroy("b".into()).leaving(key())] };
    let changed = mirror.change(change);
    selection.apply(&changed.touched.windows[0], &mirror.rows(&key()));
    check(&mirror, &selection, "", 0);
    assert_eq!(selection.focus().map(Id::as_str), Some("c"));
}

#[test]
fn all_but_one_is_counted_without_seeing_them() {
    let (mirror, mut selection) = select(|it, _| it.all());
    selection.toggle(&"b".into(), &mirror.rows(&key()));
    assert_eq!(selection.count(&mirror.rows(&key())), 7);
    assert!(selection.contains(&"z".into()) && !selection.contains(&"b".into()));
    assert_eq!(selection.exceptions().map(Id::as_str).collect::<Vec<_>>(), ["b"]);
}
