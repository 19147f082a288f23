//! The `/owlet` API: signing in and out, settings, a mail's document. What JMAP has no words for.

use gloo_net::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::http::{self, Ask};
use super::{Client, ClientError};

const SESSION: &str = "/owlet/session";
const SETTINGS: &str = "/owlet/settings";

/// Who is signed in, as the gateway says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The JMAP account's.
    pub account_id: String,
    /// `alice@owlery.example`.
    pub address: String,
    /// For people.
    pub name: String,
    /// The organisation's name, if the gateway tells it.
    #[serde(default)]
    pub organisation: Option<String>,
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, ClientError> {
    serde_json::from_str(text).map_err(|_| ClientError::Server { reference: None })
}

impl Client {
    /// Who is signed in.
    ///
    /// # Errors
    /// `SignedOut` if nobody is.
    pub async fn signed_in(&self) -> Result<SignedIn, ClientError> {
        match http::text(Ask::get(SESSION)).await?.as_str() {
            // 204: nobody, said without an error on the console.
            "" => Err(ClientError::SignedOut),
            text => read(text),
        }
    }

    /// Signs in. What waited for it goes on after [`Client::resume`].
    ///
    /// # Errors
    /// `SignedOut` if name or password is wrong.
    pub async fn sign_in(&self, address: &str, password: &str, remember: bool) -> Result<SignedIn, ClientError> {
        let body = json!({ "username": address, "password": password, "remember": remember }).to_string();
        read(&http::text(Ask::send(Method::POST, SESSION, body)).await?)
    }

    /// Ends the session. The cookie is gone afterwards, or already was.
    ///
    /// # Errors
    /// `Offline`: the session goes on.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        let ask = Ask { method: Method::DELETE, ..Ask::get(SESSION) };
        match http::text(ask).await {
            Ok(_) | Err(ClientError::SignedOut) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The account's settings.
    ///
    /// # Errors
    /// As any request.
    pub async fn settings(&self) -> Result<Map<String, Value>, ClientError> {
        read(&self.persist(|| http::text(Ask::get(SETTINGS))).await?)
    }

    /// Writes settings whole.
    ///
    /// # Errors
    /// As any request.
    pub async fn put_settings(&self, settings: &Map<String, Value>) -> Result<(), ClientError> {
        let body = Value::Object(settings.clone()).to_string();
        self.persist(|| http::text(Ask::send(Method::PUT, SETTINGS, body.clone()))).await?;
        Ok(())
    }

    /// The text of a document of the gateway's, by path.
    ///
    /// # Errors
    /// As any request.
    pub async fn document(&self, path: &str) -> Result<String, ClientError> {
        self.persist(|| http::text(Ask::get(path))).await
    }
}
