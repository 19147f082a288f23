//! What a person may do with the calendars of an account: everything in their own, and what is shared in another's.

use std::collections::BTreeMap;

use jmap::calendar::CalendarRights;
use jmap::{AccountId, CalendarId, Id, State};
use scheduling::zone::Zone;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{DataType, Store};

/// What of a calendar each keeps for themselves.
pub const PERSONAL: [&str; 9] = [
    "name",
    "color",
    "sortOrder",
    "isSubscribed",
    "isVisible",
    "timeZone",
    "includeInAvailability",
    "defaultAlertsWithTime",
    "defaultAlertsWithoutTime",
];

/// Of these, what one has from the owner until one sets it.
pub const INHERITED: [&str; 3] = ["name", "color", "timeZone"];

/// A calendar as a person sees it.
#[derive(Clone, Debug)]
pub struct SeenCalendar {
    /// Its properties.
    pub body: Map<String, Value>,
    /// What the person may do.
    pub rights: CalendarRights,
}

/// The calendars of an account, as a person sees them.
#[derive(Clone, Debug)]
pub struct Access {
    /// Whose calendars.
    pub account: AccountId,
    /// Who sees them.
    pub person: AccountId,
    /// By id: those of which there is more to see than when somebody is busy.
    pub calendars: BTreeMap<CalendarId, SeenCalendar>,
    /// The time zone of who owns them.
    pub zone: Zone,
    /// The last change of the person's rights, on the account's scale of changes. 0 for the owner.
    since: u64,
}

impl Access {
    /// What a person sees of an account; nothing, if nothing is shared.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(store: &Store, person: &AccountId, account: &AccountId) -> Result<Self, store::Error> {
        let zone = store.principal(account).await?.and_then(|principal| Zone::named(&principal.time_zone));
        let mut access = Self {
            account: account.clone(),
            person: person.clone(),
            calendars: BTreeMap::new(),
            zone: zone.unwrap_or(Zone::UTC),
            since: 0,
        };
        let records = store.records(account, DataType::Calendar, None).await?;
        if access.is_owner() {
            for record in records {
                let seen = SeenCalendar { body: record.body, rights: CalendarRights::ALL };
                access.calendars.insert(record.id.into(), seen);
            }
            return Ok(access);
        }
        let mut bodies: BTreeMap<Id, Map<String, Value>> =
            records.into_iter().map(|record| (record.id, record.body)).collect();
        for shared in store.shared_calendars(person, Some(account)).await? {
            access.since = access.since.max(shared.since);
            let rights = rights(&shared.rights);
            let Some(mut body) = bodies.remove(&Id::from(&shared.id)) else { continue };
            if !rights.may_read_items {
                continue;
            }
            body.retain(|name, _| !PERSONAL.contains(&name.as_str()) || INHERITED.contains(&name.as_str()));
            body.remove("isDefault");
            body.remove(super::publish::PROPERTY);
            body.insert("isSubscribed".to_owned(), false.into());
            body.insert("includeInAvailability".to_owned(), "none".into());
            body.extend(shared.personal);
            access.calendars.insert(shared.id, SeenCalendar { body, rights });
        }
        Ok(access)
    }

    /// The person's own account.
    pub fn is_owner(&self) -> bool {
        self.account == self.person
    }

    /// What the person may do with a calendar; nothing, with one that they do not see.
    pub fn rights(&self, calendar: &CalendarId) -> CalendarRights {
        self.calendars.get(calendar).map(|seen| seen.rights).unwrap_or_default()
    }

    /// The calendars whose events the person sees, if these are not all there are.
    pub fn within(&self) -> Option<Vec<CalendarId>> {
        (!self.is_owner()).then(|| self.calendars.keys().cloned().collect())
    }

    /// A state of the account as the person sees it: what is shared anew was not there before, so their states begin
    /// when their rights last changed.
    pub fn seen(&self, state: State) -> State {
        match state.as_str().parse::<u64>() {
            Ok(modseq) if modseq < self.since => State::from(self.since.to_string()),
            _ => state,
        }
    }

    /// Whether the person saw something else of the account in that state than what it held.
    pub fn is_before_rights(&self, state: &State) -> bool {
        state.as_str().parse::<u64>().is_ok_and(|modseq| modseq < self.since)
    }

    /// The zone in which events without one take place: of the calendars they are in, else of the owner.
    pub fn floating<'a>(&self, calendars: impl IntoIterator<Item = &'a CalendarId>) -> Zone {
        let zone = |id: &CalendarId| {
            let name = self.calendars.get(id)?.body.get("timeZone")?.as_str()?;
            Zone::named(name)
        };
        calendars.into_iter().find_map(zone).unwrap_or_else(|| self.zone.clone())
    }
}

/// Rights as they are kept; what is not said is not given.
pub fn rights(kept: &Map<String, Value>) -> CalendarRights {
    CalendarRights::deserialize(&Value::Object(kept.clone())).unwrap_or_default()
}

/// The accounts of others that share a calendar whose events somebody may see.
///
/// # Errors
/// The store's.
pub async fn sharing(store: &Store, person: &AccountId) -> Result<Vec<AccountId>, store::Error> {
    let shared = store.shared_calendars(person, None).await?;
    let mut owners: Vec<AccountId> =
        shared.into_iter().filter(|shared| rights(&shared.rights).may_read_items).map(|shared| shared.owner).collect();
    owners.dedup();
    Ok(owners)
}

/// Of these, the accounts in which somebody has subscribed to a calendar.
///
/// # Errors
/// The store's.
pub async fn subscribed(store: &Store, person: &AccountId) -> Result<Vec<AccountId>, store::Error> {
    let shared = store.shared_calendars(person, None).await?;
    let is_wanted = |shared: &store::SharedCalendar| {
        rights(&shared.rights).may_read_items && shared.personal.get("isSubscribed") == Some(&Value::Bool(true))
    };
    let mut owners: Vec<AccountId> = shared.into_iter().filter(is_wanted).map(|shared| shared.owner).collect();
    owners.dedup();
    Ok(owners)
}
