//! What belongs to the account and not to one mail: identities, suggestions, settings.

use std::sync::Arc;

use jmap::capability;
use jmap::email::EmailAddress;
use jmap::identity::Identity;
use leptos::prelude::*;
use mirror::{Properties, TypeName};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Failure, Records};
use crate::client::Batch;

/// Somebody one may write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Name and address.
    pub address: EmailAddress,
    /// Of this organisation.
    pub internal: bool,
}

impl Records {
    /// All records of a type, as far as they can be read. Loads them when somebody asks.
    fn all<T>(self, of: &str) -> Memo<Vec<T>>
    where
        T: DeserializeOwned + PartialEq + Send + Sync + 'static,
    {
        let of = TypeName::from(of);
        Memo::new(move |_| {
            let engine = self.engine();
            engine.track(&of);
            // In the memo: somebody else may be signed in the next time.
            engine.mirror.borrow_mut().load_all(&of);
            engine.pump_soon();
            let mirror = engine.mirror.borrow();
            mirror.records(&of).filter_map(|(_, record)| T::deserialize(record.as_ref()).ok()).collect()
        })
    }

    /// As whom one may send; the first is the usual one.
    pub fn identities(self) -> Signal<Vec<Identity>> {
        self.all("Identity").into()
    }

    /// Whom these letters may mean, likeliest first. Nobody, if the server has no suggestions or no
    /// connection: one can always type an address.
    pub async fn suggest(self, text: String) -> Vec<Recipient> {
        let client = self.engine().client.clone();
        let (true, Ok(account)) = (client.offers(capability::OWLET_MAIL), self.account_now()) else {
            return Vec::new();
        };
        let mut batch = Batch::new();
        let call = batch.call("Recipient/suggest", &account, json!({ "text": text, "limit": 8 }));
        let Ok(mut answers) = client.ask(batch).await else { return Vec::new() };
        let Ok(answer) = answers.take::<Properties>(call) else { return Vec::new() };
        let list = answer.get("list").and_then(Value::as_array);
        let recipient = |value: &Value| {
            Some(Recipient {
                address: EmailAddress::deserialize(value).ok()?,
                internal: value.get("source").and_then(Value::as_str) == Some("organisation"),
            })
        };
        list.into_iter().flatten().filter_map(recipient).collect()
    }

    /// The account's settings. What is written replaces them all, so they are known before.
    pub(super) async fn settings(self) -> Result<Arc<Properties>, Failure> {
        let engine = self.engine();
        if let Some(settings) = engine.settings.get_untracked() {
            return Ok(settings);
        }
        let settings = Arc::new(engine.client.settings().await?);
        engine.settings.set(Some(settings.clone()));
        Ok(settings)
    }

    pub(super) async fn store_setting(self, key: &str, value: Value) -> Result<(), Failure> {
        let mut settings = (*self.settings().await?).clone();
        let engine = self.engine();
        settings.insert(key.to_owned(), value);
        engine.settings.set(Some(Arc::new(settings.clone())));
        engine.client.put_settings(&settings).await?;
        engine.tell_settings(settings);
        Ok(())
    }

    /// How large an attachment may be, in octets.
    pub fn max_upload(self) -> Option<u64> {
        let client = self.engine().client.clone();
        client.session().map(|_| client.limits().upload)
    }

    /// Octets that a whole message may have with attachments, if the server says.
    pub fn max_message(self) -> Option<u64> {
        let engine = self.engine();
        let (session, account) = (engine.client.session()?, engine.account()?);
        let mail = session.accounts.get(&account)?.account_capabilities.get(capability::MAIL)?;
        mail.get("maxSizeAttachmentsPerEmail")?.as_u64()
    }
}
