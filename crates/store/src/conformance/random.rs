//! Random mail, random edits, random questions: the answers are those of a plain model, and changes lead from one
//! answer to the next.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jmap::email::FilterCondition;
use jmap::{Comparator, EmailId, Filter, Operator, State, ThreadId, UtcDate};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::world::{World, answering, known_as};
use crate::{DataType, EmailQuery, EmailRow, Error};

const ROLES: [&str; 4] = ["inbox", "archive", "sent", "trash"];
const KEYWORDS: [&str; 4] = ["$seen", "$flagged", "$draft", "work"];
const PROPERTIES: [&str; 7] =
    ["receivedAt", "receivedAt", "subject", "size", "hasKeyword", "someInThreadHaveKeyword", "allInThreadHaveKeyword"];
const SUBJECTS: [&str; 3] = ["Lunch", "Dinner", "Tea"];

#[derive(Clone, Debug)]
enum Edit {
    Insert { roles: u8, keywords: u8, subject: usize, answers: Vec<usize>, at: i64, has_attachment: bool },
    Update { which: usize, roles: u8, keywords: u8 },
    Destroy { which: usize },
}

fn edit() -> impl Strategy<Value = Edit> {
    let insert =
        (1..16_u8, 0..16_u8, 0..3_usize, proptest::collection::vec(0..30_usize, 0..3), 0..8_i64, any::<bool>())
            .prop_map(|(roles, keywords, subject, answers, at, has_attachment)| Edit::Insert {
                roles,
                keywords,
                subject,
                answers,
                at,
                has_attachment,
            });
    let update =
        (0..100_usize, 1..16_u8, 0..16_u8).prop_map(|(which, roles, keywords)| Edit::Update { which, roles, keywords });
    prop_oneof![4 => insert, 4 => update, 1 => (0..100_usize).prop_map(|which| Edit::Destroy { which })]
}

/// Conditions name a mailbox by its role, since ids are not known yet.
fn filter() -> impl Strategy<Value = Filter<FilterCondition>> {
    let keyword = || proptest::sample::select(&KEYWORDS).prop_map(|keyword| Some(keyword.to_owned()));
    let none = FilterCondition::default;
    let leaf = prop_oneof![
        4 => proptest::sample::select(&ROLES).prop_map(move |role| FilterCondition { in_mailbox: Some(role.into()), ..none() }),
        1 => proptest::sample::select(&ROLES)
            .prop_map(move |role| FilterCondition { in_mailbox_other_than: Some(vec![role.into()]), ..none() }),
        2 => keyword().prop_map(move |has_keyword| FilterCondition { has_keyword, ..none() }),
        2 => keyword().prop_map(move |not_keyword| FilterCondition { not_keyword, ..none() }),
        1 => keyword().prop_map(move |k| FilterCondition { all_in_thread_have_keyword: k, ..none() }),
        1 => keyword().prop_map(move |k| FilterCondition { some_in_thread_have_keyword: k, ..none() }),
        1 => keyword().prop_map(move |k| FilterCondition { none_in_thread_have_keyword: k, ..none() }),
        1 => (0..8_i64).prop_map(move |at| FilterCondition { before: Some(time(at)), ..none() }),
        1 => (0..8_i64).prop_map(move |at| FilterCondition { after: Some(time(at)), ..none() }),
        1 => any::<bool>().prop_map(move |has| FilterCondition { has_attachment: Some(has), ..none() }),
        1 => proptest::sample::select(&SUBJECTS)
            .prop_map(move |subject| FilterCondition { subject: Some(subject.to_owned()), ..none() }),
        1 => Just(none()),
    ]
    .prop_map(Filter::Condition);
    leaf.prop_recursive(2, 6, 3, |inner| {
        let operator = proptest::sample::select(&[Operator::And, Operator::And, Operator::Or, Operator::Not]);
        (operator, proptest::collection::vec(inner, 0..3))
            .prop_map(|(operator, conditions)| Filter::Operator { operator, conditions })
    })
}

fn sort() -> impl Strategy<Value = Vec<Comparator>> {
    let comparator = (proptest::sample::select(&PROPERTIES), any::<bool>(), proptest::sample::select(&KEYWORDS))
        .prop_map(|(property, is_ascending, keyword)| Comparator {
            property: property.to_owned(),
            is_ascending,
            collation: None,
            keyword: property.ends_with("Keyword").then(|| keyword.to_owned()),
        });
    prop_oneof![Just(Vec::new()), proptest::collection::vec(comparator, 1..3)]
}

fn time(at: i64) -> UtcDate {
    UtcDate::from_millis(1_790_000_000_000 + at * 1000)
}

/// What there is, and in which order a query wants it: without an index, without SQL.
struct Model {
    emails: Vec<EmailRow>,
}

impl Model {
    fn thread<'a>(&'a self, email: &'a EmailRow) -> impl Iterator<Item = &'a EmailRow> {
        self.emails.iter().filter(|other| other.thread_id == email.thread_id)
    }

    fn meets(&self, email: &EmailRow, filter: &Filter<FilterCondition>) -> bool {
        match filter {
            Filter::Operator { operator: Operator::And, conditions } => conditions.iter().all(|c| self.meets(email, c)),
            Filter::Operator { operator: Operator::Or, conditions } => conditions.iter().any(|c| self.meets(email, c)),
            Filter::Operator { operator: Operator::Not, conditions } => {
                !conditions.iter().any(|c| self.meets(email, c))
            }
            Filter::Condition(condition) => self.meets_condition(email, condition),
        }
    }

    fn meets_condition(&self, email: &EmailRow, c: &FilterCondition) -> bool {
        let subject = email.envelope.subject.as_deref().unwrap_or_default();
        c.in_mailbox.as_ref().is_none_or(|id| email.mailbox_ids.contains(id))
            && c.in_mailbox_other_than.as_ref().is_none_or(|ids| email.mailbox_ids.iter().any(|id| !ids.contains(id)))
            && c.has_keyword.as_ref().is_none_or(|keyword| email.keywords.contains(keyword))
            && c.not_keyword.as_ref().is_none_or(|keyword| !email.keywords.contains(keyword))
            && c.all_in_thread_have_keyword.as_ref().is_none_or(|k| self.thread(email).all(|e| e.keywords.contains(k)))
            && c.some_in_thread_have_keyword.as_ref().is_none_or(|k| self.thread(email).any(|e| e.keywords.contains(k)))
            && c.none_in_thread_have_keyword
                .as_ref()
                .is_none_or(|k| !self.thread(email).any(|e| e.keywords.contains(k)))
            && c.before.is_none_or(|time| email.received_at < time)
            && c.after.is_none_or(|time| email.received_at >= time)
            && c.has_attachment.is_none_or(|has| email.has_attachment == has)
            && c.subject.as_ref().is_none_or(|wanted| subject.contains(wanted.as_str()))
    }

    fn compare(&self, a: &EmailRow, b: &EmailRow, sort: &[Comparator]) -> Ordering {
        for comparator in sort {
            let keyword = comparator.keyword.as_deref().unwrap_or_default();
            let subject = |email: &EmailRow| {
                email.envelope.subject.as_deref().unwrap_or_default().trim_start_matches("Re: ").to_owned()
            };
            let ordering = match comparator.property.as_str() {
                "receivedAt" => a.received_at.cmp(&b.received_at),
                "subject" => subject(a).cmp(&subject(b)),
                "size" => a.size.cmp(&b.size),
                "hasKeyword" => a.keywords.contains(keyword).cmp(&b.keywords.contains(keyword)),
                "someInThreadHaveKeyword" => {
                    let some = |email| self.thread(email).any(|e| e.keywords.contains(keyword));
                    some(a).cmp(&some(b))
                }
                _ => {
                    let all = |email| self.thread(email).all(|e| e.keywords.contains(keyword));
                    all(a).cmp(&all(b))
                }
            };
            let ordering = if comparator.is_ascending { ordering } else { ordering.reverse() };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        let number = |email: &EmailRow| email.id.as_str()[1..].parse::<u64>().unwrap();
        let ordering = number(a).cmp(&number(b));
        if sort.last().is_some_and(|last| last.is_ascending) { ordering } else { ordering.reverse() }
    }

    fn answer(&self, query: &EmailQuery) -> Vec<EmailId> {
        let default = vec![Comparator::descending("receivedAt")];
        let sort = if query.sort.is_empty() { &default } else { &query.sort };
        let mut found: Vec<&EmailRow> = self
            .emails
            .iter()
            .filter(|email| query.filter.as_ref().is_none_or(|filter| self.meets(email, filter)))
            .collect();
        found.sort_by(|a, b| self.compare(a, b, sort));
        let mut seen: BTreeSet<&ThreadId> = BTreeSet::new();
        found.retain(|email| !query.collapse_threads || seen.insert(&email.thread_id));
        found.into_iter().map(|email| email.id.clone()).collect()
    }
}

/// Puts ids for roles.
fn resolve(filter: &mut Filter<FilterCondition>, world: &World) {
    match filter {
        Filter::Operator { conditions, .. } => conditions.iter_mut().for_each(|filter| resolve(filter, world)),
        Filter::Condition(condition) => {
            let ids = condition.in_mailbox.iter_mut().chain(condition.in_mailbox_other_than.iter_mut().flatten());
            ids.for_each(|id| *id = world.mailbox(id.as_str()));
        }
    }
}

async fn apply(world: &World, known: &mut BTreeMap<EmailId, ()>, edits: &[Edit], serial: &mut usize) {
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    for edit in edits {
        let mailboxes = |bits: u8| (0..4).filter(|n| bits >> n & 1 == 1).map(|n| world.mailbox(ROLES[n])).collect();
        let keywords = |bits: u8| (0..4).filter(|n| bits >> n & 1 == 1).map(|n| KEYWORDS[n].to_owned()).collect();
        let pick = |which: usize| known.keys().nth(which % known.len().max(1)).cloned();
        match edit {
            Edit::Insert { roles, keywords: bits, subject, answers, at, has_attachment } => {
                let answers: Vec<String> = answers.iter().map(|n| format!("m{n}")).collect();
                let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
                let subject = format!("{}{}", if answers.is_empty() { "" } else { "Re: " }, SUBJECTS[*subject]);
                let mut mail = answering(known_as(world.mail(&subject), &format!("m{}", *serial % 30)), &answers);
                *serial += 1;
                mail.received_at = time(*at);
                mail.mailbox_ids = mailboxes(*roles);
                mail.keywords = keywords(*bits);
                mail.has_attachment = *has_attachment;
                let bytes = "x".repeat(1 + *serial * 7 % 5);
                mail.size = bytes.len() as u64;
                mail.blob_id = world.store.stage_blob(bytes.into()).await.unwrap();
                known.insert(writer.insert_email(mail).await.unwrap().email_id, ());
            }
            Edit::Update { which, roles, keywords: bits } => {
                let Some(id) = pick(*which) else { continue };
                match writer.update_email(&id, &mailboxes(*roles), &keywords(*bits)).await {
                    // Its thread was joined to another in this very transaction, and it has a new id.
                    Err(Error::NotFound(..)) => {}
                    other => other.unwrap(),
                }
            }
            Edit::Destroy { which } => {
                let Some(id) = pick(*which) else { continue };
                match writer.destroy_email(&id).await {
                    Err(Error::NotFound(..)) => {}
                    other => other.unwrap(),
                }
                known.remove(&id);
            }
        }
    }
    writer.commit().await.unwrap();
}

/// All emails, kept up to date by `Email/changes` alone.
async fn refresh(world: &World, known: &mut BTreeMap<EmailId, ()>, since: &mut State) {
    let changes = world.store.changes(&world.alice, DataType::Email, since, None).await.unwrap();
    for id in changes.destroyed {
        known.remove(&EmailId::from(id));
    }
    known.extend(changes.created.into_iter().map(|id| (id.into(), ())));
    *since = changes.new_state;
}

pub async fn queries_and_their_changes_agree_with_a_plain_model(world: World) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[17; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut queries: Vec<EmailQuery> = Vec::new();
    for _ in 0..60 {
        let (filter, sort, collapse_threads) =
            (proptest::option::of(filter()), sort(), any::<bool>()).new_tree(&mut runner).unwrap().current();
        queries.push(EmailQuery { filter, sort, collapse_threads, calculate_total: true, ..EmailQuery::default() });
    }
    for role in ROLES {
        for collapse_threads in [false, true] {
            let all = FilterCondition { in_mailbox: Some(role.into()), ..FilterCondition::default() };
            let unread = FilterCondition { not_keyword: Some("$seen".into()), ..all.clone() };
            let flagged = FilterCondition { has_keyword: Some("$flagged".into()), ..all.clone() };
            let with_attachment = FilterCondition { has_attachment: Some(true), ..all.clone() };
            for filter in [all, unread, flagged, with_attachment] {
                queries.push(EmailQuery {
                    filter: Some(Filter::Condition(filter)),
                    collapse_threads,
                    calculate_total: true,
                    ..EmailQuery::default()
                });
            }
        }
    }
    queries.iter_mut().filter_map(|query| query.filter.as_mut()).for_each(|filter| resolve(filter, &world));

    let mut known = BTreeMap::new();
    let mut serial = 0;
    let mut state = world.store.state(&world.alice, DataType::Email).await.unwrap();
    let mut answers: Vec<(State, Vec<EmailId>)> = Vec::new();
    for query in &queries {
        let page = world.store.query_emails(&world.alice, query).await.unwrap();
        answers.push((page.query_state, page.ids));
    }
    for _ in 0..25 {
        let edits = proptest::collection::vec(edit(), 1..8).new_tree(&mut runner).unwrap().current();
        apply(&world, &mut known, &edits, &mut serial).await;
        refresh(&world, &mut known, &mut state).await;
        let ids: Vec<EmailId> = known.keys().cloned().collect();
        let emails = world.store.emails(&world.alice, &ids).await.unwrap();
        assert_eq!(emails.len(), ids.len(), "changes name every email that is there");
        let model = Model { emails };
        for (query, answer) in queries.iter().zip(&mut answers) {
            let page = world.store.query_emails(&world.alice, query).await.unwrap();
            let expect = model.answer(query);
            assert_eq!(page.ids, expect, "{query:?}");
            assert_eq!(page.total, Some(expect.len() as u64), "{query:?}");

            let changes = world.store.email_query_changes(&world.alice, query, &answer.0, None).await.unwrap();
            let mut ids = std::mem::take(&mut answer.1);
            ids.retain(|id| !changes.removed.contains(id));
            for item in &changes.added {
                ids.insert(usize::try_from(item.index).unwrap(), item.id.clone().into());
            }
            assert_eq!(ids, expect, "{query:?} by changes {changes:?}");
            assert_eq!(changes.total, page.total);
            let all = changes.removed.len() + changes.added.len();
            if all > 0 {
                let few = world.store.email_query_changes(&world.alice, query, &answer.0, Some(all as u64 - 1)).await;
                assert!(matches!(few, Err(Error::TooManyChanges)));
            }
            if let Some(anchor) = expect.get(serial % expect.len().max(1)) {
                let anchored = EmailQuery { anchor: Some(anchor.clone()), limit: Some(2), ..query.clone() };
                let part = world.store.query_emails(&world.alice, &anchored).await.unwrap();
                let at = usize::try_from(part.position).unwrap();
                assert_eq!(part.ids, expect[at..(at + 2).min(expect.len())], "{query:?}");
                assert_eq!(&expect[at], anchor);
            }
            *answer = (page.query_state, expect);
        }
        assert_eq!(world.store.check_integrity().await.unwrap(), Vec::<String>::new());
    }
}
