//! `owletd room add|set|list|remove`: rooms and equipment, which are invited like people and answer by their policy.

use anyhow::{Context as _, ensure};
use clap::{Args, Subcommand, ValueEnum};
use scheduling::zone::Zone;
use serde_json::json;
use store::{NewAccount, PrincipalPatch, Store};

use super::account_of;
use crate::calendar::rooms::Room;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Adds a room or a piece of equipment
    Add {
        /// The address that it is invited by
        address: String,
        /// What people are shown
        #[arg(long)]
        name: String,
        #[command(flatten)]
        what: What,
    },
    /// Changes what is said of one
    Set {
        /// Its address
        address: String,
        #[command(flatten)]
        what: What,
    },
    /// Lists them: address, name, seats, building, floor
    List,
    /// Removes one with its calendar
    Remove {
        /// Its address
        address: String,
    },
}

/// What is not given stays, or is as a new room has it.
#[derive(Debug, Args)]
pub(super) struct What {
    /// A room, or a thing such as a projector
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// For people
    #[arg(long)]
    description: Option<String>,
    /// Its time zone, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Seats
    #[arg(long)]
    capacity: Option<u32>,
    /// The house it is in
    #[arg(long)]
    building: Option<String>,
    /// The floor it is on
    #[arg(long)]
    floor: Option<String>,
    /// What is in it; once for each
    #[arg(long)]
    equipment: Vec<String>,
    /// It accepts and declines by itself
    #[arg(long, value_name = "BOOL")]
    answers: Option<bool>,
    /// It accepts what overlaps
    #[arg(long, value_name = "BOOL")]
    allows_conflicts: Option<bool>,
    /// It accepts what repeats
    #[arg(long, value_name = "BOOL")]
    allows_series: Option<bool>,
    /// More conflicts than this percentage, and a series is declined as a whole
    #[arg(long, value_name = "PERCENT")]
    conflict_percent: Option<u32>,
    /// How far ahead it can be booked; 0: no limit
    #[arg(long, value_name = "DAYS")]
    horizon_days: Option<u32>,
    /// How long one booking may be; 0: no limit
    #[arg(long, value_name = "MINUTES")]
    longest_minutes: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Location,
    Resource,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Location => "location",
            Self::Resource => "resource",
        }
    }
}

pub(super) async fn run(store: &Store, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { address, name, what } => {
            let address = address.trim().to_owned();
            ensure!(super::account::is_address(&address), "{address} is no mail address");
            ensure!(!name.trim().is_empty(), "--name is empty");
            ensure!(store.account_by_address(&address).await?.is_none(), "there is an account {address} already");
            let patch = what.patch(&Room::default(), Some("location"))?;
            // Without a hash nobody signs in.
            let new = NewAccount { address, name: name.trim().to_owned(), password_hash: String::new() };
            let account = store.create_account(new).await?;
            store.set_principal(&account.id, &patch).await?;
        }
        Command::Set { address, what } => {
            let account = account_of(store, &address).await?;
            let principal = store.principal(&account.id).await?.context("it is gone")?;
            let room = Room::of(&principal).with_context(|| format!("{address} is no room"))?;
            store.set_principal(&account.id, &what.patch(&room, None)?).await?;
        }
        Command::List => {
            for principal in store.principals().await?.1 {
                if let Some(room) = Room::of(&principal) {
                    let Room { capacity, building, floor, .. } = room;
                    println!("{}\t{}\t{capacity}\t{building}\t{floor}", principal.address, principal.name);
                }
            }
        }
        Command::Remove { address } => {
            let account = account_of(store, &address).await?;
            let principal = store.principal(&account.id).await?;
            let is_room = principal.is_some_and(|principal| Room::of(&principal).is_some());
            ensure!(is_room, "{address} is no room; for a person: owletd account remove");
            store.remove_account(&account.id).await?;
        }
    }
    Ok(())
}

impl What {
    fn patch(self, before: &Room, kind: Option<&str>) -> anyhow::Result<PrincipalPatch> {
        if let Some(zone) = &self.time_zone {
            ensure!(matches!(Zone::named(zone), Some(Zone::Iana(_))), "there is no time zone {zone}");
        }
        let mut room = before.clone();
        let policy = &mut room.policy;
        policy.answers = self.answers.unwrap_or(policy.answers);
        policy.allows_conflicts = self.allows_conflicts.unwrap_or(policy.allows_conflicts);
        policy.allows_series = self.allows_series.unwrap_or(policy.allows_series);
        policy.conflict_percent = self.conflict_percent.unwrap_or(policy.conflict_percent);
        policy.horizon_days = self.horizon_days.unwrap_or(policy.horizon_days);
        policy.longest_minutes = self.longest_minutes.unwrap_or(policy.longest_minutes);
        room.capacity = self.capacity.unwrap_or(room.capacity);
        room.building = self.building.unwrap_or(room.building);
        room.floor = self.floor.unwrap_or(room.floor);
        if !self.equipment.is_empty() {
            room.equipment = self.equipment;
        }
        Ok(PrincipalPatch {
            kind: self.kind.map(Kind::as_str).or(kind).map(str::to_owned),
            description: self.description,
            time_zone: self.time_zone,
            booking: Some(json!(room)),
        })
    }
}
