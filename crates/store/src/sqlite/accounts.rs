//! Accounts and their app passwords.

use jmap::email::EmailAddress;
use jmap::{AccountId, Id, UtcDate};
use serde_json::{Map, Value, json};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::records::count;
use super::{Store, Writer, now};
use crate::ids::AccountNumber;
use crate::{Account, AppPassword, DataType, Error, NewAccount, Result, Usage};

/// Name and role of the mailboxes that every account begins with, in their order.
const MAILBOXES: [(&str, &str); 6] = [
    ("Inbox", "inbox"),
    ("Drafts", "drafts"),
    ("Sent", "sent"),
    ("Archive", "archive"),
    ("Junk", "junk"),
    ("Deleted", "trash"),
];

/// Everything that says whose it is by the account's number, or by a key that holds it.
const OWNED: [&str; 18] = [
    "delete from states where account = ?1",
    "delete from records where account = ?1",
    "delete from changes where account = ?1",
    "delete from email_text where rowid in (select document from emails where email between ?2 and ?3)",
    "delete from emails where email between ?2 and ?3",
    "delete from email_mailbox where mailbox between ?2 and ?3",
    "delete from mailbox_thread where mailbox between ?2 and ?3",
    "delete from mailboxes where mailbox between ?2 and ?3",
    "delete from email_keyword where email between ?2 and ?3",
    "delete from thread_reference where thread between ?2 and ?3",
    "delete from calendar_event_text where rowid between ?2 and ?3",
    "delete from calendar_event_calendar where event between ?2 and ?3",
    "delete from calendar_event_blob where event between ?2 and ?3",
    "delete from calendar_events where event between ?2 and ?3",
    "delete from calendar_shares where calendar between ?2 and ?3 or account = ?1",
    "delete from calendar_personal where record between ?2 and ?3 or account = ?1",
    "delete from calendar_alerts where event between ?2 and ?3 or account = ?1",
    "delete from accounts where number = ?1",
];

impl Store {
    /// Creates an account with the mailboxes Inbox, Drafts, Sent, Archive, Junk and Deleted (with their roles), an
    /// identity, a vacation response that is off, a calendar and an identity as a participant.
    /// [`Error::AddressTaken`].
    pub async fn create_account(&self, new: NewAccount) -> Result<Account> {
        let created_at = UtcDate::from_millis(now().millis());
        let mut tx = self.write().await?;
        let inserted = sqlx::query(
            "insert or ignore into accounts (address, address_key, name, password_hash, created_at)
             values (?, ?, ?, ?, ?)",
        )
        .bind(&new.address)
        .bind(new.address.to_lowercase())
        .bind(&new.name)
        .bind(&new.password_hash)
        .bind(created_at.millis())
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 0 {
            return Err(Error::AddressTaken);
        }
        let id = AccountNumber(inserted.last_insert_rowid()).id();
        // In the same transaction: an account is never seen without its mailboxes.
        let mut writer = Writer::within(self.clone(), &id, tx).await?;
        furnish(&mut writer, &new).await?;
        writer.commit().await?;
        Ok(Account { id, address: new.address, name: new.name, password_hash: new.password_hash, created_at })
    }

    /// The account with this id.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        let Ok(number) = AccountNumber::of(id) else { return Ok(None) };
        let row = sqlx::query("select number, address, name, password_hash, created_at from accounts where number = ?")
            .bind(number.0)
            .fetch_optional(&self.inner.readers)
            .await?;
        row.as_ref().map(account).transpose()
    }

    /// The account with this address, whatever its case.
    pub async fn account_by_address(&self, address: &str) -> Result<Option<Account>> {
        let row =
            sqlx::query("select number, address, name, password_hash, created_at from accounts where address_key = ?")
                .bind(address.to_lowercase())
                .fetch_optional(&self.inner.readers)
                .await?;
        row.as_ref().map(account).transpose()
    }

    /// Every account, by address.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let rows =
            sqlx::query("select number, address, name, password_hash, created_at from accounts order by address_key")
                .fetch_all(&self.inner.readers)
                .await?;
        rows.iter().map(account).collect()
    }

    /// The domain that most accounts are in; `None` without accounts.
    pub async fn domain(&self) -> Result<Option<String>> {
        let domain = sqlx::query_scalar(
            "select substr(address_key, instr(address_key, '@') + 1) as domain from accounts
             group by domain order by count(*) desc, domain limit 1",
        )
        .fetch_optional(&self.inner.readers)
        .await?;
        Ok(domain)
    }

    /// Changes the hash of the account's password, and ends the push subscriptions that were made with the old one.
    /// Sessions and app passwords stay as they are.
    pub async fn set_password_hash(&self, id: &AccountId, password_hash: &str) -> Result<()> {
        let number = AccountNumber::of(id)?.0;
        let mut tx = self.write().await?;
        let updated = sqlx::query("update accounts set password_hash = ? where number = ?")
            .bind(password_hash)
            .bind(number)
            .execute(&mut *tx)
            .await?;
        sqlx::query("delete from push_subscriptions where account = ? and app_password is null and session is null")
            .bind(number)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.synced().await?;
        if updated.rows_affected() == 0 { Err(Error::NoAccount(id.clone())) } else { Ok(()) }
    }

    /// Changes the name that people see.
    pub async fn set_account_name(&self, id: &AccountId, name: &str) -> Result<()> {
        let updated = sqlx::query("update accounts set name = ? where number = ?")
            .bind(name)
            .bind(AccountNumber::of(id)?.0)
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        if updated.rows_affected() == 0 { Err(Error::NoAccount(id.clone())) } else { Ok(()) }
    }

    /// Removes an account with all that it has; its blobs go with the next [`Store::sweep`]. Its id is not used again.
    pub async fn remove_account(&self, id: &AccountId) -> Result<()> {
        let number = AccountNumber::of(id)?;
        let (first, last) = number.keys();
        let mut tx = self.write().await?;
        let mut removed = 0;
        for sql in OWNED {
            let deleted = sqlx::query(sql).bind(number.0).bind(first).bind(last).execute(&mut *tx).await?;
            removed = deleted.rows_affected();
        }
        tx.commit().await?;
        self.synced().await?;
        if removed == 0 { Err(Error::NoAccount(id.clone())) } else { Ok(()) }
    }

    /// Adds an app password. [`Error::NoAccount`].
    pub async fn add_app_password(&self, account: &AccountId, label: &str, hash: &str) -> Result<AppPassword> {
        let created_at = UtcDate::from_millis(now().millis());
        let inserted = sqlx::query(
            "insert into app_passwords (account, label, hash, created_at)
             select number, ?2, ?3, ?4 from accounts where number = ?1",
        )
        .bind(AccountNumber::of(account)?.0)
        .bind(label)
        .bind(hash)
        .bind(created_at.millis())
        .execute(&self.inner.writer)
        .await?;
        self.synced().await?;
        if inserted.rows_affected() == 0 {
            return Err(Error::NoAccount(account.clone()));
        }
        Ok(AppPassword {
            id: inserted.last_insert_rowid(),
            label: label.to_owned(),
            hash: hash.to_owned(),
            created_at,
            last_used_at: None,
        })
    }

    /// The account's app passwords, oldest first.
    pub async fn app_passwords(&self, account: &AccountId) -> Result<Vec<AppPassword>> {
        let rows = sqlx::query(
            "select id, label, hash, created_at, last_used_at from app_passwords where account = ? order by id",
        )
        .bind(AccountNumber::of(account)?.0)
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let last_used: i64 = row.try_get(4)?;
                Ok(AppPassword {
                    id: row.try_get(0)?,
                    label: row.try_get(1)?,
                    hash: row.try_get(2)?,
                    created_at: UtcDate::from_millis(row.try_get(3)?),
                    last_used_at: (last_used > 0).then(|| UtcDate::from_millis(last_used)),
                })
            })
            .collect()
    }

    /// Removes an app password; `false` if the account has none with this id.
    pub async fn remove_app_password(&self, account: &AccountId, id: i64) -> Result<bool> {
        let deleted = sqlx::query("delete from app_passwords where account = ? and id = ?")
            .bind(AccountNumber::of(account)?.0)
            .bind(id)
            .execute(&self.inner.writer)
            .await?;
        self.synced().await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Notes that an app password was used; to the minute, since it is used with every request.
    pub async fn touch_app_password(&self, id: i64, now: UtcDate) -> Result<()> {
        let is_due = sqlx::query("select 1 from app_passwords where id = ? and last_used_at <= ?")
            .bind(id)
            .bind(now.millis() - 60_000)
            .fetch_optional(&self.inner.readers)
            .await?
            .is_some();
        if is_due {
            sqlx::query("update app_passwords set last_used_at = ? where id = ?")
                .bind(now.millis())
                .bind(id)
                .execute(&self.inner.writer)
                .await?;
        }
        Ok(())
    }

    /// How much the account holds. [`Error::NoAccount`].
    pub async fn usage(&self, account: &AccountId) -> Result<Usage> {
        let row = sqlx::query("select octets, emails from accounts where number = ?")
            .bind(AccountNumber::of(account)?.0)
            .fetch_optional(&self.inner.readers)
            .await?
            .ok_or_else(|| Error::NoAccount(account.clone()))?;
        Ok(Usage { octets: count(&row, 0)?, emails: count(&row, 1)? })
    }
}

fn account(row: &SqliteRow) -> Result<Account> {
    Ok(Account {
        id: AccountNumber(row.try_get(0)?).id(),
        address: row.try_get(1)?,
        name: row.try_get(2)?,
        password_hash: row.try_get(3)?,
        created_at: UtcDate::from_millis(row.try_get(4)?),
    })
}

/// What every account begins with.
async fn furnish(writer: &mut Writer, new: &NewAccount) -> Result<()> {
    for (order, (name, role)) in MAILBOXES.into_iter().enumerate() {
        let id = writer.new_id(DataType::Mailbox);
        let body = json!({
            "name": name, "parentId": null, "role": role, "sortOrder": (order + 1) * 10, "isSubscribed": true,
        });
        writer.put_record(DataType::Mailbox, &id, object(body), true).await?;
    }
    let id = writer.new_id(DataType::Identity);
    let identity = json!({
        "name": new.name, "email": new.address, "replyTo": Option::<Vec<EmailAddress>>::None, "bcc": null,
        "textSignature": "", "htmlSignature": "", "mayDelete": false,
    });
    writer.put_record(DataType::Identity, &id, object(identity), true).await?;
    let vacation = json!({
        "isEnabled": false, "fromDate": null, "toDate": null, "subject": null, "textBody": null, "htmlBody": null,
    });
    writer.put_record(DataType::VacationResponse, &Id::from("singleton"), object(vacation), true).await?;
    let id = writer.new_id(DataType::Calendar);
    let calendar = json!({ "name": "Calendar", "isDefault": true, "isSubscribed": true, "sortOrder": 10 });
    writer.put_record(DataType::Calendar, &id, object(calendar), true).await?;
    let id = writer.new_id(DataType::ParticipantIdentity);
    let identity = json!({
        "name": new.name, "calendarAddress": format!("mailto:{}", new.address), "isDefault": true,
    });
    writer.put_record(DataType::ParticipantIdentity, &id, object(identity), true).await
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
