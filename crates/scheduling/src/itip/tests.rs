//! Alice organizes; Bob and Carol take part. Every message goes over the wire: it is written as iCalendar and read again.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    date::{parse_local, parse_utc},
    event::{CalendarAddress, Event},
    icalendar::read,
};

const WEEKLY: &str = "2026-03-02T10:00:00";
const SECOND: &str = "2026-03-09T10:00:00";

fn address(name: &str) -> CalendarAddress {
    CalendarAddress::new(&format!("{name}@example.com"))
}

fn now(minute: u32) -> DateTime<Utc> {
    parse_utc(&format!("2026-02-01T09:{minute:02}:00Z")).unwrap()
}

fn id(text: &str) -> NaiveDateTime {
    parse_local(text).unwrap()
}

fn patch(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// A weekly meeting of Alice's with Bob and Carol.
fn meeting() -> Event {
    Event::new(patch(json!({
        "@type": "Event", "uid": "meeting", "start": WEEKLY, "timeZone": "Europe/Berlin", "duration": "PT1H",
        "title": "Weekly", "recurrenceRule": {"@type": "RecurrenceRule", "frequency": "weekly"},
        "organizerCalendarAddress": "mailto:alice@example.com", "sequence": 0,
        "alerts": {"1": {"@type": "Alert", "trigger": {"@type": "OffsetTrigger", "offset": "-PT5M"}}},
        "participants": {
            "alice": {"@type": "Participant", "calendarAddress": "mailto:alice@example.com", "roles": {"owner": true}, "participationStatus": "accepted"},
            "bob": {"@type": "Participant", "calendarAddress": "mailto:bob@example.com", "roles": {"required": true}},
            "carol": {"@type": "Participant", "calendarAddress": "mailto:carol@example.com", "roles": {"optional": true}},
        },
    })))
    .unwrap()
}

/// A message as it arrives.
fn wire(message: &Message, at: u32) -> Message {
    let text = message.write(now(at));
    let calendar = read(text.as_bytes()).unwrap();
    assert_eq!(calendar.problems, [], "{text}");
    let arrived = calendar.message().unwrap();
    assert_eq!((arrived.method, &arrived.from), (message.method, &message.from), "{text}");
    arrived
}

/// What Alice keeps and sends.
fn alice(before: Option<&Event>, after: Option<&Event>, at: u32) -> Plan {
    plan(before, after, &[address("alice")], now(at))
}

fn bob_receives(stored: Option<&Event>, message: &Message, at: u32) -> Outcome {
    receive(stored, &wire(message, at), Some(&message.from), &[address("bob")], now(at))
}

fn alice_receives(stored: &Event, message: &Message, at: u32) -> Outcome {
    receive(Some(stored), &wire(message, at), Some(&message.from), &[address("alice")], now(at))
}

fn updated(outcome: Outcome) -> (Event, Vec<Change>) {
    match outcome {
        Outcome::Update { event, changes } => (event, changes),
        other => panic!("{other:?}"),
    }
}

/// The meeting as Alice keeps it, and as Bob does.
fn invited() -> (Event, Event) {
    let plan = alice(None, Some(&meeting()), 0);
    let Outcome::Create(mut events) = bob_receives(None, &plan.messages[0], 0) else { panic!() };
    (plan.event.unwrap(), events.remove(0))
}

fn answer(event: &Event, status: &str) -> Event {
    let mine = event.participant_of(&[address("bob")]).unwrap().id;
    event.patched(&patch(json!({format!("participants/{mine}/participationStatus"): status}))).unwrap()
}

fn bob_answers(stored: &Event, after: &Event, at: u32) -> Plan {
    plan(Some(stored), Some(after), &[address("bob")], now(at))
}

fn status_of(event: &Event, who: &str) -> String {
    event.participant_of(&[address(who)]).unwrap().status().to_owned()
}

fn told(plan: &Plan) -> Vec<(Method, Vec<String>, Vec<Option<String>>)> {
    plan.messages
        .iter()
        .map(|message| {
            let to = message.to.iter().map(|it| it.email().unwrap().split('@').next().unwrap().to_owned()).collect();
            let of = message.events.iter().map(|it| it.recurrence_id().map(crate::date::format_local)).collect();
            (message.method, to, of)
        })
        .collect()
}

fn both() -> Vec<String> {
    vec!["bob".into(), "carol".into()]
}

#[test]
fn an_invitation_goes_to_all_and_holds_nothing_of_the_organizers_own() {
    let plan = alice(None, Some(&meeting()), 0);
    assert_eq!(told(&plan), [(Method::Request, both(), vec![None])]);
    assert_eq!(plan.messages[0].events[0].get("alerts"), None);
    let (_, bobs) = invited();
    assert_eq!((bobs.title(), status_of(&bobs, "bob")), ("Weekly", "needs-action".into()));
    assert!(bobs.participant_of(&[address("bob")]).unwrap().expect_reply());
    assert!(bobs.is_recurring());
}

#[test]
fn a_draft_is_told_to_nobody_until_it_is_none() {
    let mut draft = meeting();
    draft.set("isDraft", true);
    assert_eq!(told(&alice(None, Some(&draft), 0)), []);
    assert_eq!(told(&alice(Some(&draft), Some(&meeting()), 0)), [(Method::Request, both(), vec![None])]);
}

#[test]
fn what_is_one_persons_own_is_told_to_nobody() {
    let before = alice(None, Some(&meeting()), 0).event.unwrap();
    for change in [
        json!({"alerts": null}),
        json!({"keywords": {"x": true}}),
        json!({"color": "red", "participants/bob/participationStatus": "accepted"}),
    ] {
        let after = before.patched(&patch(change)).unwrap();
        let plan = alice(Some(&before), Some(&after), 1);
        assert_eq!((told(&plan), plan.event.unwrap().sequence()), (vec![], 0));
    }
}

#[test]
fn an_answer_reaches_the_organizer() {
    let (alices, bobs) = invited();
    let plan = bob_answers(&bobs, &answer(&bobs, "accepted"), 1);
    assert_eq!(told(&plan), [(Method::Reply, vec!["alice".into()], vec![None])]);
    assert_eq!(plan.messages[0].events[0].participants().count(), 1);
    let (alices, changes) = updated(alice_receives(&alices, &plan.messages[0], 1));
    assert_eq!((status_of(&alices, "bob"), status_of(&alices, "carol")), ("accepted".into(), "needs-action".into()));
    assert!(matches!(&changes[..], [Change::Answered { status, recurrence_id: None, .. }] if status == "accepted"));
    // The same once more, and one that was sent before it, change nothing.
    assert_eq!(alice_receives(&alices, &plan.messages[0], 1), Outcome::Ignored(Reason::Known));
    assert_eq!(alice_receives(&alices, &plan.messages[0], 0), Outcome::Ignored(Reason::Older));
    // What Alice learns, she tells nobody.
    assert_eq!(told(&alice(Some(&invited().0), Some(&alices), 2)), []);
}

#[test]
fn an_answer_with_a_comment_to_one_occurrence_is_to_that_one_alone() {
    let (alices, bobs) = invited();
    let mine = bobs.participant_of(&[address("bob")]).unwrap().id.to_owned();
    let change = json!({format!("participants/{mine}/participationStatus"): "declined", format!("participants/{mine}/participationComment"): "On holiday, sorry"});
    let after = bobs.with_occurrence_patched(id(SECOND), &patch(change)).unwrap();
    let plan = bob_answers(&bobs, &after, 1);
    assert_eq!(told(&plan), [(Method::Reply, vec!["alice".into()], vec![Some(SECOND.into())])]);
    let (alices, changes) = updated(alice_receives(&alices, &plan.messages[0], 1));
    assert_eq!(status_of(&alices, "bob"), "needs-action");
    let second = alices.occurrence(id(SECOND)).unwrap();
    assert_eq!(status_of(&second, "bob"), "declined");
    assert_eq!(second.participant_of(&[address("bob")]).unwrap().comment(), Some("On holiday, sorry"));
    assert!(matches!(&changes[..], [Change::Answered { recurrence_id: Some(_), comment: Some(_), .. }]));
    // A later answer to all takes its place.
    let all = bob_answers(&after, &answer(&after, "accepted"), 2);
    let (alices, _) = updated(alice_receives(&alices, &all.messages[0], 2));
    assert_eq!(status_of(&alices, "bob"), "accepted");
}

#[test]
fn an_update_that_leaves_time_and_place_leaves_the_answers() {
    let (alices, bobs) = invited();
    let replied = bob_answers(&bobs, &answer(&bobs, "accepted"), 1);
    let bobs = replied.event.unwrap();
    let (alices, _) = updated(alice_receives(&alices, &replied.messages[0], 1));
    let renamed = alices.patched(&patch(json!({"title": "Weekly meeting"}))).unwrap();
    let plan = alice(Some(&alices), Some(&renamed), 2);
    assert_eq!(told(&plan), [(Method::Request, both(), vec![None])]);
    let alices = plan.event.unwrap();
    assert_eq!((alices.sequence(), status_of(&alices, "bob")), (0, "accepted".into()));
    let (after, changes) = updated(bob_receives(Some(&bobs), &plan.messages[0], 2));
    assert_eq!(
        (after.title(), status_of(&after, "bob"), changes),
        ("Weekly meeting", "accepted".into(), vec![Change::Details(None)])
    );
    // Even when the answer had not arrived yet, it stays with Bob.
    let late = alice(Some(&invited().0), Some(&invited().0.patched(&patch(json!({"title": "X"}))).unwrap()), 3);
    assert_eq!(status_of(&updated(bob_receives(Some(&bobs), &late.messages[0], 3)).0, "bob"), "accepted");
}

#[test]
fn another_time_or_place_asks_for_new_answers() {
    let (alices, bobs) = invited();
    let bobs = bob_answers(&bobs, &answer(&bobs, "accepted"), 1).event.unwrap();
    let alices = answer(&alices, "accepted");
    for (change, expect) in [
        (json!({"start": "2026-03-02T11:00:00"}), Change::Time(None)),
        (json!({"locations": {"l": {"@type": "Location", "name": "Room 2"}}}), Change::Place(None)),
    ] {
        let plan = alice(Some(&alices), Some(&alices.patched(&patch(change)).unwrap()), 2);
        let after = plan.event.as_ref().unwrap();
        assert_eq!((after.sequence(), status_of(after, "bob")), (1, "needs-action".into()));
        let (bobs, changes) = updated(bob_receives(Some(&bobs), &plan.messages[0], 2));
        assert_eq!((status_of(&bobs, "bob"), changes), ("needs-action".into(), vec![expect]));
    }
}

#[test]
fn one_occurrence_is_moved_alone() {
    let (alices, bobs) = invited();
    let (alices, bobs) = (answer(&alices, "accepted"), answer(&bobs, "accepted"));
    let moved = alices.with_occurrence_patched(id(SECOND), &patch(json!({"start": "2026-03-10T10:00:00"}))).unwrap();
    let plan = alice(Some(&alices), Some(&moved), 2);
    assert_eq!(told(&plan), [(Method::Request, both(), vec![Some(SECOND.into())])]);
    let alices = plan.event.unwrap();
    assert_eq!(
        (status_of(&alices, "bob"), status_of(&alices.occurrence(id(SECOND)).unwrap(), "bob")),
        ("accepted".into(), "needs-action".into())
    );
    let (bobs, changes) = updated(bob_receives(Some(&bobs), &plan.messages[0], 2));
    assert_eq!(changes, [Change::Time(Some(id(SECOND)))]);
    let second = bobs.occurrence(id(SECOND)).unwrap();
    assert_eq!(
        (second.start(), status_of(&second, "bob"), status_of(&bobs, "bob")),
        (parse_local("2026-03-10T10:00:00"), "needs-action".into(), "accepted".into())
    );
}

#[test]
fn one_occurrence_is_taken_out() {
    let (alices, bobs) = invited();
    let plan = alice(Some(&alices), Some(&alices.without_occurrence(id(SECOND)).unwrap()), 2);
    assert_eq!(told(&plan), [(Method::Cancel, both(), vec![Some(SECOND.into())])]);
    let (bobs, changes) = updated(bob_receives(Some(&bobs), &plan.messages[0], 2));
    assert_eq!(changes, [Change::Cancelled(Some(id(SECOND)))]);
    assert!(bobs.occurrence(id(SECOND)).unwrap().is_cancelled() && !bobs.is_cancelled());
    assert_eq!(bob_receives(Some(&bobs), &plan.messages[0], 2), Outcome::Ignored(Reason::Known));
}

#[test]
fn the_whole_is_cancelled() {
    let (alices, bobs) = invited();
    let plan = alice(Some(&alices), None, 2);
    assert_eq!(told(&plan), [(Method::Cancel, both(), vec![None])]);
    let (bobs, changes) = updated(bob_receives(Some(&bobs), &plan.messages[0], 2));
    assert_eq!(changes, [Change::Cancelled(None)]);
    assert!(bobs.is_cancelled());
    // One that takes place again is told as new.
    let cancelled = alice(Some(&alices), Some(&alices.patched(&patch(json!({"status": "cancelled"}))).unwrap()), 2);
    assert_eq!(told(&cancelled), [(Method::Cancel, both(), vec![None])]);
    assert_eq!(cancelled.event.as_ref().unwrap().sequence(), 1);
    let back = alice(cancelled.event.as_ref(), Some(&alices), 3);
    assert_eq!(told(&back), [(Method::Request, both(), vec![None])]);
}

#[test]
fn who_is_no_longer_invited_hears_that_and_who_is_new_hears_all() {
    let (alices, _) = invited();
    let dave =
        json!({"@type": "Participant", "calendarAddress": "mailto:dave@example.com", "roles": {"required": true}});
    let after = alices.patched(&patch(json!({"participants/carol": null, "participants/dave": dave}))).unwrap();
    let plan = alice(Some(&alices), Some(&after), 2);
    assert_eq!(
        told(&plan),
        [
            (Method::Request, vec!["bob".into(), "dave".into()], vec![None]),
            (Method::Cancel, vec!["carol".into()], vec![None]),
        ]
    );
    let carol = &plan.messages[1].events[0];
    assert!(carol.participant_of(&[address("bob")]).is_none() && carol.participant_of(&[address("carol")]).is_some());
}

#[test]
fn somebody_is_invited_to_one_occurrence_alone() {
    let (alices, _) = invited();
    let dave =
        json!({"@type": "Participant", "calendarAddress": "mailto:dave@example.com", "roles": {"required": true}});
    let after = alices.with_occurrence_patched(id(SECOND), &patch(json!({"participants/dave": dave}))).unwrap();
    let plan = alice(Some(&alices), Some(&after), 2);
    assert_eq!(
        told(&plan),
        [(Method::Request, vec!["bob".into(), "carol".into(), "dave".into()], vec![Some(SECOND.into())])]
    );
    let outcome = receive(None, &wire(&plan.messages[0], 2), None, &[address("dave")], now(2));
    let Outcome::Create(events) = outcome else { panic!("{outcome:?}") };
    assert_eq!(events[0].recurrence_id(), Some(id(SECOND)));
    let gone = alice(plan.event.as_ref(), Some(&alices), 3);
    assert!(
        told(&gone).contains(&(Method::Cancel, vec!["dave".into()], vec![Some(SECOND.into())])),
        "{:?}",
        told(&gone)
    );
}

#[test]
fn hidden_attendees_do_not_see_each_other() {
    let mut hidden = meeting();
    hidden.set("hideAttendees", true);
    let plan = alice(None, Some(&hidden), 0);
    assert_eq!(plan.messages.len(), 2);
    for message in &plan.messages {
        assert_eq!(message.events[0].participants().count(), 2);
        assert!(!message.write(now(0)).contains(if message.to[0] == address("bob") { "carol" } else { "bob" }));
    }
}

#[test]
fn taking_an_invitation_out_of_the_calendar_declines_it() {
    let (alices, bobs) = invited();
    let gone = plan(Some(&bobs), None, &[address("bob")], now(1));
    assert_eq!(told(&gone), [(Method::Reply, vec!["alice".into()], vec![None])]);
    assert_eq!(status_of(&updated(alice_receives(&alices, &gone.messages[0], 1)).0, "bob"), "declined");
    let declined = answer(&bobs, "declined");
    assert_eq!(told(&plan(Some(&declined), None, &[address("bob")], now(1))), []);
    let one = plan(Some(&bobs), Some(&bobs.without_occurrence(id(SECOND)).unwrap()), &[address("bob")], now(1));
    assert_eq!(told(&one), [(Method::Reply, vec!["alice".into()], vec![Some(SECOND.into())])]);
    assert_eq!(status_of(&one.messages[0].events[0], "bob"), "declined");
}

#[test]
fn an_occurrence_that_was_taken_out_and_an_answer_to_one_survive_an_update() {
    let (alices, bobs) = invited();
    let bobs = bobs.without_occurrence(id(SECOND)).unwrap();
    let mine = bobs.participant_of(&[address("bob")]).unwrap().id.to_owned();
    let third = id("2026-03-16T10:00:00");
    let bobs = bobs
        .with_occurrence_patched(
            third,
            &patch(json!({format!("participants/{mine}/participationStatus"): "tentative", "alerts": {}})),
        )
        .unwrap();
    let plan = alice(Some(&alices), Some(&alices.patched(&patch(json!({"title": "New"}))).unwrap()), 2);
    let (after, _) = updated(bob_receives(Some(&bobs), &plan.messages[0], 2));
    assert!(!after.has_occurrence(id(SECOND)));
    let third = after.occurrence(third).unwrap();
    assert_eq!((third.title(), status_of(&third, "bob")), ("New", "tentative".into()));
    assert_eq!(third.get("alerts"), Some(&json!({})));
}

#[test]
fn another_time_is_proposed_and_taken_or_not() {
    let (alices, bobs) = invited();
    let change = patch(json!({"start": "2026-03-09T15:00:00"}));
    let me = [address("bob")];
    let proposal = counter(&bobs, Some(id(SECOND)), &change, &me, Some("Later?".into()), now(1)).unwrap();
    let outcome = alice_receives(&alices, &proposal, 1);
    let Outcome::Counter { by, recurrence_id, proposed, comment } = outcome else { panic!("{outcome:?}") };
    assert_eq!((by, recurrence_id, comment.as_deref()), (address("bob"), Some(id(SECOND)), Some("Later?")));
    assert_eq!(proposed.start(), parse_local("2026-03-09T15:00:00"));
    let no = decline_counter(&alices, recurrence_id, &address("bob"), Some("No".into())).unwrap();
    assert_eq!(
        bob_receives(Some(&bobs), &no, 2),
        Outcome::CounterDeclined { recurrence_id: Some(id(SECOND)), comment: Some("No".into()) }
    );
    let taken = alices.with_occurrence_patched(id(SECOND), &patch(json!({"start": "2026-03-09T15:00:00"}))).unwrap();
    assert_eq!(told(&alice(Some(&alices), Some(&taken), 2)).len(), 1);
}

#[test]
fn one_who_lost_track_asks_and_is_answered() {
    let (alices, bobs) = invited();
    let question = refresh(&bobs, &[address("bob")], now(1)).unwrap();
    let Outcome::Answer(reply) = alice_receives(&alices, &question, 1) else { panic!() };
    assert_eq!((reply.method, reply.to.clone()), (Method::Request, vec![address("bob")]));
    let stranger = Message { from: address("mallory"), ..question };
    assert!(matches!(
        receive(Some(&alices), &stranger, None, &[address("alice")], now(1)),
        Outcome::Ignored(Reason::UnknownParticipant)
    ));
}

#[test]
fn a_delegate_takes_the_place() {
    let (alices, bobs) = invited();
    let mine = bobs.participant_of(&[address("bob")]).unwrap().id.to_owned();
    let after = bobs.patched(&patch(json!({format!("participants/{mine}/participationStatus"): "delegated", format!("participants/{mine}/delegatedTo"): "mailto:dave@example.com"}))).unwrap();
    let plan = bob_answers(&bobs, &after, 1);
    assert_eq!(
        told(&plan),
        [(Method::Reply, vec!["alice".into()], vec![None]), (Method::Request, vec!["dave".into()], vec![None])]
    );
    let (alices, changes) = updated(alice_receives(&alices, &plan.messages[0], 1));
    assert!(
        changes.iter().any(
            |change| matches!(change, Change::Joined { delegated_from: Some(from), .. } if *from == address("bob"))
        )
    );
    assert_eq!((status_of(&alices, "bob"), status_of(&alices, "dave")), ("delegated".into(), "needs-action".into()));
    // Dave's own answer is that of one who is known now.
    let dave = [address("dave")];
    let outcome = receive(
        None,
        &Message { from: address("alice"), ..wire_as(&plan.messages[1], 1) },
        Some(&address("bob")),
        &dave,
        now(1),
    );
    let Outcome::Create(daves) = outcome else { panic!("{outcome:?}") };
    let his = daves[0].participant_of(&dave).unwrap().id.to_owned();
    let yes = daves[0].patched(&patch(json!({format!("participants/{his}/participationStatus"): "accepted"}))).unwrap();
    let reply = super::plan(Some(&daves[0]), Some(&yes), &dave, now(2));
    assert_eq!(status_of(&updated(alice_receives(&alices, &reply.messages[0], 2)).0, "dave"), "accepted");
}

/// A message that is passed on says the organizer's word, whoever sends it.
fn wire_as(message: &Message, at: u32) -> Message {
    read(message.write(now(at)).as_bytes()).unwrap().message().unwrap()
}

#[test]
fn a_forwarded_invitation_is_kept_and_its_answer_is_only_taken_where_anybody_may_come() {
    let (alices, bobs) = invited();
    let passed_on = forward(&bobs, None, &[address("erin")], &[address("bob")], None).unwrap();
    let erin = [address("erin")];
    let outcome = receive(None, &wire_as(&passed_on, 1), Some(&address("bob")), &erin, now(1));
    let Outcome::Create(erins) = outcome else { panic!("{outcome:?}") };
    let joined = erins[0].patched(&patch(json!({"participants/erin": {"@type": "Participant", "calendarAddress": "mailto:erin@example.com", "participationStatus": "accepted"}}))).unwrap();
    let reply = super::plan(Some(&erins[0]), Some(&joined), &erin, now(2));
    assert_eq!(told(&reply), [(Method::Reply, vec!["alice".into()], vec![None])]);
    assert_eq!(alice_receives(&alices, &reply.messages[0], 2), Outcome::Ignored(Reason::UnknownParticipant));
    let mut open = alices.clone();
    open.set("mayInviteSelf", true);
    let (open, changes) = updated(alice_receives(&open, &reply.messages[0], 2));
    assert_eq!(status_of(&open, "erin"), "accepted");
    assert!(matches!(&changes[..], [Change::Joined { delegated_from: None, .. }, Change::Answered { .. }]));
}

#[test]
fn the_word_of_others_is_not_believed() {
    let (alices, bobs) = invited();
    let update = alice(Some(&alices), Some(&alices.patched(&patch(json!({"title": "New"}))).unwrap()), 2);
    let message = wire(&update.messages[0], 2);
    let bob = [address("bob")];
    assert_eq!(
        receive(Some(&bobs), &message, Some(&address("mallory")), &bob, now(2)),
        Outcome::Ignored(Reason::NotFromOrganizer)
    );
    let mut forged = message.clone();
    forged.events[0].set("organizerCalendarAddress", "mailto:mallory@example.com");
    assert_eq!(receive(Some(&bobs), &forged, None, &bob, now(2)), Outcome::Ignored(Reason::NotFromOrganizer));
    assert_eq!(receive(Some(&alices), &message, None, &[address("alice")], now(2)), Outcome::Ignored(Reason::OwnEvent));
    let reply = bob_answers(&bobs, &answer(&bobs, "accepted"), 1);
    let arrived = wire(&reply.messages[0], 1);
    assert_eq!(
        receive(Some(&alices), &arrived, Some(&address("mallory")), &[address("alice")], now(1)),
        Outcome::Ignored(Reason::NotFromParticipant)
    );
    assert_eq!(
        receive(Some(&bobs), &arrived, None, &[address("carol")], now(1)),
        Outcome::Ignored(Reason::NotOrganizer)
    );
    assert_eq!(receive(None, &arrived, None, &[address("alice")], now(1)), Outcome::Ignored(Reason::UnknownEvent));
}

#[test]
fn what_is_older_than_what_is_known_changes_nothing() {
    let (alices, bobs) = invited();
    let moved =
        alice(Some(&alices), Some(&alices.patched(&patch(json!({"start": "2026-03-02T11:00:00"}))).unwrap()), 2);
    let (bobs, _) = updated(bob_receives(Some(&bobs), &moved.messages[0], 2));
    let renamed = alice(Some(&alices), Some(&alices.patched(&patch(json!({"title": "Old"}))).unwrap()), 3);
    assert_eq!(bob_receives(Some(&bobs), &renamed.messages[0], 3), Outcome::Ignored(Reason::Older));
    let late = bob_answers(&invited().1, &answer(&invited().1, "accepted"), 4);
    assert_eq!(alice_receives(&moved.event.unwrap(), &late.messages[0], 4), Outcome::Ignored(Reason::Older));
}

#[test]
fn more_occurrences_are_added_or_asked_for() {
    let (alices, bobs) = invited();
    let mut extra = alices.plain_occurrence(id("2026-03-05T10:00:00"));
    extra.remove("recurrenceId");
    extra.remove("recurrenceIdTimeZone");
    let add = Message {
        method: Method::Add,
        from: address("alice"),
        to: vec![address("bob")],
        events: vec![extra],
        comment: None,
    };
    let (after, changes) = updated(bob_receives(Some(&bobs), &add, 2));
    assert_eq!(changes, [Change::Added(id("2026-03-05T10:00:00"))]);
    assert!(after.has_occurrence(id("2026-03-05T10:00:00")));
    let Outcome::Ask(question) = bob_receives(None, &add, 2) else { panic!() };
    assert_eq!((question.method, question.to.clone()), (Method::Refresh, vec![address("alice")]));
}

#[test]
fn answers_of_others_programs_are_understood() {
    // As Outlook and Google write them: a REPLY need not say when the event is.
    let (alices, _) = invited();
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:meeting\r\nDTSTAMP:20260201T091500Z\r\nORGANIZER:MAILTO:alice@example.com\r\nATTENDEE;PARTSTAT=TENTATIVE;CN=Bob:MAILTO:Bob@Example.com\r\nCOMMENT;LANGUAGE=de:Vielleicht\r\nRECURRENCE-ID:20260309T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let message = read(text.as_bytes()).unwrap().message().unwrap();
    let (after, changes) =
        updated(receive(Some(&alices), &message, Some(&address("bob")), &[address("alice")], now(16)));
    assert!(
        matches!(&changes[..], [Change::Answered { status, comment: Some(comment), recurrence_id: Some(_), .. }] if status == "tentative" && comment == "Vielleicht")
    );
    assert_eq!(status_of(&after.occurrence(id(SECOND)).unwrap(), "bob"), "tentative");
}
