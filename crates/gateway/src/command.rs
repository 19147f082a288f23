//! What an administrator types. Each command takes `--data`, and works beside a running server on the same folder.
//!
//! Results go to standard output, everything else to standard error. The exit code is 0 if all went well, 1 if
//! something failed, 2 if the command was not understood.

mod account;
mod calendar;
mod export;
mod import;
mod progress;
mod room;

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use store::Store;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::{sample, serve};

/// Owlet's gateway: mail for an organisation in one process, by JMAP and in the browser.
#[derive(Debug, Parser)]
#[command(name = "owletd", version, about, propagate_version = true)]
struct Arguments {
    /// The folder with accounts and mail [default: data, or what the configuration says]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The configuration (TOML); every key also as OWLET_SECTION__KEY in the environment
    #[arg(long, global = true, value_name = "FILE", env = "OWLET_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the app and JMAP until stopped
    Serve {
        /// Where to listen
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<SocketAddr>,
    },
    /// Fills an empty folder with a library of twelve people and their mail
    Sample,
    /// Adds, lists and removes accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Adds, changes, lists and removes rooms and equipment
    #[command(subcommand)]
    Room(room::Command),
    /// Reads and writes calendars as iCalendar files
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// Reads mail into an account: mbox, Maildir, .eml, or folders of these
    Import(import::Arguments),
    /// Writes an account's mail as Maildir
    Export(export::Arguments),
    /// Writes everything into one tar file, also while the server runs
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Prints the configuration in effect
    Config,
}

/// Runs the command that the process was started with.
pub async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            // One line with its causes: `cannot open the data in x: permission denied`.
            eprintln!("owletd: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    // `OWLET_CONFIG` names the file and is no key in it.
    let environment = std::env::vars().filter(|(name, _)| name != "OWLET_CONFIG");
    let mut config = Config::load(arguments.config.as_deref(), environment)?;
    if let Some(data) = arguments.data {
        config.data = data;
    }
    match arguments.command {
        Command::Serve { listen } => {
            config.listen = listen.unwrap_or(config.listen);
            start_log(&config)?;
            serve::run(config).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Sample => {
            let store = open_or_make(&config).await?;
            sample::fill(&store, chrono::Utc::now()).await?;
            store.close().await;
            println!("Twelve people at {}; the password of each is {}.", sample::DOMAIN, sample::PASSWORD);
            Ok(ExitCode::SUCCESS)
        }
        Command::Account(command) => {
            let store = match command {
                account::Command::Add { .. } => open_or_make(&config).await?,
                _ => open(&config).await?,
            };
            account::run(&store, command).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Room(command) => {
            let store = match command {
                room::Command::Add { .. } => open_or_make(&config).await?,
                _ => open(&config).await?,
            };
            room::run(&store, command).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Calendar(command) => calendar::run(&open(&config).await?, command).await,
        Command::Import(arguments) => {
            ensure_data(&config)?;
            let store = Store::open_for_import(&config.data).await.with_context(|| cannot_open(&config))?;
            import::run(&store, &config, arguments).await
        }
        Command::Export(arguments) => export::run(&open(&config).await?, arguments).await.map(|()| ExitCode::SUCCESS),
        Command::Backup { file } => {
            open(&config).await?.backup(&file).await.with_context(|| format!("cannot write {}", file.display()))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Config => {
            print!("{}", config.to_toml());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Opens what is there: a folder named by mistake is not made into a store.
async fn open(config: &Config) -> anyhow::Result<Store> {
    ensure_data(config)?;
    open_or_make(config).await
}

async fn open_or_make(config: &Config) -> anyhow::Result<Store> {
    Store::open(&config.data).await.with_context(|| cannot_open(config))
}

fn ensure_data(config: &Config) -> anyhow::Result<()> {
    let is_there = config.data.join("owlet.sqlite").exists();
    anyhow::ensure!(is_there, "there is no data in {} (--data)", config.data.display());
    Ok(())
}

fn cannot_open(config: &Config) -> String {
    format!("cannot open the data in {}", config.data.display())
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    // RUST_LOG is what people who develop are used to.
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| config.log.filter.clone());
    let filter = EnvFilter::try_new(&filter).with_context(|| format!("log.filter: {filter}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// The account with an address, or an error that says that there is none.
async fn account_of(store: &Store, address: &str) -> anyhow::Result<store::Account> {
    store.account_by_address(address).await?.with_context(|| format!("there is no account {address}"))
}
