//! `owletd calendar import|export|list`: calendars as iCalendar files.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use jmap::{AccountId, CalendarId};
use serde_json::Value;
use store::{DataType, Store};

use super::{account_of, progress};
use crate::calendar::file;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists an account's calendars: id, name
    List {
        /// Whose
        address: String,
    },
    /// Reads an iCalendar file (.ics) into a calendar; what is there already is known by its uid
    Import {
        /// Whose calendar
        address: String,
        /// The file; - for standard input
        file: PathBuf,
        /// The calendar's name or id [default: the account's default calendar]
        #[arg(long)]
        calendar: Option<String>,
    },
    /// Writes a calendar, or all of them, as an iCalendar file (.ics)
    Export {
        /// Whose calendar
        address: String,
        /// The file; - for standard output
        file: PathBuf,
        /// The calendar's name or id [default: all]
        #[arg(long)]
        calendar: Option<String>,
    },
}

pub(super) async fn run(store: &Store, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List { address } => {
            let account = account_of(store, &address).await?.id;
            for (id, name, _) in calendars(store, &account).await? {
                println!("{id}\t{name}");
            }
        }
        Command::Import { address, file, calendar } => {
            let account = account_of(store, &address).await?.id;
            let calendar = find(store, &account, calendar.as_deref()).await?.context("the account has no calendar")?;
            let mut octets = Vec::new();
            if file.as_os_str() == "-" {
                std::io::stdin().lock().read_to_end(&mut octets).context("cannot read standard input")?;
            } else {
                octets = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            }
            let bar = progress::over_events();
            let done = file::import(store, &account, &calendar, octets, |done, total| {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            });
            let done = done.await?;
            bar.finish_and_clear();
            println!("{} new, {} updated, {} known already", done.created, done.updated, done.known);
            for problem in &done.problems {
                eprintln!("{}: {}", problem.uid.as_deref().unwrap_or("-"), problem.why);
            }
            if !done.problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Export { address, file, calendar } => {
            let account = account_of(store, &address).await?.id;
            let calendar = match &calendar {
                Some(asked) => find(store, &account, Some(asked)).await?,
                None => None,
            };
            let text = file::export(store, &account, calendar.as_ref()).await?;
            if file.as_os_str() == "-" {
                std::io::stdout().lock().write_all(text.as_bytes())?;
            } else {
                std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn calendars(store: &Store, account: &AccountId) -> anyhow::Result<Vec<(CalendarId, String, bool)>> {
    let records = store.records(account, DataType::Calendar, None).await?;
    let name = |record: &store::Record| record.body.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_default = |record: &store::Record| record.body.get("isDefault") == Some(&Value::Bool(true));
    Ok(records.iter().map(|record| (record.id.clone().into(), name(record), is_default(record))).collect())
}

/// The calendar with a name or id; the default one, if neither is said.
async fn find(store: &Store, account: &AccountId, asked: Option<&str>) -> anyhow::Result<Option<CalendarId>> {
    let all = calendars(store, account).await?;
    let Some(asked) = asked else {
        return Ok(all.iter().find(|(_, _, is_default)| *is_default).or(all.first()).map(|found| found.0.clone()));
    };
    let mut found = all.into_iter().filter(|(id, name, _)| id.as_str() == asked || name == asked);
    match (found.next(), found.next()) {
        (Some((id, ..)), None) => Ok(Some(id)),
        (Some(_), Some(_)) => bail!("there is more than one calendar {asked}: give its id"),
        (None, _) => bail!("there is no calendar {asked}"),
    }
}
