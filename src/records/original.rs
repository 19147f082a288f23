//! A mail as its writer made it, for one who answers or forwards it.

use jmap::method::GetResponse;
use jmap::{EmailId, email};
use serde_json::json;

use super::{EmailAddress, Failure, Records};
use crate::client::Batch;

/// What an answer needs besides [`EmailDetails`](super::EmailDetails).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// The formatted text as it came: not sanitised, never to be given to the browser as markup.
    pub html: Option<String>,
    /// Where the mailing list that brought it takes answers (`List-Post`, RFC 2369).
    pub list: Option<EmailAddress>,
}

impl Records {
    /// The formatted text of a mail with `cid:` and remote addresses as they came, and its mailing list.
    ///
    /// # Errors
    /// As any request.
    pub async fn original(self, id: EmailId) -> Result<Original, Failure> {
        const LIST: &str = "header:List-Post:asURLs";
        let account = self.account_now()?;
        let mut batch = Batch::new();
        let call = batch.call(
            "Email/get",
            &account,
            json!({
                "ids": [id], "properties": ["htmlBody", "bodyValues", LIST], "bodyProperties": ["partId", "type"],
                "fetchHTMLBodyValues": true,
            }),
        );
        let answer: GetResponse<email::Email> = self.engine().client.ask_again(batch).await?.take(call)?;
        let missing = || Failure::Refused { reason: "notFound".to_owned(), reference: None };
        let email = answer.list.into_iter().next().ok_or_else(missing)?;
        let list = email.more.get(LIST).and_then(|urls| urls.as_array()).and_then(|urls| {
            let address = urls.iter().find_map(|url| url.as_str()?.strip_prefix("mailto:"))?;
            let address = address.split('?').next().filter(|address| address.contains('@'))?;
            Some(EmailAddress { name: None, email: address.to_owned() })
        });
        let values = email.body_values.unwrap_or_default();
        let html: String = email
            .html_body
            .iter()
            .flatten()
            .filter(|part| part.media_type.as_deref() == Some("text/html"))
            .filter_map(|part| Some(values.get(part.part_id.as_ref()?)?.value.as_str()))
            .collect();
        Ok(Original { html: (!html.is_empty()).then_some(html), list })
    }
}
