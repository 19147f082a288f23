//! `owletd export`: an account's mail as Maildir++, which Dovecot and this program's `import` read: the inbox at the
//! top, every other folder in `.Name.Inner`, flags in file names, other keywords in `dovecot-keywords`.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use jmap::email::FilterCondition;
use jmap::{AccountId, Filter, MailboxId};
use serde_json::Value;
use store::{DataType, EmailQuery, EmailRow, Store};

use super::{account_of, progress};
use crate::mail_files::{flags, utf7};

/// Emails asked for at once.
const PAGE: u64 = 500;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Whose mail
    address: String,
    /// The folder to write; what is there stays
    dir: PathBuf,
}

pub(super) async fn run(store: &Store, arguments: Arguments) -> anyhow::Result<()> {
    let account = account_of(store, &arguments.address).await?.id;
    let total = store.usage(&account).await?.emails;
    let bar = progress::over_messages(total);
    let mut written = 0_u64;
    for (mailbox, folder) in folders(store, &account, &arguments.dir).await? {
        for part in ["cur", "new", "tmp"] {
            let part = folder.join(part);
            std::fs::create_dir_all(&part).with_context(|| format!("cannot make {}", part.display()))?;
        }
        let mut keywords = flags::Letters::default();
        let mut position = 0;
        loop {
            let page = store.query_emails(&account, &query(&mailbox, position)).await?;
            if page.ids.is_empty() {
                break;
            }
            position += page.ids.len() as i64;
            for row in store.emails(&account, &page.ids).await? {
                write(store, &account, &row, &folder, &mut keywords).await?;
                written += 1;
                bar.inc(1);
            }
        }
        if let Some(list) = keywords.list() {
            std::fs::write(folder.join("dovecot-keywords"), list)?;
        }
    }
    bar.finish_and_clear();
    println!("{written} messages in {}", arguments.dir.display());
    Ok(())
}

fn query(mailbox: &MailboxId, position: i64) -> EmailQuery {
    let condition = FilterCondition { in_mailbox: Some(mailbox.clone()), ..FilterCondition::default() };
    EmailQuery { filter: Some(Filter::Condition(condition)), position, limit: Some(PAGE), ..EmailQuery::default() }
}

/// Each folder of the account, and where it is written.
async fn folders(store: &Store, account: &AccountId, dir: &Path) -> anyhow::Result<Vec<(MailboxId, PathBuf)>> {
    let records = store.records(account, DataType::Mailbox, None).await?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let by_id: HashMap<String, (Option<String>, String)> = records
        .iter()
        .map(|record| {
            let name = text(record.body.get("name")).unwrap_or_default();
            (record.id.to_string(), (text(record.body.get("parentId")), name))
        })
        .collect();
    let mut folders = Vec::new();
    for record in &records {
        let is_inbox = text(record.body.get("role")).as_deref() == Some("inbox");
        let mut path = String::new();
        let mut id = Some(record.id.to_string());
        let mut seen = BTreeSet::new();
        while let Some((parent, name)) =
            id.as_ref().filter(|id| seen.insert((*id).clone())).and_then(|id| by_id.get(id))
        {
            path = format!(".{}{path}", utf7::encode(name));
            id = parent.clone();
        }
        let folder = if is_inbox { dir.to_owned() } else { dir.join(path) };
        folders.push((record.id.clone().into(), folder));
    }
    Ok(folders)
}

async fn write(
    store: &Store,
    account: &AccountId,
    row: &EmailRow,
    folder: &Path,
    keywords: &mut flags::Letters,
) -> anyhow::Result<()> {
    let raw = store.blob(account, &row.blob_id).await?.context("a message's octets are missing")?;
    let millis = row.received_at.millis();
    // The same name each time: a second export adds what is new.
    let stem = format!("{}.{}.owlet", millis.div_euclid(1000), row.id);
    let name = format!("{stem}:2,{}", keywords.flags(&row.keywords));
    let path = folder.join("cur").join(name);
    tokio::task::spawn_blocking(move || -> std::io::Result<()> {
        std::fs::write(&path, &raw)?;
        let received = SystemTime::UNIX_EPOCH + Duration::from_millis(millis.max(0).unsigned_abs());
        std::fs::File::options().write(true).open(&path)?.set_modified(received)
    })
    .await?
    .context("cannot write a message")
}
