//! How fast the store is, on a mailbox of 100,000: `cargo run -p owlet-store --profile gateway --example throughput`.

use std::collections::BTreeSet;
use std::time::Instant;

use bytes::Bytes;
use jmap::email::{EmailAddress, FilterCondition};
use jmap::{Comparator, Filter, MailboxId, UtcDate};
use store::{DataType, EmailQuery, Envelope, NewAccount, NewEmail, Result, SearchText, Store};

const BATCH: usize = 1000;

/// Words of no language, as often as words are: few often, many seldom.
struct Words(u64);

impl Words {
    fn number(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn text(&mut self, count: u64) -> String {
        let mut text = String::new();
        for _ in 0..count {
            let limit = 1 + self.number(20_000);
            text.push_str(&format!("w{}q ", self.number(limit)));
        }
        text
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let count: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let dir = std::env::temp_dir().join(format!("owlet-throughput-{}", std::process::id()));
    let store = Store::open(&dir).await?;
    let new = NewAccount { address: "alice@owlery.example".into(), name: "Alice".into(), password_hash: String::new() };
    let account = store.create_account(new).await?.id;
    let inbox: MailboxId = store
        .records(&account, DataType::Mailbox, None)
        .await?
        .into_iter()
        .find(|record| record.body.get("role").is_some_and(|role| role == "inbox"))
        .map(|record| record.id.into())
        .unwrap_or_else(|| MailboxId::from("m1"));
    let mut words = Words(1);

    let started = Instant::now();
    let mut number = 0;
    while number < count {
        let mut mails = Vec::new();
        for n in number..(number + BATCH).min(count) {
            let body = words.text(150);
            let body = if n % 20_000 == 7 { format!("{body} needle") } else { body };
            mails.push((n, words.text(5), body, words.number(400)));
        }
        number += mails.len();
        let raw: Vec<Bytes> = mails
            .iter()
            .map(|(n, subject, body, _)| format!("Subject: {subject}\r\nMessage-ID: <{n}@x>\r\n\r\n{body}").into())
            .collect();
        let sizes: Vec<u64> = raw.iter().map(|bytes| bytes.len() as u64).collect();
        let staged = store.stage_blobs(raw).await?.into_iter().zip(sizes);
        let mut emails = Vec::new();
        for ((n, subject, body, sender), (blob_id, size)) in mails.into_iter().zip(staged) {
            let answers = n % 3 != 0 && n > 0;
            let sender =
                EmailAddress { name: Some(format!("Sender {sender}")), email: format!("s{sender}@hollow.example") };
            emails.push(NewEmail {
                blob_id,
                size,
                received_at: UtcDate::from_millis(1_500_000_000_000 + n as i64 * 60_000),
                mailbox_ids: BTreeSet::from([inbox.clone()]),
                keywords: if n % 4 == 0 { BTreeSet::new() } else { BTreeSet::from(["$seen".to_owned()]) },
                envelope: Envelope {
                    message_id: Some(vec![format!("{n}@x")]),
                    references: answers.then(|| vec![format!("{}@x", n - 1)]),
                    from: Some(vec![sender]),
                    subject: Some(if answers { "Re: subject".into() } else { format!("subject {subject}") }),
                    ..Envelope::default()
                },
                has_attachment: n % 9 == 0,
                preview: body.chars().take(100).collect(),
                text: SearchText {
                    body,
                    attachments: String::new(),
                    headers: vec![("Message-ID".into(), format!("{n}@x")), ("Subject".into(), subject)],
                }
                .into(),
            });
        }
        let mut writer = store.begin(&account).await?;
        writer.insert_emails(emails).await?;
        writer.commit().await?;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("insert          {:>8.0} messages/s", count as f64 / seconds);

    let condition = |condition: FilterCondition| Some(Filter::Condition(condition));
    let in_inbox = || FilterCondition { in_mailbox: Some(inbox.clone()), ..FilterCondition::default() };
    let base = || EmailQuery {
        filter: condition(in_inbox()),
        limit: Some(50),
        calculate_total: true,
        ..EmailQuery::default()
    };
    let half = i64::try_from(count / 2).unwrap_or_default();
    let unread = FilterCondition { not_keyword: Some("$seen".into()), ..in_inbox() };
    let queries = [
        ("flat top", base()),
        ("flat middle", EmailQuery { position: half, ..base() }),
        ("flat end", EmailQuery { position: -50, ..base() }),
        ("collapsed top", EmailQuery { collapse_threads: true, ..base() }),
        ("collapsed middle", EmailQuery { collapse_threads: true, position: half / 3 * 2, ..base() }),
        ("collapsed end", EmailQuery { collapse_threads: true, position: -50, ..base() }),
        ("unread top", EmailQuery { filter: condition(unread.clone()), ..base() }),
        ("unread collapsed", EmailQuery { filter: condition(unread), collapse_threads: true, ..base() }),
        ("by subject", EmailQuery { sort: vec![Comparator::ascending("subject")], ..base() }),
        (
            "rare word",
            EmailQuery { filter: condition(FilterCondition { text: Some("needle".into()), ..in_inbox() }), ..base() },
        ),
        (
            "frequent word",
            EmailQuery { filter: condition(FilterCondition { text: Some("w1q".into()), ..in_inbox() }), ..base() },
        ),
        (
            "rare, collapsed",
            EmailQuery {
                filter: condition(FilterCondition { text: Some("needle".into()), ..in_inbox() }),
                collapse_threads: true,
                ..base()
            },
        ),
    ];
    for (name, query) in &queries {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..7 {
            let started = Instant::now();
            found = store.query_emails(&account, query).await?.total.unwrap_or_default();
            times.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        println!("{name:<16}{:>8.2} ms of {found}", times.get(3).copied().unwrap_or_default());
    }

    let page = store.query_emails(&account, &EmailQuery { limit: Some(1000), ..base() }).await?;
    for keyword in ["$flagged", "$seen"] {
        let started = Instant::now();
        let mut writer = store.begin(&account).await?;
        writer.emails(&page.ids).await?;
        for id in &page.ids {
            writer.update_email(id, &BTreeSet::from([inbox.clone()]), &BTreeSet::from([keyword.to_owned()])).await?;
        }
        let since = store.state(&account, DataType::Email).await?;
        writer.commit().await?;
        println!("update 1,000    {:>8.1} ms ({keyword})", started.elapsed().as_secs_f64() * 1000.0);
        let started = Instant::now();
        store.email_query_changes(&account, &base(), &since, None).await?;
        println!("query changes   {:>8.1} ms", started.elapsed().as_secs_f64() * 1000.0);
    }
    let resident = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", resident.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default());
    store.close().await;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
