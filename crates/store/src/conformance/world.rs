//! A store with people in it, and mail for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::pin::Pin;

use bytes::Bytes;
use jmap::email::EmailAddress;
use jmap::{AccountId, EmailId, MailboxId, UtcDate};
use serde_json::Value;

use crate::{DataType, EmailRow, Envelope, Inserted, NewAccount, NewEmail, Result, SearchText, Store};

type Opening = Pin<Box<dyn Future<Output = Result<Store>>>>;

/// Alice's and Bob's store.
pub struct World {
    pub store: Store,
    pub alice: AccountId,
    pub bob: AccountId,
    /// Alice's, by role.
    pub mailboxes: BTreeMap<String, MailboxId>,
    pub dir: PathBuf,
    open: Box<dyn Fn(PathBuf) -> Opening>,
}

impl World {
    /// Runs a test in a new world.
    pub fn run<Open, Opened, Test>(open: Open, test: Test)
    where
        Open: Fn(PathBuf) -> Opened + 'static,
        Opened: Future<Output = Result<Store>> + 'static,
        Test: AsyncFnOnce(World),
    {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let open: Box<dyn Fn(PathBuf) -> Opening> = Box::new(move |dir| Box::pin(open(dir)));
            let store = open(path.clone()).await.unwrap();
            let alice = account(&store, "Alice", "alice@owlery.example").await;
            let bob = account(&store, "Bob Barker", "bob@owlery.example").await;
            let mailboxes = roles(&store, &alice).await;
            let check = store.clone();
            test(World { store, alice, bob, mailboxes, dir: path, open }).await;
            assert_eq!(check.check_integrity().await.unwrap(), Vec::<String>::new());
            check.close().await;
        });
    }

    /// Opens another folder.
    pub async fn open(&self, dir: PathBuf) -> Store {
        (self.open)(dir).await.unwrap()
    }

    pub fn mailbox(&self, role: &str) -> MailboxId {
        self.mailboxes[role].clone()
    }

    /// A mail to Alice in her inbox.
    pub fn mail(&self, subject: &str) -> NewEmail {
        NewEmail {
            blob_id: "b".into(),
            size: 0,
            received_at: UtcDate::from_millis(1_790_000_000_000),
            mailbox_ids: BTreeSet::from([self.mailbox("inbox")]),
            keywords: BTreeSet::new(),
            envelope: Envelope {
                message_id: Some(vec![format!("{subject}@owlery.example")]),
                from: Some(vec![person("Carol Cole", "carol@hollow.example")]),
                to: Some(vec![person("Alice", "alice@owlery.example")]),
                subject: Some(subject.to_owned()),
                ..Envelope::default()
            },
            has_attachment: false,
            preview: format!("About {subject}"),
            text: SearchText { body: format!("Body of {subject}"), ..SearchText::default() }.into(),
        }
    }

    /// Delivers mails in one transaction.
    pub async fn deliver(&self, mails: impl IntoIterator<Item = NewEmail>) -> Vec<Inserted> {
        let mut writer = self.store.begin(&self.alice).await.unwrap();
        let mut inserted = Vec::new();
        for mut mail in mails {
            let bytes = Bytes::from(format!("Subject: {:?}\r\n\r\n", mail.envelope));
            mail.size = bytes.len() as u64;
            mail.blob_id = self.store.stage_blob(bytes).await.unwrap();
            inserted.push(writer.insert_email(mail).await.unwrap());
        }
        writer.commit().await.unwrap();
        inserted
    }

    pub async fn deliver_one(&self, mail: NewEmail) -> Inserted {
        self.deliver([mail]).await.remove(0)
    }

    pub async fn email(&self, id: &EmailId) -> EmailRow {
        self.store.emails(&self.alice, std::slice::from_ref(id)).await.unwrap().remove(0)
    }

    /// Puts an email elsewhere, in a transaction of its own.
    pub async fn update(&self, id: &EmailId, roles: &[&str], keywords: &[&str]) {
        let mut writer = self.store.begin(&self.alice).await.unwrap();
        let mailboxes = roles.iter().map(|role| self.mailbox(role)).collect();
        writer.update_email(id, &mailboxes, &words(keywords)).await.unwrap();
        writer.commit().await.unwrap();
    }

    /// Total and unread emails, total and unread threads.
    pub async fn counts(&self, role: &str) -> [u64; 4] {
        let counts = self.store.mailbox_counts(&self.alice, None).await.unwrap()[&self.mailbox(role)];
        [counts.total_emails, counts.unread_emails, counts.total_threads, counts.unread_threads]
    }
}

pub(super) fn person(name: &str, email: &str) -> EmailAddress {
    EmailAddress { name: Some(name.to_owned()), email: email.to_owned() }
}

pub(super) fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Makes `answer` an answer to the mail with that subject.
pub(super) fn answering(mut answer: NewEmail, to: &[&str]) -> NewEmail {
    answer.envelope.references = Some(to.iter().map(|subject| format!("{subject}@owlery.example")).collect());
    answer
}

/// Gives a mail a message id as if this were its subject.
pub(super) fn known_as(mut mail: NewEmail, subject: &str) -> NewEmail {
    mail.envelope.message_id = Some(vec![format!("{subject}@owlery.example")]);
    mail
}

async fn account(store: &Store, name: &str, address: &str) -> AccountId {
    let new = NewAccount { address: address.to_owned(), name: name.to_owned(), password_hash: "hash".to_owned() };
    store.create_account(new).await.unwrap().id
}

async fn roles(store: &Store, account: &AccountId) -> BTreeMap<String, MailboxId> {
    let records = store.records(account, DataType::Mailbox, None).await.unwrap();
    records
        .into_iter()
        .map(|record| (record.body["role"].as_str().map(str::to_owned).unwrap_or_default(), record.id.into()))
        .collect()
}

pub(super) fn body(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}
