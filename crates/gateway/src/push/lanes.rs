//! Who is to be pushed to, and when. A subscription has a lane of its own with at most one request in it, and in the
//! lane no queue, only whether something is due: what it is follows from the states when its turn comes. So who does
//! not answer keeps nobody waiting and holds nothing. Knows no clock and does nothing itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jmap::{AccountId, Id};
use tokio::time::Instant;

use super::pace::{Pace, Step};

/// Requests at the same time: in all, for one account, to one host. So neither one person nor one push service that
/// does not answer can take all places.
const MAX_AT_ONCE: usize = 128;
const MAX_PER_ACCOUNT: usize = 4;
const MAX_PER_HOST: usize = 32;

/// What is known of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whose.
    pub account: AccountId,
    /// Where its URL leads to.
    pub host: String,
    /// The types to tell of; all, if `None`.
    pub types: Option<BTreeSet<String>>,
    /// It may be told of changes.
    pub is_verified: bool,
    /// Its client does not have the verification code yet.
    pub wants_code: bool,
    /// Changes up to here were told.
    pub pushed: u64,
}

/// A turn of a subscription that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which.
    pub id: Id,
    /// Changes up to here were told.
    pub pushed: u64,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing had to be sent. Changes up to here are told.
    Nothing(u64),
    /// It was sent. Changes up to here are told.
    Sent(u64),
    /// To be tried again.
    Failed(Option<Duration>),
    /// To be tried again, and less often from then on.
    TooMany(Option<Duration>),
    /// The subscription is no more.
    Gone,
}

#[derive(Debug)]
struct Lane {
    known: Known,
    step: Step,
    /// What is noted in the store.
    noted: u64,
    /// In the agenda at this time.
    due: Option<Instant>,
    not_before: Option<Instant>,
    is_running: bool,
}

/// All of them.
#[derive(Debug)]
pub struct Lanes {
    pace: Pace,
    lanes: BTreeMap<Id, Lane>,
    by_account: HashMap<AccountId, BTreeSet<Id>>,
    agenda: BTreeSet<(Instant, Id)>,
    running: usize,
    running_for: HashMap<AccountId, usize>,
    running_to: HashMap<String, usize>,
}

impl Lanes {
    /// None yet.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            lanes: BTreeMap::new(),
            by_account: HashMap::new(),
            agenda: BTreeSet::new(),
            running: 0,
            running_for: HashMap::new(),
            running_to: HashMap::new(),
        }
    }

    /// What the store has now of an account, or of all: new ones get their turn, others go.
    pub fn load(&mut self, account: Option<&AccountId>, found: Vec<(Id, Known)>, now: Instant) {
        let kept: BTreeSet<&Id> = found.iter().map(|(id, _)| id).collect();
        let is_over = |(id, lane): (&Id, &Lane)| {
            !kept.contains(id) && account.is_none_or(|account| lane.known.account == *account)
        };
        let over: Vec<Id> =
            self.lanes.iter().filter(|(id, lane)| is_over((id, lane))).map(|(id, _)| id.clone()).collect();
        for id in over {
            self.remove(&id);
        }
        for (id, known) in found {
            self.put(id, known, now);
        }
    }

    fn put(&mut self, id: Id, known: Known, now: Instant) {
        self.by_account.entry(known.account.clone()).or_default().insert(id.clone());
        let has_turn = match self.lanes.get_mut(&id) {
            // The host stays what it is, and what was told is known better here.
            Some(lane) => {
                let is_news = known.is_verified && !lane.known.is_verified;
                let has_turn = is_news || (known.is_verified && known.types != lane.known.types);
                if is_news {
                    (lane.step, lane.not_before) = (Step::new(&self.pace), None);
                }
                lane.known = Known { pushed: lane.known.pushed, host: lane.known.host.clone(), ..known };
                has_turn
            }
            None => {
                let has_turn = known.is_verified || known.wants_code;
                let (step, noted) = (Step::new(&self.pace), known.pushed);
                let lane = Lane { known, step, noted, due: None, not_before: None, is_running: false };
                self.lanes.insert(id.clone(), lane);
                has_turn
            }
        };
        if has_turn {
            self.schedule(&id, now);
        }
    }

    fn remove(&mut self, id: &Id) {
        let Some(lane) = self.lanes.remove(id) else { return };
        if let Some(due) = lane.due {
            self.agenda.remove(&(due, id.clone()));
        }
        if let Some(ids) = self.by_account.get_mut(&lane.known.account) {
            ids.remove(id);
            if ids.is_empty() {
                self.by_account.remove(&lane.known.account);
            }
        }
        if lane.is_running {
            self.count(&lane.known, false);
        }
    }

    /// Something changed in an account: these types.
    pub fn changed<'a>(&mut self, account: &AccountId, types: impl Iterator<Item = &'a str> + Clone, now: Instant) {
        let Some(ids) = self.by_account.get(account) else { return };
        let told: Vec<Id> = ids
            .iter()
            .filter(|id| {
                self.lanes.get(id).is_some_and(|lane| {
                    let wanted = lane.known.types.as_ref();
                    let mut types = types.clone();
                    lane.known.is_verified && wanted.is_none_or(|wanted| types.any(|name| wanted.contains(name)))
                })
            })
            .cloned()
            .collect();
        for id in told {
            self.schedule(&id, now + self.pace.moment);
        }
    }

    /// Something may have changed anywhere.
    pub fn all_changed(&mut self, now: Instant) {
        let verified = self.lanes.iter().filter(|(_, lane)| lane.known.is_verified);
        for id in verified.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.schedule(&id, now + self.pace.moment);
        }
    }

    /// A turn at this time, or as soon as may be. What has one before keeps it.
    fn schedule(&mut self, id: &Id, at: Instant) {
        let Some(lane) = self.lanes.get_mut(id) else { return };
        let at = lane.not_before.map_or(at, |not_before| at.max(not_before));
        match lane.due {
            Some(due) if due <= at => return,
            Some(due) => {
                self.agenda.remove(&(due, id.clone()));
            }
            None => {}
        }
        lane.due = Some(at);
        // While a turn is under way the next waits for its end.
        if !lane.is_running {
            self.agenda.insert((at, id.clone()));
        }
    }

    /// Begins the turns that are due, as far as there are places.
    pub fn begin(&mut self, now: Instant) -> Vec<Turn> {
        let mut beginning: Vec<(Instant, Id)> = Vec::new();
        let mut for_accounts: HashMap<&AccountId, usize> = HashMap::new();
        let mut to_hosts: HashMap<&str, usize> = HashMap::new();
        for (at, id) in self.agenda.iter().take_while(|(at, _)| *at <= now) {
            if self.running + beginning.len() >= MAX_AT_ONCE {
                break;
            }
            let Some(Lane { known, .. }) = self.lanes.get(id) else { continue };
            let for_account = for_accounts
                .entry(&known.account)
                .or_insert_with(|| self.running_for.get(&known.account).copied().unwrap_or_default());
            let to_host = to_hosts
                .entry(&known.host)
                .or_insert_with(|| self.running_to.get(&known.host).copied().unwrap_or_default());
            if *for_account < MAX_PER_ACCOUNT && *to_host < MAX_PER_HOST {
                *for_account += 1;
                *to_host += 1;
                beginning.push((*at, id.clone()));
            }
        }
        let mut turns = Vec::new();
        for entry in beginning {
            self.agenda.remove(&entry);
            let (_, id) = entry;
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            (lane.is_running, lane.due) = (true, None);
            let known = lane.known.clone();
            self.count(&known, true);
            turns.push(Turn { id, pushed: known.pushed });
        }
        turns
    }

    /// A turn has ended. `random` is any number, another each time.
    pub fn end(&mut self, id: &Id, end: End, now: Instant, random: u8) {
        let Some(lane) = self.lanes.get_mut(id).filter(|lane| lane.is_running) else { return };
        lane.is_running = false;
        let pace = &self.pace;
        let (wait, again) = match end {
            End::Nothing(pushed) => {
                lane.known.pushed = lane.known.pushed.max(pushed);
                (None, false)
            }
            End::Sent(pushed) => {
                lane.known.pushed = lane.known.pushed.max(pushed);
                lane.known.wants_code = false;
                (Some(lane.step.accepted(pace)), false)
            }
            End::Failed(wish) => (Some(lane.step.failed(pace, wish, random)), true),
            End::TooMany(wish) => (Some(lane.step.too_many(pace, wish, random)), true),
            End::Gone => (None, false),
        };
        lane.not_before = wait.map(|wait| now + wait);
        let next = lane.due.take().or(again.then_some(now));
        let known = lane.known.clone();
        self.count(&known, false);
        if end == End::Gone {
            self.remove(id);
        } else if let Some(at) = next {
            self.schedule(id, at);
        }
    }

    /// When the next turn is due that is not due yet; those that are wait for a place.
    pub fn next(&self, now: Instant) -> Option<Instant> {
        self.agenda.range((now + Duration::from_nanos(1), Id::from(""))..).next().map(|(at, _)| *at)
    }

    /// What was told since it was noted last.
    pub fn to_note(&mut self) -> Vec<(Id, u64)> {
        let mut told = Vec::new();
        for (id, lane) in &mut self.lanes {
            if lane.known.pushed > lane.noted {
                lane.noted = lane.known.pushed;
                told.push((id.clone(), lane.noted));
            }
        }
        told
    }

    fn count(&mut self, known: &Known, begins: bool) {
        let change = |count: usize| if begins { count + 1 } else { count.saturating_sub(1) };
        self.running = change(self.running);
        let for_account = self.running_for.entry(known.account.clone()).or_default();
        *for_account = change(*for_account);
        if *for_account == 0 {
            self.running_for.remove(&known.account);
        }
        let to_host = self.running_to.entry(known.host.clone()).or_default();
        *to_host = change(*to_host);
        if *to_host == 0 {
            self.running_to.remove(&known.host);
        }
    }
}

#[cfg(test)]
mod tests;
