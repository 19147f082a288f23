//! Turns, with a clock that is told what time it is.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

struct Clock {
    lanes: Lanes,
    now: Instant,
}

impl Clock {
    fn new() -> Self {
        Self { lanes: Lanes::new(Pace::default()), now: Instant::now() }
    }

    fn with(subscriptions: &[(&str, &str, &str)]) -> Self {
        let mut clock = Self::new();
        let found = subscriptions.iter().map(|(id, account, host)| (Id::from(*id), known(account, host))).collect();
        clock.lanes.load(None, found, clock.now);
        // What was missed while nobody pushed is looked for first.
        for id in clock.begin() {
            clock.end(&id, End::Nothing(10));
        }
        clock
    }

    fn begin(&mut self) -> Vec<String> {
        self.lanes.begin(self.now).into_iter().map(|turn| turn.id.to_string()).collect()
    }

    fn end(&mut self, id: &str, end: End) {
        self.lanes.end(&Id::from(id), end, self.now, 0);
    }

    fn changed(&mut self, account: &str, types: &[&str]) {
        self.lanes.changed(&account.into(), types.iter().copied(), self.now);
    }

    fn later(&mut self, by: Duration) -> Vec<String> {
        self.now += by;
        self.begin()
    }
}

fn known(account: &str, host: &str) -> Known {
    Known {
        account: account.into(),
        host: host.to_owned(),
        types: None,
        is_verified: true,
        wants_code: false,
        pushed: 10,
    }
}

#[test]
fn changes_that_come_together_are_told_together() {
    let mut clock = Clock::with(&[("p1", "a1", "x"), ("p2", "a2", "x")]);
    for _ in 0..100 {
        clock.changed("a1", &["Email"]);
    }
    assert_eq!(clock.begin(), [""; 0], "a moment is waited for more");
    assert_eq!(clock.later(SECOND), ["p1"]);
    clock.changed("a1", &["Email"]);
    assert_eq!(clock.later(SECOND * 60), [""; 0], "one request at a time");
    clock.end("p1", End::Sent(11));
    assert_eq!(clock.later(SECOND), [""; 0], "not at once again");
    assert_eq!(clock.lanes.next(clock.now), Some(clock.now + SECOND));
    assert_eq!(clock.later(SECOND), ["p1"]);
    clock.end("p1", End::Sent(12));
    assert_eq!(clock.later(SECOND * 60), [""; 0]);
    assert_eq!(clock.lanes.to_note(), [("p1".into(), 12)]);
    assert_eq!(clock.lanes.to_note(), []);
}

#[test]
fn only_who_wants_the_type_has_a_turn() {
    let mut clock = Clock::new();
    let types = Some(BTreeSet::from(["Email".to_owned()]));
    let unverified = Known { is_verified: false, ..known("a1", "x") };
    let found = vec![
        ("p1".into(), Known { types, ..known("a1", "x") }),
        ("p2".into(), known("a1", "x")),
        ("p3".into(), unverified),
    ];
    clock.lanes.load(None, found, clock.now);
    for id in clock.begin() {
        clock.end(&id, End::Nothing(10));
    }
    clock.changed("a1", &["Mailbox", "Thread"]);
    assert_eq!(clock.later(SECOND), ["p2"]);
    clock.end("p2", End::Nothing(11));
    clock.changed("a1", &["Mailbox", "Email"]);
    assert_eq!(clock.later(SECOND), ["p1", "p2"]);
}

#[test]
fn the_code_is_sent_and_then_nothing_until_it_comes_back() {
    let mut clock = Clock::new();
    let new = Known { is_verified: false, wants_code: true, ..known("a1", "x") };
    let account = AccountId::from("a1");
    clock.lanes.load(Some(&account), vec![("p1".into(), new.clone())], clock.now);
    assert_eq!(clock.begin(), ["p1"], "at once");
    clock.end("p1", End::Failed(None));
    assert_eq!(clock.later(SECOND * 10), ["p1"], "until it is taken");
    clock.end("p1", End::Sent(10));
    clock.changed("a1", &["Email"]);
    assert_eq!(clock.later(SECOND * 60), [""; 0]);
    clock.lanes.load(Some(&account), vec![("p1".into(), Known { is_verified: true, ..new })], clock.now);
    assert_eq!(clock.begin(), ["p1"], "what came meanwhile");
}

#[test]
fn who_does_not_answer_keeps_nobody_waiting() {
    let dead: Vec<String> = (0..300).map(|number| format!("p{number}")).collect();
    let mut all: Vec<(&str, &str, &str)> = Vec::new();
    let accounts: Vec<String> = (0..300).map(|number| format!("a{number}")).collect();
    for (id, account) in dead.iter().zip(&accounts) {
        all.push((id, account, "dead.example"));
    }
    let mut clock = Clock::new();
    let found = all.iter().map(|(id, account, host)| (Id::from(*id), known(account, host))).collect();
    clock.lanes.load(None, found, clock.now);
    assert_eq!(clock.begin().len(), MAX_PER_HOST, "the dead host takes its share of places only");
    let alive = ("alive".into(), known("b1", "alive.example"));
    clock.lanes.load(Some(&"b1".into()), vec![alive], clock.now);
    assert_eq!(clock.begin(), ["alive"]);
}

#[test]
fn one_person_takes_no_more_than_their_places() {
    let mut clock = Clock::new();
    let hosts: Vec<String> = (0..9).map(|number| format!("h{number}")).collect();
    let found = hosts.iter().map(|host| (Id::from(host.as_str()), known("a1", host))).collect();
    clock.lanes.load(None, found, clock.now);
    assert_eq!(clock.begin().len(), MAX_PER_ACCOUNT);
    assert_eq!(clock.begin(), [""; 0]);
    assert_eq!(clock.lanes.next(clock.now), None, "the others wait for a place, not for a time");
    clock.end("h0", End::Nothing(10));
    assert_eq!(clock.begin(), ["h4"]);
}

#[test]
fn what_failed_is_tried_again_unless_it_is_gone() {
    let mut clock = Clock::with(&[("p1", "a1", "x"), ("p2", "a1", "x")]);
    clock.changed("a1", &["Email"]);
    assert_eq!(clock.later(SECOND), ["p1", "p2"]);
    clock.end("p1", End::Failed(Some(SECOND * 30)));
    clock.end("p2", End::Gone);
    clock.changed("a1", &["Email"]);
    assert_eq!(clock.later(SECOND * 29), [""; 0], "a new change does not make it sooner");
    assert_eq!(clock.later(SECOND), ["p1"]);
    assert_eq!(clock.lanes.lanes.len(), 1);
}

#[test]
fn one_that_goes_during_its_turn_gives_its_place_back() {
    let mut clock = Clock::with(&[("p1", "a1", "x")]);
    clock.changed("a1", &["Email"]);
    assert_eq!(clock.later(SECOND), ["p1"]);
    clock.lanes.load(Some(&"a2".into()), Vec::new(), clock.now);
    assert_eq!(clock.lanes.running, 1, "another account's are not meant");
    clock.lanes.load(Some(&"a1".into()), Vec::new(), clock.now);
    assert_eq!(clock.lanes.running, 0);
    clock.end("p1", End::Sent(11));
    assert_eq!(clock.lanes.running, 0);
    assert!(clock.lanes.running_for.is_empty() && clock.lanes.running_to.is_empty());
    assert_eq!(clock.lanes.next(clock.now), None);
}
