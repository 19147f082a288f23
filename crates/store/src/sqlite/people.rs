//! To whom a person writes and who writes to them, for completing an address.

use std::collections::BTreeSet;

use jmap::AccountId;
use jmap::email::EmailAddress;
use sqlx::Row;

use super::{Store, Writer, json, now};
use crate::ids::AccountNumber;
use crate::search::fold;
use crate::{Envelope, Result, Suggestion};

/// A mail to more people than this is a circular, not an acquaintance with each.
const MAX_RECIPIENTS: usize = 50;

/// What is new about somebody.
#[derive(Default)]
pub(super) struct Acquaintance {
    address: String,
    name: String,
    written: i64,
    received: i64,
    last_at: i64,
}

impl Store {
    /// Who may be meant by what was typed: the start of a word of a name or of an address, accents and case folded.
    /// Those one writes to often and lately come first; the store's other accounts are among them. With an empty
    /// prefix, those one writes to most.
    pub async fn suggest(&self, account: &AccountId, prefix: &str, limit: u32) -> Result<Vec<Suggestion>> {
        let number = AccountNumber::of(account)?;
        let mut snapshot = self.read().await?;
        let wanted = fold(prefix);
        // Half of what somebody is worth is gone after ninety days; a mail written counts four times one received.
        let rows = sqlx::query(
            "select name, address, address_key in (select address_key from accounts) from people
             where account = ?1 and (?2 = '' or instr(words, ' ' || ?2) > 0)
             order by (4.0 * written + min(received, 20))
                 / (1.0 + max(0, ?3 - last_at) / (90.0 * 86400000)) desc, address_key
             limit ?4",
        )
        .bind(number.0)
        .bind(&wanted)
        .bind(now().millis())
        .bind(limit)
        .fetch_all(&mut *snapshot)
        .await?;
        let mut suggestions = Vec::new();
        let mut seen = BTreeSet::new();
        for row in rows {
            let email: String = row.try_get(1)?;
            seen.insert(email.to_lowercase());
            suggestions.push(Suggestion { name: row.try_get(0)?, email, is_local: row.try_get::<i64, _>(2)? != 0 });
        }
        // Few enough to be folded here.
        let rows = sqlx::query("select name, address from accounts where number <> ? order by address_key")
            .bind(number.0)
            .fetch_all(&mut *snapshot)
            .await?;
        for row in rows {
            let (name, email): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let is_wanted = !wanted.is_empty() && words(&name, &email).contains(&format!(" {wanted}"));
            if is_wanted && seen.insert(email.to_lowercase()) {
                suggestions.push(Suggestion { name, email, is_local: true });
            } else if let Some(known) =
                suggestions.iter_mut().find(|known| known.name.is_empty() && known.email.eq_ignore_ascii_case(&email))
            {
                known.name = name;
            }
        }
        suggestions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(suggestions)
    }
}

/// What is looked through: each word after a space.
fn words(name: &str, email: &str) -> String {
    format!(" {} {}", fold(name), fold(email))
}

impl Writer {
    /// Notes whom a mail is from, or to whom the account wrote it. Not of junk.
    pub(super) fn meet(&mut self, keywords: &BTreeSet<String>, envelope: &Envelope, at: i64) {
        if keywords.contains("$junk") {
            return;
        }
        let from = envelope.from.as_deref().unwrap_or_default();
        if from.iter().any(|sender| sender.email.to_lowercase() == self.address_key) {
            let recipients: Vec<&EmailAddress> =
                [&envelope.to, &envelope.cc, &envelope.bcc].into_iter().flatten().flatten().collect();
            if recipients.len() <= MAX_RECIPIENTS {
                recipients.into_iter().for_each(|recipient| self.acquaint(recipient, (1, 0), at));
            }
        } else {
            from.iter().take(3).for_each(|sender| self.acquaint(sender, (0, 1), at));
        }
    }

    fn acquaint(&mut self, somebody: &EmailAddress, (written, received): (i64, i64), at: i64) {
        let key = somebody.email.to_lowercase();
        if key == self.address_key || !key.contains('@') {
            return;
        }
        let known = self.pending.people.entry(key).or_default();
        known.written += written;
        known.received += received;
        if at >= known.last_at || known.address.is_empty() {
            known.last_at = at;
            known.address.clone_from(&somebody.email);
            if let Some(name) = somebody.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
                name.clone_into(&mut known.name);
            }
        }
    }

    pub(super) async fn write_people(&mut self) -> Result<()> {
        let rows: Vec<_> = std::mem::take(&mut self.pending.people)
            .into_iter()
            .map(|(key, known)| {
                let words = words(&known.name, &known.address);
                (key, known.address, known.name, words, known.written, known.received, known.last_at)
            })
            .collect();
        if !rows.is_empty() {
            sqlx::query(
                "insert into people (account, address_key, address, name, words, written, received, last_at)
                 select ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
                 from json_each(?2) where true
                 on conflict (account, address_key) do update set
                     address = iif(excluded.last_at >= last_at, excluded.address, address),
                     name = iif(excluded.name <> '' and (excluded.last_at >= last_at or name = ''), excluded.name, name),
                     words = iif(excluded.name <> '' and (excluded.last_at >= last_at or name = ''), excluded.words, words),
                     written = written + excluded.written,
                     received = received + excluded.received,
                     last_at = max(last_at, excluded.last_at)",
            )
            .bind(self.account.0)
            .bind(json(&rows)?)
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}
