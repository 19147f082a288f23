//! The letters of `mail.txt`: after `%%` lines of `key: value`, an empty line, the text.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::DOMAIN;

/// Somebody with an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Person {
    pub(super) address: String,
    pub(super) name: String,
}

impl Person {
    /// `alice,Alice Moreau`.
    pub(super) fn staff(line: &str) -> Option<Self> {
        let (local, name) = line.split_once(',')?;
        Some(Self { address: format!("{local}@{DOMAIN}"), name: name.to_owned() })
    }

    pub(super) fn domain(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or(DOMAIN)
    }
}

/// How a letter looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dress {
    /// Plain text.
    #[default]
    Plain,
    /// HTML as a mail program writes it.
    Formatted,
    /// A newsletter with pictures on somebody's server.
    Newsletter,
    /// A shop's confirmation.
    Order,
}

/// One letter.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) thread: Option<String>,
    /// Working days before the last day.
    days: u64,
    time: NaiveTime,
    pub(super) from: Person,
    pub(super) to: Vec<Person>,
    pub(super) cc: Vec<Person>,
    pub(super) subject: String,
    pub(super) attach: Vec<String>,
    pub(super) has_picture: bool,
    pub(super) dress: Dress,
    pub(super) seen: BTreeSet<Person>,
    pub(super) flagged: BTreeSet<Person>,
    folders: Vec<(Person, String)>,
    keywords: Vec<(Person, String)>,
    is_draft: bool,
    pub(super) text: String,
}

impl Letter {
    pub(super) fn is_draft(&self) -> bool {
        self.is_draft
    }

    pub(super) fn folder(&self, person: &Person) -> Option<&str> {
        self.folders.iter().find(|(owner, _)| owner == person).map(|(_, name)| name.as_str())
    }

    pub(super) fn keywords(&self, person: &Person) -> impl Iterator<Item = &str> {
        self.keywords.iter().filter(move |(owner, _)| owner == person).map(|(_, word)| word.as_str())
    }

    /// When it was written: so many working days before.
    pub(super) fn at(&self, last_day: NaiveDate) -> anyhow::Result<DateTime<Utc>> {
        let mut day = last_day;
        let mut left = self.days;
        while left > 0 {
            day = day.checked_sub_days(Days::new(1)).context("the calendar has no such day")?;
            if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                left -= 1;
            }
        }
        Ok(day.and_time(self.time).and_utc())
    }
}

/// Reads all letters, oldest first.
pub(super) fn read(text: &str, people: &[Person]) -> anyhow::Result<Vec<Letter>> {
    let mut letters = Vec::new();
    for (number, part) in text.split("%%\n").filter(|part| !part.trim().is_empty()).enumerate() {
        letters.push(letter(part, people).with_context(|| format!("letter {}", number + 1))?);
    }
    letters.sort_by_key(|letter| (std::cmp::Reverse(letter.days), letter.time));
    Ok(letters)
}

fn letter(part: &str, people: &[Person]) -> anyhow::Result<Letter> {
    let (head, text) = part.split_once("\n\n").context("no empty line after the keys")?;
    let field = |key: &str| {
        head.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| *name == key).map(|(_, value)| value))
    };
    let everyone = |key: &str| persons(field(key).unwrap_or_default(), people);
    let pairs = |key: &str| -> anyhow::Result<Vec<(Person, String)>> {
        let list = field(key).unwrap_or_default();
        list.split(", ")
            .filter_map(|pair| pair.split_once('='))
            .map(|(owner, value)| Ok((person(owner, people)?, value.to_owned())))
            .collect()
    };
    let (days, time) = field("when").and_then(|when| when.split_once(' ')).context("no time")?;
    Ok(Letter {
        thread: field("thread").map(str::to_owned),
        days: days.trim_start_matches('-').parse()?,
        time: NaiveTime::parse_from_str(time, "%H:%M")?,
        from: person(field("from").context("no sender")?, people)?,
        to: everyone("to")?,
        cc: everyone("cc")?,
        subject: field("subject").context("no subject")?.to_owned(),
        attach: field("attach")
            .unwrap_or_default()
            .split(", ")
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        has_picture: field("inline").is_some(),
        dress: match field("html") {
            None => Dress::Plain,
            Some("yes") => Dress::Formatted,
            Some("newsletter") => Dress::Newsletter,
            Some("order") => Dress::Order,
            Some(other) => bail!("no dress {other}"),
        },
        seen: everyone("seen")?.into_iter().collect(),
        flagged: everyone("flag")?.into_iter().collect(),
        folders: pairs("folder")?,
        keywords: pairs("keyword")?,
        is_draft: field("draft").is_some(),
        text: text.trim_end().to_owned(),
    })
}

fn persons(list: &str, people: &[Person]) -> anyhow::Result<Vec<Person>> {
    if list == "everyone" {
        return Ok(people.to_vec());
    }
    // A name with a comma has an address behind it: `Lindqvist, Astrid <a@b>` stands alone in its list.
    if list.contains('<') && list.matches('@').count() == 1 {
        return Ok(vec![person(list, people)?]);
    }
    list.split(", ").filter(|name| !name.is_empty()).map(|name| person(name, people)).collect()
}

fn person(text: &str, people: &[Person]) -> anyhow::Result<Person> {
    if let Some((name, address)) = text.split_once(" <") {
        return Ok(Person { address: address.trim_end_matches('>').to_owned(), name: name.to_owned() });
    }
    let address = format!("{text}@{DOMAIN}");
    people.iter().find(|person| person.address == address).cloned().with_context(|| format!("nobody is called {text}"))
}
