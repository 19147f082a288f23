//! `owletd account add|list|password|remove`.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, ensure};
use clap::Subcommand;
use store::{NewAccount, Store};

use super::account_of;
use crate::auth::password;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Adds an account; the password is read from standard input
    Add {
        /// The mail address
        address: String,
        /// What people are shown
        #[arg(long)]
        name: String,
    },
    /// Lists the accounts: address, name, messages, octets
    List,
    /// Changes a password, read from standard input, and signs out everywhere
    Password {
        /// The mail address
        address: String,
    },
    /// Removes an account with all its mail
    Remove {
        /// The mail address
        address: String,
    },
}

pub(super) async fn run(store: &Store, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { address, name } => {
            let address = address.trim().to_owned();
            ensure!(is_address(&address), "{address} is no mail address");
            ensure!(!name.trim().is_empty(), "--name is empty");
            ensure!(store.account_by_address(&address).await?.is_none(), "there is an account {address} already");
            let password_hash = hash(read_password()?).await?;
            store.create_account(NewAccount { address, name: name.trim().to_owned(), password_hash }).await?;
        }
        Command::List => {
            for account in store.accounts().await? {
                let usage = store.usage(&account.id).await?;
                println!("{}\t{}\t{}\t{}", account.address, account.name, usage.emails, usage.octets);
            }
        }
        Command::Password { address } => {
            let account = account_of(store, &address).await?;
            store.set_password_hash(&account.id, &hash(read_password()?).await?).await?;
            store.delete_sessions(&account.id, None).await?;
        }
        Command::Remove { address } => {
            let account = account_of(store, &address).await?;
            store.remove_account(&account.id).await?;
        }
    }
    Ok(())
}

async fn hash(password: String) -> anyhow::Result<String> {
    password::hash(password).await.context("the password could not be hashed")
}

/// The first line of standard input; at a terminal it is asked for twice and not seen.
fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        let ask = |words: &str| rpassword::prompt_password(words).context("cannot read the password from the terminal");
        let password = ask("Password: ")?;
        ensure!(!password.is_empty(), "the password is empty");
        ensure!(ask("The same again: ")? == password, "these were two passwords");
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    ensure!(!password.is_empty(), "give the password on standard input");
    Ok(password)
}

pub(super) fn is_address(text: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part
                .contains(|letter: char| letter.is_whitespace() || letter.is_control() || "<>,;:\"@".contains(letter))
    };
    text.rsplit_once('@').is_some_and(|(local, domain)| is_plain(local) && is_plain(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_parts() {
        for (text, expect) in
            [("a@b", true), ("a", false), ("@b", false), ("a@", false), ("a b@c", false), ("<a@b>", false)]
        {
            assert_eq!(is_address(text), expect, "{text}");
        }
    }
}
