//! The `/owlet` API: signing in and out, settings, a mail's document. What JMAP has no words for.

use gloo_net::http::Method;
use jmap::Session;
use js_sys::{Promise, Reflect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::http::{self, Ask};
use super::{Client, ClientError};
use crate::json;

const SESSION: &str = "/owlet/session";
const SETTINGS: &str = "/owlet/settings";
/// Where boot.js leaves the promise of the first answer to [`SESSION`].
const EARLY: &str = "owletBeginning";

/// What a page begins with.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The organisation's name.
    pub organisation: Option<String>,
    /// The person, if one is signed in.
    pub signed_in: Option<SignedIn>,
}

/// Who is signed in, as the gateway says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The JMAP account's.
    pub account_id: String,
    /// `alice@owlery.example`.
    pub address: String,
    /// For people.
    pub name: String,
    /// What JMAP offers them.
    pub jmap: Session,
}

/// The answer that boot.js has asked for while the app was on its way.
async fn early() -> Option<String> {
    let window = web_sys::window()?;
    let promise: Promise = Reflect::get(&window, &EARLY.into()).ok()?.dyn_into().ok()?;
    // Once: the next time somebody asks, it may be another.
    Reflect::delete_property(&window, &EARLY.into()).ok()?;
    JsFuture::from(promise).await.ok()?.as_string()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    json::read(text).ok_or(ClientError::Server { reference: None })
}

fn beginning(text: &str) -> Result<Beginning, ClientError> {
    let answer: Value = read(text)?;
    let organisation = answer.get("organisation").and_then(Value::as_str).map(str::to_owned);
    // Of nobody there is only the organisation.
    Ok(Beginning { organisation, signed_in: serde_json::from_value(answer).ok() })
}

impl Client {
    /// Asks who is signed in and what JMAP offers them, and tells the listener.
    ///
    /// # Errors
    /// `SignedOut` if nobody is.
    pub async fn begin(&self) -> Result<(), ClientError> {
        let text = match early().await {
            Some(text) => text,
            None => http::text(Ask::get(SESSION)).await?,
        };
        let beginning = beginning(&text)?;
        let is_somebody = beginning.signed_in.is_some();
        self.begun(beginning);
        if is_somebody { Ok(()) } else { Err(ClientError::SignedOut) }
    }

    /// Signs in, and tells the listener. What waited for it goes on after [`Client::resume`].
    ///
    /// # Errors
    /// `SignedOut` if name or password is wrong.
    pub async fn sign_in(&self, address: &str, password: &str, remember: bool) -> Result<(), ClientError> {
        let body = json!({ "username": address, "password": password, "remember": remember }).to_string();
        self.begun(beginning(&http::text(Ask::send(Method::POST, SESSION, body)).await?)?);
        Ok(())
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
