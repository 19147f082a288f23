//! What the palette finds in mail: the search itself, folders, people to write to, and mails.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::folders::folder_name;
use super::folders::summary::icon;
use super::said::with_said;
use super::search::Search;
use super::summary::{full_name, subject};
use crate::locale::{dates, t_with};
use crate::records::{EmailListQuery, EmailSearch};
use crate::routes::{MailRoute, Open, Place};
use crate::shell::{Face, Finding, Palette, Source};
use crate::ui::IconName;

/// Gives the palette these sources.
pub(super) fn add_sources(desk: Desk, palette: Palette) {
    let source = |title: &'static str, find: Callback<Signal<String>, Signal<Vec<Finding>>>| Source { title, find };
    palette.add_source(source("mail.findSearch", Callback::new(move |text| searches(desk, text))));
    palette.add_source(source("mail.findFolders", Callback::new(move |text| folders(desk, text))));
    palette.add_source(source("mail.findPeople", Callback::new(move |text| people(desk, text))));
    palette.add_source(source("mail.findMail", Callback::new(move |text| mail(desk, text))));
}

/// The search itself: everywhere, and in the folder that is shown.
fn searches(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    Signal::derive(move || {
        let typed = text.get().trim().to_owned();
        if typed.is_empty() {
            return Vec::new();
        }
        let finding = |words: String, everywhere: bool| {
            let typed = typed.clone();
            Finding {
                words,
                hint: None,
                face: Face::Icon(IconName::Search),
                keys: None,
                run: Arc::new(move || desk.search(&typed, everywhere)),
            }
        };
        let mut found = vec![finding(t_with("mail.searchAllFor", &[("text", &typed)]), true)];
        if let Some(folder) = desk.folder() {
            let words = t_with("mail.searchFolderFor", &[("text", &typed), ("folder", &folder_name(&folder))]);
            found.push(finding(words, false));
        }
        found
    })
}

fn folders(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    Signal::derive(move || {
        let typed = text.get().trim().to_lowercase();
        if typed.is_empty() {
            return Vec::new();
        }
        let mailboxes = desk.records.mailboxes().get();
        let finding = |mailbox: &crate::records::Mailbox| {
            let id = mailbox.id.clone();
            Finding {
                words: folder_name(mailbox),
                hint: None,
                face: Face::Icon(icon(mailbox.role.as_ref(), false)),
                keys: None,
                run: Arc::new(move || desk.go_to(Place::Folder(id.clone()))),
            }
        };
        let fits = |mailbox: &&crate::records::Mailbox| folder_name(mailbox).to_lowercase().contains(&typed);
        mailboxes.iter().filter(fits).take(3).map(finding).collect()
    })
}

fn people(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    let found = RwSignal::new(Vec::new());
    let typed = rested(text);
    Effect::new(move |_| {
        let typed = typed.get();
        if typed.trim().chars().count() < 2 || typed.contains(':') {
            found.set(Vec::new());
            return;
        }
        spawn_local(async move {
            let people = desk.records.suggest(typed).await;
            let finding = |person: crate::records::Recipient| {
                let name = full_name(&person.address).to_owned();
                let address = person.address.clone();
                Finding {
                    words: t_with("mail.writeTo", &[("name", &name)]),
                    hint: Some(person.address.email.clone()),
                    face: Face::Person(name, person.address.email),
                    keys: None,
                    run: Arc::new(move || desk.composers.new_mail_to(address.clone())),
                }
            };
            found.try_set(people.into_iter().take(3).map(finding).collect::<Vec<_>>());
        });
    });
    found.into()
}

/// The first mails that a search would find.
fn mail(desk: Desk, text: Signal<String>) -> Signal<Vec<Finding>> {
    let typed = rested(text);
    let window = Memo::new(move |_| {
        let typed = typed.get();
        (typed.trim().chars().count() > 1).then(|| {
            let search = EmailSearch::parse(&Search::parse(&typed).with("in", None).to_string(), 0);
            Found(desk.records.window(EmailListQuery::everywhere().searching(search)))
        })
    });
    Signal::derive(move || {
        let Some(Found(window)) = window.get() else { return Vec::new() };
        window.show(0..4);
        let finding = |row: crate::records::Row| {
            let route = MailRoute {
                place: Place::Everywhere,
                open: Some(Open::Thread(row.email.thread_id.clone())),
                search: Some(typed.get_untracked()),
                ..MailRoute::default()
            };
            let from = row.email.from.first().map(|from| full_name(from).to_owned()).unwrap_or_default();
            let time = dates::short(row.email.received_at.millis() as f64, dates::now());
            Finding {
                words: with_said(|said| subject(&row.email.subject, said)),
                hint: Some(format!("{from} · {time}")),
                face: Face::Icon(IconName::Mail),
                keys: None,
                run: Arc::new(move || desk.go(&route, false)),
            }
        };
        window.track();
        (0..4).filter_map(|index| window.row_now(index)).map(finding).collect()
    })
}

/// A window in a memo: a new search is always another one.
#[derive(Clone, Copy)]
struct Found(crate::records::EmailWindow);

impl PartialEq for Found {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// What was typed, once typing has rested.
fn rested(text: Signal<String>) -> Signal<String> {
    let rested = RwSignal::new(text.get_untracked());
    let timer = StoredValue::new(None::<leptos::leptos_dom::helpers::TimeoutHandle>);
    Effect::new(move |_| {
        let typed = text.get();
        let set = move || {
            rested.try_set(typed);
        };
        let next = set_timeout_with_handle(set, std::time::Duration::from_millis(120)).ok();
        if let Some(before) = timer.try_update_value(|timer| std::mem::replace(timer, next)).flatten() {
            before.clear();
        }
    });
    rested.into()
}
